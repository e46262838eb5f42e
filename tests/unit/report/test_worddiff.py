"""Differences in words."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socialsync.report.worddiff import Mark, word_diff


def marked(was: str, now: str) -> str:
    signs = {Mark.SAME: "{}", Mark.WAS: "[-{}-]", Mark.NOW: "{{+{}+}}"}
    return "".join(signs[piece.mark].format(piece.text) for piece in word_diff(was, now))


@pytest.mark.parametrize(
    ("was", "now", "shown"),
    [
        ("Sale today.", "Sale today.", "Sale today."),
        ("Sale today.", "Sale on Monday.", "Sale [-today-]{+on Monday+}."),
        ("20% off", "25% off", "[-20%-]{+25%+} off"),
        ("a red mug here", "a blue cup here", "a [-red mug-]{+blue cup+} here"),
        ("Hello", "Hello #pottery", "Hello{+ #pottery+}"),
        ("one\ntwo", "one\n\ntwo", "one\n{+\n+}two"),
        ("don't go", "do go", "[-don't-]{+do+} go"),
        ("", "new", "{+new+}"),
        ("old", "", "[-old-]"),
        ("", "", ""),
        # Nothing in common: one after the other, not a mosaic.
        (
            "Our kiln is cold all of this week, so no classes.",
            "Winter mugs arrive tomorrow: come early and bring friends!",
            "[-Our kiln is cold all of this week, so no classes.-]"
            "{+Winter mugs arrive tomorrow: come early and bring friends!+}",
        ),
    ],
)
def test_word_diff(was: str, now: str, shown: str) -> None:
    assert marked(was, now) == shown


TEXTS = st.text(alphabet="ab 1%\n.,#é❄️", max_size=60)


@settings(derandomize=True)
@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_off(was: str, now: str) -> None:
    pieces = word_diff(was, now)
    assert "".join(piece.text for piece in pieces if piece.mark is not Mark.NOW) == was
    assert "".join(piece.text for piece in pieces if piece.mark is not Mark.WAS) == now
    assert all(piece.text for piece in pieces)


def test_a_hostile_text_costs_no_quadratic_time() -> None:
    """Thirty thousand equal words on both sides would take minutes to compare."""
    was, now = "a!" * 30_000 + "x", "b" + "!a" * 30_000
    assert [piece.mark for piece in word_diff(was, now)] == [Mark.WAS, Mark.NOW]
