"""Text is counted as the channel counts it."""

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from socialsync.textunits import MOST_UNITS, TextUnit, hashtags, length, mentions, prefix

FAMILY = "👨‍👩‍👧"


@pytest.mark.parametrize(
    ("text", "code_points", "utf16", "utf8", "little"),
    [
        ("", 0, 0, 0, 0),
        ("mug", 3, 3, 3, 3),
        ("Töpfer", 6, 6, 7, 6),
        ("❄️", 2, 2, 6, 2),
        ("💙", 1, 2, 4, 1),
        (FAMILY, 5, 8, 18, 5),
        ("a_b (#1)", 8, 8, 8, 12),
        ("\ud800", 1, 1, 3, 1),
    ],
)
def test_every_unit(text: str, code_points: int, utf16: int, utf8: int, little: int) -> None:
    units = (TextUnit.CODE_POINTS, TextUnit.UTF16_UNITS, TextUnit.UTF8_BYTES, TextUnit.LITTLE_TEXT)
    assert [length(text, unit) for unit in units] == [code_points, utf16, utf8, little]


@given(st.text(), st.sampled_from(TextUnit), st.integers(0, 40))
@hypothesis_settings(derandomize=True)
def test_a_prefix_is_the_longest_start_that_fits(text: str, unit: TextUnit, limit: int) -> None:
    head = prefix(text, unit, limit)
    assert text.startswith(head)
    assert length(head, unit) <= limit
    assert head == text or length(text[: len(head) + 1], unit) > limit


@given(st.text(), st.sampled_from(TextUnit))
@hypothesis_settings(derandomize=True)
def test_no_unit_makes_more_of_a_character_than_it_says(text: str, unit: TextUnit) -> None:
    assert len(text) <= length(text, unit) <= MOST_UNITS[unit] * len(text)


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("#pottery and #clay.", ["#pottery", "#clay"]),
        ("#töpfern2030 (#a)", ["#töpfern2030", "#a"]),
        ("no. #1, #2030, a#b, &#39;, https://example.com/#top", []),
        ("##double #", []),
        ("line\n#next", ["#next"]),
    ],
)
def test_hashtags(text: str, tags: list[str]) -> None:
    assert hashtags(text) == tags


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("with @acme.pottery and @kiln_2", ["@acme.pottery", "@kiln_2"]),
        ("hello@example.com, https://example.com/@acme, @", []),
        ("(@acme)", ["@acme"]),
    ],
)
def test_mentions(text: str, names: list[str]) -> None:
    assert mentions(text) == names
