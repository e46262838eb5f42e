"""The item operations of the Publisher service, as its documentation describes them."""

from copy import deepcopy
from typing import Any

from socialsync.emulator import items, lifecycle, quota
from socialsync.emulator.channels import content_keys
from socialsync.emulator.core import Call
from socialsync.emulator.dialect import show_item, store_form
from socialsync.emulator.errors import FieldViolation, ServiceError, invalid, refuse
from socialsync.emulator.items import Item
from socialsync.emulator.validation import check

READ_ONLY = ("id", "status", "external", "draftInfo", "insightsSummary", "publicationError")
FIXED = (*READ_ONLY, "channel", "type", "referenceId", "schedulingInfo")


def _shown(call: Call, item: Item) -> dict[str, Any]:
    row = items.require(call.emulator, call.site, item["id"])
    return show_item(call.settings, call.emulator.channels, item, created=row["created"], updated=row["updated"])


def _reply(call: Call, item: Item) -> dict[str, Any]:
    return {"item": _shown(call, item)}


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nulls(inner) for name, inner in value.items() if inner is not None}
    return [_without_nulls(entry) for entry in value] if isinstance(value, list) else value


def _new_item(call: Call, given: dict[str, Any]) -> Item:
    """A draft out of what was sent; read-only fields are ignored."""
    item: Item = {name: value for name, value in _without_nulls(given).items() if name not in READ_ONLY}
    channel = item.get("channel") or {}
    if not channel.get("accountId"):
        raise invalid(
            [FieldViolation(field="item.channel.accountId", description="must not be empty", rule="REQUIRED_FIELD")]
        )
    present = [key for key in content_keys(call.emulator.channels) if key in item]
    if len(present) != 1:
        text = f"needs exactly one content object, has {', '.join(present) or 'none'}"
        raise invalid([FieldViolation(field="item", description=text, rule="ONE_OF")])
    owner, kind = content_keys(call.emulator.channels)[present[0]]
    item["channel"] = {"name": owner.name, **channel}
    item.setdefault("type", kind.name)
    if item["channel"]["name"] != owner.name or item["type"] != kind.name:
        text = f"{present[0]} belongs to {owner.name} {kind.name}, not to {item['channel']['name']} {item['type']}"
        raise invalid([FieldViolation(field="item.type", description=text, rule="INVALID_ARGUMENT")])
    for name in ("externalItemId", "externalItemUrl"):
        item["channel"].pop(name, None)
    _check_content(call, item)
    lifecycle.require_media(call.emulator, item, at="create")
    store_form(call.settings, call.emulator.channels, item)
    item["status"] = "DRAFT"
    item["external"] = False
    return item


def _check_content(call: Call, item: Item) -> None:
    kind = call.emulator.channels[item["channel"]["name"]].types[item["type"]]
    violations = [
        *check(item[kind.content], kind.schema(), f"item.{kind.content}"),
        *kind.too_many(item[kind.content]),
    ]
    if not call.settings["enforce_text_limits"]:
        violations = [violation for violation in violations if violation.rule != "MAX_LENGTH"]
    if violations:
        raise invalid(violations)


def create_draft_item(call: Call) -> dict[str, Any]:
    item = _new_item(call, call.body["item"])
    items.guard_reference(call.emulator, call.site, item, at="create", own=None)
    return _reply(call, items.insert(call.emulator, call.site, item, now=call.now))


def get_item(call: Call) -> dict[str, Any]:
    row = items.require(call.emulator, call.site, call.params["id"])
    if items.hides(call.emulator, row):
        raise refuse("ITEM_NOT_EXISTS", f"No item {call.params['id']}")
    return _reply(call, items.item_of(row))


def get_items(call: Call) -> dict[str, Any]:
    """Unknown ids are left out."""
    ids = call.every("ids")
    if not 1 <= len(ids) <= 100:
        raise invalid([FieldViolation(field="ids", description="must be given 1 to 100 times", rule="OUT_OF_RANGE")])
    rows = [items.find(call.emulator, call.site, item_id) for item_id in dict.fromkeys(ids)]
    found = [row for row in rows if row is not None and not items.hides(call.emulator, row)]
    return {"items": [_shown(call, items.item_of(row)) for row in found]}


def _merge(old: Any, new: Any, *, deep: bool) -> Any:
    """What the update leaves: null clears, arrays are replaced whole."""
    if not (deep and isinstance(old, dict) and isinstance(new, dict)):
        return _without_nulls(new)
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
    _check_content(call, item)
    store_form(call.settings, call.emulator.channels, item)
    items.save(call.emulator, row, _without_nulls(item), now=call.now, due=row["due"])
    return _reply(call, item)


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


