"""Faults on order: which request meets one, and what it does to that request."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from socialsync.emulator.core import Emulator

KINDS = {
    "reply": "Answers with `status`, `body`, `code`, `retry_after`, `headers`; carried out only with when: after.",
    "reset": "Resets the connection (RST), before or after the request is carried out.",
    "refuse": "Answers as usual, closes the connection, and lets the port refuse new ones for `seconds` (0.5).",
    "silence": "Never answers; closes after `seconds` (30).",
    "delay": "Waits `seconds` of real time before or after the request is carried out, then answers as usual.",
    "truncate": "Carries out, announces the whole reply, sends `bytes` of it (half) and closes.",
    "drip": "Carries out and sends the reply in pieces of `bytes` (1) every `seconds` (0.05).",
    "change": "Carries out and changes the JSON reply: `set` and `remove` name dotted paths.",
    "twice": "Carries the request out twice, as a proxy that repeats; answers with the `answer` (first, second).",
    "late": "Answers 504 (or `status`; or `answer`: reset, silence) and carries the request out later: after "
    "`requests` further requests (1) and `seconds` of virtual time (0).",
}
BODIES = ("json", "html", "empty", "malformed", "oversize", "bomb", "wrong_type", "wrong_shape")


class FaultError(Exception):
    """A fault that cannot be understood."""


@dataclass(frozen=True, kw_only=True)
class Match:
    """Which requests are meant; shared by faults and holds. What is not given matches everything."""

    operation: tuple[str, ...] = ()
    method: str | None = None
    path: str | None = None
    site: str | None = None
    contains: str | None = None
    number: int | None = None
    skip: int = 0
    times: int | None = 1
    probability: float | None = None

    def fits(self, arrival: "Arrival") -> bool:
        return (
            (not self.operation or arrival.operation in self.operation)
            and (self.method is None or self.method == arrival.method)
            and (self.path is None or self.path in arrival.path)
            and (self.site is None or self.site == arrival.site)
            and (self.contains is None or self.contains in arrival.path or self.contains in arrival.body)
            and (self.number is None or self.number == arrival.number)
        )


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """A request as it came in, before anything is done with it."""

    number: int
    operation: str
    method: str
    path: str
    site: str
    body: str


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One rule, as it was ordered."""

    id: int
    do: str
    when: str
    match: Match
    more: Mapping[str, Any] = field(default_factory=dict)

    def get(self, name: str, default: Any) -> Any:
        return self.more.get(name, default)


MORE = {
    "reply": {"status", "body", "code", "retry_after", "headers"},
    "reset": set(),
    "refuse": {"seconds"},
    "silence": {"seconds"},
    "delay": {"seconds"},
    "truncate": {"bytes"},
    "drip": {"bytes", "seconds"},
    "change": {"set", "remove"},
    "twice": {"answer"},
    "late": {"status", "answer", "requests", "seconds"},
}


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


# What each field of a rule may hold: a check and its words.
_MATCH_FIELDS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "operation": (
        lambda v: _is_text(v) or (isinstance(v, list) and all(map(_is_text, v))),
        "a name or a list of names",
    ),
    "method": (_is_text, "a text"),
    "path": (_is_text, "a text"),
    "site": (_is_text, "a text"),
    "contains": (_is_text, "a text"),
    "number": (_is_count, "a number"),
    "skip": (_is_count, "a number"),
    "times": (lambda v: v is None or _is_count(v), "a number, or null for ever"),
    "probability": (lambda v: _is_number(v) and v <= 1, "between 0 and 1"),
}


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= 1e9


