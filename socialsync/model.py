"""The frozen nouns that every part speaks in (DESIGN section 3); standard library only.

Instants are aware datetimes in UTC throughout. Text is in its canonical form (canonical.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

FieldValue = str | tuple[str, ...]
"""A canonical field: text, or for media the tokens `sha256:<digest>` and `wix:<file id>` in order."""


# --- what is wrong, and where -------------------------------------------------------------------


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Location:
    """A place in a file of the repository; line and column count from 1, 0 means the whole file."""

    path: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.path}:{self.line or 1}:{self.column or 1}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """Something a person must correct (or, below ERROR, may want to): `replacement` is ready to paste."""

    code: str
    message: str
    location: Location
    hint: str = ""
    replacement: str = ""
    severity: Severity = Severity.ERROR


# --- what git wants -----------------------------------------------------------------------------


class MediaKind(StrEnum):
    IMAGE = "IMAGE"
    VIDEO = "VIDEO"


@dataclass(frozen=True, kw_only=True, slots=True)
class MediaRef:
    """One picture or video: a file of the repository (`path`, `digest`) or a file at Wix (`file_id`)."""

    kind: MediaKind
    digest: str = ""  # SHA-256 of the bytes, lower-case hex; empty for a file at Wix
    path: str = ""  # from the repository root, with /
    file_id: str = ""  # Wix file id, for `wix:` entries
    mime: str = ""
    size: int = 0  # bytes
    width: int = 0  # pixels as shown (orientation applied); 0: not known
    height: int = 0
    seconds: float = 0.0  # duration of a video
    fps: float = 0.0  # frames a second of a video
    codec: str = ""  # of a video: "h264", "hevc", …
    frames: int = 0  # of a picture; more than one is an animation
    traits: tuple[str, ...] = ()  # "alpha", "cmyk", "silent", "index-last", "several-pictures"
    alt: str = ""

    @property
    def token(self) -> str:
        """What stands for this file in canonical fields."""
        return f"sha256:{self.digest}" if self.digest else f"wix:{self.file_id}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Content:
    """What a post says on one target, overrides applied, canonical, only what the cell can carry."""

    text: str = ""
    title: str = ""
    link: str = ""
    media: tuple[MediaRef, ...] = ()
    extras: tuple[tuple[str, str], ...] = ()  # the cell's own fields in their YAML form, sorted by name


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """Where a post goes: cell and account alias. `alias` is the name in socialsync.yaml's `accounts`."""

    channel: str  # "facebook"
    type: str  # "post"
    account: str = ""  # "berlin" of facebook@berlin; empty for the bare channel

    @property
    def cell(self) -> str:
        return f"{self.channel}/{self.type}"

    @property
    def alias(self) -> str:
        return f"{self.channel}@{self.account}" if self.account else self.channel

    def __str__(self) -> str:
        return f"{self.cell}@{self.account}" if self.account else self.cell


class TimingKind(StrEnum):
    AT = "at"
    ASAP = "asap"
    DRAFT = "draft"


@dataclass(frozen=True, kw_only=True, slots=True)
class Timing:
    """When a post goes out. `until` is the last moment it may; None only for drafts."""

    kind: TimingKind
    at: datetime | None = None
    until: datetime | None = None
    zone: str = "UTC"  # IANA name, for display


class DesiredState(StrEnum):
    LIVE = "live"
    CANCELED = "canceled"
    DELETED = "deleted"


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiver:
    """A reviewed exception: `allow: [{rule, for, until, reason}]` (DESIGN section 2)."""

    rule: str
    subject: str  # the `for`: an attempt, an item id or a short fingerprint
    until: date | None
    reason: str
    location: Location


@dataclass(frozen=True, kw_only=True, slots=True)
class Intent:
    """One post on one target: at most one item, found by `key`."""

    key: str
    site: str
    post_id: str
    target: Target
    content: Content
    timing: Timing
    location: Location  # of the target in the file
    state: DesiredState = DesiredState.LIVE
    attempt: int = 1
    older_keys: tuple[str, ...] = ()  # keys of attempts 1 to attempt-1, oldest first
    adopt: str = ""  # item id taken over from the dashboard
    waivers: tuple[Waiver, ...] = ()  # of the target, then of the post
    unsent: tuple[str, ...] = ()  # plain words: what is kept in git and not sent to this target


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """One Wix site (or emulator) of socialsync.yaml."""

    name: str
    wix: str = ""  # site id; empty for an emulator
    key_env: str = "WIX_API_KEY"
    posts: str = "posts/"
    delivery: str = "wix"  # or "local"
    accounts: Mapping[str, str] = field(default_factory=dict)  # alias -> id at Wix
    late_seconds: int = 1800
    waivers: tuple[Waiver, ...] = ()  # whole-site gates
    rehearsed: bool = False  # a Wix site in whose place an emulator on this machine is asked (SOCIALSYNC_API)

    @property
    def emulator(self) -> bool:
        return not self.wix

    @property
    def service(self) -> str:
        """Who answers for it: `wix`, or `emulator` when nothing that is done reaches Wix."""
        return "emulator" if self.emulator or self.rehearsed else "wix"


