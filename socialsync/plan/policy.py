"""The gates: a pure judge of a plan that turns what needs a person's decision into a hold (promise 8)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from socialsync.canonical import fingerprint
from socialsync.errors import ExitCode
from socialsync.model.items import Status
from socialsync.model.plans import Change, ChangeKind
from socialsync.model.problems import Location
from socialsync.plan import doubles
from socialsync.plan.attempts import FENCE
from socialsync.plan.surroundings import Surroundings, leads_to, stopped, waits

CONFIG = "socialsync.yaml"


def judge(changes: Iterable[Change], around: Surroundings) -> tuple[Change, ...]:
    """The same changes, those that a gate stops as holds with the line that opens it."""
    judged = tuple(changes)
    for gate in (_paused, _moved, _empty, _removals, _updates, _blackout, doubles.judged):
        judged = gate(judged, around)
    return judged


# --- gates over the whole site ------------------------------------------------------------------


def _paused(changes: tuple[Change, ...], around: Surroundings) -> tuple[Change, ...]:
    if not around.policy.pause:
        return changes
    return tuple(
        stopped(change, "PAUSED", "writing is paused (pause: true, or SOCIALSYNC_PAUSE=1)", attention=ExitCode.OK)
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
    """Also what makes room for a new attempt, together with the attempt that waits for it."""
    fenced = {change.key for change in changes if change.reason == FENCE and change.kind.writes}

    def gated(change: Change) -> bool:
        taken = change.kind in (ChangeKind.CANCEL, ChangeKind.DELETE) and change.reason in ("REMOVED", FENCE)
        return taken or not fenced.isdisjoint(change.needs)

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
    least, share = limit
    touched = {change.post_id for change in changes if gated(change)}
    if len(touched) <= least:
        return changes
    live = {
        change.post_id
        for change in changes
        if change.item is not None and (not change.item.status.final) and change.post_id
    }
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
    waiting = [change for change in changes if gated(change)]
    if not waiting:
        return changes
    would_be = [[change.key, change.kind, *leads_to(change, around.site)] for change in waiting]
    subject = fingerprint(sorted(would_be, key=fingerprint))[:8]
    if around.book.waived(around.site.waivers, rule, (subject,)):
        return changes
    paste = around.book.line(rule, subject)
    place = Location(path=CONFIG)
    return tuple(
        stopped(change, rule, message, paste=paste, paste_at=place) if gated(change) else change for change in changes
    )


# --- gates over single posts --------------------------------------------------------------------


def _blackout(changes: tuple[Change, ...], around: Surroundings) -> tuple[Change, ...]:
    return tuple(_outside_blackouts(change, around) for change in changes)


def _outside_blackouts(change: Change, around: Surroundings) -> Change:
    """The change, or a hold if what it leads to (or what it leaves alone) goes out on a day on which nothing may."""
    intent, at = change.intent, _goes_out_at(change, around.now)
    if intent is None or at is None:
        return change
    blackout, day = around.policy.blackout(at), around.policy.day(at).isoformat()
    if blackout is None or around.book.waived(intent.waivers, "BLACKOUT", (day,)):
        return change
    why = f" ({blackout.reason})" if blackout.reason else ""
    stays = "; it is scheduled for that time already" if _stands(change) else ""
    return stopped(
        change,
        "BLACKOUT",
        f"nothing goes out from {blackout.first} to {blackout.last}{why}{stays}",
        paste=around.book.line("BLACKOUT", day, intent.timing.until),
        paste_at=intent.location,
    )


def _stands(change: Change) -> bool:
    return change.kind is ChangeKind.KEEP and change.item is not None and change.item.status is Status.SCHEDULED


def _goes_out_at(change: Change, now: datetime) -> datetime | None:
    if change.intent is not None and waits(change):
        return change.intent.timing.at
    match change.kind:
        case ChangeKind.CREATE | ChangeKind.SCHEDULE | ChangeKind.PUBLISH | ChangeKind.UPDATE | ChangeKind.RESCHEDULE:
            return max(change.at, now) if change.at is not None else None
        case _:
            return change.item.at if change.item is not None and _stands(change) else None
