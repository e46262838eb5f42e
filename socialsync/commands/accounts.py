"""`accounts`: what is connected at Wix, with the lines to paste into socialsync.yaml."""

from __future__ import annotations

import argparse

from socialsync.commands.connection import connected
from socialsync.commands.environment import Environment
from socialsync.commands.reporting import failure
from socialsync.commands.workspace import InvalidInput, Workspace, open_worktree
from socialsync.errors import ExitCode, SocialSyncError, worst
from socialsync.model.reports import Report, SiteReport
from socialsync.model.sites import Site
from socialsync.state import State


def run(arguments: argparse.Namespace, environment: Environment) -> Report:
    """Every channel of every site asked for."""
    try:
        workspace = open_worktree(arguments.directory, environment)
    except InvalidInput as error:
        return Report(verb="accounts", problems=error.problems, exit_code=ExitCode.INVALID)
    reports = tuple(_site(workspace, site, environment) for site in workspace.sites(arguments.site))
    codes = [report.failure.exit_code for report in reports if report.failure is not None]
    return Report(verb="accounts", sites=reports, exit_code=worst(codes))


def _site(workspace: Workspace, site: Site, environment: Environment) -> SiteReport:
    state = State(site=site.name)
    open_channels = list(dict.fromkeys(cell.channel for cell in workspace.settings.cells if not cell.closed))
    try:
        with connected(workspace, site, state, environment) as adapter:
            environment.progress(f"{site.name}: asking for {len(open_channels)} channels")
            connections = adapter.connections(open_channels)
    except SocialSyncError as error:
        return failure(site, error, state)
    return SiteReport(
        site=site.name,
        emulator=site.service == "emulator",
        namespace=workspace.settings.namespace,
        connections=connections,
        aliases=site.accounts,
        delivery=site.delivery,
    )
