"""The SQLite database of one emulator: its tables, short transactions, and small persistent values."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

# Rises with every change of the tables.
VERSION = 1
TABLES = """
create table if not exists meta(name text primary key, value text not null) without rowid;
create table if not exists site(id text primary key, queries integer not null default 0)
  without rowid;
create table if not exists connection(site text, channel text, status text not null, expires integer,
  accounts text not null, primary key(site, channel)) without rowid;
create table if not exists connect_link(state text primary key, site text not null, channel text not null,
  expires integer not null, used integer not null default 0) without rowid;
create table if not exists usage(site text, feature text, period integer, used integer not null,
  primary key(site, feature, period)) without rowid;
create table if not exists item(number integer primary key, site text not null, id text not null, reference text,
  status text not null, channel text not null, account text, type text, scheduled integer, created integer not null,
  updated integer not null, external integer not null default 0, due integer, body text not null);
create unique index if not exists item_id on item(site, id);
create index if not exists item_reference on item(site, reference) where reference is not null;
create index if not exists item_order on item(site, number, status);
create index if not exists item_status on item(site, status, number);
create index if not exists item_scheduled on item(site, scheduled, number, status);
create index if not exists item_due on item(due, number) where due is not null;
create table if not exists item_before(number integer primary key, site text not null, id text not null, reference text,
  status text not null, channel text not null, account text, type text, scheduled integer, created integer not null,
  updated integer not null, external integer not null default 0, due integer, body text not null,
  listed integer not null, wall real not null, virtual integer not null, queries integer not null);
create index if not exists item_before_site on item_before(site);
create table if not exists upload(token text primary key, site text not null, request text not null,
  received integer not null default 0, resumable integer not null default 0, length integer) without rowid;
create table if not exists upload_part(token text, number integer, bytes blob not null, primary key(token, number));
create table if not exists file(number integer primary key, site text not null, id text not null unique,
  folder text not null, name text not null, mime text not null, kind text not null, size integer not null,
  digest text not null, md5 text not null, created integer not null, ready integer not null, outcome text not null,
  source text, labels text not null, private integer not null, bytes blob not null);
create index if not exists file_folder on file(site, folder, number);
create table if not exists folder(site text, path text, id text not null unique, primary key(site, path)) without rowid;
create table if not exists image(id text primary key, site text not null, ready integer not null, prompt text not null)
  without rowid;
create table if not exists fault(id integer primary key, rule text not null, seen integer not null default 0,
  fired integer not null default 0);
create table if not exists late(id integer primary key, request text not null, after_number integer not null,
  due integer not null);
create table if not exists request(number integer primary key, site text, operation text, method text not null,
  path text not null, query text not null, body text, status integer, code text, committed integer,
  time integer not null, duration_ms real not null, violations text not null, fault integer, note text);
create table if not exists feed(number integer primary key, site text not null, time integer not null,
  channel text not null, account text, second text, type text, content text not null, media text not null,
  item text not null, reference text, external integer not null, url text);
"""

# Everything that a dump carries, in an order in which a load may insert it.
DUMPED = (
    *("meta", "site", "connection", "connect_link", "usage", "item", "item_before", "upload", "upload_part"),
    *("file", "folder", "image", "fault", "late", "request", "feed"),
)


class DatabaseError(Exception):
    """The database file cannot be used; mostly because another emulator holds it."""


class Store:
    """One connection, used from one event loop: every transaction is short and none spans an await."""

    def __init__(self, path: str | None = None) -> None:
        try:
            self.db = sqlite3.connect(path or ":memory:", isolation_level=None, check_same_thread=False, timeout=0.2)
        except sqlite3.OperationalError as error:
            raise DatabaseError(f"{path}: {error}") from error
        self.db.row_factory = sqlite3.Row
        # Counts what may have changed a listing; what is remembered of one holds only for one value.
        self.items_version = 0
        try:
            # The exclusive mode keeps a second emulator off the file; a killed process leaves no lock behind.
            self.db.execute("pragma locking_mode=exclusive")
            self.db.execute("pragma journal_mode=wal")
            self.db.execute("pragma synchronous=normal")
            made_by = self.db.execute("pragma user_version").fetchone()[0]
            if made_by not in (0, VERSION):
                self.db.close()
                raise DatabaseError(f"{path} was made by another version of the emulator; take a new file")
            self.db.executescript(TABLES)
            self.db.execute(f"pragma user_version={VERSION}")
        except sqlite3.OperationalError as error:
            self.db.close()
            raise DatabaseError(f"{path}: {error}; is another emulator running on this file?") from error
        except sqlite3.DatabaseError as error:
            self.db.close()
            raise DatabaseError(f"{path}: {error}") from error

    def close(self) -> None:
        self.db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        self.db.execute("begin immediate")
        try:
            yield
        except BaseException:
            self.db.execute("rollback")
            self.items_version += 1
            raise
        self.db.execute("commit")

    @contextmanager
    def undo_on_error(self) -> Iterator[None]:
        """Inside a transaction: what a refused request began is taken back, what was settled before it stays."""
        self.db.execute("savepoint attempt")
        try:
            yield
        except BaseException:
            self.db.execute("rollback to attempt")
            self.db.execute("release attempt")
            self.items_version += 1
            raise
        self.db.execute("release attempt")

    def run(self, sql: str, *values: Any) -> sqlite3.Cursor:
        return self.db.execute(sql, values)

    def one(self, sql: str, *values: Any) -> sqlite3.Row | None:
        row: sqlite3.Row | None = self.db.execute(sql, values).fetchone()
        return row

    def all(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        return self.db.execute(sql, values).fetchall()

    def get(self, name: str, default: Any = None) -> Any:
        row = self.one("select value from meta where name=?", name)
        return default if row is None else json.loads(row["value"])

    def put(self, name: str, value: Any) -> None:
        self.run("insert or replace into meta values(?,?)", name, json.dumps(value))

    def clear(self) -> None:
        self.items_version += 1
        for table in DUMPED:
            self.run(f"delete from {table}")
