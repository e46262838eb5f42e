"""What a decision depends on besides its pair, and the few ways to word one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from socialsync.canonical import content_fields, field_fingerprints
from socialsync.errors import ExitCode
from socialsync.model import (
    AccountInfo,
    Change,
    ChangeKind,
    Intent,
    Item,
    Record,
    TimingKind,
)
from socialsync.plan.differences import Confirmed
from socialsync.plan.match import Pair
from socialsync.plan.waivers import Book


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """What a decision depends on besides its pair.

    `accounts` holds per alias the account or the reason why there is none; None if nobody asked the service (`diff`).
    `base` holds the intents of the commit that HEAD is compared with; `reviewing` is true where a person reads the
    result before a merge. `noted` holds what earlier runs have reported already, by key.
    """

    site: str
    now: datetime
    book: Book
    delivery: str = "wix"
    accounts: Mapping[str, AccountInfo | str] | None = None
    base: Mapping[str, Intent] = field(default_factory=dict)
    reviewing: bool = False
    noted: Mapping[str, str] = field(default_factory=dict)


def remembered(record: Record) -> Item | None:
    """A final item need not be listed again: State answers for it. A live one that is not there, is not there."""
    if not record.status.final:
        return None
    return Item(
        id=record.item_id,
        key=record.key,
        status=record.status,
        cell=record.cell,
        at=record.at,
        permalink=record.permalink,
    )


def confirmed(pair: Pair, context: Context) -> Confirmed | None:
    if pair.record is not None:
        return Confirmed(fingerprints=pair.record.fingerprints, at=pair.record.at)
    before = context.base.get(pair.key)
    if before is None:
        return None
    at = before.timing.at if before.timing.kind is TimingKind.AT else None
    return Confirmed(fingerprints=field_fingerprints(content_fields(before.content)), at=at)


def blocked_account(pair: Pair, intent: Intent, context: Context, item: Item | None = None) -> Change | None:
    if context.accounts is None:
        return None
    account = context.accounts[intent.target.alias]
    if isinstance(account, str):
        return hold(pair, context, "ACCOUNT", account, ExitCode.FAILED)
    if item is not None and (item.account_id, item.second_id) != (account.account_id, account.second_id):
        return hold(
            pair,
            context,
            "ACCOUNT-CHANGED",
            f"its item at Wix belongs to another account than {intent.target.alias} does now; an item cannot move",
            ExitCode.HELD,
            paste=f"attempt: {intent.attempt + 1}",
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


def change(kind: ChangeKind, pair: Pair, context: Context, **more: Any) -> Change:
    return Change(
        kind=kind, key=pair.key, site=context.site, intent=pair.intent, item=pair.item, record=pair.record, **more
    )


def keep(pair: Pair, context: Context, reason: str, message: str) -> Change:
    kept = change(ChangeKind.KEEP, pair, context, reason=reason, message=message)
    return kept if kept.item is not None else replace(kept, item=remembered(pair.record) if pair.record else None)


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
    return change(
        ChangeKind.HOLD,
        pair,
        context,
        reason=reason,
        message=message,
        paste=paste,
        paste_at=pair.intent.location if paste and pair.intent is not None else None,
        attention=int(ExitCode.OK if quiet else attention),
        **more,
    )
