"""What a site's channels are connected to, and how much it may still send."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


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
