"""How bytes get into the Media service: upload URLs, resumable uploads (TUS) and imports."""

import hashlib
import io
import json
import sqlite3
import tempfile
from base64 import b64decode
from typing import IO, Any
from urllib.parse import urlsplit

from socialsync.emulator import media
from socialsync.emulator.core import Call, Reply, Upload
from socialsync.emulator.errors import FieldViolation, ServiceError, invalid

MEDIA_PATH = "/_emulator/media/"
_SPOOL = 4 << 20
_TUS = {"Tus-Resumable": "1.0.0"}


class Receiver:
    """Takes bytes as they come, hashes them, and keeps large ones on disk."""

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=_SPOOL)  # noqa: SIM115 - closed by the request's end
        self._sha256, self._md5 = hashlib.sha256(), hashlib.md5(usedforsecurity=False)
        self._size = 0

    def write(self, chunk: bytes) -> None:
        self._file.write(chunk)
        self._sha256.update(chunk)
        self._md5.update(chunk)
        self._size += len(chunk)

    def upload(self, mime: str) -> Upload:
        sha256, md5 = self._sha256.hexdigest(), self._md5.hexdigest()
        return Upload(file=self._file, size=self._size, sha256=sha256, md5=md5, mime=mime)

    def close(self) -> None:
        self._file.close()


def received(data: bytes, mime: str) -> Upload:
    sha256, md5 = hashlib.sha256(data).hexdigest(), hashlib.md5(data, usedforsecurity=False).hexdigest()
    return Upload(file=io.BytesIO(data), size=len(data), sha256=sha256, md5=md5, mime=mime)


def _ask(call: Call, *, resumable: bool) -> str:
    given = call.body
    media.check_type(given["mimeType"])
    size = given.get("sizeInBytes")
    if size is not None:
        if not size.isdecimal():
            raise invalid([FieldViolation(field="sizeInBytes", description="is no number", rule="INVALID_TYPE")])
        _check_size(call, int(size))
    row = call.store.one("select count(*) as n from upload")
    token = call.emulator.new_id("upload", 0 if row is None else row["n"])
    wanted = json.dumps({**given, "folder": media.folder_of(call, given)})
    call.store.run(
        "insert into upload(token, site, request, resumable) values(?,?,?,?)", token, call.site, wanted, int(resumable)
    )
    return token


def _check_size(call: Call, size: int) -> None:
    if size == 0:
        raise media.rule("sizeInBytes", "ZERO_FILE_SIZE")
    if size > call.settings["media_max_bytes"]:
        raise media.rule("sizeInBytes", "FILE_SIZE_OVER_LIMIT")


def generate_file_upload_url(call: Call) -> dict[str, Any]:
    return {"uploadUrl": f"{call.base_url}upload/{_ask(call, resumable=False)}"}


def generate_file_resumable_upload_url(call: Call) -> dict[str, Any]:
    token = _ask(call, resumable=True)
    return {"uploadProtocol": "TUS", "uploadUrl": f"{call.base_url}upload/resumable", "uploadToken": token}


def _find(call: Call, token: str, *, resumable: bool) -> sqlite3.Row:
    row = call.store.one("select * from upload where token=? and resumable=?", token, int(resumable))
    if row is None:
        raise ServiceError(status=404, message="This upload does not exist", breach=True)
    if "authorization" in call.headers:
        # An upload address may belong to another host: the key has no business there.
        call.violations.append("the Authorization header was sent to an upload address")
    call.site = row["site"]
    return row


def upload_file(call: Call) -> dict[str, Any]:
    row = _find(call, call.params["token"], resumable=False)
    upload = call.upload
    assert upload is not None
    given = json.loads(row["request"])
    _check_size(call, upload.size)
    if upload.mime and upload.mime != given["mimeType"]:
        raise media.rule("mimeType", "MISMATCH_MIME_TYPE")
    return _done(call, given, upload)


def _done(call: Call, given: dict[str, Any], upload: Upload) -> dict[str, Any]:
    outcome = call.settings["media_outcome"]
    return {"file": media.keep(call.emulator, call.site, given, upload, now=call.now, outcome=outcome)}


