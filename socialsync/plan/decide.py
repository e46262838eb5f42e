"""The decision table: one pair of intent and item becomes its changes (DESIGN section 5, reliability reference 2.3)."""

from __future__ import annotations

from dataclasses import replace

from socialsync.errors import ExitCode
from socialsync.model.intents import DesiredState, Intent
from socialsync.model.plans import Change, ChangeKind
from socialsync.plan import unwanted, wanted
from socialsync.plan.context import Context, again, change, hold, told
from socialsync.plan.match import Pair
from socialsync.twins import TWIN, doubled, surplus

ADOPT_CHANGED = "ADOPT-CHANGED"


def decide(pair: Pair, context: Context) -> tuple[Change, ...]:
    """The change for one pair, after those that call off surplus items of its key; none for what is long settled and
    wanted by nobody any more."""
    if pair.intent is None:
        removed = unwanted.removed(pair, context)
        main = _unless_lent(removed, pair, context) if removed is not None else None
        ours = pair.record is not None or pair.key in context.base
    else:
        main = _unless_lent(_wanted(pair, pair.intent, context), pair, context)
        ours = True
    # Which of several items a post has taken over is for a person to say.
    twins = _twins(pair, context) if ours and (main is None or main.reason != ADOPT_CHANGED) else ()
    return (*twins, main) if main is not None else twins


def _wanted(pair: Pair, intent: Intent, context: Context) -> Change:
    match intent.state:
        case _ if _adopts_another(pair, intent, context):
            return hold(
                pair,
                context,
                ADOPT_CHANGED,
                f"git says adopt: {intent.adopt} by now, but this post has an item already, so neither is written. "
                f"Take the line back, or ask for a new attempt",
                ExitCode.HELD,
                paste=again(intent),
            )
        case DesiredState.CANCELED:
            return unwanted.canceled(pair, context)
        case DesiredState.DELETED:
            return unwanted.deleted(pair, intent, context)
        case DesiredState.LIVE if pair.item is not None and doubled((pair.item, *pair.copies)):
            return hold(
                pair,
                context,
                "DUPLICATE",
                f"several items at Wix carry this post's key; item {pair.item.id} is left as it is. "
                "Look at the channel",
                ExitCode.DUPLICATE,
            )
        case _:
            return wanted.live(pair, intent, context)


def _adopts_another(pair: Pair, intent: Intent, context: Context) -> bool:
    """Whether the item to take over is another one than the post has, as far as that has not ended."""
    before = context.base.get(pair.key)
    if pair.record is not None:
        known = pair.record.item_id if not pair.record.status.final else ""
    else:
        known = before.adopt if before is not None else ""
    return bool(intent.adopt and known) and intent.adopt != known


def _unless_lent(main: Change, pair: Pair, context: Context) -> Change:
    """State may only make a run do less: what only it counts to a key is not written, but named."""
    if pair.item is None or pair.item.id not in pair.lent or not main.kind.writes:
        return main
    return hold(
        pair,
        context,
        ADOPT_CHANGED,
        f"item {pair.item.id} was taken over by a line `adopt` that git has no more, so it is left as it is. Write the "
        "line again, or cancel the item in the dashboard",
        ExitCode.HELD,
        paste=f"adopt: {pair.item.id}" if pair.intent is not None else "",
        quiet=pair.intent is None and told(pair, context, ADOPT_CHANGED),
        wanted=main.kind,
    )


def _twins(pair: Pair, context: Context) -> tuple[Change, ...]:
    """What git wants of a key is one item. State alone never causes a write: if only it knows the item that stands for
    the key, the others are left alone. So is what carries another key, because a person put it in this place."""
    if pair.item is None or pair.from_memory or pair.item.id in pair.lent:
        return ()
    return tuple(
        change(
            ChangeKind.CANCEL,
            replace(pair, item=twin),
            context,
            reason=TWIN,
            message=f"item {twin.id} carries the key of this post beside item {pair.item.id} and would go out as well",
            attention=ExitCode.DUPLICATE,
        )
        for twin in surplus((pair.item, *pair.copies))
        if twin.key == pair.key
    )
