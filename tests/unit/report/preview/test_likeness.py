"""A channel's crop and fold, from the data of its channel file."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialsync.cells import Look, packaged
from socialsync.model.intents import Content, MediaRef
from socialsync.report.preview import likeness

from ..samples import CLIP, MUG


def picture(width: int, height: int) -> MediaRef:
    return replace(MUG, width=width, height=height)


@pytest.mark.parametrize(
    ("cell", "width", "height", "ratio", "note"),
    [
        ("instagram/post", 1080, 1350, 0.8, ""),
        ("instagram/post", 1000, 1500, 0.75, "cropped at top and bottom, 11% is not shown"),
        ("instagram/post", 3000, 1000, 1.91, "cropped left and right, 36% is not shown"),
        ("instagram/story", 1080, 1920, 0.5625, ""),
        ("instagram/story", 1000, 1000, 0.5625, "shown with borders above and below"),
        ("youtube/video", 1080, 1920, 1.7778, "shown with borders left and right"),
        ("gbp/post", 1200, 900, 1.3333, ""),
        ("pinterest/post", 1000, 1500, 2 / 3, ""),
        ("facebook/post", 0, 0, 1.91, ""),  # a file at Wix, whose shape nobody knows
    ],
)
def test_one_picture(cell: str, width: int, height: int, ratio: float, note: str) -> None:
    (frame,) = likeness.frames(packaged().by_name[cell].look, (picture(width, height),))
    assert frame.ratio == pytest.approx(ratio, abs=0.001)
    assert frame.note == note


def test_a_carousel_has_the_shape_of_its_first_picture() -> None:
    look = packaged().by_name["instagram/post"].look
    first, second = likeness.frames(look, (picture(1000, 1000), picture(1000, 1250)))
    assert (first.ratio, second.ratio) == (1, 1)
    assert second.note == "cropped at top and bottom, 20% is not shown"


def test_a_grid_has_square_tiles() -> None:
    look = packaged().by_name["facebook/post"].look
    assert {frame.ratio for frame in likeness.frames(look, (picture(1000, 2000), picture(2000, 1000)))} == {1.0}


def test_no_picture_no_frame() -> None:
    assert likeness.frames(Look(), ()) == []


def test_a_single_video_on_instagram_is_a_reel() -> None:
    look = packaged().by_name["instagram/post"].look
    assert look.layout == "media-first"
    assert likeness.look_of(look, Content(media=(CLIP,))).layout == "overlay"
    assert likeness.look_of(look, Content(media=(CLIP, MUG))) is look
    assert likeness.look_of(Look(), Content(media=(CLIP,))) == Look()


@pytest.mark.parametrize(
    ("text", "look", "head"),
    [
        ("short", Look(fold_characters=10), "short"),
        ("a text of some words", Look(fold_characters=10), "a text of"),
        ("a text of some words", Look(fold_characters=9), "a text of"),
        ("one\ntwo\nthree", Look(fold_characters=100, fold_lines=2), "one\ntwo"),
        ("onelongword" * 5, Look(fold_characters=10), "onelongwor"),
        ("👩‍👩‍👧" * 4, Look(fold_characters=8), "👩‍👩‍👧"),
        ("hidden", Look(fold_characters=0), ""),
        ("never folded " * 99, Look(), "never folded " * 99),
    ],
)
def test_a_text_folds_between_words(text: str, look: Look, head: str) -> None:
    assert likeness.folded(text, look)[0] == head


@given(st.text(), st.integers(0, 20), st.integers(0, 3))
def test_nothing_is_lost_in_the_fold(text: str, characters: int, lines: int) -> None:
    head, rest = likeness.folded(text, Look(fold_characters=characters, fold_lines=lines))
    assert head + rest == text
    assert len(head) <= max(characters, 0) or not rest


@given(st.lists(st.sampled_from(["#tag", "@acme", " ", "https://example.com/a#b,", "word", "\n", "é"])).map("".join))
def test_marked_pieces_are_the_text(text: str) -> None:
    assert "".join(piece.text for piece in likeness.pieces(text)) == text


def test_what_is_marked() -> None:
    text = "See https://example.com/a#b, ask @acme about #mugs; not a#b."
    assert [piece.text for piece in likeness.pieces(text) if piece.marked] == [
        "https://example.com/a#b",
        "@acme",
        "#mugs",
    ]


@pytest.mark.parametrize(
    ("link", "host", "address"),
    [
        ("https://www.example.com/a", "example.com", "https://www.example.com/a"),
        ("javascript:alert(1)", "javascript:alert(1)", ""),
        ("https://[broken", "https://[broken", "https://[broken"),
        ('https://example.com/"onclick=x', "example.com", ""),
        ("https://example.com/\nx", "example.com", ""),
    ],
)
def test_links(link: str, host: str, address: str) -> None:
    assert (likeness.host(link), likeness.address(link)) == (host, address)
    assert likeness.address(link) in ("", link)


def test_every_open_channel_has_a_look() -> None:
    assert [cell.name for cell in packaged() if not cell.closed and cell.look == Look()] == []
