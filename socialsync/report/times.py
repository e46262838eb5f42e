"""Instants in words: where the reader lives, in UTC, and how far from now."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def zone(name: str) -> tzinfo:
    """The IANA zone, UTC for a name that this machine does not know (names are checked where they are read)."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return UTC


def local(instant: datetime, zone_name: str) -> str:
    """`Tue 1 Dec 2026, 09:00` in the zone; seconds only where there are any."""
    here = instant.astimezone(zone(zone_name))
    return f"{_DAYS[here.weekday()]} {here.day} {_MONTHS[here.month - 1]} {here.year}, {_clock(here)}"


def in_utc(instant: datetime, zone_name: str) -> str:
    """`08:00 UTC`, with the day where it is another one there."""
    here, there = instant.astimezone(zone(zone_name)), instant.astimezone(UTC)
    if here.date() == there.date():
        return f"{_clock(there)} UTC"
    return f"{_DAYS[there.weekday()]} {there.day} {_MONTHS[there.month - 1]}, {_clock(there)} UTC"


def full(instant: datetime, zone_name: str) -> str:
    """`Tue 1 Dec 2026, 09:00 Europe/Berlin · 08:00 UTC`; UTC once where that is the zone."""
    if zone_name == "UTC":
        return f"{local(instant, zone_name)} UTC"
    return f"{local(instant, zone_name)} {zone_name} · {in_utc(instant, zone_name)}"


def relative(instant: datetime, now: datetime) -> str:
    """`in 3 d 4 h`, `12 min ago`, `now` within a minute."""
    distance = abs(instant - now)
    if distance < timedelta(minutes=1):
        return "now"
    far = _span(min(instant, now), max(instant, now))
    return f"in {far}" if instant > now else f"{far} ago"


def _span(earlier: datetime, later: datetime) -> str:
    """`3 d 4 h`, `4 h 12 min`, `12 min`; to the nearest minute, and coarser the longer it is."""
    minutes = round((later - earlier).total_seconds() / 60)
    days, hours = minutes // 1440, minutes % 1440 // 60
    months = _months(earlier.astimezone(UTC).date(), later.astimezone(UTC).date())
    if months >= 24:
        return f"{months // 12} years"
    if months >= 2:
        return f"{months} months"
    if days >= 14:
        return f"{days} d"
    if days:
        return f"{days} d {hours} h" if hours else f"{days} d"
    if hours:
        return f"{hours} h {minutes % 60} min" if minutes % 60 else f"{hours} h"
    return f"{minutes} min"


def _months(earlier: date, later: date) -> int:
    """Whole months as the calendar counts them: from the 31st of August to the 30th of November are three."""
    day = min(earlier.day, monthrange(later.year, later.month)[1])
    return (later.year - earlier.year) * 12 + later.month - earlier.month - (later.day < day)


def _clock(moment: datetime) -> str:
    return f"{moment:%H:%M:%S}" if moment.second else f"{moment:%H:%M}"
