"""The rows of items: written with what a lagging listing still shows, read by id, guarded by referenceId."""

import json
import sqlite3
from collections.abc import Mapping
from typing import Any

from socialsync.emulator.clock import parse_instant
from socialsync.emulator.core import Emulator
from socialsync.emulator.errors import ServiceError, refuse

Item = dict[str, Any]

_HOLDERS = {
    "all": "",
    "undeleted": " and status<>'DELETED'",
    "live": " and status in ('SCHEDULED','IN_QUEUE','PROCESSING','PUBLISHED')",
}
_COLUMNS = (
    "number, site, id, reference, status, channel, account, type, scheduled, created, updated, external, due, body"
)


def scheduled_of(item: Mapping[str, Any]) -> int | None:
    date = (item.get("schedulingInfo") or {}).get("scheduledDate")
    return None if date is None else parse_instant(date)


def insert(emulator: Emulator, site: str, item: Item, *, now: int, due: int | None = None) -> Item:
    """A new row; gives the item its id."""
    store = emulator.store
    store.items_version += 1
    row = store.one("select coalesce(max(number), 0) + 1 as number from item")
    assert row is not None
    number = row["number"]
    item["id"] = emulator.new_id("item", number)
    if _lags(emulator):
        store.run(
            "insert into item_before values(?,?,?,null,'',?,null,null,null,0,0,0,null,'',0,?,?,?)",
            *(number, site, item["id"], item["channel"]["name"]),
            *_moment(emulator, site, now),
        )
    store.run(
        f"insert into item({_COLUMNS}) values(?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        *(number, site, item["id"], item.get("referenceId"), item["status"]),
        *(item["channel"]["name"], item["channel"].get("accountId"), item.get("type"), scheduled_of(item)),
        *(now, now, int(bool(item.get("external"))), due, json.dumps(item, ensure_ascii=False)),
    )
    return item


def save(emulator: Emulator, row: sqlite3.Row, item: Item, *, now: int, due: int | None = None) -> Item:
    """The row after a change; a listing that lags goes on showing it as it was."""
    store = emulator.store
    store.items_version += 1
    if _lags(emulator):
        forget_lag(emulator, row["site"], now)
        store.run(
            f"insert or ignore into item_before select {_COLUMNS}, 1, ?, ?, ? from item where number=?",
            *_moment(emulator, row["site"], now),
            row["number"],
        )
    store.run(
        "update item set reference=?, status=?, channel=?, account=?, type=?, scheduled=?, updated=?, due=?, body=?"
        " where number=?",
        *(item.get("referenceId"), item["status"], item["channel"]["name"], item["channel"].get("accountId")),
        *(item.get("type"), scheduled_of(item), now, due, json.dumps(item, ensure_ascii=False), row["number"]),
    )
    return item


def find(emulator: Emulator, site: str, item_id: str) -> sqlite3.Row | None:
    return emulator.store.one("select * from item where site=? and id=?", site, item_id.lower())


def require(emulator: Emulator, site: str, item_id: str, *, unknown: str = "ITEM_NOT_EXISTS") -> sqlite3.Row:
    row = find(emulator, site, item_id)
    if row is None:
        raise refuse(unknown, f"No item {item_id}")
    return row


def hides(emulator: Emulator, row: sqlite3.Row) -> bool:
    return row["status"] == "DELETED" and bool(emulator.settings["tombstones"] == "hidden")


def item_of(row: sqlite3.Row) -> Item:
    item: Item = json.loads(row["body"])
    return item


def legal(emulator: Emulator, switch: str, row: sqlite3.Row) -> None:
    """Raises what the legality matrix says for this operation on this status."""
    outcome: str = emulator.settings[switch][row["status"]]
    if outcome != "allow":
        raise refuse(outcome, f"The item's status is {row['status']}")


def guard_reference(emulator: Emulator, site: str, item: Mapping[str, Any], *, at: str, own: str | None) -> None:
    """Refuses a referenceId that another row holds, where and as far as the switches say."""
    reference = item.get("referenceId")
    enforced = emulator.settings["reference_id_enforced_on"]
    if reference is None or enforced not in (at, "both"):
        return
    held_by = _HOLDERS[emulator.settings["reference_id_held_by"]]
    holder = emulator.store.one(
        f"select id from item where site=? and reference=? and id<>?{held_by}", site, reference, own or ""
    )
    if holder is not None:
        raise refuse("REFERENCE_ID_ALREADY_EXIST", f"referenceId {reference} belongs to another item")


def _lags(emulator: Emulator) -> bool:
    return bool(emulator.settings["listing_lag_seconds"] or emulator.settings["listing_lag_queries"])


def _moment(emulator: Emulator, site: str, now: int) -> tuple[float, int, int]:
    row = emulator.store.one("select queries from site where id=?", site)
    if row is None:
        raise ServiceError(status=403, message="Permission denied", code="PERMISSION_DENIED")
    return emulator.clock.wall(), now, row["queries"]


def forget_lag(emulator: Emulator, site: str, now: int) -> None:
    """Ends the lag of rows whose time is over: by the virtual or by the wall clock, whichever moved further.

    Either alone would not do: a frozen virtual clock would hide a new item for ever, and a test that advances the
    virtual clock would still have to sleep.
    """
    seconds = emulator.settings["listing_lag_seconds"]
    wall, virtual, queries = _moment(emulator, site, now)
    ended = emulator.store.run(
        "delete from item_before where site=? and (abs(? - wall) >= ? or abs(? - virtual) >= ?) and ? - queries >= ?",
        *(site, wall, seconds, virtual, seconds * 1000, queries, emulator.settings["listing_lag_queries"]),
    )
    if ended.rowcount:
        emulator.store.items_version += 1