@dataclass(frozen=True, kw_only=True, slots=True)
class Blackout:
    """Days (both included, in the site's zone) on which nothing may go out: `no_posts` in socialsync.yaml."""

    first: date
    last: date
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """What a plan is judged by (DESIGN section 5, promise 8)."""

    namespace: str
    timezone: str = "UTC"
    no_posts: tuple[Blackout, ...] = ()
    pause: bool = False
    removals: tuple[int, float] = (3, 0.20)  # posts, share of a site's live posts
    updates: tuple[int, float] = (10, 0.30)


# --- what the service has -----------------------------------------------------------------------


class Status(StrEnum):
    """The service's item statuses; OTHER is a value this version does not know: live and untouchable."""

    DRAFT = "DRAFT"
    SCHEDULED = "SCHEDULED"
    IN_QUEUE = "IN_QUEUE"
    PROCESSING = "PROCESSING"
    PUBLISHED = "PUBLISHED"
    CANCELED = "CANCELED"
    FAILED = "FAILED"
    DELETED = "DELETED"
    OTHER = "OTHER"

    @property
    def final(self) -> bool:
        return self in (Status.PUBLISHED, Status.CANCELED, Status.FAILED, Status.DELETED)

    @property
    def in_flight(self) -> bool:
        return self in (Status.IN_QUEUE, Status.PROCESSING)


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One item at the service, decoded into the canonical fields of its cell."""

    id: str
    key: str  # referenceId; empty if it has none
    status: Status
    cell: str  # "facebook/post", or "" if no cell describes it
    account_id: str = ""
    second_id: str = ""  # page, board, location id, where the channel has one
    fields: Mapping[str, FieldValue] = field(default_factory=dict)
    at: datetime | None = None
    external: bool = False
    error: str = ""  # publicationError, one line
    permalink: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class RemoteMedia:
    """A file in the site's media folder."""

    digest: str
    file_id: str
    url: str


class TokenStatus(StrEnum):
    VALID = "VALID"
    INVALID = "INVALID"
    DISCONNECTED = "DISCONNECTED"
    NEVER_CREATED = "NEVER_CREATED"


@dataclass(frozen=True, kw_only=True, slots=True)
class AccountInfo:
    """One account, page, board or location that a connected channel offers."""

    channel: str
    account_id: str
    second_id: str = ""
    name: str = ""
    default: bool = False
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # YAML field -> allowed YAML values


@dataclass(frozen=True, kw_only=True, slots=True)
class Connection:
    """The state of one channel on a site."""

    channel: str
    token: TokenStatus
    accounts: tuple[AccountInfo, ...] = ()
    error: str = ""  # the service's code when it lists none


@dataclass(frozen=True, kw_only=True, slots=True)
class Quota:
    """What a plan feature still allows; `remaining` None means unmetered."""

    feature: str  # PUBLISH_POST, SCHEDULE_POST
    enabled: bool
    limit: int = 0
    used: int = 0
    remaining: int | None = None
    period: str = ""


# --- what was confirmed -------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """State's memory of one key: what this tool last saw confirmed by the service."""

    key: str
    item_id: str
    status: Status
    cell: str
    post_id: str
    target: str
    fingerprints: Mapping[str, str] = field(default_factory=dict)  # field -> short digest
    at: datetime | None = None
    commit: str = ""
    permalink: str = ""
    account: str = ""  # "<account id>/<second id>"
    path: str = ""  # file of the post, for messages after it is gone
    error: str = ""  # what the service said of a post that failed: a final item is not listed again


# --- what would be done -------------------------------------------------------------------------


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
    wanted: ChangeKind | None = None
    attention: int = 0  # an ExitCode
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
    exit_code: int = 0  # an ExitCode: what this outcome alone would end the run with


# --- what is shown ------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Failure:
    """Why a site could not be worked on at all."""

    code: str
    message: str
    hint: str
    exit_code: int


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteReport:
    """One site's part of a report."""

    site: str
    emulator: bool = False
    plan: Plan | None = None
    outcomes: tuple[Outcome, ...] = ()
    failure: Failure | None = None
    connections: tuple[Connection, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)  # alias -> id at Wix, from socialsync.yaml
    delivery: str = "wix"
    state_at: datetime | None = None  # when State was last written; None: there is none yet


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """What a command found and did: the only thing the renderers see."""

    verb: str
    sites: tuple[SiteReport, ...] = ()
    problems: tuple[Problem, ...] = ()
    exit_code: int = 0
    checked_posts: int = 0
    checked_targets: int = 0
    commit: str = ""
    base: str = ""
    rules: tuple[Any, ...] = ()  # cells.Rule, for `rules`
