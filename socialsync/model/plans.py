"""What one run would do to a site, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from socialsync.errors import ExitCode
from socialsync.model.accounts import Quota
from socialsync.model.intents import FieldValue, Intent
from socialsync.model.items import Item, Record
from socialsync.model.problems import Location


class ChangeKind(StrEnum):
    CREATE = "create"
    UPDATE = "update"
    SCHEDULE = "schedule"
    RESCHEDULE = "reschedule"
    PUBLISH = "publish"
    CANCEL = "cancel"
    DELETE = "delete"
    FORGET = "forget"
    KEEP = "keep"
    HOLD = "hold"

    @property
    def writes(self) -> bool:
        return self not in (ChangeKind.FORGET, ChangeKind.KEEP, ChangeKind.HOLD)

    @property
    def brings_to_life(self) -> bool:
        return self in (ChangeKind.CREATE, ChangeKind.SCHEDULE, ChangeKind.PUBLISH)


class Origin(StrEnum):
    """Who made the difference; for the reader only, never decided by."""

    GIT = "git"
    DRIFT = "drift"
    BOTH = "both"
    NONE = "none"


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldChange:
    """One field, before and after; None is absent. `schedule` holds instants as ISO text.

    `last` is what was confirmed last, where a conflict shows it and git still has it.
    """

    name: str
    was: FieldValue | None
    now: FieldValue | None
    last: FieldValue | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """What happens to one pair of intent and item.

    `reason` is a stable code that explains, `message` words it; nothing is decided by either. A held change keeps the
    kind it `wanted`; `attention` is the exit code it asks for (OK: a note).
    """

    kind: ChangeKind
    key: str
    site: str
    intent: Intent | None = None
    item: Item | None = None
    record: Record | None = None
    fields: tuple[FieldChange, ...] = ()
    at: datetime | None = None  # the instant it would go out at, where one is set
    reason: str = ""  # stable code, e.g. MISSED, PUBLISHED, GATE-CANCELS
    message: str = ""  # one plain sentence
    paste: str = ""  # the exact line that decides it
    paste_at: Location | None = None
    paste_lines: int = (
        0  # how many whole lines, from `paste_at` on, it takes the place of; 0: of a value, or of nothing
    )
    wanted: ChangeKind | None = None
    attention: ExitCode = ExitCode.OK
    origin: Origin = Origin.NONE
    needs: tuple[str, ...] = ()  # keys whose own writes must have succeeded before this one is tried

    @property
    def post_id(self) -> str:
        if self.intent is not None:
            return self.intent.post_id
        return self.record.post_id if self.record is not None else ""

    @property
    def target(self) -> str:
        if self.intent is not None:
            return str(self.intent.target)
        if self.record is not None:
            return self.record.target
        return self.item.cell if self.item is not None else ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """Everything one run would do to one site; a value, rendered, judged, digested and applied as it is."""

    site: str
    now: datetime
    changes: tuple[Change, ...]
    digest: str
    quotas: tuple[Quota, ...] = ()
    notes: tuple[str, ...] = ()  # plain sentences: inert waivers, foreign items, age of state
    foreign: int = 0  # items at the service that are not ours
    zone: str = "UTC"  # `timezone` of socialsync.yaml, for what no file speaks for any more
    paused: bool = False  # whether nothing may be written at all


class OutcomeKind(StrEnum):
    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"
    STALE = "stale"
    SKIPPED = "skipped"


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What became of one change: every intent has exactly one."""

    kind: OutcomeKind
    change: Change
    item: Item | None = None
    code: str = ""  # stable
    message: str = ""  # what happened and what to do, one line
    exit_code: ExitCode = ExitCode.OK  # what this outcome alone would end the run with
