"""A difference of two texts in words, as a person would mark it with a pencil."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

# A comparison costs up to the product of the two lengths; beyond this many steps the rest is shown as replaced.
_STEPS = 4_000_000
# Below this share of common words a marked text is harder to read than the two texts one after the other.
_READABLE = 0.3

_TOKEN = re.compile(r"[#@]?\w+(?:[’'-]\w+)*%?|[^\S\n]+|\n|[^\w\s]+")


class Mark(StrEnum):
    SAME = "same"
    WAS = "was"
    NOW = "now"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text that is in both versions, only in the old one or only in the new one."""

    mark: Mark
    text: str


def word_diff(was: str, now: str) -> tuple[Piece, ...]:
    """The pieces in reading order: SAME and WAS joined give `was`, SAME and NOW joined give `now`."""
    old, new = _TOKEN.findall(was), _TOKEN.findall(now)
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    head, tail = old[:start], old[len(old) - end :]
    old, new = old[start : len(old) - end], new[start : len(new) - end]
    runs = [(Mark.SAME, "".join(head)), *_middle(old, new), (Mark.SAME, "".join(tail))]
    return _merged(runs)


def _common(one: list[str], two: list[str]) -> int:
    """How many tokens both begin with."""
    for index, (left, right) in enumerate(zip(one, two, strict=False)):
        if left != right:
            return index
    return min(len(one), len(two))


def _middle(old: list[str], new: list[str]) -> list[tuple[Mark, str]]:
    replaced = [(Mark.WAS, "".join(old)), (Mark.NOW, "".join(new))]
    if not old or not new or len(old) * len(new) > _STEPS:
        return replaced
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if len(old) + len(new) > 12 and matcher.ratio() < _READABLE:
        return replaced
    runs: list[tuple[Mark, str]] = []
    pending_was, pending_now = "", ""
    for operation, a, b, c, d in matcher.get_opcodes():
        if operation == "equal":
            same = "".join(old[a:b])
            # A lone blank between two changes belongs to them: `red mug` -> `blue cup` is one change, not two.
            if (pending_was or pending_now) and not same.strip(" ") and b < len(old) and d < len(new):
                pending_was += same
                pending_now += same
                continue
            runs += [(Mark.WAS, pending_was), (Mark.NOW, pending_now), (Mark.SAME, same)]
            pending_was, pending_now = "", ""
        else:
            pending_was += "".join(old[a:b])
            pending_now += "".join(new[c:d])
    return [*runs, (Mark.WAS, pending_was), (Mark.NOW, pending_now)]


def _merged(runs: list[tuple[Mark, str]]) -> tuple[Piece, ...]:
    """Empty runs dropped, neighbours of one mark joined."""
    pieces: list[Piece] = []
    for mark, text in runs:
        if not text:
            continue
        if pieces and pieces[-1].mark is mark:
            pieces[-1] = Piece(mark, pieces[-1].text + text)
        else:
            pieces.append(Piece(mark, text))
    return tuple(pieces)
