"""A conflict: an item says something that neither git nor this tool put there, so nothing is overwritten."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from socialsync.canonical import canonical_instant, content_fields, short_fingerprint
from socialsync.errors import ExitCode
from socialsync.model.intents import FieldValue, Intent
from socialsync.model.items import Item, Record
from socialsync.model.plans import Change, ChangeKind, FieldChange, Origin, Plan
from socialsync.plan.context import Context, confirmed, hold
from socialsync.plan.differences import SCHEDULE, Confirmed, with_last
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
        "at Wix it says something that git did not put there, most likely from the dashboard, so nothing is "
        "overwritten. To keep that, write it into the file; the line to paste lets git win instead",
        ExitCode.CONFLICT,
        paste=context.book.line(RULE, live, intent.timing.until),
        wanted=ChangeKind.UPDATE,
        fields=with_last(fields, _values(context.base.get(pair.key)), confirmed(pair, context)),
        origin=made,
    )


def confirming_commits(plan: Plan) -> frozenset[str]:
    """The commits at which git has the words that State remembers only the fingerprints of."""
    return frozenset(record.commit for change in plan.changes if (record := _disputed(change)) is not None)


def recalled(plan: Plan, wanted: Mapping[str, Mapping[str, Intent]]) -> Plan:
    """The same plan, its conflicts with the values that State confirmed, as far as one of the commits that `wanted`
    has the intents of says them."""
    return replace(plan, changes=tuple(_recalled(change, wanted) for change in plan.changes))


def _recalled(change: Change, wanted: Mapping[str, Mapping[str, Intent]]) -> Change:
    record = _disputed(change)
    if record is None:
        return change
    fields = tuple(replace(field, last=None) for field in change.fields)
    before = _values(wanted.get(record.commit, {}).get(change.key))
    return replace(change, fields=with_last(fields, before, Confirmed(legs=((record.fingerprints, record.at),))))


def _disputed(change: Change) -> Record | None:
    """What State remembers of an item that is in conflict, and where."""
    return change.record if change.reason == RULE and change.record is not None and change.record.commit else None


def _values(intent: Intent | None) -> dict[str, FieldValue]:
    if intent is None:
        return {}
    fields = content_fields(intent.content)
    return {**fields, SCHEDULE: canonical_instant(intent.timing.at)} if intent.timing.at is not None else fields
