"""What each kind of change sends, in which order, and what must hold before and after (DESIGN section 5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from socialsync.canonical import content_fields
from socialsync.clock import Clock
from socialsync.errors import ExitCode, WriteError
from socialsync.model import (
    AccountInfo,
    Change,
    ChangeKind,
    Intent,
    Item,
    OutcomeKind,
    RemoteMedia,
    Status,
)
from socialsync.remote.ports import OpenMedia, Writer
from socialsync.timing import LEAD, due_at
from socialsync.transitions import Pace, Transition, carry, find_patiently

PUBLIC = (Status.PUBLISHED, Status.PROCESSING, Status.IN_QUEUE)
_GONE = (Status.CANCELED, Status.DELETED)
KEY_TAKEN = "REFERENCE_ID_ALREADY_EXIST"


class Ended(Exception):
    """A change cannot go on; carries its outcome without the change."""

    def __init__(self, kind: OutcomeKind, code: str, message: str, exit_code: ExitCode, item: Item | None = None):
        super().__init__(message)
        self.kind, self.code, self.message, self.exit_code, self.item = kind, code, message, exit_code, item


@dataclass(kw_only=True)
class Writes:
    """The writes of one run on one site; each method returns the item as confirmed, or raises.

    `claim` records, durably and before anything is sent, that an immediate publish of a key may be sent; it returns
    False if that was recorded before.
    """

    writer: Writer
    clock: Clock
    pace: Pace
    delivery: str
    accounts: Mapping[str, AccountInfo | str]
    open_media: OpenMedia
    claim: Callable[[str], bool]
    media: dict[str, RemoteMedia] = field(default_factory=dict)  # by digest, filled while uploading

    def write(self, change: Change) -> Item | None:
        match change.kind:
            case ChangeKind.CREATE:
                return self._create(change, _intent(change))
            case ChangeKind.CANCEL:
                return self._cancel(self._unchanged(change))
            case ChangeKind.DELETE:
                return self._delete(self._unchanged(change))
            case ChangeKind.PUBLISH:
                item = self._with_content(change, self._unchanged(change))
                return self._publish(change.key, item)
            case ChangeKind.SCHEDULE:
                item = self._with_content(change, self._unchanged(change))
                return self._schedule(_intent(change), item, change.at)
            case _:
                return self._revise(change, self._unchanged(change))

    def _create(self, change: Change, intent: Intent) -> Item:
        media = self._upload(intent)
        account = self._account(intent)
        item = self._created(intent, account, media)
        _same_as_wanted(item, intent, account)
        if item.status is not Status.DRAFT:
            return self._already_further(item, change)
        if change.at is None:
            return item
        if self.delivery == "wix":
            return self._schedule(intent, item, change.at)
        return self._publish(change.key, item) if change.at <= self._now() else item

    def _created(self, intent: Intent, account: AccountInfo, media: Mapping[str, RemoteMedia]) -> Item:
        """A create that ends in an item with the key: made now, or found where an earlier one was not heard of."""

        def find() -> Item | None:
            found = find_patiently(lambda: self.writer.find(intent.key), clock=self.clock, pace=self.pace)
            # Several drafts with one key are possible where uniqueness bites at publishing only: the first one is ours.
            return min(found, key=lambda item: (item.status is Status.DRAFT, item.id), default=None)

        try:
            made = carry(
                Transition(
                    name="create",
                    send=lambda: self.writer.create(intent, account, media),
                    read=find,
                    reached=lambda item: item is not None,
                    pending=lambda item: item is None,
                ),
                clock=self.clock,
                pace=self.pace,
            )
        except WriteError as error:
            if error.application_code != KEY_TAKEN:
                raise
            made = find()
        if made is None:
            raise Ended(
                OutcomeKind.FAILED,
                "E-KEY-HELD",
                "Wix says the key of this post is taken, but shows no item with it: a deleted item holds it. "
                f"Ask for a new attempt (attempt: {intent.attempt + 1})",
                ExitCode.HELD,
            )
        return made

    def _already_further(self, item: Item, change: Change) -> Item:
        """What a key was found to carry already, from an earlier run that did not hear back."""
        if item.status is Status.SCHEDULED and (change.at is None or item.at == change.at):
            return item
        if item.status in PUBLIC:
            return item
        raise Ended(
            OutcomeKind.STALE,
            "E-STALE",
            f"an item with this post's key is there already and is {item.status.value}; the next run compares it",
            ExitCode.CONFLICT,
            item,
        )

    def _schedule(self, intent: Intent, item: Item, at: datetime | None) -> Item:
        assert at is not None, "a change that schedules has its instant"
        if at - self._now() < LEAD:
            later = due_at(intent.timing, self._now())
            if later is None:
                raise _missed(item)
            at = later
        wanted = at
        try:
            done = carry(
                Transition(
                    name="schedule",
                    send=lambda: self.writer.schedule(item.id, wanted),
                    read=lambda: self.writer.item(item.id),
                    reached=lambda seen: _is(seen, Status.SCHEDULED, wanted),
                    pending=lambda seen: _is(seen, Status.DRAFT),
                ),
                clock=self.clock,
                pace=self.pace,
            )
        except WriteError as error:
            if error.application_code == KEY_TAKEN:
                return self._lost_to_a_twin(intent, item, wanted)
            raise
        return done or item

    def _lost_to_a_twin(self, intent: Intent, item: Item, at: datetime) -> Item:
        """Publishing was refused because another item with the key lives: ours goes, if the other one is the same."""
        others = [
            other for other in self.writer.find(intent.key) if other.id != item.id and other.status != Status.DRAFT
        ]
        live = [other for other in others if other.status not in _GONE]
        if len(live) == 1 and live[0].fields == item.fields and (live[0].at == at or live[0].status in PUBLIC):
            self._delete(item)
            return live[0]
        raise Ended(
            OutcomeKind.STALE,
            "E-KEY-TAKEN",
            "another item at Wix lives under this post's key; the next run compares it",
            ExitCode.CONFLICT,
            item,
        )

    def _publish(self, key: str, item: Item) -> Item:
        """Publish now, at most once ever: claimed durably before it is sent, never sent a second time."""
        if not self.claim(key):
            raise Ended(
                OutcomeKind.UNKNOWN,
                "E-CLAIMED",
                "publishing was sent once before and nobody knows how it ended; look at the channel, then ask for a "
                "new attempt if it is not there",
                ExitCode.UNKNOWN,
                item,
            )
        done = carry(
            Transition(
                name="publish",
                send=lambda: self.writer.publish(item.id),
                read=lambda: self.writer.item(item.id),
                reached=lambda seen: seen is not None and seen.status in (*PUBLIC, Status.FAILED),
                pending=lambda seen: _is(seen, Status.DRAFT),
                once=True,
            ),
            clock=self.clock,
            pace=self.pace,
        )
        assert done is not None, "reached() has seen it"
        if done.status is Status.FAILED:
            raise Ended(
                OutcomeKind.FAILED,
                "E-PUBLISH-FAILED",
                f"Wix could not publish it: {done.error or 'no reason given'}. Look at the channel first",
                ExitCode.FAILED,
                done,
            )
        return done

    def _revise(self, change: Change, item: Item) -> Item:
        """New content, a new date, or both: in the order in which a crash between the two never fires early."""
        intent = _intent(change)
        if change.at is None or change.at == item.at:
            return self._with_content(change, item)
        if item.at is not None and change.at > item.at:
            return self._with_content(change, self._rescheduled(intent, item, change.at))
        return self._rescheduled(intent, self._with_content(change, item), change.at)

    def _rescheduled(self, intent: Intent, item: Item, at: datetime) -> Item:
        wanted = at
        if at - self._now() < LEAD:
            later = due_at(intent.timing, self._now())
            if later is None:
                raise _missed(item)
            wanted = later
        done = carry(
            Transition(
                name="reschedule",
                send=lambda: self.writer.reschedule(item.id, wanted),
                read=lambda: self.writer.item(item.id),
                reached=lambda seen: _is(seen, Status.SCHEDULED, wanted),
                pending=lambda seen: _is(seen, Status.SCHEDULED, item.at),
            ),
            clock=self.clock,
            pace=self.pace,
        )
        return done or item

    def _with_content(self, change: Change, item: Item) -> Item:
        """The item with the wanted content, sent only if it differs."""
        intent = _intent(change)
        wanted = content_fields(intent.content)
        if item.fields == wanted:
            return item
        media, account = self._upload(intent), self._account(intent)
        try:
            done = carry(
                Transition(
                    name="update",
                    send=lambda: self.writer.update(item, intent, account, media),
                    read=lambda: self.writer.item(item.id),
                    reached=lambda seen: seen is not None and seen.fields == wanted,
                    pending=lambda seen: seen is not None and seen.status is item.status,
                ),
                clock=self.clock,
                pace=self.pace,
            )
        except WriteError as error:
            if error.code == "E-ECHO":
                _same_as_wanted(self.writer.item(item.id) or item, intent, account)
            raise
        return done or item

    def _cancel(self, item: Item) -> Item | None:
        return carry(
            Transition(
                name="cancel",
                send=lambda: self.writer.cancel(item.id),
                read=lambda: self.writer.item(item.id),
                reached=lambda seen: seen is None or seen.status in _GONE,
                pending=lambda seen: _is(seen, Status.SCHEDULED),
            ),
            clock=self.clock,
            pace=self.pace,
        )

    def _delete(self, item: Item) -> Item | None:
        """Cancel what is scheduled first: a canceled record says more than a deleted one if the second step is lost."""
        if item.status is Status.SCHEDULED:
            self._cancel(item)

        def send() -> Item | None:
            self.writer.delete(item.id)
            return None

        carry(
            Transition(
                name="delete",
                send=send,
                read=lambda: self.writer.item(item.id),
                reached=lambda seen: seen is None or seen.status is Status.DELETED,
                pending=lambda seen: seen is not None,
            ),
            clock=self.clock,
            pace=self.pace,
        )
        return replace(item, status=Status.DELETED)

    # --- what they need --------------------------------------------------------------------------

    def _unchanged(self, change: Change) -> Item:
        """The item as it is this moment, if it is still what the plan was made for."""
        planned = change.item
        assert planned is not None, "every write but a create has its item"
        seen = self.writer.item(planned.id)
        same = seen is not None and (seen.status, seen.at, dict(seen.fields)) == (
            planned.status,
            planned.at,
            dict(planned.fields),
        )
        if seen is None or not same:
            now = "gone" if seen is None else f"{seen.status.value} or edited"
            raise Ended(
                OutcomeKind.STALE,
                "E-STALE",
                f"it changed at Wix while this run was under way (now {now}); nothing was written, run again",
                ExitCode.CONFLICT,
                seen,
            )
        return seen

    def _upload(self, intent: Intent) -> Mapping[str, RemoteMedia]:
        for ref in intent.content.media:
            if ref.digest and ref.digest not in self.media:
                self.media[ref.digest] = self.writer.upload(ref, self.open_media)
        return self.media

    def _account(self, intent: Intent) -> AccountInfo:
        account = self.accounts[intent.target.alias]
        assert not isinstance(account, str), "a post without an account is held, never written"
        return account

    def _now(self) -> datetime:
        return self.writer.server_time() or self.clock.now()


def _intent(change: Change) -> Intent:
    assert change.intent is not None, "what is written has an intent behind it"
    return change.intent


def _is(item: Item | None, status: Status, at: datetime | None = None) -> bool:
    return item is not None and item.status is status and (at is None or item.at == at)


def _missed(item: Item) -> Ended:
    return Ended(
        OutcomeKind.STALE,
        "E-MISSED",
        "its time came too near while this run was under way, so nothing was scheduled; give it a new time",
        ExitCode.HELD,
        item,
    )


def _same_as_wanted(item: Item, intent: Intent, account: AccountInfo) -> None:
    """The law of the echo: what came back is what was meant, or the item stays as it is and a person looks."""
    wanted = content_fields(intent.content)
    differs = [name for name in sorted({*wanted, *item.fields}) if wanted.get(name) != item.fields.get(name)]
    if (item.account_id, item.second_id) != (account.account_id, account.second_id):
        differs.append("account")
    if differs:
        name = differs[0]
        raise Ended(
            OutcomeKind.FAILED,
            "E-ECHO",
            f"Wix stored something else than was sent ({', '.join(differs)}); it stays a draft. "
            f"Sent {wanted.get(name)!r}, stored {item.fields.get(name)!r}",
            ExitCode.HELD,
            item,
        )
