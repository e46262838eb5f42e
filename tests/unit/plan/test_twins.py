"""Several items with one key: one stands for it, the other scheduled ones are called off, and somebody is told."""

from __future__ import annotations

import pytest
from fakes import AT, DRAFT, intent, item, key_of, record
from planning import planned, told

from socialsync.model.intents import DesiredState
from socialsync.model.items import Item, Record, Status
from socialsync.twins import by_advance, doubled, surplus

S = Status
LIVE, CANCELED, DELETED = DesiredState


def items(*statuses: Status) -> list[Item]:
    return [item(status, item_id=f"i{number}") for number, status in enumerate(statuses, start=1)]


CASES = {
    # items i1, i2, …; what State knows; the plan for a live post
    "two scheduled": (items(S.SCHEDULED, S.SCHEDULED), None, ["cancel TWIN 10 i2", "hold DUPLICATE 10 i1"]),
    "the known one stays": (items(S.SCHEDULED, S.SCHEDULED), "i2", ["cancel TWIN 10 i1", "hold DUPLICATE 10 i2"]),
    "three": (
        items(S.SCHEDULED, S.PROCESSING, S.SCHEDULED),
        None,
        ["cancel TWIN 10 i1", "cancel TWIN 10 i3", "hold DUPLICATE 10 i2"],
    ),
    "one is public": (items(S.SCHEDULED, S.PUBLISHED), None, ["cancel TWIN 10 i1", "hold DUPLICATE 10 i2"]),
    "one may be public": (items(S.SCHEDULED, S.FAILED), None, ["cancel TWIN 10 i1", "hold DUPLICATE 10 i2"]),
    "both are public": (items(S.PUBLISHED, S.PUBLISHED), None, ["hold DUPLICATE 10 i1"]),
    "unknown status": (items(S.OTHER, S.PUBLISHED), None, ["hold DUPLICATE 10 i2"]),
    "a leftover draft": (items(S.DRAFT, S.SCHEDULED), None, ["keep i2"]),
    "a draft after a cancel": (items(S.DRAFT, S.CANCELED), None, ["hold FINAL 9 i2"]),
    "a draft after a failure": (items(S.DRAFT, S.FAILED), None, ["hold FAILED 6 i2"]),
    "both failed": (items(S.FAILED, S.FAILED), None, ["hold FAILED 6 i1"]),
    "a deleted leftover": (items(S.DELETED, S.DRAFT), None, ["schedule i2"]),
    "the known draft": (items(S.DRAFT, S.DRAFT), "i2", ["schedule i2"]),
    "two drafts": (items(S.DRAFT, S.DRAFT), None, ["schedule i1"]),
    "a draft of somebody's, ours is gone": (items(S.DRAFT), "i9", ["hold GONE 9"]),
    "a draft of somebody's, ours was deleted": (items(S.DRAFT, S.DELETED), "i2", ["hold FINAL 9 i2"]),
}


@pytest.mark.parametrize(("found", "known", "expected"), CASES.values(), ids=CASES)
def test_a_live_post(found: list[Item], known: str | None, expected: list[str]):
    records = [record(item_id=known)] if known else []
    for listed in (found, found[::-1]):
        plan = planned([intent()], listed, records)
        words = [line.removeprefix("sale: ") for line in told(plan)]
        ids = [change.item.id if change.item is not None else "" for change in plan.changes]
        assert [" ".join(filter(None, pair)) for pair in zip(words, ids, strict=True)] == expected


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (CANCELED, ["cancel CANCELED i1", "cancel TWIN 10 i2"]),
        (DELETED, ["delete DELETED i1", "cancel TWIN 10 i2"]),
        (None, ["cancel i1", "cancel TWIN 10 i2"]),
    ],
    ids=["canceled", "deleted", "removed"],
)
def test_a_post_that_is_taken_back_leaves_none_of_them(state: DesiredState | None, expected: list[str]):
    wanted = [intent("other", text="Other")] + ([intent(state=state)] if state is not None else [])
    plan = planned(wanted, items(S.SCHEDULED, S.SCHEDULED), [record()])
    taken = [
        f"{line.removeprefix('sale: ')} {change.item.id}"
        for line, change in zip(told(plan), plan.changes, strict=True)
        if change.post_id == "sale" and change.item is not None
    ]
    assert taken == expected


