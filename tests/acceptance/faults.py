"""Every way in which one exchange can go wrong, which calls it can meet, and how a run that met it may end."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What a call is to the failure matrix (reliability reference, section 3.1)."""

    READ = "read"
    CREATE = "create"
    TRANS = "transition"
    MEDIA = "media"


CALLS: Mapping[str, Kind] = {
    "get_long_lived_token_status": Kind.READ,
    "list_accounts": Kind.READ,
    "get_features_data": Kind.READ,
    "query_items": Kind.READ,
    "get_item": Kind.READ,
    "get_items": Kind.READ,
    "search_files": Kind.READ,
    "get_file": Kind.READ,
    "generate_file_upload_url": Kind.READ,
    "create_draft_item": Kind.CREATE,
    "publish_item_by_id": Kind.TRANS,
    "update_item": Kind.TRANS,
    "reschedule_item": Kind.TRANS,
    "cancel_scheduled_item": Kind.TRANS,
    "delete_item": Kind.TRANS,
    "upload_file": Kind.MEDIA,
}
WRITES = (Kind.CREATE, Kind.TRANS, Kind.MEDIA)
ELSEWHERE = "/elsewhere"
"""Where redirects point to: the emulator's own log shows who follows them."""

PARTS_OF_MEDIA = ("search_files", "get_file", "generate_file_upload_url")
"""Reads on the way to an upload: that post fails, the others go on."""

DATED = ("publish_item_by_id", "reschedule_item")
BY_ID = ("publish_item_by_id", "update_item", "reschedule_item", "cancel_scheduled_item", "delete_item")


@dataclass(frozen=True, kw_only=True)
class Fault:
    """`rule` is what the emulator is ordered to do; `read` and `write` are the exit codes a single one may lead to;
    `calls` restricts it; `lies` marks replies that claim what is not so, after which exit 0 proves nothing."""

    name: str
    rule: Mapping[str, Any]
    read: frozenset[int] = frozenset()  # empty: it cannot happen to a read
    write: frozenset[int] = frozenset()
    calls: tuple[str, ...] = ()
    lies: bool = False
    benign: bool = False  # nothing is lost: even for ever it may end in success

    def meets(self, call: str) -> bool:
        if self.calls and call not in self.calls:
            return False
        if self.rule["do"] == "late" and call == "upload_file":
            return False  # bytes that arrive after their reply: the emulator keeps none for later
        return bool(self.read if CALLS[call] is Kind.READ else self.write)

    def allowed(self, call: str) -> frozenset[int]:
        codes = self.read if CALLS[call] is Kind.READ else self.write
        if call == "get_items":
            codes = codes | {0}  # what it does not tell is asked item by item
        return codes | {6, 7} if CALLS[call] is Kind.MEDIA or call in PARTS_OF_MEDIA else codes


def _codes(*codes: int) -> frozenset[int]:
    return frozenset(codes)


_FINE = _codes(0)
_PAGE = _codes(0, 5)
_REFUSED = _codes(4)


def _reply(status: int, *, when: str = "before", **more: Any) -> dict[str, Any]:
    return {"do": "reply", "status": status, "when": when, **more}


def _fault(name: str, rule: Mapping[str, Any], **more: Any) -> Fault:
    return Fault(name=name, rule=rule, **more)


