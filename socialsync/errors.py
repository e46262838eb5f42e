"""The exit codes and the errors that carry them; every error says what happened and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum, StrEnum


class ExitCode(IntEnum):
    """What the process tells its caller (DESIGN section 6)."""

    OK = 0
    BUG = 1
    CHANGES = 2
    INVALID = 3
    UNREACHABLE = 4
    INCOMPLETE = 5
    FAILED = 6
    UNKNOWN = 7
    CONFLICT = 8
    HELD = 9
    DUPLICATE = 10
    LOCKED = 11
    UNPRINTED = 12
    INTERRUPTED = 130
    TERMINATED = 143


# Several at once: 10 > 1 > 7 > 6 > 8 > 9 > others. A stop by signal explains what is not done, but hides no duplicate.
# What could not be printed hides nothing of what was done.
_SEVERITY = (10, 1, 143, 130, 7, 6, 8, 9, 11, 5, 4, 3, 2, 12, 0)


def worst(codes: Iterable[ExitCode]) -> ExitCode:
    """The one code to exit with when several apply; OK for none."""
    return min(codes, key=_SEVERITY.index, default=ExitCode.OK)


class ReplyClass(StrEnum):
    """What is known about a request after its reply, or after none came."""

    NOT_SENT = "not-sent"
    REJECTED = "rejected"
    DONE = "done"
    UNKNOWN = "unknown"


class SocialSyncError(Exception):
    """An error for the user: `code` is stable, `hint` says what to do next."""

    exit_code = ExitCode.BUG
    code = "E-BUG"
    ends_run = False  # whether nothing more may be sent to this site in this run

    def __init__(self, message: str, *, hint: str = "", code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        if code is not None:
            self.code = code

    @property
    def told(self) -> str:
        """What happened and what to do, on one line."""
        return f"{self.message.rstrip('.')}. {self.hint}" if self.hint else self.message


class UsageError(SocialSyncError):
    """The command line or the surroundings (no repository, no configuration) do not fit."""

    exit_code = ExitCode.INVALID
    code = "E-USAGE"


class Unreachable(SocialSyncError):
    """No connection, TLS failure, or a service that does not answer; nothing was written."""

    exit_code = ExitCode.UNREACHABLE
    code = "E-UNREACHABLE"


class Denied(SocialSyncError):
    """The service refuses the key, the site or the permission; nothing more is sent with that key."""

    exit_code = ExitCode.UNREACHABLE
    code = "E-DENIED"
    ends_run = True


class ClockSkew(SocialSyncError):
    """This machine's clock and the service's disagree by more than a minute."""

    exit_code = ExitCode.UNREACHABLE
    code = "E-CLOCK"
    ends_run = True


class IncompleteRead(SocialSyncError):
    """The remote could not be read completely, so nothing may be concluded from what is missing."""

    exit_code = ExitCode.INCOMPLETE
    code = "E-INCOMPLETE"


class Superseded(SocialSyncError):
    """What was reviewed is not what would be done now, or this commit is no longer the one to apply."""

    exit_code = ExitCode.CONFLICT
    code = "E-SUPERSEDED"


class Locked(SocialSyncError):
    """Another apply is at work on this site."""

    exit_code = ExitCode.LOCKED
    code = "E-LOCKED"


OUT_OF_TIME = "E-DEADLINE"
"""The code of a request that was not sent because the run's time is up: asking again makes no time."""


class WriteError(SocialSyncError):
    """A write that did not end in DONE: `reply` says what is known, `application_code` is Wix's own code."""

    exit_code = ExitCode.FAILED
    code = "E-REJECTED"

    def __init__(
        self,
        message: str,
        *,
        reply: ReplyClass,
        application_code: str = "",
        http_status: int = 0,
        hint: str = "",
        code: str | None = None,
    ) -> None:
        super().__init__(message, hint=hint, code=code)
        self.reply = reply
        self.application_code = application_code
        self.http_status = http_status
