"""Posts that are public: nothing is written any more, but what went out otherwise, or asks in vain, is told once."""

from __future__ import annotations

from datetime import datetime, timedelta

from socialsync import timing
from socialsync.canonical import content_fields, field_fingerprints
from socialsync.errors import ExitCode
from socialsync.model.intents import Intent, TimingKind
from socialsync.model.items import Item, Status
from socialsync.model.plans import Change, ChangeKind, Origin
from socialsync.plan.context import Context, again, confirmed, hold, keep, let_go, told
from socialsync.plan.differences import compare, origin
from socialsync.plan.match import Pair

_ANOTHER_DATE = timedelta(days=1)
"""A date that is so much later than the publication is another date, and not the same one in another zone."""


def published(pair: Pair, intent: Intent, item: Item, context: Context) -> Change:
    known = pair.record is not None and pair.record.status is Status.PUBLISHED
    if not known and (surprise := _surprise(pair, intent, item, context)) is not None:
        return surprise
    says_else = _says_else(pair, intent, item)
    before = context.base.get(pair.key)
    in_vain = _in_vain(pair, intent, item, context, says_else=says_else)
    here = context.reviewing and _asks(before, intent, context.now, says_else=says_else, in_vain=in_vain)
    if here or in_vain:
        if before is not None and not in_vain:
            message = "it is public already: this edit changes nothing on the channel. To post again, ask for a new "
            message += f"attempt{let_go(intent)}"
        else:
            message = (
                "a post with this id is public already, and each goes out once: what git says now does not go out. A "
                f"new post needs an id of its own; to post this one again, ask for a new attempt{let_go(intent)}"
            )
        reported = told(pair, context, "PUBLISHED", "PUBLISHED-EARLY", "PUBLISHED-OTHERWISE")
        return hold(
            pair, context, "PUBLISHED", message, ExitCode.HELD, paste=again(intent), quiet=reported and not here
        )
    if says_else:
        message = "git says something else by now; the channel shows what went out"
        return keep(pair, context, "EDITED", message, origin=Origin.GIT)
    return keep(pair, context)


def _surprise(pair: Pair, intent: Intent, item: Item, context: Context) -> Change | None:
    """The hold at the first look at a publication that git did not ask for like this; None if it did."""
    record, at = pair.record, intent.timing.at
    if intent.timing.kind is TimingKind.DRAFT:
        message = "it was published outside git, which wanted a draft; nothing can be taken back"
        return hold(pair, context, "PUBLISHED-BY-HAND", message, ExitCode.CONFLICT)
    moved = _moved(pair, intent, item, context)
    fields = compare(
        live=item.fields,
        wanted=content_fields(intent.content) if item.fields else {},
        live_at=item.at if moved else at,
        wanted_at=at,
    )
    if record is None and timing.over(intent.timing, context.now):
        return None  # history that came before this memory
    on_time = record is not None and record.at is not None and record.at <= context.now
    went_out = item.at if moved and item.at is not None else context.now
    if at is not None and went_out < at and (moved or not on_time):
        message = "it was published before its date, outside git; nothing can be taken back"
        return hold(pair, context, "PUBLISHED-EARLY", message, ExitCode.CONFLICT, fields=fields)
    made = origin(fields, confirmed(pair, context))
    if made not in (Origin.DRIFT, Origin.BOTH):
        return None
    message = (
        "what went out is not what git says or what was confirmed, so somebody changed it at Wix before; nothing can "
        "be taken back"
    )
    return hold(
        pair,
        context,
        "PUBLISHED-OTHERWISE",
        message,
        ExitCode.CONFLICT,
        wanted=ChangeKind.UPDATE,
        fields=fields,
        origin=made,
    )


def _moved(pair: Pair, intent: Intent, item: Item, context: Context) -> bool:
    """Whether it went out at a time that neither git allows nor anybody confirmed. A date that is still to come says
    nothing about when that was."""
    at, until = intent.timing.at, intent.timing.until
    if item.at is None or item.at > context.now or until is None:
        return False
    allowed = item.at <= until and (at is None or at <= item.at)
    return not allowed and all(item.at != known for _, known in confirmed(pair, context).legs)


def _says_else(pair: Pair, intent: Intent, item: Item) -> bool:
    """Whether git says something else than what went out. That its files are gone says nothing: they may be tidied
    away once a post is history."""
    public = field_fingerprints(item.fields)
    if not public and pair.record is not None:
        public = dict(pair.record.fingerprints)
    wanted = field_fingerprints(content_fields(intent.content))
    names = {*public, *wanted} if "media" in wanted else {*public, *wanted} - {"media"}
    return bool(public) and any(public.get(name) != wanted.get(name) for name in names)


def _asks(before: Intent | None, intent: Intent, now: datetime, *, says_else: bool, in_vain: bool) -> bool:
    """Whether this very change says something new about what went out, or gives it a new date. A file that is new
    here is no history while its time is to come."""
    if before is None:
        return in_vain or (says_else and not timing.over(intent.timing, now))
    content = says_else and content_fields(before.content) != content_fields(intent.content)
    moved = before.timing.at != intent.timing.at and intent.timing.at is not None and intent.timing.at > now
    return content or moved


def _in_vain(pair: Pair, intent: Intent, item: Item, context: Context, *, says_else: bool) -> bool:
    """Whether git asks for something to go out after this went out, which would pass in silence."""
    at = intent.timing.at
    went_out = (pair.record.at if pair.record is not None else None) or item.at
    if at is None:
        return intent.timing.kind is TimingKind.ASAP and says_else and not timing.over(intent.timing, context.now)
    if at > context.now:
        return went_out is None or at > went_out
    # Missed before a run could say so. What was never confirmed here came before this memory.
    return pair.record is not None and went_out is not None and at - went_out > _ANOTHER_DATE
