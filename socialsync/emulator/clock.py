"""The virtual clock: set, advanced, run at a speed or frozen; kept in the database, so that it survives restarts."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from socialsync.emulator.store import Store

UNITS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
LATEST = datetime(9000, 1, 1, tzinfo=UTC)


def parse_instant(text: str) -> int:
    """ISO 8601 with an offset to milliseconds since 1970; ValueError says what is wrong."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no offset; write it like 2026-12-01T09:00:00Z")
    if not datetime(1970, 1, 2, tzinfo=UTC) < moment < LATEST:
        raise ValueError(f"{text!r} is outside the years 1970 to 8999")
    return round((moment - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(milliseconds=1))


def render_instant(milliseconds: int) -> str:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{milliseconds % 1000:03d}Z"


def parse_duration(value: str | float) -> int:
    """`1d2h`, `90s`, `-5m` or a number of seconds, to milliseconds."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise ValueError("a duration is a number of seconds or text like 1d2h30m")
    if isinstance(value, str):
        match = re.fullmatch(r"(-?)((?:\d+(?:\.\d+)?[wdhms])+)", value.strip())
        if match is None:
            raise ValueError(f"{value!r} is no duration; write it like 1d2h30m or 90s")
        parts = re.findall(r"(\d+(?:\.\d+)?)([wdhms])", match[2])
        seconds = sum(float(number) * UNITS[unit] for number, unit in parts)
        return round((-seconds if match[1] else seconds) * 1000)
    return round(value * 1000)


class Clock:
    """virtual = base_virtual + (wall - base_wall) * speed; `real` follows the wall clock."""

    def __init__(self, store: Store, wall: Callable[[], float]) -> None:
        self._store = store
        self._wall = wall

    def wall(self) -> float:
        return self._wall()

    def now(self) -> int:
        base = self._store.get("clock")
        wall = self._wall() * 1000
        if base is None:
            return int(wall)
        return int(base["virtual"] + (wall - base["wall"]) * base["speed"])

    def state(self) -> dict[str, Any]:
        base = self._store.get("clock")
        return {
            "now": render_instant(self.now()),
            "speed": 1.0 if base is None else base["speed"],
            "mode": "real" if base is None else "set",
        }

    def set(self, *, now: int | None = None, speed: float | None = None) -> None:
        """Either value may be left out: it keeps what holds at this moment."""
        base = self._store.get("clock")
        rate = speed if speed is not None else 1.0 if base is None else base["speed"]
        self._keep(self.now() if now is None else now, rate)

    def advance(self, by: int) -> None:
        base = self._store.get("clock")
        self._keep(self.now() + by, 1.0 if base is None else base["speed"])

    def follow_wall(self) -> None:
        self._store.put("clock", None)

    def _keep(self, virtual: int, speed: float) -> None:
        if not 0 < virtual < parse_instant("8999-12-31T00:00:00Z"):
            raise ValueError("the clock stays within the years 1970 to 8999")
        self._store.put("clock", {"virtual": virtual, "wall": self._wall() * 1000, "speed": speed})
