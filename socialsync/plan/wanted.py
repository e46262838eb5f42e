"""Posts that git wants live: what each remote status means for them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from socialsync import timing
from socialsync.canonical import content_fields, short_fingerprint
from socialsync.errors import ExitCode
from socialsync.model import Change, ChangeKind, Intent, Item, Origin, Status, TimingKind
from socialsync.plan.context import Context, blocked_account, change, confirmed, hold, keep
from socialsync.plan.differences import SCHEDULE, compare, origin
from socialsync.plan.match import Pair


def live(pair: Pair, intent: Intent, item: Item | None, context: Context) -> Change:
    if item is None:
        return _absent(pair, intent, context)
    match item.status:
        case Status.DRAFT | Status.SCHEDULED:
            blocked = blocked_account(pair, intent, context, item)
            if item.status is Status.DRAFT:
                return blocked or _draft(pair, intent, item, context)
            return blocked or _scheduled(pair, intent, item, context)
        case Status.IN_QUEUE | Status.PROCESSING:
            return keep(pair, context, "GOING-OUT", "is going out right now")
        case Status.PUBLISHED:
            return _published(pair, intent, context)
        case Status.FAILED:
            told = f": {item.error}" if item.error else ""
            return hold(
                pair,
                context,
                "FAILED",
                f"Wix could not publish it{told}. Look at the channel first; it is never sent again by itself",
                ExitCode.FAILED,
                paste=f"attempt: {intent.attempt + 1}",
                quiet=timing.over(intent.timing, context.now) and pair.key in context.noted,
            )
        case Status.CANCELED | Status.DELETED:
            done = "canceled" if item.status is Status.CANCELED else "deleted"
            return hold(
                pair,
                context,
                "FINAL",
                f"it was {done} at Wix and stays so; to post it after all, ask for a new attempt",
                ExitCode.HELD,
                paste=f"attempt: {intent.attempt + 1}",
                quiet=timing.over(intent.timing, context.now),
            )
        case Status.OTHER:
            return hold(
                pair,
                context,
                "UNKNOWN-STATUS",
                "Wix reports a status that this version does not know, so it is left as it is",
                ExitCode.CONFLICT,
            )


def _absent(pair: Pair, intent: Intent, context: Context) -> Change:
    if intent.adopt:
        return hold(
            pair,
            context,
            "ADOPT-MISSING",
            f"item {intent.adopt}, which it should take over, does not exist at Wix; nothing is created in its place",
            ExitCode.HELD,
        )
    if pair.record is not None:
        return hold(
            pair,
            context,
            "GONE",
            "it was confirmed at Wix once and is now absent, so somebody deleted it; it is not created again",
            ExitCode.HELD,
            paste=f"attempt: {intent.attempt + 1}",
            quiet=timing.over(intent.timing, context.now),
        )
    if intent.timing.kind is TimingKind.DRAFT:
        return blocked_account(pair, intent, context) or change(ChangeKind.CREATE, pair, context, at=None)
    at = _due(intent, context)
    if at is None:
        return _missed(pair, context)
    return blocked_account(pair, intent, context) or change(ChangeKind.CREATE, pair, context, at=at)


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
        quiet=pair.key in context.noted,
    )


def _draft(pair: Pair, intent: Intent, item: Item, context: Context) -> Change:
    wanted = content_fields(intent.content)
    if intent.timing.kind is TimingKind.DRAFT:
        fields = compare(live=item.fields, wanted=wanted, live_at=None, wanted_at=None)
        made = origin(fields, confirmed(pair, context))
        if not fields:
            return keep(pair, context, "", "")
        if made is Origin.DRIFT:
            return replace(
                keep(pair, context, "DRAFT-EDITED", "the draft was edited in the dashboard and is left as it is"),
                fields=fields,
                origin=made,
            )
        return change(ChangeKind.UPDATE, pair, context, fields=fields, origin=made)
    at = _due(intent, context)
    if at is None:
        return _missed(pair, context)
    if context.delivery != "wix":
        fields = compare(live=item.fields, wanted=wanted, live_at=None, wanted_at=None)
        if at <= context.now:
            return change(ChangeKind.PUBLISH, pair, context, fields=fields, at=at)
        if fields:
            return change(ChangeKind.UPDATE, pair, context, fields=fields, at=at)
        return keep(pair, context, "WAITING", "waits as a draft until its time")
    fields = compare(live=item.fields, wanted=wanted, live_at=None, wanted_at=at)
    made = origin(tuple(field for field in fields if field.name != SCHEDULE), confirmed(pair, context))
    return change(ChangeKind.SCHEDULE, pair, context, fields=fields, at=at, origin=made)


def _scheduled(pair: Pair, intent: Intent, item: Item, context: Context) -> Change:
    last = confirmed(pair, context)
    if intent.timing.kind is TimingKind.DRAFT:
        ours = last is not None and last.at is not None
        message = (
            "the date was removed from a scheduled post; to take it back write state: canceled"
            if ours
            else "somebody scheduled this draft in the dashboard; give it that date here, or cancel it"
        )
        return hold(
            pair,
            context,
            "DATE-REMOVED" if ours else "SCHEDULED-BY-HAND",
            message,
            ExitCode.HELD if ours else ExitCode.CONFLICT,
            paste="state: canceled",
        )
    if item.at is not None and item.at <= context.now:
        return hold(pair, context, "LATE", "is due and has not gone out yet; look again soon", ExitCode.UNKNOWN)
    wanted_at = _scheduled_at(intent, item, context)
    fields = compare(
        live=item.fields, wanted=content_fields(intent.content), live_at=item.at, wanted_at=wanted_at or item.at
    )
    if not fields and wanted_at is not None:
        return keep(pair, context, "", "")
    made = origin(fields, last)
    if made in (Origin.DRIFT, Origin.BOTH):
        live_state = short_fingerprint(item.fields, item.at)
        if not context.book.waived(intent.waivers, "CONFLICT", (live_state,)):
            return hold(
                pair,
                context,
                "CONFLICT",
                "it was changed in the dashboard; both versions are shown and nothing is overwritten",
                ExitCode.CONFLICT,
                paste=context.book.line("CONFLICT", live_state),
                wanted=ChangeKind.UPDATE,
                fields=fields,
                origin=made,
            )
    if wanted_at is None:
        return _missed(pair, context)
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
    return change(kind, pair, context, fields=fields, at=wanted_at, origin=made)


def _scheduled_at(intent: Intent, item: Item, context: Context) -> datetime | None:
    """When an item that is scheduled already should go out. A moment that still serves the intent is kept: `asap` is
    satisfied by anything sooner, a date gone by by the later moment that an earlier run chose within `until`."""
    due = timing.due_at(intent.timing, context.now)
    if item.at is None:
        return due
    if intent.timing.kind is TimingKind.ASAP:
        latest = intent.timing.until if due is None else due
        return item.at if latest is not None and item.at <= latest else due
    at, until = intent.timing.at, intent.timing.until
    if at is not None and until is not None and at < context.now + timing.LEAD and at <= item.at <= until:
        return item.at
    return due


def _published(pair: Pair, intent: Intent, context: Context) -> Change:
    record_says_so = pair.record is not None and pair.record.status is Status.PUBLISHED
    early = intent.timing.at is not None and context.now < intent.timing.at
    if early and intent.timing.kind is TimingKind.AT and not record_says_so:
        return hold(
            pair,
            context,
            "PUBLISHED-EARLY",
            "it was published before its date, outside git; nothing can be taken back",
            ExitCode.CONFLICT,
        )
    before = context.base.get(pair.key)
    edited = before is not None and content_fields(before.content) != content_fields(intent.content)
    if edited and context.reviewing:
        return hold(
            pair,
            context,
            "PUBLISHED",
            "it is public already: this edit changes nothing on the channel. To post again, ask for a new attempt",
            ExitCode.HELD,
            paste=f"attempt: {intent.attempt + 1}",
        )
    return keep(pair, context, "", "")
