"""What git wants: a post on one target, what it says and when it goes out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from socialsync.model.problems import Location

FieldValue = str | tuple[str, ...]
"""A canonical field: text, or for media the tokens `sha256:<digest>` and `wix:<file id>` in order."""


class MediaKind(StrEnum):
    IMAGE = "IMAGE"
    VIDEO = "VIDEO"


@dataclass(frozen=True, kw_only=True, slots=True)
class MediaRef:
    """One picture or video: a file of the repository (`path`, `digest`) or a file at Wix (`file_id`), with its digest
    where it is known to be ours."""

    kind: MediaKind
    digest: str = ""  # SHA-256 of the bytes, lower-case hex; empty for a file at Wix that is not ours
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
