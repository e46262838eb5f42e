"""What an editor should have written: YAML's own refusals in plain words, with the corrected lines ready to paste.

`replacement` stands for the whole entry (`mending.entry_end`): the line that the Problem names and what belongs under
it. What cannot be mended for certain gets a hint in words only.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from socialsync.model.problems import Location, Problem
from socialsync.source.comments import PLAIN, Taken
from socialsync.source.mending import (
    ENTRY,
    GROUPS,
    ONE_LINE,
    entry_end,
    entry_start,
    helps,
    lines_of,
    rewritten,
    with_comment,
)
from socialsync.source.words import shown

_STARTS = {
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
_QUOTE_HINT = "Put the text in double quotes, or on lines of its own under “text: |”."
_CONFLICT = r"<{7} |>{7} "
_NO_BLANK = r"(?P<head>[ ]*(?:- +)*(?P<key>[A-Za-z_][\w/@.-]*):)(?P<value>[^\s/].*)$"
NO_BREAK = "\u00a0"


def explain_syntax(error: yaml.YAMLError, text: str, path: str) -> Problem:
    """One Problem for what the parser could not read."""
    mark: Any = getattr(error, "problem_mark", None)
    what = str(getattr(error, "problem", None) or error)
    line, column = (mark.line, mark.column) if mark is not None else (0, 0)
    lines = lines_of(text)
    if "another document" in what:
        return _problem(
            "E-YAML-DOCUMENTS", "A second document starts here.", path, line, column, "One file is one post."
        )
    if "nesting depth" in what:
        return _problem("E-YAML-DEPTH", "Too many levels inside each other.", path, line, column, "A post needs four.")
    if "escape" in what:
        hint = "Write two backslashes for one, or put the text on lines of its own under “text: |”."
        return _problem(
            "E-YAML-SYNTAX", "In double quotes, “\\” and this do not go together.", path, line, column, hint
        )
    context: Any = getattr(error, "context_mark", None)
    near = list(dict.fromkeys((context.line if context is not None else line, line, max(line - 1, 0))))
    if (slip := _slip(lines, near, path)) is not None:
        return slip
    for candidate in dict.fromkeys((line, context.line if context is not None else line, max(line - 1, 0))):
        found = _mend(lines, candidate, line)
        if found is not None:
            start, value_column, code, message, replacement = found
            at = (line, column) if line == start else (start, value_column)
            if code == "E-YAML-START":
                at = (start, value_column)
            return _problem(code, message, path, *at, _how(replacement), replacement)
    if "could not find expected ':'" in what and context is not None:  # the mark is where the next line starts
        hint = "If it belongs to the text above, put as many blanks before it; otherwise write “name: value”."
        return _problem("E-YAML-SYNTAX", _plain_words(what), path, context.line, context.column, hint)
    if "cannot start any token" in what:
        sign = lines[line][column : column + 1]
        return _problem("E-YAML-SYNTAX", f"YAML takes “{sign}” for a sign of its own.", path, line, column, _QUOTE_HINT)
    if "alias" in what:
        return _problem("E-YAML-ANCHOR", "“*” points to another place of the file.", path, line, column, _QUOTE_HINT)
    if context is not None and ("flow" in str(getattr(error, "context", "")) or "end of stream" in what):
        line, column = context.line, context.column  # where it was opened says more than where the file ended
    line = min(line, len(lines) - 1)
    return _problem("E-YAML-SYNTAX", _plain_words(what), path, line, column, _QUOTE_HINT)


def vanishing_comment(text: str, path: str, it: Taken) -> Problem:
    """A `#` at a text: YAML would drop it and everything after it."""
    line = text.count("\n", 0, it.at)
    column = it.at - (text.rfind("\n", 0, it.at) + 1)
    lines = lines_of(text)
    start = it.key.start_mark.line
    if line == start:
        message = "YAML takes “#” here for the start of a comment, so the rest of this text would not go out."
    else:
        message = f"YAML takes line {line + 1}, {shown(lines[line].strip())}, for a comment, so it would not go out."
    if it.key.value == "link":
        hint = "Leave out the blank before “#” if it belongs to the address; a comment starts with “# ”."
        return _problem("E-YAML-COMMENT", message, path, line, column, hint)
    replacement = with_comment(text, lines, it)
    at = (line, column) if line == start or not replacement else (start, len(lines[start].rstrip()))
    hint = _how(replacement) if replacement else _QUOTE_HINT
    if it.value.style != PLAIN:
        hint += " If it is a comment, write “# ”."
    return _problem("E-YAML-COMMENT", message, path, *at, hint, replacement)


def swallowed_word(code: str, text: str, path: str, *, line: int, column: int) -> Problem:
    """A value that starts with `&` or `!`: YAML would take the first word for an anchor or a tag."""
    lines = lines_of(text)
    sign = lines[line - 1][column - 1 : column]
    thing = "name of a part" if code == "E-YAML-ANCHOR" else "type"
    message = f"YAML takes the word after “{sign}” for the {thing} and drops it from the text."
    replacement = rewritten(lines, line - 1)
    hint = _how(replacement) if replacement else f"Leave “{sign}” out, or put the text in double quotes."
    return _problem(code, message, path, line - 1, column - 1, hint, replacement)


def tab(written: str, path: str, number: int) -> Problem:
    """A tab: YAML refuses it in an indentation, and nobody sees how wide it is elsewhere."""
    column = written.index("\t")
    body = written.rstrip("\r").lstrip("\t ")
    lead = written[: len(written.rstrip("\r")) - len(body)].replace("\t", "  ")
    replacement = lead + re.sub(r"\t+", " ", body)
    message = "A tab stands here."
    return _problem("E-YAML-TAB", message, path, number - 1, column, "Use blanks.", replacement)


def _slip(lines: list[str], near: list[int], path: str) -> Problem | None:
    """A slip that has nothing to do with what the text says, on one of the lines `near` the place that YAML names."""
    conflict = next((number for number, line in enumerate(lines) if re.match(_CONFLICT, line)), None)
    if conflict is not None:
        hint = "Keep one of the two versions, and delete the lines “<<<<<<<”, “=======” and “>>>>>>>”."
        return _problem("E-YAML-SYNTAX", "A merge conflict is left in the file.", path, conflict, 0, hint)
    for number in (number for number in near if number < len(lines)):
        line = lines[number]
        no_blank, entry = re.match(_NO_BLANK, line), ENTRY.match(line)
        above = ENTRY.match(lines[number - 1]) if number else None
        if NO_BREAK in line:
            column, hint, mended = line.index(NO_BREAK), "Use a usual blank.", line.replace(NO_BREAK, " ")
            message = "A no-break blank (U+00A0) stands here, which YAML takes for a letter."
        elif no_blank is not None:
            column, hint = no_blank.end("head"), "Write a blank between the two."
            message = f"After the colon of “{no_blank['key']}” a blank is missing."
            mended = f"{no_blank['head']} {no_blank['value']}"
        elif entry is not None and above is not None and above["value"] and above["key"] in GROUPS:
            if len(entry["lead"]) <= len(above["lead"]):
                continue
            message = f"“{above['key']}” has something behind it and lines below it."
            return _problem("E-YAML-SYNTAX", message, path, number - 1, 0, "Write one of the two.")
        elif entry is not None and above is not None and above["value"] and above["key"] in ONE_LINE:
            column, hint = 0, "Put it exactly under the line above."
            message = "This line stands too far to the right."
            mended = above["lead"].replace("-", " ") + line.lstrip(" ")
        else:
            continue
        if mended != line and helps([*lines[:number], mended, *lines[number + 1 :]], number + 1):
            return _problem("E-YAML-SYNTAX", message, path, number, column, hint, mended)
    return None


def _how(replacement: str) -> str:
    """What the corrected lines do to the text."""
    if replacement.partition("\n")[0].endswith(("|", "|2")):
        return "Put the text on lines of its own, under “text: |”."
    return "Put the text in double quotes."


def _mend(lines: list[str], candidate: int, error: int) -> tuple[int, int, str, str, str] | None:
    """Start, value's column, code, message and replacement for the entry around a line, if it can be mended so that
    nothing is wrong at line `error` any more."""
    start = entry_start(lines, min(candidate, len(lines) - 1))
    if start is None:
        return None
    replacement = rewritten(lines, start, error)
    if not replacement:
        return None
    entry = ENTRY.match(lines[start])
    assert entry is not None
    value = (entry["value"] or "").strip()
    column = entry.start("value") if entry["value"] else len(lines[start])
    first = value[:1]
    if first and first in "'\"" and first in value[1:-1]:
        message = f"The quotation mark ends the text here: “{value[: value.index(first, 1) + 1]}”."
        return start, column, "E-YAML-START", message, replacement
    if first in _STARTS:
        message = (
            f"A text that starts with {_STARTS[first]} needs quotes, or lines of its own: YAML uses this sign itself."
        )
        return start, column, "E-YAML-START", message, replacement
    whole = "\n".join([value, *lines[start + 1 : entry_end(lines, start)]])
    if re.search(r":(\s|$)", whole):
        message = "A text with a colon in it needs quotes, or lines of its own: YAML reads “name: value”."
        return start, column, "E-YAML-COLON", message, replacement
    return start, column, "E-YAML-SYNTAX", "YAML cannot read this text as it stands.", replacement


def _plain_words(what: str) -> str:
    for sign, words in (
        ("did not find expected ',' or", "A list “[…]” or group “{…}” is not closed."),
        ("unexpected end of stream", "A quotation mark is not closed."),
        ("could not find expected ':'", "This line is no “name: value”."),
        (
            "did not find expected key",
            "This line does not fit under the one above: look at its indentation and quotes.",
        ),
        ("did not find expected '-' indicator", "This line does not fit into the list above: look at its indentation."),
        ("mapping values are not allowed", "A colon does not fit here: look at the indentation."),
    ):
        if sign in what:
            return words
    return f"YAML cannot read this: {what}."


def _problem(code: str, message: str, path: str, line: int, column: int, hint: str, replacement: str = "") -> Problem:
    place = Location(path=path, line=line + 1, column=column + 1)
    return Problem(code=code, message=message, location=place, hint=hint, replacement=replacement)
