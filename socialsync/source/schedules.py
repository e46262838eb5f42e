"""The three fields `schedule`, `until` and `timezone` of a target as a Timing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from socialsync.model import Problem, Timing, TimingKind
from socialsync.source import times
from socialsync.source.documents import Document, Path

FIELDS = ("schedule", "until", "timezone")


class _Refused(Exception):
    """A field of the timing that cannot be used, with the Problem about it."""

    def __init__(self, name: str, code: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.name = name
        self.code = code
        self.message = message
        self.hint = hint


def timing(
    post: Mapping[str, Any], own: Mapping[str, Any], document: Document, path: Path, *, zone: str, late_seconds: int
) -> tuple[Timing | None, list[Problem]]:
    """When a target goes out: `own` (at `path`) before `post`; or what is wrong with its times (then no Timing).

    `zone` is the one of socialsync.yaml. A target with a schedule of its own does not inherit `until`, which was
    written for another time; only `asap` still does, for which there is no other.
    """
    try:
        return _timing(post, own, zone, late_seconds), []
    except _Refused as refused:
        place = document.place((*path, refused.name) if refused.name in own else (refused.name,))
        return None, [Problem(code=refused.code, message=refused.message, location=place, hint=refused.hint)]


def _timing(post: Mapping[str, Any], own: Mapping[str, Any], zone: str, late_seconds: int) -> Timing:
    named = own["timezone"] if "timezone" in own else post.get("timezone")
    if named is not None:
        if (complaint := times.zone_problem(named)) is not None:
            raise _Refused("timezone", "E-ZONE", *complaint)
        zone = named
    schedule = own["schedule"] if "schedule" in own else post.get("schedule")
    if schedule is None:
        hint = f"Write “schedule: {times.EXAMPLE}”, or leave the line out here."
        raise _Refused("schedule", "E-SCHEDULE-REQUIRED", "This target has no schedule.", hint)
    if schedule == "draft":
        return Timing(kind=TimingKind.DRAFT, zone=zone)
    asap = schedule == "asap"
    at = None if asap else _instant("schedule", schedule, zone, named is not None)
    inherits = asap or "schedule" not in own
    until = own["until"] if "until" in own else post.get("until") if inherits else None
    last = None if until is None else _instant("until", until, zone, named is not None)
    if at is None:
        if last is None:
            hint = f"Write “until: {times.EXAMPLE}”: the last moment at which it may still go out."
            raise _Refused("schedule", "E-UNTIL-REQUIRED", "“asap” needs “until”.", hint)
        return Timing(kind=TimingKind.ASAP, until=last, zone=zone)
    if last is None:
        last = at + timedelta(seconds=late_seconds)
    elif last < at:
        raise _Refused(
            "until", "E-UNTIL-EARLY", "“until” is before “schedule”.", "It is the last moment, not the first."
        )
    return Timing(kind=TimingKind.AT, at=at, until=last, zone=zone)


def _instant(name: str, written: str, zone: str, agree: bool) -> datetime:
    try:
        return times.instant(written, zone, agree=agree)
    except times.NotATime as error:
        raise _Refused(name, error.code, error.message, error.hint) from None
