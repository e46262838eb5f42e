"""What an editor should have written: YAML's own refusals in plain words, with the corrected lines ready to paste.

`replacement` stands for the whole entry (`entry_end`): the line that the Problem names and what belongs under it.
Every replacement was parsed before it is offered; what cannot be mended for certain gets a hint in words only.
"""

from __future__ import annotations

import json
import re
from typing import Any

import yaml
from yaml._yaml import CParser

from socialsync.model.problems import Location, Problem

_ENTRY = re.compile(r"(?P<lead>[ ]*(?:- +)*)(?P<key>[A-Za-z_][\w/@.-]*):(?:[ ]+(?P<value>.*))?$")
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
_GROUPS = frozenset({"channels", "media", "variables", "allow"})  # fields that hold no text
_ONE_LINE = frozenset({"id", "schedule", "until", "timezone", "link", "state"})
_CONFLICT = r"<{7} |>{7} "
_NO_BLANK = r"(?P<head>[ ]*(?:- +)*(?P<key>[A-Za-z_][\w/@.-]*):)(?P<value>[^\s/].*)$"
NO_BREAK = "\u00a0"


def explain_syntax(error: yaml.YAMLError, text: str, path: str) -> Problem:
    """One Problem for what the parser could not read."""
    mark: Any = getattr(error, "problem_mark", None)
    what = str(getattr(error, "problem", None) or error)
    line, column = (mark.line, mark.column) if mark is not None else (0, 0)
    lines = _lines(text)
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


def vanishing_comment(text: str, path: str, *, key_line: int, hash_at: int) -> Problem:
    """A `#` behind an unquoted text: YAML would drop it and everything after it."""
    line = text.count("\n", 0, hash_at)
    column = hash_at - (text.rfind("\n", 0, hash_at) + 1)
    lines = _lines(text)
    start, replacement = key_line, _rewritten(lines, key_line)
    message = "YAML takes “#” here for the start of a comment, so the rest of this text would not go out."
    if not replacement:
        return _problem("E-YAML-COMMENT", message, path, line, column, _QUOTE_HINT)
    at = (line, column) if line == start else (start, len(lines[start].rstrip()))
    return _problem("E-YAML-COMMENT", message, path, *at, _how(replacement), replacement)


def swallowed_word(code: str, text: str, path: str, *, line: int, column: int) -> Problem:
    """A value that starts with `&` or `!`: YAML would take the first word for an anchor or a tag."""
    lines = _lines(text)
    sign = lines[line - 1][column - 1 : column]
    thing = "name of a part" if code == "E-YAML-ANCHOR" else "type"
    message = f"YAML takes the word after “{sign}” for the {thing} and drops it from the text."
    replacement = _rewritten(lines, line - 1)
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


def entry_end(lines: list[str], start: int) -> int:
    """The line after the last one that belongs to the entry starting at `start` (lines count from 0)."""
    entry = _ENTRY.match(lines[start])
    width = len(entry["lead"]) if entry else len(lines[start]) - len(lines[start].lstrip(" "))
    end = start + 1
    for number in range(start + 1, len(lines)):
        written = lines[number]
        if not written.strip():
            continue
        if len(written) - len(written.lstrip(" ")) <= width:
            break
        end = number + 1
    return end


