"""What must be right about a file before YAML sees it: UTF-8, and nothing in it that a reviewer cannot see."""

from __future__ import annotations

import re
from collections.abc import Iterator

from socialsync.model.problems import Location, Problem
from socialsync.source import characters
from socialsync.source.words import name_of

_GAP = b" " * 80  # a gap in a line that pushes what follows out of a reviewer's sight
_HIDDEN = re.compile(" {80,}(?=[^ \r\n])")
_BREAKS = re.compile("[\x85\u2028\u2029]|\r(?!\n)")
_ORDERS = re.compile(r"^(?:%|\.\.\.)", re.MULTILINE)


def not_utf8(data: bytes, path: str, error: UnicodeDecodeError) -> Problem:
    """The Problem with bytes that are no text."""
    before = data[: error.start]
    line, column = before.count(b"\n") + 1, len(before[before.rfind(b"\n") + 1 :].decode(errors="replace")) + 1
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    message = "The file is saved as UTF-16." if wide else f"The byte 0x{data[error.start]:02X} here is not UTF-8."
    return _problem("E-YAML-ENCODING", message, path, line, column, "Save the file as UTF-8.")


def breaks_lines(text: str) -> bool:
    """Whether a line ends in `text` for YAML that does not end for us: then no place in it could be named."""
    return _BREAKS.search(text) is not None


def is_fine(data: bytes) -> bool:
    """Whether `problems` would certainly find nothing, as in nearly every file: no look at every character."""
    return (
        b"\t" not in data
        and _GAP not in data
        and b"\n%" not in data
        and b"\n..." not in data
        and not data.startswith((b"%", b".", b"\xef\xbb\xbf"))
        and (characters.is_plain(data) or characters.are_needed(data.decode()))
    )


def problems(text: str, path: str) -> Iterator[Problem]:
    """Everything that no YAML file of ours may hold, whatever it means to YAML"""
    if text.startswith("\ufeff"):
        hint = "Save the file as “UTF-8” and not as “UTF-8 with BOM”."
        yield _problem("E-YAML-BOM", "The file starts with a byte order mark.", path, 1, 1, hint)
        text = text[1:]
    if "\r" in text and "\n" not in text:
        message = "The lines of this file end in CR, as on old Macs."
        yield _problem("E-YAML-CHARACTER", message, path, 1, text.index("\r") + 1, "Save the file with line ends LF.")
        return
    for index in characters.refused(text):
        line, column = _line_column(text, index)
        message = f"{name_of(text[index])} cannot be seen in a review, or ends a line for some readers only."
        yield _problem("E-YAML-CHARACTER", message, path, line, column, "Delete this character.")
    if "\t" in text:
        from socialsync.source import hints  # nearly every run does without

        for number, written in enumerate(text.split("\n"), 1):
            if "\t" in written:
                yield hints.tab(written, path, number)
    for found in _HIDDEN.finditer(text):
        line, column = _line_column(text, found.end())
        message = f"Text stands behind {found.end() - found.start()} blanks, out of a reviewer's sight."
        yield _problem("E-YAML-HIDDEN", message, path, line, column, "Delete the blanks before it.")
    for found in _ORDERS.finditer(text):
        line, column = _line_column(text, found.start())
        if found[0] == "%":
            code, message = "E-YAML-DIRECTIVE", "A line that starts with “%” gives orders to YAML."
        else:
            code, message = "E-YAML-DOCUMENTS", "“...” ends the document; one file is one post."
        yield _problem(code, message, path, line, column, "Delete this line.")


def _line_column(text: str, index: int) -> tuple[int, int]:
    return text.count("\n", 0, index) + 1, index - (text.rfind("\n", 0, index) + 1) + 1


def _problem(code: str, message: str, path: str, line: int, column: int, hint: str) -> Problem:
    return Problem(code=code, message=message, location=Location(path=path, line=line, column=column), hint=hint)
