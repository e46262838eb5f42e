"""Characters that must not work unseen."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socialsync.report.visible import visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("Käse ❄️ 25 %", "Käse ❄️ 25 %"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("\x1b[31mred\x1b]8;;x\x07", "⟨U+001B⟩[31mred⟨U+001B⟩]8;;x⟨U+0007⟩"),
        ("a\u202eb\u2066c", "a⟨U+202E⟩b⟨U+2066⟩c"),
        ("zero\u200bwidth\ufeff\u00ad", "zero⟨U+200B⟩width⟨U+FEFF⟩⟨U+00AD⟩"),
        ("line\u2028break\u0085", "line⟨U+2028⟩break⟨U+0085⟩"),
        ("filler\u3164", "filler⟨U+3164⟩"),
        ("👩\u200d🎨 👁️\u200d🗨️ ❤️", "👩\u200d🎨 👁️\u200d🗨️ ❤️"),
        ("joined\u200dletters", "joined⟨U+200D⟩letters"),
        (
            "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
            "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        ),
        ("tag\U000e0041", "tag⟨U+E0041⟩"),
        ("a\ufe0f\ufe0f\ufe0f", "a\ufe0f⟨U+FE0F⟩⟨U+FE0F⟩"),
        ("\ud800", "⟨U+D800⟩"),
    ],
)
def test_visible(text: str, shown: str) -> None:
    assert visible(text) == shown


@settings(derandomize=True)
@given(st.text())
def test_idempotent_and_without_controls(text: str) -> None:
    shown = visible(text)
    assert visible(shown) == shown
    assert not {c for c in shown if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")} - {"\n", "\t"}
