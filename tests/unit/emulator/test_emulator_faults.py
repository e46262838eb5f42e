"""Faults, holds, dashboard actions, records, dump and load: what tests order and what they judge by."""

import asyncio
import gzip
from typing import Any

import pytest
from emulator_api import Api, Got, post

PUBLISH = {"operation": "publish_item_by_id"}


def order(api: Api, do: str, **rule: Any) -> int:
    return int(api.control("POST", "faults", {"do": do, **rule})["id"])


def publish(api: Api, item: str) -> Got:
    return api("POST", "/publish-by-id", {"id": item, "scheduledDate": "2026-12-01T08:00:00Z"})


@pytest.mark.parametrize(("when", "status", "committed"), [("before", "DRAFT", False), ("after", "SCHEDULED", True)])
def test_a_fault_after_the_commit_really_comes_after_it(api: Api, when: str, status: str, committed: bool) -> None:
    item = api.draft()["id"]
    order(api, "reply", status=503, when=when, **PUBLISH)
    assert publish(api, item).status == 503
    assert api.status_of(item) == status
    entry = api.log()[-1]
    assert (entry["status"], entry["committed"], entry["fault"]) == (503, committed, 1)
    assert publish(api, item).status == 200


@pytest.mark.parametrize("when", ["before", "after"])
def test_in_process_a_reset_is_an_exception(api: Api, when: str) -> None:
    item = api.draft()["id"]
    order(api, "reset", when=when, **PUBLISH)
    with pytest.raises(ConnectionResetError):
        publish(api, item)
    assert api.status_of(item) == ("SCHEDULED" if when == "after" else "DRAFT")
    assert api.log()[-1]["status"] is None


@pytest.mark.parametrize(
    ("rule", "status", "kind", "begins"),
    [
        ({"status": 502, "body": "html"}, 502, "text/html", b"<!DOCTYPE html>"),
        ({"status": 500, "body": "empty"}, 500, "application/json", b""),
        ({"status": 200, "body": "malformed"}, 200, "application/json", b'{"item": {'),
        ({"status": 200, "body": "wrong_type"}, 200, "text/plain", b"It works"),
        ({"status": 200, "body": "wrong_shape"}, 200, "application/json", b'{"unexpected"'),
        ({"status": 409, "code": "REFERENCE_ID_ALREADY_EXIST"}, 409, "application/json", b'{"message":"Reference id'),
        ({"status": 200, "body": {"items": "none"}}, 200, "application/json", b'{"items":"none"}'),
        ({"status": 302, "headers": {"Location": "https://example.org/"}}, 302, "application/json", b"{}"),
    ],
)
def test_replies_on_order(api: Api, rule: dict[str, Any], status: int, kind: str, begins: bytes) -> None:
    order(api, "reply", **rule)
    got = api("GET", "/accounts?channelName=GBP")
    assert got.status == status
    assert got.headers["content-type"].startswith(kind)
    assert got.content.startswith(begins)
    assert got.headers.get("location") == rule.get("headers", {}).get("Location")


@pytest.mark.parametrize("wait", ["1", "1000000000", "-1", "Thu, 01 Jan 1970 00:00:00 GMT", "soon"])
def test_any_retry_after(api: Api, wait: str) -> None:
    order(api, "reply", status=429, retry_after=wait)
    assert api("GET", "/accounts?channelName=GBP").headers["retry-after"] == wait


def test_oversize_and_bomb(api: Api) -> None:
    order(api, "reply", status=200, body="oversize")
    assert len(api("GET", "/accounts?channelName=GBP").content) > 32 << 20
    from socialsync.emulator.wire import bomb

    assert len(bomb()) < 1 << 17
    assert len(gzip.decompress(bomb())) == 64 << 20


def test_a_reply_with_changed_values(api: Api) -> None:
    order(api, "change", set={"item.status": "ARCHIVED", "item.channel.name": "X"}, remove=["item.referenceId"])
    item = api("POST", "/items", {"item": {**post("x"), "referenceId": "r"}}).json["item"]
    assert (item["status"], item["channel"]["name"], "referenceId" in item) == ("ARCHIVED", "X", False)
    assert api.status_of(item["id"]) == "DRAFT"


