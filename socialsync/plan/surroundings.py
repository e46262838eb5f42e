"""What the gates look at besides the changes, and how they stop one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from socialsync.errors import ExitCode
from socialsync.model import AccountInfo, Change, ChangeKind, Item, Location, Policy, Record, Site
from socialsync.plan.waivers import Book


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
        attention=int(attention),
    )
