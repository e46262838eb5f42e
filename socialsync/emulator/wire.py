"""What reaches the client: usual answers, and those that go wrong on the connection itself."""

import asyncio
import contextlib
import gzip
import json
import socket
import struct
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

JSON = "application/json; charset=utf-8"
HTML = "text/html; charset=utf-8"
OVERSIZE = 33 << 20


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One HTTP answer; a status of None means that the client gets none."""

    status: int | None
    body: bytes = b""
    type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)


class Wire:
    """The TCP connection below a request."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport

    def reset(self) -> None:
        """RST instead of FIN: what the client has not read yet is lost."""
        connection: socket.socket | None = self._transport.get_extra_info("socket")
        if connection is not None:
            with contextlib.suppress(OSError):  # the client has gone already: there is nobody left to reset
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._transport.abort()

    def close(self) -> None:
        self._transport.close()


def json_bytes(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def parse_json(data: bytes) -> Any:
    """JSON as the standard has it: no NaN, no infinity, no half surrogate pairs; ValueError otherwise."""
    try:
        value = json.loads(data)
        json_bytes(value)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    return value


@cache
def bomb() -> bytes:
    """64 MiB of blanks in some 64 KiB."""
    return gzip.compress(b" " * (64 << 20), 9)


async def send_answer(answer: Answer, date: str | None, send: Send) -> None:
    await _start(answer, date, send)
    await send({"type": "http.response.body", "body": answer.body})


async def _start(answer: Answer, date: str | None, send: Send) -> None:
    headers = [(b"content-length", str(len(answer.body)).encode())]
    if answer.status not in (204, 304):
        headers.append((b"content-type", answer.type.encode()))
    if date is not None:
        headers.append((b"date", date.encode()))
    headers += [
        (name.lower().encode("latin-1"), value.encode("latin-1", "replace")) for name, value in answer.headers.items()
    ]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})


async def reset(scope: Scope, receive: Receive) -> None:
    wire = scope.get("emulator.wire")
    if wire is None:
        raise ConnectionResetError("the emulator resets this connection (in process: there is none)")
    wire.reset()
    await _gone(receive)


async def silence(scope: Scope, receive: Receive, seconds: float) -> None:
    """Says nothing until the client gives up or the time is over."""
    try:
        await asyncio.wait_for(_gone(receive), seconds)
    except TimeoutError:
        await reset(scope, receive)


async def truncate(
    answer: Answer, date: str | None, size: int | None, scope: Scope, receive: Receive, send: Send
) -> None:
    await _start(answer, date, send)
    part = answer.body[: len(answer.body) // 2 if size is None else size]
    await send({"type": "http.response.body", "body": part, "more_body": True})
    wire = scope.get("emulator.wire")
    if wire is None:
        raise ConnectionResetError("the emulator cuts this reply (in process: there is no connection)")
    wire.close()
    await _gone(receive)


async def drip(answer: Answer, date: str | None, size: int, seconds: float, send: Send) -> None:
    await _start(answer, date, send)
    for start in range(0, len(answer.body), size):
        await send({"type": "http.response.body", "body": answer.body[start : start + size], "more_body": True})
        await asyncio.sleep(seconds)
    await send({"type": "http.response.body", "body": b""})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
