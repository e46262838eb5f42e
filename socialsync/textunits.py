"""Counting text in the unit that a channel counts in."""

from __future__ import annotations

import re
from enum import StrEnum


class TextUnit(StrEnum):
    """The unit of a text limit."""

    CODE_POINTS = "code_points"
    UTF16_UNITS = "utf16_units"
    UTF8_BYTES = "utf8_bytes"
    LITTLE_TEXT = "little_text"  # code points after LinkedIn's escaping


UNIT_WORDS = {
    TextUnit.CODE_POINTS: "characters",
    TextUnit.UTF16_UNITS: "UTF-16 units (most emoji count 2)",
    TextUnit.UTF8_BYTES: "bytes of UTF-8 (ä counts 2, most emoji 4)",
    TextUnit.LITTLE_TEXT: "characters as LinkedIn sends them ((, @, #, _ and others count 2)",
}

MOST_UNITS: dict[str, int] = {
    TextUnit.CODE_POINTS: 1,
    TextUnit.UTF16_UNITS: 2,
    TextUnit.UTF8_BYTES: 4,
    TextUnit.LITTLE_TEXT: 2,
}
"""How many units one code point can be at most."""

# LinkedIn writes a backslash before each of these (its "little text format").
_ESCAPED = re.compile(r"[|{}@\[\]()<>#\\*_~]")

# A tag starts at the beginning or after something that is no word character, and holds at least one letter. The sign
# comes first in the pattern, for then the search jumps from sign to sign.
_HASHTAG = re.compile(r"#(?<![\w&/#]#)(?=\w*[^\W\d_])\w+")
_MENTION = re.compile(r"@(?<![\w@/.]@)\w[\w.]*")


def length(text: str, unit: TextUnit) -> int:
    """The length of `text` (canonical, see canonical.py) in `unit`."""
    match unit:
        case TextUnit.CODE_POINTS:
            return len(text)
        case TextUnit.UTF16_UNITS:
            return len(text.encode("utf-16-le", "surrogatepass")) // 2
        case TextUnit.UTF8_BYTES:
            return len(text.encode("utf-8", "surrogatepass"))
        case TextUnit.LITTLE_TEXT:
            return len(text) + len(_ESCAPED.findall(text))


def prefix(text: str, unit: TextUnit, limit: int) -> str:
    """The longest start of `text` that is at most `limit` units long, never cutting a code point."""
    if unit is TextUnit.CODE_POINTS:
        return text[:limit]
    used = 0
    for index, character in enumerate(text):
        used += length(character, unit)
        if used > limit:
            return text[:index]
    return text


def hashtags(text: str) -> list[str]:
    """The hashtags in `text`, in order, with their `#`."""
    return _HASHTAG.findall(text)


def mentions(text: str) -> list[str]:
    """The mentions in `text`, in order, with their `@`."""
    return _MENTION.findall(text)


def tag_spans(text: str) -> list[tuple[int, int]]:
    """Where the hashtags and mentions in `text` start and end, in order."""
    return sorted(found.span() for pattern in (_HASHTAG, _MENTION) for found in pattern.finditer(text))
