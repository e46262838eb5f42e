"""Looks into an item's content object: which one it is, its media URLs, the page or board it goes to."""

from collections.abc import Mapping
from typing import Any

from socialsync.emulator.channels import Channel, follow
from socialsync.emulator.errors import FieldViolation, invalid
from socialsync.emulator.validation import check

Channels = Mapping[str, Channel]


def content_key(channels: Channels, item: Mapping[str, Any]) -> str:
    return channels[item["channel"]["name"]].types[item["type"]].content


def content_of(channels: Channels, item: Mapping[str, Any]) -> dict[str, Any]:
    content: dict[str, Any] = item[content_key(channels, item)]
    return content


def media_urls(content: Mapping[str, Any]) -> list[str]:
    single = [content[name] for name in ("imageUrl", "videoUrl") if content.get(name)]
    return single + [entry["url"] for entry in (content.get("mediaWrapper") or {}).get("media", [])]


def own_second(channels: Channels, item: Mapping[str, Any]) -> str | None:
    """The page, board, location or author an item goes out on."""
    second = channels[item["channel"]["name"]].second
    value = None if second is None else follow(content_of(channels, item), second.field)
    return None if value is None else str(value)


def require_content(channels: Channels, item: Mapping[str, Any]) -> None:
    """Refuses an item that the rest could not work with: unknown channel or type, or content that breaks its schema."""
    channel = item.get("channel")
    name = channel.get("name") if isinstance(channel, dict) else None
    kind = channels[name].types.get(str(item.get("type"))) if isinstance(name, str) and name in channels else None
    if kind is None:
        text = "needs channel.name and a type of that channel"
        raise invalid([FieldViolation(field="item", description=text, rule="INVALID_ARGUMENT")])
    violations = check(item.get(kind.content), kind.schema(), f"item.{kind.content}")
    if violations:
        raise invalid(violations)
