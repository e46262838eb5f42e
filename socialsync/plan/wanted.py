"""Posts that git wants live: what each remote status means for them."""

from __future__ import annotations

from datetime import datetime, timedelta

from socialsync import timing
from socialsync.canonical import content_fields
from socialsync.errors import ExitCode
from socialsync.model.intents import Intent, TimingKind
from socialsync.model.items import Item, Status
from socialsync.model.plans import Change, ChangeKind, Origin
from socialsync.plan.conflict import conflict
from socialsync.plan.context import Context, again, blocked_account, change, confirmed, hold, keep, let_go, told
from socialsync.plan.differences import SCHEDULE, compare, origin
from socialsync.plan.match import Pair
from socialsync.plan.news import ENDED_AT_WIX
from socialsync.plan.published import published
from socialsync.plan.scheduled import scheduled

_STUCK = timedelta(minutes=30)
"""So long after its time a post is no longer on its way out: long enough for a channel to work on a video."""


def live(pair: Pair, intent: Intent, context: Context) -> Change:
    item = pair.item
    if item is None:
        return _absent(pair, intent, context)
    over = timing.over(intent.timing, context.now)
    match item.status:
        case Status.DRAFT if intent.timing.kind is TimingKind.DRAFT:
            return _undated(pair, intent, item, context)
        case Status.DRAFT:
            return _draft(pair, intent, item, context)
        case Status.SCHEDULED:
            return scheduled(pair, intent, item, context)
        case Status.IN_QUEUE | Status.PROCESSING if intent.timing.kind is TimingKind.DRAFT:
            return published(pair, intent, item, context)
        case Status.IN_QUEUE | Status.PROCESSING:
            return _in_flight(pair, intent, item, context)
        case Status.PUBLISHED:
            return published(pair, intent, item, context)
        case Status.FAILED:
            reason = f": {item.error}" if item.error else ""
            return hold(
                pair,
                context,
                "FAILED",
                f"Wix could not publish it{reason}. Look at the channel first; it is never sent again by itself",
                ExitCode.FAILED,
                paste=again(intent),
                quiet=over and told(pair, context, "FAILED"),
            )
        case Status.CANCELED | Status.DELETED:
            done = "canceled" if item.status is Status.CANCELED else "deleted"
            return hold(
                pair,
                context,
                "FINAL",
                f"it was {done} at Wix and stays so. If that is right, write state: canceled; to post it after all, "
                f"ask for a new attempt{let_go(intent)}",
                ExitCode.HELD,
                paste=again(intent),
                # The end of what was never confirmed here is history that came before this memory.
                quiet=over and (pair.record is None or told(pair, context, *ENDED_AT_WIX)),
            )
        case _:
            return hold(
                pair,
                context,
                "UNKNOWN-STATUS",
                "Wix reports a status that this version does not know, so it is left as it is",
                ExitCode.CONFLICT,
            )


def _absent(pair: Pair, intent: Intent, context: Context) -> Change:
    if pair.record is not None:
        return hold(
            pair,
            context,
            "GONE",
            "it was confirmed at Wix once and is now absent, so somebody deleted it; it is not created again. If that "
            f"is right, write state: canceled; to post it after all, ask for a new attempt{let_go(intent)}",
            ExitCode.HELD,
            paste=again(intent),
        )
    if intent.adopt:
        return hold(
            pair,
            context,
            "ADOPT-MISSING",
            f"item {intent.adopt}, which it should take over, does not exist at Wix or belongs to another post; "
            "nothing is created in its place",
            ExitCode.HELD,
            quiet=timing.over(intent.timing, context.now) and told(pair, context, "ADOPT-MISSING"),
        )
    if pair.key in context.claimed:
        return _claimed(pair, intent, context)
    at = None if intent.timing.kind is TimingKind.DRAFT else _due(intent, context)
    if at is None and intent.timing.kind is not TimingKind.DRAFT:
        return _missed(pair, context)
    return blocked_account(pair, intent, context) or change(ChangeKind.CREATE, pair, context, at=at)


def _in_flight(pair: Pair, intent: Intent, item: Item, context: Context) -> Change:
    known = pair.record.at if pair.record is not None else None
    since = item.at or known or intent.timing.until
    if since is None or context.now - since < _STUCK:
        return keep(pair, context, "GOING-OUT", "is going out right now")
    message = "Wix began to publish it and has not said since how that ended; look at the channel"
    return hold(pair, context, "LATE", message, ExitCode.UNKNOWN)


def _due(intent: Intent, context: Context) -> datetime | None:
    """The instant to go out at, or None if that time is over."""
    if context.delivery == "wix":
        return timing.due_at(intent.timing, context.now)
    if timing.over(intent.timing, context.now):
        return None
    return intent.timing.at or context.now


def _missed(pair: Pair, context: Context) -> Change:
    return hold(
        pair,
        context,
        "MISSED",
        "its time has passed and nothing was published; give it a new time",
        ExitCode.HELD,
        paste="schedule: ",
        quiet=told(pair, context, "MISSED"),
    )


def _claimed(pair: Pair, intent: Intent, context: Context) -> Change:
    return hold(
        pair,
        context,
        "CLAIMED",
        "publishing was sent once and nobody knows how it ended; look at the channel, then ask for a new attempt if "
        "it is not there",
        ExitCode.UNKNOWN,
        paste=again(intent),
        quiet=timing.over(intent.timing, context.now) and told(pair, context, "CLAIMED"),
    )


def _undated(pair: Pair, intent: Intent, item: Item, context: Context) -> Change:
    """A draft that git wants to stay one."""
    fields = compare(live=item.fields, wanted=content_fields(intent.content))
    if not fields:
        return keep(pair, context)
    made = origin(fields, confirmed(pair, context))
    if made is Origin.DRIFT:
        message = "the draft was edited in the dashboard and is left as it is"
        return keep(pair, context, "DRAFT-EDITED", message, fields=fields, origin=made)
    return (
        blocked_account(pair, intent, context, item)
        or conflict(pair, intent, item, fields, made, context)
        or change(ChangeKind.UPDATE, pair, context, fields=fields, origin=made)
    )


def _draft(pair: Pair, intent: Intent, item: Item, context: Context) -> Change:
    """A draft that git wants to go out."""
    if pair.key in context.claimed:
        return _claimed(pair, intent, context)
    at = _due(intent, context)
    if at is None:
        return _missed(pair, context)
    wanted_at = at if context.delivery == "wix" else None
    fields = compare(live=item.fields, wanted=content_fields(intent.content), wanted_at=wanted_at)
    content = tuple(field for field in fields if field.name != SCHEDULE)
    made = origin(content, confirmed(pair, context))
    blocked = blocked_account(pair, intent, context, item) or conflict(pair, intent, item, content, made, context)
    if blocked is not None:
        return blocked
    if context.delivery == "wix":
        return change(ChangeKind.SCHEDULE, pair, context, fields=fields, at=at, origin=made)
    if at <= context.now:
        return change(ChangeKind.PUBLISH, pair, context, fields=fields, at=at, origin=made)
    if fields:
        return change(ChangeKind.UPDATE, pair, context, fields=fields, origin=made)
    return keep(pair, context, "WAITING", "waits as a draft until its time")
