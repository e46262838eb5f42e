"""`stop`: cancel everything that is scheduled, then pause; for the moment when nothing may go out any more."""

from __future__ import annotations

import argparse
import os
import re
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

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
from socialsync.model.items import Item, Status
from socialsync.model.plans import Change, ChangeKind, Outcome, Plan
from socialsync.model.reports import Failure, Report, SiteReport
from socialsync.model.sites import Site
from socialsync.plan.build import digest
from socialsync.remote.ports import Reader
from socialsync.remote.wix.adapter import Adapter
from socialsync.source import posts
from socialsync.state import State
from socialsync.statestore import Store, amend
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
    codes = [report.failure.exit_code for report in reports if report.failure is not None]
    codes += [outcome.exit_code for report in reports for outcome in report.outcomes]
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
            # Without it fewer words can be said about a post; that is no reason to let it go out.
            with suppress(SocialSyncError):
                state = store.load().about(site)
            with connected(workspace, site, state, environment) as adapter:
                plan = _plan(workspace, site, state, adapter, environment)
                outcomes = _cancel(workspace, site, plan, adapter, environment)
                now = adapter.server_time() or environment.clock.now()
                state_at, unsaved = _remember(store, outcomes, workspace, site, now)
    except SocialSyncError as error:
        return failure(site, error, state)
    return SiteReport(
        site=site.name,
        emulator=site.service == "emulator",
        plan=plan,
        outcomes=outcomes,
        aliases=site.accounts,
        delivery=site.delivery,
        state_at=state_at,
        failure=unsaved,
    )


def _remember(
    store: Store, outcomes: tuple[Outcome, ...], workspace: Workspace, site: Site, now: datetime
) -> tuple[datetime | None, Failure | None]:
    """When State was last written, and why not now, if it fails; what was called off must be told all the same."""

    def changed(state: State) -> State:
        if state.moved_from(workspace.settings.policy.namespace, site):
            return state  # the memory of another site, which has nothing to do with this
        after = remembered(state, outcomes, workspace=workspace, site=site, media={}, now=now)
        return replace(after, noted=state.noted)

    try:
        return amend(store, changed).at, None
    except SocialSyncError as error:
        return None, Failure.of(error)


def _plan(workspace: Workspace, site: Site, state: State, adapter: Reader, environment: Environment) -> Plan:
    """A cancel for every scheduled item of ours, adopted ones too, the next to go out first. Foreign items are not
    ours to stop; those that will go out are named."""
    # What the files say finds adopted posts and words for the report; files with problems stop nobody from stopping.
    loaded = posts.load(workspace.settings, workspace.tree).intents
    intents = {intent.key: intent for intent in loaded if intent.site == site.name}
    adopted = {record.item_id: key for key, record in state.records.items()}
    adopted |= {intent.adopt: key for key, intent in intents.items() if intent.adopt}
    prefix = namespace_prefix(workspace.settings.policy.namespace, site.name)
    listed = adapter.items(finals=False)
    now = adapter.server_time() or environment.clock.now()
    ours, foreign = [], []
    for item in sorted(listed, key=lambda item: (item.at or now, item.key, item.id)):
        key = item.key if item.key.startswith(prefix) else adopted.get(item.id, "")
        if key and not item.external:
            ours.append((key, item))
        else:
            foreign.append(item)
    changes = tuple(
        Change(
            kind=ChangeKind.CANCEL,
            key=key,
            site=site.name,
            intent=intents.get(key),
            item=item,
            record=state.records.get(key),
            reason="STOP",
            at=item.at,
        )
        for key, item in ours
        if item.status is Status.SCHEDULED
    )
    return Plan(
        site=site.name,
        now=now,
        changes=changes,
        digest=digest(site, changes),
        notes=tuple(_left(item) for item in foreign if item.status is Status.SCHEDULED),
        foreign=len(foreign),
        zone=workspace.settings.policy.timezone,
        paused=True,
    )


def _left(item: Item) -> str:
    when = f" for {item.at:%Y-%m-%d %H:%M} UTC" if item.at is not None else ""
    what = item.cell.replace("/", " ") or "post"
    return f"not from this repository, so still scheduled{when}: the {what} with the id {item.id}; call it off at Wix"


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
