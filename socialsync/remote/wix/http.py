"""One exchange over the network: a request in, a Reply or a Fault out; the only place of the service that knows httpx.

No redirect is followed. Nothing of the environment is used: no proxy, no netrc, no certificate variables; a key must
not travel through what a machine happens to have set.
"""

from __future__ import annotations

import ssl
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import httpcore
import httpx

from socialsync import __version__
from socialsync.clock import Clock
from socialsync.remote.wix.replies import Fault, Reply
from socialsync.remote.wix.sockets import Deadline, DeadlineBackend

MAX_BODY = 32 * 1024 * 1024  # bytes, after decompression
_TIMEOUT = httpx.Timeout(connect=10.0, read=60.0, write=30.0, pool=10.0)  # seconds each; the total is per request
_HEADERS = {
    "Accept": "application/json",
    "Accept-Encoding": "gzip",
    "User-Agent": f"socialsync/{__version__}",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """What to send. `headers` may hold the key, so they are in no repr."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    content: bytes | Iterator[bytes] = field(default=b"", repr=False)
    seconds: float = 90.0  # total; longer than any gateway waits
    tells_time: bool = True  # whether the `Date` of its reply is the service's; an upload host has a clock of its own


class Http:
    """The connections to one service."""

    def __init__(self, *, clock: Clock, transport: httpx.BaseTransport | None = None) -> None:
        self._clock = clock
        self._transport = transport
        self._client: httpx.Client | None = None
        self._deadline = Deadline(clock.monotonic)
        self._date: tuple[datetime, float] | None = None

    def send(self, request: Request) -> Reply | Fault:
        """Exchange once. Raises only what reading `request.content` raises."""
        client = self._open()
        self._deadline.start(request.seconds)
        try:
            with client.stream(
                request.method, request.url, headers=dict(request.headers), content=request.content
            ) as response:
                if request.tells_time and response.status_code < 500:  # a gateway's page has the gateway's time
                    self._note_date(response.headers.get("date", ""))
                body = self._body(response)
                if isinstance(body, Fault):
                    return body
                return Reply(
                    status=response.status_code,
                    body=body,
                    content_type=response.headers.get("content-type", ""),
                    retry_after=response.headers.get("retry-after", ""),
                )
        except httpx.TransportError as error:
            return _fault(error)

    def server_time(self) -> datetime | None:
        """The latest reply's `Date`, moved on by the time since; None if it carried none that makes sense."""
        if self._date is None:
            return None
        date, at = self._date
        return date + timedelta(seconds=self._clock.monotonic() - at)

    def close(self) -> None:
        """Give the connections back; a later `send` opens new ones."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def _open(self) -> httpx.Client:
        if self._client is None:
            self._client = httpx.Client(
                transport=self._transport or Connections(self._deadline),
                timeout=_TIMEOUT,
                headers=_HEADERS,
                follow_redirects=False,
                trust_env=False,
            )
        return self._client

    def _note_date(self, text: str) -> None:
        try:
            date = parsedate_to_datetime(text)
        except (ValueError, OverflowError):
            self._date = None
            return
        sane = date.tzinfo is not None and 2000 <= date.year < 2100
        self._date = (date, self._clock.monotonic()) if sane else None

    def _body(self, response: httpx.Response) -> bytes | Fault:
        """Read raw and inflate here, so that neither a long body nor a compressed bomb is ever held whole."""
        encoding = response.headers.get("content-encoding", "identity").strip().lower()
        if encoding not in ("", "identity", "gzip"):
            return Fault.ENCODING
        inflate = zlib.decompressobj(zlib.MAX_WBITS | 16) if encoding == "gzip" else None
        body = bytearray()
        for chunk in response.iter_raw():
            try:
                body += chunk if inflate is None else inflate.decompress(chunk, MAX_BODY - len(body) + 1)
            except zlib.error:
                return Fault.ENCODING
            if len(body) > MAX_BODY:
                return Fault.OVERSIZE
            if self._deadline.left() <= 0:
                return Fault.TIMEOUT
        if inflate is not None and not inflate.eof:
            return Fault.LOST
        return bytes(body)


class Connections(httpx.BaseTransport):
    """Plain and secure connections, each set up when the first request asks for it: reading all authorities takes as
    long as the rest of a short run, and an emulator on this machine has no use for them."""

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline
        self._opened: dict[bool, httpx.BaseTransport] = {}  # by whether they are secure

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        secure = request.url.scheme != "http"
        if secure not in self._opened:
            self._opened[secure] = _transport(self._deadline, secure=secure)
        transport = self._opened[secure]
        return transport.handle_request(request)

    def close(self) -> None:
        for transport in self._opened.values():
            transport.close()


def _transport(deadline: Deadline, *, secure: bool) -> httpx.BaseTransport:
    """httpx's own transport over a pool whose sockets know the total deadline; httpx has no public way to name one."""
    # The context of the plain ones trusts nobody.
    context = httpx.create_ssl_context(trust_env=False) if secure else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    transport = httpx.HTTPTransport(verify=context, trust_env=False)
    transport._pool = httpcore.ConnectionPool(
        ssl_context=context,
        max_connections=10,
        max_keepalive_connections=4,
        keepalive_expiry=5.0,
        network_backend=DeadlineBackend(deadline),
    )
    return transport


def _fault(error: httpx.TransportError) -> Fault:
    match error:
        case httpx.ConnectTimeout() | httpx.PoolTimeout():
            return Fault.NO_CONNECTION
        case httpx.ConnectError():
            return Fault.TLS if _is_tls(error) else Fault.NO_CONNECTION
        case httpx.TimeoutException():
            return Fault.TIMEOUT
        case _:
            return Fault.LOST


def _is_tls(error: BaseException) -> bool:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return True
        cause = cause.__cause__ or cause.__context__
    return False
