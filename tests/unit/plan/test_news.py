"""What was reported is no alarm a second time, until git asks anew: then it is another loss."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from fakes import AT, DRAFT, HALF_HOUR, NOW, Shop, asap, at, intent, item, record
from planning import only, planned

from socialsync.errors import ExitCode
from socialsync.model.items import Status
from socialsync.model.plans import ChangeKind
from socialsync.plan.news import is_old_news, note

S = Status
DAY = timedelta(days=1)
WANTED = intent()
KEY = WANTED.key
CANCELED = planned([WANTED], [item(S.CANCELED)], [record()], base=[WANTED])
DELETED = planned([WANTED], [], [record()], base=[WANTED])
MISSED = planned([intent(timing=at(NOW - DAY))])
CONFLICT = planned([WANTED], [item(text="Hand")], [record()], base=[WANTED])


def test_what_is_meant():
    assert [only(plan) for plan in (CANCELED, DELETED, MISSED, CONFLICT)] == [
        "hold FINAL 9",
        "hold GONE 9",
        "hold MISSED 9",
        "hold CONFLICT 8",
    ]


def test_what_is_kept_of_a_report():
    assert note("MISSED", WANTED).startswith("MISSED 2026-12-01T08:00:00Z ")
    assert note("MISSED", intent(timing=asap(AT))).startswith("MISSED 2026-12-01T08:00:00Z ")
    assert note("FINAL", intent(timing=DRAFT)).startswith("FINAL draft ")
    assert note("TOO-LATE", None) == "TOO-LATE"


@pytest.mark.parametrize(
    ("plan", "noted", "old"),
    [
        (CANCELED, {}, False),
        (CANCELED, {KEY: note("FINAL", WANTED)}, True),
        (CANCELED, {KEY: note("CONFLICT", WANTED)}, False),
        (CANCELED, {"another": note("FINAL", WANTED)}, False),
        (CANCELED, {KEY: note("FINAL", intent(text="Before"))}, False),
        (CANCELED, {KEY: note("FINAL", intent(timing=at(AT - DAY)))}, False),
        (CANCELED, {KEY: "FINAL"}, False),
        (DELETED, {}, False),
        (DELETED, {KEY: note("GONE", WANTED)}, True),
        (CANCELED, {KEY: note("GONE", WANTED)}, True),
        (MISSED, {KEY: note("MISSED", MISSED.changes[0].intent)}, False),
        (CONFLICT, {KEY: note("CONFLICT", WANTED)}, False),
    ],
)
def test_reported_once_it_is_no_news_while_git_says_the_same(plan, noted, old):
    (held,) = plan.changes
    assert is_old_news(held, noted) is old
    assert held.attention, "it stays among what needs a decision"


def test_only_what_is_held_and_wanted():
    (held,) = CANCELED.changes
    noted = {KEY: note("FINAL", WANTED)}
    assert is_old_news(held, noted)
    assert not is_old_news(replace(held, kind=ChangeKind.KEEP), noted)
    assert not is_old_news(replace(held, intent=None), noted)


# --- a second loss ---------------------------------------------------------------------------------

OVER, OVER_AGAIN = at(NOW - 2 * DAY), at(NOW - DAY)
LOSSES = {
    # what is held once its time is over, what git wants, the item, what State knows
    "MISSED": ({}, [], []),
    "FAILED": ({}, [item(S.FAILED)], [record()]),
    "FINAL": ({}, [item(S.CANCELED)], [record()]),
    "ADOPT-MISSING": ({"adopt": "d9"}, [], []),
    "CLAIMED": ({}, [], []),
}


@pytest.mark.parametrize(("more", "items", "known"), LOSSES.values(), ids=LOSSES)
def test_a_second_date_that_is_missed_is_a_second_loss(more, items, known, request):
    reason = request.node.callspec.id
    first, again = (intent(timing=timing, **more) for timing in (OVER, OVER_AGAIN))

    def attention(wanted, noted: str) -> int:
        claimed = {KEY} if reason == "CLAIMED" else ()
        (held,) = planned([wanted], items, known, noted={KEY: noted} if noted else {}, claimed=claimed).changes
        assert held.reason == reason
        return held.attention

    assert attention(first, "") > 0, "a loss that nobody was told of"
    assert attention(first, note(reason, first)) == 0
    assert attention(replace(first, content=again.content), note(reason, first)) == 0
    assert attention(again, note(reason, first)) > 0, "another date, another loss"
    assert attention(first, note("CONFLICT", first)) > 0, "something else was told"
    reworded = intent(text="Another", timing=OVER, **more)
    assert attention(reworded, note(reason, first)) == 0, "a variable may change the words of all of history"


def test_what_somebody_deleted_is_told_although_its_time_is_over():
    over = intent(timing=OVER)
    assert only(planned([over], [], [record()])) == "hold GONE 9"
    noted = {KEY: note("GONE", over)}
    assert only(planned([over], [], [record(S.DELETED)], noted=noted)) == "hold FINAL"


def test_history_that_no_memory_knows_stays_quiet():
    over = intent(timing=OVER)
    assert only(planned([over], [item(S.CANCELED)])) == "hold FINAL"
    assert only(planned([over], [item(S.DELETED)])) == "hold FINAL"


@pytest.mark.parametrize("deed", ["cancel", "delete"])
def test_called_off_by_hand_and_first_seen_when_it_is_over(deed: str):
    shop = Shop()
    post = intent(timing=at(NOW + timedelta(hours=2)))
    assert shop.apply(post) == ExitCode.OK
    (made,) = shop.service.of_key(KEY)
    shop.service.edit(made.id, status=S.CANCELED if deed == "cancel" else S.DELETED)
    shop.service.clock.sleep(3 * 3600)
    assert shop.apply(post) == ExitCode.HELD
    assert shop.apply(post) == ExitCode.OK


def test_missed_told_and_missed_again_before_a_run_came():
    shop = Shop()
    assert shop.apply(intent(timing=at(NOW - HALF_HOUR - DAY))) == ExitCode.HELD
    assert shop.apply(intent(timing=at(NOW - HALF_HOUR - DAY))) == ExitCode.OK
    shop.service.clock.sleep(5 * 3600)
    again = intent(timing=at(NOW + timedelta(hours=2)))
    assert shop.apply(again) == ExitCode.HELD
    assert shop.apply(again) == ExitCode.OK
