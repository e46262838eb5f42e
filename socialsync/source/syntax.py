"""What YAML cannot read, in plain words, with the corrected lines ready to paste (see hints.py)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import yaml

from socialsync.model.problems import Problem
from socialsync.source.characters import NO_BREAK
from socialsync.source.groups import Quoted, quoted
from socialsync.source.hints import COMMENT, QUOTE_HINT, STARTS, how, of_start, problem_at
from socialsync.source.mending import (
    ENTRY,
    GROUPS,
    ONE_LINE,
    entry_end,
    entry_start,
    helps,
    lines_of,
    rewritten,
    syntax_error,
)

_CONFLICT = r"<{7} |>{7} "
_NO_BLANK = r"(?P<head>[ ]*(?:- +)*(?P<key>[A-Za-z_][\w/@.-]*):)(?P<value>[^\s/].*)$"
_COLON = "A text with a colon in it needs quotes, or lines of its own: YAML reads “name: value”."
_MOST = 10  # mistakes of syntax that are looked for one behind the other


def explain(error: yaml.YAMLError, text: str, path: str) -> list[Problem]:
    """What the parser could not read, and what it still cannot once that is mended as proposed."""
    problems: list[Problem] = []
    lines, moved = lines_of(text), 0
    while True:
        problem = _explained(error, lines, path)
        place = problem.location
        if problems and place.line + moved <= problems[-1].location.line:
            return problems
        problems.append(replace(problem, location=replace(place, line=place.line + moved)))
        if not problem.replacement or len(problems) == _MOST:
            return problems
        mended = problem.replacement.split("\n")
        end = place.line if len(mended) == 1 else entry_end(lines, place.line - 1)
        lines = [*lines[: place.line - 1], *mended, *lines[end:]]
        moved += end - place.line + 1 - len(mended)
        further = syntax_error("\n".join(lines))
        if further is None:
            return problems
        error = further


def _explained(error: yaml.YAMLError, lines: list[str], path: str) -> Problem:
    """One Problem for what the parser could not read."""
    mark: Any = getattr(error, "problem_mark", None)
    what = str(getattr(error, "problem", None) or error)
    line, column = (mark.line, mark.column) if mark is not None else (0, 0)
    if "another document" in what:
        return problem_at(
            "E-YAML-DOCUMENTS", "A second document starts here.", path, line, column, "One file is one post."
        )
    if "nesting depth" in what:
        return problem_at(
            "E-YAML-DEPTH", "Too many levels inside each other.", path, line, column, "A post needs four."
        )
    if "escape" in what:
        hint = "Write two backslashes for one, or put the text on lines of its own under “text: |”."
        return problem_at(
            "E-YAML-SYNTAX", "In double quotes, “\\” and this do not go together.", path, line, column, hint
        )
    context: Any = getattr(error, "context_mark", None)
    near = list(dict.fromkeys((context.line if context is not None else line, line, max(line - 1, 0))))
    if (slip := _slip(lines, near, path)) is not None:
        return slip
    for number in near:
        if number < len(lines) and (group := quoted(lines, number)) is not None:
            return _in_group(group, path, number)
    for candidate in dict.fromkeys((line, context.line if context is not None else line, max(line - 1, 0))):
        found = _mend(lines, candidate, line)
        if found is not None:
            start, value_column, code, message, replacement = found
            at = (line, column) if line == start else (start, value_column)
            if code == "E-YAML-START":
                at = (start, value_column)
            return problem_at(code, message, path, *at, how(replacement), replacement)
    if "could not find expected ':'" in what and context is not None:  # the mark is where the next line starts
        hint = "If it belongs to the text above, put as many blanks before it; otherwise write “name: value”."
        return problem_at("E-YAML-SYNTAX", _plain_words(what), path, context.line, context.column, hint)
    if "cannot start any token" in what:
        sign, hint = lines[line][column : column + 1], QUOTE_HINT
        message = f"YAML takes “{sign}” for a sign of its own."
        if sign == "@" and lines[line][:column].rstrip(" ").endswith(("[", ",", "-")):  # no text stands in a list
            hint = "A channel is named without it, its account behind it: “facebook” or “facebook@berlin”."
        return problem_at("E-YAML-SYNTAX", message, path, line, column, hint)
    if "alias" in what:
        return problem_at("E-YAML-ANCHOR", "“*” points to another place of the file.", path, line, column, QUOTE_HINT)
    if context is not None and ("flow" in str(getattr(error, "context", "")) or "end of stream" in what):
        line, column = context.line, context.column  # where it was opened says more than where the file ended
    line = min(line, len(lines) - 1)
    return problem_at("E-YAML-SYNTAX", _plain_words(what), path, line, column, QUOTE_HINT)


def _slip(lines: list[str], near: list[int], path: str) -> Problem | None:
    """A slip that has nothing to do with what the text says, on one of the lines `near` the place that YAML names."""
    conflict = next((number for number, line in enumerate(lines) if re.match(_CONFLICT, line)), None)
    if conflict is not None:
        hint = "Keep one of the two versions, and delete the lines “<<<<<<<”, “=======” and “>>>>>>>”."
        return problem_at("E-YAML-SYNTAX", "A merge conflict is left in the file.", path, conflict, 0, hint)
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
            return problem_at("E-YAML-SYNTAX", message, path, number - 1, 0, "Write one of the two.")
        elif entry is not None and above is not None and above["value"] and above["key"] in ONE_LINE:
            column, hint = 0, "Put it exactly under the line above."
            message = "This line stands too far to the right."
            mended = above["lead"].replace("-", " ") + line.lstrip(" ")
        else:
            continue
        if mended != line and helps([*lines[:number], mended, *lines[number + 1 :]], number + 1):
            return problem_at("E-YAML-SYNTAX", message, path, number, column, hint, mended)
    return None


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
    if first == "|":
        message = (
            "A hashtag stands too far to the left below this line: YAML takes it for a comment, and the text ends."
        )
        return start, column, "E-YAML-COMMENT", message, replacement
    if first in STARTS:
        return start, column, "E-YAML-START", of_start(first), replacement
    whole = "\n".join([value, *lines[start + 1 : entry_end(lines, start)]])
    if re.search(r":(\s|$)", whole):
        return start, column, "E-YAML-COLON", _COLON, replacement
    return start, column, "E-YAML-SYNTAX", "YAML cannot read this text as it stands.", replacement


def _in_group(group: Quoted, path: str, line: int) -> Problem:
    """A text in a group of fields on one line that needs quotes."""
    value, column, hint = group.value, group.column, "Put the text in double quotes."
    if (comment := value.find(" #")) >= 0:
        return problem_at("E-YAML-COMMENT", COMMENT, path, line, column + comment + 1, hint, group.line)
    if value[0] in STARTS:
        return problem_at("E-YAML-START", of_start(value[0]), path, line, column, hint, group.line)
    if re.search(r":(\s|$)", value):
        return problem_at("E-YAML-COLON", _COLON, path, line, column, hint, group.line)
    message = "A text with “{”, “}”, “[”, “]” or “,” in it needs quotes inside a group “{…}”."
    return problem_at("E-YAML-SYNTAX", message, path, line, column, hint, group.line)


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
