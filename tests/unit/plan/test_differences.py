"""What differs, and who made the difference, field by field."""

from __future__ import annotations

from datetime import timedelta

import pytest
from fakes import AT

from socialsync.canonical import field_fingerprints
from socialsync.model.plans import FieldChange, Origin
from socialsync.plan.differences import Confirmed, compare, origin, with_last

KNOWN = Confirmed(legs=((field_fingerprints({"text": "old"}), AT),))
NOTHING = Confirmed(legs=())
BEFORE, AFTER = "2026-12-01T08:00:00Z", "2026-12-01T09:00:00Z"


def field(was: str | None, now: str | None, name: str = "text") -> FieldChange:
    return FieldChange(name=name, was=was, now=now)


def test_every_field_by_name_and_the_date_last():
    live, wanted = {"title": "a", "text": "x", "link": "l"}, {"text": "y", "link": "l", "media": ("m",)}
    assert compare(live=live, wanted=wanted, live_at=AT, wanted_at=AT + timedelta(hours=1)) == (
        FieldChange(name="media", was=None, now=("m",)),
        field("x", "y"),
        field("a", None, "title"),
        field(BEFORE, AFTER, "schedule"),
    )
    assert compare(live={}, wanted={}, live_at=AT) == (field(BEFORE, None, "schedule"),)
    assert compare(live={}, wanted={}, wanted_at=AT) == (field(None, BEFORE, "schedule"),)
    assert compare(live=wanted, wanted=wanted, live_at=AT, wanted_at=AT) == ()


@pytest.mark.parametrize(
    ("changes", "known", "expected"),
    [
        ((), KNOWN, Origin.NONE),
        ((), NOTHING, Origin.NONE),
        ((field("old", "new"),), KNOWN, Origin.GIT),
        ((field("hand", "old"),), KNOWN, Origin.DRIFT),
        ((field("hand", "new"),), KNOWN, Origin.BOTH),
        ((field("old", "new"), field(AFTER, BEFORE, "schedule")), KNOWN, Origin.BOTH),
        ((field(BEFORE, AFTER, "schedule"),), KNOWN, Origin.GIT),
        ((field(AFTER, BEFORE, "schedule"),), KNOWN, Origin.DRIFT),
        ((field(None, "new", "title"),), KNOWN, Origin.GIT),
        ((field("hand", None, "title"),), KNOWN, Origin.DRIFT),
        ((field("old", "new"),), NOTHING, Origin.BOTH),
    ],
)
def test_who_made_it(changes: tuple[FieldChange, ...], known: Confirmed, expected: Origin):
    assert origin(changes, known) is expected


@pytest.mark.parametrize(
    ("before", "known", "last"),
    [("old", KNOWN, "old"), ("old", NOTHING, None), ("never confirmed", KNOWN, None), (None, KNOWN, None)],
)
def test_the_confirmed_side_is_shown_where_it_is_known(before: str | None, known: Confirmed, last: str | None):
    fields = {} if before is None else {"text": before}
    (shown,) = with_last((field("hand", "new"),), fields, known)
    assert shown.last == last
    (same,) = with_last((field("old", "new"),), {"text": "old"}, KNOWN)
    assert same.last is None, "it is one of the two that are shown"
