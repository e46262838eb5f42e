"""`diff`: what this change means, from git and State alone; the secret-free preview of a pull request."""

from __future__ import annotations

import argparse
import gc
from collections.abc import Mapping
from datetime import datetime, timedelta

from socialsync.canonical import content_fields, field_fingerprints
from socialsync.commands.environment import Environment
from socialsync.commands.places import sharpened
from socialsync.commands.reporting import finished
from socialsync.commands.workspace import InvalidInput, Workspace, intents_at, load_valid, open_head
from socialsync.errors import ExitCode, worst
from socialsync.model import (
    DesiredState,
    FieldValue,
    Intent,
    Item,
    Record,
    Report,
    Site,
    SiteReport,
    Status,
    TimingKind,
)
from socialsync.plan.build import build
from socialsync.plan.context import Context
from socialsync.plan.waivers import Book
from socialsync.source import git
from socialsync.state import State

_STALE = timedelta(days=1)


def run(arguments: argparse.Namespace, environment: Environment) -> Report:
    """HEAD against BASE on top of what State remembers; no request is sent."""
    gc.disable()  # nothing here makes cycles, and looking for some costs a fifth of the time
    try:
        return _compared(arguments, environment)
    finally:
        gc.enable()


def _compared(arguments: argparse.Namespace, environment: Environment) -> Report:
    try:
        workspace = open_head(arguments.directory, environment)
        sites = workspace.sites(arguments.site)
        states = {site.name: workspace.store(site, offline=True).load() for site in sites}
        base_commit = _base(workspace, arguments.revision)
        loaded, problems = load_valid(workspace, list(states.values()))
        base = intents_at(workspace, base_commit, loaded)
    except InvalidInput as error:
        return Report(verb="diff", problems=error.problems, exit_code=ExitCode.INVALID)
    reports = tuple(
        _site(
            workspace,
            site,
            [intent for intent in loaded.intents if intent.site == site.name],
            {key: intent for key, intent in base.items() if intent.site == site.name},
            states[site.name],
            environment,
        )
        for site in sites
    )
    codes = [ExitCode(change.attention) for report in reports if report.plan for change in report.plan.changes]
    report = Report(
        verb="diff",
        sites=reports,
        problems=problems,
        exit_code=worst(codes),
        commit=workspace.commit,
        base=base_commit,
    )
    return finished(report, loaded)


def _base(workspace: Workspace, revision: str | None) -> str:
    """The commit to compare with: where this branch left `revision`, by default the remote's main branch or, on that
    branch itself, the parent."""
    if revision is not None:
        return git.merge_base(workspace.root, revision, workspace.commit)
    for candidate in ("origin/HEAD", "origin/main", "main"):
        try:
            base = git.merge_base(workspace.root, candidate, workspace.commit)
        except git.GitError:
            continue
        if base != workspace.commit:
            return base
    try:
        return git.commit(workspace.root, f"{workspace.commit}^1")
    except git.GitError:
        return ""


def _site(
    workspace: Workspace,
    site: Site,
    intents: list[Intent],
    base: Mapping[str, Intent],
    state: State,
    environment: Environment,
) -> SiteReport:
    now = environment.clock.now()
    records, items = assumed(base, {intent.key: intent for intent in intents}, state, now)
    context = Context(
        site=site.name,
        now=now,
        book=Book(now.date()),
        delivery=site.delivery,
        accounts=None,
        base=base,
        reviewing=True,
        noted=state.noted,
    )
    plan = build(
        site=site,
        rules=workspace.settings.policy,
        intents=intents,
        items=items,
        records=records,
        context=context,
        notes=_notes(state, now),
        moved_from=state.moved_from(workspace.settings.policy.namespace, site.wix),
    )
    return SiteReport(
        site=site.name,
        emulator=site.emulator,
        plan=sharpened(plan, workspace.tree),
        aliases=site.accounts,
        delivery=site.delivery,
        state_at=state.at,
    )


def assumed(
    base: Mapping[str, Intent], head: Mapping[str, Intent], state: State, now: datetime
) -> tuple[dict[str, Record], list[Item]]:
    """What the service is taken to have, without asking it: BASE's content in the status that State remembers.

    A branch that is behind main must not see main's later changes as its own, so content always comes from BASE.
    """
    records: dict[str, Record] = {}
    items: list[Item] = []
    for key, record in state.records.items():
        if record.status.final:
            records[key] = record
        elif key not in base and key in head:
            records[key] = record
            items.append(_item(record, content_fields(head[key].content)))
    for key, intent in base.items():
        status = _status(intent, state.records.get(key), now)
        if status is None or key in records:
            continue
        fields = content_fields(intent.content)
        records[key] = _record(intent, state.records.get(key), status, fields)
        if not status.final:
            items.append(_item(records[key], fields))
    return records, items


def _status(intent: Intent, record: Record | None, now: datetime) -> Status | None:
    """The status of what BASE wanted; None if there is nothing."""
    if record is not None and not (record.at is not None and record.at <= now):
        return record.status
    if record is None and intent.state is not DesiredState.LIVE:
        return None
    if intent.timing.kind is TimingKind.DRAFT:
        return Status.DRAFT
    at = record.at if record is not None else intent.timing.at or intent.timing.until
    return Status.PUBLISHED if at is not None and at <= now else Status.SCHEDULED


def _record(intent: Intent, known: Record | None, status: Status, fields: Mapping[str, FieldValue]) -> Record:
    at = intent.timing.at if intent.timing.kind is TimingKind.AT else known.at if known is not None else None
    return Record(
        key=intent.key,
        item_id=known.item_id if known is not None else "",
        status=status,
        cell=intent.target.cell,
        post_id=intent.post_id,
        target=str(intent.target),
        fingerprints=field_fingerprints(fields),
        at=at if status is not Status.DRAFT else None,
        permalink=known.permalink if known is not None else "",
        account=known.account if known is not None else "",
        path=intent.location.path,
    )


def _item(record: Record, fields: Mapping[str, FieldValue]) -> Item:
    return Item(
        id=record.item_id or record.key,
        key=record.key,
        status=record.status,
        cell=record.cell,
        fields=fields,
        at=record.at,
        permalink=record.permalink,
    )


def _notes(state: State, now: datetime) -> tuple[str, ...]:
    if state.at is None:
        return ("nothing has been applied yet, so this compares only the files",)
    if now - state.at > _STALE:
        days = (now - state.at).days
        return (f"what is live was last looked at {days} day{'s' if days != 1 else ''} ago",)
    return ()