FAULTS: Mapping[str, Fault] = {
    fault.name: fault
    for fault in (
        _fault("T1-refused", {"do": "reset", "when": "before"}, read=_FINE, write=_FINE),
        _fault("T5-reset-sending", {"do": "reset", "when": "before"}, read=_FINE, write=_FINE),
        _fault("T6-no-reply", {"do": "silence", "when": "before", "seconds": 0.3}, read=_FINE, write=_FINE),
        _fault("T7-no-reply-committed", {"do": "silence", "when": "after", "seconds": 0.3}, write=_FINE, benign=True),
        _fault("T8-reset-committed", {"do": "reset", "when": "after"}, write=_FINE, benign=True),
        _fault("T9-late-1", {"do": "late", "answer": "reset", "requests": 1}, write=_codes(0, 7, 8)),
        _fault("T9-late-3", {"do": "late", "answer": "reset", "requests": 3}, write=_codes(0, 7, 8)),
        _fault("T9-late-next-run", {"do": "late", "answer": "reset", "requests": 12}, write=_codes(0, 7, 8)),
        _fault("T10-slow-body", {"do": "drip", "bytes": 300, "seconds": 0.03}, read=_FINE, write=_FINE, benign=True),
        _fault("T11-truncated", {"do": "truncate"}, read=_FINE, write=_FINE),
        _fault("T11-headers-only", {"do": "truncate", "bytes": 0}, read=_FINE, write=_FINE),
        _fault("T12-twice-first", {"do": "twice", "answer": "first"}, write=_FINE, benign=True),
        _fault("T12-twice-second", {"do": "twice", "answer": "second"}, write=_codes(0, 6, 8), benign=True),
        _fault("H1-429", _reply(429, retry_after="1"), read=_FINE, write=_FINE),
        _fault("H2-429-bare", _reply(429), read=_FINE, write=_FINE),
        _fault("H2-429-limit", _reply(429, code="PUBLISH_LIMIT_EXCEEDED"), write=_FINE, calls=("publish_item_by_id",)),
        _fault("H3-429-minus", _reply(429, retry_after="-1"), read=_FINE, write=_FINE),
        _fault("H3-429-past", _reply(429, retry_after="Wed, 21 Oct 2015 07:28:00 GMT"), read=_FINE, write=_FINE),
        _fault("H3-429-words", _reply(429, retry_after="soon"), read=_FINE, write=_FINE),
        _fault("H4-500", _reply(500), read=_FINE, write=_FINE),
        _fault("H5-500-committed", _reply(500, when="after"), write=_FINE, benign=True),
        _fault("H6-502-html", _reply(502, body="html"), read=_FINE, write=_FINE),
        _fault("H7-503-html-committed", _reply(503, body="html", when="after"), write=_FINE, benign=True),
        _fault("H8-504-late", {"do": "late", "status": 504, "requests": 2}, write=_codes(0, 7, 8)),
        _fault("H9-400-html", _reply(400, body="html"), read=_PAGE, write=_codes(0, 6, 7)),
        _fault("H9-428-html", _reply(428, body="html"), read=_PAGE, write=_codes(0, 6, 7)),
        _fault("H10-401", _reply(401, code="UNAUTHENTICATED"), read=_REFUSED, write=_REFUSED | {6, 7}),
        _fault("H11-403", _reply(403, code="PERMISSION_DENIED"), read=_REFUSED, write=_REFUSED | {6, 7}),
        _fault("H12-404", _reply(404, code="ITEM_NOT_EXISTS"), read=_codes(4, 5, 8), write=_codes(6, 8),
               calls=tuple(call for call in CALLS if call != "delete_item")),
        _fault("H12-404-delete", _reply(404, code="ITEM_NOT_EXISTS"), write=_FINE, calls=("delete_item",), lies=True),
        _fault("H13-409-key", _reply(409, code="REFERENCE_ID_ALREADY_EXIST"), write=_codes(0, 8, 9),
               calls=("create_draft_item", "publish_item_by_id")),
        _fault("H14-409-other", _reply(409, code="ITEM_ALREADY_CANCELED"), write=_codes(0, 6, 8),
               calls=("create_draft_item", "publish_item_by_id", "update_item", "cancel_scheduled_item"), lies=True),
        _fault("H15-428-quota", _reply(428, code="INELIGIBLE_FOR_FEATURE"), write=_codes(6),
               calls=("publish_item_by_id",)),
        _fault("H16-428-published", _reply(428, code="ITEM_IS_PUBLISHED"), write=_codes(6, 8), calls=BY_ID),
        _fault("H16-428-deleted", _reply(428, code="ITEM_IS_DELETED"), write=_codes(0, 6, 8), calls=BY_ID, lies=True),
        _fault("H16-428-passed", _reply(428, code="SCHEDULED_TIME_ALREADY_PASSED"), write=_codes(9), calls=DATED),
        _fault("H17-200-html", _reply(200, body="html"), read=_PAGE, write=_FINE),
        _fault("H17-200-html-committed", _reply(200, body="html", when="after"), write=_FINE, benign=True),
        _fault("H18-200-shape", _reply(200, body="wrong_shape"), read=_PAGE, write=_codes(0, 6)),
        _fault("H18-200-empty", _reply(200, body="empty"), read=_PAGE, write=_codes(0, 6)),
        _fault("H18-200-malformed", _reply(200, body="malformed"), read=_PAGE, write=_codes(0, 6)),
        _fault("H18-status", {"do": "change", "set": {"item.status": "ARCHIVED_BY_NEWER"}}, write=_codes(0, 7, 8),
               calls=("create_draft_item", *(call for call in BY_ID if call != "delete_item")), lies=True),
        _fault("H18-status-read", {"do": "change", "set": {"items.0.status": "ARCHIVED"}}, read=_codes(0, 8, 9),
               calls=("query_items",), lies=True),
        _fault("H19-33-MiB", _reply(200, body="oversize"), read=_PAGE, write=_FINE),
        _fault("H20-redirect", _reply(302, headers={"Location": ELSEWHERE}), read=_codes(4, 5),
               write=_codes(0, 4, 6, 7)),
        _fault("H20-redirect-committed", _reply(307, when="after", headers={"Location": ELSEWHERE}),
               write=_codes(0, 4, 6, 7), benign=True),
        _fault("H21-bomb", _reply(200, body="bomb"), read=_PAGE, write=_FINE),
    )
}  # fmt: skip


def faults_of(call: str) -> list[str]:
    """The names of all faults that this call can meet, in a fixed order."""
    return [name for name, fault in FAULTS.items() if fault.meets(call)]


def pairs() -> list[tuple[str, str]]:
    """All (call, fault) pairs that exist."""
    return [(call, name) for call in CALLS for name in faults_of(call)]
