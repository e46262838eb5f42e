"""The gates: a pure judge of a plan that turns what needs a person's decision into a hold (promise 8)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from socialsync.canonical import content_fields, field_fingerprints, fingerprint, short_fingerprint
from socialsync.errors import ExitCode
from socialsync.model import (
    AccountInfo,
    Change,
    ChangeKind,
    Intent,
    Item,
    Location,
    Policy,
    Record,
    Site,
    Status,
    TimingKind,
)
from socialsync.plan.waivers import Book
from socialsync.twins import LIVE

CONFIG = "socialsync.yaml"
_GOES_OUT = (ChangeKind.CREATE, ChangeKind.SCHEDULE, ChangeKind.PUBLISH)


@dataclass(frozen=True, kw_only=True, slots=True)
class Surroundings:
    """What the gates look at besides the changes."""

    site: Site
    policy: Policy
    now: datetime
    book: Book
    items: Sequence[Item]  # everything listed at the service, foreign items too
    records: Sequence[Record]
    wanted_posts: int  # posts that the files of this site want
    accounts: Mapping[str, AccountInfo | str] = field(default_factory=dict)  # as in Context; may be empty
    moved_from: str = ""  # what State was written for, if that is not this namespace and site


def judge(changes: Iterable[Change], around: Surroundings) -> tuple[Change, ...]:
    """The same changes, those that a gate stops as holds with the line that opens it."""
    judged = tuple(changes)
    for gate in (_paused, _moved, _empty, _removals, _updates, _blackout, _double):
        judged = gate(judged, around)
    return judged


# --- gates over the whole site ------------------------------------------------------------------


def _paused(changes: tuple[Change, ...], around: Surroundings) -> tuple[Change, ...]:
    if not around.policy.pause:
        return changes
    return tuple(
        _hold(change, "PAUSED", "writing is paused (pause: true, or SOCIALSYNC_PAUSE=1)", attention=ExitCode.OK)
        if change.kind.writes
        else change
        for change in changes
    )


def _moved(changes: tuple[Change, ...], around: Surroundings) -> tuple[Change, ...]:
    if not around.moved_from:
        return changes
    return _site_gate(
        changes,
        around,
        rule="GATE-MOVED",
        gated=lambda change: change.kind.writes,
        message=f"the memory of this site was written for {around.moved_from}; under another name every post "
        "would be made a second time",
    )


def _empty(changes: tuple[Change, ...], around: Surroundings) -> tuple[Change, ...]:
    if around.wanted_posts:
        return changes
    return _site_gate(
        changes,
        around,
        rule="GATE-EMPTY",
        gated=lambda change: change.kind.writes,
        message=f"there is not one post below {around.site.posts} any more, but posts are live at Wix",
    )


def _removals(changes: tuple[Change, ...], around: Surroundings) -> tuple[Change, ...]:
    def gated(change: Change) -> bool:
        return change.kind in (ChangeKind.CANCEL, ChangeKind.DELETE) and change.reason == "REMOVED"

    return _share_gate(changes, around, "GATE-REMOVALS", gated, around.policy.removals, "taken back")


def _updates(changes: tuple[Change, ...], around: Surroundings) -> tuple[Change, ...]:
    def gated(change: Change) -> bool:
        return change.kind in (ChangeKind.UPDATE, ChangeKind.RESCHEDULE)

    return _share_gate(changes, around, "GATE-UPDATES", gated, around.policy.updates, "changed")


def _share_gate(
    changes: tuple[Change, ...],
    around: Surroundings,
    rule: str,
    gated: Callable[[Change], bool],
    limit: tuple[int, float],
    done: str,
) -> tuple[Change, ...]:
    touched = {change.post_id for change in changes if gated(change)}
    live = {
        change.post_id
        for change in changes
        if change.item is not None and (not change.item.status.final) and change.post_id
    }
    least, share = limit
    allowed = max(least, int(share * len(live)))
    if len(touched) <= allowed:
        return changes
    message = f"{len(touched)} of {len(live)} live posts would be {done} at once (up to {allowed} go without asking)"
    return _site_gate(changes, around, rule=rule, gated=gated, message=message)


def _site_gate(
    changes: tuple[Change, ...],
    around: Surroundings,
    *,
    rule: str,
    gated: Callable[[Change], bool],
    message: str,
) -> tuple[Change, ...]:
    stopped = [change for change in changes if gated(change)]
    if not stopped:
        return changes
    subject = fingerprint(sorted((change.key, change.kind) for change in stopped))[:8]
    if around.book.waived(around.site.waivers, rule, (subject,)):
        return changes
    paste = around.book.line(rule, subject)
    place = Location(path=CONFIG)
    return tuple(
        _hold(change, rule, message, paste=paste, paste_at=place) if gated(change) else change for change in changes
    )


# --- gates over single posts --------------------------------------------------------------------


def _blackout(changes: tuple[Change, ...], around: Surroundings) -> tuple[Change, ...]:
    return tuple(_outside_blackouts(change, around) for change in changes)


def _outside_blackouts(change: Change, around: Surroundings) -> Change:
    """The change, or a hold if what it leads to (or what it leaves alone) goes out on a day on which nothing may."""
    intent, at = change.intent, _goes_out_at(change, around.now)
    if intent is None or at is None:
        return change
    day = at.astimezone(ZoneInfo(around.policy.timezone)).date()
    for blackout in around.policy.no_posts:
        if not blackout.first <= day <= blackout.last:
            continue
        if around.book.waived(intent.waivers, "BLACKOUT", (day.isoformat(),)):
            continue
        why = f" ({blackout.reason})" if blackout.reason else ""
        stays = "; it is scheduled for that time already" if change.kind is ChangeKind.KEEP else ""
        return _hold(
            change,
            "BLACKOUT",
            f"nothing goes out from {blackout.first} to {blackout.last}{why}{stays}",
            paste=around.book.line("BLACKOUT", day.isoformat()),
            paste_at=intent.location,
        )
    return change


def _goes_out_at(change: Change, now: datetime) -> datetime | None:
    match change.kind:
        case ChangeKind.CREATE | ChangeKind.SCHEDULE | ChangeKind.PUBLISH | ChangeKind.UPDATE | ChangeKind.RESCHEDULE:
            return max(change.at, now) if change.at is not None else None
        case ChangeKind.KEEP if change.item is not None and change.item.status is Status.SCHEDULED:
            return change.item.at
        case _:
            return None


def _double(changes: tuple[Change, ...], around: Surroundings) -> tuple[Change, ...]:
    """Content that is public, scheduled or about to be on the same account under another key.

    What this very plan takes back stands in nobody's way, but it must be gone first.
    """
    leaving = {
        change.item.id: change.key
        for change in changes
        if change.kind in (ChangeKind.CANCEL, ChangeKind.DELETE)
        and change.item is not None
        and change.item.status is Status.SCHEDULED
    }
    seen: dict[tuple[str, str, str], list[_Twin]] = defaultdict(list)
    for item in around.items:
        if item.status in LIVE:
            twin = _twin(item.cell, item.second_id or item.account_id, field_fingerprints(item.fields))
            key = "" if item.external else item.key
            seen[twin].append(_Twin(key=key, name=item.id, until=leaving.get(item.id, "")))
    for record in around.records:
        if record.status is Status.PUBLISHED:
            twin = _twin(record.cell, _last_part(record.account), record.fingerprints)
            seen[twin].append(_Twin(key=record.key, name=record.item_id))
    judged = []
    for change in changes:
        intent = change.intent
        if intent is not None and change.kind in _GOES_OUT and intent.timing.kind is not TimingKind.DRAFT:
            fields = content_fields(intent.content)
            twins = seen[_twin(intent.target.cell, _account(intent, around), field_fingerprints(fields))]
            change = _without_double(change, intent, twins, short_fingerprint(fields, None), around)
            if change.kind is not ChangeKind.HOLD:
                twins.append(_Twin(key=change.key, name=intent.post_id))
        judged.append(change)
    return tuple(judged)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Twin:
    """Something with a certain content on a certain account."""

    key: str
    name: str  # item id, or the id of the post in the files
    until: str = ""  # the key of the change in this plan that takes it back


def _without_double(
    change: Change, intent: Intent, twins: Sequence[_Twin], subject: str, around: Surroundings
) -> Change:
    others = [twin for twin in twins if twin.key not in (change.key, *intent.older_keys)]
    staying = [twin.name for twin in others if not twin.until]
    if staying and not around.book.waived(intent.waivers, "DOUBLE", (subject, *staying)):
        return _hold(
            change,
            "DOUBLE",
            f"the same content is public or scheduled on {intent.target.alias} already (as {staying[0]})",
            paste=around.book.line("DOUBLE", subject),
            paste_at=intent.location,
        )
    leaving = {twin.until for twin in others if twin.until}
    return replace(change, needs=tuple(sorted({*change.needs, *leaving}))) if leaving else change


def _account(intent: Intent, around: Surroundings) -> str:
    """The id to compare by; a pinned id may name less than the account that it was resolved to."""
    account = around.accounts.get(intent.target.alias)
    if isinstance(account, AccountInfo):
        return account.second_id or account.account_id
    return _last_part(around.site.accounts.get(intent.target.alias, ""))


def _twin(cell: str, account: str, prints: object) -> tuple[str, str, str]:
    return cell, account, fingerprint(prints)


def _last_part(pinned: str) -> str:
    """A pinned id names a page or board alone or behind its account: the last part is the one to compare by."""
    return pinned.rstrip("/").rpartition("/")[2]


def _hold(
    change: Change,
    reason: str,
    message: str,
    *,
    paste: str = "",
    paste_at: Location | None = None,
    attention: ExitCode = ExitCode.HELD,
) -> Change:
    return replace(
        change,
        kind=ChangeKind.HOLD,
        wanted=change.kind,
        reason=reason,
        message=message,
        paste=paste,
        paste_at=paste_at,
        attention=int(attention),
    )
