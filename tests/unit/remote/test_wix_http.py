"""One exchange: every way in which the network can end it, bounded in size and time. Sockets are played back."""

from __future__ import annotations

import gzip
import logging
import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import httpcore
import httpx
import pytest
from remote_fakes import KEY, FakeClock

from socialsync.remote.wix import http as http_module
from socialsync.remote.wix.http import MAX_BODY, Http, Request
from socialsync.remote.wix.replies import Fault, Reply
from socialsync.remote.wix.sockets import Deadline, DeadlineBackend

URL = "https://www.wixapis.com/x"


class Streamed(httpx.SyncByteStream):
    def __init__(self, chunks: Iterator[bytes] | list[bytes]) -> None:
        self._chunks = chunks

    def __iter__(self) -> Iterator[bytes]:
        yield from self._chunks


def http(handler: Callable[[httpx.Request], httpx.Response], clock: FakeClock | None = None) -> Http:
    return Http(clock=clock or FakeClock(), transport=httpx.MockTransport(handler))


def answering(body: bytes | Iterator[bytes], headers: dict[str, str] | None = None, status: int = 200) -> Http:
    chunks = [body] if isinstance(body, bytes) else body
    return http(lambda _: httpx.Response(status, headers=headers, stream=Streamed(chunks)))


def failing(error: Exception, cause: Exception | None = None) -> Http:
    def handler(_: httpx.Request) -> httpx.Response:
        raise error from cause

    return http(handler)


def send(http_: Http, **changes: Any) -> Reply | Fault:
    return http_.send(Request(**({"method": "GET", "url": URL} | changes)))


@pytest.mark.parametrize(
    ("error", "cause", "fault"),
    [
        (httpx.ConnectError("refused"), None, Fault.NO_CONNECTION),
        (httpx.ConnectError("tls"), ssl.SSLCertVerificationError("expired"), Fault.TLS),
        (httpx.ConnectTimeout("t"), None, Fault.NO_CONNECTION),
        (httpx.PoolTimeout("t"), None, Fault.NO_CONNECTION),
        (httpx.ReadTimeout("t"), None, Fault.TIMEOUT),
        (httpx.WriteTimeout("t"), None, Fault.TIMEOUT),
        (httpx.ReadError("reset"), None, Fault.LOST),
        (httpx.WriteError("reset"), None, Fault.LOST),
        (httpx.RemoteProtocolError("garbled"), None, Fault.LOST),
    ],
)
def test_every_failure_of_the_transport_is_a_fault(error: Exception, cause: Exception | None, fault: Fault) -> None:
    assert send(failing(error, cause)) is fault


def test_a_reply_arrives_whole_with_what_is_needed_of_its_headers() -> None:
    headers = {"Content-Type": "application/json", "Retry-After": "7"}
    assert send(answering(b'{"a": 1}', headers, 429)) == Reply(
        status=429, body=b'{"a": 1}', content_type="application/json", retry_after="7"
    )


def test_a_compressed_reply_is_inflated() -> None:
    packed = gzip.compress(b'{"a": 1}' * 1000)
    chunks = iter([packed[:10], packed[10:]])
    reply = send(answering(chunks, {"Content-Encoding": "gzip"}))
    assert isinstance(reply, Reply)
    assert reply.body == b'{"a": 1}' * 1000


@pytest.mark.parametrize(
    ("body", "encoding", "fault"),
    [
        (gzip.compress(b"x" * 100, mtime=0)[:-9], "gzip", Fault.LOST),
        (b"no gzip at all", "gzip", Fault.ENCODING),
        (b"x", "br", Fault.ENCODING),
        (b"x", "gzip, gzip", Fault.ENCODING),
    ],
)
def test_a_damaged_or_unasked_compression_is_a_fault(body: bytes, encoding: str, fault: Fault) -> None:
    assert send(answering(body, {"Content-Encoding": encoding})) is fault


def test_a_reply_without_end_is_cut_off_at_the_cap() -> None:
    taken = 0

    def endless() -> Iterator[bytes]:
        nonlocal taken
        while True:
            taken += 1
            yield b"x" * 65536

    assert send(answering(endless())) is Fault.OVERSIZE
    assert taken == MAX_BODY // 65536 + 1


def test_a_compressed_bomb_is_cut_off_at_the_cap() -> None:
    bomb = gzip.compress(b"\0" * (4 * MAX_BODY), compresslevel=9)
    assert len(bomb) < 200_000
    assert send(answering(bomb, {"Content-Encoding": "gzip"})) is Fault.OVERSIZE


