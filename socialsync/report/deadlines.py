"""The last moments: until when a merge still does something in time, and what becomes of it after that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from socialsync.model.items import Status
from socialsync.model.plans import Change, ChangeKind
from socialsync.report import times, words
from socialsync.timing import LEAD

_IN_TIME = (ChangeKind.CREATE, ChangeKind.SCHEDULE, ChangeKind.RESCHEDULE, ChangeKind.UPDATE)
_OF_SCHEDULED = (ChangeKind.RESCHEDULE, ChangeKind.UPDATE, ChangeKind.CANCEL, ChangeKind.DELETE)


class After(StrEnum):
    """What becomes of a change whose last moment has passed."""

    LATE = "the first post is late"
    HELD = "the first post no longer goes out"
    IN_VAIN = "the first change comes too late, and what is scheduled now goes out"


@dataclass(frozen=True, kw_only=True, slots=True)
class Deadline:
    at: datetime
    after: After


def deadline(change: Change, now: datetime) -> Deadline | None:
    """The next moment after which a merge does this no longer as well; None where there is none, or all are over."""
    ends = [*_of_what_is_scheduled(change, now), *_of_what_is_wanted(change, now)]
    return min(ends, key=lambda end: end.at, default=None)


def _of_what_is_scheduled(change: Change, now: datetime) -> Iterator[Deadline]:
    """When what is at Wix by now goes out as it is."""
    item = change.item
    if item is None or item.at is None or item.status is not Status.SCHEDULED or change.kind not in _OF_SCHEDULED:
        return
    if item.at - LEAD > now:
        yield Deadline(at=item.at - LEAD, after=After.IN_VAIN)


def _of_what_is_wanted(change: Change, now: datetime) -> Iterator[Deadline]:
    """When the post as git wants it can no longer go out at its time, and then not at all."""
    if change.intent is None or change.kind not in _IN_TIME:
        return
    at, until = change.intent.timing.at, change.intent.timing.until
    if at is not None and at - LEAD > now:
        yield Deadline(at=at - LEAD, after=After.LATE if until is not None and until > at else After.HELD)
    elif until is not None and until - LEAD > now:
        yield Deadline(at=until - LEAD, after=After.HELD)


def is_late(change: Change) -> bool:
    """Whether it goes out after its time, but soon enough."""
    wanted = change.intent.timing.at if change.intent is not None else None
    return change.kind in _IN_TIME and wanted is not None and change.at is not None and change.at > wanted


def lead(changes: Iterable[Change], now: datetime, zone: str) -> list[str]:
    """By when to merge: for what is late already, and for the rest."""
    late: list[Deadline | None] = []
    ahead: list[Deadline] = []
    for change in changes:
        end = deadline(change, now)
        if is_late(change):
            late.append(end)
        elif end is not None:
            ahead.append(end)
    lines = [_late(late, now, zone)] if late else []
    if ahead:
        first = min(ahead, key=lambda end: end.at)
        lines.append(f"Merge before {_moment(first.at, now, zone)}; after that {first.after}.")
    return lines


def _late(late: Sequence[Deadline | None], now: datetime, zone: str) -> str:
    told = words.count(len(late), "post is late already and goes|posts are late already and go")
    told += " out a few minutes after the merge"
    if None in late:  # its last minutes are running
        return f"{told}, if that is at once."
    first = min(end.at for end in late if end is not None)
    return f"{told}; merge before {_moment(first, now, zone)}, after that {After.HELD}."


def _moment(instant: datetime, now: datetime, zone: str) -> str:
    return f"{times.full(instant, zone)} ({times.relative(instant, now)})"