_MORE_FIELDS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "seconds": (_is_number, "a number that is not negative"),
    "bytes": (_is_count, "a number that is not negative"),
    "requests": (_is_count, "a number that is not negative"),
    "status": (lambda v: _is_count(v) and 200 <= v <= 599, "between 200 and 599"),
    "code": (_is_text, "a text"),
    "body": (lambda v: v in BODIES or isinstance(v, dict), f"one of {', '.join(BODIES)}, or any JSON object"),
    "retry_after": (lambda v: _is_number(v) or (_is_text(v) and v.isprintable()), "a number or a text"),
    "headers": (
        lambda v: (
            isinstance(v, dict) and all(_is_text(w) and w.isascii() and w.isprintable() for p in v.items() for w in p)
        ),
        "an object of texts",
    ),
    "set": (lambda v: isinstance(v, dict), "an object of dotted paths and values"),
    "remove": (lambda v: isinstance(v, list) and all(map(_is_text, v)), "a list of dotted paths"),
    "answer": (lambda v: v in ("first", "second", "reset", "silence"), "first or second, reset or silence"),
}


def _require(fields: Mapping[str, tuple[Callable[[Any], bool], str]], given: Mapping[str, Any]) -> None:
    for name, value in given.items():
        fits, words = fields[name]
        if not fits(value):
            raise FaultError(f"`{name}` is {words}")


def read_match(rule: Mapping[str, Any], operations: Mapping[str, Any]) -> Match:
    given = {name: rule[name] for name in _MATCH_FIELDS if name in rule}
    _require(_MATCH_FIELDS, given)
    named = given.get("operation", [])
    names = tuple([named] if isinstance(named, str) else named)
    for name in names:
        if name not in operations:
            raise FaultError(f"there is no operation {name!r}; there are {', '.join(operations)}")
    if "site" in given:
        given["site"] = given["site"].lower()
    return Match(**{**given, "operation": names})


def read_fault(rule: Any, operations: Mapping[str, Any], number: int = 0) -> Fault:
    """A rule as JSON to a Fault; FaultError says what is wrong with it."""
    do = rule.get("do") if isinstance(rule, dict) else None
    if not isinstance(do, str) or do not in KINDS:
        raise FaultError(f"`do` is one of {', '.join(KINDS)}")
    when = rule.get("when", "before")
    if when not in ("before", "after"):
        raise FaultError("`when` is before or after (the commit)")
    more = {name: value for name, value in rule.items() if name not in (*_MATCH_FIELDS, "do", "when")}
    unknown = set(more) - MORE[do]
    if unknown:
        known = ", ".join(sorted(MORE[do])) or "nothing more"
        raise FaultError(f"{do} takes no {', '.join(sorted(unknown))}; it takes {known}")
    _require(_MORE_FIELDS, more)
    return Fault(id=number, do=do, when=when, match=read_match(rule, operations), more=more)


class Faults:
    """The rules that are armed, in the order in which they were given; the first that fits is used."""

    def __init__(self, emulator: Emulator, operations: Mapping[str, Any]) -> None:
        self._emulator = emulator
        self._operations = operations

    def add(self, rule: Any) -> int:
        read_fault(rule, self._operations)
        cursor = self._emulator.store.run("insert into fault(rule) values(?)", json.dumps(rule))
        return int(cursor.lastrowid or 0)

    def show(self) -> list[dict[str, Any]]:
        rows = self._emulator.store.all("select * from fault order by id")
        return [{**json.loads(row["rule"]), **{key: row[key] for key in ("id", "seen", "fired")}} for row in rows]

    def clear(self, fault: int | None = None) -> None:
        if fault is None:
            self._emulator.store.run("delete from fault")
        else:
            self._emulator.store.run("delete from fault where id=?", fault)

    def meet(self, arrival: Arrival) -> Fault | None:
        """The fault this request meets; counts what each rule has seen."""
        store = self._emulator.store
        for row in store.all("select * from fault order by id"):
            fault = read_fault(json.loads(row["rule"]), self._operations, row["id"])
            if not fault.match.fits(arrival):
                continue
            store.run("update fault set seen=seen+1 where id=?", row["id"])
            if fault.match.times is not None and row["fired"] >= fault.match.times:
                continue
            if row["seen"] < fault.match.skip:
                continue
            chance = fault.match.probability
            if chance is not None and self._emulator.chance("fault", row["id"], row["seen"]) >= chance:
                continue
            store.run("update fault set fired=fired+1 where id=?", row["id"])
            return fault
        return None
