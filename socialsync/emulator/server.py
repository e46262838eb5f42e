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


class Front:
    """One listening socket; without listening, its port stays taken and answers refused."""

    def __init__(self, port: int) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._socket.setblocking(False)
            self._socket.bind((HOST, port))
            self._socket.listen(BACKLOG)
        except BaseException:
            self._socket.close()
            raise
        self._accepting: asyncio.Task[None] | None = None
        self._refusing: asyncio.TimerHandle | None = None
        self._stopped = asyncio.Event()
        self._state = ServerState()

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self._socket.getsockname()[1]}"

    def refuse(self, seconds: float) -> None:
        """Connections are refused by the kernel for a while; those that exist go on."""
        loop = asyncio.get_running_loop()
        if self._refusing is None:
            self._pause_accepting()
            # Linux keeps the port bound after this, and a later listen() takes connections again.
            self._socket.shutdown(socket.SHUT_RD)
        else:
            self._refusing.cancel()
        self._refusing = loop.call_later(seconds, self._listen_again)

    def _listen_again(self) -> None:
        self._refusing = None
        self._socket.listen(BACKLOG)
        self._accept()

    def _pause_accepting(self) -> None:
        if self._accepting is not None:
            self._accepting.cancel()
            self._accepting = None

    def _accept(self) -> None:
        self._accepting = asyncio.get_running_loop().create_task(self._accept_all())

    async def _accept_all(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            connection, _ = await loop.sock_accept(self._socket)
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
        self._accept()
        ready()
        try:
            await self._stopped.wait()
        finally:
            await self._end()

    async def _end(self) -> None:
        self._pause_accepting()
        if self._refusing is not None:
            self._refusing.cancel()
        self._socket.close()
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
