"""`renew`: another attempt for a post that ended: `attempt` raised in its file, for a person to review and merge."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Mapping
from typing import Any

from socialsync.commands.environment import Environment
from socialsync.commands.workspace import Workspace, open_worktree
from socialsync.commands.writing import Written
from socialsync.errors import UsageError
from socialsync.model import Intent, Record, Severity, Status
from socialsync.source import documents, posts
from socialsync.source.documents import Document
from socialsync.source.tree import WorkTree

_ENDED = (Status.FAILED, Status.CANCELED, Status.DELETED)


def run(arguments: argparse.Namespace, environment: Environment) -> Written:
    """Raise the attempt of every channel of the post that failed or was called off, or of the one named.

    Raises UsageError, with nothing written, where there is nothing to renew or the file's form does not allow it.
    """
    workspace = open_worktree(arguments.directory, environment)
    wanted = _wanted(workspace, arguments.post, arguments.channel or "")
    path = wanted[0].location.path
    with open(os.path.join(workspace.root, path), encoding="utf-8", newline="") as stream:
        text = stream.read()
    for intent in wanted:
        fields = {"attempt": str(intent.attempt + 1)}
        if arguments.schedule:
            fields["schedule"] = arguments.schedule
        text = renewed(text, path, intent, fields)
    _write(workspace, path, text)
    return Written(
        paths=(path,),
        advice=tuple(f"{arguments.post}: attempt {intent.attempt + 1} on {intent.target}" for intent in wanted),
    )


def _wanted(workspace: Workspace, post: str, channel: str) -> list[Intent]:
    """The post's targets to renew. A published one only if it is named: it would be public twice."""
    loaded = posts.load(workspace.settings, workspace.tree)
    of_post = [intent for intent in loaded.intents if intent.post_id == post]
    if not of_post:
        raise UsageError(f"there is no post {post!r}", hint="Write its id, not its file's name.", code="E-NO-POST")
    records: dict[str, Record] = {}
    for site in workspace.sites(None):
        records.update(workspace.store(site, offline=True).load().records)
    if channel:
        of_post = [intent for intent in of_post if channel in (str(intent.target), intent.target.alias)]
        if not of_post:
            raise UsageError(f"{post} does not go to {channel!r}", hint="Name it as the file does.", code="E-NO-TARGET")
    ended = [
        intent
        for intent in of_post
        if (record := records.get(intent.key)) is not None
        and (record.status in _ENDED or (channel and record.status is Status.PUBLISHED))
    ]
    if not ended:
        raise UsageError(
            f"nothing of {post}{f' on {channel}' if channel else ''} failed or was called off",
            hint="A post that is still scheduled is moved by changing its schedule. If it ended only now, wait for the "
            "next run of apply, which remembers it.",
            code="E-NOT-ENDED",
        )
    return ended


def _write(workspace: Workspace, path: str, text: str) -> None:
    """Put the new text in place; take it back if the post is not all right with it."""
    full = os.path.join(workspace.root, path)
    with open(full, encoding="utf-8", newline="") as stream:
        before = stream.read()
    _put(full, text)
    judged = posts.load(workspace.settings, WorkTree(workspace.root)).judged()
    wrong = [each for each in judged if each.severity is Severity.ERROR and each.location.path == path]
    if wrong:
        _put(full, before)
        raise UsageError(f"{wrong[0].location}: {wrong[0].message}", hint=wrong[0].hint, code=wrong[0].code)


def _put(full: str, text: str) -> None:
    with open(full, "w", encoding="utf-8", newline="") as stream:
        stream.write(text)


# --- the text of the file -----------------------------------------------------------------------


def renewed(text: str, path: str, intent: Intent, fields: Mapping[str, str]) -> str:
    """The file with `fields` set in one target, and every other character as it was. Raises UsageError."""
    document = _read(text, path)
    if isinstance(document.data["channels"], list):
        document = _read(_as_mapping(document), path)
    name = _name(document, intent)
    for field, value in fields.items():
        document = _read(_with(document, name, field, value), path)
    target = document.data["channels"][name] or {}
    if {field: str(target.get(field)) for field in fields} != dict(fields):
        raise _by_hand(path, name, fields)
    return document.text


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
            lines[place.line - 1] = re.sub(r"^( *)-( +)([^\s#]+)", r"\1 \2\3:", line)
    return "\n".join(lines)


def _with(document: Document, name: str, field: str, value: str) -> str:
    lines = document.text.split("\n")
    at = ("channels", name)
    key = document.key_place(at)
    target = document.data["channels"][name]
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
