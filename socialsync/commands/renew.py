"""`renew`: another attempt for posts that ended: `attempt` raised in their files, for a person to review and merge."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from socialsync.commands.environment import Environment
from socialsync.commands.rewriting import rewritten
from socialsync.commands.workspace import Workspace, open_worktree
from socialsync.commands.writing import Written
from socialsync.errors import UsageError
from socialsync.model.intents import DesiredState, Intent
from socialsync.model.items import Record, Status
from socialsync.model.problems import Severity
from socialsync.source import posts
from socialsync.source.tree import WorkTree

_ENDED = (Status.FAILED, Status.CANCELED, Status.DELETED)


def run(arguments: argparse.Namespace, environment: Environment) -> Written:
    """Raise the attempt of every channel of the posts that failed or was called off, or of the one channel named; with
    `stopped` of everything that is called off though its file wants it and its time is ahead.

    Raises UsageError, with nothing written, where there is nothing to renew or a file's form does not allow it.
    """
    if bool(arguments.posts) == arguments.stopped:
        raise UsageError("say which posts", hint="Write their ids, or --stopped alone.", code="E-WHICH-POST")
    workspace = open_worktree(arguments.directory, environment)
    intents = posts.load(workspace.settings, workspace.tree).intents
    records: dict[str, Record] = {}
    for site in workspace.sites(None):
        records.update(workspace.store(site, offline=True).load().records)
    now = environment.clock.now()
    if arguments.stopped:
        wanted = _stopped(intents, records, now)
    else:
        wanted = [each for post in arguments.posts for each in _ended(intents, records, post, arguments.channel or "")]
    texts: dict[str, str] = {}
    for intent in wanted:
        path = intent.location.path
        fields = {"attempt": str(intent.attempt + 1)}
        if intent.state is not DesiredState.LIVE:
            fields["state"] = DesiredState.LIVE.value  # else the new attempt would be called off as the old one was
        if arguments.schedule:
            fields["schedule"] = arguments.schedule
        texts[path] = rewritten(texts.get(path) or _text(workspace, path), path, intent, fields)
    _write(workspace, texts)
    return Written(paths=tuple(texts), advice=tuple(_advice(wanted, now, moved=bool(arguments.schedule))))


def _advice(wanted: Sequence[Intent], now: datetime, *, moved: bool) -> list[str]:
    """What was written, what is still missing, and what comes next."""
    lines = [f"{intent.post_id}: attempt {intent.attempt + 1} on {intent.target}" for intent in wanted]
    if not moved:
        for intent in wanted:
            if intent.timing.until is not None and intent.timing.until < now:
                local = (intent.timing.at or intent.timing.until).astimezone(ZoneInfo(intent.timing.zone))
                lines.append(
                    f"{intent.post_id} on {intent.target}: its time, {local:%Y-%m-%d %H:%M}, has passed: write another "
                    "`schedule`, or it will be held"
                )
    return [*dict.fromkeys(lines), "", "next: look at `git diff`, commit it and open it as a pull request"]


def _stopped(intents: Sequence[Intent], records: Mapping[str, Record], now: datetime) -> list[Intent]:
    """What is called off at Wix, by `stop` or by hand, while its file wants it and its time is still ahead."""
    found = [
        intent
        for intent in intents
        if (record := records.get(intent.key)) is not None
        and record.status is Status.CANCELED
        and intent.state is DesiredState.LIVE
        and (intent.timing.until is None or intent.timing.until > now)
    ]
    if not found:
        raise UsageError(
            "nothing is called off that its file wants and whose time is ahead",
            hint="A post whose time has passed is renewed by its id, with --schedule.",
            code="E-NOT-ENDED",
        )
    return found


def _ended(intents: Sequence[Intent], records: Mapping[str, Record], post: str, channel: str) -> list[Intent]:
    """The post's targets to renew. A published one only if it is named: it would be public twice."""
    of_post = [intent for intent in intents if intent.post_id == post]
    if not of_post:
        raise UsageError(f"there is no post {post!r}", hint="Write its id, not its file's name.", code="E-NO-POST")
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


def _text(workspace: Workspace, path: str) -> str:
    with open(os.path.join(workspace.root, path), encoding="utf-8", newline="") as stream:
        return stream.read()


def _write(workspace: Workspace, texts: Mapping[str, str]) -> None:
    """Put the new texts in place; take all back if one of the posts is not all right with it."""
    before = {path: _text(workspace, path) for path in texts}
    _put(workspace, texts)
    judged = posts.load(workspace.settings, WorkTree(workspace.root)).judged()
    wrong = [each for each in judged if each.severity is Severity.ERROR and each.location.path in texts]
    if wrong:
        _put(workspace, before)
        raise UsageError(f"{wrong[0].location}: {wrong[0].message}", hint=wrong[0].hint, code=wrong[0].code)


def _put(workspace: Workspace, texts: Mapping[str, str]) -> None:
    for path, text in texts.items():
        with open(os.path.join(workspace.root, path), "w", encoding="utf-8", newline="") as stream:
            stream.write(text)
