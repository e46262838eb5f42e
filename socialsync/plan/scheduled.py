"""Posts that are scheduled at Wix: what git changed about them, what others did, and what comes too late."""

from __future__ import annotations

from datetime import datetime

from socialsync import timing
from socialsync.canonical import content_fields
from socialsync.errors import ExitCode
from socialsync.model.intents import Intent, TimingKind
from socialsync.model.items import Item
from socialsync.model.plans import Change, ChangeKind
from socialsync.plan.conflict import conflict
from socialsync.plan.context import Context, blocked_account, change, confirmed, hold, keep
from socialsync.plan.differences import SCHEDULE, compare, origin
from socialsync.plan.match import Pair


def scheduled(pair: Pair, intent: Intent, item: Item, context: Context) -> Change:
    if blocked := blocked_account(pair, intent, context, item):
        return blocked
    if intent.timing.kind is TimingKind.DRAFT:
        return _undated(pair, context)
    if item.at is not None and item.at <= context.now:
        if context.now - item.at < timing.FREEZE:
            return keep(pair, context, "GOING-OUT", "is going out right now")
        return hold(pair, context, "LATE", "is due and has not gone out yet; look again soon", ExitCode.UNKNOWN)
    at = wanted_at(intent, item, context.now)
    fields = compare(
        live=item.fields, wanted=content_fields(intent.content), live_at=item.at, wanted_at=at if at else item.at
    )
    if not fields and at is not None:
        return keep(pair, context)
    made = origin(fields, confirmed(pair, context))
    if changed_by_hand := conflict(pair, intent, item, fields, made, context):
        return changed_by_hand
    if at is None:
        return hold(
            pair,
            context,
            "MISSED",
            "its new time has passed, so nothing was changed; what Wix has scheduled goes out later than git allows. "
            "Give it a new time, or take it back",
            ExitCode.HELD,
            paste="state: canceled",
            fields=fields,
        )
    if item.at is not None and item.at - context.now < timing.FREEZE:
        return hold(
            pair,
            context,
            "FREEZE",
            "it goes out within minutes, so this change comes too late; the version already scheduled goes out",
            ExitCode.HELD,
            wanted=ChangeKind.UPDATE,
            fields=fields,
        )
    kind = ChangeKind.RESCHEDULE if [field.name for field in fields] == [SCHEDULE] else ChangeKind.UPDATE
    return change(kind, pair, context, fields=fields, at=at, origin=made)


def _undated(pair: Pair, context: Context) -> Change:
    if any(at is not None for _, at in confirmed(pair, context).legs):
        message = "the date was removed from a scheduled post; to take it back write state: canceled"
        return hold(pair, context, "DATE-REMOVED", message, ExitCode.HELD, paste="state: canceled")
    message = "somebody scheduled this draft in the dashboard; give it that date here, or cancel it"
    return hold(pair, context, "SCHEDULED-BY-HAND", message, ExitCode.CONFLICT, paste="state: canceled")


def wanted_at(intent: Intent, item: Item, now: datetime) -> datetime | None:
    """When an item that is scheduled already should go out; None if the time in which it may is over.

    A moment that still serves the intent is kept: `asap` is satisfied by anything sooner, a date gone by by the later
    moment that an earlier run chose within `until`.
    """
    due = timing.due_at(intent.timing, now)
    at, until = intent.timing.at, intent.timing.until
    if item.at is None or until is None:
        return due
    if at is None:
        return item.at if item.at <= (due or until) else due
    return item.at if at < now + timing.LEAD and at <= item.at <= until else due
