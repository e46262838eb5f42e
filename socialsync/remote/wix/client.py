"""Requests with the key of one site: paced, judged, and turned into data or an error that says what to do."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from random import Random
from typing import Any
from urllib.parse import quote, urlencode

from socialsync.clock import Clock
from socialsync.errors import (
    Denied,
    IncompleteRead,
    ReplyClass,
    SocialSyncError,
    Unreachable,
    UsageError,
    WriteError,
)
from socialsync.remote.wix.http import Request
from socialsync.remote.wix.limiter import Limiter
from socialsync.remote.wix.origin import checked_origin, may_upload_to
from socialsync.remote.wix.refusals import REFUSALS
from socialsync.remote.wix.replies import Fault, JsonObject, Reply, Shape, Verdict, classify

READ_ATTEMPTS = 4
MAX_RETRY_AFTER = 120.0  # seconds
_POSTS_SCOPE = "Manage Social Posts (SCOPE.PROMOTE.MANAGE-SOCIAL-POSTS)"
_MEDIA_SCOPE = "Manage Media Manager (MEDIA.SITE_MEDIA_FILES_UPLOAD, …_READ, …_LIST)"
_SHORTEST_SECRET = 8  # what is shorter is no key of the service, and would be found in ordinary words
_KEY = re.compile(r"[\x21-\x7e]{1,8192}\Z")
_SITE_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")

Params = Sequence[tuple[str, str]]


class Refused(IncompleteRead):
    """A read that the service refused with a code of its own; the caller may know what that means."""

    def __init__(self, message: str, *, verdict: Verdict, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.application_code = verdict.code
        self.http_status = verdict.status
        self.detail = verdict.detail


@contextmanager
def part_of_write(reply: ReplyClass) -> Iterator[None]:
    """Reads before or after a write fail as the write does: with `reply`, or REJECTED if the service refused."""
    try:
        yield
    except Refused as error:
        code, status = error.application_code, error.http_status
        failed = _as_write(error, ReplyClass.REJECTED, application_code=code, http_status=status)
    except (Unreachable, IncompleteRead) as error:
        failed = _as_write(error, reply)
    else:
        return
    raise failed


def _as_write(
    error: SocialSyncError, reply: ReplyClass, *, application_code: str = "", http_status: int = 0
) -> WriteError:
    return WriteError(
        error.message,
        reply=reply,
        application_code=application_code,
        http_status=http_status,
        hint=error.hint,
        code=_WRITE_CODES[reply],
    )


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
            verdict, wait = self._exchange(request, shape, attempt)
            if verdict.reply is ReplyClass.DONE:
                return verdict.data
            attempt += 1
            if not verdict.transient or attempt == READ_ATTEMPTS or self.out_of_time(wait):
                raise self._read_error(doing, verdict)
            self._clock.sleep(wait)

    def write(
        self, doing: str, method: str, path: str, *, shape: Shape, params: Params = (), body: Any = None
    ) -> JsonObject:
        """Send once, whatever happens. Raises WriteError with its class, or Denied."""
        if self.out_of_time():
            raise WriteError(
                f"could not {doing}: the run's time is up, so nothing was sent",
                reply=ReplyClass.NOT_SENT,
                hint="Run again; it goes on where this run ended.",
                code="E-DEADLINE",
            )
        verdict, _ = self._exchange(self._request(method, path, params, body), shape, 0)
        if verdict.reply is ReplyClass.DONE:
            return verdict.data
        raise self._write_error(doing, verdict)

    def put(self, doing: str, url: str, *, chunks: Iterator[bytes], size: int, mime: str, shape: Shape) -> JsonObject:
        """Send a file to an upload address, without the key. Raises WriteError, and whatever `chunks` raises."""
        if not may_upload_to(url, origin=self._origin):
            raise WriteError(
                f"could not {doing}: the service named an upload address that is not its own",
                reply=ReplyClass.NOT_SENT,
                hint="Nothing was sent there; run again later.",
            )
        headers = {"Content-Type": mime, "Content-Length": str(size)}
        request = Request(method="PUT", url=url, headers=headers, content=chunks, seconds=90.0 + size / 125_000)
        verdict, _ = self._exchange(request, shape, 0)
        if verdict.reply is ReplyClass.DONE:
            return verdict.data
        raise self._write_error(doing, verdict)

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

    def _exchange(self, request: Request, shape: Shape, attempt: int) -> tuple[Verdict, float]:
        """One request and how long to wait before the same may be asked again."""
        if self._denied is not None:
            raise self._denied
        self._limiter.wait()
        reply = self._redact(self._send(request))
        verdict = classify(reply, shape)
        wait = self._random.uniform(0, min(8.0, 0.5 * 2**attempt))
        if isinstance(reply, Reply):
            self._answered = True
            if reply.status == 429:
                asked = _retry_after(reply.retry_after, self._clock.now())
                if asked is None:
                    self._limiter.slow_down()
                wait = wait if asked is None else asked
                self._limiter.pause(wait)
        return verdict, wait

    def _read_error(self, doing: str, verdict: Verdict) -> SocialSyncError:
        # A read changes nothing, so that 401 and 403 are believed whatever the body is.
        if verdict.status in (401, 403):
            return self._deny(verdict)
        message, hint = self._words(doing, verdict)
        if verdict.reply is ReplyClass.REJECTED:
            return Refused(message, verdict=verdict, hint=hint)
        if 300 <= verdict.status < 400 or (verdict.reply is ReplyClass.NOT_SENT and not self._answered):
            return Unreachable(message, hint=hint)
        return IncompleteRead(message, hint=hint)

    def _write_error(self, doing: str, verdict: Verdict) -> SocialSyncError:
        if verdict.reply is ReplyClass.REJECTED and verdict.status in (401, 403):
            return self._deny(verdict)
        message, hint = self._words(doing, verdict)
        return WriteError(
            message,
            reply=verdict.reply,
            application_code=verdict.code,
            http_status=verdict.status,
            hint=hint,
            code=_WRITE_CODES[verdict.reply],
        )

    def _deny(self, verdict: Verdict) -> Denied:
        told = f" ({verdict.detail})" if verdict.detail else ""
        if verdict.status == 401:
            self._denied = Denied(
                f"the key is not accepted{told}",
                hint="Check the value of the variable that `key_env` names; keys are made in the API Keys Manager "
                "of the account that owns the site.",
            )
        else:
            self._denied = Denied(
                f"the key may not work on the site {self._site_id}{told}",
                hint=f"It needs the permissions {_POSTS_SCOPE} and {_MEDIA_SCOPE}, and the site must be one that the "
                "key was made for.",
            )
        return self._denied

    def _words(self, doing: str, verdict: Verdict) -> tuple[str, str]:
        known = REFUSALS.get(verdict.code)
        detail = verdict.detail
        if verdict.reply is ReplyClass.REJECTED and known is not None:
            return f"could not {doing}: {known.message}", known.hint
        match verdict.reply:
            case ReplyClass.NOT_SENT:
                return f"could not {doing}: {detail}", "Nothing was sent; check the network and run again."
            case ReplyClass.REJECTED:
                code = f" [{verdict.code}]" if verdict.code else ""
                return f"could not {doing}: the service refused it: {detail}{code}", ""
            case _:
                return f"could not {doing}: {detail}", "Run again; what is known is read from the service first."


_WRITE_CODES: Mapping[ReplyClass, str] = {
    ReplyClass.NOT_SENT: "E-NOT-SENT",
    ReplyClass.REJECTED: "E-REJECTED",
    ReplyClass.UNKNOWN: "E-UNKNOWN",
}


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
        return replace(reply, body=pattern.sub(b"***", reply.body))

    return redact
