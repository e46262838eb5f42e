"""A run is red once for what somebody ended at Wix; it stays in every report."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from fakes import AT, NOW, at, intent, item, record
from planning import only, planned

from socialsync.model import ChangeKind, Status
from socialsync.plan.news import is_old_news

WANTED = intent()
KEY = WANTED.key
CANCELED = planned([WANTED], [item(Status.CANCELED)], [record()], base=[WANTED])
DELETED = planned([WANTED], [], [record()], base=[WANTED])
MISSED = planned([intent(timing=at(NOW - timedelta(days=1)))])
CONFLICT = planned([WANTED], [item(text="Hand")], [record()], base=[WANTED])


def test_what_is_meant():
    assert [only(plan) for plan in (CANCELED, DELETED, MISSED, CONFLICT)] == [
        "hold FINAL 9",
        "hold GONE 9",
        "hold MISSED 9",
        "hold CONFLICT 8",
    ]


@pytest.mark.parametrize(
    ("plan", "noted", "old"),
    [
        (CANCELED, {}, False),
        (CANCELED, {KEY: "FINAL"}, True),
        (CANCELED, {KEY: "CONFLICT"}, False),
        (CANCELED, {"another": "FINAL"}, False),
        (DELETED, {}, False),
        (DELETED, {KEY: "GONE"}, True),
        (CANCELED, {KEY: "GONE"}, True),
        (MISSED, {KEY: "MISSED"}, False),
        (CONFLICT, {KEY: "CONFLICT"}, False),
    ],
)
def test_reported_once_it_is_no_news(plan, noted, old):
    (held,) = plan.changes
    assert is_old_news(held, noted, {KEY: WANTED}) is old
    assert held.attention, "it stays among what needs a decision"


def test_what_git_asks_anew_is_news_again():
    (held,) = CANCELED.changes
    noted = {KEY: "FINAL"}
    assert not is_old_news(held, noted, {KEY: intent(text="Before this commit")})
    assert not is_old_news(held, noted, {KEY: intent(timing=at(AT - timedelta(days=1)))})
    assert is_old_news(held, noted, {}), "no commit before this one, or none that knew it"


def test_only_what_is_held_and_wanted():
    (held,) = CANCELED.changes
    noted = {KEY: "FINAL"}
    assert not is_old_news(replace(held, kind=ChangeKind.KEEP), noted, {})
    assert not is_old_news(replace(held, intent=None), noted, {})
