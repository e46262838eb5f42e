"""From everything known of one site to its plan: decide per pair, fence, judge, order, digest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from socialsync.canonical import fingerprint
from socialsync.keys import namespace_prefix
from socialsync.model.accounts import Quota
from socialsync.model.intents import Intent
from socialsync.model.items import Item, Record, Status
from socialsync.model.plans import Change, ChangeKind, Plan
from socialsync.model.sites import Policy, Site
from socialsync.plan import attempts, policy, quota
from socialsync.plan.context import Context
from socialsync.plan.decide import decide
from socialsync.plan.match import Pair, match, remembered
from socialsync.plan.surroundings import Surroundings, leads_to
from socialsync.plan.unwanted import to_look_for
from socialsync.timing import over
from socialsync.twins import TWIN


def build(
    *,
    site: Site,
    rules: Policy,
    intents: Sequence[Intent],
    items: Sequence[Item],
    records: Mapping[str, Record],
    context: Context,
    quotas: Sequence[Quota] = (),
    notes: Iterable[str] = (),
    moved_from: str = "",
    settled: Iterable[Record] = (),
) -> Plan:
    """The plan of one site. Pure: the same arguments give the same plan, in whatever order they come.

    `settled` are posts of git that are known to stay as they are and are in nothing else that is given: they count.
    """
    matched = match(
        intents=intents,
        items=items,
        records=records,
        base=context.base,
        prefix=namespace_prefix(rules.namespace, site.name),
    )
    pairs = {pair.key: pair for pair in matched.pairs}
    older = {key for intent in intents for key in intent.older_keys}
    newest = attempts.newest({*pairs, *context.base})
    changes: list[Change] = []
    for pair in matched.pairs:
        if pair.key in older and pair.intent is None:
            continue  # its successor speaks for it
        decided = decide(pair, context)
        if pair.intent is not None:
            *twins, change = decided
            change = attempts.lowered(change, pair.intent, newest, context)
            change, fences = attempts.fence(change, pair.intent, pairs, context)
            decided = (*twins, *fences, change)
        changes.extend(decided)
    standing = [
        Change(kind=ChangeKind.KEEP, key=record.key, site=site.name, item=remembered(record), record=record)
        for record in settled
    ]
    changes.extend(standing)
    around = Surroundings(
        site=site,
        policy=rules,
        now=context.now,
        book=context.book,
        items=items,
        records=tuple(records.values()),
        wanted_posts=len({intent.post_id for intent in intents} | {change.post_id for change in standing}),
        accounts=context.accounts or {},
        moved_from=moved_from,
    )
    judged = policy.judge(changes, around)
    limited = quota.limit(judged, quotas, site.delivery, context.now)
    ordered = tuple(sorted(limited, key=order))
    return Plan(
        site=site.name,
        now=context.now,
        changes=ordered,
        digest=digest(site, ordered),
        quotas=tuple(quotas),
        notes=(*notes, *_notes(matched.pairs, site, context)),
        foreign=len(matched.foreign),
        zone=rules.timezone,
        paused=rules.pause,
    )


def order(change: Change) -> tuple[int, datetime, str, str]:
    """Writes in the order of DESIGN section 5, then what writes nothing.

    What only reduces exposure comes first; a crash at any point then leaves the longest time for repair.
    """
    at = change.at or datetime.max.replace(tzinfo=UTC)
    return _rank(change), at, change.key, _item_id(change)


def _rank(change: Change) -> int:
    match change.kind:
        case ChangeKind.CANCEL:
            return 0 if change.reason == attempts.FENCE else 1
        case ChangeKind.UPDATE | ChangeKind.RESCHEDULE:
            was = change.item.at if change.item is not None else None
            if was is None or change.at is None or change.at == was:
                return 3
            return 2 if change.at > was else 4
        case ChangeKind.PUBLISH | ChangeKind.CREATE | ChangeKind.SCHEDULE:
            return 5
        case ChangeKind.DELETE:
            if change.reason == attempts.FENCE:
                return 0
            return 1 if change.item is not None and change.item.status is Status.SCHEDULED else 6
        case ChangeKind.FORGET:
            return 7
        case ChangeKind.HOLD:
            return 8
        case _:
            return 9


def digest(site: Site, changes: Iterable[Change]) -> str:
    """What a review approves: the site, and of every write key, kind, wanted content, account, time and waivers.
    Whoever holds back, forgets or keeps sends nothing; and what is only told in a review differs from run to run.

    `asap` and a late date are digested as written, not as the minute they would fall on now, and the order of writes,
    which depends on that minute, does not count.
    """
    told = [_digested(change, site) for change in changes if change.kind.writes]
    return fingerprint([site.name, site.wix, sorted(told, key=fingerprint)])


def _digested(change: Change, site: Site) -> list[object]:
    waivers = change.intent.waivers if change.intent is not None and change.reason not in (TWIN, attempts.FENCE) else ()
    return [
        change.key,
        change.kind,
        change.reason,
        *leads_to(change, site),
        sorted((waiver.rule, waiver.subject) for waiver in waivers),
    ]


def _item_id(change: Change) -> str:
    return change.item.id if change.item is not None else ""


def _notes(pairs: Sequence[Pair], site: Site, context: Context) -> tuple[str, ...]:
    """Plain sentences about what is odd but needs no decision."""
    notes = [
        f"{_post(pair)}: an extra draft with the same key, item {copy.id}, can be deleted in the dashboard"
        for pair in pairs
        for copy in pair.copies
        if copy.status is Status.DRAFT
    ]
    # The exceptions of posts that are history have served; nobody is asked to tidy them away.
    intents = [pair.intent for pair in pairs if pair.intent is not None]
    current = [intent for intent in intents if not over(intent.timing, context.now)]
    given = dict.fromkeys(waiver for intent in current for waiver in intent.waivers)
    return (*notes, *to_look_for(pairs, context), *context.book.unused((*site.waivers, *given)))


def _post(pair: Pair) -> str:
    if pair.intent is not None:
        return pair.intent.post_id
    return pair.record.post_id if pair.record is not None else pair.key
