"""`stop`: cancel everything that is scheduled, then pause; for the moment when nothing may go out any more."""

from __future__ import annotations

import argparse
import os
import re
from dataclasses import replace

from socialsync.apply import Run
from socialsync.commands.connection import DEADLINE_SECONDS, connected
from socialsync.commands.environment import Environment
from socialsync.commands.locking import locked
from socialsync.commands.pacing import pace
from socialsync.commands.remember import remembered
from socialsync.commands.reporting import failure
from socialsync.commands.workspace import CONFIG, InvalidInput, Workspace, open_worktree
from socialsync.errors import ExitCode, SocialSyncError, UsageError, worst
from socialsync.keys import namespace_prefix
from socialsync.model import Change, ChangeKind, Outcome, Plan, Report, Site, SiteReport, Status
from socialsync.plan.build import digest
from socialsync.remote.wix.adapter import Adapter
from socialsync.source import posts
from socialsync.state import State
from socialsync.writes import Writes

_PAUSE = re.compile(r"^pause:.*$", re.MULTILINE)


def run(arguments: argparse.Namespace, environment: Environment) -> Report:
    """Cancel on the sites named, and write `pause: true` into socialsync.yaml, to be committed."""
    if arguments.site is None and not arguments.all_sites:
        raise UsageError(
            "say which site to stop", hint="--site NAME, or --all-sites for every one of them.", code="E-WHICH-SITE"
        )
    try:
        workspace = open_worktree(arguments.directory, environment)
    except InvalidInput as error:
        return Report(verb="stop", problems=error.problems, exit_code=ExitCode.INVALID)
    # First of all: an apply that starts from these files meanwhile must find them paused.
    _pause(workspace.root)
    reports = tuple(_stop(workspace, site, environment) for site in workspace.sites(arguments.site))
    codes = [ExitCode(report.failure.exit_code) for report in reports if report.failure is not None]
    codes += [ExitCode(outcome.exit_code) for report in reports for outcome in report.outcomes]
    return Report(verb="stop", sites=reports, exit_code=worst(codes))


def _pause(root: str) -> None:
    path = os.path.join(root, CONFIG)
    with open(path, encoding="utf-8", newline="") as stream:
        text = stream.read()
    paused = _PAUSE.sub("pause: true", text) if _PAUSE.search(text) else text.rstrip("\n") + "\npause: true\n"
    with open(path, "w", encoding="utf-8", newline="") as stream:
        stream.write(paused)


def _stop(workspace: Workspace, site: Site, environment: Environment) -> SiteReport:
    state = State(site=site.name)
    try:
        with locked(workspace, site):
            store = workspace.store(site)
            state = store.load()
            with connected(workspace, site, state, environment) as adapter:
                plan = _plan(workspace, site, state, adapter, environment)
                outcomes = _cancel(workspace, site, plan, adapter, environment)
                now = adapter.server_time() or environment.clock.now()
                after = remembered(state, outcomes, workspace=workspace, site=site, media={}, now=now)
                store.save(replace(after, noted=state.noted))
    except SocialSyncError as error:
        return failure(site, error, state)
    return SiteReport(
        site=site.name,
        emulator=site.service == "emulator",
        plan=plan,
        outcomes=outcomes,
        aliases=site.accounts,
        delivery=site.delivery,
        state_at=after.at,
    )


def _plan(workspace: Workspace, site: Site, state: State, adapter: Adapter, environment: Environment) -> Plan:
    """A cancel for every scheduled item of ours, the next to go out first. Foreign items are not ours to stop."""
    prefix = namespace_prefix(workspace.settings.policy.namespace, site.name)
    listed = adapter.items(finals=False)
    ours = [item for item in listed if item.key.startswith(prefix) and not item.external]
    now = adapter.server_time() or environment.clock.now()
    scheduled = sorted(
        (item for item in ours if item.status is Status.SCHEDULED), key=lambda item: (item.at or now, item.key)
    )
    # What the files say serves the report alone; files with problems stop nobody from stopping.
    intents = {intent.key: intent for intent in posts.load(workspace.settings, workspace.tree).intents}
    changes = tuple(
        Change(
            kind=ChangeKind.CANCEL,
            key=item.key,
            site=site.name,
            intent=intents.get(item.key),
            item=item,
            record=state.records.get(item.key),
            reason="STOP",
            at=item.at,
        )
        for item in scheduled
    )
    return Plan(
        site=site.name,
        now=now,
        changes=changes,
        digest=digest(site, changes),
        foreign=len(listed) - len(ours),
    )


def _cancel(
    workspace: Workspace, site: Site, plan: Plan, adapter: Adapter, environment: Environment
) -> tuple[Outcome, ...]:
    clock = environment.clock
    writes = Writes(
        writer=adapter,
        clock=clock,
        pace=pace(site),
        delivery=site.delivery,
        accounts={},
        open_media=lambda ref: workspace.tree.open(ref.path),
        claim=lambda _: False,
    )
    run = Run(
        plan=plan,
        writes=writes,
        clock=clock,
        deadline=clock.monotonic() + DEADLINE_SECONDS,
        told=lambda outcome: environment.progress(f"{site.name}: {outcome.change.post_id}"),
    )
    return run.carry_out()
