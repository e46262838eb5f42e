"""The three fields `schedule`, `until` and `timezone` of a target as a Timing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from socialsync.model import Problem, Timing, TimingKind
from socialsync.source import times
from socialsync.source.documents import Document, Path

FIELDS = ("schedule", "until", "timezone")


def timing(
    post: Mapping[str, Any], own: Mapping[str, Any], document: Document, path: Path, *, zone: str, late_seconds: int
) -> tuple[Timing | None, list[Problem]]:
    """When a target goes out: `own` (at `path`) before `post`, or everything that is wrong with its times.

    `zone` is the one of socialsync.yaml. A target with a schedule of its own does not inherit `until`, which was
    written for another time; only `asap` still does, for which there is no other.
    """
    problems: list[Problem] = []

    def place(name: str) -> Path:
        return (*path, name) if name in own else (name,)

    def refuse(name: str, code: str, message: str, hint: str) -> None:
        problems.append(Problem(code=code, message=message, location=document.place(place(name)), hint=hint))

    def read(name: str, written: str) -> Any:
        try:
            return times.instant(written, zone, agree=named is not None)
        except times.NotATime as error:
            refuse(name, error.code, error.message, error.hint)
            return None

    named = own["timezone"] if "timezone" in own else post.get("timezone")
    if named is not None:
        complaint = times.zone_problem(named)
        if complaint is not None:
            refuse("timezone", "E-ZONE", *complaint)
            return None, problems
        zone = named
    schedule = own["schedule"] if "schedule" in own else post.get("schedule")
    if schedule is None:
        refuse("schedule", "E-SCHEDULE-REQUIRED", "This target has no schedule.", f"Write “schedule: {times.EXAMPLE}”.")
        return None, problems
    if schedule == "draft":
        return Timing(kind=TimingKind.DRAFT, zone=zone), problems
    inherits = "schedule" not in own or schedule == "asap"
    until = own["until"] if "until" in own else post.get("until") if inherits else None
    last = read("until", until) if until is not None else None
    if schedule == "asap":
        if until is None:
            hint = f"Write “until: {times.EXAMPLE}”: the last moment at which it may still go out."
            refuse("schedule", "E-UNTIL-REQUIRED", "“asap” needs “until”.", hint)
        return (None, problems) if problems else (Timing(kind=TimingKind.ASAP, until=last, zone=zone), problems)
    at = read("schedule", schedule)
    if problems:
        return None, problems
    if last is None:
        last = at + timedelta(seconds=late_seconds)
    elif last < at:
        refuse("until", "E-UNTIL-EARLY", "“until” is before “schedule”.", "It is the last moment, not the first.")
        return None, problems
    return Timing(kind=TimingKind.AT, at=at, until=last, zone=zone), problems
