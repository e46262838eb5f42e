"""The gates: how many posts, which share, on which days, with which twin; what opens them, and what they let pass."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from fakes import AT, DRAFT, NOW, POLICY, SITE, WAIVER, at, intent, item, key_of, record
from planning import ACCOUNTS, only, planned, told, words

from socialsync.model.accounts import AccountInfo
from socialsync.model.intents import Content, DesiredState, Intent, Waiver
from socialsync.model.items import Item, Record, Status
from socialsync.model.plans import ChangeKind
from socialsync.model.sites import Blackout, Policy, Site
from socialsync.plan.waivers import Book

S = Status
WRITES = {kind for kind in ChangeKind if kind.writes}


def allowing(rule: str, subject: str, **more: date) -> Waiver:
    return replace(WAIVER, rule=rule, subject=subject, **more)


def subject_of(paste: str) -> str:
    return paste.split('"')[1]


# --- shares of a site ----------------------------------------------------------------------------


def live(posts: int, *, targets: int = 1) -> tuple[list[Intent], list[Item], list[Record]]:
    """So many scheduled posts, each with its own text."""
    accounts = ("", "berlin")[:targets]
    names = [(f"p{number:03d}", account) for number in range(posts) for account in accounts]
    intents = [intent(name, text=name, account=account) for name, account in names]
    items = [
        item(key=one.key, item_id=f"i-{one.key}", text=one.post_id, second_id="3" if one.target.account else "2")
        for one in intents
    ]
    return intents, items, [record(key=one.key, item_id=f"i-{one.key}", text=one.post_id) for one in intents]


@pytest.mark.parametrize(
    ("posts", "removed", "waits"),
    [(4, 3, False), (5, 4, True), (10, 3, False), (15, 4, True), (20, 4, False), (20, 5, True), (99, 20, True)],
)
@pytest.mark.parametrize("targets", [1, 2])
def test_removals_are_counted_in_posts(posts: int, removed: int, targets: int, *, waits: bool):
    intents, items, records = live(posts, targets=targets)
    plan = planned(intents[removed * targets :], items, records)
    taken = [words(change) for change in plan.changes if change.kind is not ChangeKind.KEEP]
    assert taken == (["hold GATE-REMOVALS 9"] if waits else ["cancel"]) * removed * targets


@pytest.mark.parametrize(
    ("posts", "edited", "waits"), [(10, 10, False), (11, 11, True), (30, 10, False), (40, 12, False), (40, 13, True)]
)
def test_updates_are_counted_in_posts(posts: int, edited: int, *, waits: bool):
    intents, items, records = live(posts)
    moved = at(AT + timedelta(hours=1))
    changed = [
        replace(one, timing=moved) if number % 2 else replace(one, content=Content(text=f"New {one.post_id}"))
        for number, one in enumerate(intents[:edited])
    ]
    kinds = {words(change) for change in planned([*changed, *intents[edited:]], items, records).changes} - {"keep"}
    assert kinds == ({"hold GATE-UPDATES 9"} if waits else {"update", "reschedule"})
    if waits:
        message = planned([*changed, *intents[edited:]], items, records).changes[0].message
        allowed = max(10, posts * 3 // 10)
        assert message.startswith(
            f"{edited} of {posts} live posts would be changed at once (up to {allowed} go without"
        )


def test_public_posts_are_no_live_posts():
    intents, items, records = live(4)
    history, public, known = live(24)
    public = [replace(one, status=S.PUBLISHED) for one in public[4:]]
    known = [replace(one, status=S.PUBLISHED) for one in known[4:]]
    plan = planned(history[4:], [*items, *public], [*records, *known], now=AT + timedelta(minutes=-30))
    held = [change for change in plan.changes if change.reason == "GATE-REMOVALS"]
    assert len(held) == len(intents)
    assert "4 of 4 live posts" in held[0].message


def test_posts_that_need_not_be_read_count_as_if_they_had_been():
    intents, items, records = live(24)
    of_all = planned(intents[4:], items, records).changes
    unread = planned([], items[:4], records[:4], settled=records[4:])
    assert sorted(map(words, unread.changes)) == sorted(map(words, of_all))
    assert {change.item.at for change in unread.changes if change.item is not None} == {AT}
    held = planned([], items[:5], records[:5], settled=records[5:]).changes
    messages = {change.message for change in held if change.reason == "GATE-REMOVALS"}
    assert messages == {"5 of 24 live posts would be taken back at once (up to 4 go without asking)"}


def test_items_of_unknown_owners_are_no_live_posts():
    intents, items, records = live(20)
    strange = [item(key=key_of(f"x{number}"), item_id=f"x{number}", text=f"x{number}") for number in range(5)]
    plan = planned(intents[4:], [*items, *strange], records)
    assert "cancel" in {words(change) for change in plan.changes}
    held = planned(intents[5:], [*items, *strange], records).changes
    assert {change.message for change in held if change.reason == "GATE-REMOVALS"} == {
        "5 of 20 live posts would be taken back at once (up to 4 go without asking)"
    }


def test_only_the_gated_kind_waits():
    intents, items, records = live(10)
    edited = replace(intents[9], content=Content(text="New"))
    plan = planned([*intents[5:9], edited, intent("new", text="A new one")], items, records)
    assert {words(change) for change in plan.changes} == {"hold GATE-REMOVALS 9", "keep", "update", "create"}


def test_a_cancel_that_is_written_in_the_files_never_waits():
    intents, items, records = live(10)
    canceled = [replace(one, state=DesiredState.CANCELED) for one in intents]
    assert {words(change) for change in planned(canceled, items, records).changes} == {"cancel CANCELED"}


def test_a_gate_is_opened_by_the_line_it_prints_and_by_no_other():
    intents, items, records = live(10)
    held = planned(intents[5:], items, records).changes
    line = next(change for change in held if change.reason == "GATE-REMOVALS")
    assert line.paste_at is not None
    assert line.paste_at.path == "socialsync.yaml"
    assert line.wanted is ChangeKind.CANCEL
    assert "5 of 10 live posts" in line.message
    subject = subject_of(line.paste)

    def kinds(waiver: Waiver, keep: int = 5) -> set[str]:
        site = replace(SITE, waivers=(waiver,))
        return {words(change) for change in planned(intents[keep:], items, records, site=site).changes} - {"keep"}

    assert kinds(allowing("GATE-REMOVALS", subject)) == {"cancel"}
    assert kinds(allowing("GATE-REMOVALS", subject, until=NOW.date())) == {"cancel"}
    assert kinds(allowing("GATE-REMOVALS", subject, until=NOW.date() - timedelta(days=1))) == {"hold GATE-REMOVALS 9"}
    assert kinds(allowing("GATE-UPDATES", subject)) == {"hold GATE-REMOVALS 9"}
    assert kinds(allowing("GATE-REMOVALS", subject), keep=6) == {"hold GATE-REMOVALS 9"}, "one post more"


def test_an_empty_tree_takes_nothing_back():
    assert only(planned([], [item()], [record()])) == "hold GATE-EMPTY 9"
    assert not planned([], [], [record(S.PUBLISHED)]).changes


def test_another_namespace_or_site_writes_nothing():
    plan = planned([intent(), intent("other", text="Other")], [item()], [record()], moved_from="namespace old")
    assert told(plan) == ["other: hold GATE-MOVED 9", "sale: keep"]
    assert "namespace old" in plan.changes[0].message


def test_a_pause_stops_every_write_and_is_no_alarm():
    rules = replace(POLICY, pause=True)
    intents = [intent(), intent("new", text="New"), intent("off", text="Off", state=DesiredState.CANCELED)]
    items = [item(text="Older"), item(key=key_of("off"), item_id="i2", text="Off")]
    plan = planned(intents, items, [record(text="Older")], rules=rules)
    assert [words(change) for change in plan.changes] == ["hold PAUSED"] * 3
    assert {change.wanted for change in plan.changes} == {ChangeKind.CREATE, ChangeKind.CANCEL, ChangeKind.UPDATE}


# --- days ----------------------------------------------------------------------------------------


def closed(first: date, last: date, zone: str = "Europe/Berlin", reason: str = "holidays") -> Policy:
    return replace(POLICY, timezone=zone, no_posts=(Blackout(first=first, last=last, reason=reason),))


DAY = AT.date()
DAYS = {
    "new": ([], intent(), "hold BLACKOUT 9"),
    "draft": ([], intent(timing=DRAFT), "create"),
    "draft gets a date": ([item(S.DRAFT)], intent(), "hold BLACKOUT 9"),
    "edited": ([item()], intent(text="New"), "hold BLACKOUT 9"),
    "moved there": ([item(moment=AT - timedelta(days=1))], intent(), "hold BLACKOUT 9"),
    "moved away": ([item()], intent(timing=at(AT + timedelta(days=1))), "reschedule"),
    "stands there": ([item()], intent(), "hold BLACKOUT 9"),
    "taken back": ([item()], intent(state=DesiredState.CANCELED), "cancel CANCELED"),
    "public": ([item(S.PUBLISHED)], intent(timing=at(NOW - timedelta(days=2))), "keep"),
}


@pytest.mark.parametrize(("items", "wanted", "expected"), DAYS.values(), ids=DAYS)
def test_days_without_posts(items: list[Item], wanted: Intent, expected: str):
    known = [record(one.status, moment=one.at) for one in items]
    assert only(planned([wanted], items, known, rules=closed(DAY, DAY))) == expected
    (change,) = planned([wanted], items, known, rules=closed(DAY, DAY)).changes
    stands = bool(items) and wanted == intent() and items[0] == item()
    if change.reason == "BLACKOUT":
        already = "; it is scheduled for that time already" if stands else ""
        assert change.message == f"nothing goes out from {DAY} to {DAY} (holidays){already}"
    waived = replace(wanted, waivers=(allowing("BLACKOUT", DAY.isoformat()),))
    assert "BLACKOUT" not in only(planned([waived], items, known, rules=closed(DAY, DAY)))


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-30T22:59:00+00:00", "create"),
        ("2026-11-30T23:00:00+00:00", "hold BLACKOUT 9"),
        ("2026-12-02T22:59:00+00:00", "hold BLACKOUT 9"),
        ("2026-12-02T23:00:00+00:00", "create"),
    ],
)
def test_days_begin_and_end_in_the_zone_of_the_site(moment: str, expected: str):
    wanted = intent(timing=at(NOW.fromisoformat(moment)))
    assert only(planned([wanted], rules=closed(DAY, DAY + timedelta(days=1)))) == expected
    assert "holidays" in planned([intent()], rules=closed(DAY, DAY)).changes[0].message
    assert "()" not in planned([intent()], rules=closed(DAY, DAY, reason="")).changes[0].message


def test_every_closed_time_counts():
    early, late = Blackout(first=DAY - timedelta(days=9), last=DAY - timedelta(days=8), reason=""), closed(DAY, DAY)
    rules = replace(late, no_posts=(early, *late.no_posts))
    assert only(planned([intent()], rules=rules)) == "hold BLACKOUT 9"
    assert only(planned([intent(timing=at(AT - timedelta(days=3)))], rules=rules)) == "create"


def test_a_local_post_goes_out_on_the_day_it_is_published():
    local = replace(SITE, delivery="local")
    yesterday = intent(timing=at(NOW - timedelta(days=1), until=NOW + timedelta(days=1)))
    rules = closed(NOW.date() - timedelta(days=1), NOW.date() - timedelta(days=1))
    assert only(planned([yesterday], [item(S.DRAFT)], [record(S.DRAFT)], site=local, rules=rules)) == "publish"
    rules = closed(NOW.date(), NOW.date())
    held = planned([yesterday], [item(S.DRAFT)], [record(S.DRAFT)], site=local, rules=rules)
    assert only(held) == "hold BLACKOUT 9"


# --- the same content twice ----------------------------------------------------------------------

TWIN = key_of("twin")
DOUBLES = {
    "scheduled": ([item(key=TWIN)], [], "hold DOUBLE 9"),
    "public": ([item(S.PUBLISHED, key=TWIN)], [], "hold DOUBLE 9"),
    "in queue": ([item(S.IN_QUEUE, key=TWIN)], [], "hold DOUBLE 9"),
    "unknown status": ([item(S.OTHER, key=TWIN)], [], "hold DOUBLE 9"),
    "foreign": ([item(key="")], [], "hold DOUBLE 9"),
    "made on the channel": ([item(S.PUBLISHED, key="", external=True)], [], "hold DOUBLE 9"),
    "remembered as public": ([], [record(S.PUBLISHED, key=TWIN)], "hold DOUBLE 9"),
    "draft": ([item(S.DRAFT, key="")], [], "create"),
    "canceled": ([item(S.CANCELED, key="")], [], "create"),
    "remembered as canceled": ([], [record(S.CANCELED, key=TWIN)], "create"),
    "another page": ([item(key="", second_id="3")], [], "create"),
    "another text": ([item(key="", text="Hello!")], [], "create"),
    "another kind": ([item(key="", cell="facebook/reel")], [], "create"),
    "nothing in it": ([item(key="", fields={})], [], "create"),
}


@pytest.mark.parametrize(("items", "records", "expected"), DOUBLES.values(), ids=DOUBLES)
def test_the_same_content_elsewhere(items: list[Item], records: list[Record], expected: str):
    plan = planned([intent()], items, records)
    assert [words(change) for change in plan.changes if change.post_id == "sale"] == [expected]
    if expected != "create":
        held = next(change for change in plan.changes if change.post_id == "sale")
        twin = items[0].id if items else "i1"
        assert held.message == f"the same content is public or scheduled on facebook already (as {twin})"
        assert (held.wanted, held.paste_at) == (ChangeKind.CREATE, intent().location)
        waived = intent(waivers=(allowing("DOUBLE", subject_of(held.paste)),))
        again = planned([waived], items, records)
        assert [words(change) for change in again.changes if change.post_id == "sale"] == ["create"]


def test_a_draft_that_would_go_out_as_a_twin():
    draft = item(S.DRAFT, item_id="d1")
    known = [record(S.DRAFT, item_id="d1")]
    assert only(planned([intent()], [draft, item(key="", item_id="f1")], known)) == "hold DOUBLE 9"
    local = replace(SITE, delivery="local")
    twin = item(S.PUBLISHED, key="", item_id="f1")
    assert only(planned([intent()], [draft, twin], known, site=local, now=AT)) == "hold DOUBLE 9"


def test_a_twin_by_its_item_id():
    waived = intent(waivers=(allowing("DOUBLE", "i1"),))
    assert only(planned([waived], [item(key="")])) == "create"
    assert only(planned([waived], [item(key="", item_id="i2")])) == "hold DOUBLE 9"
    both = [item(key="", item_id="i2"), item(key="")]
    assert only(planned([waived], both)) == "hold DOUBLE 9", "one of two is named"
    waived = replace(waived, waivers=(*waived.waivers, allowing("DOUBLE", "i2")))
    assert only(planned([waived], both)) == "create"


def test_twins_within_one_plan():
    twins = [intent("two"), intent("one")]
    assert told(planned(twins)) == ["one: create", "two: hold DOUBLE 9"]
    berlin = intent("two", account="berlin")
    assert told(planned([intent("one"), berlin])) == ["one: create", "two-berlin: create"]
    assert told(planned([intent("one", timing=DRAFT), intent("two")])) == ["two: create", "one: create"]
    held = planned(twins).changes[1]
    waived = replace(twins[0], waivers=(allowing("DOUBLE", subject_of(held.paste)),))
    assert told(planned([waived, twins[1]])) == ["one: create", "two: create"]


def test_a_public_twin_of_an_older_attempt_is_another_rules_business():
    again = intent(attempt=2, waivers=(allowing("POST-AGAIN", "i1"),))
    assert only(planned([again], [], [record(S.PUBLISHED)])) == "create"


def test_what_this_plan_takes_back_must_be_gone_first():
    plan = planned([intent("renamed")], [item()], [record()], base=[intent()])
    assert told(plan) == ["sale: cancel", "renamed: create"]
    assert plan.changes[1].needs == (key_of("sale"),)
    deleted = intent(state=DesiredState.DELETED)
    plan = planned([deleted, intent("renamed")], [item()], [record()])
    assert told(plan) == ["sale: delete DELETED", "renamed: create"]
    assert plan.changes[1].needs == (key_of("sale"),)


def test_what_is_public_stays_in_the_way_even_if_it_is_deleted():
    deleted = intent(state=DesiredState.DELETED, waivers=(allowing("DELETE-PUBLIC", "i1"),))
    plan = planned([deleted, intent("renamed")], [item(S.PUBLISHED)], [record(S.PUBLISHED)])
    assert told(plan) == ["sale: delete DELETED", "renamed: hold DOUBLE 9"]


@pytest.mark.parametrize("pinned", ["1/2", "2", "1"])
@pytest.mark.parametrize("asked", [True, False])
def test_an_account_is_the_same_however_it_is_pinned(pinned: str, *, asked: bool):
    site: Site = replace(SITE, accounts={"facebook": pinned})
    plan = planned([intent()], [item(key="")], site=site, accounts=ACCOUNTS if asked else None)
    assert only(plan) == "hold DOUBLE 9"


def test_an_account_without_pages():
    alone = AccountInfo(channel="facebook", account_id="7")
    site = replace(SITE, accounts={"facebook": "7"})
    twin = item(key="", account_id="7", second_id="")
    assert only(planned([intent()], [twin], site=site, accounts={"facebook": alone})) == "hold DOUBLE 9"
    known = replace(record(S.PUBLISHED, key=TWIN), account="7")
    assert only(planned([intent()], [], [known], site=site, accounts={"facebook": alone})) == "hold DOUBLE 9"


def test_a_waiver_that_was_needed_is_not_named():
    needed = allowing("DOUBLE", "i1", until=NOW.date())
    plan = planned([intent(waivers=(needed,))], [item(key="")])
    assert (told(plan), plan.notes) == (["sale: create"], ())


def test_a_waiver_for_nothing_in_particular_allows_nothing():
    book = Book(NOW.date())
    assert not book.waived((allowing("DOUBLE", ""),), "DOUBLE", ("",))
    assert book.waived((allowing("DOUBLE", "i1"),), "DOUBLE", ("", "i1"))
    assert book.line("DOUBLE", "i1") == 'allow: [{rule: DOUBLE, for: "i1", until: 2026-12-08, reason: "why"}]'


def test_inert_and_expired_waivers_are_named_while_the_post_is_to_come():
    inert = allowing("DOUBLE", "nothing")
    expired = allowing("NO-TRACE", "1", until=NOW.date() - timedelta(days=1))
    assert planned([intent(waivers=(inert, expired))]).notes == (
        "posts/a.yaml:9:1: the exception DOUBLE for nothing matches nothing and can be removed",
        "posts/a.yaml:9:1: the exception NO-TRACE for 1 has expired and can be removed",
    )
    over = intent(waivers=(inert,), timing=at(NOW - timedelta(days=2)))
    assert planned([over], [], [record(S.PUBLISHED)]).notes == ()
    assert planned([intent()], site=replace(SITE, waivers=(inert,))).notes != ()
    line = planned([intent("one"), intent("two")]).changes[1].paste
    assert f"until: {NOW.date() + timedelta(days=14)}" in line
