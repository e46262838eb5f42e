"""The TCP front: accepts on loopback, hands connections to uvicorn's protocol, and can refuse, reset and stop."""

import asyncio
import contextlib
import signal
import socket
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from socialsync.emulator.wire import Receive, Scope, Send, Wire

HOST = "127.0.0.1"
BACKLOG = 1024


class FrontProtocol(H11Protocol):
    """uvicorn's HTTP/1.1 protocol that tells the application which connection a request came over."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        inner = self.app
        wire = Wire(transport)

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            scope["emulator.wire"] = wire
            await inner(scope, receive, send)

        self.app = app


def _bind(port: int) -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        made.setblocking(False)
        made.bind((HOST, port))
    except BaseException:
        made.close()
        raise
    return made


class Front:
    """The listening socket, and one that only keeps the port, so that it can refuse connections for a while."""

    def __init__(self, port: int) -> None:
        if port:
            # With SO_REUSEPORT alone a second emulator could share the port unnoticed.
            with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((HOST, port))
        self._keeper = _bind(port)
        self._port: int = self._keeper.getsockname()[1]
        self._listener: socket.socket | None = None
        self._accepting: asyncio.Task[None] | None = None
        self._refusing: asyncio.TimerHandle | None = None
        self._stopped = asyncio.Event()
        self._state = ServerState()

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self._port}"

    def refuse(self, seconds: float) -> None:
        """Connections are refused by the kernel for a while (0 ends it); those that exist go on."""
        if self._refusing is not None:
            self._refusing.cancel()
            if not seconds:
                self._listen()
        elif seconds:
            self._hang_up()
        if seconds:
            self._refusing = asyncio.get_running_loop().call_later(seconds, self._listen)

    def _listen(self) -> None:
        self._refusing = None
        self._listener = _bind(self._port)
        self._listener.listen(BACKLOG)
        self._accepting = asyncio.get_running_loop().create_task(self._accept_all(self._listener))

    def _hang_up(self) -> None:
        if self._accepting is not None and self._listener is not None:
            asyncio.get_running_loop().remove_reader(self._listener)
            self._accepting.cancel()
            self._listener.close()
        self._accepting = self._listener = None

    async def _accept_all(self, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            connection, _ = await loop.sock_accept(listener)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            await loop.connect_accepted_socket(self._protocol, connection)

    def _protocol(self) -> asyncio.Protocol:
        return FrontProtocol(config=self._config, server_state=self._state, app_state={})

    def stop(self) -> None:
        self._stopped.set()

    async def serve(self, app: Any, ready: Any) -> None:
        """Serves until it is stopped by a signal or by `stop`; open requests get a moment to end."""
        self._config = Config(app, log_config=None, lifespan="off", access_log=False, ws="none", server_header=False,
                              date_header=False, timeout_keep_alive=600)  # fmt: skip
        self._config.load()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop)
        self._listen()
        ready()
        try:
            await self._stopped.wait()
        finally:
            await self._end()

    async def _end(self) -> None:
        self._hang_up()
        self._keeper.close()
        if self._refusing is not None:
            self._refusing.cancel()
        for connection in list(self._state.connections):
            connection.shutdown()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._idle(), 0.5)
        for task in list(self._state.tasks):
            task.cancel()
        await asyncio.gather(*self._state.tasks, return_exceptions=True)

    async def _idle(self) -> None:
        while self._state.connections or self._state.tasks:
            await asyncio.sleep(0.005)
