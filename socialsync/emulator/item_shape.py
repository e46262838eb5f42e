"""What an item is made of when it comes in, and how it is shown when it goes out."""

from typing import Any

from socialsync.emulator import items, lifecycle
from socialsync.emulator.channels import content_keys
from socialsync.emulator.core import Call
from socialsync.emulator.dialect import show_item, store_form
from socialsync.emulator.errors import FieldViolation, invalid
from socialsync.emulator.items import Item
from socialsync.emulator.validation import check

READ_ONLY = ("id", "status", "external", "draftInfo", "insightsSummary", "publicationError")


def shown(call: Call, item: Item) -> dict[str, Any]:
    row = items.require(call.emulator, call.site, item["id"])
    return show_item(call.settings, call.emulator.channels, item, created=row["created"], updated=row["updated"])


def reply(call: Call, item: Item) -> dict[str, Any]:
    return {"item": shown(call, item)}


def without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_nulls(inner) for name, inner in value.items() if inner is not None}
    return [without_nulls(entry) for entry in value] if isinstance(value, list) else value


def new_item(call: Call, given: dict[str, Any]) -> Item:
    """A draft out of what was sent; read-only fields are ignored."""
    item: Item = {name: value for name, value in without_nulls(given).items() if name not in READ_ONLY}
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
    check_content(call, item)
    lifecycle.require_media(call.emulator, item, at="create")
    store_form(call.settings, call.emulator.channels, item)
    item["status"] = "DRAFT"
    item["external"] = False
    return item


def check_content(call: Call, item: Item) -> None:
    kind = call.emulator.channels[item["channel"]["name"]].types[item["type"]]
    violations = [
        *check(item[kind.content], kind.schema(), f"item.{kind.content}"),
        *kind.too_many(item[kind.content]),
    ]
    if not call.settings["enforce_text_limits"]:
        violations = [violation for violation in violations if violation.rule != "MAX_LENGTH"]
    if violations:
        raise invalid(violations)
