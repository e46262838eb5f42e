"""The three fields `schedule`, `until` and `timezone` of a target as a Timing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from socialsync.model.intents import Timing, TimingKind
from socialsync.model.problems import Problem
from socialsync.source import times
from socialsync.source.documents import Document, Path

FIELDS = ("schedule", "until", "timezone")


class _Wrong(NamedTuple):
    """A field of the timing that cannot be used: what a Problem says about it."""

    name: str
    code: str
    message: str
    hint: str


def timing(
    post: Mapping[str, Any], own: Mapping[str, Any], document: Document, path: Path, *, zone: str, late_seconds: int
) -> tuple[Timing | None, list[Problem]]:
    """When a target goes out: `own` (at `path`) before `post`; or all that is wrong with its times (then no Timing).

    `zone` is the one of socialsync.yaml. A target with a schedule of its own does not inherit `until`, which was
    written for another time; only `asap` still does, for which there is no other.
    """
    wrong: list[_Wrong] = []
    made = _timing(post, own, zone, late_seconds, wrong)
    return made, [_problem(each, own, document, path) for each in wrong]


def _problem(wrong: _Wrong, own: Mapping[str, Any], document: Document, path: Path) -> Problem:
    place = document.place((*path, wrong.name) if wrong.name in own else (wrong.name,))
    return Problem(code=wrong.code, message=wrong.message, location=place, hint=wrong.hint)


def _timing(
    post: Mapping[str, Any], own: Mapping[str, Any], zone: str, late_seconds: int, wrong: list[_Wrong]
) -> Timing | None:
    named = own["timezone"] if "timezone" in own else post.get("timezone")
    if named is not None:
        if (complaint := times.zone_problem(named)) is not None:
            wrong.append(_Wrong("timezone", "E-ZONE", *complaint))
            zone, named = "UTC", None  # where every time exists: only how the others are written is still judged
        else:
            zone = named
    schedule = own["schedule"] if "schedule" in own else post.get("schedule")
    if schedule is None:
        hint = f"Write “schedule: {times.EXAMPLE}”, or leave the line out here."
        wrong.append(_Wrong("schedule", "E-SCHEDULE-REQUIRED", "This target has no schedule.", hint))
        return None
    if schedule == "draft":
        return None if wrong else Timing(kind=TimingKind.DRAFT, zone=zone)
    asap = schedule == "asap"
    at = None if asap else _instant("schedule", schedule, zone, named is not None, wrong)
    inherits = asap or "schedule" not in own
    until = own["until"] if "until" in own else post.get("until") if inherits else None
    last = None if until is None else _instant("until", until, zone, named is not None, wrong)
    if asap and until is None:
        hint = f"Write the last moment at which it may still go out, like “until: {times.EXAMPLE}”."
        wrong.append(_Wrong("schedule", "E-UNTIL-REQUIRED", "“asap” needs “until”.", hint))
    if wrong:
        return None
    if at is None:
        return Timing(kind=TimingKind.ASAP, until=last, zone=zone)
    if last is None:
        last = at + timedelta(seconds=late_seconds)
    elif last < at:
        hint = "It is the last moment, not the first."
        wrong.append(_Wrong("until", "E-UNTIL-EARLY", "“until” is before “schedule”.", hint))
        return None
    return Timing(kind=TimingKind.AT, at=at, until=last, zone=zone)


def _instant(name: str, written: str, zone: str, agree: bool, wrong: list[_Wrong]) -> datetime | None:
    try:
        return times.instant(written, zone, agree=agree)
    except times.NotATime as error:
        wrong.append(_Wrong(name, error.code, error.message, error.hint))
        return None
