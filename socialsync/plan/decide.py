"""The decision table: one pair of intent and item becomes its changes (DESIGN section 5, reliability reference 2.3)."""

from __future__ import annotations

from dataclasses import replace

from socialsync.errors import ExitCode
from socialsync.model import Change, ChangeKind, DesiredState, Intent
from socialsync.plan import unwanted, wanted
from socialsync.plan.context import Context, change, hold
from socialsync.plan.match import Pair
from socialsync.twins import TWIN, doubled, surplus


def decide(pair: Pair, context: Context) -> tuple[Change, ...]:
    """The change for one pair, after those that call off surplus items of its key; none for what is long settled and
    wanted by nobody any more."""
    if pair.intent is None:
        main = unwanted.removed(pair, context)
        ours = pair.record is not None or pair.key in context.base
    else:
        main = _wanted(pair, pair.intent, context)
        ours = True
    twins = _twins(pair, context) if ours else ()
    return (*twins, main) if main is not None else twins


def _wanted(pair: Pair, intent: Intent, context: Context) -> Change:
    match intent.state:
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


def _twins(pair: Pair, context: Context) -> tuple[Change, ...]:
    """What git wants of a key is one item. State alone never causes a write: if only it knows the item that stands for
    the key, the others are left alone."""
    if pair.item is None or pair.from_memory:
        return ()
    return tuple(
        change(
            ChangeKind.CANCEL,
            replace(pair, item=twin),
            context,
            reason=TWIN,
            message=f"item {twin.id} carries the same key as item {pair.item.id} and would have gone out as well",
            attention=int(ExitCode.DUPLICATE),
        )
        for twin in surplus((pair.item, *pair.copies))
    )
