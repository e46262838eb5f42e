"""A plan is carried out: change by change in its order, every write confirmed, every change with its outcome."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from socialsync.clock import Clock
from socialsync.ended import Ended
from socialsync.errors import ExitCode, ReplyClass, SocialSyncError, WriteError
from socialsync.model.items import Item
from socialsync.model.plans import Change, ChangeKind, Outcome, OutcomeKind, Plan
from socialsync.twins import PUBLIC, TWIN, by_advance, doubled, surplus
from socialsync.writes import Writes

_TAKES_BACK = (ChangeKind.CANCEL, ChangeKind.DELETE)


@dataclass(kw_only=True)
class Run:
    """One apply of one site's plan.

    `still_tip` is asked before each write whether this commit is still the one to apply, `stopping` whether the caller
    wants to end; `deadline` is on the clock's monotonic scale.
    """

    plan: Plan
    writes: Writes
    clock: Clock
    deadline: float
    stopping: Callable[[], bool] = lambda: False
    still_tip: Callable[[], bool] = lambda: True
    told: Callable[[Outcome], None] = lambda _: None
    outcomes: list[Outcome] = field(default_factory=list)  # so far; complete when carry_out returns
    wrote: bool = False
    _no_quota: bool = False
    _superseded: bool = False
    _ended: SocialSyncError | None = None  # what ended the run for this site
    _taken_back: set[str] = field(default_factory=set)  # keys of which an item was called off or deleted
    _left: set[str] = field(default_factory=set)  # keys of which one was not, though the plan wanted it

    def carry_out(self) -> tuple[Outcome, ...]:
        """Every change of the plan, in order, each with exactly one outcome."""
        for change in self.plan.changes:
            outcome = self._outcome(change)
            if change.kind in _TAKES_BACK:
                (self._taken_back if outcome.kind is OutcomeKind.DONE else self._left).add(change.key)
            self.outcomes.append(outcome)
            self.told(outcome)
        return tuple(self.outcomes)

    def audited(self, prefix: str) -> tuple[Outcome, ...]:
        """After the last write: the outcomes, checked against a fresh, complete listing.

        Of a key that more than one living item carries, all scheduled ones but the most advanced are called off, and
        its outcome says so. `prefix` starts the keys of this namespace and site.
        """
        try:
            doubles = self._doubles(prefix)
        except SocialSyncError as error:
            return tuple(_unaudited(outcome, error) for outcome in self.outcomes)
        # Memory alone never causes a write: what neither git wants nor this run has written is only told.
        ours = {
            outcome.change.key
            for outcome in self.outcomes
            if outcome.change.intent is not None or outcome.change.kind.writes
        }
        told = {key: self._call_off_twins(items, may_write=key in ours) for key, items in doubles.items()}
        return tuple(
            replace(
                outcome,
                kind=OutcomeKind.FAILED,
                code="E-DUPLICATE",
                message=told[outcome.change.key],
                exit_code=ExitCode.DUPLICATE,
            )
            if outcome.change.key in told
            else outcome
            for outcome in self.outcomes
        )

    def _doubles(self, prefix: str) -> dict[str, list[Item]]:
        confirmed = {
            outcome.change.key: _confirmed_id(outcome)
            for outcome in self.outcomes
            if outcome.change.intent is not None or outcome.change.record is not None
            if outcome.change.reason != TWIN  # it names the one that had to go
        }
        by_key: dict[str, list[Item]] = defaultdict(list)
        listed = {item.id: item for item in self.writes.writer.items(finals=False)}
        # What this run has seen go out is no longer listed, and yet another one with its key would be the second.
        seen = (outcome.item for outcome in self.outcomes if outcome.item is not None)
        out = {item.id: item for item in seen if item.status in PUBLIC}
        for item in (out | listed).values():
            if item.key.startswith(prefix) and not item.external and item.key in confirmed:
                by_key[item.key].append(item)
        return {key: by_advance(items, confirmed[key]) for key, items in by_key.items() if doubled(items)}

    def _call_off_twins(self, items: list[Item], *, may_write: bool) -> str:
        called_off = surplus(items) if may_write else ()
        left = [item for item in items[1:] if item not in called_off]
        for twin in called_off:
            try:
                self.writes.canceled(twin)
            except (Ended, SocialSyncError):
                left.append(twin)
        message = f"{len(items)} items at Wix carried this post's key; item {items[0].id} was left as it is"
        if not left:
            return f"{message}, the others were called off"
        return f"{message}; cancel in the dashboard at once: {', '.join(sorted(item.id for item in left))}"

    def _outcome(self, change: Change) -> Outcome:
        if not change.kind.writes:
            return _settled(change)
        if (skipped := self._not_now(change)) is not None:
            return skipped
        self.wrote = True
        try:
            item = self.writes.write(change)
        except Ended as ended:
            return Outcome(
                kind=ended.kind,
                change=change,
                item=ended.item,
                code=ended.code,
                message=ended.message,
                exit_code=ended.exit_code,
            )
        except WriteError as error:
            return self._refused(change, error)
        except SocialSyncError as error:
            return self._failed(change, error)
        code = change.reason if change.attention else ""
        return Outcome(
            kind=OutcomeKind.DONE,
            change=change,
            item=item,
            code=code,
            message=change.message,
            exit_code=change.attention,
        )

    def _not_now(self, change: Change) -> Outcome | None:
        """Why a change is not even tried; None if it is."""
        if self._ended is not None:
            return _skipped(change, self._ended.code, self._ended.message)
        if self.stopping():
            return _skipped(change, "STOPPED", "the run was stopped; run again")
        if self.clock.monotonic() > self.deadline:
            return _skipped(change, "DEADLINE", "the time of this run was up; the next run goes on here")
        if any(key in self._left or key not in self._taken_back for key in change.needs):
            return _skipped(change, "FENCE", "what it replaces may still be live")
        if change.kind.brings_to_life and change.at is not None and self._no_quota:
            return _skipped(change, "QUOTA", "the Wix plan's quota is used up")
        try:
            self._superseded = self._superseded or not self.still_tip()
        except SocialSyncError as error:
            self._ended = error
            return _skipped(change, error.code, error.message)
        if self._superseded:
            return Outcome(
                kind=OutcomeKind.STALE,
                change=change,
                item=change.item,
                code="E-SUPERSEDED",
                message="not tried: a newer commit is there, and its run takes over",
                exit_code=ExitCode.CONFLICT,
            )
        return None

    def _failed(self, change: Change, error: SocialSyncError) -> Outcome:
        """Something else than the write went wrong, before it was sent."""
        if error.ends_run:
            self._ended = error
        # 4 and 5 promise that nothing at all was written.
        promises = error.exit_code in (ExitCode.UNREACHABLE, ExitCode.INCOMPLETE)
        kept = error.ends_run and not self.writes.carrier.wrote
        return Outcome(
            kind=OutcomeKind.FAILED,
            change=change,
            code=error.code,
            message=error.told,
            exit_code=error.exit_code if kept or not promises else ExitCode.FAILED,
        )

    def _refused(self, change: Change, error: WriteError) -> Outcome:
        kind, exit_code, code, message = OutcomeKind.FAILED, ExitCode.FAILED, error.code, error.told
        match error.reply, error.application_code:
            case ReplyClass.UNKNOWN | ReplyClass.DONE, _:
                kind, exit_code, code = OutcomeKind.UNKNOWN, ExitCode.UNKNOWN, "E-UNRESOLVED"
                message = f"{error.message}. Run again; do not publish by hand first"
            case _, "ITEM_IS_PUBLISHED" | "ITEM_IS_DELETED" | "ITEM_NOT_EXISTS":
                kind, exit_code, code = OutcomeKind.STALE, ExitCode.CONFLICT, "E-STALE"
            case _, "SCHEDULED_TIME_ALREADY_PASSED":
                exit_code, code = ExitCode.HELD, "E-MISSED"
            case _, "INELIGIBLE_FOR_FEATURE":
                self._no_quota, code = True, "E-QUOTA"
            case _:
                pass
        return Outcome(kind=kind, change=change, item=change.item, code=code, message=message, exit_code=exit_code)


def _confirmed_id(outcome: Outcome) -> str:
    """The item that stands for the key: the one this run has confirmed, else the one that was planned for."""
    item = outcome.item or outcome.change.item
    if item is not None:
        return item.id
    return outcome.change.record.item_id if outcome.change.record is not None else ""


def _skipped(change: Change, code: str, message: str) -> Outcome:
    return Outcome(
        kind=OutcomeKind.SKIPPED,
        change=change,
        item=change.item,
        code=code,
        message=f"not tried: {message}",
        exit_code=ExitCode.FAILED,
    )


def _unaudited(outcome: Outcome, error: SocialSyncError) -> Outcome:
    """What was written was confirmed, but nobody could look for a second item with its key."""
    if outcome.kind is not OutcomeKind.DONE or not outcome.change.kind.brings_to_life:
        return outcome
    message = f"done, but the last look at everything failed ({error.message}); run again"
    return replace(outcome, code="E-UNAUDITED", message=message, exit_code=ExitCode.UNKNOWN)


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
