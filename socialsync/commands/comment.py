"""`comment`: the one comment of a pull request: what a merge would do, and after it what became of that."""

from __future__ import annotations

import argparse
import hashlib
import json
from dataclasses import replace

from socialsync.cells import packaged
from socialsync.commands import handover
from socialsync.commands.environment import Environment
from socialsync.commands.job import Job, this_job
from socialsync.commands.writing import Written
from socialsync.github import GitHub, Pull
from socialsync.model.intents import TimingKind
from socialsync.model.plans import Change, ChangeKind, Origin
from socialsync.model.problems import Severity
from socialsync.model.reports import Report
from socialsync.report import COMMENT, machine, render

MARKER = "<!-- socialsync:pull-request"
_WORKFLOWS = ".github/"
_MOST_PATHS = 3000  # GitHub names no more files of a pull request
_WARNED = (
    "> [!WARNING]\n> This pull request changes files below `.github`, so the workflow that made this report may have "
    "been changed with them. Read those changes first and do not rely on what stands here.\n\n"
)


def run(arguments: argparse.Namespace, environment: Environment) -> Written:
    """Write or edit the comment that the report asks for; nothing where it says so already.

    In a run that follows another one (`workflow_run`) the report is that of a pull request, of doubtful origin: which
    one it belongs to is told by the event, never by the report. In any other run it tells what became of merged ones.
    """
    job = this_job(environment)
    with job.github() as github:
        if "workflow_run" in job.event:
            said = _review(arguments.report, job, github)
        else:
            said = _outcome(arguments, job, github, environment)
    return Written(paths=(), advice=said)


def _review(path: str, job: Job, github: GitHub) -> tuple[str, ...]:
    event = job.event["workflow_run"]
    pull = _pull(event, job, github)
    if pull is None:
        return ("no open pull request has this commit as its newest one any more; nothing to say",)
    url = str(event["html_url"])
    try:
        report = handover.read(path)
        if report.verb != "diff":
            raise handover.Unreadable("the run left a report of something else")
    except handover.Unreadable as error:
        page = (
            f"## The check of this pull request did not finish\n\nIts run {error.message.removeprefix('the run ')}.\n"
        )
        return (_put(github, pull.number, page, url, pull.head, ("unreadable",)),)
    paths = github.paths_of(pull.number)
    doubtful = len(paths) >= _MOST_PATHS or any(path.startswith(_WORKFLOWS) for path in paths)
    warning = _WARNED if doubtful else ""
    page = render(
        report,
        format="markdown",
        cells=packaged(),
        posts_url=job.blob_url(pull.source, pull.head),
        limit=COMMENT - len(warning),
    )
    silent = not _says_something(report)
    return (_put(github, pull.number, warning + page, url, pull.head, _substance(report), silent=silent),)


def _pull(event: dict[str, object], job: Job, github: GitHub) -> Pull | None:
    """The open pull request to the main branch whose newest commit the finished run looked at."""
    source = event.get("head_repository") or {}
    assert isinstance(source, dict)
    name, branch, head = str(source.get("full_name", "")), str(event["head_branch"]), str(event["head_sha"])
    for pull in github.open_pulls(owner=name.partition("/")[0], branch=branch):
        if (pull.head, pull.source, pull.base) == (head, name, job.branch):
            return pull
    return None


def _outcome(arguments: argparse.Namespace, job: Job, github: GitHub, environment: Environment) -> tuple[str, ...]:
    from socialsync.commands.merged import merged  # reads the repository, which the comment of a review does not

    report = handover.read(arguments.report)
    said = []
    for pull, page, substance in merged(report, arguments.directory, job, github, environment):
        said.append(_put(github, pull.number, page, job.run_url, pull.head, substance))
    return tuple(said) or ("nothing new for any merged pull request",)


def _put(
    github: GitHub,
    number: int,
    page: str,
    url: str,
    commit: str,
    substance: tuple[str, ...],
    *,
    silent: bool = False,
) -> str:
    """The comment with this page: new, edited, or left alone if it says the same already. `silent`: no new one."""
    same = hashlib.sha256("\0".join((commit, *substance)).encode()).hexdigest()[:16]
    marker = f"{MARKER} {same} -->"
    body = f"{marker}\n{page}\n<sub>[The whole report]({url}) · commit <code>{commit[:12]}</code></sub>\n"
    old = github.comment(number, MARKER)
    if old is None:
        if silent:
            return f"pull request {number}: nothing to say"
        return f"pull request {number}: {github.add_comment(number, body).url}"
    if old.body.startswith(marker):
        return f"pull request {number}: says so already"
    return f"pull request {number}: {github.change_comment(old, body).url} edited"


def _says_something(report: Report) -> bool:
    """Whether there is more than posts that are left as they are and notes about them."""
    return any(problem.severity is not Severity.NOTE for problem in report.problems) or any(
        site.failure is not None or (site.plan is not None and not all(map(_is_quiet, site.plan.changes)))
        for site in report.sites
    )


def _is_quiet(change: Change) -> bool:
    note = change.kind is ChangeKind.HOLD and not change.attention and change.wanted is None
    return change.kind is ChangeKind.KEEP or note


def _substance(report: Report) -> tuple[str, ...]:
    """What a report says apart from when it was made."""
    sites = []
    for site in report.sites:
        plan = site.plan
        if plan is not None:
            changes = tuple(_timeless(change) for change in plan.changes if change.kind is not ChangeKind.KEEP)
            plan = replace(plan, digest="", changes=changes)
        sites.append(replace(site, plan=plan, state_at=None))
    document = machine.document(replace(report, sites=tuple(sites), commit="", base=""))
    for site_document in document["sites"]:
        if site_document["plan"] is not None:
            del site_document["plan"]["now"]
    return (json.dumps(document, sort_keys=True),)


def _timeless(change: Change) -> Change:
    """Without the moment that it would go out at now, and without how long ago somebody else's edit was seen."""
    if change.intent is not None and change.intent.timing.kind is TimingKind.ASAP:
        change = replace(change, at=None)
    return replace(change, message="") if change.origin in (Origin.DRIFT, Origin.BOTH) else change
