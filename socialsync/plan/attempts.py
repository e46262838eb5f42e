"""Raised attempts: every older attempt is fenced off, and proven not live, before a new item may be made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from socialsync.errors import ExitCode
from socialsync.model.intents import Intent
from socialsync.model.items import Item, Status
from socialsync.model.plans import Change, ChangeKind
from socialsync.plan.context import Context, change, hold
from socialsync.plan.decide import ADOPT_CHANGED
from socialsync.plan.match import Pair

FENCE = "FENCE"
_ATTEMPT = ".a"  # stands before the number of the attempt at the end of every key


def fence(
    wanted: Change, intent: Intent, pairs: Mapping[str, Pair], context: Context
) -> tuple[Change, tuple[Change, ...]]:
    """The change of a raised attempt, held where an older one forbids it, and the writes that end older ones.

    The new attempt needs those writes: it is not tried before each of them has succeeded.
    """
    fences: list[Change] = []
    for attempt, key in enumerate(intent.older_keys, start=1):
        # The older attempt's own pair has no intent; for the report it still belongs to this post.
        pair = replace(pairs.get(key, Pair(key=key)), intent=intent)
        items = (*([pair.item] if pair.item is not None else []), *pair.copies)
        if not items and pair.record is None:
            message = f"nothing is known of attempt {attempt}, so it cannot be proven that it is not live"
            wanted = _needs_waiver(wanted, intent, context, rule="NO-TRACE", subject=str(attempt), message=message)
        for item in items:
            match item.status:
                case Status.DRAFT | Status.SCHEDULED if item.id in pair.lent:
                    message = (
                        f"attempt {attempt} is item {item.id}, taken over by a line `adopt` that git has no more: "
                    )
                    message += "end it in the dashboard first"
                    wanted = _held(wanted, context, ADOPT_CHANGED, message, ExitCode.HELD)
                case Status.DRAFT:
                    fences.append(change(ChangeKind.DELETE, replace(pair, item=item), context, reason=FENCE))
                case Status.SCHEDULED:
                    fences.append(change(ChangeKind.CANCEL, replace(pair, item=item), context, reason=FENCE))
                case Status.CANCELED | Status.DELETED:
                    pass
                case Status.PUBLISHED | Status.FAILED:
                    wanted = _posted_before(wanted, intent, attempt, item, context)
                case _:
                    message = f"attempt {attempt} is going out right now"
                    wanted = _held(wanted, context, FENCE, message, ExitCode.CONFLICT)
    if fences and wanted.kind.brings_to_life:
        wanted = replace(wanted, needs=tuple(sorted({one.key for one in fences})))
    return wanted, tuple(fences)


def newest(keys: Iterable[str]) -> dict[str, int]:
    """The highest attempt that is known of each post and target, by what their keys have in common."""
    found: dict[str, int] = {}
    for key in keys:
        common, _, number = key.rpartition(_ATTEMPT)
        if number.isdecimal():
            found[common] = max(found.get(common, 0), int(number))
    return found


def lowered(wanted: Change, intent: Intent, known: Mapping[str, int], context: Context) -> Change:
    """The change, held where a higher attempt is known: what a lower one would make was made already under that."""
    highest = known.get(intent.key.rpartition(_ATTEMPT)[0], 0)
    if highest <= intent.attempt:
        return wanted
    message = (
        f"attempt {highest} is known already, so attempt {intent.attempt} would come a second time. An attempt is "
    )
    message += "only ever raised"
    return _held(wanted, context, "ATTEMPT-LOWERED", message, ExitCode.HELD, f"attempt: {highest + 1}")


def _posted_before(wanted: Change, intent: Intent, attempt: int, item: Item, context: Context) -> Change:
    if item.status is Status.PUBLISHED:
        message = f"attempt {attempt} is public already, so this would post it a second time"
    else:
        message = f"attempt {attempt} failed at Wix but may be on the channel all the same: look there first"
    return _needs_waiver(wanted, intent, context, rule="POST-AGAIN", subject=item.id, message=message)


def _needs_waiver(wanted: Change, intent: Intent, context: Context, *, rule: str, subject: str, message: str) -> Change:
    if context.book.waived(intent.waivers, rule, (subject,)):
        return wanted
    return _held(wanted, context, rule, message, ExitCode.HELD, context.book.line(rule, subject, intent.timing.until))


def _held(wanted: Change, context: Context, reason: str, message: str, attention: ExitCode, paste: str = "") -> Change:
    """Only what would bring the new attempt to life is held; one that lives already is past that question."""
    if not wanted.kind.brings_to_life:
        return wanted
    pair = Pair(key=wanted.key, intent=wanted.intent, item=wanted.item, record=wanted.record)
    return hold(pair, context, reason, message, attention, paste=paste, wanted=wanted.kind, at=wanted.at)
