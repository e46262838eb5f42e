"""Query Items: filters and sorts to SQL, pages by offset."""

import json
from collections.abc import Sequence
from typing import Any

from socialsync.emulator import items
from socialsync.emulator.clock import parse_instant
from socialsync.emulator.core import Call, Emulator
from socialsync.emulator.dialect import show_item
from socialsync.emulator.errors import FieldViolation, ServiceError, invalid

COLUMNS = {
    "id": "id",
    "status": "status",
    "type": "type",
    "channel.name": "channel",
    "channel.accountId": "account",
    "schedulingInfo.scheduledDate": "scheduled",
    "external": "external",
    "referenceId": "reference",
    "draftInfo.createdDate": "created",
    "draftInfo.updatedDate": "updated",
}
_DATES = {"scheduled", "created", "updated"}
_COMPARE = {"$eq": "=", "$ne": "<>", "$gt": ">", "$gte": ">=", "$lt": "<", "$lte": "<="}
_ROW = "number, site, id, reference, status, channel, account, type, scheduled, created, updated, external, due, body"

Where = tuple[str, list[Any]]


def _undeclared(name: str, use: str) -> ServiceError:
    text = f"Field '{name}' is not declared as {use}"
    violation = FieldViolation(field="value", description=text, rule="INVALID_ARGUMENT")
    return ServiceError(status=400, message=f"value {text}", violations=[violation])


def _malformed(text: str) -> ServiceError:
    return invalid([FieldViolation(field="query.filter", description=text, rule="INVALID_ARGUMENT")])


def _value(column: str, value: Any) -> Any:
    if value is None or isinstance(value, (dict, list)):
        raise _malformed(f"compares with {json.dumps(value)}")
    if column in _DATES:
        try:
            return parse_instant(value)
        except (ValueError, TypeError) as error:
            raise _malformed(f"holds {value!r}, which is no date") from error
    if column == "external":
        return int(bool(value))
    if not isinstance(value, str):
        raise _malformed(f"holds {value!r}, which is no text")
    return value.lower() if column == "id" else value


def where(filterable: Sequence[str], condition: Any, depth: int = 0) -> Where:
    """The condition in SQL; only the declared fields may be named."""
    if not isinstance(condition, dict) or depth > 8:
        raise _malformed("is not an object of fields")
    parts: list[Where] = []
    for name, value in condition.items():
        if name in ("$and", "$or"):
            if not isinstance(value, list) or not value:
                raise _malformed(f"{name} takes a list")
            inner = [where(filterable, entry, depth + 1) for entry in value]
            joined = f" {name[1:]} ".join(f"({sql})" for sql, _ in inner)
            parts.append((f"({joined})", [v for _, values in inner for v in values]))
        elif name == "$not":
            sql, values = where(filterable, value, depth + 1)
            parts.append((f"not ({sql})", values))
        elif name not in filterable or name not in COLUMNS:
            raise _undeclared(name, "filterable")
        else:
            parts.extend(_field(COLUMNS[name], value))
    return " and ".join(sql for sql, _ in parts) or "1", [v for _, values in parts for v in values]


def _field(column: str, value: Any) -> list[Where]:
    if not isinstance(value, dict):
        return [(f"{column}=?", [_value(column, value)])]
    found: list[Where] = []
    for operator, operand in value.items():
        if operator in _COMPARE:
            found.append((f"{column} {_COMPARE[operator]} ?", [_value(column, operand)]))
        elif operator in ("$in", "$hasSome", "$nin") and isinstance(operand, list):
            marks = ",".join("?" * len(operand))
            word = "not in" if operator == "$nin" else "in"
            found.append((f"{column} {word} ({marks})", [_value(column, entry) for entry in operand]))
        elif operator == "$exists" and isinstance(operand, bool):
            found.append((f"{column} is {'not ' if operand else ''}null", []))
        elif operator == "$startsWith" and isinstance(operand, str):
            found.append((f"substr({column}, 1, ?) = ?", [len(operand), operand]))
        else:
            raise _malformed(f"has no operator {operator!r} for this value")
    return found


def _order(call: Call, sort: Sequence[dict[str, Any]]) -> list[tuple[str, bool]]:
    """Columns with `descending`; the row number last, so that the order is total."""
    found = []
    for entry in sort:
        name = entry["fieldName"]
        if name not in call.settings["sortable"] or name not in COLUMNS:
            raise _undeclared(name, "sortable")
        found.append((COLUMNS[name], entry.get("order", "ASC") == "DESC"))
    last = found[-1][1] if found else call.settings["query_order"] == "created_descending"
    return [*found, ("number", last)]


def _source(emulator: Emulator, site: str, now: int) -> Where:
    """The rows a listing sees: current ones, or for a while what they were before."""
    items.forget_lag(emulator, site, now)
    if emulator.store.one("select 1 from item_before where site=? limit 1", site) is None:
        return "item where site=?", [site]
    late = (
        f"(select {_ROW} from item where site=? and number not in (select number from item_before where site=?)"
        f" union all select {_ROW} from item_before where site=? and listed=1) where site=?"
    )
    return late, [site] * 4


def query_items(call: Call) -> dict[str, Any]:
    query = call.body.get("query") or {}
    paging = query.get("paging") or {}
    limit, offset = paging.get("limit"), paging.get("offset") or 0
    most = call.settings["query_max_limit"]
    if limit is None:
        limit = min(call.settings["query_default_limit"], most)
    if limit > most:
        if call.settings["query_over_limit"] == "refuse":
            text = f"must be between 1 and {most}"
            raise invalid([FieldViolation(field="query.paging.limit", description=text, rule="OUT_OF_RANGE")])
        limit = most
    order = _order(call, query.get("sort") or [])
    condition, values = where(call.settings["filterable"], query.get("filter") or {})
    source, own = _source(call.emulator, call.site, call.now)
    call.store.run("update site set queries=queries+1 where id=?", call.site)
    if call.settings["tombstones"] == "hidden":
        condition = f"status<>'DELETED' and {condition}"
    words = ", ".join(f"{column} {'desc' if down else 'asc'}" for column, down in order)
    sql = f"select number from {source} and {condition} order by {words}"
    numbers = call.emulator.listings.numbers(call.store, sql, [*own, *values])
    found = _rows(call, list(numbers[offset : offset + limit]), late=source.startswith("("))
    return {"items": found, call.settings["query_metadata_name"]: _metadata(call, len(found), offset, len(numbers))}


def _rows(call: Call, numbers: list[int], *, late: bool) -> list[dict[str, Any]]:
    marks = ",".join("?" * len(numbers))
    rows = call.store.all(f"select number, body, created, updated from item where number in ({marks})", *numbers)
    if late:
        rows += call.store.all(
            f"select number, body, created, updated from item_before where listed=1 and number in ({marks})", *numbers
        )
    found = {
        row["number"]: show_item(
            call.settings,
            call.emulator.channels,
            items.item_of(row),
            created=row["created"],
            updated=row["updated"],
        )
        for row in rows
    }
    return [found[number] for number in numbers]


def _metadata(call: Call, count: int, offset: int, total: int) -> dict[str, Any]:
    shown: dict[str, Any] = {"count": count, "offset": offset}
    if call.settings["query_total"] == "given":
        shown["total"] = total
    elif call.settings["query_total"] == "too_many":
        shown["tooManyToCount"] = True
    return shown
