"""A report as one job of a workflow hands it to another: written small, read as hostile data.

The job that reads holds a token that may write comments; the one that wrote may have run whatever a pull request
brought. So a file is taken for what it says only as far as the report's schema goes, and never longer than LIMIT.
"""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import datetime, timedelta

from socialsync.cells import schemas_dir
from socialsync.commands import handed
from socialsync.errors import ExitCode, SocialSyncError
from socialsync.model.items import Status
from socialsync.model.plans import Change, ChangeKind, Origin
from socialsync.model.reports import Report, SiteReport
from socialsync.report import changes, machine, outcomes
from socialsync.source import schemas

LIMIT = 16 * 1024 * 1024
"""Bytes; a thousand changed posts on two channels each take a fifth of it."""

_LATE = timedelta(minutes=30)


class Unreadable(SocialSyncError):
    """The file is no report: missing, too large, or of another shape."""

    exit_code = ExitCode.INVALID
    code = "E-REPORT"


def write(report: Report, path: str) -> None:
    """Everything but posts that are left as they are without news; these are only counted."""
    told = replace(report, sites=tuple(_told(site) for site in report.sites))
    document = machine.document(told)
    for whole, written in zip(report.sites, document["sites"], strict=True):
        written["outcome_counts"] = {kind.value: number for kind, number in outcomes.counts(whole.outcomes).items()}
        if whole.plan is not None:
            counted = changes.counts(whole.plan.changes)
            written["plan"]["counts"] = {kind.value: number for kind, number in counted.items()}
    with open(path, "w", encoding="ascii") as stream:
        json.dump(document, stream, separators=(",", ":"))


def read(path: str) -> Report:
    """The report in a file. Raises Unreadable, whatever the file holds, and nothing else."""
    try:
        # An artifact may hold links and pipes too.
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as stream:
            data = stream.read(LIMIT + 1) or b""
    except OSError:
        raise Unreadable("the run left no report") from None
    if len(data) > LIMIT:
        raise Unreadable(f"the report is larger than {LIMIT >> 20} MiB")
    try:
        document = json.loads(data.decode(), parse_constant=_no_number)
        json.dumps(document, ensure_ascii=False).encode()  # half a character cannot be written anywhere
        schema = json.loads((schemas_dir() / "report.schema.json").read_bytes())
        if not schemas.Validator(schema).is_valid(document):
            raise ValueError("it does not follow schemas/report.schema.json")
        return handed.report(document)
    except (ValueError, KeyError, TypeError, RecursionError, OverflowError) as error:
        raise Unreadable(f"the report cannot be read: {type(error).__name__}") from None


def is_news(change: Change) -> bool:
    """Whether a post that is left as it is has become something else since State was written, public above all."""
    item, record = change.item, change.record
    if item is None:
        return False
    return record is None or (record.status, record.permalink) != (item.status, item.permalink)


def is_late(change: Change, now: datetime) -> bool:
    """Whether a post that should be public by now is not."""
    item = change.item
    if item is None or item.at is None or item.status.final or item.status is Status.DRAFT:
        return False
    return item.at + _LATE < now


def _told(site: SiteReport) -> SiteReport:
    plan = site.plan
    return replace(
        site,
        plan=None if plan is None else replace(plan, changes=tuple(c for c in plan.changes if _told_of(c, plan.now))),
        outcomes=tuple(each for each in site.outcomes if plan is None or _told_of(each.change, plan.now)),
    )


def _told_of(change: Change, now: datetime) -> bool:
    return (
        change.kind is not ChangeKind.KEEP or change.origin is Origin.DRIFT or is_news(change) or is_late(change, now)
    )


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number")
