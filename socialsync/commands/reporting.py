"""The few ways in which a command's report is put together."""

from __future__ import annotations

from dataclasses import replace

from socialsync.errors import SocialSyncError
from socialsync.model.reports import Failure, Report, SiteReport
from socialsync.model.sites import Site
from socialsync.source import posts
from socialsync.state import State


def failure(site: Site, error: SocialSyncError, state: State) -> SiteReport:
    """A site that could not be worked on, and why."""
    return SiteReport(
        site=site.name,
        emulator=site.service == "emulator",
        failure=Failure.of(error),
        aliases=site.accounts,
        delivery=site.delivery,
        state_at=state.at,
    )


def finished(report: Report, loaded: posts.Loaded) -> Report:
    """The report with the count of what was looked at."""
    return replace(report, checked_posts=loaded.posts, checked_targets=len(loaded.intents))