def start_resumable_upload(call: Call) -> Reply:
    """TUS creation: the token comes in the Upload-Metadata, base64, as TUS clients send it."""
    pairs = (pair.strip().split(" ") for pair in call.headers.get("upload-metadata", "").split(","))
    values = {pair[0]: pair[1] for pair in pairs if len(pair) == 2}
    length = call.headers.get("upload-length", "")
    try:
        token = b64decode(values.get("token", ""), validate=True).decode()
    except ValueError:
        token = ""
    row = _find(call, token, resumable=True)
    if not length.isdecimal():
        raise ServiceError(status=400, message="Upload-Length is missing", breach=True)
    _check_size(call, int(length))
    call.store.run("update upload set length=? where token=?", int(length), row["token"])
    return Reply(status=201, headers={**_TUS, "Location": f"{call.base_url}upload/resumable/{row['token']}"})


def get_resumable_upload(call: Call) -> Reply:
    row = _find(call, call.params["token"], resumable=True)
    progress = {"Upload-Offset": str(row["received"]), "Upload-Length": str(row["length"] or 0)}
    return Reply(headers={**_TUS, **progress, "Cache-Control": "no-store"})


def continue_resumable_upload(call: Call) -> Reply:
    row = _find(call, call.params["token"], resumable=True)
    upload = call.upload
    assert upload is not None
    if call.headers.get("upload-offset") != str(row["received"]):
        raise ServiceError(status=409, message=f"The next byte is {row['received']}", breach=True)
    offset = row["received"] + upload.size
    if row["length"] is None or offset > row["length"]:
        raise ServiceError(status=413, message="More bytes than announced", breach=True)
    upload.file.seek(0)
    call.store.run("insert into upload_part values(?,?,?)", row["token"], row["received"], upload.file.read())
    call.store.run("update upload set received=? where token=?", offset, row["token"])
    headers = {**_TUS, "Upload-Offset": str(offset)}
    if offset < row["length"]:
        return Reply(status=204, headers=headers)
    parts = call.store.all("select bytes from upload_part where token=? order by number", row["token"])
    given = json.loads(row["request"])
    whole = received(b"".join(part["bytes"] for part in parts), given["mimeType"])
    call.store.run("delete from upload_part where token=?", row["token"])
    return Reply(body=_done(call, given, whole), headers=headers)


def import_file(call: Call) -> dict[str, Any]:
    return {"file": _import(call, call.body)}


def bulk_import_files(call: Call) -> dict[str, Any]:
    results = []
    for index, given in enumerate(call.body["importFileRequests"]):
        try:
            with call.store.undo_on_error():
                file = _import(call, given)
            metadata: dict[str, Any] = {"id": file["id"], "originalIndex": index, "success": True}
            results.append(
                {"itemMetadata": metadata, **({"item": file} if call.body.get("returnEntity", True) else {})}
            )
        except ServiceError as error:
            detail = {"code": error.code or "INVALID_ARGUMENT", "description": error.message}
            results.append({"itemMetadata": {"originalIndex": index, "success": False, "error": detail}})
    done = sum(1 for result in results if result["itemMetadata"]["success"])
    counts = {"totalSuccesses": done, "totalFailures": len(results) - done, "undetailedFailures": 0}
    return {"results": results, "bulkActionMetadata": counts}


def _import(call: Call, given: dict[str, Any]) -> dict[str, Any]:
    """Only addresses of this emulator can be fetched: it opens no connection. Others end as FAILED."""
    url = given["url"]
    wanted, own = urlsplit(url), urlsplit(call.base_url)
    source = None
    if wanted.netloc == own.netloc and wanted.path.startswith(MEDIA_PATH):
        name = wanted.path.removeprefix(MEDIA_PATH)
        source = call.store.one("select bytes, mime from file where id=?", name)
    mime = given.get("mimeType") or (source["mime"] if source else _guess_type(given.get("displayName") or wanted.path))
    wanted_form = {**given, "mimeType": mime, "folder": media.folder_of(call, given)}
    outcome = call.settings["media_outcome"] if source else "FAILED"
    upload = received(source["bytes"] if source else b"", mime)
    file = media.keep(call.emulator, call.site, wanted_form, upload, now=call.now, outcome=outcome, source=url)
    # The reply to an import is always PENDING and without `media`, however fast the file becomes ready.
    return {**{name: value for name, value in file.items() if name != "media"}, "operationStatus": "PENDING"}


def _guess_type(name: str) -> str:
    for mime, extension in {**media.EXTENSIONS, "video/mp4": ".mp4"}.items():
        if name.lower().endswith(extension):
            return mime
    raise invalid(
        [FieldViolation(field="mimeType", description="is needed: the address has no extension", rule="REQUIRED_FIELD")]
    )
