"""New, changed, moved, removed: told from an earlier commit."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from socialsync.model.intents import Content, DesiredState, Intent, Target, Timing, TimingKind
from socialsync.report.preview.differences import Sort, compared, explained
from socialsync.report.worddiff import Mark

from .. import samples
from ..samples import MUG, SALE

POST = samples.intent()


def timing(**more: object) -> Timing:
    return replace(POST.timing, **more)


def sorts(was: Intent | None, now: Intent | None) -> list[tuple[Sort, ...]]:
    base = {} if was is None else {was.key: was}
    return [pair.sorts for pair in compared([now] if now else [], base)]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (POST, ()),
        (replace(POST, location=replace(POST.location, path="posts/renamed.yaml", line=1)), ()),
        (replace(POST, content=replace(POST.content, text="other")), (Sort.CHANGED,)),
        (replace(POST, content=replace(POST.content, media=(replace(MUG, alt="A mug"),))), (Sort.CHANGED,)),
        (replace(POST, content=replace(POST.content, media=(replace(MUG, path="a/b.jpg"),))), ()),
        (replace(POST, state=DesiredState.CANCELED), (Sort.CHANGED,)),
        (replace(POST, adopt="9b1c"), (Sort.CHANGED,)),
        (replace(POST, timing=timing(at=SALE + timedelta(hours=1))), (Sort.MOVED,)),
        (replace(POST, timing=timing(at=SALE + timedelta(hours=1), until=SALE + timedelta(hours=2))), (Sort.MOVED,)),
        (replace(POST, timing=timing(until=SALE + timedelta(hours=2))), (Sort.CHANGED,)),
        (replace(POST, timing=timing(zone="UTC")), ()),
        (replace(POST, timing=Timing(kind=TimingKind.DRAFT)), (Sort.MOVED,)),
        (
            replace(POST, content=Content(text="other"), timing=timing(at=SALE + timedelta(hours=1))),
            (Sort.CHANGED, Sort.MOVED),
        ),
    ],
)
def test_one_post(now: Intent, expected: tuple[Sort, ...]) -> None:
    assert sorts(POST, now) == [expected]


def test_new_removed_and_nothing_to_compare_with() -> None:
    assert sorts(None, POST) == [(Sort.NEW,)]
    assert sorts(POST, None) == [(Sort.REMOVED,)]
    assert [pair.sorts for pair in compared([POST], None)] == [()]


def test_a_raised_attempt_is_new_and_its_predecessor_is_not_removed() -> None:
    again = replace(POST, key=POST.key[:-1] + "2", attempt=2, older_keys=(POST.key,))
    (pair,) = compared([again], {POST.key: POST})
    assert (pair.sorts, pair.was) == ((Sort.NEW,), POST)


def test_what_cannot_be_read_now_is_not_called_removed() -> None:
    assert compared([], {POST.key: POST}, unread={POST.location.path}) == ()


def test_the_explanation_names_every_field() -> None:
    now = replace(
        POST,
        content=replace(POST.content, text=POST.content.text.replace("25%", "30%"), extras=(("privacy", "public"),)),
        timing=timing(at=SALE + timedelta(hours=1)),
        state=DesiredState.CANCELED,
    )
    (pair,) = compared([now], {POST.key: POST})
    bodies, facts = explained(pair)
    assert [(piece.mark, piece.text) for piece in bodies[0].pieces if piece.mark is not Mark.SAME] == [
        (Mark.WAS, "25%"),
        (Mark.NOW, "30%"),
    ]
    assert {fact.label: fact.value for fact in facts} == {
        "Privacy": "nothing → public",
        "Time": "Tue 1 Dec 2026, 09:00 Europe/Berlin · 08:00 UTC → Tue 1 Dec 2026, 10:00 Europe/Berlin · 09:00 UTC",
        "State": "goes out → called off",
    }


def test_there_is_nothing_to_explain_about_new_and_removed_posts() -> None:
    other = samples.post("other", Target(channel="facebook", type="post"))
    assert [explained(pair) for pair in compared([POST], {other.key: other})] == [([], []), ([], [])]
