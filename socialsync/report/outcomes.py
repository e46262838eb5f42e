"""The page of an apply: what became of every change, what is not known or failed first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from socialsync.cells import Cells
from socialsync.model.items import Item, Status
from socialsync.model.plans import ChangeKind, Outcome, OutcomeKind
from socialsync.model.reports import Report, SiteReport
from socialsync.report import changes, gates, times, words
from socialsync.report.entries import Scene, headline_time, is_note, is_odd, permalink, scene, waits, where, zone_of
from socialsync.report.view import Entry, Fact, Page, Section, Sign

_SIGNS = {
    OutcomeKind.UNKNOWN: Sign.UNKNOWN,
    OutcomeKind.FAILED: Sign.FAILED,
    OutcomeKind.STALE: Sign.DECIDE,
    OutcomeKind.SKIPPED: Sign.DECIDE,
    OutcomeKind.DONE: Sign.DONE,
}


def page(report: Report, cells: Cells) -> Page:
    """The page of `apply` and `stop`."""
    sections: list[Section] = []
    lead = changes.paused(report)
    foot: list[str] = []
    for site in report.sites:
        label = changes.site_label(report, site)
        sections += changes.failure_section(site, label)
        if site.plan is not None:
            sections += _sections(site, scene(site, site.plan, cells), label)
            lead += [f"{label}{words.sentence(note)}" for note in site.plan.notes]
            foot.append(f"{label}Plan {changes.digest(site.plan)}, made {times.full(site.plan.now, 'UTC')}.")
    return Page(
        title=f"{words.subject(report.verb)}: {_sum(report)}",
        lead=tuple(lead),
        sections=tuple(sections),
        foot=tuple(foot),
    )


def group(outcome: Outcome) -> OutcomeKind | ChangeKind:
    """Under which heading an outcome stands: its kind; for what was meant to be left alone, why."""
    if outcome.kind in (OutcomeKind.DONE, OutcomeKind.SKIPPED):
        change = outcome.change
        if change.kind is ChangeKind.KEEP or is_note(change):
            return ChangeKind.KEEP
        if change.kind in (ChangeKind.HOLD, ChangeKind.FORGET):
            return change.kind
    return outcome.kind


def counts(outcomes: Iterable[Outcome]) -> dict[OutcomeKind | ChangeKind, int]:
    """How many under each heading, in the order of the page."""
    found = Counter(map(group, outcomes))
    return {name: found[name] for name in words.OUTCOME_COUNT if found[name]}


def _sum(report: Report) -> str:
    found = counts(outcome for site in report.sites for outcome in site.outcomes)
    problems = changes.problem_sum(report)
    waiting = sum(waits(outcome.change) for site in report.sites for outcome in site.outcomes)
    told = changes.summary(found, words.OUTCOME_COUNT, waiting)
    if waiting or not set(found) <= {ChangeKind.KEEP}:
        result = told
    else:
        failed = bool(problems) or any(site.failure for site in report.sites)
        result = "; ".join(filter(None, ("nothing was done" if failed else "nothing to do", told)))
    return f"{problems}; {result}" if problems else result


def _sections(site: SiteReport, around: Scene, label: str) -> list[Section]:
    groups: dict[OutcomeKind | ChangeKind, list[Outcome]] = {name: [] for name in words.OUTCOME}
    for outcome in site.outcomes:
        name = group(outcome)
        if name is ChangeKind.KEEP and is_odd(outcome.change):
            name = ChangeKind.FORGET
        if name in groups:
            groups[name].append(outcome)
    order = {id(change): at for at, change in enumerate(changes.in_order(one.change for one in site.outcomes))}
    return [
        Section(
            title=f"{label}{words.OUTCOME[name]}",
            entries=_entries(name, sorted(found, key=lambda one: order[id(one.change)]), around),
        )
        for name, found in groups.items()
        if found
    ]


def _entries(name: OutcomeKind | ChangeKind, found: list[Outcome], around: Scene) -> tuple[Entry, ...]:
    if name is ChangeKind.HOLD:
        return tuple(gates.entries((outcome.change for outcome in found), around))
    if name is ChangeKind.FORGET:
        odd = [outcome.change for outcome in found if is_odd(outcome.change)]
        gone = [outcome for outcome in found if not is_odd(outcome.change)]
        return (*(_entry(outcome, around) for outcome in gone), *gates.entries(odd, around))
    if name is OutcomeKind.SKIPPED:
        return tuple(_skipped(found, around))
    return tuple(_entry(outcome, around) for outcome in found)


def _skipped(found: Iterable[Outcome], around: Scene) -> Iterator[Entry]:
    """What was not tried for one and the same reason, told once."""
    reasons: dict[tuple[str, str], list[Outcome]] = {}
    for outcome in found:
        reasons.setdefault((outcome.code, outcome.message), []).append(outcome)
    for same in reasons.values():
        yield _entry(same[0], around) if len(same) == 1 else _not_done(same, around)


def _not_done(same: list[Outcome], around: Scene) -> Entry:
    first = same[0]
    return Entry(
        sign=_SIGNS[first.kind],
        what=f"{words.OUTCOME[first.kind]}: {gates.how_many([outcome.change for outcome in same])}",
        advice=(words.sentence(first.message),) if first.message else (),
        facts=(*_proof(None, first.code), *gates.named((outcome.change for outcome in same), words.NOT_DONE, around)),
    )


def _entry(outcome: Outcome, around: Scene) -> Entry:
    change = outcome.change
    told = (words.sentence(outcome.message),) if outcome.message else ()
    if outcome.kind is OutcomeKind.DONE:
        sign = Sign.QUIET if change.kind is ChangeKind.FORGET else Sign.DONE
        return Entry(
            sign=sign,
            what=f"{_done(outcome)}: {where(change, around.cells)}",
            when=_done_at(outcome, around),
            post=change.post_id,
            advice=told,
            url=outcome.item.permalink if outcome.item is not None and outcome.item.permalink else permalink(change),
        )
    item = outcome.item or change.item
    return Entry(
        sign=_SIGNS[outcome.kind],
        what=f"{words.NOT_DONE[change.kind]}: {where(change, around.cells)}",
        when=headline_time(change, around),
        post=change.post_id,
        advice=told,
        facts=tuple(_proof(item, outcome.code)),
        location=change.intent.location if change.intent is not None else None,
    )


def _done(outcome: Outcome) -> str:
    """What happened; a create is only called scheduled if the service says so."""
    status = outcome.item.status if outcome.item is not None else None
    if outcome.change.kind in (ChangeKind.CREATE, ChangeKind.SCHEDULE):
        if status is Status.SCHEDULED:
            return "Scheduled"
        if status is Status.DRAFT:
            return "Saved as a draft"
    return "Published" if outcome.change.kind is ChangeKind.PUBLISH else words.CHANGE[outcome.change.kind]


def _done_at(outcome: Outcome, around: Scene) -> str:
    if outcome.item is not None and outcome.item.at is not None:
        at = outcome.item.at
        return f"{times.local(at, zone_of(outcome.change, around))} ({times.relative(at, around.now)})"
    return headline_time(outcome.change, around)


def _proof(item: Item | None, code: str) -> list[Fact]:
    """What a person needs to look it up."""
    facts = [Fact(label="At Wix", value=f"item {item.id}, {words.STATUS[item.status]}")] if item is not None else []
    if item is not None and item.error:
        facts.append(Fact(label="Wix says", value=item.error))
    return [*facts, Fact(label="Code", value=code)] if code else facts
