"""Reviewed exceptions (`allow:`), the one form they have in posts and in socialsync.yaml."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from socialsync.model.intents import Waiver
from socialsync.model.problems import Problem
from socialsync.source.documents import Document, Path
from socialsync.source.words import shown


def read(
    entries: Iterable[Mapping[str, Any]], document: Document, path: Path
) -> tuple[tuple[Waiver, ...], list[Problem]]:
    """The waivers at `path`, whose form a schema has checked; a day that does not exist is a Problem."""
    waivers: list[Waiver] = []
    problems: list[Problem] = []
    for index, entry in enumerate(entries):
        until = None
        if "until" in entry:
            until = day(entry["until"])
            if until is None:
                problems.append(no_such_day(entry["until"], document, (*path, index, "until")))
        waivers.append(
            Waiver(
                rule=entry["rule"],
                subject=str(entry["for"]),
                until=until,
                reason=entry["reason"],
                location=document.place((*path, index)),
            )
        )
    return tuple(waivers), problems


def day(written: str) -> date | None:
    """`2026-12-24` as a date; None if there is no such day."""
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def no_such_day(written: str, document: Document, path: Path) -> Problem:
    """The Problem with a day that is not in the calendar."""
    message = f"There is no day {shown(written)}."
    return Problem(code="E-DATE", message=message, location=document.place(path), hint="Write it like “2030-12-24”.")
