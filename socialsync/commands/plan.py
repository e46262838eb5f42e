"""`plan`: desired against live, nothing written."""

from __future__ import annotations

import argparse

from socialsync.commands.connection import connected
from socialsync.commands.environment import Environment
from socialsync.commands.observe import observe
from socialsync.commands.places import sharpened
from socialsync.commands.recalling import with_words
from socialsync.commands.reporting import failure, finished
from socialsync.commands.workspace import InvalidInput, Workspace, intents_at, load_valid, open_head, parent, states_of
from socialsync.errors import ExitCode, SocialSyncError, worst
from socialsync.model.intents import Intent
from socialsync.model.reports import Report, SiteReport
from socialsync.model.sites import Site
from socialsync.source import git, posts
from socialsync.state import State


def run(arguments: argparse.Namespace, environment: Environment, *, verb: str = "plan") -> Report:
    """The report of every site asked for."""
    try:
        workspace = open_head(arguments.directory, environment, worktree=arguments.worktree)
        sites = workspace.sites(arguments.site)
        states, unread = states_of(workspace, sites)
        loaded, problems = load_valid(workspace, list(states.values()))
    except InvalidInput as error:
        return Report(verb=verb, problems=error.problems, exit_code=ExitCode.INVALID)
    base_commit = git.commit(workspace.root, arguments.base) if arguments.base else parent(workspace)
    base = intents_at(workspace, base_commit, loaded)
    reports = tuple(
        _site(workspace, site, loaded, states[site.name].about(site), base, environment)
        if site.name in states
        else failure(site, unread[site.name], State(site=site.name))
        for site in sites
    )
    codes = [_code(report, detailed=arguments.detailed_exitcode) for report in reports]
    return finished(
        Report(
            verb=verb,
            sites=reports,
            problems=problems,
            exit_code=worst(codes),
            commit=workspace.commit,
            base=base_commit,
        ),
        loaded,
    )


def _site(
    workspace: Workspace,
    site: Site,
    loaded: posts.Loaded,
    state: State,
    base: dict[str, Intent],
    environment: Environment,
) -> SiteReport:
    try:
        with connected(workspace, site, state, environment) as adapter:
            observed = observe(
                workspace,
                site,
                adapter,
                intents=[intent for intent in loaded.intents if intent.site == site.name],
                state=state,
                base={key: intent for key, intent in base.items() if intent.site == site.name},
                reviewing=True,
                environment=environment,
            )
    except SocialSyncError as error:
        return failure(site, error, state)
    return SiteReport(
        site=site.name,
        emulator=site.service == "emulator",
        plan=with_words(sharpened(observed.plan, workspace.tree, workspace.settings.policy), workspace, loaded),
        connections=observed.connections,
        aliases=site.accounts,
        delivery=site.delivery,
        state_at=state.at,
    )


def _code(report: SiteReport, *, detailed: bool) -> ExitCode:
    if report.failure is not None:
        return report.failure.exit_code
    assert report.plan is not None
    codes = [change.attention for change in report.plan.changes]
    if detailed and any(change.kind.writes for change in report.plan.changes):
        codes.append(ExitCode.CHANGES)
    return worst(codes)