def test_of_an_unknown_owner_nothing_is_called_off():
    assert told(planned([], items(S.SCHEDULED, S.SCHEDULED))) == ["sale: hold UNKNOWN-OWNER 9"]


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (record(S.PUBLISHED, item_id="i9"), ["sale: hold DUPLICATE 10"]),
        (record(S.FAILED, item_id="i9"), ["sale: hold DUPLICATE 10"]),
        (record(S.CANCELED, item_id="i9"), ["sale: keep"]),
    ],
    ids=["published", "failed", "canceled"],
)
def test_what_only_state_remembers_never_calls_anything_off(known: Record, expected: list[str]):
    assert told(planned([intent()], items(S.SCHEDULED), [known])) == expected


def test_what_only_state_remembers_outranks_a_draft():
    assert told(planned([intent()], items(S.DRAFT), [record(S.PUBLISHED, item_id="i9")])) == ["sale: keep"]
    assert told(planned([intent()], items(S.DRAFT), [record(S.CANCELED, item_id="i9")])) == ["sale: hold FINAL 9"]


def test_leftover_drafts_are_named():
    plan = planned([intent()], [*items(S.DRAFT, S.SCHEDULED), item(S.DRAFT, key=key_of("gone"), item_id="i3")])
    assert plan.notes == ("sale: an extra draft with the same key, item i1, can be deleted in the dashboard",)
    plan = planned([], [item(S.DRAFT, item_id="i3"), item(S.DRAFT, item_id="i4")], [record(S.DRAFT, item_id="i3")])
    assert plan.notes == ("sale: an extra draft with the same key, item i4, can be deleted in the dashboard",)
    plan = planned([], [item(S.DRAFT, item_id="i3"), item(S.DRAFT, item_id="i4")])
    assert plan.notes == (
        f"{key_of('sale')}: an extra draft with the same key, item i4, can be deleted in the dashboard",
    )


def test_what_is_listed_counts_for_more_than_what_was_remembered_of_it():
    assert told(planned([intent()], items(S.CANCELED), [record(S.PUBLISHED)])) == ["sale: hold FINAL 9"]


def test_what_state_remembers_of_a_removed_post_goes_before_what_base_wanted():
    plan = planned([intent("other", text="Other")], items(S.SCHEDULED), [record()], base=[intent()])
    assert told(plan) == ["sale: cancel", "other: create"]
    assert plan.changes[0].record == record()


@pytest.mark.parametrize("status", [S.CANCELED, S.DELETED, S.FAILED])
def test_what_ended_under_the_key_is_no_leftover(status: Status):
    assert planned([intent()], items(S.PUBLISHED, status), now=AT).notes == ()


def test_the_most_advanced_stands_for_the_key():
    advance = [S.PUBLISHED, S.PROCESSING, S.IN_QUEUE, S.OTHER, S.FAILED, S.SCHEDULED, S.CANCELED, S.DRAFT, S.DELETED]
    assert set(advance) == set(S)
    assert [one.status for one in by_advance(items(*reversed(advance)))] == advance
    equals = items(S.SCHEDULED, S.SCHEDULED, S.SCHEDULED)
    assert [one.id for one in by_advance(equals[::-1])] == ["i1", "i2", "i3"]
    assert [one.id for one in by_advance(equals, "i3")] == ["i3", "i1", "i2"]


@pytest.mark.parametrize("status", S)
def test_which_items_count_beside_a_scheduled_one(status: Status):
    """Everything that is, will be or may be on the channel; what ended unseen or was never sent does not count."""
    counts = status not in (S.DRAFT, S.CANCELED, S.DELETED)
    pair = by_advance([item(S.SCHEDULED), item(status, item_id="i2")])
    assert doubled(pair) is counts
    assert [one.status for one in surplus(pair)] == ([S.SCHEDULED] if counts else [])


def test_two_that_failed_and_one_that_goes_out():
    found = by_advance(items(S.FAILED, S.FAILED, S.SCHEDULED))
    assert doubled(found)
    assert [one.id for one in surplus(found)] == ["i3"]


def test_the_rule_itself():
    assert [one.id for one in by_advance(items(S.SCHEDULED, S.PUBLISHED, S.DRAFT))] == ["i2", "i1", "i3"]
    assert not doubled([])
    assert not doubled(items(S.FAILED, S.FAILED))
    assert doubled(items(S.FAILED, S.SCHEDULED))
    assert surplus(items(S.SCHEDULED)) == ()
    assert intent(timing=DRAFT).key == key_of("sale")
