"""The files of the Media service: how they are kept, described, listed and searched."""

import json
import sqlite3
from typing import IO, Any

from socialsync.emulator.clock import render_instant
from socialsync.emulator.core import Call, Emulator, Upload
from socialsync.emulator.errors import FieldViolation, ServiceError, invalid, refuse

KINDS = {"image": "IMAGE", "video": "VIDEO", "audio": "AUDIO", "application": "DOCUMENT", "text": "DOCUMENT"}
EXTENSIONS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "audio/mpeg": ".mp3",
    "application/pdf": ".pdf",
}
REFUSED_TYPES = ("application/x-msdownload", "application/x-sh", "text/html")
ROOT = "media-root"
CHUNK = 1 << 20
_SORT = {"displayName": "name", "updatedDate": "created", "sizeInBytes": "size"}
_COLUMNS = "number, site, id, folder, name, mime, kind, size, md5, created, ready, outcome, source, labels, private"


def rule(field: str, name: str) -> ServiceError:
    """The rules of the Media service arrive as field violations, with the rule as their code."""
    error = invalid([FieldViolation(field=field, description=refuse(name).message, rule=name)], breach=False)
    error.code = name
    return error


def check_type(mime: str) -> str:
    kind = KINDS.get(mime.split("/")[0])
    if kind is None or mime in REFUSED_TYPES:
        raise rule("mimeType", "UNSUPPORTED_FILE_FORMAT")
    return kind


def folder_of(call: Call, given: dict[str, Any]) -> str:
    """The folder a file goes to; `filePath` makes folders as needed."""
    path = (given.get("filePath") or "").strip("/")
    if not path:
        return str(given.get("parentFolderId") or ROOT)
    row = call.store.one("select id from folder where site=? and path=?", call.site, path)
    if row is not None:
        return str(row["id"])
    folder = call.emulator.new_id("folder", call.site, path).replace("-", "")
    call.store.run("insert into folder values(?,?,?)", call.site, path, folder)
    return folder


def keep(
    emulator: Emulator,
    site: str,
    given: dict[str, Any],
    upload: Upload,
    *,
    now: int,
    outcome: str,
    source: str | None = None,
) -> dict[str, Any]:
    """A new file with its bytes; PENDING for as long as the switch says."""
    store = emulator.store
    room = emulator.settings["media_site_bytes"]
    used = store.one("select coalesce(sum(size), 0) as bytes, coalesce(max(number), 0) as last from file")
    assert used is not None
    if room and used["bytes"] + upload.size > room:
        raise rule("sizeInBytes", "SITE_QUOTA_EXCEEDED")
    mime = given["mimeType"]
    name = emulator.new_id("file", used["last"] + 1).replace("-", "")
    file_id = f"3fa1c2_{name}" if mime.startswith("video/") else f"3fa1c2_{name}~mv2{EXTENSIONS.get(mime, '.bin')}"
    shown_name = (given.get("displayName") or given.get("fileName") or file_id)[:255]
    cursor = store.run(
        "insert into file(site, id, folder, name, mime, kind, size, digest, md5, created, ready, outcome, source,"
        " labels, private, bytes) values(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,zeroblob(?))",
        *(site, file_id, given["folder"], shown_name, mime, check_type(mime), upload.size, upload.sha256, upload.md5),
        *(now, now + round(emulator.settings["media_ready_seconds"] * 1000), outcome, source),
        *("\n".join(given.get("labels") or []), int(bool(given.get("private"))), upload.size),
    )
    if upload.size and cursor.lastrowid is not None:
        with store.db.blobopen("file", "bytes", cursor.lastrowid) as blob:
            _copy(upload.file, blob)
    return descriptor(require(emulator, site, file_id), now)


def _copy(source: IO[bytes], target: sqlite3.Blob) -> None:
    source.seek(0)
    while chunk := source.read(CHUNK):
        target.write(chunk)


def require(emulator: Emulator, site: str, file_id: str) -> sqlite3.Row:
    row = emulator.store.one(f"select {_COLUMNS} from file where site=? and id=?", site, file_id)
    if row is None:
        raise refuse("FILE_NOT_FOUND", f"No file {file_id}")
    return row


