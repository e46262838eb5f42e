"""What the gates look at besides the changes, and how they stop one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from socialsync.canonical import canonical_instant, content_fields
from socialsync.errors import ExitCode
from socialsync.model.accounts import AccountInfo
from socialsync.model.intents import TimingKind
from socialsync.model.items import Item, Record, Status
from socialsync.model.plans import Change, ChangeKind
from socialsync.model.problems import Location
from socialsync.model.sites import Policy, Site
from socialsync.plan.attempts import FENCE
from socialsync.plan.waivers import Book
from socialsync.twins import TWIN


@dataclass(frozen=True, kw_only=True, slots=True)
class Surroundings:
    """What the gates look at besides the changes."""

    site: Site
    policy: Policy
    now: datetime
    book: Book
    items: Sequence[Item]  # everything listed at the service, foreign items too
    records: Sequence[Record]
    wanted_posts: int  # posts that the files of this site want
    accounts: Mapping[str, AccountInfo | str] = field(default_factory=dict)  # as in Context; may be empty
    moved_from: str = ""  # what State was written for, if that is not this namespace and site


def waits(change: Change) -> bool:
    """Whether this is a draft that stays one until its date (`delivery: local`)."""
    dated = change.intent is not None and change.intent.timing.kind is TimingKind.AT
    draft = change.item is not None and change.item.status is Status.DRAFT
    return dated and draft and change.kind in (ChangeKind.KEEP, ChangeKind.UPDATE)


def leads_to(change: Change, site: Site) -> list[object]:
    """What a change would lead to, as values that stay the same as long as git says the same: of what is only taken
    back the item, else content, account and time as they are written."""
    intent = change.intent
    if intent is None or change.reason in (TWIN, FENCE):
        return [change.item.id if change.item is not None else ""]
    at = intent.timing.at
    return [
        sorted(content_fields(intent.content).items()),
        site.accounts.get(intent.target.alias, ""),
        [intent.timing.kind, canonical_instant(at) if at else "", intent.state],
    ]


def stopped(
    change: Change,
    reason: str,
    message: str,
    *,
    paste: str = "",
    paste_at: Location | None = None,
    attention: ExitCode = ExitCode.HELD,
) -> Change:
    """The change as a hold that says why, with the line that opens the gate where there is one."""
    return replace(
        change,
        kind=ChangeKind.HOLD,
        wanted=change.kind,
        reason=reason,
        message=message,
        paste=paste,
        paste_at=paste_at,
        attention=attention,
    )
