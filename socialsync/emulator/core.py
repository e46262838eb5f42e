"""What every part of the emulator shares: database, clock, settings, channels and the sites it serves."""

import hashlib
import json
import re
import secrets
import time
import uuid
from array import array
from collections import defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any

from socialsync.emulator.channels import Channel, item_schema, read_channels
from socialsync.emulator.clock import Clock
from socialsync.emulator.errors import ServiceError
from socialsync.emulator.options import DEFAULT_KEY, Options
from socialsync.emulator.settings import Settings
from socialsync.emulator.store import Store
from socialsync.emulator.validation import Schema, is_guid


class Listings:
    """The row numbers of the last listings: any page of one is then as cheap as its first, and its total is known.

    An offset in SQL walks over all rows before it. Remembered numbers hold until an item changes.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[Any, ...], array[int]] = {}
        self._version = -1

    def numbers(self, store: Store, sql: str, values: Sequence[Any]) -> "array[int]":
        if self._version != store.items_version or len(self._known) > 8:
            self._known.clear()
            self._version = store.items_version
        asked = (sql, *values)
        if asked not in self._known:
            cursor = store.db.cursor()
            cursor.row_factory = None
            self._known[asked] = array("q", [row[0] for row in cursor.execute(sql, values)])
        return self._known[asked]


class Emulator:
    """One emulated service: all its sites, in one database."""

    def __init__(self, options: Options | None = None, *, wall: Callable[[], float] = time.time) -> None:
        self.options = options or Options()
        self.store = Store(self.options.db)
        self.clock = Clock(self.store, wall)
        self.settings = Settings(self.store)
        self.listings = Listings()
        self.windows: dict[tuple[str, str], deque[int]] = defaultdict(deque)
        try:
            with self.store.transaction():
                self._begin()
        except BaseException:
            self.store.close()
            raise

    def _begin(self) -> None:
        if self.options.seed is not None or self.store.get("seed") is None:
            self.store.put("seed", secrets.randbits(63) if self.options.seed is None else self.options.seed)
        if self.options.profile is not None:
            self.settings.choose(self.options.profile)
        self.change_settings(self.options.settings)
        for site in self.options.sites:
            self.open_site(site)

    def close(self) -> None:
        self.store.close()

    def reset(self) -> None:
        self.store.clear()
        self.windows.clear()
        self.settings.load()
        self._begin()

    def reload(self) -> None:
        """After the tables were replaced by a load."""
        self.store.items_version += 1
        self.settings.load()
        self._read_channels()

    @property
    def keys(self) -> Sequence[str]:
        return self.options.keys or (DEFAULT_KEY,)

    def change_settings(self, values: Mapping[str, Any]) -> None:
        self.settings.change(values)
        self._read_channels()
        for channel in {*values.get("accounts", {}), *values.get("channels", {})}:
            for row in self.store.all("select id from site"):
                self._connect(row["id"], self.channels[channel])

    def choose_profile(self, name: str) -> None:
        self.settings.choose(name)
        self._read_channels()

    def _read_channels(self) -> None:
        self.channels = read_channels(self.settings["channels"])
        unknown = set(self.settings["accounts"]) - set(self.channels)
        if unknown:
            raise ValueError(f"accounts for unknown channels: {', '.join(sorted(unknown))}")
        self.item_schema: Schema = item_schema(self.channels, reference_length=self.settings["reference_id_max_length"])

    # Sites

    def open_site(self, site: str) -> None:
        if self.store.one("select id from site where id=?", site) is None:
            self.store.run("insert into site(id) values(?)", site)
            for channel in self.channels.values():
                self._connect(site, channel)

    def _connect(self, site: str, channel: Channel) -> None:
        accounts = self.settings["accounts"].get(channel.name, channel.accounts)
        wanted = self.settings["connected_channels"]
        connected = accounts and (wanted is None or channel.name in wanted)
        self.store.run(
            "insert or replace into connection values(?,?,?,null,?)",
            site,
            channel.name,
            "VALID" if connected else "NEVER_CREATED",
            json.dumps(list(accounts)),
        )

    def find_site(self, site: str) -> str:
        """The site of a request; unless the sites are fixed, any GUID opens one."""
        known = self.store.one("select id from site where id=?", site.lower())
        if known is not None:
            return site.lower()
        if self.options.sites or not is_guid(site):
            status = self.settings["unknown_site_status"]
            raise ServiceError(status=status, message="Permission denied", code="PERMISSION_DENIED", breach=True)
        self.open_site(site.lower())
        return site.lower()

    # Identifiers: random to look at, but the same again for the same seed.

    def _digest(self, *parts: Any) -> bytes:
        return hashlib.sha256(json.dumps([self.store.get("seed"), *parts]).encode()).digest()

    def new_id(self, *parts: Any) -> str:
        return str(uuid.UUID(bytes=self._digest(*parts)[:16], version=4))

    def number_for(self, *parts: Any) -> str:
        return str(10**16 + int.from_bytes(self._digest(*parts)[:8], "big") % (9 * 10**16))

    def chance(self, *parts: Any) -> float:
        return int.from_bytes(self._digest(*parts)[:7], "big") / 2**56

    def exceeds(self, site: str, window: str, per_minute: int) -> int | None:
        """Counts one event; over the limit: the seconds until there is room again."""
        if not per_minute:
            return None
        now = self.clock.now()
        events = self.windows[site, window]
        while events and not now - 60_000 < events[0] <= now:
            events.popleft()
        if len(events) >= per_minute:
            return max(1, -(-(events[0] + 60_000 - now) // 1000))
        events.append(now)
        return None


@dataclass(frozen=True, kw_only=True)
class Upload:
    """Bytes that were received: kept outside memory when large, hashed while they came in."""

    file: IO[bytes]
    size: int
    sha256: str
    md5: str
    mime: str


@dataclass(kw_only=True)
class Call:
    """One request to the service, as its handler sees it."""

    emulator: Emulator
    site: str
    now: int
    base_url: str
    params: Mapping[str, str]
    query: Sequence[tuple[str, str]]
    headers: Mapping[str, str]
    body: Any
    upload: Upload | None = None
    violations: list[str] = field(default_factory=list)

    def first(self, name: str) -> str | None:
        return next((value for key, value in self.query if key == name), None)

    def every(self, name: str) -> list[str]:
        return [value for key, value in self.query if key == name]

    @property
    def store(self) -> Store:
        return self.emulator.store

    @property
    def settings(self) -> Settings:
        return self.emulator.settings


@dataclass(frozen=True, kw_only=True)
class Reply:
    """An answer that is more than a JSON body with status 200."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


FILE_ID = re.compile(r"/(?:media|video)/([^/?#]+)")
