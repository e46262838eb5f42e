"""Text that cannot deceive: characters that steer a terminal or do not show are written out as `⟨U+202E⟩`."""

from __future__ import annotations

import re
import unicodedata

# Legitimate uses of invisible characters, kept: flags of regions, joined emoji, one variation selector after a sign.
_FLAG = "\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f"
_JOINED = "(?<=[\u2600-\u27bf\ufe0f\U0001f300-\U0001faff])\u200d(?=[\u2600-\u27bf\u2190-\u21ff\U0001f300-\U0001faff])"
_VARIATION = "(?<=[^\\s\ufe00-\ufe0f])[\ufe0e\ufe0f]"
_KEEP = re.compile(f"{_FLAG}|{_JOINED}|{_VARIATION}")
# Invisible although Unicode files them under letters and marks.
_FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")
_PRINTABLE_BUT_HIDDEN = re.compile(f"[{''.join(sorted(_FILLERS))}\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_BLANKS = str.maketrans("\n\t", "  ")
_HIDDEN_CATEGORIES = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))


def visible(text: str) -> str:
    """`text` with every control, bidi and zero-width character spelt out; line feeds and tabs stay. Idempotent."""
    # `isprintable` knows every hidden category; what Unicode files elsewhere is looked for apart.
    if text.translate(_BLANKS).isprintable() and _PRINTABLE_BUT_HIDDEN.search(text) is None:
        return text
    pieces: list[str] = []
    position = 0
    for match in _KEEP.finditer(text):
        pieces += map(_shown, text[position : match.start()])
        pieces.append(match.group())
        position = match.end()
    pieces += map(_shown, text[position:])
    return "".join(pieces)


def flat(text: str) -> str:
    """`text` on one line, runs of blanks as one space."""
    return " ".join(text.split())


def _shown(character: str) -> str:
    if character in "\n\t":
        return character
    hidden = (
        unicodedata.category(character) in _HIDDEN_CATEGORIES
        or character in _FILLERS
        or "\ufe00" <= character <= "\ufe0f"
        or "\U000e0100" <= character <= "\U000e01ef"
    )
    return f"⟨U+{ord(character):04X}⟩" if hidden else character
