"""Intents to the service's item JSON and back, driven only by a cell's `wire`: no channel is named here."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

from socialsync.canonical import canonical_instant, canonical_text
from socialsync.cells import Cell, Cells, Wire
from socialsync.model.accounts import AccountInfo
from socialsync.model.intents import Content, FieldValue, Intent, MediaKind, MediaRef
from socialsync.model.items import Item, RemoteMedia, Status
from socialsync.remote.wix.replies import JsonObject, one_line

DigestOf = Callable[[str], str]
"""The digest of a file id; empty if it is none of ours."""

# `https://static.wixstatic.com/media/<id>/v1/fill/…` and `https://video.wixstatic.com/video/<id>/1080p/mp4/file.mp4`.
_FILE_ID = re.compile(r"/(?:media|video)/([^/]+)")
_MEDIA_HOST = re.compile(r"https?://[^/]*\.(?:wixstatic|wixmp)\.com/")


# --- out ----------------------------------------------------------------------------------------


def encode(intent: Intent, cell: Cell, account: AccountInfo, media: Mapping[str, RemoteMedia]) -> JsonObject:
    """The item of a create. `media` is keyed by MediaRef.token and holds every file of the intent."""
    wire = cell.wire
    return {
        "referenceId": intent.key,
        "channel": {"name": wire.channel, "accountId": account.account_id},
        "type": wire.type,
        wire.content: _content(intent.content, wire, account, media),
    }


def encode_update(
    item: Item, intent: Intent, cell: Cell, account: AccountInfo, media: Mapping[str, RemoteMedia]
) -> JsonObject:
    """The changed part of an item: its whole content, with null for what it has and shall have no longer.

    The depth of the service's merge is not documented; the whole content is right under every reading.
    """
    content = _content(intent.content, cell.wire, account, media)
    for name in sorted(item.fields):
        for wire_name in _wire_names(name, cell.wire):
            content.setdefault(wire_name, None)
    return {cell.wire.content: content}


def encode_instant(at: datetime) -> str:
    """The form of dates in the service's examples: UTC with milliseconds."""
    return canonical_instant(at).replace("Z", ".000Z")


def _content(content: Content, wire: Wire, account: AccountInfo, media: Mapping[str, RemoteMedia]) -> JsonObject:
    ids = {"account": account.account_id, "second": account.second_id}
    written: JsonObject = {name: ids[source] for name, source in wire.account.sends.items()}
    for name, value in ((wire.text, content.text), (wire.title, content.title), (wire.link, content.link)):
        if name and value:
            written[name] = value
    for name, value in content.extras:
        field = wire.fields[name]
        written[field.name] = field.values.get(value, value)
    written.update(_media(content.media, wire, media))
    return written


def _media(refs: tuple[MediaRef, ...], wire: Wire, media: Mapping[str, RemoteMedia]) -> JsonObject:
    """One file goes into the single-URL field of its kind where the cell has one, everything else into the wrapper."""
    if not refs:
        return {}
    single = wire.media.image if refs[0].kind is MediaKind.IMAGE else wire.media.video
    if single and len(refs) == 1:
        return {single: media[refs[0].token].url}
    entries = [
        {"type": ref.kind.value, "url": media[ref.token].url, "fileId": media[ref.token].file_id} for ref in refs
    ]
    return {wire.media.wrapper: {"media": entries}}


def _wire_names(field: str, wire: Wire) -> Iterator[str]:
    """The content's names that a canonical field may stand in."""
    match field:
        case "text" | "title" | "link":
            names: tuple[str, ...] = ({"text": wire.text, "title": wire.title, "link": wire.link}[field],)
        case "media":
            names = (wire.media.image, wire.media.video, wire.media.wrapper)
        case _:
            names = (wire.fields[field].name,) if field in wire.fields else ()
    return (name for name in names if name)


# --- in -----------------------------------------------------------------------------------------


