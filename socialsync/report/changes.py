"""The page of a plan: what a merge would do, summed up, in the order in which a reader should meet it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeVar

from socialsync.cells import Cells
from socialsync.errors import ExitCode
from socialsync.model.accounts import Quota
from socialsync.model.plans import Change, ChangeKind, OutcomeKind, Plan
from socialsync.model.problems import Severity
from socialsync.model.reports import Report, SiteReport
from socialsync.report import deadlines, gates, times, words
from socialsync.report.entries import FINAL, Scene, is_note, is_odd, moment, scene, waits
from socialsync.report.view import Body, Entry, Fact, Page, Section, Sign

_Kind = TypeVar("_Kind", bound=ChangeKind | OutcomeKind)

_END_OF_TIME = datetime.max.replace(tzinfo=UTC)


def page(report: Report, cells: Cells) -> Page:
    """The page of `plan` and `diff`."""
    sections: list[Section] = []
    lead = paused(report)
    foot: list[str] = []
    for site in report.sites:
        label = site_label(report, site)
        sections += failure_section(site, label)
        if site.plan is not None:
            around = scene(site, site.plan, cells)
            sections += _sections(around, site.plan, label)
            lead += [f"{label}{line}" for line in _lead(site, site.plan, around.zone)]
            foot += [f"{label}{line}" for line in _foot(report, site, site.plan)]
    return Page(
        title=f"{words.subject(report.verb)}: {_sum(report)}",
        overview=True,
        lead=tuple(lead),
        sections=tuple(sections),
        foot=tuple(foot),
    )


def paused(report: Report) -> list[str]:
    """The line of the head that says so; for whoever stopped it, what is left to do."""
    if report.verb == "stop":
        return [words.STOPPED]
    return [words.PAUSED] if any(site.plan is not None and site.plan.paused for site in report.sites) else []


def site_label(report: Report, site: SiteReport) -> str:
    """What stands before a line when there are several sites."""
    return f"{site.site}: " if len(report.sites) > 1 else ""


def failure_section(site: SiteReport, label: str) -> list[Section]:
    """Why a site could not be worked on, as a section of its own."""
    if site.failure is None:
        return []
    failure = site.failure
    told = Entry(
        sign=Sign.FAILED,
        what=words.sentence(failure.message),
        post=failure.code,
        advice=(words.sentence(failure.hint),) if failure.hint else (),
    )
    return [Section(title=f"{label}Nothing was done", entries=(told,))]


def counts(changes: Iterable[Change]) -> dict[ChangeKind, int]:
    """How many of each kind, in the order of reports; what is held but asks nothing counts as left as it is."""
    found = Counter(ChangeKind.KEEP if is_note(change) else change.kind for change in changes)
    return {kind: found[kind] for kind in words.COUNT if found[kind]}


def summary(found: Mapping[_Kind, int], phrases: Mapping[_Kind, str], waiting: int) -> str:
    """`1 needs a decision, 3 new, 14 left as they are`; of what is left as it is, so many wait for writing to go on."""
    told = [words.count(waiting, words.WAIT_COUNT)] if waiting else []
    for kind, number in found.items():
        rest = number - waiting if kind is ChangeKind.KEEP else number
        told += [words.count(rest, phrases[kind])] if rest else []
    return ", ".join(told)


def problem_sum(report: Report) -> str:
    """`2 errors, 1 warning`; empty for none. Notes are no problems."""
    found = Counter(problem.severity for problem in report.problems)
    told = [kind for kind in words.SEVERITY_COUNT if found[kind] and kind is not Severity.NOTE]
    return ", ".join(words.count(found[kind], words.SEVERITY_COUNT[kind]) for kind in told)


def in_order(changes: Iterable[Change]) -> list[Change]:
    """What is public twice, then by the moment it is about, then by post and target."""

    def key(change: Change) -> tuple[bool, datetime, str, str]:
        twice = change.attention == ExitCode.DUPLICATE
        return not twice, moment(change) or _END_OF_TIME, change.post_id, change.target

    return sorted(changes, key=key)


def _sum(report: Report) -> str:
    plans = [site.plan for site in report.sites if site.plan is not None]
    found = counts(change for plan in plans for change in plan.changes)
    missed = [site.site for site in report.sites if site.failure is not None] if len(report.sites) > 1 else []
    problems = f"no plan for {words.listing(missed)}" if missed else problem_sum(report)
    if not plans:
        return f"{problems}; nothing was planned" if problems else "nothing was planned"
    waiting = sum(waits(change) for plan in plans for change in plan.changes)
    told = summary(found, words.COUNT, waiting)
    if waiting or not set(found) <= {ChangeKind.KEEP}:
        result = told
    else:
        nothing = f"nothing to do on {words.listing([plan.site for plan in plans])}" if missed else "nothing to do"
        result = f"{nothing}; {told}" if found else f"{nothing}, there are no posts"
    return f"{problems}; {result}" if problems else result


def _sections(around: Scene, plan: Plan, label: str) -> list[Section]:
    named: dict[str, list[Change]] = {
        "Needs a decision": [],
        "Cannot be taken back": [],
        "What goes out, by time": [],
        "For your information": [],
    }
    decide, final, writes, quiet = named.values()
    for change in plan.changes:
        if change.kind in FINAL:
            final.append(change)
        elif change.kind.writes:
            writes.append(change)
        elif change.kind is ChangeKind.HOLD and change.attention:
            decide.append(change)
        elif change.kind is ChangeKind.FORGET or is_odd(change):
            quiet.append(change)
    return [
        Section(title=f"{label}{title}", entries=_told_once(gates.entries(in_order(changes), around)))
        for title, changes in named.items()
        if changes
    ]


def _told_once(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The entries, where a text that the same post has word for word on a channel before is only referred to."""
    first: dict[tuple[str, Body], str] = {}
    shorter = []
    for each in entries:
        own, facts = [], list(each.facts)
        for body in each.bodies:
            told = first.setdefault((each.post, body), each.what)
            if told == each.what:
                own.append(body)
            else:
                facts.append(Fact(label=body.label, value=f"the same as for {told.partition(': ')[2]} above"))
        shorter.append(replace(each, bodies=tuple(own), facts=tuple(facts)))
    return tuple(shorter)


