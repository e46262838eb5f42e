"""A raised attempt: older ones are fenced off, drafts too, and the new one waits until that is done and proven."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from fakes import AT, DRAFT, NOW, SITE, WAIVER, at, intent, item, key_of, record
from planning import planned, told

from socialsync.model.intents import Waiver
from socialsync.model.items import Item, Record, Status
from socialsync.model.plans import ChangeKind

S = Status
LOCAL = replace(SITE, delivery="local")
FIRST, SECOND = key_of("sale"), key_of("sale", 2)


def waiver(rule: str, subject: str) -> tuple[Waiver, ...]:
    return (replace(WAIVER, rule=rule, subject=subject),)


OLDER = {
    "nothing known": ([], [], ["sale.a2: hold NO-TRACE 9"]),
    "draft": ([item(S.DRAFT)], [record(S.DRAFT)], ["sale: delete FENCE", "sale.a2: create"]),
    "draft nobody remembers": ([item(S.DRAFT)], [], ["sale: delete FENCE", "sale.a2: create"]),
    "scheduled": ([item()], [record()], ["sale: cancel FENCE", "sale.a2: create"]),
    "scheduled and a leftover draft": (
        [item(), item(S.DRAFT, item_id="i2")],
        [record()],
        ["sale: cancel FENCE", "sale: delete FENCE", "sale.a2: create"],
    ),
    "scheduled twice": (
        [item(), item(item_id="i2")],
        [record()],
        ["sale: cancel FENCE", "sale: cancel FENCE", "sale.a2: create"],
    ),
    "gone": ([], [record()], ["sale.a2: create"]),
    "canceled": ([item(S.CANCELED)], [], ["sale.a2: create"]),
    "canceled, remembered": ([], [record(S.CANCELED)], ["sale.a2: create"]),
    "deleted, remembered": ([], [record(S.DELETED)], ["sale.a2: create"]),
    "going out": ([item(S.IN_QUEUE)], [record()], ["sale.a2: hold FENCE 8"]),
    "unknown status": ([item(S.OTHER)], [record()], ["sale.a2: hold FENCE 8"]),
    "public": ([item(S.PUBLISHED)], [], ["sale.a2: hold POST-AGAIN 9"]),
    "public, remembered": ([], [record(S.PUBLISHED)], ["sale.a2: hold POST-AGAIN 9"]),
    "failed": ([], [record(S.FAILED)], ["sale.a2: hold POST-AGAIN 9"]),
}


@pytest.mark.parametrize(("items", "records", "expected"), OLDER.values(), ids=OLDER)
def test_the_older_attempt(items: list[Item], records: list[Record], expected: list[str]):
    plan = planned([intent(attempt=2)], items, records)
    assert told(plan) == expected
    (new,) = (change for change in plan.changes if change.key == SECOND)
    fenced = any("FENCE" in line and not line.startswith("sale.a2") for line in expected)
    assert new.needs == ((FIRST,) if fenced else ())
    assert new.wanted is None or new.paste_at == (intent().location if new.paste else None)


def test_public_and_failed_are_told_apart():
    def message(status: Status) -> str:
        return planned([intent(attempt=2)], [], [record(status)]).changes[0].message

    assert "attempt 1 is public already" in message(S.PUBLISHED)
    assert "attempt 1 failed at Wix" in message(S.FAILED)


@pytest.mark.parametrize(
    ("known", "waivers", "expected"),
    [
        ([record(S.PUBLISHED)], waiver("POST-AGAIN", "i1"), "sale.a2: create"),
        ([record(S.PUBLISHED)], waiver("POST-AGAIN", "i2"), "sale.a2: hold POST-AGAIN 9"),
        ([record(S.FAILED)], waiver("POST-AGAIN", "i1"), "sale.a2: create"),
        ([], waiver("NO-TRACE", "1"), "sale.a2: create"),
        ([], waiver("NO-TRACE", "2"), "sale.a2: hold NO-TRACE 9"),
        ([], (replace(WAIVER, rule="NO-TRACE", subject="1", until=NOW.date()),), "sale.a2: create"),
        (
            [],
            (replace(WAIVER, rule="NO-TRACE", subject="1", until=NOW.date().replace(day=23)),),
            "sale.a2: hold NO-TRACE 9",
        ),
    ],
    ids=["by item", "another item", "failed", "by attempt", "another attempt", "last day", "expired"],
)
def test_waivers(known: list[Record], waivers: tuple[Waiver, ...], expected: str):
    assert told(planned([intent(attempt=2, waivers=waivers)], [], known)) == [expected]


def test_the_line_that_opens_it_names_the_rule_and_what_it_is_for():
    def line(*known: Record) -> str:
        return planned([intent(attempt=2)], [], known).changes[0].paste

    assert line(record(S.PUBLISHED)).startswith('allow: [{rule: POST-AGAIN, for: "i1", until: ')
    assert line().startswith('allow: [{rule: NO-TRACE, for: "1", until: ')
    going_out = planned([intent(attempt=2)], [item(S.IN_QUEUE)], [record()]).changes[0]
    assert (going_out.paste, going_out.paste_at) == ("", None), "no line helps against it"


def test_two_attempts_that_git_wants_at_once_are_both_told():
    both = planned([intent(text="One"), intent(attempt=2, text="Two")], [item(text="One")], [record(text="One")])
    assert told(both) == ["sale: cancel FENCE", "sale.a2: create", "sale: keep"]


def test_every_older_attempt_counts():
    items = [item(S.DRAFT), item(key=SECOND, item_id="i2")]
    plan = planned([intent(attempt=3)], items)
    assert told(plan) == ["sale: delete FENCE", "sale.a2: cancel FENCE", "sale.a3: create"]
    assert plan.changes[-1].needs == (FIRST, SECOND)
    third = [record(S.CANCELED), record(S.PUBLISHED, key=SECOND, item_id="i2")]
    assert told(planned([intent(attempt=3)], [], third)) == ["sale.a3: hold POST-AGAIN 9"]


def test_a_new_attempt_that_lives_is_past_the_question():
    new = item(key=SECOND, item_id="i2")
    assert told(planned([intent(attempt=2)], [new], [record(S.PUBLISHED)])) == ["sale.a2: keep"]
    assert told(planned([intent(attempt=2)], [new, item()], [record()])) == ["sale: cancel FENCE", "sale.a2: keep"]


def test_one_that_lives_needs_no_fence_to_be_changed():
    new, fenced = item(key=SECOND, item_id="i2"), "sale: cancel FENCE"
    for wanted, expected in ((intent(attempt=2), "keep"), (intent(attempt=2, text="New"), "update")):
        plan = planned([wanted], [new, item()], [record(), record(key=SECOND, item_id="i2")])
        assert told(plan) == [fenced, f"sale.a2: {expected}"]
        assert plan.changes[-1].needs == ()


def test_publishing_the_new_attempt_now_needs_the_fence_too():
    items = [item(S.DRAFT, key=SECOND, item_id="i2"), item(moment=AT + timedelta(days=1))]
    plan = planned([intent(attempt=2)], items, [record()], site=LOCAL, now=AT)
    assert told(plan) == ["sale: cancel FENCE", "sale.a2: publish"]
    assert plan.changes[1].needs == (FIRST,)
    untraced = planned([intent(attempt=2)], items[:1], site=LOCAL, now=AT)
    assert told(untraced) == ["sale.a2: hold NO-TRACE 9"]
    assert untraced.changes[0].wanted is ChangeKind.PUBLISH


def test_a_draft_of_the_new_attempt_is_not_brought_to_life():
    draft = item(S.DRAFT, key=SECOND, item_id="i2")
    assert told(planned([intent(attempt=2)], [draft], [])) == ["sale.a2: hold NO-TRACE 9"]
    assert told(planned([intent(attempt=2, timing=DRAFT)], [draft], [])) == ["sale.a2: keep"]


def test_twins_of_the_new_attempt_and_fences_of_the_old():
    new = [item(key=SECOND, item_id="i2"), item(key=SECOND, item_id="i3")]
    plan = planned([intent(attempt=2)], [item(), *new], [record()])
    assert told(plan) == ["sale: cancel FENCE", "sale.a2: cancel TWIN 10", "sale.a2: hold DUPLICATE 10"]


@pytest.mark.parametrize("status", [S.DRAFT, S.SCHEDULED])
def test_an_older_attempt_that_is_lent_is_not_fenced_off(status: Status):
    """Its `adopt` line is gone: only State still counts the item to the post, and memory writes nothing."""
    plan = planned([intent(attempt=2)], [item(status, item_id="x", key="")], [record(status, item_id="x")])
    assert told(plan) == ["sale.a2: hold ADOPT-CHANGED 9"]
    assert "attempt 1 is item x," in plan.changes[0].message


def test_a_lowered_attempt_takes_the_newer_back_and_revives_nothing():
    records = [record(S.CANCELED), record(key=SECOND, item_id="i2")]
    plan = planned([intent()], [item(key=SECOND, item_id="i2")], records, base=[intent(attempt=2)])
    assert told(plan) == ["sale.a2: cancel", "sale: hold FINAL 9"]


def test_a_fence_is_told_under_its_post():
    plan = planned([intent(attempt=2, timing=at(AT))], [item()])
    assert {change.post_id for change in plan.changes} == {"sale"}
    assert {change.target for change in plan.changes} == {"facebook/post"}
