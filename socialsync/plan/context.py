"""What a decision depends on besides its pair, and the few ways to word one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from socialsync.canonical import content_fields, field_fingerprints
from socialsync.errors import ExitCode
from socialsync.model.accounts import AccountInfo
from socialsync.model.intents import Intent, TimingKind
from socialsync.model.items import Item
from socialsync.model.plans import Change, ChangeKind
from socialsync.plan.differences import Confirmed
from socialsync.plan.match import Pair
from socialsync.plan.news import is_told
from socialsync.plan.waivers import Book


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """What a decision depends on besides its pair.

    `accounts` holds per alias the account or the reason why there is none; None if nobody asked the service (`diff`).
    `base` holds the intents of the commit that HEAD is compared with; `reviewing` is true where a person reads the
    result before a merge. `noted` holds by key what the run before has reported (see news.py), `claimed` the keys for
    which an immediate publish may have been sent.
    """

    site: str
    now: datetime
    book: Book
    delivery: str = "wix"
    accounts: Mapping[str, AccountInfo | str] | None = None
    base: Mapping[str, Intent] = field(default_factory=dict)
    reviewing: bool = False
    noted: Mapping[str, str] = field(default_factory=dict)
    claimed: Collection[str] = ()


def confirmed(pair: Pair, context: Context) -> Confirmed:
    """The third leg of the comparison: what State confirmed. What BASE wanted counts as known too, because a run that
    died before it could remember may have written it."""
    before = context.base.get(pair.key)
    legs = []
    if pair.record is not None:
        legs.append((pair.record.fingerprints, pair.record.at))
    if before is not None:
        at = before.timing.at if before.timing.kind is TimingKind.AT else None
        legs.append((field_fingerprints(content_fields(before.content)), at))
    return Confirmed(legs=tuple(legs))


def blocked_account(pair: Pair, intent: Intent, context: Context, item: Item | None = None) -> Change | None:
    """Why nothing can be written for this post at its account now; None if something can."""
    if context.accounts is None:
        return None
    account = context.accounts[intent.target.alias]
    if isinstance(account, str):
        return hold(pair, context, "ACCOUNT", account, ExitCode.FAILED)
    if item is not None and item.cell != intent.target.cell:
        kind = item.cell or "something that no channel file describes"
        return hold(
            pair,
            context,
            "OTHER-KIND",
            f"its item at Wix is {kind}, not {intent.target.cell}; an item cannot change its kind",
            ExitCode.CONFLICT,
        )
    if item is not None and (item.account_id, item.second_id) != (account.account_id, account.second_id):
        return hold(
            pair,
            context,
            "ACCOUNT-CHANGED",
            f"its item at Wix belongs to another account than {intent.target.alias} does now; an item cannot move",
            ExitCode.HELD,
            paste=again(intent),
        )
    for name, value in intent.content.extras:
        offered = account.options.get(name)
        if offered is not None and value not in offered:
            allowed = ", ".join(offered) or "nothing"
            return hold(
                pair,
                context,
                "ACCOUNT-OPTION",
                f"the account does not offer {name}: {value}; it offers {allowed}",
                ExitCode.FAILED,
            )
    return None


def again(intent: Intent) -> str:
    """The line that asks for a new item after this one has ended."""
    return f"attempt: {intent.attempt + 1}"


def let_go(intent: Intent) -> str:
    """A new attempt makes a new item, which an adopted one cannot be."""
    return ", and take out its `adopt` line" if intent.adopt else ""


def change(kind: ChangeKind, pair: Pair, context: Context, **more: Any) -> Change:
    return Change(
        kind=kind, key=pair.key, site=context.site, intent=pair.intent, item=pair.item, record=pair.record, **more
    )


def keep(pair: Pair, context: Context, reason: str = "", message: str = "", **more: Any) -> Change:
    return change(ChangeKind.KEEP, pair, context, reason=reason, message=message, **more)


def hold(
    pair: Pair,
    context: Context,
    reason: str,
    message: str,
    attention: ExitCode,
    *,
    paste: str = "",
    quiet: bool = False,
    **more: Any,
) -> Change:
    """Nothing is written; `quiet` makes it a note, because nobody has to decide anything (any more)."""
    return change(
        ChangeKind.HOLD,
        pair,
        context,
        reason=reason,
        message=message,
        paste=paste,
        paste_at=pair.intent.location if paste and pair.intent is not None else None,
        attention=ExitCode.OK if quiet else attention,
        **more,
    )


def told(pair: Pair, context: Context, *reasons: str) -> bool:
    """Whether an earlier run has reported this very thing, for one of these reasons."""
    noted = context.noted.get(pair.key, "")
    return any(is_told(noted, reason, pair.intent) for reason in reasons)
