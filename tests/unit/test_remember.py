"""What a run leaves behind: what was confirmed and what ended, and never somebody else's edit as if it were ours."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from fakes import AT, NOW, POLICY, SITE, at, intent, item, key_of, record

from socialsync.canonical import field_fingerprints, short_fingerprint
from socialsync.commands.remember import remembered, worth_saving
from socialsync.model.intents import Content, MediaKind, MediaRef
from socialsync.model.items import Item, Record, RemoteMedia, Status
from socialsync.model.plans import Change, ChangeKind, FieldChange, Outcome, OutcomeKind
from socialsync.plan.build import build
from socialsync.plan.context import Context
from socialsync.plan.news import note
from socialsync.plan.waivers import Book
from socialsync.state import Drift, KnownMedia, State

S, K = Status, ChangeKind
EDITED = (FieldChange(name="text", was="Hand", now="Hello"),)
KEY = key_of("sale")


# A record, what is live beside it, and what git wants: what of it is somebody else's doing.
SAID = Drift(
    fields={"text": field_fingerprints({"text": "Hand"})["text"]},
    status=S.SCHEDULED,
    at=AT,
    live=short_fingerprint({"text": "Hand"}, AT),
)
LATER = AT + timedelta(hours=1)


def after(
    *outcomes: Outcome, known: Record | None = None, media: dict[str, RemoteMedia] | None = None, **more: Any
) -> State:
    workspace: Any = SimpleNamespace(
        settings=SimpleNamespace(policy=POLICY),
        commit=more.pop("commit", "c2"),
        tree=SimpleNamespace(blob=lambda path: f"blob of {path}"),
    )
    state = State(site="main", commit="c1", records={known.key: known} if known else {}, **more)
    return remembered(state, outcomes, workspace=workspace, site=SITE, media=media or {}, now=NOW)


def outcome(kind: ChangeKind, live: Item | None, ended: OutcomeKind = OutcomeKind.DONE, **more: Any) -> Outcome:
    given = {"intent": intent()} | more
    return Outcome(kind=ended, change=Change(kind=kind, key=KEY, site="main", **given), item=live)


def test_everything_of_a_write():
    made = after(outcome(K.CREATE, item(permalink="https://example.com/1")))
    assert made.records[KEY] == Record(
        key=KEY,
        item_id="i1",
        status=S.SCHEDULED,
        cell="facebook/post",
        post_id="sale",
        target="facebook/post",
        fingerprints=field_fingerprints({"text": "Hello"}),
        at=AT,
        commit="c2",
        permalink="https://example.com/1",
        account="1/2",
        path="posts/sale.yaml",
    )
    assert (made.commit, made.at, made.namespace, made.wix) == ("c2", NOW, "acme", "id-of-main")


DONE, FAILED, UNKNOWN, STALE, SKIPPED = OutcomeKind
OLD = record(text="Old", commit="c0", permalink="https://example.com/0")
REMEMBERED = {
    # outcome, status afterwards, text whose fingerprint is known afterwards, commit
    "kept": (outcome(K.KEEP, item(text="Old")), S.SCHEDULED, "Old", "c0"),
    "kept, moved on": (outcome(K.KEEP, item(S.IN_QUEUE, text="Old")), S.IN_QUEUE, "Old", "c0"),
    "kept, edited by hand": (outcome(K.KEEP, item(S.DRAFT, text="Hand"), fields=EDITED), S.SCHEDULED, "Old", "c0"),
    "conflict": (outcome(K.HOLD, item(text="Hand"), SKIPPED, fields=EDITED), S.SCHEDULED, "Old", "c0"),
    "stale": (outcome(K.UPDATE, item(text="Hand"), STALE), S.SCHEDULED, "Old", "c0"),
    "stale, ended": (outcome(K.UPDATE, item(S.CANCELED, text="Hand"), STALE), S.CANCELED, "Hand", "c0"),
    "unknown": (outcome(K.UPDATE, item(text="New"), UNKNOWN), S.SCHEDULED, "Old", "c0"),
    "failed, nothing seen": (outcome(K.UPDATE, None, FAILED), S.SCHEDULED, "Old", "c0"),
    "updated": (outcome(K.UPDATE, item(text="New")), S.SCHEDULED, "New", "c2"),
    "held and public": (outcome(K.HOLD, item(S.PUBLISHED, text="Old"), SKIPPED), S.PUBLISHED, "Old", "c0"),
    "publication failed": (outcome(K.PUBLISH, item(S.FAILED, text="Old"), FAILED), S.FAILED, "Old", "c0"),
    "gone": (outcome(K.HOLD, None, SKIPPED, reason="GONE"), S.DELETED, "Old", "c0"),
    "deleted": (outcome(K.DELETE, item(S.DELETED, text="Old")), S.DELETED, "Old", "c2"),
    "a twin": (outcome(K.CANCEL, item(S.CANCELED, item_id="i2"), reason="TWIN"), S.SCHEDULED, "Old", "c0"),
    "forgotten": (outcome(K.FORGET, None, intent=None), S.SCHEDULED, "Old", "c0"),
}


@pytest.mark.parametrize(("told", "status", "text", "commit"), REMEMBERED.values(), ids=REMEMBERED)
def test_remembered(told: Outcome, status: Status, text: str, commit: str):
    known = after(told, known=OLD).records[KEY]
    assert (known.status, known.fingerprints, known.commit) == (status, field_fingerprints({"text": text}), commit)
    assert known.item_id == "i1"
    assert known.permalink == "https://example.com/0"


def test_why_a_post_failed_is_told_in_every_run():
    """It is listed no more once it has ended, so that only the memory can say it."""
    ended = replace(item(S.FAILED), error="The token has expired")
    first = after(outcome(K.HOLD, ended, SKIPPED), known=record())
    context = Context(site="main", now=NOW, book=Book(NOW.date()))
    plan = build(site=SITE, rules=POLICY, intents=[intent()], items=[], records=first.records, context=context)
    (change,) = plan.changes
    assert "could not publish it: The token has expired." in change.message
    assert after(outcome(K.HOLD, change.item, SKIPPED), known=first.records[KEY]).records == first.records


def test_what_state_itself_answered_changes_nothing():
    known = record(S.PUBLISHED)
    memory = Item(id="i1", key=KEY, status=S.PUBLISHED, cell="facebook/post", at=AT)
    assert after(outcome(K.KEEP, memory), known=known).records == {KEY: known}


def test_nothing_is_remembered_of_what_was_never_seen():
    assert after(outcome(K.HOLD, None, SKIPPED, reason="MISSED")).records == {}
    assert after(outcome(K.HOLD, None, SKIPPED, reason="GONE")).records == {}
    assert after(outcome(K.CREATE, item(S.DRAFT), UNKNOWN)).records == {}


def test_an_end_that_was_only_seen_is_remembered():
    seen = after(outcome(K.CREATE, item(S.CANCELED), STALE)).records[KEY]
    assert (seen.status, seen.commit) == (S.CANCELED, "c2")
    empty = Item(id="i1", key=KEY, status=S.DELETED, cell="")
    known = after(outcome(K.CANCEL, empty), known=OLD).records[KEY]
    assert (known.cell, known.fingerprints, known.at) == ("facebook/post", OLD.fingerprints, AT)
    assert after(outcome(K.CANCEL, empty)).records[KEY].cell == ""


def test_of_a_removed_file_the_path_is_kept():
    gone = outcome(K.CANCEL, item(S.CANCELED), intent=None, record=OLD)
    assert after(gone, known=OLD).records[KEY].path == "posts/sale.yaml"
    assert after(gone).records[KEY].path == ""


def test_an_account_without_pages():
    assert after(outcome(K.CREATE, item(second_id=""))).records[KEY].account == "1"


def test_what_was_reported():
    held = outcome(K.HOLD, None, SKIPPED, reason="MISSED")
    assert after(held, noted={"old": "FAILED"}).noted == {KEY: note("MISSED", intent())}
    removed = outcome(K.HOLD, None, SKIPPED, reason="TOO-LATE", intent=None)
    assert after(removed).noted == {KEY: "TOO-LATE"}


def test_files():
    picture = MediaRef(kind=MediaKind.IMAGE, digest="ab", path="posts/media/a.jpg")
    sent = outcome(K.CREATE, item(), intent=intent(content=Content(media=(picture,))))
    media = {name: RemoteMedia(digest=name, file_id=f"f-{name}", url="u") for name in ("ab", "cd")}
    kept = {"ef": KnownMedia(file_id="old", url="u", blob="b")}
    assert after(sent, media=media, known=None, commit="c2").media == {
        "ab": KnownMedia(file_id="f-ab", url="u", blob="blob of posts/media/a.jpg"),
        "cd": KnownMedia(file_id="f-cd", url="u", blob=""),
    }
    assert set(remembered_media(sent, media, kept)) == {"ab", "cd", "ef"}


def remembered_media(sent: Outcome, media: dict[str, RemoteMedia], kept: dict[str, KnownMedia]) -> dict[str, Any]:
    workspace: Any = SimpleNamespace(
        settings=SimpleNamespace(policy=POLICY), commit="", tree=SimpleNamespace(blob=lambda _: "")
    )
    state = State(site="main", commit="c1", media=kept)
    left = remembered(state, [sent], workspace=workspace, site=SITE, media=media, now=NOW)
    assert left.commit == "c1", "a work tree has no commit of its own"
    return dict(left.media)


def test_worth_saving():
    before = State(site="main", at=NOW)
    assert worth_saving(State(site="main"), before)
    assert not worth_saving(before, replace(before, at=NOW + timedelta(hours=6), commit="c9"))
    assert worth_saving(before, replace(before, at=NOW + timedelta(hours=6, seconds=1)))
    assert worth_saving(before, replace(before, noted={"k": "MISSED"}))
    assert worth_saving(before, State(site="main"))


# --- what somebody else did ---------------------------------------------------------------------


def print_of(name: str, value: str) -> str:
    return field_fingerprints({name: value})[name]


DRIFTED = {
    # outcome, and what is remembered to have drifted from OLD
    "in a conflict": (outcome(K.HOLD, item(text="Hand"), SKIPPED, fields=EDITED), {"text": print_of("text", "Hand")}),
    "in another hold": (outcome(K.HOLD, item(text="Hand"), SKIPPED), {"text": print_of("text", "Hand")}),
    "a draft": (outcome(K.KEEP, item(text="Hand"), fields=EDITED), {"text": print_of("text", "Hand")}),
    "seen by a failed write": (outcome(K.UPDATE, item(text="Hand"), STALE), {"text": print_of("text", "Hand")}),
    "seen before a write failed": (
        outcome(K.UPDATE, None, FAILED, item=item(text="Hand")),
        {"text": print_of("text", "Hand")},
    ),
    "a field more and one less": (
        outcome(K.HOLD, item(fields={"link": "https://example.com"}), SKIPPED),
        {"link": print_of("link", "https://example.com"), "text": None},
    ),
    "the time": (outcome(K.HOLD, item(text="Old", moment=LATER), SKIPPED), {}),
    "the status": (outcome(K.HOLD, item(S.DRAFT, text="Old", moment=AT), SKIPPED), {}),
    "what it was before an older attempt ended": (
        outcome(K.CANCEL, item(text="Hello"), FAILED, intent=intent(attempt=2)),
        {"text": print_of("text", "Hello")},
    ),
    "without a file": (outcome(K.CANCEL, item(text="Hand"), FAILED, intent=None), {"text": print_of("text", "Hand")}),
}


@pytest.mark.parametrize(("told", "fields"), DRIFTED.values(), ids=DRIFTED)
def test_drift_is_remembered(told: Outcome, fields: dict[str, str | None]):
    seen = told.item or told.change.item
    assert seen is not None
    drift = Drift(fields=fields, status=seen.status, at=seen.at, live=short_fingerprint(seen.fields, seen.at))
    assert after(told, known=OLD).drifts == {KEY: drift}
    assert after(told, known=OLD, drifts={KEY: SAID}).drifts == {KEY: drift}


SETTLED = {
    "as it was confirmed": outcome(K.HOLD, item(text="Old"), SKIPPED),
    "as git wants it": outcome(K.HOLD, item(text="Hello"), SKIPPED),
    "moved as git wants it": outcome(
        K.HOLD, item(text="Old", moment=LATER), SKIPPED, intent=intent(timing=at(LATER)), at=LATER
    ),
    "moved to where this run wanted it": outcome(K.RESCHEDULE, item(text="Old", moment=LATER), UNKNOWN, at=LATER),
    "on its way out": outcome(K.HOLD, item(S.IN_QUEUE, text="Old"), SKIPPED),
    "confirmed": outcome(K.UPDATE, item(text="New")),
    "ended": outcome(K.HOLD, item(S.PUBLISHED, text="Hand"), SKIPPED),
    "gone": outcome(K.HOLD, None, SKIPPED, reason="GONE"),
}


@pytest.mark.parametrize("told", SETTLED.values(), ids=SETTLED)
def test_drift_is_forgotten_once_it_is_over(told: Outcome):
    assert after(told, known=OLD, drifts={KEY: SAID}).drifts == {}
    assert after(told, known=OLD).drifts == {}


UNSEEN = {
    "nothing was seen": outcome(K.HOLD, None, SKIPPED, reason="MISSED"),
    "only memory": outcome(K.HOLD, item(fields={}), SKIPPED),
    "another item": outcome(K.HOLD, item(item_id="i2", text="Old"), SKIPPED),
    "a twin": outcome(K.CANCEL, item(S.CANCELED, item_id="i2"), reason="TWIN"),
}


@pytest.mark.parametrize("told", UNSEEN.values(), ids=UNSEEN)
def test_drift_stays_known_where_nobody_looked(told: Outcome):
    assert after(told, known=OLD, drifts={KEY: SAID}).drifts == {KEY: SAID}
    assert after(known=OLD, drifts={KEY: SAID}).drifts == {KEY: SAID}


def test_what_was_never_confirmed_cannot_drift():
    assert after(outcome(K.HOLD, item(text="Hand"), SKIPPED)).drifts == {}
