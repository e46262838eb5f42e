"""What a person does in Wix: edit, move, cancel, delete, publish, copy, connect, post on the network itself."""

import json
import sqlite3
from collections.abc import Callable, Mapping
from typing import Any

from socialsync.emulator import accounts, items, lifecycle, quota, record
from socialsync.emulator.clock import parse_instant
from socialsync.emulator.content import content_key, require_content
from socialsync.emulator.core import Emulator
from socialsync.emulator.dialect import show_item
from socialsync.emulator.errors import ServiceError

Given = Mapping[str, Any]


def _refuse(message: str, status: int = 400) -> ServiceError:
    return ServiceError(status=status, message=message)


def _text(given: Given, name: str) -> str:
    value = given.get(name)
    if not isinstance(value, str) or not value:
        raise _refuse(f"`{name}` is needed")
    return value


def _row(emulator: Emulator, given: Given) -> sqlite3.Row:
    item = _text(given, "item")
    rows = emulator.store.all("select * from item where id=?", item.lower())
    if "site" in given:
        rows = [row for row in rows if row["site"] == given["site"].lower()]
    if len(rows) != 1:
        raise _refuse(f"there is no item {item}", 404)
    return rows[0]


def _channel(emulator: Emulator, given: Given) -> str:
    channel = _text(given, "channel")
    if channel not in emulator.channels:
        raise _refuse(f"there is no channel {channel}", 404)
    return channel


def _site(emulator: Emulator, given: Given) -> str:
    return emulator.find_site(_text(given, "site"))


def _shown(emulator: Emulator, row: sqlite3.Row) -> dict[str, Any]:
    fresh = items.require(emulator, row["site"], row["id"])
    return {
        "item": show_item(
            emulator.settings,
            emulator.channels,
            items.item_of(fresh),
            created=fresh["created"],
            updated=fresh["updated"],
        )
    }


def edit(emulator: Emulator, given: Given) -> dict[str, Any]:
    """`set`: fields of the content object."""
    row, values = _row(emulator, given), given.get("set")
    if not isinstance(values, dict) or not values:
        raise _refuse("`set` names the content fields to change")
    item = items.item_of(row)
    key = content_key(emulator.channels, item)
    item[key] = {name: value for name, value in (item[key] | values).items() if value is not None}
    require_content(emulator.channels, item)
    items.save(emulator, row, item, now=emulator.clock.now(), due=row["due"])
    return _shown(emulator, row)


def move(emulator: Emulator, given: Given) -> dict[str, Any]:
    """`to`: the new date of a scheduled item."""
    row, date = _row(emulator, given), _text(given, "to")
    if row["status"] != "SCHEDULED":
        raise _refuse(f"the item is {row['status']}", 409)
    item = items.item_of(row)
    item["schedulingInfo"] = {"scheduledDate": date}
    items.save(emulator, row, item, now=emulator.clock.now(), due=parse_instant(date))
    return _shown(emulator, row)


def cancel(emulator: Emulator, given: Given) -> dict[str, Any]:
    return _end(emulator, given, "CANCELED")


def delete(emulator: Emulator, given: Given) -> dict[str, Any]:
    return _end(emulator, given, "DELETED")


def _end(emulator: Emulator, given: Given, status: str) -> dict[str, Any]:
    row = _row(emulator, given)
    if status == "CANCELED" and row["status"] != "SCHEDULED":
        raise _refuse(f"the item is {row['status']}", 409)
    item = items.item_of(row)
    item["status"] = status
    if row["status"] == "SCHEDULED" and emulator.settings["cancel_restores_quota"]:
        quota.restore(emulator, row["site"], item.pop("_charge", None))
    items.save(emulator, row, item, now=emulator.clock.now())
    return _shown(emulator, row)


def publish(emulator: Emulator, given: Given) -> dict[str, Any]:
    """Now, or at `at`."""
    row = _row(emulator, given)
    if row["status"] not in ("DRAFT", "SCHEDULED"):
        raise _refuse(f"the item is {row['status']}", 409)
    item, now = items.item_of(row), emulator.clock.now()
    items.guard_reference(emulator, row["site"], item, at="publish", own=row["id"])
    due = lifecycle.release(emulator, row["site"], item, now=now, date=given.get("at"))
    items.save(emulator, row, item, now=now, due=due)
    return _shown(emulator, row)


