"""The decision table: what git wants, by what the service has, line by line."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from fakes import AT, DRAFT, HALF_HOUR, NOW, SITE, WAIVER, asap, at, intent, item, key_of, record
from planning import ACCOUNTS, only, planned, told, words

from socialsync.model.intents import Content, DesiredState, Intent, MediaKind, MediaRef
from socialsync.model.items import Item, Record, Status
from socialsync.model.plans import ChangeKind, Origin
from socialsync.plan.news import note

MINUTE = timedelta(minutes=1)
LOCAL = replace(SITE, delivery="local")
LIVE, CANCELED, DELETED = DesiredState
S = Status


def shown(status: Status | None, *, text: str = "Hello") -> tuple[Item, ...]:
    return () if status is None else (item(status, text=text, error="broken" if status is S.FAILED else ""),)


# --- desired x remote, never seen before (no State, no BASE) -----------------------------------

TABLE = {
    #                  absent     DRAFT        SCHEDULED              IN_QUEUE   PROCESSING  PUBLISHED
    #                  CANCELED   DELETED      FAILED                 OTHER
    "draft": (
        "create", "keep", "hold SCHEDULED-BY-HAND 8", "hold PUBLISHED-BY-HAND 8", "hold PUBLISHED-BY-HAND 8",
        "hold PUBLISHED-BY-HAND 8",
        "hold FINAL 9", "hold FINAL 9", "hold FAILED 6", "hold UNKNOWN-STATUS 8",
    ),
    "dated": (
        "create", "schedule", "keep", "keep GOING-OUT", "keep GOING-OUT", "hold PUBLISHED-EARLY 8",
        "hold FINAL 9", "hold FINAL 9", "hold FAILED 6", "hold UNKNOWN-STATUS 8",
    ),
    "missed": (
        "hold MISSED 9", "hold MISSED 9", "hold MISSED 9", "keep GOING-OUT", "keep GOING-OUT", "keep",
        "hold FINAL", "hold FINAL", "hold FAILED 6", "hold UNKNOWN-STATUS 8",
    ),
    "late": (
        "create", "schedule", "hold CONFLICT 8", "keep GOING-OUT", "keep GOING-OUT", "keep",
        "hold FINAL 9", "hold FINAL 9", "hold FAILED 6", "hold UNKNOWN-STATUS 8",
    ),
    "asap": (
        "create", "schedule", "hold CONFLICT 8", "keep GOING-OUT", "keep GOING-OUT", "keep",
        "hold FINAL 9", "hold FINAL 9", "hold FAILED 6", "hold UNKNOWN-STATUS 8",
    ),
    "canceled": (
        "keep", "delete CANCELED", "cancel CANCELED", "hold TOO-LATE 8", "hold TOO-LATE 8", "hold TOO-LATE 8",
        "keep", "keep", "keep", "hold TOO-LATE 8",
    ),
    "deleted": (
        "keep", "delete DELETED", "delete DELETED", "hold TOO-LATE 8", "hold TOO-LATE 8", "hold DELETE-PUBLIC 9",
        "keep", "keep", "delete DELETED", "hold TOO-LATE 8",
    ),
}  # fmt: skip
COLUMNS = (
    None, S.DRAFT, S.SCHEDULED, S.IN_QUEUE, S.PROCESSING, S.PUBLISHED, S.CANCELED, S.DELETED, S.FAILED, S.OTHER
)  # fmt: skip
WANTED: dict[str, Intent] = {
    "draft": intent(timing=DRAFT),
    "dated": intent(),
    "missed": intent(timing=at(NOW - HALF_HOUR - MINUTE)),
    "late": intent(timing=at(NOW - MINUTE)),
    "asap": intent(timing=asap()),
    "canceled": intent(state=CANCELED),
    "deleted": intent(state=DELETED),
}


@pytest.mark.parametrize(
    ("wanted", "status", "expected"),
    [
        pytest.param(wanted, status, expected, id=f"{name}-{status or 'absent'}")
        for name, wanted in WANTED.items()
        for status, expected in zip(COLUMNS, TABLE[name], strict=True)
    ],
)
def test_the_table(wanted: Intent, status: Status | None, expected: str):
    assert only(planned([wanted], shown(status))) == expected


# --- the same where State knows the item as it is -----------------------------------------------

KNOWN = {
    "absent": ("dated", None, record(), "hold GONE 9"),
    "absent draft": ("draft", None, record(S.DRAFT), "hold GONE 9"),
    "absent and canceled": ("canceled", None, record(), "keep"),
    "absent and over": ("missed", None, record(), "hold GONE 9"),
    "draft scheduled by hand": ("draft", S.SCHEDULED, record(S.DRAFT), "hold SCHEDULED-BY-HAND 8"),
    "date removed": ("draft", S.SCHEDULED, record(), "hold DATE-REMOVED 9"),
    "as confirmed": ("dated", S.SCHEDULED, record(), "keep"),
    "to asap": ("asap", S.SCHEDULED, record(), "reschedule"),
    "to a date that is over": ("missed", S.SCHEDULED, record(), "hold MISSED 9"),
    "to a date just over": ("late", S.SCHEDULED, record(), "reschedule"),
    "published before it was moved": ("dated", S.PUBLISHED, record(moment=NOW - MINUTE), "hold PUBLISHED 9"),
    "published before it": ("dated", S.PUBLISHED, record(), "hold PUBLISHED-EARLY 8"),
    "publication known": ("dated", S.PUBLISHED, record(S.PUBLISHED), "keep"),
    "published draft known": ("draft", S.PUBLISHED, record(S.PUBLISHED), "keep"),
    "final, only remembered": ("dated", None, record(S.CANCELED), "hold FINAL 9"),
    "public, only remembered": ("dated", None, record(S.PUBLISHED), "keep"),
    "failed, only remembered": ("dated", None, record(S.FAILED), "hold FAILED 6"),
    "public and to be deleted": ("deleted", None, record(S.PUBLISHED), "hold DELETE-PUBLIC 9"),
    "public and canceled": ("canceled", None, record(S.PUBLISHED), "hold TOO-LATE 8"),
}


@pytest.mark.parametrize(("name", "status", "known", "expected"), KNOWN.values(), ids=KNOWN)
def test_with_state(name: str, status: Status | None, known: Record, expected: str):
    assert only(planned([WANTED[name]], shown(status), [known])) == expected


# --- who changed it -------------------------------------------------------------------------------

BY_GIT, BY_HAND, BY_BOTH, CONFLICT = Origin.GIT, Origin.DRIFT, Origin.BOTH, "hold CONFLICT 8"
HAND, NEW = item(S.DRAFT, text="Hand"), intent(timing=DRAFT, text="New")
ORIGINS = {
    # live text and date, what State knows, what BASE wanted, what HEAD wants
    "git": (item(), record(), None, intent(text="New"), "update", BY_GIT),
    "git, known from base": (item(), None, intent(), intent(text="New"), "update", BY_GIT),
    "git, after a run that died": (item(text="A"), record(), intent(text="A"), intent(text="B"), "update", BY_GIT),
    "git moved it": (item(), record(), None, intent(timing=at(AT + MINUTE)), "reschedule", BY_GIT),
    "by hand": (item(text="Hand"), record(), None, intent(), CONFLICT, BY_HAND),
    "both": (item(text="Hand"), record(), None, intent(text="New"), CONFLICT, BY_BOTH),
    "moved by hand": (item(moment=AT + MINUTE), record(), None, intent(), CONFLICT, BY_HAND),
    "both to the same": (item(text="New"), record(), None, intent(text="New"), "keep", Origin.NONE),
    "nobody knows": (item(text="Hand"), None, None, intent(), CONFLICT, BY_BOTH),
    "draft by git": (item(S.DRAFT), record(S.DRAFT), None, NEW, "update", BY_GIT),
    "draft by hand": (HAND, record(S.DRAFT), None, intent(timing=DRAFT), "keep DRAFT-EDITED", BY_HAND),
    "draft by both": (HAND, record(S.DRAFT), None, NEW, CONFLICT, BY_BOTH),
    "draft by nobody knows": (HAND, None, None, intent(timing=DRAFT), CONFLICT, BY_BOTH),
    "dated draft by git": (item(S.DRAFT), record(S.DRAFT), None, intent(text="New"), "schedule", BY_GIT),
    "dated draft by hand": (HAND, record(S.DRAFT), None, intent(), CONFLICT, BY_HAND),
}


@pytest.mark.parametrize(("live", "known", "before", "wanted", "expected", "origin"), ORIGINS.values(), ids=ORIGINS)
def test_origin(live: Item, known: Record | None, before: Intent | None, wanted: Intent, expected: str, origin: Origin):
    plan = planned([wanted], [live], [known] if known else [], base=[before] if before else [])
    assert (only(plan), plan.changes[0].origin) == (expected, origin)


def test_a_conflict_shows_all_three_values_and_the_line_that_lets_git_win():
    wanted, live = intent(text="New", timing=at(AT + MINUTE)), item(text="Hand", moment=AT - MINUTE)
    plan = planned([wanted], [live], [record()], base=[intent()])
    (held,) = plan.changes
    assert [(one.name, one.was, one.now, one.last) for one in held.fields] == [
        ("text", "Hand", "New", "Hello"),
        ("schedule", "2026-12-01T07:59:00Z", "2026-12-01T08:01:00Z", "2026-12-01T08:00:00Z"),
    ]
    subject = held.paste.split('"')[1]
    allowed = replace(wanted, waivers=(replace(WAIVER, rule="CONFLICT", subject=subject),))
    assert only(planned([allowed], [live], [record()])) == "update"
    assert only(planned([allowed], [replace(live, fields={"text": "Hand again"})], [record()])) == "hold CONFLICT 8"


def test_scheduling_a_draft_shows_its_date():
    (change,) = planned([intent(text="New")], [item(S.DRAFT)], [record(S.DRAFT)]).changes
    assert [(one.name, one.was, one.now) for one in change.fields] == [
        ("text", "Hello", "New"),
        ("schedule", None, "2026-12-01T08:00:00Z"),
    ]


def test_the_confirmed_value_is_not_guessed():
    plan = planned([intent(text="New")], [item(text="Hand")], [record()], base=[intent(text="Never applied")])
    assert plan.changes[0].fields[0].last == "Never applied", "what git wanted before may have been written"
    plan = planned([intent(text="New")], [item(text="Hand")], [record()])
    assert plan.changes[0].fields[0].last is None


# --- near the moment -----------------------------------------------------------------------------

EDGES = {
    "enough lead": (timedelta(minutes=3), "update"),
    "frozen": (timedelta(minutes=3) - timedelta(seconds=1), "hold FREEZE 9"),
    "due this moment": (timedelta(0), "keep GOING-OUT"),
    "due and waited for": (-timedelta(minutes=3) + timedelta(seconds=1), "keep GOING-OUT"),
    "late": (-timedelta(minutes=3), "hold LATE 7"),
}


@pytest.mark.parametrize(("ahead", "expected"), EDGES.values(), ids=EDGES)
def test_an_edit_near_the_moment(ahead: timedelta, expected: str):
    assert only(planned([intent(text="New")], [item()], [record()], now=AT - ahead)) == expected


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(seconds=1), -timedelta(minutes=5)], ids=str)
def test_a_cancel_is_tried_to_the_last(ahead: timedelta):
    assert only(planned([intent(state=CANCELED)], [item()], [record()], now=AT - ahead)) == "cancel CANCELED"


STAYS = {
    "asap, sooner": (asap(), NOW + 5 * MINUTE, "keep"),
    "asap, as planned": (asap(), NOW + 10 * MINUTE, "keep"),
    "asap, later": (asap(), NOW + 11 * MINUTE, "reschedule"),
    "asap, until almost over": (asap(NOW + 2 * MINUTE), NOW + 2 * MINUTE, "keep"),
    "asap, until over, scheduled after it": (asap(NOW + MINUTE), NOW + 4 * MINUTE, "hold MISSED 9"),
    "date gone by, chosen within until": (at(NOW - 9 * MINUTE), NOW + 4 * MINUTE, "keep"),
    "date gone by, chosen at the end of until": (at(NOW - 9 * MINUTE), NOW + 21 * MINUTE, "keep"),
    "date gone by, chosen after until": (at(NOW - 9 * MINUTE), NOW + 22 * MINUTE, "reschedule"),
    "date within the lead, as planned": (at(NOW + 2 * MINUTE), NOW + 2 * MINUTE, "keep"),
    "date with just the lead, chosen later": (at(NOW + 3 * MINUTE), NOW + 4 * MINUTE, "reschedule"),
    "date ahead, chosen earlier": (at(AT), AT - MINUTE, "reschedule"),
    "date ahead, chosen later": (at(AT), AT + MINUTE, "reschedule"),
}


@pytest.mark.parametrize(("timing", "moment", "expected"), STAYS.values(), ids=STAYS)
def test_a_moment_that_serves_is_kept(timing, moment, expected: str):
    plan = planned([intent(timing=timing)], [item(moment=moment)], [record(moment=moment)])
    assert only(plan) == expected


def test_a_scheduled_item_without_a_date_is_nobodys_doing():
    assert only(planned([intent()], [item(moment=None)], [record()])) == "hold CONFLICT 8"
    assert only(planned([intent(timing=asap())], [item(moment=None)], [record(moment=None)])) == "reschedule"


# --- public history ------------------------------------------------------------------------------


def test_an_edit_of_a_public_post_is_held_where_it_is_reviewed_and_a_note_ever_after():
    edited = intent(text="New", timing=at(NOW - HALF_HOUR))
    before = intent(timing=at(NOW - HALF_HOUR))
    assert only(planned([edited], [], [record(S.PUBLISHED)], base=[before], reviewing=True)) == "hold PUBLISHED 9"
    moved = replace(before, timing=at())
    assert only(planned([moved], [], [record(S.PUBLISHED)], base=[before], reviewing=True)) == "hold PUBLISHED 9"
    assert only(planned([before], [], [record(S.PUBLISHED)], base=[before], reviewing=True)) == "keep"
    assert only(planned([edited], [item(S.PUBLISHED)], [], base=[before], reviewing=True)) == "hold PUBLISHED 9"
    assert only(planned([edited], [], [record(S.PUBLISHED, text="New")], base=[before], reviewing=True)) == "keep", (
        "the edit was applied in time"
    )
    assert only(planned([edited], [], [record(S.PUBLISHED)], base=[before])) == "keep EDITED"
    assert only(planned([edited], [], [record(S.PUBLISHED, fields={})], base=[before])) == "keep", "nobody knows"
    assert only(planned([edited], [], [record(S.PUBLISHED)], base=[edited], reviewing=True)) == "keep EDITED"


def test_the_files_of_a_public_post_may_be_tidied_away_but_not_exchanged():
    def pictured(digest: str) -> Intent:
        media = (MediaRef(kind=MediaKind.IMAGE, digest=digest),) if digest else ()
        return intent(content=Content(text="Hello", media=media), timing=at(NOW - HALF_HOUR))

    public = record(S.PUBLISHED, fields={"text": "Hello", "media": ("sha256:ab",)})
    assert only(planned([pictured("ab")], [], [public], base=[pictured("")], reviewing=True)) == "keep"
    assert only(planned([pictured("")], [], [public], base=[pictured("ab")], reviewing=True)) == "keep"
    assert only(planned([pictured("cd")], [], [public], base=[pictured("ab")], reviewing=True)) == "hold PUBLISHED 9"


def test_removing_a_public_post_forgets_it():
    assert only(planned([], [], [record(S.PUBLISHED)], base=[intent()])) == "forget"
    assert not planned([], [], [record(S.PUBLISHED)]).changes, "long forgotten"


REMOVED = {
    S.DRAFT: "delete",
    S.SCHEDULED: "cancel",
    S.IN_QUEUE: "hold TOO-LATE 8",
    S.PROCESSING: "hold TOO-LATE 8",
    S.OTHER: "hold TOO-LATE 8",
    S.PUBLISHED: "forget",
    S.FAILED: "forget",
    S.CANCELED: None,
    S.DELETED: None,
    None: None,
}


@pytest.mark.parametrize(("status", "expected"), REMOVED.items(), ids=str)
def test_a_removed_file(status: Status | None, expected: str | None):
    for known in ([record()], []):  # with State, and known from BASE alone
        if status is None and not known:
            expected = "hold UNSEEN 7"
        changes = planned([intent("other")], shown(status), known, base=[intent(), intent("other")]).changes
        assert [words(change) for change in changes if change.post_id == "sale"] == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (S.DRAFT, ["hold UNKNOWN-OWNER"]),
        (S.SCHEDULED, ["hold UNKNOWN-OWNER 9"]),
        (S.OTHER, ["hold UNKNOWN-OWNER 9"]),
        (S.PUBLISHED, []),
    ],
)
def test_a_key_of_ours_that_nobody_knows_is_left_alone(status: Status, expected: list[str]):
    assert [words(change) for change in planned([], [item(status)]).changes] == expected


# --- quiet ---------------------------------------------------------------------------------------

OVER = at(NOW - HALF_HOUR - MINUTE)
QUIET = {
    "missed": (intent(timing=OVER), None, "MISSED"),
    "failed": (intent(timing=OVER), S.FAILED, "FAILED"),
    "too late to cancel": (intent(state=CANCELED), S.PUBLISHED, "TOO-LATE"),
}


@pytest.mark.parametrize(("wanted", "status", "reason"), QUIET.values(), ids=QUIET)
def test_what_was_reported_once_is_a_note_from_then_on(wanted: Intent, status: Status | None, reason: str):
    def attention(noted: str) -> int:
        (change,) = planned([wanted], shown(status), noted={wanted.key: noted}).changes
        return change.attention

    assert attention("") > 0
    assert attention(note(reason, wanted)) == 0
    assert attention(note("ANOTHER", wanted)) > 0


def test_what_cannot_be_taken_back_says_why():
    def message(status: Status) -> str:
        return planned([intent(state=CANCELED)], shown(status)).changes[0].message

    assert "does not know" in message(S.OTHER)
    assert message(S.PUBLISHED) == message(S.IN_QUEUE)
    assert "cannot be called off" in message(S.PUBLISHED)


def test_a_failure_is_told_until_its_time_is_over():
    assert (
        only(planned([intent()], shown(S.FAILED), noted={key_of("sale"): note("FAILED", intent())})) == "hold FAILED 6"
    )


LINES = {
    # what is held, and the line that would decide it
    "FAILED": (intent(), [item(S.FAILED)], [], "attempt: 2"),
    "FINAL": (intent(), [item(S.CANCELED)], [], "attempt: 2"),
    "GONE": (intent(), [], [record()], "attempt: 2"),
    "ACCOUNT-CHANGED": (intent(), [item(account_id="9")], [], "attempt: 2"),
    "MISSED": (intent(timing=OVER), [], [], "schedule: "),
    "DATE-REMOVED": (intent(timing=DRAFT), [item()], [record()], "state: canceled"),
    "SCHEDULED-BY-HAND": (intent(timing=DRAFT), [item()], [], "state: canceled"),
    "UNKNOWN-STATUS": (intent(), [item(S.OTHER)], [], ""),
    "PUBLISHED-EARLY": (intent(), [item(S.PUBLISHED)], [], ""),
    "ADOPT-MISSING": (intent(adopt="d9"), [], [], ""),
}


@pytest.mark.parametrize(("wanted", "items", "known", "line"), LINES.values(), ids=LINES)
def test_the_line_that_decides_it(wanted: Intent, items: list[Item], known: list[Record], line: str, request):
    (held,) = planned([wanted], items, known).changes
    assert (held.reason, held.paste) == (request.node.callspec.id, line)
    assert held.paste_at == (wanted.location if line else None)


def test_the_next_attempt_is_one_more_than_the_last():
    third = record(S.FAILED, key=key_of("sale", 3), item_id="i3")
    older = [record(S.CANCELED, key=key_of("sale", number), item_id=f"i{number}") for number in (1, 2)]
    (held,) = planned([intent(attempt=3)], [], [*older, third]).changes
    assert held.paste == "attempt: 4"


def test_a_scheduled_item_whose_new_date_is_over_can_be_taken_back():
    (held,) = planned([intent(timing=OVER)], [item()], [record()]).changes
    assert (held.reason, held.paste) == ("MISSED", "state: canceled")
    assert [field.name for field in held.fields] == []
    (edited,) = planned([intent(timing=OVER, text="New")], [item()], [record()]).changes
    assert (edited.reason, [field.name for field in edited.fields]) == ("MISSED", ["text"])


def test_a_change_that_comes_too_late_is_shown():
    (held,) = planned([intent(text="New")], [item()], [record()], now=AT - MINUTE).changes
    assert (held.reason, held.wanted, [field.name for field in held.fields]) == ("FREEZE", ChangeKind.UPDATE, ["text"])


def test_deleting_what_is_public_asks_for_the_item():
    wanted = intent(state=DELETED)
    (held,) = planned([wanted], [item(S.PUBLISHED)]).changes
    assert held.wanted is ChangeKind.DELETE
    assert held.paste.startswith('allow: [{rule: DELETE-PUBLIC, for: "i1", until: ')
    allowed = replace(wanted, waivers=(replace(WAIVER, rule="DELETE-PUBLIC", subject="i1"),))
    assert only(planned([allowed], [item(S.PUBLISHED)])) == "delete DELETED"
    assert only(planned([allowed], [item(S.PUBLISHED, item_id="i2")])) == "hold DELETE-PUBLIC 9"


def test_what_an_editor_reads_of_a_failure_and_of_an_end():
    def message(live: Item, **more: str) -> str:
        return planned([intent(**more)], [live]).changes[0].message

    assert message(item(S.FAILED, error="broken")).startswith("Wix could not publish it: broken. Look")
    assert message(item(S.FAILED)).startswith("Wix could not publish it. Look")
    assert message(item(S.CANCELED)).startswith("it was canceled at Wix")
    assert message(item(S.DELETED)).startswith("it was deleted at Wix")
    assert "is facebook/reel, not facebook/post" in message(item(cell="facebook/reel"))
    assert "is something that no channel file describes, not" in message(item(cell=""))


@pytest.mark.parametrize(
    ("now", "noted", "expected"),
    [
        (AT, "CLAIMED", "hold CLAIMED 7"),
        (AT + HALF_HOUR, "CLAIMED", "hold CLAIMED 7"),
        (AT + HALF_HOUR + MINUTE, "", "hold CLAIMED 7"),
        (AT + HALF_HOUR + MINUTE, "CLAIMED", "hold CLAIMED"),
    ],
)
def test_a_claim_is_told_until_its_time_is_over_and_once_at_least(now, noted: str, expected: str):
    noted = note(noted, intent()) if noted else ""
    (held,) = planned([intent()], claimed={key_of("sale")}, noted={key_of("sale"): noted}, now=now).changes
    assert (words(held), held.paste) == (expected, "attempt: 2")


def test_what_a_removed_post_was_is_known_from_base():
    (gone,) = planned([intent("other")], [item(S.DRAFT, key=key_of("old"), item_id="o")], base=[intent("old")]).changes[
        -1:
    ]
    assert words(gone) == "delete"
    assert gone.record is not None
    assert (gone.record.item_id, gone.record.status, gone.record.post_id) == ("o", S.DRAFT, "old")
    assert (gone.record.cell, gone.record.target, gone.record.path) == (
        "facebook/post",
        "facebook/post",
        "posts/old.yaml",
    )


# --- to the second ---------------------------------------------------------------------------------

SECOND = timedelta(seconds=1)
PUBLIC_AT = {
    "a second before its date": (AT - SECOND, None, "hold PUBLISHED-EARLY 8"),
    "on its date": (AT, None, "keep"),
    "known to be scheduled for this moment": (NOW, record(moment=NOW), "hold PUBLISHED 9"),
    "known to be scheduled for the next": (NOW, record(moment=NOW + SECOND), "hold PUBLISHED-EARLY 8"),
    "known, without a date": (NOW, record(moment=None), "hold PUBLISHED-EARLY 8"),
}


@pytest.mark.parametrize(("now", "known", "expected"), PUBLIC_AT.values(), ids=PUBLIC_AT)
def test_published_early(now, known: Record | None, expected: str):
    assert only(planned([intent()], [item(S.PUBLISHED)], [known] if known else [], now=now)) == expected


@pytest.mark.parametrize(("ahead", "expected"), [(timedelta(0), "keep"), (SECOND, "hold PUBLISHED 9")], ids=str)
def test_a_new_date_of_a_public_post_counts_while_it_is_ahead(ahead: timedelta, expected: str):
    before, moved = intent(timing=at(NOW - HALF_HOUR)), intent(timing=at(NOW + ahead))
    assert only(planned([moved], [], [record(S.PUBLISHED)], base=[before], reviewing=True)) == expected


# --- adopted items -------------------------------------------------------------------------------

ADOPTING = intent(adopt="d1")
FOREIGN = item(item_id="d1", key="")


def test_adopting():
    assert only(planned([ADOPTING], [FOREIGN])) == "keep"
    assert only(planned([ADOPTING], [item(S.DRAFT, item_id="d1", key="")])) == "schedule"
    assert only(planned([ADOPTING], [])) == "hold ADOPT-MISSING 9"
    assert only(planned([replace(ADOPTING, timing=OVER)], [])) == "hold ADOPT-MISSING 9"
    assert only(planned([ADOPTING], [], [record(item_id="d1")])) == "hold GONE 9"


def test_a_new_attempt_lets_an_adopted_item_go():
    final = planned([ADOPTING], [replace(FOREIGN, status=S.CANCELED)]).changes[0].message
    assert final.endswith("ask for a new attempt, and take out its `adopt` line")
    assert "adopt" not in planned([intent()], [item(S.CANCELED)]).changes[0].message
    gone = planned([ADOPTING], [], [record(item_id="d1")]).changes[0].message
    assert gone.endswith(", and take out its `adopt` line")
    assert planned([ADOPTING], []).changes[0].message.startswith("item d1, which it should take over,")


def test_the_line_in_the_file_decides_whose_an_adopted_item_is():
    """Git before BASE before State."""
    other, known = intent("other", text="Other"), record(item_id="d1", key=key_of("other"))
    assert told(planned([ADOPTING, other], [FOREIGN], [known])) == ["other: hold GONE 9", "sale: keep"]
    before = replace(other, adopt="d1")
    assert told(planned([ADOPTING, other], [FOREIGN], base=[before])) == ["other: create", "sale: keep"]
    assert told(planned([intent(), other], [FOREIGN], [known], base=[ADOPTING])) == ["other: hold GONE 9", "sale: keep"]


def test_a_post_made_on_the_channel_is_written_only_while_git_adopts_it():
    made_there = replace(FOREIGN, external=True)
    assert only(planned([intent(adopt="d1", text="New")], [made_there], [record(item_id="d1")])) == "update"
    plan = planned([intent("other", text="Other")], [made_there], [record(item_id="d1")])
    assert (told(plan), plan.foreign) == (["other: create"], 1)


def test_what_was_adopted_stays_adopted():
    known = record(item_id="d1")
    assert only(planned([intent()], [FOREIGN], [known])) == "keep", "without its line, known from State"
    assert only(planned([intent()], [FOREIGN], base=[ADOPTING])) == "keep", "known from BASE"
    plan = planned([intent("other", text="Other")], [FOREIGN], [known], base=[ADOPTING])
    assert told(plan) == ["sale: cancel", "other: create"], "its file was removed"


def test_an_item_of_another_post_is_not_adopted():
    other = item(key=key_of("other"), item_id="d1")
    assert told(planned([ADOPTING, intent("other")], [other], [record(key=key_of("other"), item_id="d1")])) == [
        "sale: hold ADOPT-MISSING 9",
        "other: keep",
    ]
    orphan = item(S.DRAFT, key=key_of("gone"), item_id="d1")
    assert only(planned([ADOPTING], [orphan])) == "schedule"


def test_a_post_made_on_the_channel_is_never_ours_by_its_key():
    assert told(planned([intent()], [item(S.PUBLISHED, external=True)])) == ["sale: hold DOUBLE 9"]
    assert only(planned([intent(adopt="i1", timing=OVER)], [item(S.PUBLISHED, external=True)])) == "keep"


# --- accounts ------------------------------------------------------------------------------------

ACCOUNT_CASES = {
    "not there": (ACCOUNTS | {"facebook": "facebook is disconnected"}, item(), intent(), "hold ACCOUNT 6"),
    "not there, nothing made yet": (ACCOUNTS | {"facebook": "no"}, None, intent(), "hold ACCOUNT 6"),
    "not there, missed anyway": (ACCOUNTS | {"facebook": "no"}, None, intent(timing=OVER), "hold MISSED 9"),
    "not there, missed draft": (ACCOUNTS | {"facebook": "no"}, item(S.DRAFT), intent(timing=OVER), "hold MISSED 9"),
    "not asked": (None, item(account_id="9"), intent(), "keep"),
    "another account": (ACCOUNTS, item(account_id="9"), intent(), "hold ACCOUNT-CHANGED 9"),
    "another page": (ACCOUNTS, item(second_id="9"), intent(), "hold ACCOUNT-CHANGED 9"),
    "another kind": (ACCOUNTS, item(cell="facebook/reel"), intent(), "hold OTHER-KIND 8"),
    "no kind at all": (ACCOUNTS, item(S.DRAFT, cell=""), intent(), "hold OTHER-KIND 8"),
}


@pytest.mark.parametrize(("accounts", "live", "wanted", "expected"), ACCOUNT_CASES.values(), ids=ACCOUNT_CASES)
def test_accounts(accounts, live: Item | None, wanted: Intent, expected: str):
    assert only(planned([wanted], [live] if live else [], accounts=accounts)) == expected


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"privacy": ("public",)}, "hold ACCOUNT-OPTION 6"),
        ({"privacy": ()}, "hold ACCOUNT-OPTION 6"),
        ({"privacy": ("public", "friends")}, "create"),
        ({"other": ()}, "create"),
    ],
    ids=str,
)
def test_options_of_an_account(options, expected: str):
    wanted = intent()
    wanted = replace(wanted, content=replace(wanted.content, extras=(("privacy", "friends"),)))
    accounts = {"facebook": replace(ACCOUNTS["facebook"], options=options)}
    plan = planned([wanted], accounts=accounts)
    assert only(plan) == expected
    if expected != "create":
        offered = "public" if options["privacy"] else "nothing"
        assert plan.changes[0].message == f"the account does not offer privacy: friends; it offers {offered}"


# --- delivery local ------------------------------------------------------------------------------

LOCAL_CASES = {
    "ahead, absent": (intent(), None, AT - MINUTE, "create"),
    "due, absent": (intent(), None, AT, "create"),
    "over, absent": (intent(), None, AT + HALF_HOUR + timedelta(seconds=1), "hold MISSED 9"),
    "ahead": (intent(), item(S.DRAFT), AT - timedelta(seconds=1), "keep WAITING"),
    "due": (intent(), item(S.DRAFT), AT, "publish"),
    "at the last moment": (intent(), item(S.DRAFT), AT + HALF_HOUR, "publish"),
    "over": (intent(), item(S.DRAFT), AT + HALF_HOUR + timedelta(seconds=1), "hold MISSED 9"),
    "edited in git, ahead": (intent(text="New"), item(S.DRAFT), AT - MINUTE, "update"),
    "edited in git, due": (intent(text="New"), item(S.DRAFT), AT, "publish"),
    "edited by hand, ahead": (intent(), item(S.DRAFT, text="Hand"), AT - MINUTE, "hold CONFLICT 8"),
    "edited by hand, due": (intent(), item(S.DRAFT, text="Hand"), AT, "hold CONFLICT 8"),
    "asap, absent": (intent(timing=asap()), None, NOW, "create"),
    "asap": (intent(timing=asap()), item(S.DRAFT), NOW, "publish"),
    "asap, over": (intent(timing=asap(NOW - MINUTE)), item(S.DRAFT), NOW, "hold MISSED 9"),
    "scheduled all the same": (intent(), item(), NOW, "keep"),
}


@pytest.mark.parametrize(("wanted", "live", "now", "expected"), LOCAL_CASES.values(), ids=LOCAL_CASES)
def test_local(wanted: Intent, live: Item | None, now, expected: str):
    known = [record(live.status)] if live else []
    plan = planned([wanted], [live] if live else [], known, now=now, site=LOCAL)
    assert only(plan) == expected
    if expected == "update":
        assert plan.changes[0].at is None, "a draft has no date that could be moved"
    if expected != "keep" and live is not None:
        names = [field.name for field in plan.changes[0].fields]
        assert names == (["text"] if wanted.content.text == "New" or live.fields["text"] == "Hand" else [])


@pytest.mark.parametrize("live", [(), (item(S.DRAFT),)], ids=["absent", "draft"])
@pytest.mark.parametrize("site", [SITE, LOCAL], ids=["wix", "local"])
def test_what_may_have_been_published_is_not_touched_again(live, site):
    held = planned([intent()], live, claimed={key_of("sale"): "then"}, now=AT, site=site)
    assert only(held) == "hold CLAIMED 7"
    over = AT + HALF_HOUR + MINUTE
    noted = {key_of("sale"): note("CLAIMED", intent())}
    quiet = planned([intent()], live, claimed={key_of("sale"): "then"}, noted=noted, now=over, site=site)
    assert only(quiet) == "hold CLAIMED"
