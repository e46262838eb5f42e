"""What each kind of change sends, in which order, and what must hold before and after (DESIGN section 5)."""

from __future__ import annotations

from dataclasses import replace

from socialsync.canonical import content_fields
from socialsync.ended import Ended
from socialsync.errors import ExitCode
from socialsync.immediate import ImmediateSteps
from socialsync.model.intents import Intent
from socialsync.model.items import Item, Status
from socialsync.model.plans import Change, ChangeKind, OutcomeKind
from socialsync.timing import FREEZE
from socialsync.twins import PUBLIC


class Writes(ImmediateSteps):
    """The writes of one run on one site."""

    def write(self, change: Change) -> Item:
        """Carry one writing change out; the item as confirmed. Raises Ended or SocialSyncError."""
        match change.kind:
            case ChangeKind.CREATE:
                return self._create(change, _intent(change))
            case ChangeKind.CANCEL | ChangeKind.DELETE:
                return self._take_back(change)
            case ChangeKind.PUBLISH:
                assert change.at is not None, "a change that publishes has its instant"
                item = self.with_content(_intent(change), self._ready(change))
                return self.published(_intent(change), item, change.at)
            case ChangeKind.SCHEDULE:
                assert change.at is not None, "a change that schedules has its instant"
                item = self.with_content(_intent(change), self._ready(change))
                return self.scheduled(_intent(change), item, change.at)
            case ChangeKind.UPDATE | ChangeKind.RESCHEDULE:
                return self._revise(change, _intent(change), self._ready(change))
            case _:
                raise ValueError(f"{change.kind} writes nothing")

    def _create(self, change: Change, intent: Intent) -> Item:
        item = self.created(intent)
        if item.status is not Status.DRAFT:
            return _already_further(item, change, intent)
        self.same_as_wanted(item, intent)
        if change.at is None:
            return item
        if self.delivery == "wix":
            return self.scheduled(intent, item, change.at)
        not_before = intent.timing.at  # `asap` has none: a `Date` is cut to the second and may lie before the plan
        return item if not_before is not None and self.now() < not_before else self.published(intent, item, change.at)

    def _revise(self, change: Change, intent: Intent, item: Item) -> Item:
        """New content, a new date, or both: in the order in which a crash between the two never fires early."""
        if item.at is not None and item.at - self.now() < FREEZE:
            raise Ended(
                OutcomeKind.STALE,
                "E-FREEZE",
                "it goes out within minutes, so this change comes too late; the version already scheduled goes out",
                ExitCode.HELD,
                item,
            )
        if change.at is None or change.at == item.at:
            return self.with_content(intent, item)
        if item.at is not None and change.at > item.at:
            return self.with_content(intent, self.rescheduled(intent, item, change.at))
        return self.as_sent(self.rescheduled(intent, self.with_content(intent, item), change.at), intent)

    def _take_back(self, change: Change) -> Item:
        """Only the status has to be as planned, and for a draft, which somebody may have begun to use, its content;
        what is gone already is done."""
        planned = _item(change)
        # The listing of this run has shown it: one answer that it is not there could be the one that errs.
        seen = self.writer.item(planned.id) or self.writer.item(planned.id)
        if seen is None:
            return replace(planned, status=Status.DELETED)
        cancels = change.kind is ChangeKind.CANCEL
        if seen.status is Status.DELETED or (cancels and seen.status is Status.CANCELED):
            return seen
        edited = seen.status is Status.DRAFT and dict(seen.fields) != dict(planned.fields)
        if seen.status is not planned.status or edited:
            raise _stale(seen)
        return self.canceled(seen) if cancels else self.deleted(seen)

    def _ready(self, change: Change) -> Item:
        """The item as it is this moment, if it is still what the plan was made for. The files of the new content are
        there by then: while they travel, the item may go out or be edited."""
        intent = _intent(change)
        if dict(_item(change).fields) != content_fields(intent.content):
            self.uploaded(intent)
        planned = _item(change)
        seen = self.writer.item(planned.id)
        if seen is None or _compared(seen) != _compared(planned):
            raise _stale(seen)
        return seen


def _already_further(item: Item, change: Change, intent: Intent) -> Item:
    """What a key was found to carry already, from an earlier run that did not hear back, if it is what was wanted."""
    there = item.status in PUBLIC or (item.status is Status.SCHEDULED and item.at == change.at)
    if there and dict(item.fields) == content_fields(intent.content):
        return item
    raise Ended(
        OutcomeKind.STALE,
        "E-STALE",
        f"an item with this post's key is there already and is {item.status.value}; the next run compares it",
        ExitCode.CONFLICT,
        item,
    )


def _compared(item: Item) -> tuple[object, ...]:
    return item.status, item.at, dict(item.fields), item.account_id, item.second_id


def _stale(seen: Item | None) -> Ended:
    now = "gone" if seen is None else f"{seen.status.value} or edited"
    return Ended(
        OutcomeKind.STALE,
        "E-STALE",
        f"it changed at Wix while this run was under way (now {now}); nothing was written, run again",
        ExitCode.CONFLICT,
        seen,
    )


def _item(change: Change) -> Item:
    assert change.item is not None, "every write but a create has its item"
    return change.item


def _intent(change: Change) -> Intent:
    assert change.intent is not None, "what is written has an intent behind it"
    return change.intent
