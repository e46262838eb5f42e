"""The gates: a pure judge of a plan that turns what needs a person's decision into a hold (promise 8)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from socialsync.canonical import content_fields, field_fingerprints, fingerprint, short_fingerprint
from socialsync.errors import ExitCode
from socialsync.model import (
    Change,
    ChangeKind,
    Item,
    Location,
    Policy,
    Record,
    Site,
    Status,
    TimingKind,
)
from socialsync.plan.match import LIVE
from socialsync.plan.waivers import Book

CONFIG = "socialsync.yaml"
_GOES_OUT = (ChangeKind.CREATE, ChangeKind.SCHEDULE, ChangeKind.PUBLISH)


@dataclass(frozen=True, kw_only=True, slots=True)
class Surroundings:
    """What the gates look at besides the changes."""

    site: Site
    policy: Policy
    book: Book
    items: Sequence[Item]  # everything listed at the service, foreign items too
    records: Sequence[Record]
    wanted_posts: int  # posts that the files of this site want
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
    zone = ZoneInfo(around.policy.timezone)

    def judged(change: Change) -> Change:
        moves = change.kind in (*_GOES_OUT, ChangeKind.RESCHEDULE, ChangeKind.UPDATE)
        intent = change.intent
        if not moves or change.at is None or intent is None:
            return change
        day = change.at.astimezone(zone).date()
        for blackout in around.policy.no_posts:
            if not blackout.first <= day <= blackout.last:
                continue
            if around.book.waived(intent.waivers, "BLACKOUT", (day.isoformat(),)):
                continue
            why = f" ({blackout.reason})" if blackout.reason else ""
            return _hold(
                change,
                "BLACKOUT",
                f"nothing goes out from {blackout.first} to {blackout.last}{why}",
                paste=around.book.line("BLACKOUT", day.isoformat()),
                paste_at=intent.location,
            )
        return change

    return tuple(judged(change) for change in changes)


def _double(changes: tuple[Change, ...], around: Surroundings) -> tuple[Change, ...]:
    """Content that is public, scheduled or about to be on the same account under another key."""
    seen: dict[tuple[str, str, str], list[tuple[str, str]]] = defaultdict(list)  # -> (key, how it is named)
    for item in around.items:
        if item.status in LIVE and item.fields:
            seen[_twin(item.cell, _account(item), field_fingerprints(item.fields))].append((item.key, item.id))
    for record in around.records:
        if record.status is Status.PUBLISHED and record.fingerprints:
            twin = _twin(record.cell, _last_part(record.account), record.fingerprints)
            seen[twin].append((record.key, record.item_id))
    judged = []
    for change in changes:
        intent = change.intent
        commits = change.kind in _GOES_OUT and intent is not None and intent.timing.kind is not TimingKind.DRAFT
        if not commits or intent is None:
            judged.append(change)
            continue
        account = _last_part(around.site.accounts.get(intent.target.alias, ""))
        prints = field_fingerprints(content_fields(intent.content))
        own = {change.key, *intent.older_keys}
        twins = [name for key, name in seen[_twin(intent.target.cell, account, prints)] if key not in own]
        subject = short_fingerprint(content_fields(intent.content), None)
        if twins and not around.book.waived(intent.waivers, "DOUBLE", (subject, *twins)):
            change = _hold(
                change,
                "DOUBLE",
                f"the same content is public or scheduled on {intent.target.alias} already (as {twins[0]})",
                paste=around.book.line("DOUBLE", subject),
                paste_at=intent.location,
            )
        else:
            seen[_twin(intent.target.cell, account, prints)].append((change.key, intent.post_id))
        judged.append(change)
    return tuple(judged)


def _twin(cell: str, account: str, prints: object) -> tuple[str, str, str]:
    return cell, account, fingerprint(prints)


def _account(item: Item) -> str:
    return item.second_id or item.account_id


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
