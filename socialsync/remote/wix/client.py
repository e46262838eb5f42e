"""Requests with the key of one site: paced, judged, and turned into data or an error that says what to do."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from random import Random
from typing import Any
from urllib.parse import quote, urlencode

from socialsync.clock import Clock
from socialsync.errors import OUT_OF_TIME, Denied, ReplyClass, UsageError, WriteError
from socialsync.remote.wix.failures import denied, is_denial, read_error, write_error
from socialsync.remote.wix.http import Request
from socialsync.remote.wix.limiter import Limiter
from socialsync.remote.wix.origin import checked_origin, may_upload_to
from socialsync.remote.wix.replies import Fault, JsonObject, Reply, Shape, Verdict, classify

READ_ATTEMPTS = 4
MAX_RETRY_AFTER = 120.0  # seconds
_SHORTEST_SECRET = 8  # what is shorter is no key of the service, and would be found in ordinary words
_KEY = re.compile(r"[\x21-\x7e]{1,8192}\Z")
_SITE_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")

Params = Sequence[tuple[str, str]]


class Client:
    """One site's requests. `send` is Http.send; after `deadline_seconds` no write starts and no read is repeated."""

    def __init__(
        self,
        *,
        send: Callable[[Request], Reply | Fault],
        site_id: str,
        key: str,
        base_url: str,
        clock: Clock,
        random: Random,
        rate_per_minute: int | None,
        deadline_seconds: float,
    ) -> None:
        self._origin = checked_origin(base_url)
        if not _SITE_ID.match(site_id):
            raise UsageError(
                f"{site_id!r} is no Wix site id",
                hint="It is the long id after /dashboard/ in the dashboard's address, like "
                "0b6f2c1e-7a55-4d0e-9d5e-3c1f0a7e9b21.",
                code="E-SITE-ID",
            )
        if not _KEY.match(key):
            raise Denied(
                "the key is empty, or holds a blank, a line break or another character that no key has",
                hint="Copy it again, whole and on one line, into the variable that `key_env` names.",
            )
        self._send = send
        self._site_id = site_id
        self._headers = {"Authorization": key, "wix-site-id": site_id}
        self._redact = _redactor(key)
        self._clock = clock
        self._random = random
        self._limiter = Limiter(rate_per_minute, clock)
        self._ends = clock.monotonic() + deadline_seconds
        self._answered = False
        self._denied: Denied | None = None

    def read(
        self, doing: str, method: str, path: str, *, shape: Shape, params: Params = (), body: Any = None
    ) -> JsonObject:
        """Ask, up to four times. `doing` completes "could not …".

        Raises Unreachable, Denied, Refused or another IncompleteRead.
        """
        request = self._request(method, path, params, body)
        attempt = 0
        while True:
            verdict, wait = self._exchange(request, shape, attempt=attempt, read=True)
            if verdict.reply is ReplyClass.DONE:
                return verdict.data
            attempt += 1
            if not verdict.transient or attempt == READ_ATTEMPTS or self.out_of_time(wait):
                raise read_error(doing, verdict, answered=self._answered)
            self._clock.sleep(wait)

    def write(
        self, doing: str, method: str, path: str, *, shape: Shape, params: Params = (), body: Any = None
    ) -> JsonObject:
        """Send once, whatever happens. Raises WriteError with its class, or Denied."""
        return self._once(doing, self._request(method, path, params, body), shape)

    def put(self, doing: str, url: str, *, chunks: Iterator[bytes], size: int, mime: str, shape: Shape) -> JsonObject:
        """Send a file to an upload address, without the key. Raises WriteError, and whatever `chunks` raises."""
        if not may_upload_to(url, origin=self._origin):
            raise WriteError(
                f"could not {doing}: the service named an upload address that is not its own",
                reply=ReplyClass.NOT_SENT,
                hint="Nothing was sent there; run again later.",
            )
        headers = {"Content-Type": mime, "Content-Length": str(size)}
        request = Request(
            method="PUT",
            url=url,
            headers=headers,
            content=chunks,
            seconds=90.0 + size / 125_000,
            tells_time=False,
        )
        return self._once(doing, request, shape)

    def out_of_time(self, ahead: float = 0.0) -> bool:
        """Whether the run's deadline has passed, or will have `ahead` seconds from now."""
        return self._clock.monotonic() + ahead >= self._ends

    def _request(self, method: str, path: str, params: Params, body: Any) -> Request:
        url = f"{self._origin}{path}" + (f"?{urlencode(params)}" if params else "")
        if body is None:
            return Request(method=method, url=url, headers=self._headers)
        content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        return Request(
            method=method, url=url, headers={**self._headers, "Content-Type": "application/json"}, content=content
        )

    def _once(self, doing: str, request: Request, shape: Shape) -> JsonObject:
        if self.out_of_time():
            raise WriteError(
                f"could not {doing}: the run's time is up, so nothing was sent",
                reply=ReplyClass.NOT_SENT,
                hint="Run again; it goes on where this run ended.",
                code=OUT_OF_TIME,
            )
        verdict, _ = self._exchange(request, shape)
        if verdict.reply is ReplyClass.DONE:
            return verdict.data
        raise write_error(doing, verdict)

    def _exchange(
        self, request: Request, shape: Shape, *, attempt: int = 0, read: bool = False
    ) -> tuple[Verdict, float]:
        """One request, and how long to wait before the same may be asked again. Raises Denied."""
        if self._denied is not None:
            raise self._denied
        self._limiter.wait()
        reply = self._redact(self._send(request))
        verdict = classify(reply, shape)
        if "Authorization" in request.headers and is_denial(verdict, read=read):
            self._denied = denied(verdict, self._site_id)
            raise self._denied
        longest = min(8.0, 0.5 * 2**attempt)
        wait = self._random.uniform(longest / 2, longest)  # never so short that one bad moment takes all attempts
        if isinstance(reply, Reply):
            self._answered = True
            if reply.status == 429:
                asked = _retry_after(reply.retry_after, self._clock.now())
                if asked is None:
                    self._limiter.slow_down()
                wait = wait if asked is None else asked
                self._limiter.pause(wait)
        return verdict, wait


def _retry_after(text: str, now: datetime) -> float | None:
    """Seconds to wait, at most 120; None if the header is absent or makes no sense."""
    text = text.strip()
    if text.isascii() and text.isdigit():
        seconds = float(text[:9])
    else:
        try:
            date = parsedate_to_datetime(text)
        except ValueError:
            return None
        seconds = (date.replace(tzinfo=date.tzinfo or UTC) - now).total_seconds()
        if seconds <= 0:
            return None
    return min(seconds, MAX_RETRY_AFTER)


def _redactor(key: str) -> Callable[[Reply | Fault], Reply | Fault]:
    """Removes the key from error bodies, in the forms in which an echo may carry it, before anything reads them."""
    forms = {
        key.encode(),
        quote(key, safe="").encode(),
        json.dumps(key)[1:-1].encode(),
        base64.b64encode(key.encode()).rstrip(b"="),
        base64.urlsafe_b64encode(key.encode()).rstrip(b"="),
    }
    pattern = re.compile(b"|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True)))

    def redact(reply: Reply | Fault) -> Reply | Fault:
        if isinstance(reply, Fault) or reply.status < 300 or len(key) < _SHORTEST_SECRET:
            return reply
        return replace(reply, body=pattern.sub(b"***", _without_escapes(reply.body)))

    return redact


def _without_escapes(body: bytes) -> bytes:
    """The same JSON with every character as itself, so that nothing can hide behind an escape."""
    try:
        return json.dumps(json.loads(body), ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return body
