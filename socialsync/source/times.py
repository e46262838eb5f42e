"""When a post goes out: wall times and zones as instants, refusing every time that is not exactly one instant."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from importlib.util import find_spec
from zoneinfo import ZoneInfo

from socialsync.source.words import shown, suggest

_TIME = re.compile(r"(\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d)?) ?(Z|[+-]\d\d:\d\d)?", re.ASCII)
_NEARLY = (  # compiled where it is needed: most runs never do
    r"(?:(?P<y>\d{4})-(?P<m>\d\d?)-(?P<d>\d\d?)|(?P<D>\d\d?)\.(?P<M>\d\d?)\.(?P<Y>\d{4}))"
    r"(?:(?:,? +|T)(?P<H>\d\d?)[:.](?P<min>\d\d)(?P<sec>:\d\d)? ?"
    r"(?P<offset>Z|[+-]\d\d:?\d\d)?(?P<zone> ?[A-Za-z]{3,5}| ?[A-Za-z]+/[A-Za-z/_]+)?)?"
)
_ABBREVIATION = r"[CEMW]ET|[EMH]ST|[A-Z]{3}\d[A-Z]{3}"
_YEARS = range(2000, 2100)
_DURATION = re.compile(r"([1-9]\d{0,4})(m|h|d)", re.ASCII)
_UNIT_SECONDS = {"m": 60, "h": 3600, "d": 86400}
EXAMPLE = "2030-12-01 09:00"


class NotATime(Exception):
    """Why a text is no instant: code, message and hint for a Problem; `choices` are what could be written instead."""

    def __init__(self, *, code: str, message: str, hint: str, choices: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.choices = choices


def instant(written: str, zone: str, *, agree: bool = False) -> datetime:
    """`YYYY-MM-DD HH:MM[:SS]` (or with `T`, or with an offset) as an instant in UTC.

    Without an offset it is wall time in `zone` (a name that `zone_problem` accepts); a time that the clocks skip or
    show twice there is refused. With `agree` an offset must be one that `zone` has then. Raises NotATime.
    """
    found = _TIME.fullmatch(written)
    if found is None:
        raise NotATime(code="E-TIME-FORMAT", message=f"{shown(written)} is not a time.", hint=_meant(written))
    offset = found[2]
    try:
        wall = datetime.fromisoformat(found[1])
    except ValueError:
        message = f"There is no {shown(written)} in the calendar."
        raise NotATime(code="E-TIME-FORMAT", message=message, hint="Correct the date or the time.") from None
    if wall.year not in _YEARS:
        raise NotATime(code="E-TIME-FORMAT", message=f"The year {wall.year} cannot be meant.", hint="Correct the year.")
    return _wall_instant(wall, zone) if offset is None else _offset_instant(wall, offset, zone, agree)


def _meant(written: str) -> str:
    """What was probably meant by a text that is no time."""
    if written.lower() in ("asap", "draft"):
        return f"Did you mean “{written.lower()}”?"
    found = re.fullmatch(_NEARLY, written.strip(), re.ASCII)
    if found is None:
        return f"Write it like “{EXAMPLE}”, or “asap” or “draft”."
    year, month, day = found["y"] or found["Y"], found["m"] or found["M"], found["d"] or found["D"]
    date = f"{year}-{int(month):02d}-{int(day):02d}"
    time = f"{int(found['H'] or 9):02d}:{found['min'] or '00'}{found['sec'] or ''}"
    offset = re.sub(r"([+-]\d\d)(\d\d)", r"\1:\2", found["offset"] or "")
    try:
        datetime.fromisoformat(f"{date} {time}")
    except ValueError:
        return f"Write it like “{EXAMPLE}”, or “asap” or “draft”."
    if found["H"] is None:
        return f"A time of day is missing, like “{date} {time}”."
    if found["zone"]:
        return f"Write “{date} {time}”, and the zone in a line of its own, like “timezone: Europe/Berlin”."
    return f"Did you mean “{date} {time}{offset}”?"


def _wall_instant(wall: datetime, zone: str) -> datetime:
    info, day, time = zone_info(zone), wall.date(), wall.time()
    before = datetime.combine(day, time, info).utcoffset()
    after = datetime.combine(day, time.replace(fold=1), info).utcoffset()
    assert before is not None
    assert after is not None
    if before == after:
        return datetime.combine(day, time, UTC) - before
    if before > after:
        choices = tuple(f"{_shown(wall)}{_offset(offset)}" for offset in (before, after))
        message = f"The clocks in {zone} go back then: {_shown(wall)} comes twice."
        hint = f"Write “{choices[0]}” for the first or “{choices[1]}” for the second."
        raise NotATime(code="E-TIME-TWICE", message=message, hint=hint, choices=choices)
    change = _change(wall - after, wall - before, zone)
    choices = (_shown(change + before - timedelta(minutes=1)), _shown(change + after))
    message = f"The clocks in {zone} go forward then: {_shown(wall)} does not exist."
    hint = f"Write “{choices[0]}” or “{choices[1]}”."
    raise NotATime(code="E-TIME-GAP", message=message, hint=hint, choices=choices)


def _offset_instant(wall: datetime, written: str, zone: str, agree: bool) -> datetime:
    offset = timedelta(0)
    if written != "Z":
        offset = timedelta(hours=int(written[1:3]), minutes=int(written[4:6]))
        if offset > timedelta(hours=14) or int(written[4:6]) > 59:
            raise NotATime(code="E-TIME-FORMAT", message=f"There is no offset {shown(written)}.", hint="Like “+01:00”.")
        offset = -offset if written[0] == "-" else offset
    at = (wall - offset).replace(tzinfo=UTC)
    there = at.astimezone(zone_info(zone))
    if agree and there.utcoffset() != offset:
        choices = (f"{_shown(there.replace(tzinfo=None))}{_offset(there.utcoffset() or timedelta(0))}",)
        message = f"The offset “{written}” is not the one of {zone} at that time."
        hint = f"Leave the offset or `timezone` out; the same instant there is “{choices[0]}”."
        raise NotATime(code="E-TIME-OFFSET", message=message, hint=hint, choices=choices)
    return at


def _change(low: datetime, high: datetime, zone: str) -> datetime:
    """The instant (naive UTC) in (low, high] from which on `zone` has the later offset, to the second."""
    info = zone_info(zone)

    def offset(at: datetime) -> timedelta | None:
        return at.replace(tzinfo=UTC).astimezone(info).utcoffset()

    old = offset(low)
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low).total_seconds() // 2)
        low, high = (middle, high) if offset(middle) == old else (low, middle)
    return high


def _shown(wall: datetime) -> str:
    return wall.strftime("%Y-%m-%d %H:%M:%S" if wall.second else "%Y-%m-%d %H:%M")


def _offset(offset: timedelta) -> str:
    minutes = int(offset.total_seconds()) // 60
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


@cache
def zone_names() -> frozenset[str]:
    """The zones a post may name: one per place, as the tz database lists them today, and UTC."""
    with open(os.path.join(_tz_folder(), "zone.tab"), encoding="utf-8") as table:
        return frozenset({"UTC", *(line.split("\t")[2].strip() for line in table if not line.startswith("#"))})


def zone_problem(name: str) -> tuple[str, str] | None:
    """Message and hint if `name` is no zone a post may name."""
    if name in zone_names():
        return None
    if re.fullmatch(_ABBREVIATION, name):
        hint = "It names no place: write the one where you are, like “Europe/Berlin”, or “UTC”."
        return f"{shown(name)} is not a time zone.", hint
    return f"{shown(name)} is not a time zone.", _today_named(name) or (
        suggest(name, zone_names()) or "Write it like “Europe/Berlin”, or “UTC”."
    )


@lru_cache(maxsize=256)
def zone_info(name: str) -> ZoneInfo:
    """The zone's rules, always from the tzdata package: two machines must not disagree about 09:00."""
    with open(os.path.join(_tz_folder(), *name.split("/")), "rb") as rules:
        return ZoneInfo.from_file(rules, key=name)


def _today_named(name: str) -> str:
    """What an old name of a place is called today."""
    with open(os.path.join(_tz_folder(), "tzdata.zi"), encoding="utf-8") as rules:
        for line in rules:
            kind, _, rest = line.partition(" ")
            if kind == "L" and rest.split()[1].lower() == name.lower() and rest.split()[0] in zone_names():
                return f"Did you mean “{rest.split()[0]}”?"
    return ""


@cache
def _tz_folder() -> str:
    package = find_spec("tzdata")
    assert package is not None
    assert package.submodule_search_locations
    return os.path.join(package.submodule_search_locations[0], "zoneinfo")


def seconds(written: str) -> int | None:
    """`30m`, `3h`, `2d` in seconds; None if it is not written like that."""
    found = _DURATION.fullmatch(written)
    return int(found[1]) * _UNIT_SECONDS[found[2]] if found else None