def _slip(lines: list[str], near: list[int], path: str) -> Problem | None:
    """A slip that has nothing to do with what the text says, on one of the lines `near` the place that YAML names."""
    conflict = next((number for number, line in enumerate(lines) if re.match(_CONFLICT, line)), None)
    if conflict is not None:
        hint = "Keep one of the two versions, and delete the lines “<<<<<<<”, “=======” and “>>>>>>>”."
        return _problem("E-YAML-SYNTAX", "A merge conflict is left in the file.", path, conflict, 0, hint)
    for number in (number for number in near if number < len(lines)):
        line = lines[number]
        no_blank, entry = re.match(_NO_BLANK, line), _ENTRY.match(line)
        above = _ENTRY.match(lines[number - 1]) if number else None
        if NO_BREAK in line:
            column, hint, mended = line.index(NO_BREAK), "Use a usual blank.", line.replace(NO_BREAK, " ")
            message = "A no-break blank (U+00A0) stands here, which YAML takes for a letter."
        elif no_blank is not None:
            column, hint = no_blank.end("head"), "Write a blank between the two."
            message = f"After the colon of “{no_blank['key']}” a blank is missing."
            mended = f"{no_blank['head']} {no_blank['value']}"
        elif entry is not None and above is not None and above["value"] and above["key"] in _GROUPS:
            if len(entry["lead"]) <= len(above["lead"]):
                continue
            message = f"“{above['key']}” has something behind it and lines below it."
            return _problem("E-YAML-SYNTAX", message, path, number - 1, 0, "Write one of the two.")
        elif entry is not None and above is not None and above["value"] and above["key"] in _ONE_LINE:
            column, hint = 0, "Put it exactly under the line above."
            message = "This line stands too far to the right."
            mended = above["lead"].replace("-", " ") + line.lstrip(" ")
        else:
            continue
        if mended != line and _helps([*lines[:number], mended, *lines[number + 1 :]], number + 1):
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
    start = _entry_start(lines, min(candidate, len(lines) - 1))
    if start is None:
        return None
    replacement = _rewritten(lines, start, error)
    if not replacement:
        return None
    entry = _ENTRY.match(lines[start])
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


def _entry_start(lines: list[str], number: int) -> int | None:
    """The line of the innermost entry with a value of its own that line `number` belongs to."""
    for start in range(number, max(-1, number - 200), -1):
        entry = _ENTRY.match(lines[start])
        if entry is not None and (start == number or entry_end(lines, start) > number):
            return start if entry["value"] else None
    return None


def _rewritten(lines: list[str], start: int, error: int = -1) -> str:
    """The entry at `start` with its text on lines of its own (`text`) or in double quotes; "" if that mends nothing (at
    line `error`, where there is one)."""
    entry = _ENTRY.match(lines[start].rstrip("\r"))
    if entry is None:
        return ""
    lead, key = entry["lead"], entry["key"]
    first = (entry["value"] or "").strip()
    end = entry_end(lines, start)
    rest = [line.rstrip() for line in lines[start + 1 : end]]
    if first[:1] in ("{", "[") and key not in ("text", "title", "alt"):
        return ""  # a group of fields on one line: its own text is meant, and that is too deep to be sure of
    if re.match(r"[|>][+-]?\d?$", first):
        return ""
    margin = min((len(line) - len(line.lstrip(" ")) for line in rest if line), default=0)
    written = [first, *(line[margin:] for line in rest)] if first else [line[margin:] for line in rest]
    whole = "\n".join(written)
    if len(whole) > 1 and whole[0] == whole[-1] and whole[0] in "'\"":
        written = whole[1:-1].split("\n")
    if key in _GROUPS or (key in _ONE_LINE and len(written) > 1):
        return ""
    if key == "text" or len(written) > 1:
        below = " " * (len(lead) + 2)
        head = f"{lead}{key}: |2" if written[0].startswith(" ") else f"{lead}{key}: |"
        mended = [head, *(below + line if line else "" for line in written)]
    else:
        mended = [f"{lead}{key}: {json.dumps(written[0], ensure_ascii=False)}"]
    replacement = "\n".join(mended)
    until = max(start + len(mended), error + len(mended) - (end - start) if error >= 0 else 0)
    return replacement if _helps([*lines[:start], *mended, *lines[end:]], until) else ""


def _helps(lines: list[str], until: int) -> bool:
    """Whether the mended file reads without error at least up to line `until`."""
    parser = CParser("\n".join(lines).encode())
    try:
        while parser.check_event():
            parser.get_event()
    except yaml.YAMLError as error:
        mark: Any = getattr(error, "problem_mark", None)
        return mark is not None and mark.line > until
    finally:
        parser.dispose()
    return True


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").split("\n")


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
