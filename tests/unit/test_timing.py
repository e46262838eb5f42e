"""Dates meet the present: never early, never without lead, never after `until`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from fakes import AT, DRAFT, NOW, asap, at
from hypothesis import example, given, settings
from hypothesis import strategies as st

from socialsync.model.intents import Timing, TimingKind
from socialsync.timing import ASAP, LEAD, due_at, may_go_out, over

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
law = settings(derandomize=True, max_examples=500, deadline=None)
instants = st.datetimes(datetime(2026, 11, 1), datetime(2026, 12, 31)).map(lambda one: one.replace(tzinfo=UTC))

DUE = {
    "long before": (at(), NOW, AT),
    "just enough lead": (at(), AT - LEAD, AT),
    "just enough lead, to the second": (at(AT + 30 * SECOND), AT + 30 * SECOND - LEAD, AT + 30 * SECOND),
    "a second too late for it": (at(), AT - LEAD + SECOND, AT + MINUTE),
    "at its date": (at(), AT, AT + LEAD),
    "within until": (at(), AT + 26 * MINUTE + SECOND, AT + 30 * MINUTE),
    "until leaves exactly the lead": (at(), AT + 27 * MINUTE, AT + 30 * MINUTE),
    "until leaves no lead": (at(), AT + 27 * MINUTE + SECOND, None),
    "over": (at(), AT + 31 * MINUTE, None),
    "until is the date itself": (at(until=AT), AT - LEAD, AT),
    "until is the date, too late": (at(until=AT), AT - LEAD + SECOND, None),
    "asap": (asap(), NOW, NOW + ASAP),
    "asap, on a whole minute": (asap(), NOW + SECOND, NOW + ASAP + MINUTE),
    "asap, at most until": (asap(NOW + 5 * MINUTE), NOW, NOW + 5 * MINUTE),
    "asap, until leaves exactly the lead": (asap(NOW + LEAD), NOW, NOW + LEAD),
    "asap, until leaves no lead": (asap(NOW + LEAD), NOW + SECOND, None),
    "asap, over": (asap(NOW - MINUTE), NOW, None),
}


@pytest.mark.parametrize(("timing", "now", "expected"), DUE.values(), ids=DUE)
def test_due(timing: Timing, now: datetime, expected: datetime | None):
    assert due_at(timing, now) == expected


def test_a_draft_must_not_be_asked_for_its_date():
    with pytest.raises(ValueError, match="no date"):
        due_at(DRAFT, NOW)


@law
@given(instants, instants, st.integers(0, 7 * 86400))
@example(AT, AT, 0)
def test_never_early_without_lead_or_after_until(date: datetime, now: datetime, span: int):
    until = date + timedelta(seconds=span)
    for timing in (at(date, until), asap(until)):
        due = due_at(timing, now)
        if due is not None:
            assert now + LEAD <= due <= until
            assert timing.at is None or due >= timing.at
            assert due == timing.at or due.second == 0 or due == until
        else:
            assert until < now + LEAD + MINUTE
            assert timing.at is None or timing.at < now + LEAD


@law
@given(instants, instants, instants)
def test_time_moving_on_never_makes_it_sooner(date: datetime, one: datetime, other: datetime):
    first, then = sorted((one, other))
    for timing in (at(date), asap(date)):
        before, after = due_at(timing, first), due_at(timing, then)
        assert after is None or (before is not None and after >= before)


GO = {
    "a second early": (at(), AT - SECOND, False),
    "on its date": (at(), AT, True),
    "at its end": (at(), AT + 30 * MINUTE, True),
    "a second late": (at(), AT + 30 * MINUTE + SECOND, False),
    "asap": (asap(), NOW, True),
    "asap, late": (asap(), NOW + timedelta(hours=3), False),
    "draft": (DRAFT, NOW, False),
    "no end": (Timing(kind=TimingKind.AT, at=AT), AT, False),
}


@pytest.mark.parametrize(("timing", "now", "expected"), GO.values(), ids=GO)
def test_publishing_at_this_moment(timing: Timing, now: datetime, *, expected: bool):
    assert may_go_out(timing, now) is expected


def test_over():
    assert not over(at(), AT + 30 * MINUTE)
    assert over(at(), AT + 30 * MINUTE + SECOND)
    assert not over(DRAFT, NOW)
