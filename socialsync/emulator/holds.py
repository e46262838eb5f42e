"""Holds: requests that wait at a chosen point until they are released, so that a test can interleave real processes."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from socialsync.emulator.faults import Arrival, FaultError, Match, read_match

_FIELDS = {"operation", "method", "path", "site", "contains", "number", "skip", "times", "when"}


@dataclass(kw_only=True)
class Hold:
    """One order to hold; `when` before: nothing was done yet; after: committed, not answered."""

    id: int
    match: Match
    when: str
    rule: Mapping[str, Any]
    seen: int = 0
    caught: int = 0
    released: bool = False
    waiting: list[Arrival] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)


class Holds:
    """All holds of this process: they live in memory, as the requests do that wait in them."""

    def __init__(self, operations: Mapping[str, Any]) -> None:
        self._operations = operations
        self._holds: dict[int, Hold] = {}
        self._changed = asyncio.Event()
        self._last = 0

    def add(self, rule: Any) -> int:
        if not isinstance(rule, dict) or set(rule) - _FIELDS:
            raise FaultError(f"a hold is an object of {', '.join(sorted(_FIELDS))}")
        if rule.get("when", "before") not in ("before", "after"):
            raise FaultError("`when` is before or after (the commit)")
        match = read_match(rule, self._operations)
        self._last += 1
        self._holds[self._last] = Hold(id=self._last, match=match, when=rule.get("when", "before"), rule=rule)
        return self._last

    def show(self) -> list[dict[str, Any]]:
        return [
            {
                **hold.rule,
                "id": hold.id,
                "when": hold.when,
                "caught": hold.caught,
                "released": hold.released,
                "waiting": [{"operation": a.operation, "method": a.method, "path": a.path} for a in hold.waiting],
            }
            for hold in self._holds.values()
        ]

    def release(self, hold_id: int) -> bool:
        """Lets go what waits, and catches nothing more."""
        hold = self._holds.get(hold_id)
        if hold is None:
            return False
        hold.released = True
        hold.gate.set()
        return True

    def release_all(self) -> None:
        for hold in self._holds.values():
            hold.released = True
            hold.gate.set()

    def clear(self) -> None:
        self.release_all()
        self._holds.clear()

    async def caught(self, seconds: float) -> bool:
        """Waits until some request waits in a hold."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while not any(hold.waiting for hold in self._holds.values()):
            self._changed.clear()
            try:
                await asyncio.wait_for(self._changed.wait(), until - loop.time())
            except TimeoutError:
                return False
        return True

    async def pass_through(self, arrival: Arrival, when: str) -> None:
        """Waits here for as long as a hold wants this request."""
        for hold in list(self._holds.values()):
            if hold.released or hold.when != when or not hold.match.fits(arrival):
                continue
            hold.seen += 1
            spent = hold.match.times is not None and hold.caught >= hold.match.times
            if spent or hold.seen <= hold.match.skip:
                continue
            hold.caught += 1
            hold.waiting.append(arrival)
            self._changed.set()
            try:
                await hold.gate.wait()
            finally:
                hold.waiting.remove(arrival)
