"""Faults on order: which request meets one, and what it does to that request."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from socialsync.emulator.core import Emulator

KINDS = {
    "reply": "Answers with `status`, `body`, `code`, `retry_after`, `headers`; carried out only with when: after.",
    "reset": "Resets the connection (RST), before or after the request is carried out.",
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


_MATCH_FIELDS = {
    "operation": (str, list),
    "method": str,
    "path": str,
    "site": str,
    "contains": str,
    "number": int,
    "skip": int,
    "times": (int, type(None)),
    "probability": (int, float),
}
MORE = {
    "reply": {"status", "body", "code", "retry_after", "headers"},
    "reset": set(),
    "silence": {"seconds"},
    "delay": {"seconds"},
    "truncate": {"bytes"},
    "drip": {"bytes", "seconds"},
    "change": {"set", "remove"},
    "twice": {"answer"},
    "late": {"status", "answer", "requests", "seconds"},
}


def read_match(rule: Mapping[str, Any], operations: Mapping[str, Any]) -> Match:
    given = {name: rule[name] for name in _MATCH_FIELDS if name in rule}
    for name, value in given.items():
        if not isinstance(value, _MATCH_FIELDS[name]):  # type: ignore[arg-type]
            raise FaultError(f"{name} does not take {json.dumps(value)}")
    named = given.get("operation", [])
    names = tuple([named] if isinstance(named, str) else named)
    for name in names:
        if name not in operations:
            raise FaultError(f"there is no operation {name!r}; there are {', '.join(operations)}")
    return Match(**{**given, "operation": names})


def read_fault(rule: Any, operations: Mapping[str, Any], number: int = 0) -> Fault:
    """A rule as JSON to a Fault; FaultError says what is wrong with it."""
    if not isinstance(rule, dict) or rule.get("do") not in KINDS:
        raise FaultError(f"`do` is one of {', '.join(KINDS)}")
    do, when = rule["do"], rule.get("when", "before")
    if when not in ("before", "after"):
        raise FaultError("`when` is before or after (the commit)")
    more = {name: value for name, value in rule.items() if name not in (*_MATCH_FIELDS, "do", "when")}
    unknown = set(more) - MORE[do]
    if unknown:
        raise FaultError(
            f"{do} takes no {', '.join(sorted(unknown))}; it takes {', '.join(sorted(MORE[do])) or 'nothing more'}"
        )
    if isinstance(more.get("body"), str) and more["body"] not in BODIES:
        raise FaultError(f"`body` is one of {', '.join(BODIES)}, or any JSON object")
    for name in ("seconds", "bytes", "requests"):
        if name in more and (
            isinstance(more[name], bool) or not isinstance(more[name], (int, float)) or more[name] < 0
        ):
            raise FaultError(f"`{name}` is a number that is not negative")
    status = more.get("status", 500)
    if isinstance(status, bool) or not isinstance(status, int) or not 200 <= status <= 599:
        raise FaultError("`status` is between 200 and 599")
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