def test_a_body_that_drips_ends_with_the_total_deadline() -> None:
    clock = FakeClock()

    def dripping() -> Iterator[bytes]:
        while True:
            clock.seconds += 10
            yield b"x"

    transport = httpx.MockTransport(lambda _: httpx.Response(200, stream=Streamed(dripping())))
    assert send(Http(clock=clock, transport=transport), seconds=60.0) is Fault.TIMEOUT
    assert clock.seconds == 1060


def test_a_redirect_is_not_followed() -> None:
    seen = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request.url)
        return httpx.Response(302, headers={"Location": "https://evil.example/"}, stream=Streamed([]))

    reply = send(http(handler), headers={"Authorization": KEY})
    assert isinstance(reply, Reply)
    assert (reply.status, len(seen)) == (302, 1)


def test_the_environment_gives_no_proxy_and_no_password(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine www.wixapis.com login a password b\n")
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    seen = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers)
        return httpx.Response(200, stream=Streamed([b"{}"]))

    plain = http(handler)
    send(plain)
    assert "authorization" not in seen[0]
    assert plain._client is not None
    assert plain._client._mounts == {}
    assert plain._client.trust_env is False


def test_the_headers_that_every_request_has() -> None:
    seen = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(dict(request.headers))
        return httpx.Response(200, stream=Streamed([b"{}"]))

    send(http(handler), headers={"Authorization": KEY, "wix-site-id": "s"})
    assert seen[0]["accept"] == "application/json"
    assert seen[0]["authorization"] == KEY
    assert seen[0]["wix-site-id"] == "s"
    assert seen[0]["user-agent"].startswith("socialsync/")


