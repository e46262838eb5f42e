"""Posts that git wants taken back, or no longer mentions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from socialsync.errors import ExitCode
from socialsync.model.intents import DesiredState, Intent, TimingKind
from socialsync.model.items import Item, Record, Status
from socialsync.model.plans import Change, ChangeKind
from socialsync.plan.context import Context, change, hold, keep, told
from socialsync.plan.match import Pair
from socialsync.timing import over

UNSEEN = "UNSEEN"
"""The reason of a hold about a post that is taken back and that no look has found yet."""


def canceled(pair: Pair, context: Context) -> Change:
    if _may_be_unseen(pair, context):
        return _unseen(pair, context)
    match pair.item.status if pair.item is not None else None:
        case None | Status.CANCELED | Status.DELETED | Status.FAILED:
            return keep(pair, context)
        case Status.DRAFT:
            return change(ChangeKind.DELETE, pair, context, reason="CANCELED")
        case Status.SCHEDULED:
            return change(ChangeKind.CANCEL, pair, context, reason="CANCELED")
        case _:
            return _too_late(pair, context)


def deleted(pair: Pair, intent: Intent, context: Context) -> Change:
    item = pair.item
    if _may_be_unseen(pair, context):
        return _unseen(pair, context)
    match item.status if item is not None else None:
        case None | Status.DELETED | Status.CANCELED:
            return keep(pair, context)
        case Status.DRAFT | Status.SCHEDULED | Status.FAILED:
            return change(ChangeKind.DELETE, pair, context, reason="DELETED")
        case Status.PUBLISHED:
            assert item is not None
            if context.book.waived(intent.waivers, "DELETE-PUBLIC", (item.id,)):
                return change(ChangeKind.DELETE, pair, context, reason="DELETED")
            return hold(
                pair,
                context,
                "DELETE-PUBLIC",
                "it is public: deleting it at Wix may not remove it from the network and cannot be undone",
                ExitCode.HELD,
                paste=context.book.line("DELETE-PUBLIC", item.id),
                wanted=ChangeKind.DELETE,
            )
        case _:
            return _too_late(pair, context)


def removed(pair: Pair, context: Context) -> Change | None:
    """A key that no file asks for: its file was removed, or it never was one of ours."""
    item = pair.item
    before = context.base.get(pair.key)
    unseen = _may_be_unseen(pair, context)
    if pair.record is None and before is not None:
        pair = replace(pair, record=_record_of(before, item))
    if unseen:
        return _unseen(pair, context)
    if pair.record is None:
        assert item is not None, "a pair has an intent, an item, a record, or was wanted before"
        return None if item.status.final else _unknown_owner(pair, item, context)
    match item.status if item is not None else None:
        case Status.DRAFT:
            return change(ChangeKind.DELETE, pair, context, reason="REMOVED")
        case Status.SCHEDULED:
            return change(ChangeKind.CANCEL, pair, context, reason="REMOVED")
        case Status.PUBLISHED | Status.FAILED:
            return change(ChangeKind.FORGET, pair, context, reason="REMOVED") if before is not None else None
        case None | Status.CANCELED | Status.DELETED:
            return None
        case _:
            return _too_late(pair, context)


def to_look_for(pairs: Iterable[Pair], context: Context) -> Iterator[str]:
    """For a person who reads a plan: the posts that are taken back and of which an apply, which is still to look, may
    have to say that it sees nothing."""
    if not context.reviewing:
        return
    for pair in pairs:
        taken_back = pair.intent is None or pair.intent.state is not DesiredState.LIVE
        if taken_back and _is_unheard_of(pair, context):
            before = context.base[pair.key]
            yield (
                f"{before.post_id} on {before.target} is taken back, and no run has remembered it: apply looks for it "
                f"once more, and where it finds nothing asks to be run again (exit 7, {UNSEEN})"
            )


def _may_be_unseen(pair: Pair, context: Context) -> bool:
    return not context.reviewing and _is_unheard_of(pair, context)


def _is_unheard_of(pair: Pair, context: Context) -> bool:
    """Whether the run before may have made it and died before it could remember, so that only a listing that lags
    stands between it and its date."""
    before = context.base.get(pair.key)
    if pair.item is not None or pair.record is not None or before is None:
        return False
    comes = before.state is DesiredState.LIVE and before.timing.kind is not TimingKind.DRAFT
    return comes and not over(before.timing, context.now)


def _unseen(pair: Pair, context: Context) -> Change:
    """Told once; and of what the run before has reported as held, it has made nothing."""
    return hold(
        pair,
        context,
        UNSEEN,
        "nothing is seen of it at Wix; should a run have made it just now, the next one calls it off: run again",
        ExitCode.UNKNOWN,
        quiet=pair.key in context.noted,
    )


def _too_late(pair: Pair, context: Context) -> Change:
    if pair.item is not None and pair.item.status is Status.OTHER:
        message = "Wix reports a status that this version does not know, so it is not touched"
    else:
        message = "it is going out or public already and cannot be called off any more"
    return hold(pair, context, "TOO-LATE", message, ExitCode.CONFLICT, quiet=told(pair, context, "TOO-LATE"))


def _unknown_owner(pair: Pair, item: Item, context: Context) -> Change:
    return hold(
        pair,
        context,
        "UNKNOWN-OWNER",
        f"item {item.id} at Wix carries a key of ours that no file and no memory explains; it is left as it is. "
        "Cancel or delete it in the dashboard if nobody wants it",
        ExitCode.HELD,
        quiet=item.status is Status.DRAFT,
    )


def _record_of(before: Intent, item: Item | None) -> Record:
    """What State would have said of a post that only BASE remembers: enough to name it."""
    return Record(
        key=before.key,
        item_id=item.id if item is not None else "",
        status=item.status if item is not None else Status.OTHER,
        cell=before.target.cell,
        post_id=before.post_id,
        target=str(before.target),
        path=before.location.path,
    )
