"""Whom posts are sent to, and what a plan is judged by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from socialsync.model.intents import Waiver


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

    def day(self, at: datetime) -> date:
        """The day that a moment is on, where the posts are written."""
        return at.astimezone(ZoneInfo(self.timezone)).date()

    def blackout(self, at: datetime) -> Blackout | None:
        """Why nothing may go out at this moment; None if it may."""
        day = self.day(at)
        return next((each for each in self.no_posts if each.first <= day <= each.last), None)

    def closes_after(self, judged: datetime, at: datetime) -> bool:
        """Whether nothing may go out at `at`, a day that was not yet in question at the moment `judged`."""
        return self.day(judged) != self.day(at) and self.blackout(at) is not None
