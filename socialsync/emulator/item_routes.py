"""Creating, reading, updating and deleting items, as the service's documentation describes them."""

from typing import Any

from socialsync.emulator import items, quota
from socialsync.emulator.channels import content_keys
from socialsync.emulator.core import Call
from socialsync.emulator.dialect import store_form
from socialsync.emulator.errors import FieldViolation, invalid, refuse
from socialsync.emulator.item_shape import check_content, new_item, reply, shown, without_nulls
from socialsync.emulator.items import Item


def create_draft_item(call: Call) -> dict[str, Any]:
    item = new_item(call, call.body["item"])
    items.guard_reference(call.emulator, call.site, item, at="create", own=None)
    return reply(call, items.insert(call.emulator, call.site, item, now=call.now))


def get_item(call: Call) -> dict[str, Any]:
    row = items.require(call.emulator, call.site, call.params["id"])
    if items.hides(call.emulator, row):
        raise refuse("ITEM_NOT_EXISTS", f"No item {call.params['id']}")
    return reply(call, items.item_of(row))


def get_items(call: Call) -> dict[str, Any]:
    """Unknown ids are left out."""
    ids = call.every("ids")
    if not 1 <= len(ids) <= 100:
        raise invalid([FieldViolation(field="ids", description="must be given 1 to 100 times", rule="OUT_OF_RANGE")])
    rows = [items.find(call.emulator, call.site, item_id) for item_id in dict.fromkeys(ids)]
    found = [row for row in rows if row is not None and not items.hides(call.emulator, row)]
    return {"items": [shown(call, items.item_of(row)) for row in found]}


def _merge(old: Any, new: Any, *, deep: bool) -> Any:
    """What the update leaves: null clears, arrays are replaced whole."""
    if not (deep and isinstance(old, dict) and isinstance(new, dict)):
        return without_nulls(new)
    merged = {name: value for name, value in old.items() if new.get(name, value) is not None}
    for name, value in new.items():
        if value is not None:
            merged[name] = _merge(old.get(name), value, deep=True)
    return merged


def update_item(call: Call) -> dict[str, Any]:
    given = call.body["item"]
    row = items.require(call.emulator, call.site, call.params["id"])
    if given.get("id") is not None and given["id"].lower() != row["id"]:
        text = "differs from the id in the path"
        raise invalid([FieldViolation(field="item.id", description=text, rule="INVALID_ARGUMENT")])
    items.legal(call.emulator, "update_on", row)
    item = items.item_of(row)
    for name in ("channel", "type"):
        _require_unchanged(item, given, name)
    kind = call.emulator.channels[item["channel"]["name"]].types[item["type"]].content
    foreign = [key for key in content_keys(call.emulator.channels) if given.get(key) is not None and key != kind]
    if foreign:
        text = f"the item has {kind}, it can't be changed to {foreign[0]}"
        raise invalid([FieldViolation(field=f"item.{foreign[0]}", description=text, rule="INVALID_ARGUMENT")])
    deep = call.settings["update_merge"] == "leaf"
    for name, value in given.items():
        if name == kind and value is not None:
            item[name] = _merge(item.get(name), value, deep=deep)
        elif name == "referenceId" and call.settings["reference_id_update"] == "set":
            item[name] = value
        elif name == "siteAssetRef":
            item[name] = _merge(item.get(name), value, deep=deep)
    check_content(call, item)
    store_form(call.settings, call.emulator.channels, item)
    items.save(call.emulator, row, without_nulls(item), now=call.now, due=row["due"])
    return reply(call, item)


def _require_unchanged(item: Item, given: dict[str, Any], name: str) -> None:
    """The same value again is no change; another one means a new item."""
    value = given.get(name)
    if value is None or value == item[name]:
        return
    if isinstance(value, dict) and all(
        item[name].get(key) == inner for key, inner in value.items() if inner is not None
    ):
        return
    raise invalid(
        [FieldViolation(field=f"item.{name}", description="can't be changed by an update", rule="INVALID_ARGUMENT")]
    )


def delete_item(call: Call) -> dict[str, Any]:
    row = items.require(call.emulator, call.site, call.params["id"])
    items.legal(call.emulator, "delete_on", row)
    item = items.item_of(row)
    if row["status"] == "SCHEDULED" and call.settings["cancel_restores_quota"]:
        quota.restore(call.emulator, call.site, item.pop("_charge", None))
    item["status"] = "DELETED"
    items.save(call.emulator, row, item, now=call.now)
    return {}
