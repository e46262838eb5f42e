"""By when to merge: the last moments lead the page, those of what is late already first."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from socialsync.model.intents import Timing, TimingKind
from socialsync.model.items import Status
from socialsync.model.plans import Change, ChangeKind
from socialsync.report.deadlines import lead

from . import samples


def wanted(at: int | None, until: int, kind: ChangeKind = ChangeKind.CREATE) -> Change:
    """A post so many minutes from now, and what the plan makes of it: late goes out as soon as there is time."""
    now = samples.NOW
    timing = Timing(
        kind=TimingKind.ASAP if at is None else TimingKind.AT,
        at=now + timedelta(minutes=at) if at is not None else None,
        until=now + timedelta(minutes=until),
        zone=samples.ZONE,
    )
    soonest = now + timedelta(minutes=3)
    goes_out = max(timing.at, soonest) if timing.at is not None else soonest
    return samples.change(kind, samples.intent(timing=timing), at=goes_out)


def told(*changes: Change) -> list[str]:
    return lead(changes, samples.NOW, samples.ZONE)


def test_what_is_late_already_is_told_before_what_may_become_it() -> None:
    late, soon, far = wanted(-10, 20), wanted(2, 32), wanted(8 * 1440, 8 * 1440 + 30)
    assert told(late, soon, far) == [
        "2 posts are late already and go out a few minutes after the merge; merge before Wed 25 Nov 2026, 00:17 "
        "Europe/Berlin · Tue 24 Nov, 23:17 UTC (in 17 min), after that the first post no longer goes out.",
        "Merge before Wed 2 Dec 2026, 23:57 Europe/Berlin · 22:57 UTC (in 7 d 23 h); after that the first post is "
        "late.",
    ]


def test_the_very_last_minutes_of_a_late_post_have_no_moment_to_name() -> None:
    assert told(wanted(-30, 3)) == [
        "1 post is late already and goes out a few minutes after the merge, if that is at once."
    ]


IN_VAIN = "the first change comes too late, and what is scheduled now goes out"


def scheduled(change: Change, minutes: int) -> Change:
    """The same change of an item that is scheduled for so many minutes from now."""
    return replace(change, item=samples.item(at=samples.NOW + timedelta(minutes=minutes)))


@pytest.mark.parametrize(
    ("change", "minutes", "after"),
    [
        (wanted(60, 90), 57, "the first post is late"),
        (wanted(60, 60), 57, "the first post no longer goes out"),
        (wanted(None, 60), 57, "the first post no longer goes out"),
        (scheduled(wanted(60, 90, ChangeKind.UPDATE), 60), 57, IN_VAIN),
        (scheduled(wanted(60, 90, ChangeKind.UPDATE), 30), 27, IN_VAIN),
        (scheduled(wanted(600, 630, ChangeKind.RESCHEDULE), 60), 57, IN_VAIN),
        (scheduled(wanted(60, 90, ChangeKind.RESCHEDULE), 600), 57, "the first post is late"),
        (scheduled(wanted(60, 90, ChangeKind.CANCEL), 60), 57, IN_VAIN),
        (scheduled(replace(wanted(60, 90, ChangeKind.CANCEL), intent=None), 60), 57, IN_VAIN),
    ],
)
def test_what_comes_after_the_last_moment(change: Change, minutes: int, after: str) -> None:
    (line,) = told(change)
    assert f"(in {minutes} min)" in line
    assert line.endswith(f"; after that {after}.")


def test_the_first_of_several_is_the_one_that_is_told() -> None:
    moved = scheduled(wanted(7 * 1440, 7 * 1440 + 30, ChangeKind.RESCHEDULE), 3 * 1440)
    called_off = scheduled(wanted(60, 90, ChangeKind.DELETE), 1440)
    (line,) = told(wanted(5 * 1440, 5 * 1440 + 30), moved, called_off)
    assert "(in 23 h 57 min)" in line
    assert line.endswith(IN_VAIN + ".")


def test_a_draft_that_is_deleted_has_no_last_moment() -> None:
    draft = replace(wanted(60, 90, ChangeKind.DELETE), item=samples.item(status=Status.DRAFT, at=None))
    assert told(draft) == []


def test_what_is_held_or_left_alone_has_no_last_moment() -> None:
    held = replace(wanted(60, 90), kind=ChangeKind.HOLD)
    assert told(samples.publish(), samples.keep(), held) == []
