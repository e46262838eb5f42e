"""The decision table: one pair of intent and item becomes one change (DESIGN section 5, reliability reference 2.3)."""

from __future__ import annotations

from socialsync.errors import ExitCode
from socialsync.model import Change, DesiredState
from socialsync.plan import unwanted, wanted
from socialsync.plan.context import Context, hold, remembered
from socialsync.plan.match import LIVE, Pair


def decide(pair: Pair, context: Context) -> Change | None:
    """The change for one pair; None for what is long settled and wanted by nobody any more."""
    public = [copy for copy in pair.copies if copy.status in LIVE]
    if pair.item is not None and pair.item.status in LIVE and public:
        return hold(
            pair,
            context,
            "DUPLICATE",
            f"{len(public) + 1} items at Wix carry this post's key; item {pair.item.id} is left as it is. "
            "Look at the channel and cancel the others in the dashboard",
            ExitCode.DUPLICATE,
        )
    item = pair.item or (remembered(pair.record) if pair.record is not None else None)
    if pair.intent is None:
        return unwanted.removed(pair, item, context)
    match pair.intent.state:
        case DesiredState.CANCELED:
            return unwanted.canceled(pair, item, context)
        case DesiredState.DELETED:
            return unwanted.deleted(pair, pair.intent, item, context)
        case DesiredState.LIVE:
            return wanted.live(pair, pair.intent, item, context)
