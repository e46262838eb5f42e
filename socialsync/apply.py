"""A plan is carried out: change by change in its order, every write confirmed, every change with its outcome."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from socialsync.clock import Clock
from socialsync.errors import ExitCode, ReplyClass, SocialSyncError, WriteError
from socialsync.model import (
    Change,
    ChangeKind,
    Item,
    Outcome,
    OutcomeKind,
    Plan,
    Status,
)
from socialsync.remote.ports import Reader
from socialsync.writes import PUBLIC, Ended, Writes


@dataclass(kw_only=True)
class Run:
    """One apply of one site's plan.

    `stopping` is asked between changes; `deadline` is on the clock's monotonic scale.
    """

    plan: Plan
    writes: Writes
    clock: Clock
    deadline: float
    stopping: Callable[[], bool] = lambda: False
    told: Callable[[Outcome], None] = lambda _: None
    outcomes: list[Outcome] = field(default_factory=list)  # so far; complete when carry_out returns
    wrote: bool = False
    _no_quota: bool = False
    _ended: SocialSyncError | None = None  # what ended the run for this site
    _broken_fences: set[str] = field(default_factory=set)  # post ids with an older attempt that may be live

    def carry_out(self) -> tuple[Outcome, ...]:
        """Every change of the plan, in order, each with exactly one outcome."""
        for change in self.plan.changes:
            outcome = self._outcome(change)
            self.outcomes.append(outcome)
            self.told(outcome)
        return tuple(self.outcomes)

    def _outcome(self, change: Change) -> Outcome:
        if not change.kind.writes:
            return _settled(change)
        if reason := self._why_not_now(change):
            code, message = reason
            return Outcome(
                kind=OutcomeKind.SKIPPED, change=change, code=code, message=message, exit_code=ExitCode.FAILED
            )
        try:
            self.wrote = True
            item = self.writes.write(change)
        except Ended as ended:
            outcome = Outcome(
                kind=ended.kind,
                change=change,
                item=ended.item,
                code=ended.code,
                message=ended.message,
                exit_code=ended.exit_code,
            )
        except WriteError as error:
            outcome = self._refused(change, error)
        except SocialSyncError as error:
            self._ended = error if error.ends_run else None
            outcome = Outcome(
                kind=OutcomeKind.FAILED,
                change=change,
                code=error.code,
                message=error.message,
                exit_code=error.exit_code,
            )
        else:
            return Outcome(kind=OutcomeKind.DONE, change=change, item=item)
        if change.reason == "FENCE":
            self._broken_fences.add(change.post_id)
        return outcome

    def _why_not_now(self, change: Change) -> tuple[str, str] | None:
        if self._ended is not None:
            return self._ended.code, f"not tried: {self._ended.message}"
        if self.stopping():
            return "STOPPED", "not tried: the run was stopped; run again"
        if self.clock.monotonic() > self.deadline:
            return "DEADLINE", "not tried: the time of this run was up; the next run goes on here"
        brings_to_life = change.kind in (ChangeKind.CREATE, ChangeKind.SCHEDULE, ChangeKind.PUBLISH)
        if brings_to_life and change.post_id in self._broken_fences:
            return "FENCE", "not tried: an older attempt of this post may still be live"
        if brings_to_life and change.at is not None and self._no_quota:
            return "QUOTA", "not tried: the Wix plan's quota is used up"
        return None

    def _refused(self, change: Change, error: WriteError) -> Outcome:
        kind, exit_code, code, message = OutcomeKind.FAILED, ExitCode.FAILED, error.code, error.message
        match error.reply, error.application_code:
            case ReplyClass.UNKNOWN | ReplyClass.DONE, _:
                kind, exit_code, code = OutcomeKind.UNKNOWN, ExitCode.UNKNOWN, "E-UNRESOLVED"
                message = f"{message}. Run again; do not publish by hand first"
            case _, "ITEM_IS_PUBLISHED" | "ITEM_IS_DELETED" | "ITEM_NOT_EXISTS":
                kind, exit_code, code = OutcomeKind.STALE, ExitCode.CONFLICT, "E-STALE"
            case _, "SCHEDULED_TIME_ALREADY_PASSED":
                exit_code, code = ExitCode.HELD, "E-MISSED"
            case _, "INELIGIBLE_FOR_FEATURE":
                self._no_quota, code = True, "E-QUOTA"
            case _:
                pass
        return Outcome(kind=kind, change=change, item=change.item, code=code, message=message, exit_code=exit_code)


def audit(reader: Reader, prefix: str) -> dict[str, tuple[Item, ...]]:
    """After the last write: every key that more than one living item carries, from a fresh, complete listing."""
    live: dict[str, list[Item]] = {}
    for item in reader.items(finals=False):
        if item.key.startswith(prefix) and not item.external and item.status in (*PUBLIC, Status.SCHEDULED):
            live.setdefault(item.key, []).append(item)
    return {key: tuple(items) for key, items in live.items() if len(items) > 1}


def _settled(change: Change) -> Outcome:
    kind = OutcomeKind.SKIPPED if change.kind is ChangeKind.HOLD else OutcomeKind.DONE
    return Outcome(
        kind=kind,
        change=change,
        item=change.item,
        code=change.reason,
        message=change.message,
        exit_code=change.attention,
    )
