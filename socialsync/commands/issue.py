"""`issue`: the one issue that says what needs a person: opened, kept up to date and closed by the runs themselves.

Each kind of run has a section of its own in it. A run is red only for what the issue does not list yet.
"""

from __future__ import annotations

import argparse
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from socialsync import timing
from socialsync.cells import packaged
from socialsync.commands import handover
from socialsync.commands.environment import Environment
from socialsync.commands.job import Job, this_job
from socialsync.commands.workspace import find_root, open_worktree
from socialsync.commands.writing import Written
from socialsync.errors import ExitCode, SocialSyncError, Superseded
from socialsync.github import GitHub, call_heartbeat
from socialsync.model.items import Status
from socialsync.model.plans import Change, ChangeKind, Origin, Outcome
from socialsync.model.problems import Severity
from socialsync.model.reports import Report, SiteReport
from socialsync.report import render
from socialsync.source import git

MARKER = "<!-- socialsync:issue -->"
HEARTBEAT = "SOCIALSYNC_HEARTBEAT"
TITLE = "Social posts need a person"

_HEAD = "What the workflows of this repository could not settle alone. It is kept up to date and closes itself.\n"
_TITLES = {"apply": "Carrying out", "verify": "Looking whether posts are public", "drift": "Comparing with Wix"}
_SECTION = re.compile(r"<!-- socialsync:section (\w+) ([0-9a-f ]*) -->\n(.*?)<!-- socialsync:end -->\n", re.DOTALL)
_SECTION_BYTES = 15_000
_MOST_KNOWN = 400
# Writes that wait are news to nobody as long as runs carry them out; when State is older, they do not.
_WAITING_SECONDS = 2 * 3600
# How long a post that never went out is listed; after that its day is history.
_REMEMBERED = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class _Section:
    """What one kind of run has to say: `known` are short digests of the single matters."""

    known: tuple[str, ...]
    page: str


def run(arguments: argparse.Namespace, environment: Environment) -> Written:
    """Bring one section up to date; the exit code is that of the report if it says something new, else 0."""
    job = this_job(environment)
    code, good = ExitCode.BUG, False
    try:
        report = handover.read(arguments.report)
        if _overtaken(report, arguments.directory, job):
            said = "a newer commit is there; its own run tells"
            return Written(paths=(), advice=(said,))
        matters = _matters(report)
        code = report.exit_code
        good = not report.problems and all(site.failure is None for site in report.sites)
        names, page = _names(matters), _page(matters, job)
    except handover.Unreadable as error:
        names, page = ["unreadable"], f"The run ended without a report: {error.message}.\n"
    section = _Section(_short(names), _titled(arguments.section, page, job)) if names else None
    with job.github() as github:
        new, said = _update(arguments.section, section, github, _people(arguments.directory, environment))
    red = (code or ExitCode.HELD) if new else ExitCode.OK
    if good and red is ExitCode.OK and (url := environment.variables.get(HEARTBEAT, "")):
        try:
            call_heartbeat(url)
        except SocialSyncError as error:  # whoever waits for it will hear of its absence
            environment.log(f"{error.code}: {error.message}")
    return Written(paths=(), advice=(said,), exit_code=red)


def _overtaken(report: Report, directory: str, job: Job) -> bool:
    """Whether the run refused to apply because it was not the newest any more: a re-run, or one of two quick merges."""
    refused = {site.failure.code for site in report.sites if site.failure is not None}
    if Superseded.code not in refused:
        return False
    try:
        return git.remote_tip(find_root(directory), "origin", job.branch)[1] != report.commit
    except git.GitError:  # rather told by two runs than by none
        return False


# --- what needs a person ------------------------------------------------------------------------


def _matters(report: Report) -> Report:
    """The report with nothing in it but what needs a person."""
    return replace(
        report,
        problems=tuple(problem for problem in report.problems if problem.severity is Severity.ERROR),
        sites=tuple(
            replace(
                site,
                plan=replace(
                    site.plan,
                    changes=tuple(change for change in site.plan.changes if _needs_a_person(change, site, report.verb)),
                    notes=(),
                    quotas=(),
                    foreign=0,
                )
                if site.plan is not None
                else None,
                outcomes=tuple(
                    outcome
                    for outcome in site.outcomes
                    if outcome.exit_code or (site.plan is not None and _never_out(outcome.change, site.plan.now))
                ),
                connections=(),
            )
            for site in report.sites
        ),
    )