@pytest.mark.parametrize(("profile", "drafts", "status"), [("u1", 1, 409), ("u2", 2, 200)])
def test_a_request_carried_out_twice(api: Api, profile: str, drafts: int, status: int) -> None:
    api.control("PUT", "profile", {"profile": profile})
    order(api, "twice")
    assert api("POST", "/items", {"item": {**post("x"), "referenceId": "r"}}).status == status
    assert len(api.control("GET", "items")["items"]) == drafts
    assert [entry["note"] for entry in api.log()] == [None, "the same request once more"]


def test_a_request_that_is_carried_out_late(api: Api) -> None:
    item = api.draft()["id"]
    order(api, "late", requests=2, **PUBLISH)
    assert publish(api, item).status == 504
    seen = [api("GET", f"/items/{item}").json["item"]["status"] for _ in range(3)]
    assert seen == ["DRAFT", "DRAFT", "SCHEDULED"]
    late = [entry for entry in api.log() if entry["note"]]
    assert [(entry["committed"], entry["note"]) for entry in late] == [
        (False, "carried out later"),
        (True, "carried out late, unanswered"),
    ]


def test_late_by_the_virtual_clock(api: Api) -> None:
    item = api.draft()["id"]
    order(api, "late", seconds=60, requests=0, **PUBLISH)
    publish(api, item)
    assert api("GET", f"/items/{item}").json["item"]["status"] == "DRAFT"
    api.advance("60s")
    assert api("GET", f"/items/{item}").json["item"]["status"] == "SCHEDULED"


def test_which_requests_meet_a_fault(api: Api) -> None:
    def statuses(count: int) -> str:
        return "".join("x" if api("GET", "/accounts?channelName=GBP").status == 500 else "." for _ in range(count))

    order(api, "reply", skip=1, times=2)
    assert statuses(5) == ".xx.."
    api.control("DELETE", "faults")
    order(api, "reply", number=7)
    assert statuses(3) == ".x."
    api.control("DELETE", "faults")
    order(api, "reply", contains="channelName", times=None)
    assert statuses(2) == ".."
    order(api, "reply", path="/accounts", method="GET", times=None)
    assert statuses(2) == "xx"
    assert [(fault["seen"], fault["fired"]) for fault in api.control("GET", "faults")["faults"]] == [(0, 0), (2, 2)]


def test_chance_is_the_same_again_for_the_same_seed(api: Api) -> None:
    def run(made: Api) -> list[int]:
        order(made, "reply", probability=0.3, times=None)
        return [made("GET", "/accounts?channelName=GBP").status for _ in range(60)]

    first = run(api)
    again = Api()
    assert run(again) == first
    again.close()
    assert 5 <= first.count(500) <= 35


def test_only_the_first_fitting_fault_counts(api: Api) -> None:
    order(api, "reply", status=503)
    order(api, "reply", status=502)
    assert [api("GET", "/accounts?channelName=GBP").status for _ in range(3)] == [503, 502, 200]


@pytest.mark.parametrize(
    "rule",
    [
        {},
        {"do": "explode"},
        {"do": "reply", "when": "later"},
        {"do": "reply", "status": 99},
        {"do": "reply", "body": "xml"},
        {"do": "reset", "status": 500},
        {"do": "reply", "operation": "nothing"},
        {"do": "drip", "bytes": -1},
        {"do": "reply", "times": "1"},
    ],
)
def test_a_fault_that_cannot_be_is_refused_in_words(api: Api, rule: dict[str, Any]) -> None:
    got = api("POST", "/_emulator/faults", rule)
    assert got.status == 400
    assert got.json["error"]
    assert api.control("GET", "faults") == {"faults": []}


