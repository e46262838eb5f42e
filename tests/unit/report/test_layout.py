"""Lines of a given width."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socialsync.report.layout import columns, screen_width, wrap, wrap_pieces
from socialsync.report.worddiff import Mark, Piece


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("short", ["short"]),
        ("one two three", ["one two", "three"]),
        ("a\n\nb", ["a", "", "b"]),
        ("abcdefghijkl", ["abcdefgh", "ijkl"]),
        ("水水水水水", ["水水水水", "水"]),
    ],
)
def test_wrap(text: str, lines: list[str]) -> None:
    assert [line.rstrip() for line in wrap(text, 8)] == lines


def test_a_line_that_goes_on_is_told_from_a_new_one() -> None:
    lines = wrap_pieces([Piece(Mark.SAME, "one two three\nfour")], 8)
    assert [continues for _, continues in lines] == [False, True, False]


def test_a_new_line_break_is_a_visible_change() -> None:
    lines = wrap_pieces([Piece(Mark.SAME, "a"), Piece(Mark.NOW, "\n"), Piece(Mark.SAME, "b")], 8)
    assert lines[0][0] == [Piece(Mark.SAME, "a"), Piece(Mark.NOW, "¶")]


@settings(derandomize=True)
@given(st.text(alphabet="ab  \n水é❄", max_size=80), st.integers(min_value=4, max_value=30))
def test_nothing_is_lost_and_nothing_too_wide(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(screen_width(line) <= width for line in lines)


@pytest.mark.parametrize(
    ("room", "widths"),
    [(40, [8, 16]), (24, [8, 16]), (20, [8, 12]), (9, [8, 5]), (0, [8, 5])],
)
def test_columns_give_way_down_to_their_longest_word(room: int, widths: list[int]) -> None:
    assert columns([["One", "A-B-C-D."], ["four words or so", "-"]], room) == widths
