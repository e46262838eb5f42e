"""The service behind the ports: one site's Reader and Writer over api, codec, listing, accounts, features and media."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from random import Random
from typing import Self

from socialsync.cells import Cell, Cells
from socialsync.clock import Clock
from socialsync.errors import ExitCode, ReplyClass, SocialSyncError, WriteError
from socialsync.model.accounts import AccountInfo, Connection, Quota
from socialsync.model.intents import Intent, MediaRef
from socialsync.model.items import Item, RemoteMedia, Status
from socialsync.remote.ports import OpenMedia
from socialsync.remote.wix import accounts, api, codec, features
from socialsync.remote.wix.client import Client
from socialsync.remote.wix.failures import Refused, part_of_write
from socialsync.remote.wix.http import Http
from socialsync.remote.wix.listing import Listing
from socialsync.remote.wix.media import MediaFolder
from socialsync.remote.wix.replies import JsonObject

_LIVE = tuple(status.value for status in Status if not status.final and status is not Status.OTHER)
_MANY = 50  # ids in one request: they stand in the address
_GONE = frozenset({"ITEM_NOT_EXISTS", "ITEM_IS_DELETED"})


class KeyEcho(SocialSyncError):
    """The service does not keep the key it was given, so nothing it holds could be recognised: the run stops."""

    exit_code = ExitCode.CONFLICT
    code = "E-KEY-ECHO"
    ends_run = True


def connect(
    *,
    site_id: str,
    key: str,
    base_url: str,
    cells: Cells,
    clock: Clock,
    random: Random,
    known_media: Iterable[RemoteMedia] = (),
    rate_per_minute: int | None = 200,
    deadline_seconds: float = 1200,
) -> Adapter:
    """One site at `base_url` (the service, or an emulator on loopback). No request is sent yet.

    `rate_per_minute` None sets no pace (emulators). After `deadline_seconds` no write is sent any more and no read is
    repeated. Raises UsageError for an address or site id that is none, Denied for a key that cannot be one.
    """
    http = Http(clock=clock)
    client = Client(
        send=http.send,
        site_id=site_id,
        key=key,
        base_url=base_url,
        clock=clock,
        random=random,
        rate_per_minute=rate_per_minute,
        deadline_seconds=deadline_seconds,
    )
    return Adapter(http=http, client=client, cells=cells, media=MediaFolder(client, clock, known_media))


class Adapter:
    """A Writer (remote/ports.py says what each method promises); a context manager that closes its connections."""

    def __init__(self, *, http: Http, client: Client, cells: Cells, media: MediaFolder) -> None:
        self._http = http
        self.client = client
        self._cells = cells
        self._media = media
        self._listing = Listing(lambda query: api.query_items(client, query), client.out_of_time)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    # --- Reader ---------------------------------------------------------------------------------

    def server_time(self) -> datetime | None:
        return self._http.server_time()

    def items(self, *, finals: bool) -> tuple[Item, ...]:
        listed, _ = self._listing.all() if finals else self._listing.all("status", _LIVE)
        return tuple(map(self._decode, listed))

    def item(self, item_id: str) -> Item | None:
        if not api.is_item_id(item_id):
            return None
        try:
            return self._decode(api.get_item(self.client, item_id))
        except Refused as refusal:
            if refusal.application_code in _GONE:
                return None
            raise

    def items_by_id(self, item_ids: Iterable[str]) -> tuple[Item, ...]:
        wanted = [item_id for item_id in dict.fromkeys(item_ids) if api.is_item_id(item_id)]
        found: dict[str, Item] = {}
        for start in range(0, len(wanted), _MANY):
            for data in self._get_many(wanted[start : start + _MANY]):
                found[data["id"].lower()] = self._decode(data)
        # Only a read of its own says that an item is gone.
        for item_id in wanted:
            if item_id.lower() not in found and (item := self.item(item_id)) is not None:
                found[item_id.lower()] = item
        return tuple(found[item_id.lower()] for item_id in wanted if item_id.lower() in found)

    def find(self, key: str) -> tuple[Item, ...]:
        listed, filtered = self._listing.all("referenceId", [key])
        found = [data for data in listed if data.get("referenceId") == key]
        if not found and filtered:
            # A filter may be answered from an index; absence is only believed to the whole list.
            listed, _ = self._listing.all()
            found = [data for data in listed if data.get("referenceId") == key]
        return tuple(map(self._decode, found))

    def carrying(self, keys: Iterable[str]) -> tuple[Item, ...]:
        wanted = sorted(set(keys))
        found: dict[str, Item] = {}
        for start in range(0, len(wanted), _MANY):
            listed, filtered = self._listing.all("referenceId", wanted[start : start + _MANY])
            found.update((data["id"], self._decode(data)) for data in listed if data.get("referenceId") in wanted)
            if not filtered:
                break  # that was the whole list
        return tuple(found.values())

    def connections(self, channels: Iterable[str]) -> tuple[Connection, ...]:
        return tuple(accounts.connection(self.client, channel, self._cells) for channel in channels)

    def quotas(self) -> tuple[Quota, ...]:
        return features.quotas(self.client)

    # --- Writer ---------------------------------------------------------------------------------

    def upload(self, ref: MediaRef, open_media: OpenMedia) -> RemoteMedia:
        return self._media.upload(ref, open_media)

    def create(self, intent: Intent, account: AccountInfo, media: Mapping[str, RemoteMedia]) -> Item:
        item = codec.encode(intent, self._cell(intent), account, self._files(intent, media))
        return self._echo(api.create_draft(self.client, item), intent.key)

    def update(self, item: Item, intent: Intent, account: AccountInfo, media: Mapping[str, RemoteMedia]) -> Item:
        files = self._files(intent, media)
        changes = codec.encode_update(item, intent, self._cell(intent), account, files)
        return self._echo(api.update_item(self.client, item.id, changes), item.key)

    def schedule(self, item_id: str, at: datetime) -> Item:
        return self._written(api.publish_by_id(self.client, item_id, codec.encode_instant(at)))

    def publish(self, item_id: str) -> Item:
        return self._written(api.publish_by_id(self.client, item_id, None))

    def reschedule(self, item_id: str, at: datetime) -> Item:
        return self._written(api.reschedule(self.client, item_id, codec.encode_instant(at)))

    def cancel(self, item_id: str) -> Item:
        return self._written(api.cancel(self.client, item_id))

    def delete(self, item_id: str) -> None:
        try:
            api.delete_item(self.client, item_id)
        except WriteError as error:
            if error.reply is not ReplyClass.REJECTED or error.application_code not in _GONE:
                raise

    def digest_of(self, file_id: str) -> str:
        return self._media.digest_of(file_id)

    # --- parts ----------------------------------------------------------------------------------

    def _decode(self, data: JsonObject) -> Item:
        return codec.decode(data, self._cells, self._media.digest_of)

    def _written(self, data: JsonObject) -> Item:
        """The item of a write's reply. Naming a file of the dashboard's in it may need a read; if that fails, the
        write is to be settled by reading like any other."""
        with part_of_write(ReplyClass.UNKNOWN):
            return self._decode(data)

    def _echo(self, data: JsonObject, key: str) -> Item:
        """The item of a reply, which must carry the key byte for byte."""
        returned = data.get("referenceId") or ""
        if returned != key:
            raise KeyEcho(
                f"the service returned the post's identity as {returned!r} where {key!r} was sent; "
                "nothing more is written",
                hint=f"Look at the item {data['id']} in the dashboard, and report this: the tool cannot work safely "
                "against such a service.",
            )
        return self._written(data)

    def _cell(self, intent: Intent) -> Cell:
        return self._cells.by_name[intent.target.cell]

    def _files(self, intent: Intent, media: Mapping[str, RemoteMedia]) -> dict[str, RemoteMedia]:
        """The intent's files by token: the uploaded ones by digest, the service's own by their id."""
        self._media.learn(media.values())
        return {
            ref.token: self._media.foreign(ref) if ref.file_id else media[ref.digest] for ref in intent.content.media
        }

    def _get_many(self, item_ids: list[str]) -> list[JsonObject]:
        """Those that the one request returns; if it is refused, none, and each is read alone."""
        try:
            wanted = {item_id.lower() for item_id in item_ids}
            return [data for data in api.get_items(self.client, item_ids) if data["id"].lower() in wanted]
        except Refused:
            return []
