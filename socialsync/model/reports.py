"""What a command found and did: the only thing that renderers see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from socialsync.errors import ExitCode, SocialSyncError
from socialsync.model.accounts import Connection
from socialsync.model.plans import Outcome, Plan
from socialsync.model.problems import Problem


@dataclass(frozen=True, kw_only=True, slots=True)
class Failure:
    """Why a site could not be worked on at all."""

    code: str
    message: str
    hint: str
    exit_code: ExitCode

    @classmethod
    def of(cls, error: SocialSyncError) -> Failure:
        return cls(code=error.code, message=error.message, hint=error.hint, exit_code=error.exit_code)


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteReport:
    """One site's part of a report."""

    site: str
    emulator: bool = False
    namespace: str = ""  # for `accounts`: with the site's name it decides how long the name of an account may be
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
    exit_code: ExitCode = ExitCode.OK
    checked_posts: int = 0
    checked_targets: int = 0
    commit: str = ""
    base: str = ""
    rules: tuple[Any, ...] = ()  # cells.Rule, for `rules`
