"""Words for messages: what was written, shown safely and shortly, and what was probably meant."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

_SHOWN = 60  # characters of foreign text that a message repeats


def shown(value: object) -> str:
    """`value` as a message may repeat it: quoted, one line, no invisible characters, at most 60 characters."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case str():
            return f"“{_visible(value)}”"
        case dict():
            return "a group of fields"
        case _:
            return "a list"


def name_of(character: str) -> str:
    """`U+202E (right-to-left override)`."""
    name = unicodedata.name(character, "").lower()
    return f"U+{ord(character):04X}" + (f" ({name})" if name else "")


def suggest(word: str, known: Iterable[str]) -> str:
    """` Did you mean “schedule”?`, or nothing if no known word is near."""
    import difflib

    choices = list(known)
    lowered = {choice.lower(): choice for choice in choices}
    near = difflib.get_close_matches(word.lower()[:100], lowered, n=1, cutoff=0.6)
    return f"Did you mean “{lowered[near[0]]}”?" if near else ""


def listed(words: Sequence[str], last: str = "and") -> str:
    """`a, b and c`."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def _visible(text: str) -> str:
    cut = text[:_SHOWN] + ("…" if len(text) > _SHOWN else "")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in cut)