@pytest.mark.parametrize(("when", "meanwhile"), [("before", "DRAFT"), ("after", "SCHEDULED")])
def test_a_held_request_holds_up_nobody_else(api: Api, when: str, meanwhile: str) -> None:
    item = api.draft()["id"]
    hold = api.control("POST", "holds", {"when": when, **PUBLISH})["id"]
    body = {"id": item, "scheduledDate": "2026-12-01T08:00:00Z"}

    async def interleave() -> tuple[str, Got, list[Any]]:
        held = asyncio.create_task(api.send("POST", "/social-publisher/v1/publish-by-id", body))
        holds = (await api.send("GET", "/_emulator/holds?wait=5")).json["holds"]
        assert not held.done()
        # A write in between: the held request keeps no transaction open.
        other = await api.send("POST", "/social-publisher/v1/items", {"item": post("other")})
        assert other.status == 200
        seen = (await api.send("GET", f"/social-publisher/v1/items/{item}")).json["item"]["status"]
        await api.send("POST", f"/_emulator/holds/{hold}/release")
        return seen, await held, holds

    seen, got, holds = api.loop.run_until_complete(interleave())
    assert (seen, got.status) == (meanwhile, 200)
    assert holds[0]["waiting"][0]["operation"] == "publish_item_by_id"
    assert api.status_of(item) == "SCHEDULED"
    assert api("POST", "/_emulator/holds/99/release").status == 404


def test_what_a_person_does_in_wix(api: Api) -> None:
    def act(action: str, **given: Any) -> Any:
        return api.control("POST", f"dashboard/{action}", given)["item"]

    item = api.scheduled(reference="r")["id"]
    assert act("edit", item=item, set={"caption": "by hand"})["linkedinPost"]["caption"] == "by hand"
    moved = act("move", item=item, to="2026-12-05T08:00:00Z")
    assert moved["schedulingInfo"]["scheduledDate"] == "2026-12-05T08:00:00.000Z"
    copy = act("copy", item=item, keep_reference=True)
    assert (copy["status"], copy["referenceId"], copy["id"] != item) == ("DRAFT", "r", True)
    assert "referenceId" not in act("copy", item=item)
    assert act("cancel", item=item)["status"] == "CANCELED"
    assert act("delete", item=item)["status"] == "DELETED"
    assert act("publish", item=api.draft()["id"])["status"] == "PUBLISHED"
    native = act("post", site=api.site, item=post("native"))
    assert (native["external"], native["status"]) == (True, "PUBLISHED")
    assert [entry["external"] for entry in api.feed()] == [False, True]
    assert all(entry["method"] != "POST" or "dashboard" not in entry["path"] for entry in api.log())
    for action, given in (
        ("edit", {}),
        ("explode", {}),
        ("move", {"item": item, "to": "2026-12-05T08:00:00Z"}),
        ("connect", {"site": api.site}),
    ):
        assert api("POST", f"/_emulator/dashboard/{action}", given).status in (400, 404, 409)


def test_the_log_has_each_request_of_the_service_once_and_none_of_the_control(api: Api) -> None:
    api.draft()
    api("GET", "/accounts")
    log = api.log()
    assert [
        (entry["number"], entry["method"], entry["path"], entry["status"], entry["code"], entry["committed"])
        for entry in log
    ] == [
        (1, "POST", "/social-publisher/v1/items", 200, None, True),
        (2, "GET", "/social-publisher/v1/accounts", 428, "UNSUPPORTED_CHANNEL", None),
    ]
    assert log[0]["body"]["item"]["linkedinPost"]["caption"] == "Hallo"
    assert log[0]["duration_ms"] >= 0
    assert api.control("GET", "requests?since=1")["requests"] == log[1:]


def test_a_dump_restores_everything(api: Api) -> None:
    api.scheduled(reference="r")
    api.control("PUT", "profile", {"profile": "slow"})
    asked = api("POST", "/site-media/v1/files/generate-upload-url", {"mimeType": "image/png"})
    api("PUT", asked.json["uploadUrl"], b"\x00\xff", {})
    dump = api.control("GET", "dump")
    api.control("POST", "reset")
    assert api.control("GET", "sites") == {"sites": []}
    assert api.control("GET", "profile")["profile"] == "documented"
    api.control("POST", "load", dump)
    assert api.control("GET", "dump") == dump
    assert api.control("GET", "profile")["profile"] == "slow"
    for broken in (
        {},
        {"version": 1, "tables": {}},
        {"site": api.site, "items": [{}]},
        {"site": api.site, "items": [], "repeat": 0},
    ):
        assert api("POST", "/_emulator/load", broken).status == 400
    assert api.control("GET", "dump") == dump


def test_unknown_control_paths_say_so(api: Api) -> None:
    got = api("GET", "/_emulator/nothing")
    assert got.status == 404
    assert "docs/emulator.md" in got.json["error"]
    assert api.log() == []