def publish_item(call: Call) -> dict[str, Any]:
    return _reply(call, _publish_new(call, call.body["item"]))


def _publish_new(call: Call, given: dict[str, Any]) -> Item:
    item = _new_item(call, given)
    items.guard_reference(call.emulator, call.site, item, at="create", own=None)
    items.guard_reference(call.emulator, call.site, item, at="publish", own=None)
    date = (item.get("schedulingInfo") or {}).get("scheduledDate")
    # The row comes first: the permalink and the feed entry need the item's id.
    items.insert(call.emulator, call.site, item, now=call.now)
    row = items.require(call.emulator, call.site, item["id"])
    due = lifecycle.release(call.emulator, call.site, item, now=call.now, date=date)
    return items.save(call.emulator, row, item, now=call.now, due=due)


def publish_item_by_id(call: Call) -> dict[str, Any]:
    date = call.body.get("scheduledDate")
    unknown = call.settings["unknown_id_on_publish"]
    row = items.require(call.emulator, call.site, call.body["id"], unknown=unknown)
    items.legal(call.emulator, "publish_by_id_on" if date is None else "publish_by_id_dated_on", row)
    item = items.item_of(row)
    items.guard_reference(call.emulator, call.site, item, at="publish", own=row["id"])
    due = lifecycle.release(call.emulator, call.site, item, now=call.now, date=date)
    return _reply(call, items.save(call.emulator, row, item, now=call.now, due=due))


def bulk_publish_items(call: Call) -> dict[str, Any]:
    """Each item on its own; 200 whatever becomes of them."""
    given = call.body["items"]
    most = call.settings["bulk_max"]
    if len(given) > most:
        raise invalid([FieldViolation(field="items", description=f"at most {most}", rule="OUT_OF_RANGE")])
    results = [_bulk_result(call, index, entry) for index, entry in enumerate(given)]
    done = sum(result["itemMetadata"]["success"] for result in results)
    counts = {"totalSuccesses": done, "totalFailures": len(results) - done, "undetailedFailures": 0}
    return {"results": results, "bulkActionMetadata": counts}


def _bulk_result(call: Call, index: int, given: dict[str, Any]) -> dict[str, Any]:
    try:
        with call.store.undo_on_error():
            item = _publish_new(call, deepcopy(given))
    except ServiceError as error:
        code = error.code or "INVALID_ARGUMENT"
        detail = {"code": code, "description": error.description or error.message}
        return {"itemMetadata": {"originalIndex": index, "success": False, "error": detail}}
    metadata = {"id": item["id"], "originalIndex": index, "success": True}
    return {"itemMetadata": metadata, "item": _shown(call, item)}


def reschedule_item(call: Call) -> dict[str, Any]:
    row = items.require(call.emulator, call.site, call.params["id"])
    items.legal(call.emulator, "reschedule_on", row)
    item = items.item_of(row)
    date = call.body["scheduledDate"]
    due = lifecycle.future(call.emulator, date, call.now, call.settings["past_date_on_reschedule"])
    item["schedulingInfo"] = {"scheduledDate": date}
    return _reply(call, items.save(call.emulator, row, item, now=call.now, due=due))


def cancel_scheduled_item(call: Call) -> dict[str, Any]:
    unknown = call.settings["unknown_id_on_cancel"]
    row = items.require(call.emulator, call.site, call.params["id"], unknown=unknown)
    items.legal(call.emulator, "cancel_on", row)
    item = items.item_of(row)
    item["status"] = "CANCELED"
    if call.settings["cancel_restores_quota"]:
        quota.restore(call.emulator, call.site, item.pop("_charge", None))
    return _reply(call, items.save(call.emulator, row, item, now=call.now))


def schedule_drafts(call: Call) -> dict[str, Any]:
    """The marketing plan's side door: what is no draft, or has no date or connection, is silently left out."""
    quota.check(call.emulator, call.site, "SCHEDULE_POST", call.now)
    scheduled = []
    for draft_id in call.body["draftIds"]:
        row = items.find(call.emulator, call.site, draft_id)
        if row is None or row["status"] != "DRAFT":
            continue
        item = items.item_of(row)
        date = (item.get("schedulingInfo") or {}).get("scheduledDate")
        if date is None:
            continue
        try:
            with call.store.undo_on_error():
                items.guard_reference(call.emulator, call.site, item, at="publish", own=row["id"])
                due = lifecycle.release(call.emulator, call.site, item, now=call.now, date=date)
                items.save(call.emulator, row, item, now=call.now, due=due)
        except ServiceError:
            continue
        scheduled.append(_shown(call, item))
    return {"items": scheduled}
