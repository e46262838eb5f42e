"""Raised attempts: every older attempt is fenced off, and proven not live, before a new item may be made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from socialsync.errors import ExitCode
from socialsync.model import Change, ChangeKind, Intent, Status
from socialsync.plan.context import Context, change, hold, remembered
from socialsync.plan.match import Pair


def fence(
    wanted: Change, intent: Intent, pairs: Mapping[str, Pair], context: Context
) -> tuple[Change, tuple[Change, ...]]:
    """The change of a raised attempt, held where an older one forbids it, and the writes that end older ones."""
    fences: list[Change] = []
    for attempt, key in enumerate(intent.older_keys, start=1):
        pair = pairs.get(key, Pair(key=key))
        # The older attempt's own pair has no intent; for the report it still belongs to this post.
        named = replace(pair, intent=intent)
        item = pair.item or (remembered(pair.record) if pair.record is not None else None)
        match item.status if item is not None else None:
            case Status.DRAFT:
                fences.append(change(ChangeKind.DELETE, named, context, reason="FENCE"))
            case Status.SCHEDULED:
                fences.append(change(ChangeKind.CANCEL, named, context, reason="FENCE"))
            case Status.CANCELED | Status.DELETED:
                pass
            case Status.PUBLISHED | Status.FAILED:
                assert item is not None
                wanted = _needs_waiver(
                    wanted,
                    intent,
                    context,
                    rule="POST-AGAIN",
                    subject=item.id,
                    message=f"attempt {attempt} is public already, so this would post it a second time"
                    if item.status is Status.PUBLISHED
                    else f"attempt {attempt} failed at Wix but may be on the channel all the same: look there first",
                )
            case None:
                wanted = _needs_waiver(
                    wanted,
                    intent,
                    context,
                    rule="NO-TRACE",
                    subject=str(attempt),
                    message=f"nothing is known of attempt {attempt}, so it cannot be proven that it is not live",
                )
            case _:
                wanted = _held(wanted, context, "FENCE", f"attempt {attempt} is going out right now", ExitCode.CONFLICT)
    return wanted, tuple(fences)


def _needs_waiver(wanted: Change, intent: Intent, context: Context, *, rule: str, subject: str, message: str) -> Change:
    if context.book.waived(intent.waivers, rule, (subject,)):
        return wanted
    return _held(wanted, context, rule, message, ExitCode.HELD, context.book.line(rule, subject))


def _held(wanted: Change, context: Context, reason: str, message: str, attention: ExitCode, paste: str = "") -> Change:
    """Only what would bring the new attempt to life is held; one that lives already is past that question."""
    if wanted.kind not in (ChangeKind.CREATE, ChangeKind.SCHEDULE, ChangeKind.PUBLISH):
        return wanted
    pair = Pair(key=wanted.key, intent=wanted.intent, item=wanted.item, record=wanted.record)
    return hold(pair, context, reason, message, attention, paste=paste, wanted=wanted.kind, at=wanted.at)
