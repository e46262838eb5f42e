"""The service's routes, one function each: JSON in, JSON of a checked shape out (API reference 1, 5, 7)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

from socialsync.errors import ReplyClass, WriteError
from socialsync.remote.wix.client import Client
from socialsync.remote.wix.replies import JsonObject, Shape

_SOCIAL = "/social-publisher/v1"
_MEDIA = "/site-media/v1"
_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")

Item = Mapping[str, Any]


def is_item_id(text: Any) -> bool:
    """Whether `text` is a GUID: anything else is never put into a path."""
    return isinstance(text, str) and bool(_GUID.match(text))


# --- items --------------------------------------------------------------------------------------


def create_draft(client: Client, item: Item) -> JsonObject:
    """POST /items: a new DRAFT. Raises WriteError."""
    body = {"item": item}
    return _item(client.write("create the draft", "POST", f"{_SOCIAL}/items", body=body, shape=_has_item()))


def get_item(client: Client, item_id: str) -> JsonObject:
    """GET /items/{id}. Raises Refused, with ITEM_NOT_EXISTS for an unknown id."""
    path = f"{_SOCIAL}/items/{item_id}"
    return _item(client.read("read the post", "GET", path, shape=_has_item(item_id)))


def get_items(client: Client, item_ids: Iterable[str]) -> list[JsonObject]:
    """GET /items?ids=…: those that come back; the parameter's name is a guess, so an absent one proves nothing."""
    params = [("ids", item_id) for item_id in item_ids]
    data = client.read("read the posts", "GET", f"{_SOCIAL}/items", params=params, shape=_has_items)
    return list(data["items"])


def update_item(client: Client, item_id: str, item: Item) -> JsonObject:
    """PATCH /items/{id}: only the fields sent change; null clears one. Raises WriteError."""
    path = _item_path("update the post", item_id)
    body = {"item": {"id": item_id, **item}}
    return _item(client.write("update the post", "PATCH", path, body=body, shape=_has_item(item_id)))


def delete_item(client: Client, item_id: str) -> None:
    """DELETE /items/{id}: soft. Raises WriteError, with ITEM_IS_DELETED the second time. Only the documented `{}` is
    taken for done: whatever a fence rests on must be read if the reply says anything else."""
    client.write("delete the post", "DELETE", _item_path("delete the post", item_id), shape=_is_empty)


def query_items(client: Client, query: Mapping[str, Any]) -> JsonObject:
    """POST /items/query: one page as `{"items": […], …}`. Raises Refused for what the service cannot filter or sort."""
    return client.read("list the posts", "POST", f"{_SOCIAL}/items/query", body={"query": query}, shape=_has_items)


def publish(client: Client, item: Item) -> JsonObject:
    """POST /publish: create and publish in one step; with `schedulingInfo.scheduledDate` it schedules instead.

    Nothing can be compared between content and publication, so `adapter` never uses it. Raises WriteError.
    """
    body = {"item": item}
    return _item(client.write("publish the post", "POST", f"{_SOCIAL}/publish", body=body, shape=_has_item()))


def publish_by_id(client: Client, item_id: str, scheduled_date: str | None) -> JsonObject:
    """POST /publish-by-id: schedule for an ISO 8601 instant, or publish *now* for None. Raises WriteError."""
    doing = "publish the post" if scheduled_date is None else "schedule the post"
    _item_path(doing, item_id)
    body = {"id": item_id} if scheduled_date is None else {"id": item_id, "scheduledDate": scheduled_date}
    return _item(client.write(doing, "POST", f"{_SOCIAL}/publish-by-id", body=body, shape=_has_item(item_id)))


def bulk_publish(client: Client, items: Iterable[Item]) -> list[JsonObject]:
    """POST /bulk/publish: `[{"itemMetadata": {"success", …}, "item"?}]`, each item on its own.

    Like `publish` it leaves no moment to compare, so `adapter` never uses it. Raises WriteError.
    """
    body = {"items": list(items)}
    data = client.write("publish the posts", "POST", f"{_SOCIAL}/bulk/publish", body=body, shape=_has_results)
    return list(data["results"])


def reschedule(client: Client, item_id: str, scheduled_date: str) -> JsonObject:
    """POST /items/{id}/reschedule: move a SCHEDULED item. Raises WriteError."""
    path = f"{_item_path('move the post', item_id)}/reschedule"
    body = {"scheduledDate": scheduled_date}
    return _item(client.write("move the post", "POST", path, body=body, shape=_has_item(item_id)))


def cancel(client: Client, item_id: str) -> JsonObject:
    """PATCH /items/{id}/cancel: SCHEDULED becomes CANCELED. Raises WriteError."""
    path = f"{_item_path('cancel the post', item_id)}/cancel"
    return _item(client.write("cancel the post", "PATCH", path, body={}, shape=_has_item(item_id)))


# --- accounts and features ----------------------------------------------------------------------


