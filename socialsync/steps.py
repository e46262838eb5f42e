"""The single steps that writes are made of: one request each, its effect confirmed, its special refusals understood."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime

from socialsync.canonical import content_fields
from socialsync.clock import Clock
from socialsync.ended import Ended, missed
from socialsync.errors import ExitCode, SocialSyncError, WriteError
from socialsync.model.accounts import AccountInfo
from socialsync.model.intents import Intent
from socialsync.model.items import Item, RemoteMedia, Status
from socialsync.model.plans import OutcomeKind
from socialsync.remote.ports import OpenMedia, Writer
from socialsync.timing import LEAD, due_at
from socialsync.transitions import Carrier, Pace, Transition
from socialsync.twins import PUBLIC, by_advance

_GONE = (Status.CANCELED, Status.DELETED)
KEY_TAKEN = "REFERENCE_ID_ALREADY_EXIST"


@dataclass(kw_only=True)
class Steps:
    """The steps of one run on one site; each returns the item as confirmed, or raises Ended or SocialSyncError.

    `check_clock` raises ClockSkew when the service's time is no longer to be believed. `closed` says of the moment that
    the plan had for a post and of a later one whether the later one falls on a day on which nothing may go out.
    """

    writer: Writer
    clock: Clock
    pace: Pace
    delivery: str
    accounts: Mapping[str, AccountInfo | str]
    open_media: OpenMedia
    check_clock: Callable[[], None] = lambda: None
    stopping: Callable[[], bool] = lambda: False
    closed: Callable[[datetime, datetime], bool] = lambda *_: False
    media: dict[str, RemoteMedia] = field(default_factory=dict)  # by digest, filled while uploading
    carrier: Carrier = field(init=False)

    def __post_init__(self) -> None:
        self.carrier = Carrier(self.clock, self.pace, self.stopping)

    def created(self, intent: Intent) -> Item:
        """The item with the intent's key: made now, or found where an earlier create was not heard of."""
        media, account = self.uploaded(intent), self.account(intent)
        if self.stopping():  # uploading takes long, and up to here nothing of the post is half done
            raise Ended(OutcomeKind.SKIPPED, "STOPPED", "not made: the run was stopped; run again", ExitCode.FAILED)

        def find() -> Item | None:
            found = self.carrier.find_patiently(lambda: self.writer.find(intent.key))
            return next(iter(by_advance(found)), None)

        try:
            made = self.carrier.carry(
                Transition(
                    name="create",
                    send=lambda: self.writer.create(intent, account, media),
                    read=find,
                    reached=lambda item: item is not None,
                    pending=lambda item: item is None,
                )
            )
        except WriteError as error:
            if error.application_code != KEY_TAKEN:
                raise
            made = find()
        if made is None and self.stopping():
            why = "stopped before it was seen which item holds the key of this post; run again"
            raise Ended(OutcomeKind.SKIPPED, "STOPPED", why, ExitCode.FAILED)
        if made is None:
            raise Ended(
                OutcomeKind.FAILED,
                "E-KEY-HELD",
                "Wix says the key of this post is taken, but shows no item with it: a deleted item holds it. "
                f"Ask for a new attempt (attempt: {intent.attempt + 1})",
                ExitCode.HELD,
            )
        return made

    def scheduled(self, intent: Intent, item: Item, at: datetime) -> Item:
        """The draft, scheduled: the commit point."""
        wanted = self._in_time(intent, item, at)
        try:
            done = self.carrier.carry(
                Transition(
                    name="schedule",
                    send=lambda: self.writer.schedule(item.id, wanted),
                    read=lambda: self.writer.item(item.id),
                    reached=lambda seen: _goes_out(seen, wanted),
                    pending=lambda seen: seen is not None and seen.status is Status.DRAFT,
                    timely=lambda: wanted - self.now() >= LEAD,
                )
            )
        except WriteError as error:
            if error.application_code != KEY_TAKEN:
                raise
            return self._lost_to_a_twin(intent, item, wanted)
        assert done is not None, "reached() has seen it"
        return self.as_sent(done, intent)

    def _lost_to_a_twin(self, intent: Intent, item: Item, at: datetime) -> Item:
        """Publishing was refused because an item with the key lives: it is this one, or this one goes if the other is
        the same."""
        live = [other for other in self.writer.find(intent.key) if other.status not in (*_GONE, Status.DRAFT)]
        if len(live) == 1 and live[0].fields == item.fields and _goes_out(live[0], at):
            if live[0].id != item.id:
                self.deleted(item)
            return live[0]
        raise Ended(
            OutcomeKind.STALE,
            "E-KEY-TAKEN",
            "another item at Wix lives under this post's key; the next run compares it",
            ExitCode.CONFLICT,
        )

    def rescheduled(self, intent: Intent, item: Item, at: datetime) -> Item:
        """The scheduled item, at another time."""
        wanted = self._in_time(intent, item, at)
        done = self.carrier.carry(
            Transition(
                name="reschedule",
                send=lambda: self.writer.reschedule(item.id, wanted),
                read=lambda: self.writer.item(item.id),
                reached=lambda seen: _goes_out(seen, wanted),
                pending=lambda seen: seen is not None and (seen.status, seen.at) == (item.status, item.at),
                timely=lambda: wanted - self.now() >= LEAD,
            )
        )
        assert done is not None, "reached() has seen it"
        return done

    def with_content(self, intent: Intent, item: Item) -> Item:
        """The item with the wanted content, sent only if it differs; status and date stay."""
        wanted = content_fields(intent.content)
        if dict(item.fields) == wanted:
            return item
        media, account = self.uploaded(intent), self.account(intent)
        as_it_was = (item.status, item.at)
        update = Transition(
            name="update",
            send=lambda: self.writer.update(item, intent, account, media),
            read=lambda: self.writer.item(item.id),
            reached=lambda seen: (
                seen is not None and dict(seen.fields) == wanted and (seen.status, seen.at) == as_it_was
            ),
            pending=lambda seen: seen is not None and (seen.status, seen.at) == as_it_was,
        )
        try:
            done = self.carrier.carry(update)
        except WriteError as error:
            if error.code == "E-ECHO":
                self.same_as_wanted(self.carrier.look(update, error) or item, intent)
            raise
        assert done is not None, "reached() has seen it"
        return done

    def canceled(self, item: Item) -> Item:
        """The scheduled item, called off."""
        done = self.carrier.carry(
            Transition(
                name="cancel",
                send=lambda: self.writer.cancel(item.id),
                read=lambda: self.writer.item(item.id),
                reached=lambda seen: seen is None or seen.status in _GONE,
                pending=lambda seen: seen is not None and seen.status is Status.SCHEDULED,
            )
        )
        return done or replace(item, status=Status.DELETED)

    def deleted(self, item: Item) -> Item:
        """The item, gone. What is scheduled is called off first: should the second step be lost, a canceled record
        says more than a deleted one."""
        if item.status is Status.SCHEDULED:
            self.canceled(item)

        def send() -> None:
            self.writer.delete(item.id)

        self.carrier.carry(
            Transition(
                name="delete",
                send=send,
                read=lambda: self.writer.item(item.id),
                reached=lambda seen: seen is None or seen.status is Status.DELETED,
                pending=lambda seen: seen is not None,
            )
        )
        return replace(item, status=Status.DELETED)

    def same_as_wanted(self, item: Item, intent: Intent) -> None:
        """The law of the echo: what came back is what was meant, or the item stays as it is and a person looks."""
        wanted, account = content_fields(intent.content), self.account(intent)
        differs = [name for name in sorted({*wanted, *item.fields}) if wanted.get(name) != item.fields.get(name)]
        told = f": sent {wanted.get(differs[0])!r}, stored {item.fields.get(differs[0])!r}" if differs else ""
        if (item.account_id, item.second_id) != (account.account_id, account.second_id):
            differs.append("account")
        if differs:
            stays = "is not scheduled" if item.status is Status.DRAFT else "still goes out like that; look at it"
            raise Ended(
                OutcomeKind.FAILED,
                "E-ECHO",
                f"Wix has something else than was sent ({', '.join(differs)}); the post {stays}{told}",
                ExitCode.HELD,
                item,
            )

    def as_sent(self, done: Item, intent: Intent) -> Item:
        """What a reply shows as scheduled, if it has the wanted words too: somebody may have edited the draft. A reply
        that shows others, or none, is not believed before the item is read."""
        if dict(done.fields) != content_fields(intent.content):
            with suppress(SocialSyncError):
                done = self.writer.item(done.id) or done
        self.same_as_wanted(done, intent)
        return done

    def account(self, intent: Intent) -> AccountInfo:
        account = self.accounts[intent.target.alias]
        assert not isinstance(account, str), "a post without an account is held, never written"
        return account

    def now(self) -> datetime:
        """The service's time. Raises ClockSkew where that has left this machine's."""
        self.check_clock()
        return self.writer.server_time() or self.clock.now()

    def _in_time(self, intent: Intent, item: Item, at: datetime) -> datetime:
        """The planned instant, or a later one that is still allowed, if the run took too long for it."""
        if at - self.now() >= LEAD:
            return at
        later = due_at(intent.timing, self.now())
        if later is None or self.closed(at, later):
            raise missed(item)
        return later

    def uploaded(self, intent: Intent) -> Mapping[str, RemoteMedia]:
        """The intent's files by digest. A file whose fate is unknown harms nobody: of the post, nothing was sent."""
        for ref in intent.content.media:
            if not ref.file_id and ref.digest not in self.media:
                try:
                    self.media[ref.digest] = self.writer.upload(ref, self.open_media)
                except WriteError as error:
                    raise Ended(OutcomeKind.FAILED, error.code, error.told, ExitCode.FAILED) from error
        return self.media


def _goes_out(item: Item | None, at: datetime) -> bool:
    """Whether the item is scheduled for that instant, or was and is on its way out since."""
    return item is not None and item.at == at and (item.status is Status.SCHEDULED or item.status in PUBLIC)