def decode(data: JsonObject, cells: Cells, digest_of: DigestOf) -> Item:
    """An item of the service, of which api.py has checked `id` and `status`; whatever it adds is ignored.

    A content that no cell describes leaves `cell` and `fields` empty; a status this version does not know is OTHER.
    """
    channel = _object(data.get("channel"))
    cell, content = _cell(data, _plain(channel.get("name")), cells)
    status = Status(data["status"]) if data["status"] in Status.__members__ else Status.OTHER
    return Item(
        id=data["id"],
        key=_plain(data.get("referenceId")),
        status=status,
        cell=cell.name if cell else "",
        account_id=_plain(channel.get("accountId")),
        second_id=_second_id(content, cell.wire) if cell else "",
        fields=dict(_fields(content, cell.wire, digest_of)) if cell else {},
        at=decode_instant(_object(data.get("schedulingInfo")).get("scheduledDate")),
        external=data.get("external") is True,
        error=_error(data.get("publicationError")),
        permalink=_permalink(data, channel, content, cell.wire.permalinks if cell else ()),
    )


def decode_instant(text: Any) -> datetime | None:
    """An ISO 8601 instant, with or without fractions, as UTC in whole seconds; None if it is none."""
    if not isinstance(text, str):
        return None
    try:
        instant = datetime.fromisoformat(text)
        return instant.replace(tzinfo=instant.tzinfo or UTC, microsecond=0).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def file_id_of(url: str) -> str:
    """The file id in an address of the service's media, however it was rewritten; empty if there is none."""
    found = _FILE_ID.search(re.split(r"[?#]", url, maxsplit=1)[0])
    return unquote(found[1]) if found else ""


def _cell(data: JsonObject, channel: str, cells: Cells) -> tuple[Cell | None, JsonObject]:
    type_ = _plain(data.get("type"))
    for name, content in data.items():
        if isinstance(content, dict):
            cell = cells.by_wire(channel, type_, name)
            if cell is not None:
                return cell, content
    return None, {}


def _second_id(content: JsonObject, wire: Wire) -> str:
    return next((_plain(content.get(name)) for name, source in wire.account.sends.items() if source == "second"), "")


def _fields(content: JsonObject, wire: Wire, digest_of: DigestOf) -> Iterator[tuple[str, FieldValue]]:
    """The canonical fields that are not empty."""
    for field, name in (("text", wire.text), ("title", wire.title), ("link", wire.link)):
        if name and (text := canonical_text(_plain(content.get(name)))):
            yield field, text
    if tokens := tuple(_token(entry, digest_of) for entry in _media_entries(content, wire)):
        yield "media", tokens
    for field, wire_field in wire.fields.items():
        if value := canonical_text(_plain(content.get(wire_field.name))):
            by_wire = {wire_value: value for value, wire_value in wire_field.values.items()}
            yield field, by_wire.get(value, value)


def _media_entries(content: JsonObject, wire: Wire) -> Iterator[JsonObject]:
    for name in (wire.media.image, wire.media.video):
        if name and isinstance(content.get(name), str) and content[name]:
            yield {"url": content[name]}
    wrapped = _object(content.get(wire.media.wrapper)).get("media") if wire.media.wrapper else None
    if isinstance(wrapped, list):
        yield from (entry for entry in wrapped if isinstance(entry, dict))


def _token(entry: JsonObject, digest_of: DigestOf) -> str:
    url = _plain(entry.get("url"))
    file_id = _plain(entry.get("fileId")) or file_id_of(url)
    digest = digest_of(file_id) if file_id else ""
    return f"sha256:{digest}" if digest else f"wix:{file_id or url}"


def _error(error: Any) -> str:
    """The members of `publicationError` are not documented: what text there is, in one line."""
    if isinstance(error, str):
        return one_line(error)
    parts = [_plain(_object(error).get(name)) for name in ("code", "message", "description")]
    told = ": ".join(dict.fromkeys(part for part in parts if part))
    return one_line(told or (json.dumps(error, ensure_ascii=False) if error else ""))


def _permalink(data: JsonObject, channel: JsonObject, content: JsonObject, names: tuple[str, ...]) -> str:
    """The public address; a field that still holds the file that was sent is none."""
    places = [channel.get("externalItemUrl"), data.get("externalItemUrl"), *(content.get(name) for name in names)]
    for place in places:
        if isinstance(place, str) and re.match(r"https?://[^\s]+\Z", place) and not _MEDIA_HOST.match(place):
            return place
    return ""


def _object(value: Any) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _plain(value: Any) -> str:
    """A member as text, whether the service writes numbers as numbers or as strings; other shapes as their JSON."""
    match value:
        case None | False:
            return ""
        case str():
            return value.encode("utf-8", "replace").decode()  # a lone surrogate could not be written anywhere
        case _:
            return json.dumps(value, ensure_ascii=True, sort_keys=True)
