"""When a post can still go out: the one place where a date meets the present (for plan and apply alike)."""

from __future__ import annotations

from datetime import datetime, timedelta

from socialsync.model.intents import Timing, TimingKind

LEAD = timedelta(minutes=3)
"""The least time between a scheduling request and the moment it names."""

ASAP = timedelta(minutes=10)
"""`asap` is scheduled this far ahead: time for the audit after the write, and for a person to stop it."""

FREEZE = LEAD
"""This near to its moment, before and after, a scheduled post is left alone; cancelling is tried to the last."""


def due_at(timing: Timing, now: datetime) -> datetime | None:
    """The instant to schedule for: the date itself, or, while `until` allows it, a little later than now.

    None means missed: there is no instant left that is both far enough ahead and allowed. Never earlier than the
    date. Drafts have no instant and must not be asked for.
    """
    match timing:
        case Timing(kind=TimingKind.AT, at=datetime() as at, until=datetime() as until):
            if at >= now + LEAD:
                return at
            soonest = _next_minute(now + LEAD)
            return soonest if soonest <= until else None
        case Timing(kind=TimingKind.ASAP, until=datetime() as until):
            wanted = min(_next_minute(now + ASAP), until)
            return wanted if wanted >= now + LEAD else None
        case _:
            raise ValueError("a draft has no date")


def may_go_out(timing: Timing, now: datetime) -> bool:
    """Whether publishing at this very moment is neither early nor too late; never for drafts."""
    match timing:
        case Timing(kind=TimingKind.AT | TimingKind.ASAP, at=at, until=datetime() as until):
            return (at is None or at <= now) and now <= until
        case _:
            return False


def over(timing: Timing, now: datetime) -> bool:
    """Whether the time in which this post may go out has ended, so that it is history."""
    return timing.until is not None and timing.until < now


def _next_minute(instant: datetime) -> datetime:
    whole = instant.replace(second=0, microsecond=0)
    return whole if whole == instant else whole + timedelta(minutes=1)
