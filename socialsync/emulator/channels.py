"""The channels as data: which content belongs to which channel and type, and what each network wants of it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from socialsync.emulator.errors import FieldViolation
from socialsync.emulator.validation import Schema

_URL: Schema = {"type": "string", "format": "uri"}
_LINK: Schema = {
    "type": "object",
    "additionalProperties": False,
    "properties": {"url": _URL, "thumbnailUrl": _URL, "title": {"type": "string"}, "description": {"type": "string"}},
}


class ChannelError(Exception):
    """A channel entry, in channels.json or in the settings, that cannot be understood."""


@dataclass(frozen=True, kw_only=True)
class Second:
    """The id beside the account id: page, board, location, author, or a privacy level."""

    field: str
    path: str | None
    one_of: str | None
    rejection: str

    def accepts(self, value: Any, account: Mapping[str, Any]) -> bool:
        if self.one_of is not None:
            return value in account.get(self.one_of, [])
        return value is not None and value == follow(account, self.path or "id")


@dataclass(frozen=True, kw_only=True)
class ContentType:
    """One of a channel's kinds of post."""

    name: str
    content: str
    fields: Mapping[str, Mapping[str, Any]]
    at_most_one: tuple[tuple[str, ...], ...]
    needs: tuple[tuple[str, ...], ...]

    def schema(self) -> Schema:
        return {
            "type": "object",
            "additionalProperties": False,
            "properties": {name: _field_schema(spec) for name, spec in self.fields.items()},
        }

    def too_many(self, content: Mapping[str, Any]) -> Iterator[FieldViolation]:
        for group in self.at_most_one:
            present = [name for name in group if content.get(name) is not None]
            if len(present) > 1:
                text = f"{' and '.join(present)} exclude each other"
                yield FieldViolation(field=f"item.{self.content}", description=text, rule="ONE_OF")

    def missing(self, content: Mapping[str, Any]) -> str | None:
        """The first need that the content does not meet, in words."""
        for group in self.needs:
            if not any(_filled(content.get(name)) for name in group):
                return f"{self.content} needs {' or '.join(group)}"
        return None


@dataclass(frozen=True, kw_only=True)
class Channel:
    """One social network as the service knows it."""

    name: str
    account_key: str
    default_by: str
    permalink: str
    external_id: str
    connect_url: bool
    second: Second | None
    accounts: tuple[dict[str, Any], ...]
    types: Mapping[str, ContentType]


def _field_schema(spec: Mapping[str, Any]) -> Schema:
    kind = spec.get("kind", "text")
    if kind == "media":
        return {
            "type": "object",
            "additionalProperties": False,
            "required": ["media"],
            "properties": {
                "media": {
                    "type": "array",
                    "minItems": 1,
                    "items": {
                        "type": "object",
                        "additionalProperties": False,
                        "required": ["type", "url"],
                        "properties": {
                            "type": {"type": "string", "enum": list(spec.get("types", ("IMAGE", "VIDEO")))},
                            "url": _URL,
                            "fileId": {"type": "string", "maxLength": 1000},
                        },
                    },
                }
            },
        }
    if kind == "link":
        return _LINK
    if kind == "enum":
        return {"type": "string", "enum": list(spec["values"])}
    schema: Schema = dict(_URL) if kind == "url" else {"type": "string"}
    if "max" in spec:
        schema["maxLength"] = spec["max"]
    return schema


def _filled(value: Any) -> bool:
    return bool(value.strip()) if isinstance(value, str) else bool(value)


def follow(value: Any, path: str) -> Any:
    """The value at a dotted path, or None."""
    for part in path.split("."):
        if not isinstance(value, Mapping):
            return None
        value = value.get(part)
    return value


@cache
def packaged() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(Path(__file__).with_name("channels.json").read_text(encoding="utf-8"))
    return loaded


def read_channels(added: Mapping[str, Any]) -> dict[str, Channel]:
    """The packaged channels and those of the settings, which may also replace a packaged one."""
    return {name: _channel(name, entry) for name, entry in {**packaged(), **added}.items()}


def _channel(name: str, entry: Any) -> Channel:
    try:
        second = entry.get("second")
        return Channel(
            name=name,
            account_key=entry.get("account_key", name.lower()),
            default_by=entry.get("default_by", "defaultAccountId"),
            permalink=entry.get("permalink", f"https://{name.lower()}.example/{{id}}"),
            external_id=entry.get("external_id", "{id}"),
            connect_url=entry.get("connect_url", True),
            second=None
            if second is None
            else Second(
                field=second["field"],
                path=second.get("path"),
                one_of=second.get("one_of"),
                rejection=second.get("rejection", f"{second['field']} is required"),
            ),
            accounts=tuple(entry.get("accounts", ())),
            types={key: _content_type(key, value) for key, value in entry["types"].items()},
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ChannelError(f"channel {name} has no usable {error}; compare an entry of channels.json") from error


def _content_type(name: str, entry: Mapping[str, Any]) -> ContentType:
    fields = dict(entry["fields"])
    for spec in fields.values():
        _field_schema(spec)
    return ContentType(
        name=name,
        content=entry["content"],
        fields=fields,
        at_most_one=tuple(tuple(group) for group in entry.get("at_most_one", ())),
        needs=tuple(tuple(group) for group in entry.get("needs", ())),
    )


def content_keys(channels: Mapping[str, Channel]) -> dict[str, tuple[Channel, ContentType]]:
    return {kind.content: (channel, kind) for channel in channels.values() for kind in channel.types.values()}


def item_schema(channels: Mapping[str, Channel], *, reference_length: int) -> Schema:
    """The Item as a caller may send it: read-only fields are accepted and ignored, as in the JSON form of protobuf."""
    text: Schema = {"type": "string"}
    contents = {key: kind.schema() for key, (_, kind) in content_keys(channels).items()}
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "id": {"type": "string", "format": "uuid"},
            "referenceId": {"type": "string", "minLength": 1, "maxLength": reference_length},
            "channel": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "name": {"type": "string", "enum": list(channels)},
                    "accountId": {"type": "string", "minLength": 1},
                    "publishingTarget": {"type": "object", "additionalProperties": False, "properties": {"id": text}},
                    "externalItemId": text,
                    "externalItemUrl": text,
                },
            },
            "type": {
                "type": "string",
                "enum": sorted({kind for channel in channels.values() for kind in channel.types}),
            },
            "schedulingInfo": {
                "type": "object",
                "additionalProperties": False,
                "properties": {"scheduledDate": {"type": "string", "format": "date-time"}},
            },
            "siteAssetRef": {
                "type": "object",
                "additionalProperties": False,
                "properties": {"siteAssetRefType": text, "id": text, "name": text},
            },
            "status": text,
            "external": {"type": "boolean"},
            "draftInfo": {"type": "object"},
            "insightsSummary": {"type": "object"},
            "publicationError": {"type": "object"},
            **contents,
        },
    }
