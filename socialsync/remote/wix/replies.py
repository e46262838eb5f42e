"""What a reply, or its absence, says about a request: NOT_SENT, REJECTED, DONE or UNKNOWN (reliability 3.2)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from socialsync.errors import ReplyClass
from socialsync.remote.wix.refusals import REFUSALS

JsonObject = dict[str, Any]
Shape = Callable[[JsonObject], bool]
"""Whether a body of a 2xx has the form that its route promises."""


class Fault(StrEnum):
    """Why there is no usable reply; the value completes "could not …: "."""

    NO_CONNECTION = "no connection to the service (refused, unknown host or no answer to the connection)"
    TLS = "the secure connection failed (certificate or handshake)"
    LOST = "the connection was lost before the reply was complete"
    TIMEOUT = "no complete reply in time"
    OVERSIZE = "the reply is larger than 32 MiB"
    ENCODING = "the reply is compressed in a way that was not asked for, or damaged"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """A reply that arrived whole; `body` is decompressed."""

    status: int
    body: bytes
    content_type: str = ""
    retry_after: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What is known now. `transient`: asking the same again may help, if the request was a read."""

    reply: ReplyClass
    status: int = 0
    code: str = ""  # the application code
    detail: str = ""  # one line, for people
    data: JsonObject = field(default_factory=dict)
    transient: bool = False


# What each fault leaves known, and whether the same request may fare better.
_FAULTS: Mapping[Fault, tuple[ReplyClass, bool]] = {
    Fault.NO_CONNECTION: (ReplyClass.NOT_SENT, True),
    Fault.TLS: (ReplyClass.NOT_SENT, False),
    Fault.LOST: (ReplyClass.UNKNOWN, True),
    Fault.TIMEOUT: (ReplyClass.UNKNOWN, True),
    Fault.OVERSIZE: (ReplyClass.UNKNOWN, False),
    Fault.ENCODING: (ReplyClass.UNKNOWN, False),
}
# A well-formed application code with one of these is the application's refusal, known to us or not: the
# documentation counts codes here that it does not name, and 428 carries what the channels themselves refuse.
_REFUSING = frozenset({400, 404, 428})
# Refused before any work, whatever the body's details.
_GATE = frozenset({401, 403, 429})
_CODE = re.compile(r"[A-Z][A-Z0-9_]{2,63}\Z")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+")


def classify(reply: Reply | Fault, shape: Shape) -> Verdict:
    """Judge one exchange. Pure; whatever is not plainly one of the other classes is UNKNOWN."""
    if isinstance(reply, Fault):
        class_, transient = _FAULTS[reply]
        return Verdict(reply=class_, detail=reply.value, transient=transient)
    status = reply.status
    if "html" in reply.content_type.lower():
        return _unknown(status, "a web page instead of data")
    data = parse(reply.body)
    if data is None:
        return _unknown(status, "something that is not the service's data")
    if 200 <= status < 300:
        if shape(data):
            return Verdict(reply=ReplyClass.DONE, status=status, data=data)
        return _unknown(status, "data of an unexpected form")
    code, detail = _error(data)
    rejected = (
        status in _GATE
        or (status in _REFUSING and (bool(_CODE.match(code)) or _is_validation(data)))
        or (status == 409 and code in REFUSALS)
    )
    if not rejected:
        return _unknown(status, detail or "no explanation", code)
    return Verdict(reply=ReplyClass.REJECTED, status=status, code=code, detail=detail, transient=status == 429)


def _unknown(status: int, detail: str, code: str = "") -> Verdict:
    if 300 <= status < 400:
        detail = "a redirect, which is never followed"
    return Verdict(
        reply=ReplyClass.UNKNOWN,
        status=status,
        code=code,
        detail=f"HTTP {status}: {detail}",
        transient=status >= 500 or status == 429,
    )


def parse(body: bytes) -> JsonObject | None:
    """The body as a JSON object; None for anything else, also for NaN, a repeated name or absurd nesting."""
    try:
        data = json.loads(body, object_pairs_hook=_unique, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) else None


def _unique(pairs: list[tuple[str, Any]]) -> JsonObject:
    data = dict(pairs)
    if len(data) != len(pairs):
        raise ValueError("a name occurs twice")
    return data


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _is_validation(data: JsonObject) -> bool:
    return isinstance(_at(data, "details", "validationError", "fieldViolations"), list)


def _error(data: JsonObject) -> tuple[str, str]:
    """The application code and one line about it, out of the service's error body (API reference 6.2)."""
    application = _at(data, "details", "applicationError")
    if isinstance(application, dict):
        code = application.get("code")
        text = application.get("description") or data.get("message") or ""
        return (code if isinstance(code, str) else ""), one_line(text)
    violations = _at(data, "details", "validationError", "fieldViolations")
    if isinstance(violations, list):
        entries = [entry for entry in violations if isinstance(entry, dict)]
        told = [f"{entry.get('field')}: {entry.get('description')}" for entry in entries]
        # The media service names its refusals as rules of fields.
        code = next((rule for rule in REFUSALS if any(entry.get("violatedRule") == rule for entry in entries)), "")
        if told:
            return code, one_line("; ".join(told))
    return "", one_line(data.get("message") or "")


def _at(data: Any, *names: str) -> Any:
    for name in names:
        data = data.get(name) if isinstance(data, Mapping) else None
    return data


def one_line(text: Any, limit: int = 300) -> str:
    """Text from outside as one printable line: no controls, no direction marks, no lone surrogates, cut at `limit`."""
    line = _CONTROL.sub(" ", str(text)[: 4 * limit].encode("utf-8", "replace").decode()).strip()
    return line if len(line) <= limit else f"{line[: limit - 1]}…"
