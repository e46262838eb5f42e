"""The adapter keeps what the ports promise: nothing less is returned, and every write ends in one class."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from random import Random
from typing import Any

import httpx
import pytest
from remote_fakes import ITEM, KEY, LOOPBACK, SITE, FakeClock, Script, client, intent, refusal, reply, violation

from socialsync import cells
from socialsync.errors import Denied, IncompleteRead, ReplyClass, UsageError, WriteError
from socialsync.model.accounts import AccountInfo, TokenStatus
from socialsync.model.intents import Content, MediaKind, MediaRef
from socialsync.model.items import Item, RemoteMedia, Status
from socialsync.remote.ports import Reader, Writer
from socialsync.remote.wix.adapter import Adapter, KeyEcho, connect
from socialsync.remote.wix.http import Http
from socialsync.remote.wix.media import MediaFolder
from socialsync.remote.wix.replies import Fault, Reply

CELLS = cells.packaged()
PAGE = CELLS.by_name["facebook/post"]
ACCOUNT = AccountInfo(channel="facebook", account_id="100200300400500", second_id="700800900")
MEANT = intent(PAGE, Content(text="Hello"))
OTHER = "77aa0b1c-2d3e-4f50-8a61-b2c3d4e5f607"
AT = datetime(2026, 12, 1, 8, tzinfo=UTC)
GONE = refusal("ITEM_NOT_EXISTS", 404)


def adapter(answers: Iterable[Reply | Fault], known: Iterable[RemoteMedia] = ()) -> tuple[Adapter, Script]:
    clock = FakeClock()
    script = Script(answers)
    talking = client(script, clock)
    return Adapter(
        http=Http(clock=clock), client=talking, cells=CELLS, media=MediaFolder(talking, clock, known)
    ), script


def data(**changes: Any) -> dict[str, Any]:
    return {
        "id": ITEM,
        "status": "DRAFT",
        "referenceId": MEANT.key,
        "channel": {"name": "FACEBOOK", "accountId": "100200300400500"},
        "type": "POST",
        "facebookPost": {"caption": "Hello", "pageId": "700800900"},
        **changes,
    }


def one(**changes: Any) -> Reply:
    return reply({"item": data(**changes)})


def page(*items: Any) -> Reply:
    return reply({"items": list(items), "pagingMetadata": {"total": len(items)}})


def test_it_is_a_writer_and_so_a_reader() -> None:
    writer: Writer = adapter([])[0]
    reader: Reader = writer
    assert reader.server_time() is None


# --- reads --------------------------------------------------------------------------------------


def test_without_finals_only_live_statuses_are_asked_for() -> None:
    made, script = adapter([page(data()), page(data())])
    assert [item.id for item in made.items(finals=False)] == [ITEM]
    made.items(finals=True)
    first, second = (body["query"] for body in script.bodies())
    assert first["filter"] == {"status": {"$in": ["DRAFT", "IN_QUEUE", "PROCESSING", "SCHEDULED"]}}
    assert "filter" not in second


def test_an_item_that_is_not_there_is_none_and_any_other_trouble_is_not() -> None:
    made, script = adapter([GONE, refusal("ITEM_IS_DELETED", 428), refusal("OTHER_CODE", 400), Fault.OVERSIZE])
    assert made.item(ITEM) is None
    assert made.item(ITEM) is None
    for _ in range(2):
        with pytest.raises(IncompleteRead):
            made.item(ITEM)
    assert made.item("../items") is None
    assert len(script.requests) == 4


def test_ids_that_come_back_are_not_asked_for_again_and_absent_ones_are() -> None:
    made, script = adapter([reply({"items": [data(), data(id=SITE)]}), GONE])
    assert [item.id for item in made.items_by_id([ITEM, OTHER, "no id", ITEM])] == [ITEM]
    assert [request.url.split("/v1")[1] for request in script.requests] == [
        f"/items?ids={ITEM}&ids={OTHER}",
        f"/items/{OTHER}",
    ]


def test_where_many_ids_are_refused_each_is_read_alone() -> None:
    made, script = adapter([violation("ids", "is unknown"), one(), one(id=OTHER)])
    assert [item.id for item in made.items_by_id([ITEM, OTHER])] == [ITEM, OTHER]
    assert len(script.requests) == 3


def test_many_ids_are_asked_for_in_handfuls() -> None:
    ids = [f"00000000-0000-4000-8000-{number:012}" for number in range(120)]
    made, script = adapter([reply({"items": [data(id=id_) for id_ in ids[n : n + 50]]}) for n in (0, 50, 100)])
    assert [item.id for item in made.items_by_id(ids)] == ids
    assert len(script.requests) == 3


def test_no_ids_no_request() -> None:
    made, script = adapter([])
    assert made.items_by_id([]) == ()
    assert script.requests == []


def test_a_key_is_found_with_a_filter_in_one_request() -> None:
    made, script = adapter([page(data(), data(id=OTHER, referenceId=MEANT.key + "x"))])
    assert [item.id for item in made.find(MEANT.key)] == [ITEM]
    assert script.bodies()[0]["query"]["filter"] == {"referenceId": {"$in": [MEANT.key]}}


def test_absence_is_only_believed_to_the_whole_list() -> None:
    made, script = adapter([page(), page(data())])
    assert [item.id for item in made.find(MEANT.key)] == [ITEM]
    made, script = adapter([page(), page()])
    assert made.find(MEANT.key) == ()
    assert ["filter" in body["query"] for body in script.bodies()] == [True, False]


def test_where_the_filter_is_refused_the_whole_list_is_read_once() -> None:
    made, script = adapter([violation("value", "Field 'referenceId' is not declared as filterable"), page()])
    assert made.find(MEANT.key) == ()
    assert len(script.requests) == 2


def test_items_of_several_keys_come_by_filter_in_handfuls() -> None:
    keys = [f"ss1.acme.main.p{number:03}.facebook-post.a1" for number in range(60)]
    items = [data(id=f"00000000-0000-4000-8000-{n:012}", referenceId=key) for n, key in enumerate(keys)]
    made, script = adapter([page(*items[:50], data(referenceId=None)), page(*items[50:])])
    assert [item.key for item in made.carrying([*keys, keys[0]])] == keys
    assert [body["query"]["filter"] for body in script.bodies()] == [
        {"referenceId": {"$in": keys[:50]}},
        {"referenceId": {"$in": keys[50:]}},
    ]
    assert adapter([])[0].carrying([]) == ()


def test_where_keys_cannot_be_filtered_by_the_whole_list_is_read_once() -> None:
    keys = [f"ss1.acme.main.p{number:03}.facebook-post.a1" for number in range(60)]
    refused = violation("value", "Field 'referenceId' is not declared as filterable")
    made, script = adapter([refused, page(data(referenceId=keys[59]), data(id=OTHER))])
    assert [item.key for item in made.carrying(keys)] == [keys[59]]
    assert len(script.requests) == 2


def test_a_listing_that_needs_the_media_folder_fails_with_it() -> None:
    picture = data(facebookPost={"imageUrl": "https://static.wixstatic.com/media/f1"})
    made, _ = adapter([page(picture), *[reply({}, 503)] * 4])
    with pytest.raises(IncompleteRead):
        made.items(finals=False)


def test_connections_and_quotas_come_through() -> None:
    made, _ = adapter([reply({"status": "INVALID"}), reply({"status": "NEVER_CREATED"})])
    found = made.connections(["facebook", "instagram"])
    assert [(entry.channel, entry.token) for entry in found] == [
        ("facebook", TokenStatus.INVALID),
        ("instagram", TokenStatus.NEVER_CREATED),
    ]
    told = {"features": [{"type": name, "enabled": True} for name in ("PUBLISH_POST", "SCHEDULE_POST")]}
    assert [quota.feature for quota in adapter([reply(told)])[0].quotas()] == ["PUBLISH_POST", "SCHEDULE_POST"]


# --- writes -------------------------------------------------------------------------------------


def test_a_create_sends_the_key_and_no_date() -> None:
    made, script = adapter([one()])
    item = made.create(MEANT, ACCOUNT, {})
    assert (item.id, item.key, item.status, item.fields) == (ITEM, MEANT.key, Status.DRAFT, {"text": "Hello"})
    assert script.bodies() == [
        {
            "item": {
                "referenceId": MEANT.key,
                "channel": {"name": "FACEBOOK", "accountId": "100200300400500"},
                "type": "POST",
                "facebookPost": {"pageId": "700800900", "caption": "Hello"},
            }
        }
    ]


@pytest.mark.parametrize("returned", [None, "", MEANT.key.upper(), f"{MEANT.key} ", MEANT.key[:-1], "ss1.x", 7])
def test_a_key_that_comes_back_changed_stops_the_run(returned: Any) -> None:
    for call in (
        lambda made: made.create(MEANT, ACCOUNT, {}),
        lambda made: made.update(item_of(), MEANT, ACCOUNT, {}),
    ):
        with pytest.raises(KeyEcho) as caught:
            call(adapter([one(referenceId=returned)])[0])
        assert (caught.value.code, caught.value.ends_run) == ("E-KEY-ECHO", True)


def test_a_create_that_leaves_the_key_out_stops_the_run() -> None:
    body = data()
    del body["referenceId"]
    with pytest.raises(KeyEcho):
        adapter([reply({"item": body})])[0].create(MEANT, ACCOUNT, {})


def item_of(**changes: Any) -> Item:
    return Item(
        **(
            {"id": ITEM, "key": MEANT.key, "status": Status.SCHEDULED, "cell": "facebook/post", "fields": {"link": "x"}}
            | changes
        )
    )


def test_an_update_sends_the_whole_content_and_clears_what_goes() -> None:
    made, script = adapter([one(status="SCHEDULED")])
    made.update(item_of(), MEANT, ACCOUNT, {})
    assert script.bodies() == [
        {"item": {"id": ITEM, "facebookPost": {"pageId": "700800900", "caption": "Hello", "link": None}}}
    ]


def test_an_adopted_item_keeps_the_key_it_has() -> None:
    made, _ = adapter([reply({"item": {**data(), "referenceId": None}})])
    assert made.update(item_of(key=""), MEANT, ACCOUNT, {}).key == ""


def test_a_date_is_sent_as_an_instant_and_no_date_only_to_publish_now() -> None:
    made, script = adapter([one(status="SCHEDULED"), one(status="PUBLISHED"), one(status="SCHEDULED")])
    made.schedule(ITEM, AT)
    made.publish(ITEM)
    made.reschedule(ITEM, AT)
    assert script.bodies() == [
        {"id": ITEM, "scheduledDate": "2026-12-01T08:00:00.000Z"},
        {"id": ITEM},
        {"scheduledDate": "2026-12-01T08:00:00.000Z"},
    ]


@pytest.mark.parametrize("code", ["ITEM_NOT_EXISTS", "ITEM_IS_DELETED"])
@pytest.mark.parametrize("status", [404, 409, 428])
def test_what_is_gone_already_counts_as_deleted(code: str, status: int) -> None:
    adapter([refusal(code, status)])[0].delete(ITEM)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (refusal("ITEM_IS_PUBLISHED", 428), ReplyClass.REJECTED),
        (refusal("ITEM_NOT_EXISTS", 500), ReplyClass.UNKNOWN),
        (Fault.LOST, ReplyClass.UNKNOWN),
        (reply(b""), ReplyClass.UNKNOWN),
    ],
)
def test_a_delete_that_was_not_done_says_so(answer: Reply | Fault, expected: ReplyClass) -> None:
    with pytest.raises(WriteError) as caught:
        adapter([answer])[0].delete(ITEM)
    assert caught.value.reply is expected


WRITES: dict[str, Callable[[Adapter], Any]] = {
    "create": lambda made: made.create(MEANT, ACCOUNT, {}),
    "update": lambda made: made.update(item_of(), MEANT, ACCOUNT, {}),
    "schedule": lambda made: made.schedule(ITEM, AT),
    "publish": lambda made: made.publish(ITEM),
    "reschedule": lambda made: made.reschedule(ITEM, AT),
    "cancel": lambda made: made.cancel(ITEM),
    "delete": lambda made: made.delete(ITEM),
}


@pytest.mark.parametrize("name", list(WRITES))
@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Fault.NO_CONNECTION, ReplyClass.NOT_SENT),
        (Fault.TIMEOUT, ReplyClass.UNKNOWN),
        (reply({}, 500), ReplyClass.UNKNOWN),
        (Reply(status=200, body=b"<html>", content_type="text/html"), ReplyClass.UNKNOWN),
        (reply({"item": {}}, 301), ReplyClass.UNKNOWN),
        (refusal("INELIGIBLE_FOR_FEATURE", 428), ReplyClass.REJECTED),
        (refusal("PUBLISH_LIMIT_EXCEEDED", 429), ReplyClass.REJECTED),
        (refusal("SCHEDULED_TIME_ALREADY_PASSED", 400), ReplyClass.REJECTED),
        (refusal("REFERENCE_ID_ALREADY_EXIST", 409), ReplyClass.REJECTED),
    ],
)
def test_every_write_is_sent_once_and_ends_in_its_class(name: str, answer: Reply | Fault, expected: ReplyClass) -> None:
    made, script = adapter([answer])
    with pytest.raises(WriteError) as caught:
        WRITES[name](made)
    assert caught.value.reply is expected
    assert len(script.requests) == 1


@pytest.mark.parametrize("name", list(WRITES))
def test_a_key_that_is_not_accepted_ends_every_write(name: str) -> None:
    with pytest.raises(Denied):
        WRITES[name](adapter([reply({}, 401)])[0])


# --- media --------------------------------------------------------------------------------------

REF = MediaRef(kind=MediaKind.IMAGE, digest="ab" * 32, path="a.jpg", mime="image/jpeg", size=3)
HELD = RemoteMedia(digest=REF.digest, file_id="f1", url="https://static.wixstatic.com/media/f1")
WITH_PICTURE = intent(PAGE, Content(media=(REF,)))


def test_an_item_with_our_own_picture_is_confirmed_by_its_reply_alone() -> None:
    made, script = adapter([one(facebookPost={"imageUrl": HELD.url, "pageId": "700800900"})])
    item = made.create(WITH_PICTURE, ACCOUNT, {REF.digest: HELD})
    assert item.fields == {"media": (REF.token,)}
    assert len(script.requests) == 1


def test_a_write_whose_reply_cannot_be_named_is_settled_like_one_without() -> None:
    foreign = one(facebookPost={"imageUrl": "https://static.wixstatic.com/media/f9"}, status="CANCELED")
    with pytest.raises(WriteError) as caught:
        adapter([foreign, *[reply({}, 503)] * 4])[0].cancel(ITEM)
    assert caught.value.reply is ReplyClass.UNKNOWN
    with pytest.raises(WriteError, match="not accepted") as denied:
        adapter([foreign, reply({}, 401)])[0].cancel(ITEM)
    assert denied.value.reply is ReplyClass.UNKNOWN, "of the cancel itself the answer was a yes"


def test_a_file_at_the_service_is_sent_by_its_own_address() -> None:
    ref = MediaRef(kind=MediaKind.VIDEO, file_id="v1")
    url = "https://video.wixstatic.com/video/v1/1080p/mp4/file.mp4"
    answers = [
        reply({"file": {"id": "v1", "url": url}}),
        one(facebookPost={"videoUrl": url}),
        reply({"files": []}),
    ]
    made, script = adapter(answers)
    item = made.create(intent(PAGE, Content(media=(ref,))), ACCOUNT, {})
    assert item.fields == {"media": ("wix:v1",)}
    assert json.loads(bytes(script.requests[1].content))["item"]["facebookPost"]["videoUrl"] == url  # type: ignore[arg-type]


# --- connect ------------------------------------------------------------------------------------


def connected(**changes: Any) -> Adapter:
    arguments = {
        "site_id": SITE,
        "key": KEY,
        "base_url": LOOPBACK,
        "cells": CELLS,
        "clock": FakeClock(),
        "random": Random(1),
    }
    return connect(**(arguments | changes))


def test_connect_sends_nothing_and_opens_nothing() -> None:
    with connected() as made:
        assert made._http._client is None
        assert KEY not in repr(made)


def test_connect_refuses_what_cannot_be_right() -> None:
    with pytest.raises(UsageError):
        connected(base_url="https://evil.example")
    with pytest.raises(UsageError):
        connected(site_id="main")
    with pytest.raises(Denied):
        connected(key="")


def test_the_whole_line_over_httpx() -> None:
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        body = json.dumps({"item": data()}).encode()
        headers = {"Date": "Tue, 24 Nov 2026 09:00:00 GMT", "Content-Type": "application/json"}
        return httpx.Response(200, headers=headers, stream=httpx.ByteStream(body))

    with connected(base_url="https://www.wixapis.com") as made:
        made._http._transport = httpx.MockTransport(handler)
        item = made.item(ITEM)
        assert item is not None
        assert made.server_time() == datetime(2026, 11, 24, 9, tzinfo=UTC)
    assert seen[0].headers["Authorization"] == KEY
    assert seen[0].headers["wix-site-id"] == SITE
