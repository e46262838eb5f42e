"""The three versions of a conflict: which one was confirmed last, and what can be said where its words are gone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from socialsync.canonical import field_fingerprints
from socialsync.cells import packaged
from socialsync.model.intents import FieldValue, Target
from socialsync.model.items import Record
from socialsync.model.plans import Change, ChangeKind, FieldChange, Origin
from socialsync.report import words
from socialsync.report.text import render
from socialsync.report.view import Entry, view
from socialsync.report.worddiff import Mark, Piece

from . import samples


def held(fields: tuple[FieldChange, ...], record: Record | None) -> Change:
    wanted = samples.post("gift-cards", Target(channel="facebook", type="post"))
    return samples.change(
        ChangeKind.HOLD,
        wanted,
        item=samples.item(),
        record=record,
        reason="CONFLICT",
        attention=8,
        fields=fields,
        origin=Origin.BOTH,
    )


def remembered(**fields: FieldValue) -> Record:
    return samples.record("gift-cards", "facebook/post", at=samples.SALE, fingerprints=field_fingerprints(fields))


def entry(change: Change) -> Entry:
    (section,) = view(samples.plan_report(change), packaged()).sections
    (only,) = section.entries
    return only


def text(last: str | None = None, was: str | None = "hand", now: str | None = "new") -> FieldChange:
    return FieldChange(name="text", was=was, now=now, last=last)


WHOLE, AGAINST = "as confirmed last", "marked against that"
LAST, AT_WIX, IN_GIT = "Text confirmed last", "Text at Wix now", "Text in git"
LOST = "another one than these two"


@pytest.mark.parametrize(
    ("field", "record", "labels", "facts"),
    [
        (text("old"), remembered(text="old"), [LAST, f"{AT_WIX}, {AGAINST}", f"{IN_GIT}, {AGAINST}"], []),
        (text("old"), None, [LAST, f"{AT_WIX}, {AGAINST}", f"{IN_GIT}, {AGAINST}"], []),
        (text(), remembered(text="new"), [f"{IN_GIT}, {WHOLE}", f"{AT_WIX}, {AGAINST}"], []),
        (text(), remembered(text="hand"), [f"{AT_WIX}, {WHOLE}", f"{IN_GIT}, {AGAINST}"], []),
        # What git wanted meanwhile never came to Wix: State knows better.
        (text("held"), remembered(text="hand"), [f"{AT_WIX}, {WHOLE}", f"{IN_GIT}, {AGAINST}"], []),
        (text("held"), remembered(text="old"), [AT_WIX, f"{IN_GIT}, {AGAINST}"], [(LAST, LOST)]),
        (text(), None, [AT_WIX, f"{IN_GIT}, {AGAINST}"], [(LAST, "not known")]),
        (
            text(),
            samples.record("gift-cards", "facebook/post"),
            [AT_WIX, f"{IN_GIT}, {AGAINST}"],
            [(LAST, "not known")],
        ),
        (text(was=None), remembered(link="x"), [f"{AT_WIX}, {WHOLE}", f"{IN_GIT}, {AGAINST}"], []),
        # That there was nothing needs no words to be known.
        (text(), remembered(link="x"), [LAST, f"{AT_WIX}, {AGAINST}", f"{IN_GIT}, {AGAINST}"], []),
    ],
)
def test_each_version_is_named_and_shown_once(
    field: FieldChange, record: Record | None, labels: list[str], facts: list[tuple[str, str]]
) -> None:
    shown = entry(held((field,), record))
    assert [body.label for body in shown.bodies] == labels
    assert [(fact.label, fact.value) for fact in shown.facts if "confirmed" in fact.label] == facts


def test_both_sides_are_marked_against_what_was_confirmed() -> None:
    confirmed, at_wix, in_git = entry(held((text("old"),), remembered(text="old"))).bodies
    assert [(piece.mark, piece.text) for piece in confirmed.pieces] == [(Mark.SAME, "old")]
    assert [(piece.mark, piece.text) for piece in at_wix.pieces] == [(Mark.WAS, "old"), (Mark.NOW, "hand")]
    assert [(piece.mark, piece.text) for piece in in_git.pieces] == [(Mark.WAS, "old"), (Mark.NOW, "new")]


def test_a_version_without_words_says_so() -> None:
    whole, marked = entry(held((text(was=None),), remembered(link="x"))).bodies
    assert [(piece.mark, piece.text) for piece in whole.pieces] == [(Mark.SAME, "(nothing)")]
    assert [(piece.mark, piece.text) for piece in marked.pieces] == [(Mark.NOW, "new")]


def test_times_and_files_are_told_line_by_line() -> None:
    fields = (
        FieldChange(name="media", was=("wix:f1",), now=(samples.MUG.token,)),
        FieldChange(name="privacy", was="public", now="friends", last="self"),
        FieldChange(name="schedule", was="2026-12-01T10:00:00Z", now="2026-12-01T09:00:00Z"),
    )
    facts = {
        fact.label: fact.value for fact in entry(held(fields, remembered(privacy="self", media=("wix:f0",)))).facts
    }
    assert facts["Media confirmed last"] == LOST
    assert facts["Media at Wix now"] == "Wix file f1"
    assert facts["Media in git"] == "winter-hero.jpg"
    assert [facts[f"Privacy {which}"] for which in ("confirmed last", "at Wix now", "in git")] == [
        "self",
        "public",
        "friends",
    ]
    assert facts["Time confirmed last"].startswith("Tue 1 Dec 2026, 09:00"), "State keeps moments as they are"
    assert facts["Time at Wix now"].startswith("Tue 1 Dec 2026, 11:00")
    assert facts["Time in git"].startswith("Tue 1 Dec 2026, 10:00")


def test_a_time_that_was_moved_in_the_dashboard_alone() -> None:
    moved = FieldChange(name="schedule", was="2026-12-01T10:00:00Z", now="2026-12-01T08:00:00Z")
    facts = {fact.label: fact.value for fact in entry(held((moved,), remembered(text="x"))).facts}
    assert facts["Time confirmed last"] == facts["Time in git"]


def test_what_holds_for_other_reasons_shows_two_versions() -> None:
    change = replace(held((text(),), remembered(text="hand")), origin=Origin.GIT, reason="FREEZE")
    assert [body.label for body in entry(change).bodies] == ["Text, from Wix to git"]


def test_all_three_are_on_a_terminal_and_the_line_to_paste() -> None:
    lines = render(view(samples.apply_report(), packaged()), colour=False, width=100)
    for said in ("Gift cards are here.", "Gift cards are here{+, also online+}.", "Gift cards are [-here-]{+back+}."):
        assert said in lines
    assert 'allow: [{rule: CONFLICT, for: "1f2e3d4c"' in lines


def test_nothing_is_marked_against_a_text_that_nobody_has_seen() -> None:
    """What a pull request knows of an edit in the dashboard is only that there was one."""
    seen = entry(held((text("old", was=words.UNSEEN),), remembered(text="old")))
    assert [body.label for body in seen.bodies] == [LAST, f"{IN_GIT}, {AGAINST}"]
    same = entry(held((text(was=words.UNSEEN),), remembered(text="new")))
    assert [body.label for body in same.bodies] == [f"{IN_GIT}, {WHOLE}"]
    lost = entry(held((text(was=words.UNSEEN),), remembered(text="lost")))
    assert [(body.label, body.pieces) for body in lost.bodies] == [(IN_GIT, (Piece(Mark.SAME, "new"),))]
    told = {AT_WIX: "changed at Wix; what it says there is not known here"}
    assert [_texts(each) for each in (seen, same, lost)] == [told, told, {LAST: "not known", **told}]


def _texts(shown: Entry) -> dict[str, str]:
    return {fact.label: fact.value for fact in shown.facts if fact.label.startswith("Text")}
