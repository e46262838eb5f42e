"""What became of the posts of pull requests that were merged: which of them there is news about, and the page."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, replace

from socialsync.commands import handover
from socialsync.commands.environment import Environment
from socialsync.commands.job import Job
from socialsync.commands.workspace import Workspace, open_head
from socialsync.github import GitHub, Pull
from socialsync.model.intents import Intent
from socialsync.model.items import Record
from socialsync.model.plans import Change, ChangeKind, Outcome, OutcomeKind
from socialsync.model.reports import Report, SiteReport
from socialsync.plan.match import remembered
from socialsync.report import COMMENT, render
from socialsync.source import git, posts
from socialsync.state import State

_FAILED_BYTES = 20_000


def merged(
    report: Report, directory: str, job: Job, github: GitHub, environment: Environment
) -> Iterator[tuple[Pull, str, tuple[str, ...]]]:
    """Each merged pull request that the report has news of, the page for its comment, and what that is made of.

    A post belongs to the pull request that brought the newest commit on its file; State, which the run has just
    written, knows those of its posts that this run did not touch.
    """
    news = {_path(change) for site in report.sites for change in _news(site)} - {""}
    if not news:
        return
    workspace = open_head(directory, environment)
    commits = sorted(set(last_commits(workspace.root, news).values()))
    pulls = {pull.number: pull for commit in commits for pull in github.pulls_of(commit) if pull.merged}
    states = {site.name: workspace.store(site, offline=True).load() for site in workspace.sites(None)}
    for _, pull in sorted(pulls.items()):
        if pull.base == job.branch:
            about = _About(report, frozenset(github.paths_of(pull.number)), workspace, states)
            yield pull, about.page(job), about.substance()


def last_commits(root: str, paths: Iterable[str]) -> dict[str, str]:
    """By path, the newest commit of the branch itself (a merge counts as one) that added, changed or removed it."""
    wanted = [f":(top,literal){path}" for path in sorted(paths)]
    shown = ("log", "--first-parent", "-m", "--no-renames", "--name-only", "-z", "--format=%x01%H", "HEAD", "--")
    found: dict[str, str] = {}
    commit = ""
    for field in git.run(root, *shown, *wanted).decode(errors="surrogateescape").split("\0"):
        if field.startswith("\x01"):
            commit = field[1:]
        elif path := field.removeprefix("\n"):
            found.setdefault(path, commit)
    return found


@dataclass(frozen=True, slots=True)
class _About:
    """The posts in the files of one pull request."""

    report: Report
    paths: Container[str]
    workspace: Workspace
    states: dict[str, State]

    def page(self, job: Job) -> str:
        """First what did not work out, then where every post stands."""
        cells, url = self.workspace.settings.cells, job.blob_url("", self.workspace.commit)
        failed = self._failed()
        pages = ["**Merged.** This is what became of the posts of this pull request.\n"]
        if any(site.outcomes for site in failed.sites):
            pages.append(render(failed, format="markdown", cells=cells, posts_url=url, limit=_FAILED_BYTES))
        pages.append(
            render(self._status(), format="markdown", cells=cells, posts_url=url, limit=COMMENT - _FAILED_BYTES)
        )
        return "\n".join(pages)

    def substance(self) -> tuple[str, ...]:
        """What the page says apart from how long ago."""
        rows = [
            f"{change.key} {change.kind} {change.reason} {change.item.status if change.item else ''} "
            f"{change.item.at if change.item else ''} {change.item.permalink if change.item else ''}"
            for site in self._status().sites
            if site.plan is not None
            for change in site.plan.changes
        ]
        failed = [
            f"{each.change.key} {each.kind} {each.code}" for site in self._failed().sites for each in site.outcomes
        ]
        return (*rows, *failed)

    def _failed(self) -> Report:
        sites = tuple(
            replace(
                site,
                outcomes=tuple(
                    each for each in site.outcomes if _path(each.change) in self.paths and _went_wrong(each)
                ),
            )
            for site in self.report.sites
        )
        return replace(self.report, sites=sites, problems=())

    def _status(self) -> Report:
        sites = tuple(self._site(site) for site in self.report.sites if site.plan is not None)
        return replace(self.report, verb="status", sites=sites, problems=())

    def _site(self, site: SiteReport) -> SiteReport:
        assert site.plan is not None
        state = self.states[site.site]
        items = {each.change.key: each.item for each in site.outcomes if each.item is not None}
        told = {
            change.key: replace(change, item=items.get(change.key, change.item))
            for change in site.plan.changes
            if _path(change) in self.paths
        }
        loaded = posts.load(self.workspace.settings, self.workspace.tree, only=self.paths).intents
        intents = {intent.key: intent for intent in loaded}
        for key, record in state.records.items():
            if key not in told and record.path in self.paths:
                told[key] = _remembered(key, record, site.site, intents.get(key))
        return replace(site, plan=replace(site.plan, changes=tuple(told.values()), notes=()), outcomes=())


def _news(site: SiteReport) -> Iterator[Change]:
    """Changes that a reader of the pull request would want to hear of."""
    for change in site.plan.changes if site.plan is not None else ():
        held = change.kind is ChangeKind.HOLD and change.attention != 0
        if change.kind.writes or held or handover.is_news(change):
            yield change


def _went_wrong(outcome: Outcome) -> bool:
    return outcome.kind is not OutcomeKind.DONE and outcome.exit_code != 0


def _path(change: Change) -> str:
    if change.intent is not None:
        return change.intent.location.path
    return change.record.path if change.record is not None else ""


def _remembered(key: str, record: Record, site: str, intent: Intent | None) -> Change:
    """A post as State has it, which this run had nothing to say about."""
    return Change(kind=ChangeKind.KEEP, key=key, site=site, intent=intent, item=remembered(record), record=record)
