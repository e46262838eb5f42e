"""Dump and load: the whole state as JSON, and items in bulk for load tests."""

from base64 import b64decode, b64encode
from copy import deepcopy
from typing import Any

from socialsync.emulator import items
from socialsync.emulator.content import require_content
from socialsync.emulator.core import Emulator
from socialsync.emulator.settings import BY_NAME, STATUSES, SettingsError
from socialsync.emulator.store import DUMPED

VERSION = 1


def plain_settings() -> dict[str, Any]:
    """Shows items as they are kept: no accent."""
    quiet = ("null_absent_fields", "extra_fields", "permalink_at", "date_format")
    return {name: BY_NAME[name].default for name in quiet}


def dump(emulator: Emulator) -> dict[str, Any]:
    tables = {}
    for table in DUMPED:
        rows = emulator.store.all(f"select * from {table}")
        tables[table] = [{key: _out(value) for key, value in dict(row).items()} for row in rows]
    return {"version": VERSION, "tables": tables}


def _out(value: Any) -> Any:
    return {"base64": b64encode(value).decode()} if isinstance(value, bytes) else value


def _in(value: Any) -> Any:
    return b64decode(value["base64"]) if isinstance(value, dict) else value


def load(emulator: Emulator, body: dict[str, Any]) -> dict[str, Any]:
    """A dump replaces everything; `{site, items, repeat}` adds items of any status to a site."""
    if "tables" in body:
        return _load_tables(emulator, body)
    if not isinstance(body.get("items"), list) or not isinstance(body.get("site"), str):
        raise SettingsError("a load is a dump, or {site, items: [Item, ...], repeat: 1}")
    repeat = body.get("repeat", 1)
    if isinstance(repeat, bool) or not isinstance(repeat, int) or not 1 <= repeat <= 1_000_000:
        raise SettingsError("repeat is a number up to 1000000")
    site = emulator.find_site(body["site"])
    now = emulator.clock.now()
    for number in range(repeat):
        for given in body["items"]:
            if not isinstance(given, dict):
                raise SettingsError("an item to load is an object")
            _load_item(emulator, site, deepcopy(given), number, now)
    return {"items": repeat * len(body["items"])}


def _load_item(emulator: Emulator, site: str, item: dict[str, Any], number: int, now: int) -> None:
    require_content(emulator.channels, item)
    item.setdefault("status", "DRAFT")
    item.setdefault("external", False)
    if item["status"] not in STATUSES:
        raise SettingsError(f"the status of an item is one of {', '.join(STATUSES)}")
    if "referenceId" in item:
        item["referenceId"] = item["referenceId"].replace("{n}", str(number))
    due = items.scheduled_of(item) if item["status"] == "SCHEDULED" else None
    items.insert(emulator, site, item, now=now, due=due)


def _load_tables(emulator: Emulator, body: dict[str, Any]) -> dict[str, Any]:
    if body.get("version") != VERSION or set(body["tables"]) != set(DUMPED):
        raise SettingsError(f"this is no dump of version {VERSION}")
    for table in DUMPED:
        emulator.store.run(f"delete from {table}")
        for row in body["tables"][table]:
            known = {entry["name"] for entry in emulator.store.all(f"select name from pragma_table_info('{table}')")}
            if set(row) != known:
                raise SettingsError(f"a row of {table} has other columns")
            marks = ",".join("?" * len(row))
            emulator.store.run(
                f"insert into {table}({','.join(row)}) values({marks})", *(_in(value) for value in row.values())
            )
    emulator.reload()
    return {"rows": sum(len(rows) for rows in body["tables"].values())}
