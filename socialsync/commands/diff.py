"""`diff`: what this change means, from git and State alone; the secret-free preview of a pull request."""

from __future__ import annotations

import argparse
import gc
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from socialsync.commands import drifted, settled
from socialsync.commands.assumed import assumed
from socialsync.commands.environment import Environment
from socialsync.commands.ownfiles import recognised
from socialsync.commands.places import sharpened
from socialsync.commands.reporting import finished
from socialsync.commands.settled import Unread
from socialsync.commands.workspace import InvalidInput, Workspace, intents_at, load_valid, open_head
from socialsync.errors import ExitCode, worst
from socialsync.model.intents import Intent
from socialsync.model.items import Record
from socialsync.model.plans import Change, ChangeKind
from socialsync.model.problems import Problem
from socialsync.model.reports import Report, SiteReport
from socialsync.model.sites import Site
from socialsync.plan.build import build
from socialsync.plan.context import Context
from socialsync.plan.news import ENDED_AT_WIX
from socialsync.plan.waivers import Book
from socialsync.source import git, posts
from socialsync.source.posts import Loaded
from socialsync.state import State

_STALE = timedelta(days=1)
_ROUNDS = 3  # of reading what turned out to be in doubt, before everything is read
_ENDED = ("FAILED", *ENDED_AT_WIX)


def run(arguments: argparse.Namespace, environment: Environment) -> Report:
    """HEAD against BASE on top of what State remembers; no request is sent."""
    gc.disable()  # nothing here makes cycles, and looking for some costs a fifth of the time
    try:
        return _compared(arguments, environment)
    finally:
        gc.freeze()  # nor is anything of it looked at again while the report is written
        gc.enable()


def _compared(arguments: argparse.Namespace, environment: Environment) -> Report:
    try:
        workspace = open_head(arguments.directory, environment)
        sites = workspace.sites(arguments.site)
        states = {site.name: workspace.store(site, offline=True).load() for site in sites}
        base_commit = _base(workspace, arguments.revision)
        loaded, problems, base, unread = _read(workspace, states, base_commit, environment.clock.now())
    except InvalidInput as error:
        return Report(verb="diff", problems=error.problems, exit_code=ExitCode.INVALID)
    reports = tuple(
        _site(
            workspace,
            site,
            [intent for intent in loaded.intents if intent.site == site.name],
            {key: intent for key, intent in base.items() if intent.site == site.name},
            states[site.name],
            unread.of(site),
            environment,
        )
        for site in sites
    )
    codes = [change.attention for report in reports if report.plan for change in report.plan.changes]
    report = Report(
        verb="diff",
        sites=reports,
        problems=problems,
        exit_code=worst(codes),
        commit=workspace.commit,
        base=base_commit,
    )
    report = finished(report, loaded)
    targets = sum(len(unread.of(site)) for site in sites)
    return replace(
        report,
        checked_posts=report.checked_posts + len(unread.records),
        checked_targets=report.checked_targets + targets,
    )


def _read(
    workspace: Workspace, states: Mapping[str, State], commit: str, now: datetime
) -> tuple[Loaded, tuple[Problem, ...], dict[str, Intent], Unread]:
    """The posts that may be about to change, with what is wrong and what the BASE `commit` wanted of them, and those
    for which State speaks. Raises InvalidInput with everything that is wrong anywhere."""
    everything = {path for _, path in posts.files(workspace.settings, workspace.tree)}
    unread = settled.unread(workspace, everything, states, commit, now)
    for _ in range(_ROUNDS):
        try:
            loaded, problems = load_valid(workspace, list(states.values()), only=everything - unread.records.keys())
        except InvalidInput:
            if unread.records:
                break  # what is wrong may have to do with any file
            raise
        base = intents_at(workspace, commit, loaded)
        doubtful = unread.doubtful(loaded, base)
        if not doubtful:
            return loaded, problems, base, unread
        unread = unread.without(doubtful)
    loaded, problems = load_valid(workspace, list(states.values()))
    return loaded, problems, intents_at(workspace, commit, loaded), Unread(records={})


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
    standing: Sequence[Record],
    environment: Environment,
) -> SiteReport:
    """`standing`: what State remembers of those posts that were not read, because they stay as they are."""
    now = environment.clock.now()
    head = {intent.key: recognised(intent, state.digest_of) for intent in intents}
    base = {key: recognised(intent, state.digest_of) for key, intent in base.items()}
    unread = {record.key for record in standing}
    state = replace(state, records={key: record for key, record in state.records.items() if key not in unread})
    records, items = assumed(base, head, state, now)
    for item in items:
        if (drift := state.drifts.get(item.key)) is not None and item.key in head:
            head[item.key] = drifted.answered(head[item.key], item, drift)
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
        intents=tuple(head.values()),
        items=items,
        records=records,
        context=context,
        notes=_notes(state, now),
        moved_from=state.moved_from(workspace.settings.policy.namespace, site),
        settled=standing,
    )
    told = (_as_news(drifted.told(change, base, state, now, context.book), base) for change in plan.changes)
    plan = replace(plan, changes=tuple(told))
    return SiteReport(
        site=site.name,
        emulator=site.service == "emulator",
        plan=sharpened(plan, workspace.tree, workspace.settings.policy),
        aliases=site.accounts,
        delivery=site.delivery,
        state_at=state.at,
    )


def _as_news(change: Change, base: Mapping[str, Intent]) -> Change:
    """The change; a mere note where it only tells how a post ended that this review has nothing to do with."""
    before, intent = base.get(change.key), change.intent
    if change.kind is not ChangeKind.HOLD or change.reason not in _ENDED or before is None or intent is None:
        return change
    return replace(change, attention=ExitCode.OK) if drifted.leaves_alone(before, intent) else change


def _notes(state: State, now: datetime) -> tuple[str, ...]:
    if state.at is None:
        return ("nothing has been applied yet, so this compares only the files",)
    if now - state.at > _STALE:
        days = (now - state.at).days
        return (f"what is live was last looked at {days} day{'s' if days != 1 else ''} ago",)
    return ()
