"""The service's accent: how it rewrites what it stores and in which form it shows it, as far as switches ask for it."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from socialsync.emulator.channels import Channel
from socialsync.emulator.clock import parse_instant, render_instant
from socialsync.emulator.content import content_of
from socialsync.emulator.core import FILE_ID
from socialsync.emulator.settings import Settings

Switches = Settings | Mapping[str, Any]

TRANSFORMED = re.compile(r"/v1/fill/[^?#]*")


def _clean(text: str) -> str:
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _rewrite(url: str) -> str:
    if "static.wixstatic.com/media/" in url and not TRANSFORMED.search(url):
        name = url.split("?")[0].rsplit("/", 1)[-1]
        return f"{url.split('?')[0]}/v1/fill/w_1000,h_1000,al_c,q_85/{name}"
    return url


def store_form(settings: Settings, channels: Mapping[str, Channel], item: dict[str, Any]) -> None:
    """Changes a new or updated item, in place, to what such a service would keep."""
    content = content_of(channels, item)
    kinds = channels[item["channel"]["name"]].types[item["type"]].fields
    for name, value in content.items():
        if settings["normalise_text"] and isinstance(value, str) and kinds[name].get("kind", "text") == "text":
            content[name] = _clean(value)
        if settings["rewrite_media_urls"] and name in ("imageUrl", "videoUrl") and isinstance(value, str):
            content[name] = _rewrite(value)
    for entry in (content.get("mediaWrapper") or {}).get("media", []):
        if settings["add_file_id"] and entry.get("fileId") is None:
            match = FILE_ID.search(entry["url"])
            if match:
                entry["fileId"] = match[1]
        if settings["rewrite_media_urls"]:
            entry["url"] = _rewrite(entry["url"])


def show_date(settings: Switches, milliseconds: int) -> str:
    form = settings["date_format"]
    if form == "seconds":
        return datetime.fromtimestamp(milliseconds // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    text = render_instant(milliseconds)
    return text.replace("Z", "+00:00") if form == "offset" else text


def show_item(
    settings: Switches, channels: Mapping[str, Channel], item: Mapping[str, Any], *, created: int, updated: int
) -> dict[str, Any]:
    """An item as the service answers it."""
    shown = {name: value for name, value in item.items() if not name.startswith("_")}
    date = (shown.get("schedulingInfo") or {}).get("scheduledDate")
    if date is not None and settings["date_format"] != "echo":
        shown["schedulingInfo"] = {"scheduledDate": show_date(settings, parse_instant(date))}
    if shown["status"] == "DRAFT":
        shown["draftInfo"] = {
            "createdDate": show_date(settings, created),
            "updatedDate": show_date(settings, updated),
        }
    if settings["permalink_at"] == "both" and shown["channel"].get("externalItemUrl"):
        shown["externalItemUrl"] = shown["channel"]["externalItemUrl"]
    if settings["null_absent_fields"]:
        _add_nulls(shown, channels)
    if settings["extra_fields"]:
        shown["previewRevision"] = {"number": 1, "labels": ["beta"]}
        shown["channel"] = {**shown["channel"], "capabilities": ["EXAMPLE"]}
    return shown


def _add_nulls(shown: dict[str, Any], channels: Mapping[str, Channel]) -> None:
    for name in ("referenceId", "schedulingInfo", "siteAssetRef", "publicationError", "insightsSummary", "draftInfo"):
        shown.setdefault(name, None)
    channel = channels.get(shown["channel"]["name"])
    kind = channel and channel.types.get(shown.get("type", ""))
    if kind and kind.content in shown:
        shown[kind.content] = {**dict.fromkeys(kind.fields), **shown[kind.content]}
    shown["channel"] = {"publishingTarget": None, "externalItemId": None, "externalItemUrl": None, **shown["channel"]}
