"""Quotas: the posts that go out first get what is left; the rest waits, and is an alarm only when it comes near."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from fakes import AT, DRAFT, NOW, SITE, asap, at, intent, item, key_of, record
from planning import only, planned, told

from socialsync.model.accounts import Quota
from socialsync.model.items import Status

LOCAL = replace(SITE, delivery="local")


def scheduling(remaining: int | None, *, enabled: bool = True, period: str = "MONTH") -> tuple[Quota, ...]:
    return (
        Quota(feature="SCHEDULE_POST", enabled=enabled, limit=10, remaining=remaining, period=period),
        Quota(feature="PUBLISH_POST", enabled=True, remaining=0),
    )


def publishing(remaining: int | None) -> tuple[Quota, ...]:
    return (
        Quota(feature="PUBLISH_POST", enabled=True, limit=10, remaining=remaining),
        Quota(feature="SCHEDULE_POST", enabled=False),
    )


def posts(*days: int) -> list:
    return [intent(f"in-{day}", text=str(day), timing=at(NOW + timedelta(days=day, hours=1))) for day in days]


@pytest.mark.parametrize(
    ("remaining", "waiting"),
    [(None, 0), (3, 0), (2, 1), (1, 2), (0, 3)],
)
def test_the_nearest_come_first(remaining: int | None, waiting: int):
    lines = told(planned(posts(5, 3, 9), quotas=scheduling(remaining)))
    assert sorted(lines) == sorted(
        [f"in-{day}: create" for day in (3, 5, 9)[: 3 - waiting]]
        + [f"in-{day}: hold QUOTA" for day in (3, 5, 9)[3 - waiting :]]
    )


@pytest.mark.parametrize(("days", "expected"), [(1, "hold QUOTA 6"), (2, "hold QUOTA"), (30, "hold QUOTA")])
def test_it_is_an_alarm_in_the_last_two_days(days: int, expected: str):
    assert only(planned(posts(days), quotas=scheduling(0))) == expected


def test_of_two_at_the_same_moment_the_first_by_name_gets_it():
    twins = [intent(name, text=name) for name in ("b-post", "a-post")]
    assert told(planned(twins, quotas=scheduling(1))) == ["a-post: create", "b-post: hold QUOTA"]


def test_drafts_among_dated_posts_take_nothing_away():
    wanted = [*posts(3, 5), intent("idea", text="idea", timing=DRAFT)]
    assert told(planned(wanted, quotas=scheduling(1))) == ["in-3: create", "idea: create", "in-5: hold QUOTA"]
    assert "the Wix plan's 10 for scheduling" in planned(wanted, quotas=scheduling(1)).changes[-1].message


def test_two_days_exactly_are_far_enough():
    moment = at(NOW + timedelta(hours=48))
    assert only(planned([intent(timing=moment)], quotas=scheduling(0))) == "hold QUOTA"
    moment = at(NOW + timedelta(hours=48, seconds=-1))
    assert only(planned([intent(timing=moment)], quotas=scheduling(0))) == "hold QUOTA 6"


def test_a_plan_without_scheduling_says_what_would_help():
    held = planned([intent()], quotas=scheduling(None, enabled=False))
    assert only(held) == "hold NO-SCHEDULING 6"
    assert "delivery: local" in held.changes[0].message


@pytest.mark.parametrize(
    ("period", "words"), [("MONTH", " this month "), ("NO_PERIOD", " scheduling are"), ("", " scheduling are")]
)
def test_the_message_names_the_period(period: str, words: str):
    assert words in planned([intent()], quotas=scheduling(0, period=period)).changes[0].message


def test_what_uses_no_quota_does_not_wait():
    plan = planned([intent(timing=DRAFT)], quotas=scheduling(0))
    assert only(plan) == "create"
    assert only(planned([intent(text="New")], [item()], [record()], quotas=scheduling(0))) == "update"
    assert only(planned([intent()], [item()], [record()], quotas=scheduling(0))) == "keep"
    assert only(planned([intent()], [item(Status.DRAFT)], [record(Status.DRAFT)], quotas=scheduling(0))) == "hold QUOTA"
    assert only(planned([intent()])) == "create", "quotas that nobody told"


@pytest.mark.parametrize(
    ("wanted", "live", "now", "expected"),
    [
        (intent(), [], NOW, "create"),
        (intent(), [], AT, "hold QUOTA 6"),
        (intent(), [item(Status.DRAFT)], AT, "hold QUOTA 6"),
        (intent(timing=asap()), [], NOW, "hold QUOTA 6"),
    ],
    ids=["a draft that waits", "due", "due draft", "asap"],
)
def test_local_delivery_uses_publishing_when_due(wanted, live, now, expected: str):
    known = [record(one.status) for one in live]
    assert only(planned([wanted], live, known, now=now, site=LOCAL, quotas=publishing(0))) == expected
    free = only(planned([wanted], live, known, now=now, site=LOCAL, quotas=publishing(1)))
    assert free == ("publish" if live else "create")


def test_a_plan_without_publishing():
    quotas = (Quota(feature="PUBLISH_POST", enabled=False),)
    held = planned([intent()], [item(Status.DRAFT)], [record(Status.DRAFT)], now=AT, site=LOCAL, quotas=quotas)
    assert only(held) == "hold NO-PUBLISHING 6"
    assert "delivery" not in held.changes[0].message


def test_a_fence_of_the_same_post_is_not_held_with_it():
    lines = told(planned([intent(attempt=2)], [item()], [record()], quotas=scheduling(0)))
    assert lines == ["sale: cancel FENCE", "sale.a2: hold QUOTA"]
    assert key_of("sale", 2) != key_of("sale")