def _needs_a_person(change: Change, site: SiteReport, verb: str) -> bool:
    assert site.plan is not None
    now = site.plan.now
    if change.attention or handover.is_late(change, now):
        return True
    if verb == "apply" and _never_out(change, now):
        return True
    if verb != "plan":
        return False
    idle = site.state_at is None or (now - site.state_at).total_seconds() > _WAITING_SECONDS
    return change.origin in (Origin.DRIFT, Origin.BOTH) or (change.kind.writes and idle)


def _never_out(change: Change, now: datetime) -> bool:
    """Whether a post's time ended not long ago and it never became public. Runs are red for that once; but whoever
    looks a day later must still find it here."""
    end = change.intent.timing.until if change.intent is not None else None
    if change.kind is not ChangeKind.HOLD or end is None:
        return False
    status = change.item.status if change.item is not None else None
    # It is missed as soon as too little time is left.
    return status in (None, Status.DRAFT, Status.FAILED) and -timing.LEAD < now - end < _REMEMBERED


def _names(matters: Report) -> list[str]:
    """One line for each matter, the same as long as it is the same matter."""
    return [
        *(f"problem {each.code} {each.location.path} {each.message}" for each in matters.problems),
        *(name for site in matters.sites for name in _names_at(site)),
    ]


def _names_at(site: SiteReport) -> Iterator[str]:
    if site.failure is not None:
        yield f"site {site.site} {site.failure.code}"
    judged = {outcome.change.key for outcome in site.outcomes}
    yield from (f"outcome {site.site} {_name(each)}" for each in site.outcomes)
    for change in site.plan.changes if site.plan is not None else ():
        if change.key not in judged:
            status = change.item.status if change.item is not None else ""
            yield f"change {site.site} {change.key} {change.kind} {change.reason} {status}"


def _name(outcome: Outcome) -> str:
    return f"{outcome.change.key} {outcome.kind} {outcome.code or outcome.change.reason}"


def _short(names: Iterable[str]) -> tuple[str, ...]:
    """Digests, few enough for the issue: those beyond a few hundred count as one matter together."""
    ordered = sorted(set(names))
    few, many = ordered[:_MOST_KNOWN], ordered[_MOST_KNOWN:]
    return tuple(hashlib.sha256(each.encode()).hexdigest()[:8] for each in (*few, *(["\n".join(many)] if many else [])))


def _page(matters: Report, job: Job) -> str:
    url = job.blob_url("", matters.commit) if matters.commit else ""
    return render(matters, format="markdown", cells=packaged(), posts_url=url, limit=_SECTION_BYTES)


# --- the issue ----------------------------------------------------------------------------------


def _update(name: str, section: _Section | None, github: GitHub, people: tuple[str, ...]) -> tuple[bool, str]:
    """Whether there is something new, and what was done."""
    issue = github.issue(MARKER)
    sections = _sections(issue.body) if issue is not None else {}
    before = sections.pop(name, None)
    if section is not None:
        sections[name] = section
    new = section is not None and not set(section.known) <= set(before.known if before is not None else ())
    body = _body(sections)
    if issue is None:
        return (new, f"opened {github.open_issue(TITLE, body, people).url}") if sections else (False, "all is well")
    if not sections:
        github.change_issue(issue, f"{MARKER}\nNothing is left to do.\n", closed=True)
        return False, f"closed {issue.url}"
    if (before.known if before is not None else ()) == (section.known if section is not None else ()):
        return new, f"{issue.url} says so already"
    github.change_issue(issue, body)
    return new, f"{issue.url} edited"


def _sections(body: str) -> dict[str, _Section]:
    # GitHub's editor may have turned line ends; no page of ours holds a comment, so these are the real borders.
    found = _SECTION.findall(body.replace("\r\n", "\n"))
    return {name: _Section(tuple(known.split()), page) for name, known, page in found}


def _body(sections: dict[str, _Section]) -> str:
    parts = [
        f"\n<!-- socialsync:section {name} {' '.join(sections[name].known)} -->\n"
        f"{sections[name].page}<!-- socialsync:end -->\n"
        for name in _TITLES
        if name in sections
    ]
    return "".join([f"{MARKER}\n{_HEAD}", *parts])


def _titled(name: str, page: str, job: Job) -> str:
    return f"\n# {_TITLES[name]}\n\n{page}\n<sub>[The run]({job.run_url})</sub>\n"


def _people(directory: str, environment: Environment) -> tuple[str, ...]:
    """Who is told, as socialsync.yaml says; nobody in particular where it cannot be read."""
    try:
        return open_worktree(directory, environment).settings.people
    except SocialSyncError:
        return ()