def test_no_log_line_holds_the_key(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        talking = played_back([b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"])
        send(talking, url="http://127.0.0.1/x", headers={"Authorization": KEY})
    assert caplog.records
    assert all(KEY not in record.getMessage() for record in caplog.records)


def test_a_file_is_sent_with_its_length_and_what_its_reading_raises_comes_through() -> None:
    seen = []

    def handler(request: httpx.Request) -> httpx.Response:
        request.read()
        seen.append((dict(request.headers), request.content))
        return httpx.Response(200, stream=Streamed([b"{}"]))

    send(http(handler), method="PUT", headers={"Content-Length": "4"}, content=iter([b"ab", b"cd"]))
    assert seen[0][0]["content-length"] == "4"
    assert "transfer-encoding" not in seen[0][0]
    assert seen[0][1] == b"abcd"

    def broken() -> Iterator[bytes]:
        yield b"ab"
        raise RuntimeError("changed")

    with pytest.raises(RuntimeError, match="changed"):
        send(http(handler), method="PUT", headers={"Content-Length": "4"}, content=broken())


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Tue, 24 Nov 2026 09:00:00 GMT", datetime(2026, 11, 24, 9, 0, 5, tzinfo=UTC)),
        ("", None),
        ("yesterday", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),
        ("Tue, 24 Nov 9999 09:00:00 GMT", None),
        ("Tue, 24 Nov 2026 09:00:00 -0000", None),
    ],
)
def test_the_service_time_is_its_date_moved_on(header: str, expected: datetime | None) -> None:
    clock = FakeClock()
    transport = httpx.MockTransport(lambda _: httpx.Response(200, headers={"Date": header}, stream=Streamed([b"{}"])))
    talking = Http(clock=clock, transport=transport)
    assert talking.server_time() is None
    send(talking)
    clock.seconds += 5
    assert talking.server_time() == expected


def test_after_close_the_next_request_opens_anew() -> None:
    def handler(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, stream=Streamed([b"{}"]))

    talking = http(handler)
    talking.close()
    send(talking)
    talking.close()
    assert isinstance(send(talking), Reply)


# --- sockets ------------------------------------------------------------------------------------


def played_back(received: list[bytes], clock: FakeClock | None = None) -> Http:
    """Http over its real transport, with sockets that play `received` back."""
    talking = Http(clock=clock or FakeClock())
    transport = http_module._transport(talking._deadline, secure=False)
    pool = transport._pool  # type: ignore[attr-defined]
    pool._network_backend._inner = httpcore.MockBackend(received)
    talking._transport = transport
    return talking


def test_a_reply_over_a_socket() -> None:
    reply = send(played_back([b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", b"{}"]), url="http://127.0.0.1/x")
    assert isinstance(reply, Reply)
    assert (reply.status, reply.body) == (200, b"{}")


def test_authorities_are_read_for_a_secure_connection_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = []
    create = httpx.create_ssl_context

    def counted(**options: Any) -> ssl.SSLContext:
        loaded.append(options)
        return create(**options)

    def refused(*_: Any, **__: Any) -> None:
        loaded.append("authorities")

    monkeypatch.setattr(httpx, "create_ssl_context", counted)
    monkeypatch.setattr(http_module.DeadlineBackend, "connect_tcp", _refusing)
    with monkeypatch.context() as plain:
        plain.setattr(ssl.SSLContext, "load_verify_locations", refused)
        plain.setattr(ssl.SSLContext, "load_default_certs", refused)
        talking = Http(clock=FakeClock())
        assert send(talking, url="http://127.0.0.1:9/x") is Fault.NO_CONNECTION
        assert loaded == []
    assert send(talking) is Fault.NO_CONNECTION
    assert send(talking) is Fault.NO_CONNECTION
    assert loaded == [{"trust_env": False}]
    assert talking._client is not None
    opened = talking._client._transport._opened  # type: ignore[attr-defined]
    contexts = {secure: transport._pool._ssl_context for secure, transport in opened.items()}
    assert {secure: context.cert_store_stats()["x509"] > 0 for secure, context in contexts.items()} == {
        False: False,
        True: True,
    }
    assert all(context.verify_mode is ssl.CERT_REQUIRED and context.check_hostname for context in contexts.values())
    talking.close()


def _refusing(*_: Any, **__: Any) -> httpcore.NetworkStream:
    raise httpcore.ConnectError("nobody there")


@pytest.mark.parametrize(
    "received",
    [
        [b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", b"{}"],
        [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"],
        [b"HTTP/1.1 200 OK\r\nConten"],
        [b"this is no HTTP\r\n\r\n"],
        [],
    ],
)
def test_a_reply_that_is_cut_off_is_lost(received: list[bytes]) -> None:
    assert send(played_back(received), url="http://127.0.0.1/x") is Fault.LOST


class _Dripping(httpcore.NetworkStream):
    """Ten seconds pass at each read."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.timeouts: list[float | None] = []

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        self.timeouts.append(timeout)
        self.clock.seconds += 10
        return b"H"

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        self.timeouts.append(timeout)

    def close(self) -> None:
        pass

    def start_tls(self, ssl_context: Any, server_hostname: Any = None, timeout: float | None = None) -> Any:  # noqa: ARG002
        self.timeouts.append(timeout)
        return self


class _Backend(httpcore.NetworkBackend):
    def __init__(self, stream: _Dripping) -> None:
        self.stream = stream
        self.timeouts: list[float | None] = []

    def connect_tcp(self, host: str, port: int, timeout: float | None = None, *_: Any, **__: Any) -> Any:  # noqa: ARG002
        self.timeouts.append(timeout)
        return self.stream


def test_headers_that_drip_end_with_the_total_deadline_too() -> None:
    clock = FakeClock()
    talking = played_back([], clock)
    talking._transport._pool._network_backend._inner = _Backend(_Dripping(clock))  # type: ignore[union-attr]
    assert send(talking, url="http://127.0.0.1/x", seconds=60.0) is Fault.TIMEOUT
    assert clock.seconds == 1060


def test_every_wait_is_cut_to_what_is_left() -> None:
    clock = FakeClock()
    deadline = Deadline(clock.monotonic)
    backend = DeadlineBackend(deadline)
    inner = _Backend(_Dripping(clock))
    backend._inner = inner  # type: ignore[assignment]
    assert deadline.left() == float("inf")
    deadline.start(25)
    stream = backend.connect_tcp("h", 1, timeout=30)
    secure = stream.start_tls(ssl.create_default_context(), "h", timeout=10)
    secure.write(b"x", timeout=None)
    secure.read(1, timeout=60)
    secure.read(1, timeout=60)
    assert inner.timeouts == [25]
    assert inner.stream.timeouts == [10, 25, 25, 15]
    clock.seconds += 5
    with pytest.raises(httpcore.ReadTimeout):
        secure.read(1)
    with pytest.raises(httpcore.WriteTimeout):
        secure.write(b"x")
    with pytest.raises(httpcore.ConnectTimeout):
        backend.connect_tcp("h", 1)


@pytest.mark.parametrize(("status", "tells_time"), [(200, False), (503, True)])
def test_the_time_of_an_upload_host_or_of_a_gateways_page_is_not_the_services(status: int, tells_time: bool) -> None:
    dates = iter(["Tue, 24 Nov 2026 09:00:00 GMT", "Tue, 24 Nov 2026 11:00:00 GMT"])
    statuses = iter([200, status])
    talking = http(lambda _: httpx.Response(next(statuses), headers={"Date": next(dates)}, stream=Streamed([])))
    send(talking)
    send(talking, tells_time=tells_time)
    assert talking.server_time() == datetime(2026, 11, 24, 9, tzinfo=UTC)
