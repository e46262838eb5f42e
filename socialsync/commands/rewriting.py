"""A field written into one target of a post's file, and every other character as it was."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from socialsync.errors import UsageError
from socialsync.model.intents import Intent
from socialsync.source import documents
from socialsync.source.documents import Document


def rewritten(text: str, path: str, intent: Intent, fields: Mapping[str, str]) -> str:
    """The file with `fields` (each as YAML) set in the target of `intent`. Raises UsageError where its form does not
    allow that."""
    document = _read(text, path)
    if isinstance(names := document.data["channels"], list):
        document = _read(_as_mapping(document), path)
        if document.data.get("channels") != dict.fromkeys(names):
            raise _by_hand(path, str(intent.target), fields)
    name = _name(document, intent)
    for field, value in fields.items():
        document = _read(_with(document, name, field, value), path)
    target = document.data["channels"][name] or {}
    if not all(_says(target.get(field), value) for field, value in fields.items()):
        raise _by_hand(path, name, fields)
    return document.text


def _says(read: Any, value: str) -> bool:
    """Whether what was read is `value`: to the letter, or as the list that it means."""
    return bool(read == _read(f"- {value}", "").data[0]) if isinstance(read, list) else str(read) == value


def _read(text: str, path: str) -> Document:
    document, problems = documents.read(text.encode(), path)
    if document is None:
        raise UsageError(f"{problems[0].location}: {problems[0].message}", hint=problems[0].hint, code="E-RENEW")
    return document


def _name(document: Document, intent: Intent) -> str:
    """The target as the file writes it: without its type where that is the channel's default."""
    channels = document.data["channels"]
    return str(intent.target) if str(intent.target) in channels else intent.target.alias


def _as_mapping(document: Document) -> str:
    """A plain list of channels as the mapping that means the same."""
    lines = document.text.split("\n")
    names: list[Any] = document.data["channels"]
    if re.match(r"channels:\s*\[", head := lines[document.key_place(("channels",)).line - 1]):
        end = head.index("]") if "]" in head else -1
        if end < 0:
            raise _by_hand(document.path, str(names[0]), {"attempt": "2"})
        lines[lines.index(head)] = "channels:" + head[end + 1 :] + "".join(f"\n  {name}:" for name in names)
    else:
        for place in document.places(("channels",)):
            line = lines[place.line - 1]
            lines[place.line - 1] = re.sub(r"^( *)- +([^\s#]+)", r"\1  \2:", line)
    return "\n".join(lines)


def _with(document: Document, name: str, field: str, value: str) -> str:
    lines = document.text.split("\n")
    at = ("channels", name)
    key = document.key_place(at)
    target = document.data["channels"][name]
    if isinstance(target, dict) and isinstance(target.get(field), list):
        raise _by_hand(document.path, name, {field: value})  # its entries are not to be lost
    if isinstance(target, dict) and field in target:
        place = document.place((*at, field))
        line = lines[place.line - 1]
        old = re.match(r"\"[^\"]*\"|'[^']*'|[^,}#\n]*[^,}#\s]", line[place.column - 1 :])
        length = old.end() if old is not None else 0
        lines[place.line - 1] = line[: place.column - 1] + value + line[place.column - 1 + length :]
    elif not target:
        head = lines[key.line - 1]
        if not re.match(r"\s*[^{]+:\s*(\{\s*\})?\s*(#.*)?$", head[key.column - 1 :]) or "{" in head[: key.column]:
            raise _by_hand(document.path, name, {field: value})
        lines[key.line - 1] = re.sub(r":\s*\{\s*\}", ":", head)
        lines.insert(key.line, f"{' ' * (key.column + 1)}{field}: {value}")
    else:
        first = document.places(at)[0]
        line = lines[first.line - 1]
        if first.line > key.line:
            lines.insert(first.line - 1, f"{' ' * (first.column - 1)}{field}: {value}")
        else:
            lines[first.line - 1] = f"{line[: first.column - 1]}{field}: {value}, {line[first.column - 1 :]}"
    return "\n".join(lines)


def _by_hand(path: str, name: str, fields: Mapping[str, str]) -> UsageError:
    written = ", ".join(f"{field}: {value}" for field, value in fields.items())
    return UsageError(
        f"{path} is written in a form that cannot be changed by itself",
        hint=f"Below channels, write it by hand: {name}: {{{written}}}",
        code="E-RENEW-FORM",
    )
