"""Text inside a line of Markdown: plain words as they are, everything else as code, where nothing of a post can act."""

from __future__ import annotations

import re

# Words that no Markdown reader sees anything in: letters with inner hyphens and apostrophes, two such with a stroke
# between them (a time zone), short numbers, times, dates. Everything else goes into a code span, where nothing links,
# mentions, closes or loads.
_LETTERS = r"[^\W\d_]+(?:[-’'][^\W\d_]+)*"
_NUMBER = r"\d{1,6}(?:[.,:×-]\d{1,6})*%?"
_HARMLESS = re.compile(rf"[(“„]?(?:{_LETTERS}(?:/{_LETTERS})?|{_NUMBER})[)”]?[.,:;!?]?[)”]?|[·→×—–]")
# What a sentence of ours marks as code already, as one word.
_QUOTED = re.compile(r"(\(?)`([^`\s](?:[^`]*[^`\s])?)`(\)?[.,:;!?]?\)?)")
_WORD = re.compile(rf"{_QUOTED.pattern}(?!\S)|\S+")
# What begins a numbered list where it begins a line.
_LISTED = re.compile(r"\d+[.)]")
# Letters that could be read as the name of a commit.
_HEX = re.compile(r"[a-f]{7,}", re.IGNORECASE)


def inline(text: str) -> str:
    """Text inside a line: plain words as they are, everything else as code."""
    parts: list[str] = []
    odd: list[str] = []
    for word in (match[0] for match in _WORD.finditer(text)):
        quoted = _QUOTED.fullmatch(word)
        if quoted is not None:
            parts += [*_as_code(odd), f"{quoted[1]}{code(quoted[2])}{quoted[3]}"]
            odd = []
            continue
        listed = not parts and _LISTED.fullmatch(word) is not None
        if listed or _HARMLESS.fullmatch(word) is None or _HEX.search(word) is not None:
            odd.append(word)
        else:
            parts += [*_as_code(odd), word]
            odd = []
    return " ".join([*parts, *_as_code(odd)])


def _as_code(words: list[str]) -> list[str]:
    """The words as one code span, without the punctuation of the sentence around them."""
    text = " ".join(words)
    core = text.rstrip(".,:;!?")
    before, after = "", text[len(core) :]
    for opening, closing in ("()", "“”"):
        if len(core) > 1 and core.endswith(closing) and (core.startswith(opening) or opening not in core):
            before += opening if core.startswith(opening) else ""
            core, after = core.removeprefix(opening)[:-1], closing + after
    return [f"{before}{code(core)}{after}" if core else code(text)] if words else []


def code(text: str) -> str:
    """A code span."""
    if not text:
        return ""
    text = " ".join(text.split())
    ticks = "`" * (longest_run(text) + 1)
    # A blank is taken off each side by the reader; needed where the text begins or ends with a tick.
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"


def cell(markdown: str) -> str:
    """What stands in a table. A bar would end the cell even in a code span, so another one stands in for it."""
    return markdown.replace("|", "¦")


def longest_run(text: str) -> int:
    """How many ticks stand together at most."""
    return max((len(run) for run in re.findall("`+", text)), default=0)
