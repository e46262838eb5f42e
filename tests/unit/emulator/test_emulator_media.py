"""Media: upload, readiness, import, listing, search, resumable upload."""

import hashlib
from base64 import b64encode
from typing import Any

import pytest
from emulator_api import Api

MEDIA = "/site-media/v1"


def put(api: Api, data: bytes = b"bytes", mime: str = "image/png", **more: Any) -> dict[str, Any]:
    asked = api("POST", f"{MEDIA}/files/generate-upload-url", {"mimeType": mime, **more})
    assert asked.status == 200, asked.content
    got = api("PUT", asked.json["uploadUrl"], data, {"Content-Type": mime})
    assert got.status == 200, got.content
    return dict(got.json["file"])


def test_what_is_put_is_described_and_kept(api: Api) -> None:
    file = put(api, b"bytes", fileName="a.png", labels=["x"])
    assert (file["sizeInBytes"], file["mediaType"], file["operationStatus"]) == ("5", "IMAGE", "READY")
    assert file["hash"] == hashlib.md5(b"bytes").hexdigest()
    assert file["url"] == f"https://static.wixstatic.com/media/{file['id']}"
    for path in (f"/files/get-file-by-id?fileId={file['id'].replace('~', '%7E')}", f"/files/{file['id']}"):
        assert api("GET", MEDIA + path).json == {"file": file}
    assert api("POST", f"{MEDIA}/files/get-files", {"fileIds": [file["id"], "none"]}).json == {"files": [file]}
    assert api("GET", f"/_emulator/media/{file['id']}").content == b"bytes"
    entry = next(entry for entry in api.log() if entry["method"] == "PUT")
    assert entry["body"] == {"sha256": hashlib.sha256(b"bytes").hexdigest(), "size": 5}
    assert (entry["committed"], entry["site"], entry["violations"]) == (True, api.site, [])


def test_a_video_has_its_own_host(api: Api) -> None:
    assert put(api, mime="video/mp4")["url"].startswith("https://video.wixstatic.com/video/3fa1c2_")


@pytest.mark.parametrize("outcome", ["READY", "FAILED"])
def test_a_file_becomes_ready_by_the_virtual_clock(api: Api, outcome: str) -> None:
    api.set(media_ready_seconds=10, media_outcome=outcome)
    file = put(api)
    assert file["operationStatus"] == "PENDING"
    assert "media" not in file
    api.advance("9s")
    path = f"{MEDIA}/files/{file['id']}"
    assert api("GET", path).json["file"]["operationStatus"] == "PENDING"
    api.advance("1s")
    assert api("GET", path).json["file"]["operationStatus"] == outcome


def test_publishing_a_file_that_is_not_ready(api: Api) -> None:
    api.set(media_ready_seconds=10, pending_media="FAILED")
    file = put(api)
    channel = {"name": "INSTAGRAM", "accountId": "17840000000000001"}
    item = {"channel": channel, "type": "POST", "instagramPost": {"imageUrl": file["url"]}}
    assert api("POST", "/publish", {"item": item}).code == "CHANNEL_REJECTED"
    api.advance("10s")
    assert api("POST", "/publish", {"item": item}).status == 200


def test_the_key_sent_to_an_upload_address_is_a_violation(api: Api) -> None:
    asked = api("POST", f"{MEDIA}/files/generate-upload-url", {"mimeType": "image/png"})
    assert api("PUT", asked.json["uploadUrl"], b"x", {"Authorization": "emulator-key"}).status == 200
    assert "Authorization" in api.log()[-1]["violations"][0]


def test_imports(api: Api) -> None:
    file = put(api)
    own = {"url": f"http://127.0.0.1:8090/_emulator/media/{file['id']}", "filePath": "/a/b"}
    copy = api("POST", f"{MEDIA}/files/import", own).json["file"]
    foreign = api("POST", f"{MEDIA}/files/import", {"url": "https://assets.example.org/brot.jpg"}).json["file"]
    assert [copy["operationStatus"], foreign["operationStatus"]] == ["PENDING", "PENDING"]
    statuses = [api("GET", f"{MEDIA}/files/{entry['id']}").json["file"]["operationStatus"] for entry in (copy, foreign)]
    assert statuses == ["READY", "FAILED"]
    assert copy["hash"] == file["hash"]
    assert api("POST", f"{MEDIA}/files/import", {"url": "https://assets.example.org/none"}).status == 400
    bulk = {"importFileRequests": [own, {"url": "https://assets.example.org/none"}]}
    results = api("POST", f"{MEDIA}/bulk/files/import-v2", bulk).json["results"]
    assert [result["itemMetadata"]["success"] for result in results] == [True, False]


def test_folders_pages_and_search(api: Api) -> None:
    names = [f"{number:02d}.png" for number in range(5)]
    files = [put(api, name.encode(), fileName=name, filePath="/social/2026") for name in names]
    put(api, fileName="elsewhere.png")
    folder = files[0]["parentFolderId"]
    assert {file["parentFolderId"] for file in files} == {folder}
    listed: list[str] = []
    cursor = ""
    while True:
        query = f"parentFolderId={folder}&paging.limit=2&sort.fieldName=displayName&sort.order=ASC{cursor}"
        page = api("GET", f"{MEDIA}/files?{query}").json
        listed += [file["displayName"] for file in page["files"]]
        if not page["nextCursor"]["hasNext"]:
            break
        cursor = f"&paging.cursor={page['nextCursor']['cursors']['next']}"
    assert listed == names
    found = api("POST", f"{MEDIA}/files/search", {"search": "03", "mediaTypes": ["IMAGE"], "paging": {"limit": 5}}).json
    assert [file["displayName"] for file in found["files"]] == ["03.png"]
    assert api("GET", f"{MEDIA}/files?paging.cursor=zz").status == 400
    assert len(api("GET", f"{MEDIA}/files").json["files"]) == 1


def test_a_resumable_upload(api: Api) -> None:
    data = bytes(range(256)) * 10
    asked = api(
        "POST", f"{MEDIA}/files/generate-resumable-upload-url", {"mimeType": "video/mp4", "uploadProtocol": "TUS"}
    ).json
    token = b64encode(asked["uploadToken"].encode()).decode()
    started = api(
        "POST", asked["uploadUrl"], None, {"Upload-Length": str(len(data)), "Upload-Metadata": f"token {token}"}
    )
    assert started.status == 201
    url = started.headers["location"]
    assert api("PATCH", url, data[:1000], {"Upload-Offset": "0"}).headers["upload-offset"] == "1000"
    assert api("PATCH", url, data[1000:], {"Upload-Offset": "7"}).status == 409
    assert api("HEAD", url, None, {}).headers["upload-offset"] == "1000"
    done = api("PATCH", url, data[1000:], {"Upload-Offset": "1000"})
    file = done.json["file"]
    assert file["hash"] == hashlib.md5(data).hexdigest()
    assert api("GET", f"/_emulator/media/{file['id']}").content == data
