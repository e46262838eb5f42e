"""Comments that take words away: a hashtag that YAML reads as the start of a comment, and the text as it was meant.

With a blank behind its `#` a comment is welcome nearly everywhere; without one it looks like a hashtag and is refused
wherever words may stand.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from yaml.nodes import ScalarNode

PLAIN = ""  # the style of a value that is written without quotes and not as a block
PROSE = frozenset({"text", "title", "alt"})
ADDRESSES = frozenset({"link", "file"})
WORDLESS = frozenset(
    {"id", "schedule", "until", "timezone", "wix", "state", "adopt", "attempt", "key", "rule", "for"}
)  # nothing in a value of these could be lost
_BLOCKS = frozenset("|>")

_behind = re.compile(r"[ ]*(?:(?:\r?\n[ ]*)*#|,[ ]*#(?=\S))").match
_below_block = re.compile(r"[ \r\n]*#(?=\S)").match
_behind_group = re.compile(r"[ ,}\]]*#(?=\S)").match
_behind_header = re.compile(r"[|>][-+0-9]*[ ]+#(?=\S)").match
_HASHTAG_LINE = re.compile(r"^[^#\n]*#(?=\S)", re.MULTILINE)
_HASHTAG_LINES = re.compile(r"#[^\n]*(?:(?:\n[ \r]*)+#(?=\S)[^\n]*)*")


class Taken(NamedTuple):
    """A value of which a comment takes a part: the names' and the value's nodes, and where the `#` stands."""

    key: ScalarNode
    value: ScalarNode
    at: int


def taken(text: str, key: ScalarNode, value: ScalarNode) -> int:
    """Where the comment starts that takes words from the value; -1 if none does. `text` ends with a line end."""
    start = value.start_mark.index
    if text[start - 2 : start] != ": " and (at := _before(text, key, value)) >= 0:
        return at
    if value.style in _BLOCKS:
        found = _behind_header(text, start) or _below_block(text, value.end_mark.index)
        return -1 if found is None or key.value in ADDRESSES else found.end() - 1
    found = _behind(text, value.end_mark.index)
    if found is None:
        return -1
    at, plain, prose = found.end() - 1, value.style == PLAIN, key.value in PROSE
    hashtag, same_line = not text[at + 1].isspace(), "\n" not in found[0]
    if key.value in ADDRESSES:
        return at if same_line and hashtag else -1
    if same_line or (plain and at - text.rfind("\n", 0, at) - 1 > key.start_mark.column):
        return at if hashtag or (plain and prose) else -1
    return at if hashtag and prose else -1


def _before(text: str, key: ScalarNode, value: ScalarNode) -> int:
    """Where a hashtag starts between the name and the lines of its value; -1 if there is none."""
    start = key.end_mark.index
    between = text[start : value.start_mark.index]
    if "#" not in between or key.value in ADDRESSES:
        return -1
    if (found := _HASHTAG_LINE.search(between)) is not None:
        return start + found.end() - 1
    empty = value.start_mark.index == value.end_mark.index
    return start + between.index("#") if empty and key.value in PROSE else -1


def behind_group(text: str, end: int) -> int:
    """Where a hashtag starts behind a group of fields that ends at `end`; -1 if there is none."""
    found = _behind_group(text, end)
    return -1 if found is None else found.end() - 1


def as_meant(text: str, it: Taken) -> list[str]:
    """The lines of a value with those that YAML took for comments."""
    start, end = it.value.start_mark.index, _end(it)
    said = it.value.value.rstrip("\n")
    lines = said.split("\n") if said else []
    comments = [line.strip() for line in _hashtags(text, it.at).split("\n") if line.strip()]
    if it.at < end:
        return [*comments, *lines]
    if lines and "\n" not in text[end : it.at] and it.value.style not in _BLOCKS:
        return [*lines[:-1], f"{lines[-1]} {comments[0]}", *comments[1:]]
    apart = bool(lines) and re.search(r"\n[ \r]*\n[ ]*\Z", text[start : it.at]) is not None
    return [*lines, *([""] if apart else []), *comments]


def spliced(text: str, it: Taken, written: str) -> str:
    """The file with `written` as the value, in place of the value and the comment."""
    end, last = _end(it), it.at + len(_hashtags(text, it.at))
    kept = text[end:] if it.at < end else text[end : it.at].rstrip() + text[last:]
    return f"{text[: it.key.end_mark.index]}: {written}{kept}"


def _hashtags(text: str, at: int) -> str:
    found = _HASHTAG_LINES.match(text, at)
    assert found is not None
    return found[0].rstrip()


def _end(it: Taken) -> int:
    """Where the value ends; an empty one in a group of fields has its node behind the comment."""
    start, end = it.value.start_mark.index, it.value.end_mark.index
    return it.key.end_mark.index + 1 if start == end else end