def descriptor(row: sqlite3.Row, now: int) -> dict[str, Any]:
    """A FileDescriptor; without `media` for as long as it is PENDING."""
    status = "PENDING" if row["ready"] > now else row["outcome"]
    video = row["kind"] == "VIDEO"
    host = "video.wixstatic.com/video" if video else "static.wixstatic.com/media"
    url = f"https://{host}/{row['id']}" + ("/1080p/mp4/file.mp4" if video else "")
    shown: dict[str, Any] = {
        "id": row["id"],
        "displayName": row["name"],
        "url": url,
        "parentFolderId": row["folder"],
        "hash": row["md5"],
        "sizeInBytes": str(row["size"]),
        "private": bool(row["private"]),
        "mediaType": row["kind"],
        "operationStatus": status,
        "labels": [label for label in (row["labels"] or "").split("\n") if label],
        "createdDate": render_instant(row["created"]),
        "updatedDate": render_instant(row["created"]),
        "siteId": row["site"],
        "state": "OK",
    }
    if row["source"]:
        shown["sourceUrl"] = row["source"]
    if status == "READY" and row["kind"] in ("IMAGE", "VIDEO"):
        shown["media"] = {row["kind"].lower(): {"url": url}}
    return shown


def get_file(call: Call) -> dict[str, Any]:
    file_id = call.params.get("id") or call.first("fileId")
    if not file_id:
        raise invalid([FieldViolation(field="fileId", description="must not be empty", rule="REQUIRED_FIELD")])
    return {"file": descriptor(require(call.emulator, call.site, file_id), call.now)}


def get_files(call: Call) -> dict[str, Any]:
    rows = [
        call.store.one(f"select {_COLUMNS} from file where site=? and id=?", call.site, file_id)
        for file_id in call.body["fileIds"]
    ]
    return {"files": [descriptor(row, call.now) for row in rows if row is not None]}


def list_files(call: Call) -> dict[str, Any]:
    sort = {"fieldName": call.first("sort.fieldName"), "order": call.first("sort.order")}
    limit = call.first("paging.limit")
    if limit is not None and not limit.isdecimal():
        raise invalid([FieldViolation(field="paging.limit", description="is no number", rule="INVALID_TYPE")])
    paging = {"limit": None if limit is None else int(limit), "cursor": call.first("paging.cursor")}
    kinds = call.every("mediaTypes")
    condition, values = "folder=?", [call.first("parentFolderId") or ROOT]
    return _page(call, condition, values, kinds, sort, paging)


def search_files(call: Call) -> dict[str, Any]:
    """Free text over name, type and labels, in all folders."""
    text = (call.body.get("search") or "").casefold()
    condition = "instr(lower(name || ' ' || mime || ' ' || coalesce(labels, '')), lower(?)) > 0"
    if call.body.get("rootFolder", "MEDIA_ROOT") != "MEDIA_ROOT":
        condition += " and 0"
    kinds = call.body.get("mediaTypes") or []
    return _page(call, condition, [text], kinds, call.body.get("sort") or {}, call.body.get("paging") or {})


def _page(
    call: Call, condition: str, values: list[Any], kinds: list[str], sort: dict[str, Any], paging: dict[str, Any]
) -> dict[str, Any]:
    limit = 50 if paging.get("limit") is None else paging["limit"]
    column = _SORT.get(sort.get("fieldName") or "updatedDate")
    if column is None or not 1 <= limit <= 100:
        field = "paging.limit" if column else "sort.fieldName"
        raise invalid([FieldViolation(field=field, description="is not allowed", rule="OUT_OF_RANGE")])
    down = sort.get("order", "ASC") == "DESC" if sort.get("fieldName") else True
    if kinds:
        condition += f" and kind in ({','.join('?' * len(kinds))})"
        values = [*values, *kinds]
    if paging.get("cursor"):
        condition += f" and ({column}, number) {'<' if down else '>'} (?, ?)"
        values = [*values, *_read_cursor(paging["cursor"])]
    way = "desc" if down else "asc"
    rows = call.store.all(
        f"select {_COLUMNS} from file where site=? and {condition} order by {column} {way}, number {way} limit ?",
        *(call.site, *values, limit + 1),
    )
    more = len(rows) > limit
    rows = rows[:limit]
    cursor = json.dumps([rows[-1][column], rows[-1]["number"]]).encode().hex() if more else None
    files = [descriptor(row, call.now) for row in rows]
    return {"files": files, "nextCursor": {"cursors": {"next": cursor}, "hasNext": more}}


def _read_cursor(text: str) -> list[Any]:
    try:
        value, number = json.loads(bytes.fromhex(text))
        if not isinstance(value, (str, int)) or not isinstance(number, int):
            raise ValueError("no pair of a value and a number")
        return [value, number]
    except (ValueError, TypeError) as error:
        violation = FieldViolation(field="paging.cursor", description="is no cursor of ours", rule="INVALID_ARGUMENT")
        raise invalid([violation]) from error
