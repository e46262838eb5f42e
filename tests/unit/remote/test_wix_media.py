"""A file is found by its digest, uploaded at most once, and never as other bytes than were planned."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable
from typing import Any, BinaryIO

import pytest
from remote_fakes import FakeClock, Script, client, refusal, reply

from socialsync.errors import IncompleteRead, ReplyClass, WriteError
from socialsync.model.intents import MediaKind, MediaRef
from socialsync.model.items import RemoteMedia
from socialsync.remote.wix.http import Request
from socialsync.remote.wix.media import MediaFolder, name_of
from socialsync.remote.wix.replies import Fault, Reply

BYTES = b"\x89PNG" + bytes(range(256)) * 800  # several pieces
UPLOAD = "https://upload.wixmp.com/upload/1"


def ref_of(data: bytes, **changes: Any) -> MediaRef:
    digest = hashlib.sha256(data).hexdigest()
    made = {"kind": MediaKind.IMAGE, "digest": digest, "path": "posts/a.png", "mime": "image/png", "size": len(data)}
    return MediaRef(**(made | changes))


REF = ref_of(BYTES)


def descriptor(ref: MediaRef = REF, status: str = "READY", file_id: str = "3fa1c2_a~mv2.png", **more: Any) -> Any:
    return {
        "id": file_id,
        "displayName": name_of(ref),
        "url": f"https://static.wixstatic.com/media/{file_id}",
        "operationStatus": status,
        "sizeInBytes": str(ref.size),
        **more,
    }


class Media:
    """The media service: a folder of descriptors, and what becomes of an upload."""

    def __init__(self, files: Iterable[Any] = (), *, page: int = 100, states: tuple[str, ...] = ("READY",)) -> None:
        self.files = list(files)
        self.page = page
        self.states = list(states)
        self.answer: Reply | Fault | None = None  # instead of the reply to the PUT
        self.uploads: list[bytes] = []
        self.calls: list[str] = []

    def __call__(self, request: Request) -> Reply | Fault:
        if request.url == UPLOAD:
            self.calls.append("put")
            return self._put(request)
        body = json.loads(request.content) if isinstance(request.content, bytes) and request.content else {}
        match request.url.split("/v1/")[1].split("?")[0]:
            case "files/search":
                self.calls.append("search")
                return self._search(body)
            case "files/generate-upload-url":
                self.calls.append("url")
                return reply({"uploadUrl": UPLOAD})
            case "files/get-file-by-id":
                self.calls.append("get")
                return reply({"file": descriptor(status=self.states.pop(0))})
            case other:
                raise AssertionError(other)

    def _put(self, request: Request) -> Reply | Fault:
        assert not isinstance(request.content, bytes)
        self.uploads.append(b"".join(request.content))
        if self.answer is not None:
            return self.answer
        return reply({"file": descriptor(status=self.states.pop(0))})

    def _search(self, body: Any) -> Reply:
        hits = [file for file in self.files if body["search"] in file["displayName"]]
        start = int(body["paging"].get("cursor", 0))
        more = start + self.page < len(hits)
        cursor = str(start + self.page) if more else None
        return reply(
            {"files": hits[start : start + self.page], "nextCursor": {"cursors": {"next": cursor}, "hasNext": more}}
        )


def folder(service: Any, known: Iterable[RemoteMedia] = (), clock: FakeClock | None = None) -> MediaFolder:
    clock = clock or FakeClock()
    return MediaFolder(client(service, clock), clock, known)


def opened(data: bytes) -> Any:
    def open_media(_: MediaRef) -> BinaryIO:
        return io.BytesIO(data)

    return open_media


HELD = RemoteMedia(
    digest=REF.digest, file_id="3fa1c2_a~mv2.png", url="https://static.wixstatic.com/media/3fa1c2_a~mv2.png"
)


def test_a_new_file_is_uploaded_whole_and_known_from_then_on() -> None:
    service = Media()
    media = folder(service)
    assert media.upload(REF, opened(BYTES)) == HELD
    assert service.uploads == [BYTES]
    assert service.calls == ["search", "url", "put"]
    assert media.upload(REF, opened(BYTES)) == HELD
    assert media.held(REF) == HELD
    assert media.digest_of(HELD.file_id) == REF.digest
    assert service.calls == ["search", "url", "put"]


def test_the_upload_is_asked_for_under_the_name_of_the_digest() -> None:
    script = Script(Media())
    folder(script).upload(REF, opened(BYTES))
    assert script.bodies()[1] == {
        "mimeType": "image/png",
        "fileName": f"sha256-{REF.digest}.png",
        "sizeInBytes": str(REF.size),
        "filePath": "/socialsync",
    }


def test_what_state_knows_costs_one_look_when_it_is_used() -> None:
    service = Media()
    media = folder(service, [HELD])
    assert media.digest_of(HELD.file_id) == REF.digest
    assert media.held(REF) == HELD
    assert service.calls == []
    for _ in range(2):
        assert media.upload(REF, opened(b"never read")) == HELD
    assert service.calls == ["get"]


UNUSABLE = {
    "unknown": refusal("FILE_NOT_FOUND", 404),
    "in the trash": reply({"file": descriptor(state="DELETED")}),
    "broken": reply({"file": descriptor(status="FAILED")}),
    "another picture": reply({"file": descriptor(sizeInBytes="3")}),
}


@pytest.mark.parametrize("answer", UNUSABLE.values(), ids=UNUSABLE)
def test_what_state_knows_and_the_service_does_not_is_uploaded_again(answer: Reply) -> None:
    service = Media()
    script = iter([answer])

    def first_refused(request: Request) -> Reply | Fault:
        if "get-file-by-id" in request.url and (told := next(script, None)) is not None:
            return told
        return service(request)

    old = RemoteMedia(digest=REF.digest, file_id="3fa1c2_old~mv2.png", url="https://static.wixstatic.com/media/old")
    assert folder(first_refused, [old]).upload(REF, opened(BYTES)) == HELD
    assert service.uploads == [BYTES]


def test_another_file_of_the_same_bytes_that_a_search_finds_is_used_without_a_look() -> None:
    service = Media([descriptor()])
    old = RemoteMedia(digest=REF.digest, file_id="3fa1c2_old~mv2.png", url="https://static.wixstatic.com/media/old")
    media = folder(service, [old])
    assert media.held(ref_of(b"not there")) is None
    assert media.upload(REF, opened(b"never read")) == HELD
    assert service.calls == ["search"]


def test_what_the_folder_holds_is_not_uploaded_again_and_the_folder_is_read_once() -> None:
    others = [descriptor(ref_of(bytes([n])), file_id=f"f{n}") for n in range(5)]
    service = Media([*others, descriptor(), {"displayName": f"copy of {name_of(REF)}", "id": "x"}], page=2)
    media = folder(service)
    assert media.upload(REF, opened(b"never read")) == HELD
    assert media.digest_of("f3") == hashlib.sha256(bytes([3])).hexdigest()
    assert media.digest_of("x") == ""
    assert media.digest_of("unknown") == ""
    assert media.held(ref_of(b"not there")) is None
    assert service.calls == ["search"] * 4


@pytest.mark.parametrize("change", [{"state": "DELETED"}, {"operationStatus": "FAILED"}, {"sizeInBytes": "3"}])
def test_a_file_that_is_deleted_failed_or_of_another_size_is_not_ours(change: dict[str, str]) -> None:
    service = Media([descriptor(**change)])
    media = folder(service)
    assert media.held(REF) is None
    media.upload(REF, opened(BYTES))
    assert service.uploads == [BYTES]
    assert media.held(REF) is not None


def test_a_file_that_an_earlier_run_left_pending_is_waited_for() -> None:
    service = Media([descriptor(status="PENDING")], states=("PENDING", "READY"))
    clock = FakeClock()
    assert folder(service, clock=clock).upload(REF, opened(BYTES)) == HELD
    assert service.uploads == []
    assert service.calls == ["search", "get", "get"]
    assert clock.slept == [0.5, 1.0]


def test_a_file_that_fails_is_rejected() -> None:
    with pytest.raises(WriteError) as caught:
        folder(Media(states=("PENDING", "FAILED"))).upload(REF, opened(BYTES))
    assert caught.value.reply is ReplyClass.REJECTED
    assert "posts/a.png" in caught.value.message


def test_a_file_that_never_gets_ready_is_unknown_after_the_deadline() -> None:
    clock = FakeClock()
    with pytest.raises(WriteError) as caught:
        folder(Media(states=("PENDING",) * 1000), clock=clock).upload(REF, opened(BYTES))
    assert caught.value.reply is ReplyClass.UNKNOWN
    assert 170 <= sum(clock.slept) <= 180


@pytest.mark.parametrize(
    "data",
    [b"", b"other", BYTES[:-1], BYTES + b"x", bytes([BYTES[0] ^ 1]) + BYTES[1:], BYTES[:-1] + b"\0", BYTES * 100],
)
def test_other_bytes_than_planned_never_become_a_complete_upload(data: bytes) -> None:
    sent: list[int] = []

    def service(request: Request) -> Reply | Fault:
        if request.url != UPLOAD:
            return Media()(request)
        assert not isinstance(request.content, bytes)
        for chunk in request.content:
            sent.append(len(chunk))
        raise AssertionError("the upload came to its end")

    with pytest.raises(WriteError) as caught:
        folder(service).upload(REF, opened(data))
    assert (caught.value.reply, caught.value.code) == (ReplyClass.NOT_SENT, "E-MEDIA-CHANGED")
    assert sum(sent) < REF.size


@pytest.mark.parametrize("answer", [Fault.LOST, Fault.TIMEOUT, reply({}, 503), reply({"other": 1})])
def test_an_upload_without_an_answer_is_looked_up(answer: Reply | Fault) -> None:
    service = Media()
    service.answer = answer
    media = folder(service)
    media.digest_of("anything")
    service.files.append(descriptor())
    assert media.upload(REF, opened(BYTES)) == HELD
    assert service.calls == ["search", "url", "put", "search"]


def test_an_upload_that_did_not_arrive_stays_unknown() -> None:
    service = Media([descriptor(ref_of(b"else"), displayName=f"{name_of(REF)} (1)")])
    service.answer = Fault.LOST
    with pytest.raises(WriteError) as caught:
        folder(service).upload(REF, opened(BYTES))
    assert caught.value.reply is ReplyClass.UNKNOWN


def test_an_upload_that_cannot_even_be_looked_up_stays_unknown() -> None:
    answers = iter([reply({"files": []}), reply({"uploadUrl": UPLOAD}), Fault.LOST, *[reply({}, 503)] * 4])

    def service(request: Request) -> Reply | Fault:
        if not isinstance(request.content, bytes):
            list(request.content)
        return next(answers)

    with pytest.raises(WriteError) as caught:
        folder(service).upload(REF, opened(BYTES))
    assert caught.value.reply is ReplyClass.UNKNOWN


@pytest.mark.parametrize("as_rule", [False, True])
def test_a_refused_upload_says_why_and_which(as_rule: bool) -> None:
    rule = {"field": "sizeInBytes", "description": "too much", "violatedRule": "SITE_QUOTA_EXCEEDED"}
    ruled = reply({"message": "m", "details": {"validationError": {"fieldViolations": [{}, rule]}}}, 400)
    script = Script([reply({"files": []}), ruled if as_rule else refusal("SITE_QUOTA_EXCEEDED", 400)])
    with pytest.raises(WriteError, match=r"posts/a\.png: .*storage is full") as caught:
        folder(script).upload(REF, opened(BYTES))
    assert (caught.value.reply, caught.value.application_code) == (ReplyClass.REJECTED, "SITE_QUOTA_EXCEEDED")


def test_a_folder_that_cannot_be_read_means_nothing_was_sent() -> None:
    with pytest.raises(WriteError) as caught:
        folder(Script([reply({}, 503)] * 4)).upload(REF, opened(BYTES))
    assert caught.value.reply is ReplyClass.NOT_SENT


def test_a_folder_without_end_is_incomplete() -> None:
    def service(_: Request) -> Reply:
        return reply({"files": [], "nextCursor": {"cursors": {"next": "again"}}})

    with pytest.raises(IncompleteRead, match="no end"):
        folder(service).digest_of("x")


def test_cursors_are_found_in_both_places() -> None:
    pages = [
        reply({"files": [], "pagingMetadata": {"cursors": {"next": "c"}, "hasNext": True}}),
        reply({"files": [descriptor()], "pagingMetadata": {"cursors": {"next": "d"}, "hasNext": False}}),
    ]
    assert folder(Script(pages)).held(REF) == HELD


def test_a_file_of_the_service_is_found_by_its_id_once() -> None:
    script = Script([reply({"file": descriptor(file_id="v1", url="https://video.wixstatic.com/video/v1/f.mp4")})])
    media = folder(script)
    wanted = MediaRef(kind=MediaKind.VIDEO, file_id="v1")
    for _ in range(2):
        assert media.foreign(wanted).url == "https://video.wixstatic.com/video/v1/f.mp4"
    assert len(script.requests) == 1


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([refusal("FILE_NOT_FOUND", 404)], ReplyClass.REJECTED),
        ([reply({}, 503)] * 4, ReplyClass.NOT_SENT),
        ([reply({"file": {"id": "v1", "url": "javascript:x"}})], ReplyClass.NOT_SENT),
    ],
)
def test_a_file_that_is_not_there_stops_its_post_only(answers: list[Reply | Fault], expected: ReplyClass) -> None:
    with pytest.raises(WriteError) as caught:
        folder(Script(answers)).foreign(MediaRef(kind=MediaKind.IMAGE, file_id="v1"))
    assert caught.value.reply is expected


def test_a_file_type_without_a_known_extension_has_none() -> None:
    assert name_of(ref_of(b"x", mime="image/heic")) == f"sha256-{hashlib.sha256(b'x').hexdigest()}"
