"""`renew`: another attempt for a post that ended: `attempt` raised in its file, for a person to review and merge."""

from __future__ import annotations

import argparse
import os

from socialsync.commands.environment import Environment
from socialsync.commands.rewriting import rewritten
from socialsync.commands.workspace import Workspace, open_worktree
from socialsync.commands.writing import Written
from socialsync.errors import UsageError
from socialsync.model import Intent, Record, Severity, Status
from socialsync.source import posts
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
        text = rewritten(text, path, intent, fields)
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
