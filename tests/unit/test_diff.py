"""What a pull request is told without asking Wix: BASE's content, the status that State remembers, and what drifted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from fakes import AT, DRAFT, NOW, POLICY, SITE, WAIVER, Clock, asap, at, intent, item, key_of, record

from socialsync.canonical import field_fingerprints, short_fingerprint
from socialsync.commands.comment import _says_something, _substance
from socialsync.commands.diff import _site
from socialsync.model.intents import Content, DesiredState, Intent
from socialsync.model.items import Item, Record, Status
from socialsync.model.plans import Change, ChangeKind, Origin, Plan
from socialsync.model.reports import Report, SiteReport
from socialsync.model.sites import Blackout, Policy
from socialsync.plan.build import build
from socialsync.plan.context import Context
from socialsync.plan.waivers import Book
from socialsync.report.words import UNSEEN
from socialsync.source.tree import WorkTree
from socialsync.state import Drift, State

S, K = Status, ChangeKind
KEY = key_of("sale")
LATER = AT + timedelta(hours=2)


KNOWN = record()


def diff(
    *head: Intent,
    base: Iterable[Intent] = (intent(),),
    known: Record | None = KNOWN,
    live: Item | None = None,
    now: datetime = NOW,
    looked: timedelta = timedelta(hours=1),
    policy: Policy = POLICY,
) -> Plan:
    """The plan of a pull request from `base` to `head`, after a look (so long ago) that saw `live`."""
    drifts = {known.key: drift(known, live)} if known is not None and live is not None else {}
    records = {known.key: known} if known is not None else {}
    state = State(site="main", namespace="acme", wix="id-of-main", at=now - looked, records=records)
    workspace: Any = SimpleNamespace(settings=SimpleNamespace(policy=policy), tree=WorkTree("none"))
    environment: Any = SimpleNamespace(clock=Clock(now))
    before = {one.key: one for one in base}
    report = _site(workspace, SITE, list(head), before, replace(state, drifts=drifts), (), environment)
    assert report.plan is not None
    return report.plan


def drift(known: Record, live: Item) -> Drift:
    prints = field_fingerprints(live.fields)
    names = sorted({*prints, *known.fingerprints})
    return Drift(
        fields={name: prints.get(name) for name in names if prints.get(name) != known.fingerprints.get(name)},
        status=live.status,
        at=live.at,
        live=short_fingerprint(live.fields, live.at),
    )


def only(plan: Plan) -> Change:
    (change,) = plan.changes
    return change


def names(change: Change) -> list[str]:
    return [field.name for field in change.fields]


# --- without drift ------------------------------------------------------------------------------

PLAIN = {
    # base, head, what State remembers, and the change
    "nothing changed": (intent(), intent(), record(), "keep "),
    "another text": (intent(), intent(text="New"), record(), "update "),
    "another time": (intent(), intent(timing=at(LATER)), record(), "reschedule "),
    "never applied": (intent(), intent(), None, "keep "),
    "main is ahead of this branch": (intent(), intent(), record(text="Newer", moment=LATER), "keep "),
    "public by now": (intent(), intent(text="New"), record(S.PUBLISHED), "hold PUBLISHED"),
    "failed": (intent(), intent(), record(S.FAILED), "hold FAILED"),
    "a draft that was never applied": (intent(timing=DRAFT), intent(timing=DRAFT), None, "keep "),
    "a draft with a date": (intent(timing=DRAFT), intent(), record(S.DRAFT), "schedule "),
}


@pytest.mark.parametrize(("base", "head", "known", "expected"), PLAIN.values(), ids=PLAIN)
def test_base_in_the_status_that_state_remembers(base: Intent, head: Intent, known: Record | None, expected: str):
    change = only(diff(head, base=[base], known=known))
    assert f"{change.kind} {change.reason}" == expected


@pytest.mark.parametrize("status", [S.FAILED, S.CANCELED, S.DELETED])
def test_how_a_post_ended_is_no_alarm_in_a_review_that_leaves_it_alone(status: Status):
    ended = record(status)
    untouched, edited = only(diff(intent(), known=ended)), only(diff(intent(text="New"), known=ended))
    assert (untouched.kind, untouched.attention) == (K.HOLD, 0)
    assert edited.kind is K.HOLD
    assert edited.attention


def test_a_day_without_posts_is_an_alarm_about_every_post_on_it():
    closed = Blackout(first=AT.date(), last=AT.date(), reason="rest")
    change = only(diff(intent(), policy=replace(POLICY, no_posts=(closed,))))
    assert (change.reason, change.attention) == ("BLACKOUT", 9)


def test_what_was_due_since_the_last_look_is_taken_for_public():
    day = AT + timedelta(days=1)
    assert only(diff(intent(), now=day)).kind is K.KEEP
    edited = only(diff(intent(text="New"), now=day))
    assert (edited.kind, edited.reason) == (K.HOLD, "PUBLISHED")
    behind = only(diff(intent(), now=day, known=record(text="Newer")))
    assert (behind.kind, behind.reason) == (K.KEEP, ""), "main's later text is not this branch's edit"


def test_a_post_of_main_alone_and_one_that_only_state_knows():
    assert diff(base=[intent(state=DesiredState.CANCELED)], known=None).changes == ()
    assert only(diff(base=[intent()])).kind is K.HOLD, "an empty tree waits"
    known_only = only(diff(intent(), base=[]))
    assert (known_only.kind, known_only.item and known_only.item.fields) == (K.KEEP, {"text": "Hello"})


def test_records_are_those_of_state_where_nothing_moved():
    known = record(permalink="https://example.com/1", commit="c1")
    assert only(diff(intent(), known=known)).record is known
    moved = only(diff(intent(), known=replace(known, path="posts/old.yaml"))).record
    assert moved == known


def test_a_second_post_with_the_content_of_a_scheduled_one_waits_as_it_will_after_the_merge():
    copy = intent("copy")
    (held,) = [change for change in diff(intent(), copy).changes if change.key == copy.key]
    assert (held.kind, held.reason) == (K.HOLD, "DOUBLE")
    for account in ("1/9", "9", ""):
        plan = diff(intent(), copy, known=replace(KNOWN, account=account))
        assert [change.kind for change in plan.changes if change.key == copy.key] == [K.CREATE], account


# --- drift --------------------------------------------------------------------------------------

TOUCHED = {
    # live, head, and what the message names
    "its text": (item(text="Hand"), intent(text="New"), "its text was changed"),
    "another field": (item(text="Hand"), intent(content=Content(text="Hello", title="T")), "its text was changed"),
    "its time": (item(moment=LATER), intent(timing=at(AT + timedelta(days=2))), "its time was changed"),
    "both": (item(text="Hand", moment=LATER), intent(text="New"), "its text and time were changed"),
    "a field that is gone": (item(fields={}), intent(text="New"), "its text was changed"),
    "a field more": (item(fields={"text": "Hello", "link": "https://x.example"}), intent(text="New"), "its link was"),
}


@pytest.mark.parametrize(("live", "head", "said"), TOUCHED.values(), ids=TOUCHED)
def test_a_change_of_what_drifted_is_a_conflict_to_be(live: Item, head: Intent, said: str):
    change = only(diff(head, live=live))
    assert (change.kind, change.reason, change.wanted, change.attention) == (K.HOLD, "CONFLICT", K.UPDATE, 8)
    assert change.message.startswith(said)
    assert "(last look: 1 h ago)" in change.message
    assert "after the merge this change waits" in change.message
    assert short_fingerprint(live.fields, live.at) in change.paste
    assert change.paste_at == head.location


@pytest.mark.parametrize(("live", "head"), [case[:2] for case in TOUCHED.values()], ids=TOUCHED)
def test_the_apply_after_the_merge_says_the_same(live: Item, head: Intent):
    """Held there too, with the very same line."""
    context = Context(site="main", now=NOW, book=Book(NOW.date()), base={KEY: intent()})
    plan = build(site=SITE, rules=POLICY, intents=[head], items=[live], records={KEY: record()}, context=context)
    told, now = only(plan), only(diff(head, live=live))
    assert (told.kind, told.reason, told.paste) == (now.kind, now.reason, now.paste)
    assert names(told) == names(now)


@pytest.mark.parametrize(("live", "head", "said"), TOUCHED.values(), ids=TOUCHED)
def test_what_drifted_and_is_not_touched_is_a_note(live: Item, head: Intent, said: str):
    change = only(diff(intent(), live=live))
    assert (change.kind, change.origin, change.attention, change.paste) == (K.HOLD, Origin.DRIFT, 0, "")
    assert change.message.startswith(said)
    assert change.message.endswith("; this change leaves that as it is")
    assert head.key == change.key


def test_what_it_says_there_is_never_made_up():
    change = only(diff(intent(text="New"), live=item(text="Hand")))
    (field,) = change.fields
    assert (field.was, field.now, field.last) == (UNSEEN, "New", "Hello")


def test_the_line_that_lets_git_win_is_known_already():
    live = item(text="Hand", moment=LATER)
    allowed = replace(WAIVER, rule="CONFLICT", subject=short_fingerprint(live.fields, live.at))
    for text in ("Hello", "New"):
        plan = diff(intent(text=text, waivers=(allowed,)), live=live)
        change = only(plan)
        assert (change.kind, names(change), change.at) == (K.UPDATE, ["text", "schedule"], AT)
        assert plan.notes == ()
    other = replace(allowed, subject="00000000")
    assert only(diff(intent(waivers=(other,)), live=live)).reason == "CONFLICT"


def test_writing_what_wix_shows_into_the_file_settles_it():
    assert only(diff(intent(text="Hand"), live=item(text="Hand"))).kind is K.KEEP
    ahead = only(diff(intent(), base=[intent(text="Hand")], live=item(text="Hand"), known=record(text="Old")))
    assert ahead.kind is K.UPDATE, "BASE had it, so it is git's own"


def test_taking_back_what_drifted_is_not_held():
    canceled = intent(state=DesiredState.CANCELED)
    assert only(diff(canceled, live=item(text="Hand"))).kind is K.CANCEL


def test_a_draft_that_was_edited_or_scheduled_by_hand():
    draft, known = intent(timing=DRAFT), record(S.DRAFT)
    edited = only(diff(draft, base=[draft], known=known, live=item(S.DRAFT, text="Hand")))
    assert (edited.kind, edited.reason, edited.attention) == (K.HOLD, "DRAFT-EDITED", 0)
    dated = only(diff(draft, base=[draft], known=known, live=item()))
    assert (dated.kind, dated.reason, dated.attention) == (K.HOLD, "SCHEDULED-BY-HAND", 0)
    assert dated.message.startswith("its time and status were changed at Wix")
    new = replace(draft, content=Content(text="New"))
    touched = only(diff(new, base=[draft], known=known, live=item()))
    assert (touched.kind, touched.reason, touched.attention) == (K.HOLD, "SCHEDULED-BY-HAND", 8)
    assert "last look" in touched.message
    assert "somebody scheduled this draft" in touched.message.lower()


def test_what_was_moved_by_hand_is_public_when_that_time_has_come():
    sooner = NOW + timedelta(hours=1)
    assert only(diff(intent(text="New"), live=item(moment=sooner), now=sooner)).reason == "PUBLISHED"
    assert only(diff(intent(text="New"), live=item(moment=LATER), now=AT)).reason == "CONFLICT"


def test_a_post_that_only_state_knows_has_drifted_too():
    assert only(diff(intent(), base=[], live=item(text="Hand"))).reason == "CONFLICT"


def test_asap_keeps_what_was_chosen():
    soon = intent(timing=asap(AT))
    assert only(diff(soon, base=[soon], known=record(moment=NOW + timedelta(minutes=5)))).kind is K.KEEP


# --- the comment --------------------------------------------------------------------------------


def report(plan: Plan) -> Report:
    return Report(verb="diff", sites=(SiteReport(site="main", plan=plan),))


@pytest.mark.parametrize("text", ["Hello", "New"])
def test_only_another_age_of_the_look_is_nothing_new(text: str):
    first, later = (diff(intent(text=text), live=item(text="Hand"), looked=timedelta(hours=hours)) for hours in (1, 3))
    assert only(first).message != only(later).message
    assert _substance(report(first)) == _substance(report(later))
    other = diff(intent(text=text), live=item(text="Hand", moment=LATER))
    assert _substance(report(first)) != _substance(report(other))


def test_notes_alone_are_no_reason_to_begin_a_comment():
    assert not _says_something(report(diff(intent(), live=item(text="Hand"))))
    assert not _says_something(report(diff(intent())))
    assert _says_something(report(diff(intent(text="New"), live=item(text="Hand"))))
    assert _says_something(report(diff(intent(text="New"))))
