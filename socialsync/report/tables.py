"""The pages that are lists: problems, and the state of every post."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

from socialsync.cells import Cells
from socialsync.model.items import Status
from socialsync.model.plans import Change, ChangeKind
from socialsync.model.problems import Severity
from socialsync.model.reports import Report
from socialsync.report import changes, times, words
from socialsync.report.entries import Scene, is_odd, moment, permalink, scene, where, zone_of
from socialsync.report.view import Page, Row, Section, Sign, Table

_BEGIN = datetime.min.replace(tzinfo=UTC)


def validate(report: Report) -> Page:
    """`12 posts, 31 targets: no problems`."""
    posts = words.count(report.checked_posts, "post|posts")
    targets = words.count(report.checked_targets, "target|targets")
    found = changes.problem_sum(report)
    files = len({problem.location.path for problem in report.problems if problem.severity is not Severity.NOTE})
    result = f"{found} in {words.count(files, 'file|files')}" if found else "no problems"
    return Page(title=f"{posts}, {targets}: {result}")


# --- status -------------------------------------------------------------------------------------

# The states that a person should look at, most urgent first, then the others.
_URGENT = ("twice at Wix", "failed", "missing", "missed", "late", "needs a decision")
_IN_SUM = {"needs a decision": words.COUNT[ChangeKind.HOLD]}
_SIGNS = {
    "twice at Wix": Sign.FAILED,
    "failed": Sign.FAILED,
    "missing": Sign.UNKNOWN,
    "scheduled": Sign.MOVED,
    "going out now": Sign.OUT,
    "public": Sign.DONE,
}


def status(report: Report, cells: Cells) -> Page:
    """Every post with its live state: duplicate, failed, missing and late first, then what comes, then what was."""
    sections: list[Section] = []
    found: Counter[str] = Counter()
    for site in report.sites:
        label = changes.site_label(report, site)
        sections += changes.failure_section(site, label)
        if site.plan is None:
            continue
        around = scene(site, site.plan, cells)
        ranked = sorted(site.plan.changes, key=lambda change: _rank(change, around))
        found.update(state(change, around) for change in ranked)
        rows = tuple(_status_row(change, around) for change in ranked)
        if rows:
            table = Table(columns=("State", "Post", "Where", "When", "Link"), rows=rows)
            sections.append(Section(title=f"{label}Posts" if label else "Posts", table=table))
    known = [name for name in _URGENT if found[name]]
    names = (*known, *sorted(set(found) - set(known)))
    parts = [words.count(found[name], _IN_SUM.get(name, name)) for name in names]
    plans = [site.plan for site in report.sites if site.plan is not None]
    lines = any(_asks(change) and change.paste for plan in plans for change in plan.changes)
    return Page(
        title=f"Status: {', '.join(parts) or 'no posts'}",
        lead=tuple(changes.paused(report)),
        sections=tuple(sections),
        foot=(words.LINES,) if lines else (),
    )


def state(change: Change, around: Scene) -> str:
    """One word or two for where a post stands."""
    item, record = change.item, change.record
    match change.reason:
        case "DUPLICATE":
            return "twice at Wix"
        case "MISSED":
            return "missed"
        case _:
            pass
    live = item.status if item is not None else record.status if record is not None else None
    if live is None:
        return "needs a decision" if _asks(change) else "not at Wix yet"
    if item is None and not live.final:
        return "missing"
    instant = item.at if item is not None else None
    if live is Status.FAILED:
        return words.STATUS[live]
    if not live.final and live is not Status.DRAFT and instant is not None and instant < around.now:
        return "late"
    return "needs a decision" if _asks(change) else words.STATUS[live]


def live_moment(change: Change) -> datetime | None:
    """When it goes or went out as things are, whatever git wants."""
    return (change.item.at if change.item is not None else None) or moment(change)


def _asks(change: Change) -> bool:
    return change.kind is ChangeKind.HOLD and change.attention != 0


def _rank(change: Change, around: Scene) -> tuple[int, float, str, str]:
    word = state(change, around)
    instant = live_moment(change) or _BEGIN
    past = instant < around.now
    urgent = _URGENT.index(word) if word in _URGENT else len(_URGENT) + past
    # What comes is listed forwards, what was backwards: either way the nearest first.
    distance = abs((instant - around.now).total_seconds())
    return urgent, distance, change.post_id, change.target


def _status_row(change: Change, around: Scene) -> Row:
    word = state(change, around)
    instant = live_moment(change)
    zone = zone_of(change, around)
    when = f"{times.local(instant, zone)} ({times.relative(instant, around.now)})" if instant is not None else "no date"
    told = change.item.error if change.item is not None and change.item.error else ""
    if (word in _URGENT or is_odd(change)) and not told:
        told = f"{change.message} ({change.reason})" if _asks(change) else change.message
    return Row(
        sign=_SIGNS.get(word, Sign.DECIDE if word in _URGENT else Sign.QUIET),
        cells=(word, change.post_id or change.key, where(change, around.cells), when),
        url=permalink(change),
        note=words.sentence(told) if told else "",
    )
