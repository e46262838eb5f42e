"""What an editor should have written where YAML would change or drop a text, with the corrected lines ready to paste.

`replacement` stands for the whole entry (`mending.entry_end`): the line that the Problem names and what belongs under
it. What cannot be mended for certain gets a hint in words only.
"""

from __future__ import annotations

import re

from socialsync.model.problems import Location, Problem
from socialsync.source import characters
from socialsync.source.comments import PLAIN, Taken
from socialsync.source.groups import quoted
from socialsync.source.mending import lines_of, rewritten, with_comment
from socialsync.source.words import shown

STARTS = {
    "@": "“@”",
    "`": "a backtick",
    "%": "“%”",
    "!": "“!”",
    "&": "“&”",
    "*": "“*”",
    "'": "a quotation mark",
    '"': "a quotation mark",
    "[": "“[”",
    "{": "“{”",
    "]": "“]”",
    "}": "“}”",
    ",": "“,”",
    "|": "“|”",
    ">": "“>”",
    "?": "“?”",
    "-": "“-”",
    "#": "“#”",
}
QUOTE_HINT = "Put the text in double quotes, or on lines of its own under “text: |”."
COMMENT = "YAML takes “#” here for the start of a comment, so the rest of this text would not go out."


def vanishing_comment(text: str, path: str, it: Taken) -> Problem:
    """A `#` at a text: YAML would drop it and everything after it."""
    line = text.count("\n", 0, it.at)
    column = it.at - (text.rfind("\n", 0, it.at) + 1)
    lines = lines_of(text)
    start = it.key.start_mark.line
    if line == start:
        message = COMMENT
    else:
        message = f"YAML takes {shown(lines[line][column:])} in line {line + 1} for a comment, so it would not go out."
    if it.key.value == "link":
        hint = "Leave out the blank before “#” if it belongs to the address; a comment starts with “# ”."
        return problem_at("E-YAML-COMMENT", message, path, line, column, hint)
    replacement = with_comment(text, lines, it)
    at = (line, column) if line == start or not replacement else (start, len(lines[start].rstrip()))
    hint = how(replacement) if replacement else QUOTE_HINT
    if it.value.style != PLAIN:
        hint += " If it is a comment, write “# ”."
    return problem_at("E-YAML-COMMENT", message, path, *at, hint, replacement)


def swallowed_word(code: str, text: str, path: str, *, line: int, column: int) -> Problem:
    """A value that starts with `&` or `!`: YAML would take the first word for an anchor or a tag."""
    lines = lines_of(text)
    sign = lines[line - 1][column - 1 : column]
    thing = "name of a part" if code == "E-YAML-ANCHOR" else "type"
    message = f"YAML takes the word after “{sign}” for the {thing} and drops it from the text."
    replacement = rewritten(lines, line - 1)
    hint = how(replacement) if replacement else f"Leave “{sign}” out, or put the text in double quotes."
    return problem_at(code, message, path, line - 1, column - 1, hint, replacement)


def template_first(text: str, path: str, *, line: int, column: int) -> Problem:
    """A value that starts with `{{`: YAML reads a group of fields."""
    lines = lines_of(text)
    replacement = rewritten(lines, line - 1)
    if not replacement and (group := quoted(lines, line - 1)) is not None:
        replacement = group.line
    hint = how(replacement) if replacement else QUOTE_HINT
    return problem_at("E-YAML-START", of_start("{"), path, line - 1, column - 1, hint, replacement)


def tab(written: str, path: str, number: int) -> Problem:
    """A tab: YAML refuses it in an indentation, and nobody sees how wide it is elsewhere."""
    column = written.index("\t")
    body = written.rstrip("\r").lstrip("\t ")
    lead = written[: len(written.rstrip("\r")) - len(body)].replace("\t", "  ")
    replacement = lead + re.sub(r"\t+", " ", body)
    message = "A tab stands here."
    return problem_at("E-YAML-TAB", message, path, number - 1, column, "Use blanks.", replacement)


def how(replacement: str) -> str:
    """What the corrected lines do to the text."""
    if replacement.partition("\n")[0].endswith(("|", "|2")):
        return "Put the text on lines of its own, under “text: |”."
    return "Put the text in double quotes."


def of_start(sign: str) -> str:
    return f"A text that starts with {STARTS[sign]} needs quotes, or lines of its own: YAML uses this sign itself."


def problem_at(code: str, message: str, path: str, line: int, column: int, hint: str, replacement: str = "") -> Problem:
    place = Location(path=path, line=line + 1, column=column + 1)
    replacement = characters.without_refused(replacement)  # told by a Problem of its own
    return Problem(code=code, message=message, location=place, hint=hint, replacement=replacement)
