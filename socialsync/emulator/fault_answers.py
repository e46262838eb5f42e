"""What a client gets instead of, or changed from, the answer it would have got."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from socialsync.emulator.errors import CODES, HTML_PAGE, ServiceError
from socialsync.emulator.faults import Fault
from socialsync.emulator.wire import HTML, JSON, OVERSIZE, Answer, bomb, json_bytes

_FORMS: dict[str, Callable[[int], tuple[bytes, str]]] = {
    "empty": lambda _: (b"", JSON),
    "html": lambda status: (HTML_PAGE.format(status=status).encode(), HTML),
    "malformed": lambda _: (b'{"item": {"id": "5c2f6a0e-91d7-4a3b-8a44-0f6f2f9e1d10", "status": "DRA', JSON),
    "oversize": lambda _: (b'{"items": [], "padding": "' + b"x" * OVERSIZE + b'"}', JSON),
    "bomb": lambda _: (bomb(), JSON),
    "wrong_type": lambda _: (b"It works!", "text/plain"),
    "wrong_shape": lambda _: (b'{"unexpected": ["shape"]}', JSON),
}


def instead(fault: Fault) -> Answer:
    """The answer of a fault that gives its own; none for a reset or silence."""
    if fault.do in ("reset", "silence"):
        return Answer(status=None)
    status = int(fault.get("status", 500))
    headers = {name: str(value) for name, value in fault.get("headers", {}).items()}
    if "retry_after" in fault.more:
        headers["Retry-After"] = str(fault.more["retry_after"])
    form = fault.get("body", "json")
    if form == "bomb":
        headers["Content-Encoding"] = "gzip"
    if not isinstance(form, str):
        return Answer(status=status, body=json_bytes(form), headers=headers)
    body, kind = (_error_body(status, fault.get("code", None)), JSON) if form == "json" else _FORMS[form](status)
    return Answer(status=status, body=body, type=kind, headers=headers)


def status_sent(answer: Answer, fault: Fault | None) -> int | None:
    """The status that the client sees after a request was carried out; None: it sees no answer."""
    if fault is None or fault.when == "before" or fault.do not in ("reset", "silence", "reply"):
        return answer.status
    return instead(fault).status


def _error_body(status: int, code: str | None) -> bytes:
    # System errors are sent empty, by design of the service.
    if code is None:
        return b"{}"
    return json_bytes(ServiceError(status=status, message=CODES.get(code, (0, code, ""))[1], code=code).body())


def changed(answer: Answer, fault: Fault) -> Answer:
    """The reply with values set or removed at dotted paths; a number in a path counts list entries."""
    body = json.loads(answer.body or b"{}")
    changes = [(path, value, False) for path, value in fault.get("set", {}).items()]
    changes += [(path, None, True) for path in fault.get("remove", [])]
    for path, value, remove in changes:
        *parents, last = path.split(".")
        target: Any = body
        for part in parents:
            target = _inside(target, part)
        if isinstance(target, dict) and remove:
            target.pop(last, None)
        elif isinstance(target, dict):
            target[last] = value
    return replace(answer, body=json_bytes(body))


def _inside(target: Any, part: str) -> Any:
    if isinstance(target, dict):
        return target.setdefault(part, {})
    if isinstance(target, list) and part.isdecimal() and int(part) < len(target):
        return target[int(part)]
    return {}
