"""The table of operations on items, and of the marketing plan that schedules them by another door."""

from socialsync.emulator import item_routes, publish_routes, query
from socialsync.emulator.core import Emulator
from socialsync.emulator.operation import DATE, GUID, PUBLISHER, TEXT, Operation, body_of, fixed, op
from socialsync.emulator.validation import Schema

PLAN = "/promote/marketing-plan-service/v1"

_PAGING = body_of(limit={"type": "integer", "minimum": 1}, offset={"type": "integer", "minimum": 0, "maximum": 2**31})
_SORT = {
    "type": "array",
    "maxItems": 5,
    "items": body_of(("fieldName",), fieldName=TEXT, order={"type": "string", "enum": ["ASC", "DESC"]}),
}
_QUERY = body_of(
    query=body_of(filter={"type": "object"}, sort=_SORT, paging=_PAGING, fields={"type": "array", "items": TEXT})
)
_PUBLISH_ERRORS = (
    "REFERENCE_ID_ALREADY_EXIST",
    "INELIGIBLE_FOR_FEATURE",
    "PUBLISH_LIMIT_EXCEEDED",
    "SCHEDULED_TIME_ALREADY_PASSED",
    "UNSUPPORTED_CHANNEL",
    "USER_IS_DISCONNECTED",
    "CHANNEL_REJECTED",
)


def _item_body(emulator: Emulator) -> Schema:
    return body_of(("item",), item=emulator.item_schema)


def _bulk_body(emulator: Emulator) -> Schema:
    entries = {"type": "array", "minItems": 1, "items": emulator.item_schema}
    return body_of(("items",), items=entries, itemExtras={"type": "object"})


ITEMS: tuple[Operation, ...] = (
    op(
        "POST",
        f"{PUBLISHER}/items",
        item_routes.create_draft_item,
        "D",
        writes=True,
        body=_item_body,
        errors=("REFERENCE_ID_ALREADY_EXIST", "CHANNEL_REJECTED"),
    ),
    op("GET", f"{PUBLISHER}/items", item_routes.get_items, "G", query={"ids": {"type": "array", "items": GUID}}),
    op("POST", f"{PUBLISHER}/items/query", query.query_items, "D", body=fixed(_QUERY)),
    op("GET", f"{PUBLISHER}/items/{{id}}", item_routes.get_item, "G", errors=("ITEM_NOT_EXISTS",)),
    op(
        "PATCH",
        f"{PUBLISHER}/items/{{id}}",
        item_routes.update_item,
        "D",
        writes=True,
        body=_item_body,
        errors=("ITEM_NOT_EXISTS", "ITEM_CANNOT_BE_UPDATED"),
    ),
    op(
        "DELETE",
        f"{PUBLISHER}/items/{{id}}",
        item_routes.delete_item,
        "D",
        writes=True,
        errors=("ITEM_NOT_EXISTS", "ITEM_IS_DELETED", "ITEM_IS_PROCESSING"),
    ),
    op(
        "POST",
        f"{PUBLISHER}/publish",
        publish_routes.publish_item,
        "D",
        writes=True,
        body=_item_body,
        errors=_PUBLISH_ERRORS,
    ),
    op(
        "POST",
        f"{PUBLISHER}/publish-by-id",
        publish_routes.publish_item_by_id,
        "D",
        writes=True,
        body=fixed(body_of(("id",), id=GUID, scheduledDate=DATE)),
        errors=(
            *_PUBLISH_ERRORS,
            "ITEM_NOT_EXISTS",
            "ITEM_IS_DELETED",
            "ITEM_IS_PUBLISHED",
            "ITEM_IS_PROCESSING",
            "ITEM_IS_CANCELED",
            "ITEM_HAS_FAILED",
        ),
    ),
    op("POST", f"{PUBLISHER}/bulk/publish", publish_routes.bulk_publish_items, "D", writes=True, body=_bulk_body),
    op(
        "POST",
        f"{PUBLISHER}/items/{{id}}/reschedule",
        publish_routes.reschedule_item,
        "D",
        writes=True,
        body=fixed(body_of(("scheduledDate",), scheduledDate=DATE)),
        errors=(
            "ITEM_NOT_EXISTS",
            "ITEM_IS_PUBLISHED",
            "ITEM_IS_DELETED",
            "ITEM_IS_NOT_SCHEDULED",
            "SCHEDULED_TIME_ALREADY_PASSED",
        ),
    ),
    op(
        "PATCH",
        f"{PUBLISHER}/items/{{id}}/cancel",
        publish_routes.cancel_scheduled_item,
        "D",
        writes=True,
        body=fixed(body_of()),
        errors=(
            "ITEM_NOT_EXISTS",
            "ITEM_IS_PUBLISHED",
            "ITEM_IS_DELETED",
            "ITEM_IS_NOT_SCHEDULED",
            "ITEM_ALREADY_CANCELED",
        ),
    ),
)

SIDE_DOOR: tuple[Operation, ...] = (
    op(
        "POST",
        f"{PLAN}/marketing-plan/schedule-drafts",
        publish_routes.schedule_drafts,
        "D",
        writes=True,
        body=fixed(body_of(("draftIds",), draftIds={"type": "array", "minItems": 1, "maxItems": 20, "items": GUID})),
        errors=("INELIGIBLE_FOR_FEATURE",),
    ),
)
