"""Verdicts as the errors that the ports promise, in plain words: what could not be done, why, and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from socialsync.errors import Denied, IncompleteRead, ReplyClass, SocialSyncError, Unreachable, WriteError
from socialsync.remote.wix.refusals import REFUSALS
from socialsync.remote.wix.replies import Verdict

_POSTS_SCOPE = "Manage Social Posts (SCOPE.PROMOTE.MANAGE-SOCIAL-POSTS)"
_MEDIA_SCOPE = "Manage Media Manager (MEDIA.SITE_MEDIA_FILES_UPLOAD, …_READ, …_LIST)"

WRITE_CODES: Mapping[ReplyClass, str] = {
    ReplyClass.NOT_SENT: "E-NOT-SENT",
    ReplyClass.REJECTED: "E-REJECTED",
    ReplyClass.UNKNOWN: "E-UNKNOWN",
}


class Refused(IncompleteRead):
    """A read that the service refused with a code of its own; the caller may know what that means."""

    def __init__(self, message: str, *, verdict: Verdict, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.application_code = verdict.code
        self.http_status = verdict.status
        self.detail = verdict.detail


def is_denial(verdict: Verdict, *, read: bool) -> bool:
    """Whether the key or the site is refused. A read changes nothing, so there any body is believed."""
    return verdict.status in (401, 403) and (read or verdict.reply is ReplyClass.REJECTED)


def denied(verdict: Verdict, site_id: str) -> Denied:
    """The error after which nothing more is sent with this key."""
    told = f" ({verdict.detail})" if verdict.detail else ""
    if verdict.status == 401:
        return Denied(
            f"the key is not accepted{told}",
            hint="Check the value of the variable that `key_env` names; keys are made in the API Keys Manager "
            "of the account that owns the site.",
        )
    return Denied(
        f"the key may not work on the site {site_id}{told}",
        hint=f"It needs the permissions {_POSTS_SCOPE} and {_MEDIA_SCOPE}, and the site must be one that the "
        "key was made for.",
    )


def read_error(doing: str, verdict: Verdict, *, answered: bool) -> SocialSyncError:
    """Refused, Unreachable or IncompleteRead; `answered`: whether the service ever replied in this run."""
    message, hint = _words(doing, verdict)
    if verdict.reply is ReplyClass.REJECTED:
        return Refused(message, verdict=verdict, hint=hint)
    if 300 <= verdict.status < 400 or (verdict.reply is ReplyClass.NOT_SENT and not answered):
        return Unreachable(message, hint=hint)
    return IncompleteRead(message, hint=hint)


def write_error(doing: str, verdict: Verdict) -> WriteError:
    """The error of a write that is not DONE."""
    message, hint = _words(doing, verdict)
    return WriteError(
        message,
        reply=verdict.reply,
        application_code=verdict.code,
        http_status=verdict.status,
        hint=hint,
        code=WRITE_CODES[verdict.reply],
    )


@contextmanager
def part_of_write(reply: ReplyClass) -> Iterator[None]:
    """Reads before or after a write fail as the write does: with `reply`, or REJECTED if the service refused. That the
    key is refused, which ends the run, is told as it is only where the write was not sent."""
    try:
        yield
    except Refused as error:
        code, status = error.application_code, error.http_status
        failed = _as_write(error, ReplyClass.REJECTED, application_code=code, http_status=status)
    except (Unreachable, IncompleteRead) as error:
        failed = _as_write(error, reply)
    except Denied as error:
        if reply is ReplyClass.NOT_SENT:
            raise
        failed = _as_write(error, reply)
    else:
        return
    raise failed


def _as_write(
    error: SocialSyncError, reply: ReplyClass, *, application_code: str = "", http_status: int = 0
) -> WriteError:
    return WriteError(
        error.message,
        reply=reply,
        application_code=application_code,
        http_status=http_status,
        hint=error.hint,
        code=WRITE_CODES[reply],
    )


def _words(doing: str, verdict: Verdict) -> tuple[str, str]:
    """Message and hint; `doing` completes "could not …"."""
    match verdict.reply:
        case ReplyClass.NOT_SENT:
            return f"could not {doing}: {verdict.detail}", "Nothing was sent; check the network and run again."
        case ReplyClass.REJECTED:
            known = REFUSALS.get(verdict.code)
            if known is not None:
                return f"could not {doing}: {known.message}", known.hint
            reason = verdict.detail or "no reason given"
            code = f" [{verdict.code}]" if verdict.code and verdict.code not in reason else ""
            return f"could not {doing}: the service refused it: {reason}{code}", ""
        case ReplyClass.UNKNOWN | ReplyClass.DONE:
            return f"could not {doing}: {verdict.detail}", "Run again; what is known is read from the service first."
