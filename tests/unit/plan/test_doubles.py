"""The gate DOUBLE: edits that make two posts equal, what an exception opens and for how long, and which accounts are
the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from fakes import ACCOUNT, AT, DRAFT, NOW, POLICY, SITE, WAIVER, at, intent, item, key_of, record
from planning import ACCOUNTS, only, planned, told, words

from socialsync.model.intents import Intent, Waiver
from socialsync.model.items import Item, Record, Status
from socialsync.model.sites import Blackout
from socialsync.timing import LEAD

S = Status
LOCAL = replace(SITE, delivery="local")
MONTH = timedelta(days=30)
LATER = AT + MONTH


def allowing(rule: str, paste: str, until: date | None = None) -> tuple[Waiver, ...]:
    return (replace(WAIVER, rule=rule, subject=paste.split('"')[1], until=until),)


def until_of(paste: str) -> str:
    return paste.partition("until: ")[2].partition(",")[0]


# --- an edit that makes two posts equal -----------------------------------------------------------

ONE, TWO = intent("one", text="Same"), intent("two", text="Same", timing=at(LATER))
ITEMS = [
    item(key=ONE.key, item_id="i1", text="Same"),
    item(key=TWO.key, item_id="i2", text="Other", moment=LATER),
]
KNOWN = [record(key=one.key, item_id=one.id, text=one.fields["text"], moment=one.at) for one in ITEMS]  # type: ignore[arg-type]


def test_an_edit_that_makes_a_post_equal_to_another_one():
    plan = planned([ONE, TWO], ITEMS, KNOWN)
    assert told(plan) == ["two: hold DOUBLE 9", "one: keep"]
    held = plan.changes[0]
    assert "(as i1); until this is decided it stays scheduled as it was" in held.message
    allowed = replace(TWO, waivers=allowing("DOUBLE", held.paste))
    assert "two: update" in told(planned([ONE, allowed], ITEMS, KNOWN))


def test_an_edit_of_a_waiting_draft_counts_too():
    draft = replace(ITEMS[1], status=S.DRAFT, at=None)
    known = [KNOWN[0], replace(KNOWN[1], status=S.DRAFT, at=None)]
    plan = planned([ONE, TWO], [ITEMS[0], draft], known, site=LOCAL)
    assert "two: hold DOUBLE 9" in told(plan)
    assert "stays scheduled" not in plan.changes[0].message


def test_two_edits_that_make_two_posts_equal():
    edited = [intent("one", text="New"), intent("two", text="New", timing=at(LATER))]
    assert sorted(told(planned(edited, ITEMS, KNOWN))) == ["one: update", "two: hold DOUBLE 9"]


def test_a_new_date_alone_makes_nothing_equal():
    equal = [ITEMS[0], replace(ITEMS[1], fields={"text": "Same"})]
    known = [KNOWN[0], record(key=TWO.key, item_id="i2", text="Same", moment=LATER)]
    moved = replace(TWO, timing=at(LATER + MONTH))
    assert "two: reschedule" in told(planned([ONE, moved], equal, known))


def test_a_draft_that_stays_one_is_in_nobodys_way():
    draft = replace(ITEMS[1], status=S.DRAFT, at=None)
    plan = planned([ONE, replace(TWO, timing=DRAFT)], [ITEMS[0], draft], KNOWN[:1], base=[intent("two", text="Other")])
    assert "two: update" in told(plan)


def test_an_adopted_item_is_not_its_own_twin():
    mine = item(item_id="y", key="")
    wanted = intent(adopt="y", timing=at(LATER))
    moved = planned([wanted], [mine], [record(item_id="y")], base=[replace(wanted, timing=at(AT))])
    assert only(moved) == "reschedule"
    other = replace(mine, fields={"text": "Hello", "link": "https://example.com"})
    cut = planned([intent(adopt="y")], [other], [record(item_id="y", fields=dict(other.fields))])
    assert only(cut) == "update"


# --- what an exception opens ---------------------------------------------------------------------


def test_an_exception_is_for_one_target():
    berlin = intent(account="berlin", text="Hello")
    there = item(key="", item_id="f3", second_id="3")
    plan = planned([intent(), berlin], [item(key=""), there])
    lines = {change.key: change.paste for change in plan.changes}
    assert len({line.split('"')[1] for line in lines.values()}) == 2
    waived = allowing("DOUBLE", lines[intent().key])
    plan = planned([intent(waivers=waived), replace(berlin, waivers=waived)], [item(key=""), there])
    assert sorted(told(plan)) == ["sale-berlin: hold DOUBLE 9", "sale: create"]


# --- how long an exception lasts -----------------------------------------------------------------

XMAS = at(NOW + MONTH)
CLOSED = replace(POLICY, no_posts=(Blackout(first=XMAS.at.date(), last=XMAS.at.date(), reason=""),))  # type: ignore[union-attr]
LINES = {
    "BLACKOUT": ([], {"rules": CLOSED}, intent(timing=XMAS)),
    "DOUBLE": ([item(key="", item_id="f1")], {}, intent(timing=XMAS)),
    "NO-TRACE": ([], {}, intent(timing=XMAS, attempt=2)),
    "CONFLICT": ([item(text="Hand")], {}, intent(timing=XMAS)),
}


@pytest.mark.parametrize(("items", "more", "wanted"), LINES.values(), ids=LINES)
def test_the_line_lasts_until_its_post_has_gone_out(items: list[Item], more, wanted: Intent, request):
    (held,) = planned([wanted], items, **more).changes
    assert held.reason == request.node.callspec.id
    assert wanted.timing.until is not None
    assert until_of(held.paste) == wanted.timing.until.date().isoformat()
    soon = replace(wanted, timing=at(NOW + timedelta(days=1)))
    if held.reason != "BLACKOUT":
        (held,) = planned([soon], items, **more).changes
        assert until_of(held.paste) == (NOW.date() + timedelta(days=14)).isoformat()


@pytest.mark.parametrize("reason", ["BLACKOUT", "DOUBLE", "NO-TRACE"])
@pytest.mark.parametrize("site", [SITE, LOCAL], ids=["wix", "local"])
def test_what_was_decided_goes_out_at_its_time(reason: str, site):
    items, more, wanted = LINES[reason]
    (held,) = planned([wanted], items, site=site, **more).changes
    assert wanted.timing.at is not None
    until = date.fromisoformat(until_of(held.paste))
    allowed = replace(wanted, waivers=allowing(reason, held.paste, until))
    live = items if reason == "DOUBLE" else []
    assert only(planned([allowed], live, site=site, **more)) == "create"
    moment = wanted.timing.at - LEAD if site is SITE else wanted.timing.at
    draft = item(S.DRAFT, key=wanted.key, item_id="d1")
    known = record(S.DRAFT, key=wanted.key, item_id="d1")
    out = planned([allowed], [draft, *live], [known], now=moment, site=site, **more)
    assert only(out) == ("schedule" if site is SITE else "publish")


# --- an exception that expires before its post goes out -------------------------------------------

WAITING = item(S.DRAFT, item_id="d1")
MEMORY: list[Record] = [record(S.DRAFT, item_id="d1")]


def waiting(rule: str, until: date | None, others: tuple[Item, ...] = (), more_intents: tuple[Intent, ...] = ()):
    wanted = intent(timing=XMAS)
    more = {"rules": CLOSED} if rule == "BLACKOUT" else {}
    subject = planned([wanted], [item(key="", item_id="f1")] if rule == "DOUBLE" else [], **more).changes[0].paste
    wanted = replace(wanted, waivers=allowing(rule, subject, until))
    drafts = [item(S.DRAFT, key=one.key, item_id=f"d-{one.post_id}") for one in more_intents]
    known = [record(S.DRAFT, key=one.key, item_id=f"d-{one.post_id}") for one in more_intents]
    plan = planned([wanted, *more_intents], [WAITING, *others, *drafts], [*MEMORY, *known], site=LOCAL, **more)
    return plan, next(change for change in plan.changes if change.post_id == "sale")


EXPIRED = NOW.date() - timedelta(days=1)
FOREIGN = (item(key="", item_id="f1"),)
DRAFTED = (intent("also", timing=at(LATER)),)


@pytest.mark.parametrize(
    ("rule", "others", "more"),
    [("BLACKOUT", (), ()), ("DOUBLE", FOREIGN, ()), ("DOUBLE", (), DRAFTED)],
    ids=["day", "twin", "twin that waits as well"],
)
def test_an_expired_exception_that_is_needed_is_told_before_the_day(rule: str, others, more):
    plan, change = waiting(rule, EXPIRED, others, more)
    assert words(change) == f"hold {rule} 9"
    (waiver,) = allowing(rule, change.paste)
    assert plan.notes == (
        f"posts/a.yaml:9:1: the exception {rule} for {waiver.subject} has expired and is still needed",
    )
    plan, change = waiting(rule, NOW.date(), others, more)
    assert words(change) == "keep WAITING"
    assert plan.notes == (), "it is needed, so nobody is asked to take it out"


def test_an_expired_exception_that_nothing_needs_can_go():
    plan, change = waiting("DOUBLE", EXPIRED)
    assert words(change) == "keep WAITING"
    assert plan.notes[0].endswith("has expired and can be removed")


def test_a_waiting_draft_was_judged_when_it_was_made():
    """Of two that were decided, only the one that came second has the exception."""
    _, change = waiting("DOUBLE", None, FOREIGN)
    assert words(change) == "keep WAITING"
    (plain,) = planned([intent(timing=XMAS)], [WAITING, *FOREIGN], MEMORY, site=LOCAL).changes
    assert words(plain) == "keep WAITING"


def test_a_day_without_posts_is_told_of_a_draft_that_waits_for_it():
    (held,) = planned([intent(timing=XMAS)], [WAITING], MEMORY, site=LOCAL, rules=CLOSED).changes
    assert words(held) == "hold BLACKOUT 9"
    assert "scheduled for that time already" not in held.message
    edited = planned([intent(timing=XMAS, text="New")], [WAITING], MEMORY, site=LOCAL, rules=CLOSED)
    assert only(edited) == "hold BLACKOUT 9"


# --- which accounts are the same -----------------------------------------------------------------

TWIN = key_of("twin")


@pytest.mark.parametrize(
    ("live", "expected"),
    [("locations/2", "hold DOUBLE 9"), ("2", "create"), ("locations/3", "create")],
)
def test_an_id_at_wix_may_have_a_slash_of_its_own(live: str, expected: str):
    accounts = {"facebook": replace(ACCOUNT, second_id="locations/2")}
    known = replace(record(S.PUBLISHED, key=TWIN), account=f"1/{live}")
    assert words(planned([intent()], [], [known], accounts=accounts).changes[0]) == expected
    site = replace(SITE, accounts={"facebook": "1/locations/2"})
    assert words(planned([intent()], [], [known], accounts=None, site=site).changes[0]) == expected
    twin = item(key=TWIN, second_id=live)
    changes = planned([intent()], [twin], accounts=accounts).changes
    assert next(words(change) for change in changes if change.post_id == "sale") == expected


def test_the_same_page_id_below_another_account_is_another_page():
    known = replace(record(S.PUBLISHED, key=TWIN), account="8/2")
    assert only(planned([intent()], [], [known], accounts=ACCOUNTS)) == "create"
