"""The adapter over real sockets against the emulator, which was written from the documentation and not from it.

Time is the emulator's: whoever sleeps moves its clock on.
"""

from __future__ import annotations

import hashlib
import http.client
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from remote_fakes import SITE, START, intent

from socialsync import cells
from socialsync.canonical import content_fields
from socialsync.cells import Cell
from socialsync.errors import Denied, IncompleteRead, ReplyClass, Unreachable, WriteError
from socialsync.model.accounts import AccountInfo
from socialsync.model.intents import Content, MediaKind, MediaRef
from socialsync.model.items import Item, RemoteMedia, Status
from socialsync.remote.wix.adapter import Adapter, connect

CELLS = cells.packaged()
OPEN = [cell for cell in CELLS if not cell.closed]
PROFILES = ["documented", "normalising", "hostile"]


class Emulator:
    """A running emulator, its control routes, and the clock that it lives by."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.passed = 0.0  # seconds since START

    def control(self, method: str, path: str, body: Any = None) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(
                method, f"/_emulator/{path}", json.dumps(body).encode(), {"Content-Type": "application/json"}
            )
            answer = connection.getresponse()
            data = json.loads(answer.read())
            assert answer.status == 200, data
            return data
        finally:
            connection.close()

    def now(self) -> datetime:
        return START + timedelta(seconds=self.passed)

    def monotonic(self) -> float:
        return self.passed

    def sleep(self, seconds: float) -> None:
        self.control("POST", "clock/advance", {"by": seconds})
        self.passed += seconds

    def requests(self) -> list[Any]:
        found: list[Any] = self.control("GET", "requests")["requests"]
        return found


@pytest.fixture(scope="module")
def running() -> Iterator[Emulator]:
    command = [sys.executable, "-m", "socialsync.emulator", "--port", "0", "--stdin-tether"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        line = json.loads(child.stdout.readline())
        yield Emulator(int(line["emulator"].rsplit(":", 1)[1].rstrip("/")))
        child.stdin.close()


@pytest.fixture
def emulator(running: Emulator) -> Emulator:
    running.control("POST", "reset")
    running.control("PUT", "profile", {"profile": "documented"})
    running.control("DELETE", "faults")
    running.control("PUT", "clock", {"speed": 0, "now": START.isoformat()})
    running.passed = 0.0
    return running


def adapter(emulator: Emulator, **changes: Any) -> Adapter:
    arguments: dict[str, Any] = {
        "site_id": SITE,
        "key": "emulator-key",
        "base_url": emulator.url,
        "cells": CELLS,
        "clock": emulator,
        "random": Random(3),
        "rate_per_minute": None,
    }
    return connect(**(arguments | changes))


FILES: dict[str, bytes] = {}


def a_file(data: bytes, kind: MediaKind, mime: str) -> MediaRef:
    digest = hashlib.sha256(data).hexdigest()
    FILES[digest] = data
    return MediaRef(kind=kind, digest=digest, path=f"posts/{digest[:6]}", mime=mime, size=len(data))


ONE = a_file(b"\xff\xd8" + b"1" * 200_000, MediaKind.IMAGE, "image/jpeg")
TWO = a_file(b"\xff\xd8" + b"2" * 100, MediaKind.IMAGE, "image/jpeg")
CLIP = a_file(b"\0\0\0 ftypmp42" + b"3" * 3000, MediaKind.VIDEO, "video/mp4")


def opened(ref: MediaRef) -> io.BytesIO:
    return io.BytesIO(FILES[ref.digest])


def contents(cell: Cell) -> list[Content]:
    """What the cell can say: with one file, with several, with a link."""
    wire = cell.wire
    video = cell.type in ("reel", "video", "short")
    full = Content(
        text="Grüße ❄️ é\n\nzwei" if wire.text else "",
        title="Titel" if wire.title else "",
        media=(CLIP,) if video else (ONE,),
        extras=tuple(sorted((name, next(iter(field.values))) for name, field in wire.fields.items())),
    )
    made = [full]
    if wire.media.wrapper and not video:
        made.append(replace(full, media=(ONE, TWO)))
    if wire.link:
        made.append(replace(full, link="https://example.com/w?a=1", media=() if cell.link_or_media else full.media))
    return made


def upload(site: Adapter, content: Content) -> dict[str, RemoteMedia]:
    return {ref.digest: site.upload(ref, opened) for ref in content.media}


def account_of(site: Adapter, cell: Cell) -> AccountInfo:
    return site.connections([cell.channel])[0].accounts[0]


def draft(site: Adapter, key: str = "ss1.acme.main.sale.facebook-post.a1") -> Item:
    cell = CELLS.by_name["facebook/post"]
    return site.create(intent(cell, Content(text="x"), key), account_of(site, cell), {})


@pytest.mark.parametrize("profile", PROFILES)
def test_what_is_written_is_what_is_read_in_every_cell(emulator: Emulator, profile: str) -> None:
    emulator.control("PUT", "profile", {"profile": profile})
    first, then = emulator.now() + timedelta(days=1), emulator.now() + timedelta(days=2)
    meant: dict[str, Content] = {}
    with adapter(emulator) as site:
        for cell in OPEN:
            account = account_of(site, cell)
            for number, content in enumerate(contents(cell)):
                wanted = intent(cell, content, f"ss1.acme.main.p{number}.{cell.channel}-{cell.type}.a1")
                item = site.create(wanted, account, upload(site, content))
                assert item.fields == content_fields(content)
                assert (item.status, item.at, item.cell, item.key) == (Status.DRAFT, None, cell.name, wanted.key)
                assert (item.account_id, item.second_id) == (account.account_id, account.second_id)
                planned = site.schedule(item.id, first)
                assert (planned.status, planned.at) == (Status.SCHEDULED, first)
                assert site.reschedule(item.id, then).at == then
                new = replace(content, text="neu" if content.text else "", media=content.media[:1] or (ONE,), link="")
                changed = site.update(planned, replace(wanted, content=new), account, upload(site, new))
                assert changed.fields == content_fields(new)
                assert (changed.status, changed.at, changed.key) == (Status.SCHEDULED, then, wanted.key)
                meant[item.id] = new
    emulator.sleep(10)
    with adapter(emulator) as fresh:
        found = fresh.items(finals=False)
        assert {item.id: item.fields for item in found} == {id_: content_fields(new) for id_, new in meant.items()}
        assert {item.id for item in fresh.items_by_id(meant)} == set(meant)
        one = found[0]
        assert [item.id for item in fresh.find(one.key)] == [one.id]
        assert fresh.find(f"{one.key}x") == ()
        for ref in (ONE, TWO, CLIP):  # what is there already is not read again to be sent
            assert fresh.upload(ref, lambda _: pytest.fail("it was opened")).digest == ref.digest
        assert fresh.cancel(one.id).status is Status.CANCELED
        fresh.delete(one.id)
        fresh.delete(one.id)
        gone = fresh.item(one.id)
        assert gone is None or gone.status is Status.DELETED
    uploads = [entry for entry in emulator.requests() if entry["operation"] == "upload_file"]
    assert len(uploads) == 3, "each file once"
    breaches = [entry for entry in emulator.requests() if entry["violations"]]
    if profile == "hostile":  # refuses the page size, whose maximum is not documented, once
        assert [entry["operation"] for entry in breaches] == ["query_items"]
    else:
        assert breaches == []


def test_a_draft_and_its_schedule_are_two_requests(emulator: Emulator) -> None:
    with adapter(emulator) as site:
        account = account_of(site, CELLS.by_name["facebook/post"])
        before = len(emulator.requests())
        item = site.create(intent(CELLS.by_name["facebook/post"], Content(text="x")), account, {})
        site.schedule(item.id, emulator.now() + timedelta(hours=1))
    assert len(emulator.requests()) - before == 2


def test_a_schedule_fires_and_shows_where_it_went(emulator: Emulator) -> None:
    with adapter(emulator, deadline_seconds=7200) as site:
        item = draft(site)
        site.schedule(item.id, emulator.now() + timedelta(hours=1))
        emulator.sleep(3601)
        out = site.item(item.id)
        assert out is not None
        assert out.status is Status.PUBLISHED
        assert out.permalink.startswith("https://www.facebook.com/")
        assert site.items(finals=False) == ()
        assert [seen.id for seen in site.items(finals=True)] == [item.id]
        assert site.server_time() == emulator.now()


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("total", ["given", "absent", "too_many"])
def test_a_long_listing_costs_its_pages(emulator: Emulator, profile: str, total: str) -> None:
    emulator.control("PUT", "profile", {"profile": profile})
    emulator.control("PUT", "settings", {"query_total": total})
    shown = {
        "channel": {"name": "LINKEDIN", "accountId": "urn:li:organization:90411822"},
        "type": "POST",
        "referenceId": "ss1.acme.main.p{n}.linkedin-post.a1",
        "linkedinPost": {"caption": "x"},
    }
    emulator.control("POST", "load", {"site": SITE, "items": [shown], "repeat": 1000})
    history = {**shown, "referenceId": "ss1.acme.main.q{n}.linkedin-post.a1", "status": "PUBLISHED"}
    emulator.control("POST", "load", {"site": SITE, "items": [history], "repeat": 500})
    emulator.sleep(10)
    before = len(emulator.requests())
    with adapter(emulator) as site:
        found = site.items(finals=False)
        assert len({item.id for item in found if item.status is Status.DRAFT}) == 1000
        assert len(emulator.requests()) - before <= 1000 / 50 * 1.25 + 10
        assert len({item.id for item in site.items(finals=True)}) == 1500


# --- trouble ------------------------------------------------------------------------------------

READ_TROUBLE: list[dict[str, Any]] = [
    {"do": "reply", "status": 500, "body": "empty"},
    {"do": "reply", "status": 503, "body": "html"},
    {"do": "reply", "status": 429, "body": "json", "retry_after": "3"},
    {"do": "reply", "status": 429, "body": "html"},
    {"do": "reset"},
    {"do": "truncate", "when": "after"},
]
LASTING: list[dict[str, Any]] = [
    {"do": "reply", "status": 200, "body": "html"},
    {"do": "reply", "status": 400, "body": "html"},
    {"do": "reply", "status": 200, "body": "malformed"},
    {"do": "reply", "status": 200, "body": "wrong_shape"},
    {"do": "reply", "status": 200, "body": "wrong_type"},
    {"do": "reply", "status": 200, "body": "oversize"},
    {"do": "reply", "status": 200, "body": "bomb"},
]


def name(fault: dict[str, Any]) -> str:
    return "-".join(str(value) for value in fault.values())


@pytest.mark.parametrize("fault", READ_TROUBLE, ids=name)
def test_a_read_outlives_trouble_that_passes(emulator: Emulator, fault: dict[str, Any]) -> None:
    emulator.control("POST", "faults", {**fault, "times": 3})
    with adapter(emulator) as site:
        assert len(site.quotas()) == 2
    assert len(emulator.requests()) == 4


@pytest.mark.parametrize("fault", LASTING, ids=name)
def test_a_read_of_something_else_is_incomplete(emulator: Emulator, fault: dict[str, Any]) -> None:
    emulator.control("POST", "faults", {**fault, "operation": "query_items", "times": None})
    with adapter(emulator) as site, pytest.raises(IncompleteRead):
        site.items(finals=False)


@pytest.mark.parametrize("fault", READ_TROUBLE + LASTING, ids=name)
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_write_in_trouble_is_sent_once_and_is_never_called_done(
    emulator: Emulator, fault: dict[str, Any], when: str
) -> None:
    with adapter(emulator) as site:
        item = draft(site)
        before = len(emulator.requests())
        emulator.control("POST", "faults", {**fault, "when": when, "operation": "publish_item_by_id"})
        with pytest.raises(WriteError) as caught:
            site.schedule(item.id, emulator.now() + timedelta(hours=1))
        refused = fault.get("status") == 429 and fault["body"] == "json"
        assert caught.value.reply is (ReplyClass.REJECTED if refused else ReplyClass.UNKNOWN)
        assert len(emulator.requests()) - before == 1
        seen = site.item(item.id)
        assert seen is not None


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_never_followed(emulator: Emulator, status: int) -> None:
    headers = {"Location": f"{emulator.url}/elsewhere"}
    emulator.control("POST", "faults", {"do": "reply", "status": status, "headers": headers, "times": None})
    with adapter(emulator) as site, pytest.raises(Unreachable, match="redirect"):
        site.quotas()
    assert len(emulator.requests()) == 1


def test_a_wrong_key_is_denied_without_being_shown(emulator: Emulator) -> None:
    with adapter(emulator, key="wrong-key-0123456789") as site, pytest.raises(Denied) as caught:
        site.quotas()
    assert "wrong-key" not in str(caught.value)
    assert len(emulator.requests()) == 1


def test_nobody_there_is_unreachable(emulator: Emulator) -> None:
    with adapter(emulator, base_url="http://127.0.0.1:1") as site, pytest.raises(Unreachable):
        site.quotas()
    assert emulator.requests() == []


def test_a_lost_upload_is_found_and_not_repeated(emulator: Emulator) -> None:
    emulator.control("POST", "faults", {"do": "reset", "when": "after", "operation": "upload_file"})
    with adapter(emulator) as site:
        held = site.upload(ONE, opened)
        assert site.upload(ONE, opened) == held
    assert len([entry for entry in emulator.requests() if entry["operation"] == "upload_file"]) == 1


def test_a_file_that_changed_meanwhile_is_not_left_there(emulator: Emulator) -> None:
    with adapter(emulator) as site:
        with pytest.raises(WriteError) as caught:
            site.upload(ONE, lambda _: io.BytesIO(b"\xff\xd8" + b"9" * 200_000))
        assert caught.value.code == "E-MEDIA-CHANGED"
        read: list[MediaRef] = []
        assert site.upload(ONE, lambda ref: read.append(ref) or opened(ref)).digest == ONE.digest
        assert read == [ONE]
