"""Publishing, scheduling, rescheduling and cancelling items: all that lets one go out, or keeps it from it."""

from copy import deepcopy
from typing import Any

from socialsync.emulator import items, lifecycle, quota
from socialsync.emulator.core import Call
from socialsync.emulator.errors import FieldViolation, ServiceError, invalid
from socialsync.emulator.item_shape import new_item, reply, shown
from socialsync.emulator.items import Item


def publish_item(call: Call) -> dict[str, Any]:
    return reply(call, _publish_new(call, call.body["item"]))


def _publish_new(call: Call, given: dict[str, Any]) -> Item:
    item = new_item(call, given)
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
    return reply(call, items.save(call.emulator, row, item, now=call.now, due=due))


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
    return {"itemMetadata": metadata, "item": shown(call, item)}


def reschedule_item(call: Call) -> dict[str, Any]:
    row = items.require(call.emulator, call.site, call.params["id"])
    items.legal(call.emulator, "reschedule_on", row)
    item = items.item_of(row)
    date = call.body["scheduledDate"]
    due = lifecycle.future(call.emulator, date, call.now, call.settings["past_date_on_reschedule"])
    item["schedulingInfo"] = {"scheduledDate": date}
    return reply(call, items.save(call.emulator, row, item, now=call.now, due=due))


def cancel_scheduled_item(call: Call) -> dict[str, Any]:
    unknown = call.settings["unknown_id_on_cancel"]
    row = items.require(call.emulator, call.site, call.params["id"], unknown=unknown)
    items.legal(call.emulator, "cancel_on", row)
    item = items.item_of(row)
    item["status"] = "CANCELED"
    if call.settings["cancel_restores_quota"]:
        quota.restore(call.emulator, call.site, item.pop("_charge", None))
    return reply(call, items.save(call.emulator, row, item, now=call.now))


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
        scheduled.append(shown(call, item))
    return {"items": scheduled}
