"""The ports to the service: a plan gets a Reader, which cannot write; only `apply` gets a Writer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import BinaryIO, Protocol

from socialsync.model.accounts import AccountInfo, Connection, Quota
from socialsync.model.intents import Intent, MediaRef
from socialsync.model.items import Item, RemoteMedia

OpenMedia = Callable[[MediaRef], BinaryIO]
"""Opens the bytes of a `file:` entry for reading; the writer hashes them while streaming."""


class Reader(Protocol):
    """Reads of one site. Every method raises Unreachable, Denied or IncompleteRead, never returns less."""

    def server_time(self) -> datetime | None:
        """The service's own time from the latest reply's `Date`, moved on by the time since; None if it sends none."""

    def items(self, *, finals: bool) -> tuple[Item, ...]:
        """Every item of the site, complete or IncompleteRead; without `finals` only those in a live status
        (as far as the service can filter; then a superset comes back)."""

    def item(self, item_id: str) -> Item | None:
        """One item as it is now; None if the service knows no such item."""

    def items_by_id(self, item_ids: Iterable[str]) -> tuple[Item, ...]:
        """Those of the items that the service still knows, in any order."""

    def find(self, key: str) -> tuple[Item, ...]:
        """All items that carry `key`, from a complete listing: settles what a create did."""

    def carrying(self, keys: Iterable[str]) -> tuple[Item, ...]:
        """Items in any status that carry one of `keys`, by the service's filter: cheaper than `find`, and not yet
        proof of absence."""

    def connections(self, channels: Iterable[str]) -> tuple[Connection, ...]:
        """Token status and accounts of these channels, one each."""

    def digest_of(self, file_id: str) -> str:
        """The SHA-256 of a media file that socialsync has put there; empty for any other."""

    def quotas(self) -> tuple[Quota, ...]:
        """PUBLISH_POST and SCHEDULE_POST."""


class Writer(Reader, Protocol):
    """Writes, one request each. A write that is not DONE raises WriteError with its ReplyClass;
    an item that comes back is decoded and returned as the service gave it."""

    def upload(self, ref: MediaRef, open_media: OpenMedia) -> RemoteMedia:
        """Put a file into the media folder and wait until it is READY (or find it there)."""

    def create(self, intent: Intent, account: AccountInfo, media: Mapping[str, RemoteMedia]) -> Item:
        """A new DRAFT with the intent's key and content; no date."""

    def update(self, item: Item, intent: Intent, account: AccountInfo, media: Mapping[str, RemoteMedia]) -> Item:
        """Replace the content of a DRAFT or SCHEDULED item; the date stays."""

    def schedule(self, item_id: str, at: datetime) -> Item:
        """Publish by id *with* a date: DRAFT becomes SCHEDULED."""

    def publish(self, item_id: str) -> Item:
        """Publish by id now; for `delivery: local` only."""

    def reschedule(self, item_id: str, at: datetime) -> Item:
        """Move a SCHEDULED item."""

    def cancel(self, item_id: str) -> Item:
        """SCHEDULED becomes CANCELED."""

    def delete(self, item_id: str) -> None:
        """Soft-delete; an item that is gone already counts as done."""
