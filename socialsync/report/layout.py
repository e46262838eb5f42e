"""Lines of a given width: how wide a text stands on a screen, and where it breaks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from socialsync.report.worddiff import Mark, Piece

_WORD = re.compile(r"\n|[^\S\n]+|\S+")

Line = list[Piece]


def screen_width(text: str) -> int:
    """Columns that `text` takes in a terminal: wide characters two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(map(_columns, text))


def _columns(character: str) -> int:
    if unicodedata.combining(character) or character in "\ufe0e\ufe0f\u200d":
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def wrap(text: str, width: int) -> list[str]:
    """`text` broken at blanks into lines of at most `width` columns (a longer word is cut); [""] for nothing."""
    return ["".join(piece.text for piece in line).rstrip() for line, _ in wrap_pieces([Piece(Mark.SAME, text)], width)]


def wrap_pieces(pieces: Iterable[Piece], width: int) -> list[tuple[Line, bool]]:
    """Marked text broken into lines; True marks a line that continues the one before it, which is no line break
    of the text itself."""
    lines: list[tuple[Line, bool]] = [([], False)]
    used = 0
    for mark, word in _words(pieces, width):
        if word == "\n":
            # A line break that came or went is a change like a word: it needs a sign of its own to be seen.
            if mark is not Mark.SAME:
                _append(lines[-1][0], mark, "¶")
            lines.append(([], False))
            used = 0
            continue
        size = screen_width(word)
        if used and used + size > width:
            lines.append(([], True))
            used = 0
            if word.isspace():
                continue
        _append(lines[-1][0], mark, word)
        used += size
    return lines


def columns(texts: Iterable[Iterable[str]], room: int) -> list[int]:
    """How wide each column (its texts) may be so that a row takes at most `room`: as wide as its widest text, else the
    widest columns less, down to their longest word."""
    told = [list(column) for column in texts]
    widths = [max(map(screen_width, column)) for column in told]
    least = [max((screen_width(word) for text in column for word in text.split()), default=0) for column in told]
    while sum(widths) > room:
        spare = [width if width > low else 0 for width, low in zip(widths, least, strict=True)]
        if not any(spare):
            break
        widths[spare.index(max(spare))] -= 1
    return widths


def _append(line: Line, mark: Mark, text: str) -> None:
    if line and line[-1].mark is mark:
        line[-1] = Piece(mark, line[-1].text + text)
    else:
        line.append(Piece(mark, text))


def _words(pieces: Iterable[Piece], width: int) -> Iterator[tuple[Mark, str]]:
    """Words, blanks and line feeds; a word wider than a line comes in parts."""
    for piece in pieces:
        for word in _WORD.findall(piece.text):
            part, used = "", 0
            for character in word if screen_width(word) > width else ():
                if used + _columns(character) > width:
                    yield piece.mark, part
                    part, used = "", 0
                part += character
                used += _columns(character)
            yield piece.mark, part or word