def _lead(site: SiteReport, plan: Plan, zone: str) -> list[str]:
    lines = deadlines.lead(plan.changes, plan.now, zone)
    lines += [quota_line(quota, plan, site.delivery) for quota in plan.quotas]
    if plan.foreign:
        made = words.count(plan.foreign, "post was|posts were")
        lines.append(f"{made} made outside this repository and will not be touched.")
    return [*lines, *map(words.sentence, plan.notes)]


def quota_line(quota: Quota, plan: Plan, delivery: str) -> str:
    """`Publishing: 7 of 10 left this month; this plan uses 3`."""
    name = words.FEATURE.get(quota.feature, quota.feature)
    if not quota.enabled:
        return f"{name}: not part of this site's Wix plan"
    uses = sum(_uses(change, delivery) == quota.feature for change in plan.changes)
    if quota.remaining is None:
        return f"{name}: no limit; this plan uses {uses:,}"
    period = words.PERIOD.get(quota.period, "")
    return f"{name}: {quota.remaining:,} of {quota.limit:,} left{period}; this plan uses {uses:,}"


def _uses(change: Change, delivery: str) -> str:
    """The feature that a change takes one unit of."""
    match change.kind:
        case ChangeKind.PUBLISH:
            return "PUBLISH_POST"
        case ChangeKind.CREATE | ChangeKind.SCHEDULE if change.at is not None and delivery == "wix":
            return "SCHEDULE_POST"
        case _:
            return ""


def _foot(report: Report, site: SiteReport, plan: Plan) -> list[str]:
    lines = []
    if report.verb == "diff":
        lines.append(
            f"Compared with what was confirmed {_ago(site.state_at, plan.now)}; the live channels were not asked."
            if site.state_at is not None
            else "Nothing was confirmed yet, so every post counts as new; the live channels were not asked."
        )
    commit = f" for commit {report.commit[:12]}" if report.commit else ""
    lines.append(f"Plan {digest(plan)}{commit}, made {times.full(plan.now, 'UTC')}.")
    return lines


def _ago(instant: datetime, now: datetime) -> str:
    """A moment of the past; a clock that can be set may be ahead of this one, and then the distance says nothing."""
    if instant > now:
        return f"on {times.full(instant, 'UTC')}"
    far = times.relative(instant, now)
    return f"{'just now' if far == 'now' else far} ({times.full(instant, 'UTC')})"


def digest(plan: Plan) -> str:
    """As much of it as `apply --expect` needs and as its refusals show."""
    return plan.digest[:12]
