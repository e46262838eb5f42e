"""The pages: well formed, linked, small enough, and deaf to whatever a post says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given, settings

from socialsync.cells import packaged
from socialsync.model.intents import Content, DesiredState, Intent, MediaKind, MediaRef, Target, Timing, TimingKind
from socialsync.model.problems import Location, Problem, Severity
from socialsync.report.preview.cards import media_name
from socialsync.report.preview.differences import compared
from socialsync.report.preview.pages import Broken, Preview, broken, pages

from .. import samples
from ..hostile import HOSTILE, PAYLOADS
from ..samples import CLIP, MUG, SALE
from .reading import Reader, complaints

CELLS = packaged()
TARGETS = [Target(channel=cell.channel, type=cell.type) for cell in CELLS]
DRAFT = Timing(kind=TimingKind.DRAFT)
ASAP = Timing(kind=TimingKind.ASAP, until=SALE, zone="UTC")


def preview(*intents: Intent, base: list[Intent] | None = None, **more: Any) -> Preview:
    before = None if base is None else {intent.key: intent for intent in base}
    given_: dict[str, Any] = {
        "pairs": compared(intents, before),
        "problems": {},
        "broken": (),
        "cells": CELLS,
        "owner": "acme",
        "zone": samples.ZONE,
        "base": "" if base is None else "0123456789ab",
        "files": frozenset(media_name(ref) for intent in intents for ref in intent.content.media) - {""},
    }
    return Preview(**(given_ | more))


def everywhere(**more: Any) -> list[Intent]:
    """A post on every channel."""
    return [samples.post("everywhere", target, **more) for target in TARGETS]


def said(page: str) -> str:
    return " ".join(" ".join(Reader(page).words).split())


def problem(text: str = "too long", path: str = "posts/everywhere.yaml", **more: Any) -> Problem:
    return Problem(code="E-X", message=text, location=Location(path=path, line=2), hint=text, replacement=text, **more)


def test_every_kind_of_post_makes_sound_pages() -> None:
    many = (MUG, replace(MUG, alt="A mug"), replace(MUG, digest="", file_id="w1"), MUG, MUG, MUG)
    intents = [
        *everywhere(content=Content(text="Hello #all", title="Title", link="https://example.com/x", media=(MUG,))),
        *(samples.post("video", target, content=Content(text="x " * 300, media=(CLIP,))) for target in TARGETS),
        *(samples.post("many", target, content=Content(media=many)) for target in TARGETS),
        *(samples.post("bare", target, content=Content(text="words")) for target in TARGETS),
        samples.post("draft", TARGETS[0], timing=DRAFT),
        samples.post("asap", TARGETS[0], timing=ASAP),
        samples.post("off", TARGETS[0], state=DesiredState.CANCELED),
        samples.post(
            "elsewhere", TARGETS[0], timing=Timing(kind=TimingKind.AT, at=SALE, until=SALE, zone="Asia/Tokyo")
        ),
    ]
    old = [replace(intents[0], content=Content(text="before")), samples.post("gone", TARGETS[1])]
    wrong = Broken(path="posts/b.yaml", problems=((problem(), "text: x"),))
    files = pages(preview(*intents, base=old, broken=(wrong,), problems={intents[1].key: (problem(),)}))
    assert complaints(files) == []
    assert sorted(files) == ["2026-12.html", "index.html", "preview.js", "style.css", "undated.html"]
    assert pages(preview(*intents, base=old, broken=(wrong,), problems={intents[1].key: (problem(),)})) == files


def test_no_posts_at_all() -> None:
    files = pages(preview())
    assert complaints(files) == []
    assert sorted(files) == ["index.html", "preview.js", "style.css"]


def test_a_card_says_all_there_is() -> None:
    card = said(
        pages(
            preview(
                samples.intent(
                    content=Content(text="First.", media=(replace(MUG, width=3000, alt="A mug in snow"),)),
                    unsent=("alt text of winter-hero.jpg",),
                )
            )
        )["2026-12.html"]
    )
    for fact in (
        "Instagram post : winter-sale-2026",
        "Tue 1 Dec 2026, 09:00 Europe/Berlin · 08:00 UTC",
        "Tue 1 Dec 2026, 09:30",
        "cropped left and right, 14% is not shown",
        "A mug in snow",
        "alt text of winter-hero.jpg (kept in git)",
        "posts/winter-sale.yaml:9",
    ):
        assert fact in card


def test_an_unknown_channel_gets_a_plain_card() -> None:
    files = pages(preview(samples.post("new", Target(channel="pigeon", type="note"))))
    assert complaints(files) == []
    assert "pigeon/note" in said(files["2026-12.html"])


def test_the_account_of_a_target_is_named() -> None:
    berlin = samples.post("new", Target(channel="facebook", type="post", account="berlin"))
    page = said(pages(preview(berlin))["2026-12.html"])
    assert "Facebook post @berlin" in page
    assert "acme · berlin" in page


def test_problems_stand_in_place_and_only_errors_must_be_corrected() -> None:
    one, two = everywhere()[:2]
    problems = {one.key: (problem("too long"),), two.key: (problem("mind this", severity=Severity.WARNING),)}
    files = pages(preview(one, two, problems=problems))
    assert "1 to correct" in said(files["index.html"])
    page = said(files["2026-12.html"])
    assert "Error too long" in page
    assert "Warning mind this" in page
    assert page.count("to correct") == 1


def test_a_file_that_gives_no_post_is_shown_with_the_line_that_is_meant() -> None:
    found = broken([problem(path="a.yaml"), problem(path="b.yaml")], ["b.yaml"], {"a.yaml": ["id: a", "tekst: oops"]})
    assert [(each.path, [line for _, line in each.problems]) for each in found] == [("a.yaml", ["tekst: oops"])]
    assert "tekst: oops" in said(pages(preview(broken=found))["index.html"])


def test_what_changes_is_listed_and_marked() -> None:
    kept, changed, moved, new = (samples.post(name, TARGETS[1]) for name in ("kept", "edited", "later", "fresh"))
    gone = samples.post("gone", TARGETS[1])
    now = [
        kept,
        replace(changed, content=replace(changed.content, text=samples.TEXT.replace("25%", "30%"))),
        replace(moved, timing=replace(moved.timing, at=SALE + timedelta(hours=1))),
        new,
    ]
    files = pages(preview(*now, base=[kept, changed, moved, gone]))
    index = said(files["index.html"]).partition("What this change does")[2].partition("December 2026")[0]
    assert [word for word in index.split() if word in ("new", "changed", "moved", "removed", "kept")] == [
        "changed", "new", "removed", "moved",
    ]  # fmt: skip
    assert "<del>25%</del><ins>30%</ins>" in files["2026-12.html"]
    assert "Only what changes" in said(files["index.html"])
    assert "Only what changes" not in said(pages(preview(kept))["index.html"])


def test_a_filter_has_a_rule_for_every_choice() -> None:
    two = replace(samples.post("b", TARGETS[0]), site="other", key="ss1.acme.other.b.facebook-post.a1")
    files = pages(preview(samples.intent(), two))
    choices = [name for name in Reader(files["index.html"]).ids if name.startswith(("c-", "s-"))]
    assert choices == ["c-facebook", "c-instagram", "s-main", "s-other"]
    assert [
        name for name in choices if f'#{name}:checked) [data-f]:not([data-f~="{name}"])' not in files["style.css"]
    ] == []


def test_a_day_with_many_posts_names_the_number_of_the_others() -> None:
    posts = [samples.post(f"post-{number}", TARGETS[1]) for number in range(9)]
    assert "and 4 more" in said(pages(preview(*posts))["index.html"])


def test_a_thousand_posts_in_a_month_stay_small_and_whole() -> None:
    text = "Words that go on for a while. " * 12
    start = datetime(2026, 12, 1, 8, tzinfo=UTC)
    intents = [
        samples.post(
            f"post-{number}",
            target,
            content=Content(text=text, media=(MUG,)),
            timing=Timing(kind=TimingKind.AT, at=start + timedelta(minutes=40 * number), until=start, zone="UTC"),
        )
        for number in range(1000)
        for target in (TARGETS[0], TARGETS[4], TARGETS[5])
    ]
    files = pages(preview(*intents, base=[]))
    assert complaints(files) == []
    assert max(len(text.encode()) for text in files.values()) < 2_000_000
    cards = [name for page in files.values() for name in Reader(page).ids if name.endswith(".a1")]
    assert sorted(cards) == sorted(intent.key for intent in intents)


def pages_full_of(text: str) -> dict[str, str]:
    """Pages with `text` in every place that a post, a file name or the configuration fills."""
    media = MediaRef(kind=MediaKind.IMAGE, digest="ab" * 32, path=f"posts/{text}", mime="image/png", alt=text)
    content = Content(text=text, title=text, link=f"https://e.example/{text}", media=(media,), extras=((text, text),))
    place = Location(path=text, line=1)
    intents = [
        replace(intent, location=place, unsent=(text,), adopt=text, post_id=text)
        for intent in everywhere(content=content)
    ]
    was = [replace(intents[0], content=Content(text=f"before {text}", link=text, media=(media,)))]
    wrong = problem(text, path=text)
    return pages(
        preview(
            *intents,
            base=was,
            owner=text,
            problems={intents[0].key: (wrong,)},
            broken=(Broken(path=text, problems=((wrong, text),)),),
        )
    )


HARMLESS = pages_full_of("plain words")


@settings(max_examples=300)
@given(HOSTILE)
@example("".join(PAYLOADS))
def test_nothing_in_a_post_acts(text: str) -> None:
    files = pages_full_of(text)
    assert complaints(files) == []
    assert files.keys() == HARMLESS.keys()
    assert (files["style.css"], files["preview.js"]) == (HARMLESS["style.css"], HARMLESS["preview.js"])


@pytest.mark.parametrize(
    "acting",
    [
        "<script>x</script>",
        "<script src=https://evil.example/x.js></script>",
        "<p onclick=x>",
        "<img src=x alt=''>",
        "<a href='javascript:x'>y</a>",
        "</div>",
        "<!-- x -->",
        "<iframe></iframe>",
    ],
)
def test_the_reader_of_these_tests_sees_what_acts(acting: str) -> None:
    assert complaints({name: page.replace("plain words", acting, 1) for name, page in HARMLESS.items()}) != []


def test_the_pages_allow_nothing_from_outside() -> None:
    policy = (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; media-src 'self'; base-uri 'none'"
    )
    for name, page in HARMLESS.items():
        assert name.endswith((".css", ".js")) or f"content=\"{policy}; form-action 'none'\"" in page
    assert "url(" not in HARMLESS["style.css"]
    assert "@import" not in HARMLESS["style.css"]
