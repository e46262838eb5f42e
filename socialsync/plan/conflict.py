"""A conflict: an item says something that neither git nor this tool put there, so nothing is overwritten."""

from __future__ import annotations

from socialsync.canonical import canonical_instant, content_fields, short_fingerprint
from socialsync.errors import ExitCode
from socialsync.model import Change, ChangeKind, FieldChange, FieldValue, Intent, Item, Origin
from socialsync.plan.context import Context, confirmed, hold
from socialsync.plan.differences import SCHEDULE, with_last
from socialsync.plan.match import Pair

RULE = "CONFLICT"


def conflict(
    pair: Pair, intent: Intent, item: Item, fields: tuple[FieldChange, ...], made: Origin, context: Context
) -> Change | None:
    """The hold with all three values, and the line that lets git win over exactly this state of the item; None if
    nobody changed the item behind git's back, or that line is there."""
    if made not in (Origin.DRIFT, Origin.BOTH):
        return None
    live = short_fingerprint(item.fields, item.at)
    if context.book.waived(intent.waivers, RULE, (live,)):
        return None
    return hold(
        pair,
        context,
        RULE,
        "at Wix it says something that git did not put there, most likely from the dashboard; all versions are shown "
        "and nothing is overwritten",
        ExitCode.CONFLICT,
        paste=context.book.line(RULE, live),
        wanted=ChangeKind.UPDATE,
        fields=with_last(fields, _before(pair, context), confirmed(pair, context)),
        origin=made,
    )


def _before(pair: Pair, context: Context) -> dict[str, FieldValue]:
    before = context.base.get(pair.key)
    if before is None:
        return {}
    fields = content_fields(before.content)
    return {**fields, SCHEDULE: canonical_instant(before.timing.at)} if before.timing.at is not None else fields
