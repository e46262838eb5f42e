"""Why a file that reads as YAML is not a post, in words, each with its place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from typing import Any

from socialsync.cells import Cells
from socialsync.keys import POST_ID
from socialsync.model.problems import Location, Problem
from socialsync.source import characters, times
from socialsync.source.corrections import corrected
from socialsync.source.documents import Document, Path
from socialsync.source.explanations import Reason
from socialsync.source.schemas import Validator
from socialsync.source.words import shown, there_are

_ONLY_BELOW = frozenset({"attempt", "adopt", "key"})  # fields of a target that no post has
_BELOW = _ONLY_BELOW | {"schedule", "until", "timezone", "allow", "state"}
_ADDRESS = r"(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}(?:[/?#]\S*)?\Z"
_TYPOGRAPHIC = frozenset("“”„‟«»‘’‚")
_ABSENT = frozenset({"required", "anyOf", "oneOf", "minProperties"})
_CODES = {
    "additionalProperties": "E-FIELD-UNKNOWN",
    "required": "E-FIELD-REQUIRED",
    "type": "E-FIELD-TYPE",
}


def explained(document: Document, reasons: Collection[Reason], check: Validator, cells: Cells) -> Iterator[Problem]:
    """Why a file is not a post (`reasons` of `check`), in words, each with its place; nothing that only follows from
    what was refused."""
    of_wrong_kind = {reason.path for reason in reasons if reason.keyword == "type"}
    for path, keyword, message, hint in reasons:
        if _follows(document, path, keyword) or (keyword in _ABSENT and path in of_wrong_kind):
            continue
        code = _CODES.get(keyword, "E-FIELD-VALUE")
        place = document.key_place(path) if keyword == "additionalProperties" else document.place(path)
        replacement = ""
        if keyword == "additionalProperties" and characters.NO_BREAK in str(path[-1]):
            message = "A no-break blank (U+00A0) stands in this name, which YAML takes for a letter."
            hint = "Use a usual blank."
            replacement = document.text.split("\n")[place.line - 1].replace(characters.NO_BREAK, " ")
        elif len(path) == 2 and path[0] == "channels" and keyword in ("additionalProperties", "pattern"):
            written = path[1] if isinstance(path[1], str) else document.data["channels"][path[1]]
            code = "E-CHANNEL"
            message, hint = _about_channel(written, message, hint, cells)
        elif path == ("id",) and keyword == "pattern":
            code = "E-ID"
            hint = _about_id(document.data["id"]) or hint
        elif path[-1:] == ("link",) and keyword == "pattern":
            hint = _about_link(document, path) or hint
        elif keyword == "type":
            replacement = corrected(document, path, check)
            hint = _about_kind(document, path, replacement, cells) or hint
        elif keyword == "additionalProperties" and len(path) == 1 and path[0] in _ONLY_BELOW:
            hint = f"It belongs below a channel: “{_first_channel(document.data)}: {{{path[0]}: …}}”."
        elif keyword == "uniqueItems":
            place, message, hint = _about_twice(document, path) or (place, message, hint)
        replacement = characters.without_refused(replacement)
        yield Problem(code=code, message=message, location=place, hint=hint, replacement=replacement)


def _follows(document: Document, path: Path, keyword: str) -> bool:
    """Whether a Problem was told already about this very value, a part of it, or the field that it lacks."""
    if path in document.refused and (keyword != "additionalProperties" or not str(path[-1]).isprintable()):
        return True  # of a name only its own letters could have been refused
    if keyword == "type":
        return any(where[: len(path)] == path for where in document.refused)
    if keyword not in _ABSENT:
        return False
    group = document.at(path)
    return any(where[:-1] == path and where[-1] not in group for where in document.refused if where)


def _about_channel(written: str, message: str, hint: str, cells: Cells) -> tuple[str, str]:
    """What a channel file knows about a name that is none: the service's own name of a channel, or another word."""
    if written in _BELOW or any(written in cell.carries for cell in cells):
        return f"“{written}” is not a channel but a field.", "It belongs below the channel, two blanks further in."
    channel, _, type_ = written.partition("@")[0].partition("/")
    meant = next((cell for cell in cells if cell.wire.channel.lower() == channel.lower()), None)
    if meant is not None and cells.of_channel(channel) == ():
        closed = meant.closed.replace(f"Take {meant.channel} out", f"Take {channel} out")
        return (closed, "") if closed else (message, f"Did you mean “{meant.channel}”?")
    for cell in cells.of_channel(channel):
        said = str(cell.schema["properties"].get("media", {}).get("description", ""))
        if type_ and type_ in said.lower():
            return message, f"Write “{cell.channel if cell.default else cell.name}”: {said}"
    if hint.startswith("There are "):
        hint = _there_are(cells)
    return message, hint


def _there_are(cells: Cells) -> str:
    return f"{there_are(sorted({cell.channel for cell in cells if not cell.closed}))}."


def _about_id(written: str) -> str:
    """The nearest id, or that its quotation marks are none."""
    if written[:1] in _TYPOGRAPHIC:
        return f"“{written[0]}” is not one of YAML's own quotation marks: write the id without any."
    plain = unicodedata.normalize("NFKD", written.lower()).encode("ascii", "ignore").decode()
    near = re.sub(r"[^a-z0-9]+", "-", plain)[:63].strip("-")
    return f"Did you mean “{near}”?" if POST_ID.match(near) else ""


def _about_link(document: Document, path: Path) -> str:
    """The address with its beginning, if that is all that is missing."""
    written = document.at(path)
    return f"Did you mean “https://{written}”?" if re.match(_ADDRESS, written) else ""


def _about_kind(document: Document, path: Path, replacement: str, cells: Cells) -> str:
    """What to do about a value of the wrong kind, where the schema's own words are too general."""
    match path:
        case (*_, "schedule" | "until"):
            return f"Write it like “{times.EXAMPLE}”."
        case (*_, "timezone"):
            return "Write it like “Europe/Berlin”, or “UTC”."
        case (*_, "allow") | (*_, "allow", int()):
            return 'Write it like “allow: [{rule: CODE, for: …, until: 2030-12-10, reason: "why"}]”.'
        case ("channels",):
            return "Write it as a list: “channels: [facebook, instagram]”."
        case ("channels", int(index)) if isinstance(entry := document.data["channels"][index], dict):
            name = next(iter(entry), "facebook")
            return f"Leave the “- ” out: what differs on a channel is written below “{name}:”."
        case ("channels", int()):
            return _there_are(cells)
        case ("channels", str(name)) if replacement:
            return f"What differs on {name} is written as “name: value”."
        case (*_, "media") | (*_, "media", int()):
            return "Each entry says “file:” and the path of a file, or “wix:” and an id."
        case _ if replacement and document.at(path) is None:
            return "YAML reads this word as nothing: put it in quotes, or leave the line out."
        case _:
            return ""


def _about_twice(document: Document, path: Path) -> tuple[Location, str, str] | None:
    """Which entry of a list stands there a second time, if its name can be told."""
    entries = document.at(path)
    index, name = next((index, name) for index, name in enumerate(entries) if name in entries[:index])
    if not isinstance(name, str):
        return None
    return document.place((*path, index)), f"{shown(path[-1])} names {shown(name)} twice.", "Keep one of the two."


def _first_channel(data: Any) -> str:
    """A channel that the file names, to show where something belongs."""
    channels = data.get("channels")
    names = [name for name in channels if isinstance(name, str)] if isinstance(channels, dict | list) else []
    return names[0] if names else "facebook"


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
