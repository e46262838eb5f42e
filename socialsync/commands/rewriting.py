"""A field written into one target of a post's file, and every other character as it was."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from socialsync.errors import UsageError
from socialsync.model.intents import Intent
from socialsync.source import documents
from socialsync.source.documents import Document, Path


def rewritten(text: str, path: str, intent: Intent, fields: Mapping[str, str]) -> str:
    """The file with `fields` (each as YAML) set in the target of `intent`. Raises UsageError where its form does not
    allow that."""
    document = _read(text, path)
    name = written_name(document, intent)
    if isinstance(names := document.data["channels"], list):
        document = _read(_as_mapping(document), path)
        if document.data.get("channels") != dict.fromkeys(names):
            written = ", ".join(f"{each}: {_flow(fields) if each == name else '{}'}" for each in names)
            raise _by_hand(path, f"channels: {{{written}}}")
    before = document.data["channels"][name] or {}
    for field, value in fields.items():
        document = _read(_with(document, name, field, value), path)
    target = document.data["channels"][name] or {}
    if not all(_says(target.get(field), value, before.get(field)) for field, value in fields.items()):
        raise _by_hand(path, f"{name}: {_flow(fields)}")
    return document.text


def _says(read: Any, value: str, before: Any) -> bool:
    """Whether what was read is `value`: to the letter, or as the list that it means with what was there `before`."""
    if not isinstance(read, list):
        return str(read) == value
    meant: list[Any] = _read(f"- {value}", "").data[0]
    return bool(read == [*meant, *(before or ())])


def _read(text: str, path: str) -> Document:
    document, problems = documents.read(text.encode(), path)
    if document is None:
        raise UsageError(f"{problems[0].location}: {problems[0].message}", hint=problems[0].hint, code="E-RENEW")
    return document


def written_name(document: Document, intent: Intent) -> str:
    """The target as the file writes it: without its type where that is the channel's default."""
    channels = document.data["channels"]
    return str(intent.target) if str(intent.target) in channels else intent.target.alias


def _as_mapping(document: Document) -> str:
    """A plain list of channels as the mapping that means the same, where its form allows that."""
    lines = document.text.split("\n")
    first = document.key_place(("channels",)).line - 1
    flow = re.match(r"channels:\s*\[[^\]#]*\]", "\n".join(lines[first:]))
    if flow is None:
        for place in document.places(("channels",)):
            line = lines[place.line - 1]
            lines[place.line - 1] = re.sub(r"^( *)- +([^\s#]+)", r"\1  \2:", line)
        return "\n".join(lines)
    last = first + flow[0].count("\n")
    behind = lines[last][lines[last].index("]") + 1 :]
    names = document.data["channels"]
    return "\n".join([*lines[:first], f"channels:{behind}", *(f"  {name}:" for name in names), *lines[last + 1 :]])


def _with(document: Document, name: str, field: str, value: str) -> str:
    lines = document.text.split("\n")
    at = ("channels", name)
    key = document.key_place(at)
    target = document.data["channels"][name]
    if isinstance(target, dict) and isinstance(target.get(field), list) and target[field]:
        return _with_entry(document, (*at, field), value)
    if isinstance(target, dict) and field in target:
        return with_value(document, (*at, field), value)
    if not target:
        head = lines[key.line - 1]
        if not re.match(r"\s*[^{]+:\s*(\{\s*\})?\s*(#.*)?$", head[key.column - 1 :]) or "{" in head[: key.column]:
            raise _by_hand(document.path, f"{name}: {_flow({field: value})}")
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


def with_value(document: Document, path: Path, value: str) -> str:
    """The file with another value in place of the one, on one line, that stands at `path`."""
    lines = document.text.split("\n")
    place = document.place(path)
    line = lines[place.line - 1]
    old = re.match(r"\"[^\"]*\"|'[^']*'|[^,}#\n]*[^,}#\s]", line[place.column - 1 :])
    length = old.end() if old is not None else 0
    lines[place.line - 1] = line[: place.column - 1] + value + line[place.column - 1 + length :]
    return "\n".join(lines)


def _with_entry(document: Document, path: Path, value: str) -> str:
    """The file with the entry of `value`, a list of one, before the others of the list at `path`."""
    lines = document.text.split("\n")
    entry = value.strip().removeprefix("[").removesuffix("]")
    first = document.places(path)[0]
    before, behind = lines[first.line - 1][: first.column - 1], lines[first.line - 1][first.column - 1 :]
    if before.strip() == "-":
        lines.insert(first.line - 1, f"{before}{entry}")
    else:
        lines[first.line - 1] = f"{before}{entry}, {behind}"
    return "\n".join(lines)


def _flow(fields: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{field}: {value}" for field, value in fields.items()) + "}"


def _by_hand(path: str, line: str) -> UsageError:
    where = "In place of its channels" if line.startswith("channels:") else "Below channels"
    return UsageError(
        f"{path} is written in a form that cannot be changed by itself",
        hint=f"{where}, write it by hand: {line}",
        code="E-RENEW-FORM",
    )
