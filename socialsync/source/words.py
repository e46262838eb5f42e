"""Words for messages: what was written, shown safely and shortly, and what was probably meant."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Sequence

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
    """`Did you mean “schedule”?`, or nothing if no known word is near; a letter that only looks right is named."""
    near = nearest(word, known)
    return f"{_foreign(word)}Did you mean “{near}”?" if near else ""


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that is nearest to `word`; "" if none is near."""
    import difflib

    lowered = {choice.lower(): choice for choice in known}
    near = difflib.get_close_matches(word.lower()[:100], lowered, n=1, cutoff=0.6)
    return lowered[near[0]] if near else ""


def _foreign(word: str) -> str:
    """The first letter of another alphabet in a word that should be Latin, as a sentence."""
    for number, letter in enumerate(word, 1):
        if letter.isalpha() and not unicodedata.name(letter, "LATIN").startswith("LATIN"):
            return f"Letter {number} of it is {name_of(letter)}. "
    return ""


def there_are(names: Sequence[str]) -> str:
    """`There are a and b`, without the full stop."""
    return f"There is only {names[0]}" if len(names) == 1 else f"There are {listed(names)}"


def listed(words: Sequence[str], last: str = "and") -> str:
    """`a, b and c`."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def accounts_near(alias: str, accounts: Collection[str]) -> str:
    """Which account was probably meant: one of the same channel, or what there is of it."""
    channel, _, name = alias.partition("@")
    known = [each for each in accounts if each.partition("@")[0] == channel]
    if near := nearest(name, [each.partition("@")[2] for each in known]):
        return f"Did you mean “{channel}@{near}”?"
    others = f" of {channel} yet, only {listed(list(accounts))}" if accounts else " yet"
    have = there_are(known) if known else f"There is none{others}"
    return f"{have}; `socialsync accounts` prints what can be added."


def _visible(text: str) -> str:
    cut = text[:_SHOWN] + ("…" if len(text) > _SHOWN else "")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in cut)