def token_status(client: Client, channel: str) -> str:
    """GET /{channel}/long-lived-token-status: VALID, INVALID, DISCONNECTED or NEVER_CREATED."""
    path = f"{_SOCIAL}/{quote(channel, safe='')}/long-lived-token-status"
    data = client.read(f"read the connection of {channel}", "GET", path, shape=_has_text("status"))
    status: str = data["status"]
    return status


def list_accounts(client: Client, channel: str) -> list[JsonObject]:
    """GET /accounts?channelName=…; a channel that is not connected is Refused, not an empty list."""
    params = [("channelName", channel)]
    path = f"{_SOCIAL}/accounts"
    data = client.read(f"list the accounts of {channel}", "GET", path, params=params, shape=_has_objects("accounts"))
    return list(data["accounts"])


def features(client: Client, types: Iterable[str]) -> list[JsonObject]:
    """GET /features?featureTypes=A&featureTypes=B, at most 20: what the site's plan allows."""
    params = [("featureTypes", name) for name in types]
    path = f"{_SOCIAL}/features"
    data = client.read("read the plan's quotas", "GET", path, params=params, shape=_has_objects("features"))
    return list(data["features"])


# --- media --------------------------------------------------------------------------------------


def media_upload_url(client: Client, path: str, *, name: str, mime: str, size: int, folder: str) -> str:
    """POST /files/generate-upload-url: where to PUT the bytes. Changes nothing, so it is repeated like a read.

    `path` is what messages call the file.
    """
    body = {"mimeType": mime, "fileName": name, "sizeInBytes": str(size), "filePath": folder}
    route = f"{_MEDIA}/files/generate-upload-url"
    data = client.read(f"upload {path}", "POST", route, body=body, shape=_has_text("uploadUrl"))
    url: str = data["uploadUrl"]
    return url


def put_file(client: Client, path: str, url: str, *, chunks: Iterator[bytes], size: int, mime: str) -> JsonObject:
    """PUT the bytes to an upload URL: the file's descriptor. Raises WriteError, and whatever `chunks` raises."""
    data = client.put(f"upload {path}", url, chunks=chunks, size=size, mime=mime, shape=_has_file)
    file: JsonObject = data["file"]
    return file


def get_file(client: Client, file_id: str) -> JsonObject:
    """GET /files/get-file-by-id?fileId=…: the file's descriptor. Raises Refused for an unknown id."""
    path = f"{_MEDIA}/files/get-file-by-id"
    data = client.read("read the file", "GET", path, params=[("fileId", file_id)], shape=_has_file)
    file: JsonObject = data["file"]
    return file


def search_files(client: Client, text: str, *, cursor: str = "") -> JsonObject:
    """POST /files/search: one page of descriptors whose name, type or label holds `text`, with `nextCursor`."""
    paging = {"limit": 100, "cursor": cursor} if cursor else {"limit": 100}
    body = {"search": text, "rootFolder": "MEDIA_ROOT", "paging": paging}
    path = f"{_MEDIA}/files/search"
    return client.read("search the media folder", "POST", path, body=body, shape=_has_objects("files"))


# --- shapes -------------------------------------------------------------------------------------


def _item_path(doing: str, item_id: str) -> str:
    if not is_item_id(item_id):
        raise WriteError(
            f"could not {doing}: {item_id!r} is no item id",
            reply=ReplyClass.NOT_SENT,
            hint="An item id looks like 5c2f6a0e-91d7-4a3b-8a44-0f6f2f9e1d10.",
            code="E-NOT-SENT",
        )
    return f"{_SOCIAL}/items/{item_id}"


def _item(data: JsonObject) -> JsonObject:
    item: JsonObject = data["item"]
    return item


def _is_item(item: Any) -> bool:
    return isinstance(item, dict) and is_item_id(item.get("id")) and isinstance(item.get("status"), str)


def _has_item(item_id: str = "") -> Shape:
    """An item; with `item_id` exactly that one."""

    def shape(data: JsonObject) -> bool:
        item: Any = data.get("item")
        return _is_item(item) and (not item_id or item["id"].lower() == item_id.lower())

    return shape


def _has_items(data: JsonObject) -> bool:
    items = data.get("items")
    return isinstance(items, list) and all(map(_is_item, items))


def _has_results(data: JsonObject) -> bool:
    results = data.get("results")
    return isinstance(results, list) and all(
        isinstance(result, dict) and isinstance(result.get("itemMetadata"), dict) for result in results
    )


def _has_text(name: str) -> Shape:
    return lambda data: isinstance(data.get(name), str) and bool(data[name])


def _has_objects(name: str) -> Shape:
    def shape(data: JsonObject) -> bool:
        objects = data.get(name)
        return isinstance(objects, list) and all(isinstance(entry, dict) for entry in objects)

    return shape


def _has_file(data: JsonObject) -> bool:
    file = data.get("file")
    return isinstance(file, dict) and isinstance(file.get("id"), str) and bool(file["id"])


def _is_empty(data: JsonObject) -> bool:
    return not data
