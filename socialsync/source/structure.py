"""Why a file that reads as YAML is not a post, in words, each with its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from socialsync.cells import Cells
from socialsync.model import Problem
from socialsync.source.documents import Document, Path
from socialsync.source.explanations import Reason
from socialsync.source.words import shown

_ABSENT = frozenset({"required", "anyOf", "oneOf", "minProperties"})
_CODES = {
    "additionalProperties": "E-FIELD-UNKNOWN",
    "required": "E-FIELD-REQUIRED",
    "type": "E-FIELD-TYPE",
}


def explained(document: Document, reasons: Iterable[Reason], cells: Cells) -> Iterator[Problem]:
    """Why a file is not a post, in words, each with its place; nothing that only follows from what was refused."""
    for path, keyword, message, hint in reasons:
        if _follows(document, path, keyword):
            continue
        code = _CODES.get(keyword, "E-FIELD-VALUE")
        place = document.key_place(path) if keyword == "additionalProperties" else document.place(path)
        replacement = ""
        if len(path) == 2 and path[0] == "channels" and keyword in ("additionalProperties", "pattern"):
            written = path[1] if isinstance(path[1], str) else document.data["channels"][path[1]]
            code = "E-CHANNEL"
            message, hint = _about_channel(written, message, hint, cells)
        elif path == ("id",) and keyword == "pattern":
            code = "E-ID"
        elif keyword == "type":
            replacement = document.quoted(path)
        yield Problem(code=code, message=message, location=place, hint=hint, replacement=replacement)


def _follows(document: Document, path: Path, keyword: str) -> bool:
    """Whether a Problem was told already about this very value, a part of it, or the field that it lacks."""
    if path in document.refused:
        return True
    if keyword == "type":
        return any(where[: len(path)] == path for where in document.refused)
    if keyword not in _ABSENT:
        return False
    group: Any = document.data
    for step in path:
        group = group[step]
    return any(where[:-1] == path and where[-1] not in group for where in document.refused if where)


def _about_channel(written: str, message: str, hint: str, cells: Cells) -> tuple[str, str]:
    """What a channel file knows about a name that is none: the service's own name of a channel, or another word."""
    channel, _, type_ = written.partition("@")[0].partition("/")
    meant = next((cell for cell in cells if cell.wire.channel.lower() == channel.lower()), None)
    if meant is not None and cells.of_channel(channel) == ():
        return (meant.closed, "") if meant.closed else (message, f"Did you mean “{meant.channel}”?")
    for cell in cells.of_channel(channel):
        said = str(cell.schema["properties"].get("media", {}).get("description", ""))
        if type_ and type_ in said.lower():
            return message, f"Write “{cell.channel if cell.default else cell.name}”: {said}"
    return message, hint


def bad_values(data: Any, document: Document, path: Path) -> Iterator[Problem]:
    """Values at `path` that no template could fill in: lists, and nothing."""
    match data:
        case str() | int():
            return
        case dict():
            for name, value in data.items():
                yield from bad_values(value, document, (*path, name))
        case _:
            message = f"{shown(path[-1])} is {shown(data)}; a value is a text, a number, or a group of them."
            place = document.place(path)
            yield Problem(code="E-VARIABLES", message=message, location=place, hint="Like “percent: 20”.")