def copy(emulator: Emulator, given: Given) -> dict[str, Any]:
    """A draft with the same content; `keep_reference: true` copies the referenceId too, which no client could."""
    row = _row(emulator, given)
    item = items.item_of(row)
    for name in ("id", "_charge", "publicationError", *([] if given.get("keep_reference") else ["referenceId"])):
        item.pop(name, None)
    for name in ("externalItemId", "externalItemUrl"):
        item["channel"].pop(name, None)
    item["status"], due = "DRAFT", None
    if given.get("status") == "SCHEDULED":
        item["status"], due = "SCHEDULED", items.scheduled_of(item)
    made = items.insert(emulator, row["site"], item, now=emulator.clock.now(), due=due)
    return _shown(emulator, items.require(emulator, row["site"], made["id"]))


def post(emulator: Emulator, given: Given) -> dict[str, Any]:
    """`item`: posted on the network itself and imported by Wix: `external: true`, public at once."""
    site, item = _site(emulator, given), given.get("item")
    if not isinstance(item, dict) or not isinstance(item.get("channel"), dict):
        raise _refuse("`item` is an Item with channel, type and content")
    item = json.loads(json.dumps(item))
    require_content(emulator.channels, item)
    item.update(status="PUBLISHED", external=True)
    now = emulator.clock.now()
    items.insert(emulator, site, item, now=now)
    row = items.require(emulator, site, item["id"])
    lifecycle.give_permalink(emulator, item)
    items.save(emulator, row, item, now=now)
    record.publish(emulator, site, item, now)
    return _shown(emulator, row)


def connect(emulator: Emulator, given: Given) -> dict[str, Any]:
    """`accounts` replaces the channel's accounts; `expires` ends the connection by itself."""
    site, channel = _site(emulator, given), _channel(emulator, given)
    chosen = given.get("accounts")
    if chosen is not None and not (isinstance(chosen, list) and all(isinstance(entry, dict) for entry in chosen)):
        raise _refuse("`accounts` is a list of accounts as List Accounts shows them")
    expires = given.get("expires")
    accounts.connect(emulator, site, channel, chosen, None if expires is None else parse_instant(str(expires)))
    return _connection(emulator, site, channel)


def disconnect(emulator: Emulator, given: Given) -> dict[str, Any]:
    return _set_status(emulator, given, "DISCONNECTED")


def lapse(emulator: Emulator, given: Given) -> dict[str, Any]:
    """The network ended the connection: token status INVALID."""
    return _set_status(emulator, given, "INVALID")


def forget(emulator: Emulator, given: Given) -> dict[str, Any]:
    """As if the channel had never been connected."""
    return _set_status(emulator, given, "NEVER_CREATED")


def _set_status(emulator: Emulator, given: Given, status: str) -> dict[str, Any]:
    site, channel = _site(emulator, given), _channel(emulator, given)
    accounts.connection(emulator, site, channel)
    emulator.store.run("update connection set status=? where site=? and channel=?", status, site, channel)
    return _connection(emulator, site, channel)


def default(emulator: Emulator, given: Given) -> dict[str, Any]:
    """`id`: the account, page, board or location that becomes the default."""
    site, channel = _site(emulator, given), _channel(emulator, given)
    accounts.set_default(emulator, site, emulator.channels[channel], _text(given, "id"))
    return _connection(emulator, site, channel)


def _connection(emulator: Emulator, site: str, channel: str) -> dict[str, Any]:
    row = accounts.connection(emulator, site, channel)
    return {"channel": channel, "status": row["status"], "accounts": json.loads(row["accounts"])}


ACTIONS: dict[str, Callable[[Emulator, Given], dict[str, Any]]] = {
    action.__name__: action
    for action in (edit, move, cancel, delete, publish, copy, post, connect, disconnect, lapse, forget, default)
}


def act(emulator: Emulator, action: str, given: Given) -> dict[str, Any]:
    if action not in ACTIONS:
        raise _refuse(f"there is no action {action}; there are {', '.join(ACTIONS)}", 404)
    return ACTIONS[action](emulator, given)
