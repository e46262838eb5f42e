"""Entries of a file written anew, so that YAML reads what was meant: each is parsed before it is offered."""

from __future__ import annotations

import json
import re
from typing import Any

import yaml
from yaml._yaml import CParser

from socialsync.source.comments import PLAIN, PROSE, Taken, as_meant, spliced

ENTRY = re.compile(r"(?P<lead>[ ]*(?:- +)*)(?P<key>[A-Za-z_][\w/@.-]*):(?:[ ]+(?P<value>.*))?$")
GROUPS = frozenset({"channels", "media", "variables", "allow"})  # fields that hold no text
ONE_LINE = frozenset({"id", "schedule", "until", "timezone", "link", "state"})
_BELOW = 8  # entries directly below one another that may each need to be mended
_HASHTAG = re.compile(r"[ ]*#\S")


def entry_end(lines: list[str], start: int) -> int:
    """The line after the last one that belongs to the entry starting at `start` (lines count from 0); hashtags directly
    below a text belong to it however little they are indented."""
    entry = ENTRY.match(lines[start].rstrip("\r"))
    width = len(entry["lead"]) if entry else _indent(lines[start])
    end = start + 1
    for number in range(start + 1, len(lines)):
        written = lines[number]
        if not written.strip():
            continue
        hashtag = entry is not None and entry["key"] in PROSE and _HASHTAG.match(written)
        if _indent(written) <= width and not hashtag:
            break
        end = number + 1
    return end


def entry_start(lines: list[str], number: int) -> int | None:
    """The line of the innermost entry with a value of its own that line `number` belongs to."""
    for start in range(number, max(-1, number - 200), -1):
        entry = ENTRY.match(lines[start])
        if entry is not None and (start == number or entry_end(lines, start) > number):
            return start if entry["value"] else None
    return None


def rewritten(lines: list[str], start: int, error: int = -1, below: int = _BELOW) -> str:
    """The entry at `start` with its text on lines of its own (`text`) or in double quotes; "" if that mends nothing (at
    line `error`, where there is one). The entry `below` it may need the same."""
    entry = ENTRY.match(lines[start].rstrip("\r"))
    if entry is None:
        return ""
    lead, key = entry["lead"], entry["key"]
    first = (entry["value"] or "").strip()
    end = entry_end(lines, start)
    rest = [line.rstrip() for line in lines[start + 1 : end]]
    if first[:1] in ("{", "[") and key not in PROSE and not (key == "link" and first.startswith("{{")):
        return ""  # a group of fields on one line: its own text is meant, and that is too deep to be sure of
    inner = [line for line in rest if _indent(line) > len(lead)]  # less deep are hashtags alone
    if re.fullmatch(r"[|>][-+0-9]*", first):
        if first != "|" or len(inner) == len([line for line in rest if line]):
            return ""
        first = ""
    margin = min(map(_indent, inner), default=0)
    rest = [line[margin:] if _indent(line) > len(lead) else line.lstrip(" ") for line in rest]
    written = [first, *rest] if first else rest
    whole = "\n".join(written)
    if not whole:
        return ""
    if len(whole) > 1 and whole[0] == whole[-1] and whole[0] in "'\"":
        written = whole[1:-1].split("\n")
    if key in GROUPS or (key in ONE_LINE and len(written) > 1):
        return ""
    return _verified(lines, start, end, _written(lead, key, written), error, below)


def with_comment(text: str, lines: list[str], it: Taken) -> str:
    """The entry with a text of which a comment takes a part, with the whole text; "" if that cannot be written."""
    start = it.key.start_mark.line
    end = entry_end(lines, start)
    entry = ENTRY.match(lines[start])
    meant = as_meant(text, it)
    if entry is not None and entry.start("key") == it.key.start_mark.column:
        if it.value.style == PLAIN and (replacement := rewritten(lines, start)):
            return replacement
        if replacement := _verified(lines, start, end, _written(entry["lead"], entry["key"], meant)):
            return replacement
    anew = lines_of(spliced(text, it, json.dumps("\n".join(meant), ensure_ascii=False)))
    dropped = len(lines) - len(anew)
    if dropped >= end - start or anew[end - dropped :] != lines[end:]:
        return ""  # it reaches into lines that are not shown
    return _verified(lines, start, end, anew[start : end - dropped])


def _written(lead: str, key: str, text: list[str]) -> list[str]:
    if key != "text" and len(text) == 1:
        return [f"{lead}{key}: {json.dumps(text[0], ensure_ascii=False)}"]
    below = " " * (len(lead) + 2)
    head = f"{lead}{key}: |2" if text[0].startswith(" ") else f"{lead}{key}: |"
    return [head, *(below + line if line else "" for line in text)]


def _verified(lines: list[str], start: int, end: int, mended: list[str], error: int = -1, below: int = _BELOW) -> str:
    """`mended` in place of the entry, if nothing is wrong any more (at line `error`, where there is one)."""
    after = start + len(mended)
    until = max(after, error + len(mended) - (end - start) if error >= 0 else 0)
    anew = [*lines[:start], *mended, *lines[end:]]
    wrong = wrong_line(anew)
    helped = (
        wrong is None
        or wrong > until
        or (wrong == after == until < len(anew) and below and rewritten(anew, after, after, below - 1))
    )
    return "\n".join(mended) if helped else ""


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def helps(lines: list[str], until: int) -> bool:
    """Whether the mended file reads without error at least up to line `until`."""
    wrong = wrong_line(lines)
    return wrong is None or wrong > until


def wrong_line(lines: list[str]) -> int | None:
    """The line at which YAML cannot read the file; None if it can."""
    error = syntax_error("\n".join(lines))
    if error is None:
        return None
    mark: Any = getattr(error, "problem_mark", None)
    return 0 if mark is None else int(mark.line)


def syntax_error(text: str) -> yaml.YAMLError | None:
    """What YAML cannot read in the file."""
    parser = CParser(text.encode())
    try:
        while parser.check_event():
            parser.get_event()
    except yaml.YAMLError as error:
        return error
    finally:
        parser.dispose()
    return None


def lines_of(text: str) -> list[str]:
    return text.replace("\r\n", "\n").split("\n")
