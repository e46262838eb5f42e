"""What is public: what went out otherwise than git said, and what git asks of it in vain, is told once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from fakes import AT, DRAFT, HALF_HOUR, NOW, Shop, asap, at, intent, item, key_of, record
from planning import only, planned

from socialsync.errors import ExitCode
from socialsync.model.intents import Content, MediaKind, MediaRef, Timing
from socialsync.model.items import Item, Status
from socialsync.plan.news import note

S = Status
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
KEY = key_of("sale")


# --- an id that was used before ------------------------------------------------------------------

WENT_OUT = record(S.PUBLISHED, text="Summer", moment=NOW - 300 * DAY)
AGAIN = {
    "another year": (intent(text="New"), "hold PUBLISHED 9", "hold PUBLISHED 9"),
    "the same words": (intent(text="Summer"), "hold PUBLISHED 9", "hold PUBLISHED 9"),
    "asap": (intent(text="New", timing=asap()), "hold PUBLISHED 9", "hold PUBLISHED 9"),
    "a draft": (intent(text="New", timing=DRAFT), "hold PUBLISHED 9", "keep EDITED"),
    "over before a run came": (intent(text="New", timing=at(NOW - DAY)), "hold PUBLISHED 9", "hold PUBLISHED 9"),
    "its file is back": (intent(text="Summer", timing=at(NOW - 300 * DAY)), "keep", "keep"),
    "its file is back, tidied up": (intent(text="S", timing=at(NOW - 300 * DAY)), "keep EDITED", "keep EDITED"),
    "the same date in another zone": (
        intent(text="Summer", timing=at(NOW - 299 * DAY)),
        "keep",
        "keep",
    ),
}


@pytest.mark.parametrize(("wanted", "reviewed", "applied"), AGAIN.values(), ids=AGAIN)
def test_an_id_that_was_used_before(wanted, reviewed: str, applied: str):
    """Whatever BASE knows: the run of the commit that brought it may have been skipped."""
    for base in ([], [wanted]):
        assert only(planned([wanted], [], [WENT_OUT], base=base)) == applied
    assert only(planned([wanted], [], [WENT_OUT], reviewing=True)) == reviewed


def test_it_says_what_to_do_and_only_once():
    wanted = intent(text="New")
    (held,) = planned([wanted], [], [WENT_OUT]).changes
    assert (held.paste, held.paste_at) == ("attempt: 2", wanted.location)
    assert "an id of its own" in held.message
    noted = {KEY: note("PUBLISHED", wanted)}
    assert only(planned([wanted], [], [WENT_OUT], noted=noted)) == "hold PUBLISHED"
    assert only(planned([wanted], [], [WENT_OUT], noted=noted, reviewing=True)) == "hold PUBLISHED 9", "new here"
    moved = replace(wanted, timing=at(AT + DAY))
    assert only(planned([moved], [], [WENT_OUT], noted=noted)) == "hold PUBLISHED 9", "another date in vain"
    edit = planned([wanted], [], [replace(WENT_OUT, at=AT + DAY)], base=[intent(text="Summer")], reviewing=True)
    assert "this edit changes nothing" in edit.changes[0].message


def test_a_life_of_one_id():
    shop = Shop()
    first = intent(text="Summer", timing=at(NOW + HOUR))
    assert shop.apply(first) == ExitCode.OK
    shop.service.clock.sleep(2 * 3600)
    assert shop.apply(first) == ExitCode.OK
    assert shop.apply() == ExitCode.OK, "forgotten"
    again = intent(text="Summer again", timing=at(NOW + 9 * HOUR))
    assert shop.apply(again) == ExitCode.HELD
    assert shop.apply(again) == ExitCode.OK, "told"


def test_only_the_memory_of_a_publication_makes_an_old_date_a_loss():
    """A first run finds years of posts whose files were given other dates since."""
    old = item(S.PUBLISHED, moment=NOW - 300 * DAY)
    assert only(planned([intent(timing=at(NOW - 9 * DAY))], [old])) == "keep"
    undated = replace(WENT_OUT, at=None)
    assert only(planned([intent(text="Summer", timing=at(NOW - 9 * DAY))], [], [undated])) == "keep"
    assert only(planned([intent(text="Summer")], [], [undated])) == "hold PUBLISHED 9", "still to come"


@pytest.mark.parametrize("reason", ["PUBLISHED-EARLY", "PUBLISHED-OTHERWISE"])
def test_what_was_told_of_a_publication_is_not_told_twice(reason: str):
    wanted = intent()
    early = record(S.PUBLISHED, moment=AT - HOUR)
    assert only(planned([wanted], [], [early], noted={KEY: note(reason, wanted)})) == "hold PUBLISHED"
    assert only(planned([wanted], [], [early], noted={KEY: note(reason, wanted)}, now=AT)) == "keep"


# --- published otherwise ---------------------------------------------------------------------------

LATER = AT + 9 * HOUR
SENT = record(moment=AT)
OTHERWISE = {
    # the item as it went out, what State knew, what BASE wanted, what git wants
    "as confirmed": (item(S.PUBLISHED), SENT, None, intent(), "keep"),
    "other words": (item(S.PUBLISHED, text="Hand"), SENT, None, intent(), "hold PUBLISHED-OTHERWISE 8"),
    "other words than any": (
        item(S.PUBLISHED, text="Hand"), SENT, intent(text="Old"), intent(text="New"), "hold PUBLISHED-OTHERWISE 8",
    ),
    "before an edit was applied": (item(S.PUBLISHED), SENT, None, intent(text="New"), "keep EDITED"),
    "an edit that nobody remembered": (item(S.PUBLISHED, text="New"), SENT, None, intent(text="New"), "keep"),
    "what a run that died wrote": (
        item(S.PUBLISHED, text="A"), SENT, intent(text="A"), intent(text="B"), "keep EDITED",
    ),
    "a field more": (
        item(S.PUBLISHED, fields={"text": "Hello", "link": "https://example.com"}), SENT, None, intent(),
        "hold PUBLISHED-OTHERWISE 8",
    ),
    "nothing shown of it": (item(S.PUBLISHED, fields={}), SENT, None, intent(), "keep"),
    "hours before": (item(S.PUBLISHED, moment=AT - HOUR), SENT, None, intent(), "hold PUBLISHED-EARLY 8"),
    "a while after, in time": (item(S.PUBLISHED, moment=AT + HALF_HOUR), SENT, None, intent(), "keep"),
    "after its time": (item(S.PUBLISHED, moment=AT + HOUR), SENT, None, intent(), "hold PUBLISHED-OTHERWISE 8"),
    "at a time that was confirmed": (
        item(S.PUBLISHED, moment=AT - HOUR), record(moment=AT - HOUR), None, intent(), "keep",
    ),
    "at a time that git wanted before": (
        item(S.PUBLISHED, moment=AT - HOUR), record(moment=AT - DAY), intent(timing=at(AT - HOUR)), intent(), "keep",
    ),
    "at no time that is known": (item(S.PUBLISHED, moment=None), SENT, None, intent(), "keep"),
    "asap": (item(S.PUBLISHED, moment=AT - HOUR), SENT, None, intent(timing=asap(AT)), "keep"),
    "asap, too late": (
        item(S.PUBLISHED, moment=AT + HOUR), SENT, None, intent(timing=asap(AT)), "hold PUBLISHED-OTHERWISE 8",
    ),
    "no memory, long over": (item(S.PUBLISHED, text="Hand"), None, None, intent(), "keep EDITED"),
}  # fmt: skip


@pytest.mark.parametrize(("live", "known", "before", "wanted", "expected"), OTHERWISE.values(), ids=OTHERWISE)
def test_the_first_look_at_a_publication(live: Item, known, before, wanted, expected: str):
    plan = planned([wanted], [live], [known] if known else [], base=[before] if before else [], now=LATER)
    assert only(plan) == expected


def test_no_memory_but_just_out():
    """A run died before it could remember, and somebody changed what it made."""
    just = AT + timedelta(minutes=5)
    assert only(planned([intent()], [item(S.PUBLISHED, text="Hand")], now=just)) == "hold PUBLISHED-OTHERWISE 8"
    assert only(planned([intent()], [item(S.PUBLISHED)], now=just)) == "keep"


def test_both_versions_are_shown():
    (held,) = planned([intent()], [item(S.PUBLISHED, text="Hand", moment=AT + HOUR)], [SENT], now=LATER).changes
    assert [(one.name, one.was, one.now) for one in held.fields] == [
        ("text", "Hand", "Hello"),
        ("schedule", "2026-12-01T09:00:00Z", "2026-12-01T08:00:00Z"),
    ]
    (early,) = planned([intent()], [item(S.PUBLISHED, moment=AT - HOUR)], [SENT], now=LATER).changes
    assert [(one.name, one.was) for one in early.fields] == [("schedule", "2026-12-01T07:00:00Z")]


def test_files_that_are_tidied_away_make_no_difference():
    picture = MediaRef(kind=MediaKind.IMAGE, digest="ab")
    sent = record(fields={"text": "Hello", "media": (picture.token,)})
    live = item(S.PUBLISHED, fields={"text": "Hello", "media": (picture.token,)})
    assert only(planned([intent(content=Content(text="Hello"))], [live], [sent], now=LATER)) == "keep"


@pytest.mark.parametrize("edit", [{"fields": {"text": "Nobody approved"}}, {"at": NOW + timedelta(minutes=5)}], ids=str)
def test_changed_by_hand_and_out_before_the_next_run(edit):
    shop = Shop()
    post = intent(timing=at(NOW + 2 * HOUR))
    shop.apply(post)
    (made,) = shop.service.of_key(KEY)
    shop.service.edit(made.id, **edit)
    shop.service.clock.sleep(3 * 3600)
    assert shop.apply(post) == ExitCode.CONFLICT
    assert shop.apply(post) == ExitCode.OK


# --- stuck on its way ------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [S.IN_QUEUE, S.PROCESSING])
@pytest.mark.parametrize(
    ("moment", "known", "timing", "since"),
    [
        (AT, None, at(AT - DAY), AT),
        (None, record(moment=AT), at(AT - DAY), AT),
        (None, record(moment=None), at(AT), AT + HALF_HOUR),
        (None, None, asap(AT), AT),
    ],
    ids=["its own", "confirmed", "the last that git allows", "asap"],
)
def test_what_is_on_its_way_for_long_is_late(status: Status, moment, known, timing: Timing, since):
    def plan(now):
        return only(planned([intent(timing=timing)], [item(status, moment=moment)], [known] if known else [], now=now))

    assert plan(since + HALF_HOUR - timedelta(seconds=1)) == "keep GOING-OUT"
    assert plan(since + HALF_HOUR) == "hold LATE 7"


def test_a_draft_on_its_way_was_published_by_hand():
    assert only(planned([intent(timing=DRAFT)], [item(S.PROCESSING, moment=None)])) == "hold PUBLISHED-BY-HAND 8"
