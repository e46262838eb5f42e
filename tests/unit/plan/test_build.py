"""The plan as a whole: its order of writes, its digest, its notes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from fakes import AT, HALF_HOUR, NOW, SITE, WAIVER, asap, at, intent, item, key_of, record
from planning import planned, told

from socialsync.model.intents import Content, DesiredState
from socialsync.model.items import Item, Status

HOUR = timedelta(hours=1)


def _everything():
    posts = {
        "fenced": (intent("fenced", text="f", attempt=2), item(key=key_of("fenced"), item_id="f", text="f")),
        "off": (intent("off", text="o", state=DesiredState.CANCELED), item(key=key_of("off"), item_id="o", text="o")),
        "gone": (intent("gone", text="g", state=DesiredState.DELETED), item(key=key_of("gone"), item_id="g", text="g")),
        "trash": (
            intent("trash", text="t", state=DesiredState.DELETED),
            item(Status.DRAFT, key=key_of("trash"), item_id="t", text="t"),
        ),
        "later": (intent("later", text="l", timing=at(AT + HOUR)), item(key=key_of("later"), item_id="l", text="l")),
        "edit": (intent("edit", text="new"), item(key=key_of("edit"), item_id="e", text="e")),
        "sooner": (intent("sooner", text="s", timing=at(AT - HOUR)), item(key=key_of("sooner"), item_id="s", text="s")),
        "new-late": (intent("new-late", text="nl", timing=at(AT + 2 * HOUR)), None),
        "new-soon": (intent("new-soon", text="ns"), None),
        "same": (intent("same", text="x"), item(key=key_of("same"), item_id="x", text="x")),
        "failed": (intent("failed", text="y"), item(Status.FAILED, key=key_of("failed"), item_id="y", text="y")),
    }
    items = [one for _, one in posts.values() if one is not None]
    records = [record(one.status, key=one.key, item_id=one.id, text=str(one.fields["text"])) for one in items]
    return [one for one, _ in posts.values()], items, records


def test_writes_come_in_the_order_in_which_a_crash_does_least_harm():
    intents, items, records = _everything()
    assert told(planned(intents, items, records)) == [
        "fenced: cancel FENCE",
        "gone: delete DELETED",
        "off: cancel CANCELED",
        "later: reschedule",
        "edit: update",
        "sooner: reschedule",
        "fenced.a2: create",
        "new-soon: create",
        "new-late: create",
        "trash: delete DELETED",
        "failed: hold FAILED 6",
        "same: keep",
    ]
    forgotten = planned([intent("other")], [], [record(Status.PUBLISHED)], base=[intent()])
    assert told(forgotten) == ["sale: forget", "other: hold DOUBLE 9"]


def _named(name: str, status: Status = Status.SCHEDULED, **more: Any) -> Item:
    return item(status, key=key_of(name), item_id=name, text=name, **more)


def test_the_order_owes_nothing_to_dates_and_names():
    """Each comes before what is due earlier and sorts first by name."""
    intents = [
        intent("n-fenced", text="n-fenced", attempt=2, timing=at(AT)),
        intent("m-off", text="m-off", state=DesiredState.CANCELED),
        intent("l-later", text="l-later", timing=at(AT + 4 * HOUR)),
        intent("k-edit", text="new", timing=at(AT + 3 * HOUR)),
        intent("j-sooner", text="j-sooner", timing=at(AT + 2 * HOUR)),
        intent("i-new", text="i-new", timing=at(AT + HOUR)),
        intent("ib-dated", text="ib-dated", timing=at(AT + HOUR + HALF_HOUR)),
        intent("h-trash", text="h-trash", state=DesiredState.DELETED),
        intent("f-failed", text="f-failed"),
        intent("e-same", text="e-same"),
    ]
    items = [
        _named("n-fenced", moment=AT + 5 * HOUR),
        _named("m-off"),
        _named("l-later", moment=AT + 3 * HOUR),
        _named("k-edit", moment=AT + 3 * HOUR),
        _named("j-sooner", moment=AT + 3 * HOUR),
        _named("ib-dated", Status.DRAFT),
        _named("h-trash", Status.DRAFT),
        _named("g-forgotten", Status.PUBLISHED),
        _named("f-failed", Status.FAILED),
        _named("e-same"),
    ]
    records = [record(one.status, key=one.key, item_id=one.id, text=one.id, moment=one.at) for one in items]
    assert told(planned(intents, items, records, base=[intent("g-forgotten")])) == [
        "n-fenced: cancel FENCE",
        "m-off: cancel CANCELED",
        "l-later: reschedule",
        "k-edit: update",
        "j-sooner: reschedule",
        "n-fenced.a2: create",
        "i-new: create",
        "ib-dated: schedule",
        "h-trash: delete DELETED",
        "g-forgotten: forget",
        "f-failed: hold FAILED 6",
        "e-same: keep",
    ]


def test_what_is_due_now_is_published_before_drafts_are_tidied_away():
    intents = [intent("b-due", text="b-due"), intent("a-trash", text="a-trash", state=DesiredState.DELETED)]
    items = [_named("b-due", Status.DRAFT), _named("a-trash", Status.DRAFT)]
    records = [record(one.status, key=one.key, item_id=one.id, text=one.id) for one in items]
    plan = planned(intents, items, records, site=replace(SITE, delivery="local"), now=AT)
    assert told(plan) == ["b-due: publish", "a-trash: delete DELETED"]


def test_a_draft_that_is_fenced_off_goes_before_everything_else():
    intents = [intent("b-again", text="b", attempt=2), intent("a-off", text="a-off", state=DesiredState.CANCELED)]
    items = [_named("b-again", Status.DRAFT), _named("a-off")]
    assert told(planned(intents, items)) == ["b-again: delete FENCE", "a-off: cancel CANCELED", "b-again.a2: create"]


def test_content_and_date_together_keep_the_later_moment_in_between():
    later = planned([intent(text="New", timing=at(AT + HOUR)), intent("b2", text="b")], [item()], [record()])
    assert told(later)[0] == "sale: update"


def test_the_digest_is_blind_to_order_and_to_the_minute():
    intents, items, records = _everything()
    plan = planned(intents, items, records)
    assert planned(intents[::-1], items[::-1], records[::-1]) == plan
    assert planned(intents, items, records, now=NOW + timedelta(minutes=1)).digest == plan.digest
    soon = [intent("soon", text="s", timing=asap()), intent("near", text="n", timing=at(NOW + timedelta(minutes=12)))]
    first, then = planned(soon), planned(soon, now=NOW + timedelta(minutes=5))
    assert told(first) != told(then), "their order changes"
    assert first.digest == then.digest


DIFFERENT = {
    "text": intent(text="New"),
    "date": intent(timing=at(AT + HOUR)),
    "asap": intent(timing=asap()),
    "post": intent("another"),
    "account": intent(account="berlin"),
    "state": intent(state=DesiredState.CANCELED),
    "waiver": intent(waivers=(replace(WAIVER, rule="DOUBLE", subject="x"),)),
    "extras": intent(content=Content(text="Hello", extras=(("privacy", "public"),))),
}


@pytest.mark.parametrize("wanted", DIFFERENT.values(), ids=DIFFERENT)
def test_the_digest_sees(wanted):
    assert planned([wanted]).digest != planned([intent()]).digest


def test_the_digest_sees_the_site_the_account_and_the_item():
    plan = planned([intent()]).digest
    assert planned([intent()], site=replace(SITE, wix="another")).digest != plan
    assert planned([intent()], site=replace(SITE, accounts={"facebook": "1/9"})).digest != plan
    twins = [item(item_id="i1"), item(item_id="i2"), item(item_id="i3")]
    assert planned([intent()], twins[:2]).digest != planned([intent()], [twins[0], twins[2]]).digest
    removed = [
        planned([intent("other", text="o")], [item(item_id=name)], [record(item_id=name)]) for name in ("i1", "i2")
    ]
    assert removed[0].digest != removed[1].digest


def test_what_stays_as_it_is_is_not_digested():
    kept = planned([intent()], [item()], [record()])
    assert kept.digest == planned([]).digest
    assert kept.digest == planned([intent(text="New")], [item(text="New")], [record(text="New")]).digest


def test_foreign_items_are_counted_and_never_touched():
    foreign = [
        item(key=""),
        item(key="ss1.acme.other.sale.facebook-post.a1", item_id="i2"),
        item(key="x", item_id="i3"),
    ]
    plan = planned([intent(text="Other")], foreign)
    assert plan.foreign == 3
    assert told(plan) == ["sale: create"]
