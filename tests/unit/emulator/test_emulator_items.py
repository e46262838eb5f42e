"""Items as the documentation describes them: examples, identity, updates, bulk, drafts of the marketing plan."""

import re
from typing import Any

import pytest
from emulator_api import Api, fixture, post

from socialsync.emulator.channels import packaged

GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def resembles(example: Any, real: Any, path: str, guessed: list[str]) -> None:
    """Every documented field is there, with its type; values that are no placeholder are checked by the caller."""
    if path in guessed:
        return
    assert type(example) is type(real), f"{path}: {example!r} against {real!r}"
    if isinstance(example, dict):
        for name, value in example.items():
            if f"{path}.{name}" not in guessed:
                assert name in real, f"{path}.{name} is missing in {real}"
                resembles(value, real[name], f"{path}.{name}", guessed)
    elif isinstance(example, list) and example:
        assert real, f"{path} is empty"
        resembles(example[0], real[0], f"{path}[]", guessed)


@pytest.mark.parametrize("name", list(fixture("exchanges.json")))
def test_each_documented_exchange(api: Api, name: str) -> None:
    exchange = fixture("exchanges.json")[name]
    request, expected = exchange["request"], exchange["response"]
    path, body = request["path"], request.get("body")
    ids = {}
    for number, wanted in enumerate(sorted(set(GUID.findall(path)))):
        ids[wanted] = api.scheduled(f"2026-12-0{number + 1}T08:00:00Z")["id"]
    if body and "id" in body:
        ids[body["id"]] = api.draft(reference="r")["id"]
    if name == "update_item":
        ids[body["item"]["id"]] = next(iter(ids.values()))
    if name == "query_items":
        facebook = next(item for item in fixture("items.json") if item["channel"]["name"] == "FACEBOOK")
        api("POST", "/publish", {"item": {**facebook, "schedulingInfo": {"scheduledDate": "2026-12-01T07:30:00Z"}}})
    if name in ("get_feature_data", "get_features_data"):
        limit = {"enabled": True, "limit": 10, "period": "MONTH"}
        api.set(features={"PUBLISH_POST": limit, "CONNECT_CHANNEL": {**limit, "period": "NO_PERIOD"}})
    if name == "publish_item_by_id_failed":
        api.set(publish_outcome={"*": "FAILED"})
    if name == "search_files":
        asked = api(
            "POST",
            "/site-media/v1/files/generate-upload-url",
            {"mimeType": "image/jpeg", "fileName": "sha256-6d1c0f2e.jpg"},
        )
        api("PUT", asked.json["uploadUrl"], b"x", {})
    for wanted, real in ids.items():
        path = path.replace(wanted, real)
        body = body and swap(body, wanted, real)
    got = api(request["method"], path, body)
    assert got.status == expected["status"], got.content
    resembles(expected["body"], got.json, "response.body", exchange["guessed"])
    assert api.log()[-1]["violations"] == []
    status = expected["body"].get("item", {}).get("status")
    if status and name != "get_item" and name != "update_item":
        assert got.json["item"]["status"] == status


def swap(value: Any, old: str, new: str) -> Any:
    if isinstance(value, dict):
        return {key: swap(inner, old, new) for key, inner in value.items()}
    return new if value == old else value


@pytest.mark.parametrize("item", fixture("items.json"), ids=lambda i: f"{i['channel']['name']}-{i['type']}")
def test_each_cell_is_created_scheduled_and_goes_out(api: Api, item: dict[str, Any]) -> None:
    created = api("POST", "/items", {"item": item})
    assert created.status == 200, created.content
    assert item.items() <= created.json["item"].items()
    published = api(
        "POST", "/publish-by-id", {"id": created.json["item"]["id"], "scheduledDate": "2026-12-01T08:00:00Z"}
    )
    if item["channel"]["name"] == "TWITTER":
        assert published.code == "UNSUPPORTED_CHANNEL"
        return
    assert published.json["item"]["status"] == "SCHEDULED"
    api.advance("30d")
    (entry,) = api.feed()
    content = next(value for key, value in item.items() if key not in ("channel", "type"))
    assert (entry["channel"], entry["type"], entry["content"]) == (item["channel"]["name"], item["type"], content)
    final = api("GET", f"/items/{created.json['item']['id']}").json["item"]
    assert final["status"] == "PUBLISHED"
    assert final["channel"]["externalItemUrl"] == entry["url"]


def test_the_examples_cover_every_cell() -> None:
    cells = {(name, kind) for name, channel in packaged().items() for kind in channel["types"]}
    assert {(item["channel"]["name"], item["type"]) for item in fixture("items.json")} == cells
    assert len(cells) == 13


@pytest.mark.parametrize(
    ("profile", "create_again", "publish_second"),
    [("u0", 200, 200), ("u1", 409, None), ("u2", 200, 409), ("u3", 409, None)],
)
def test_where_the_reference_is_unique(api: Api, profile: str, create_again: int, publish_second: int | None) -> None:
    api.control("PUT", "profile", {"profile": profile})
    first = api.scheduled(reference="r")
    again = api("POST", "/items", {"item": {**post("x"), "referenceId": "r"}})
    assert again.status == create_again
    if publish_second is not None:
        body = {"id": again.json["item"]["id"], "scheduledDate": "2026-12-01T08:00:00Z"}
        assert api("POST", "/publish-by-id", body).status == publish_second
    # A retry of the same item's publication is no clash with itself.
    retry = api("POST", "/publish-by-id", {"id": first["id"], "scheduledDate": "2026-12-01T08:00:00Z"})
    assert retry.status == 200 or publish_second == 200


@pytest.mark.parametrize(
    ("held_by", "after_delete", "after_cancel"), [("all", 409, 409), ("undeleted", 200, 409), ("live", 200, 200)]
)
def test_which_rows_hold_the_reference(api: Api, held_by: str, after_delete: int, after_cancel: int) -> None:
    api.set(reference_id_held_by=held_by)
    api("DELETE", f"/items/{api.draft(reference='deleted')['id']}")
    api("PATCH", f"/items/{api.scheduled(reference='canceled')['id']}/cancel", {})
    for reference, expected in (("deleted", after_delete), ("canceled", after_cancel)):
        assert api("POST", "/items", {"item": {**post("x"), "referenceId": reference}}).status == expected


def test_without_a_reference_the_same_post_goes_out_twice(api: Api) -> None:
    for _ in range(2):
        assert api("POST", "/publish", {"item": post("same")}).json["item"]["status"] == "PUBLISHED"
    assert [entry["content"]["caption"] for entry in api.feed()] == ["same", "same"]


def test_a_site_knows_nothing_of_another(api: Api) -> None:
    mine = api.draft(reference="r")
    api.site = "11111111-2222-4333-8444-555555555555"
    assert api("GET", f"/items/{mine['id']}").status == 404
    assert api("POST", "/items/query", {"query": {}}).json["items"] == []
    assert api.draft(reference="r")["referenceId"] == "r"
    sites = api.control("GET", "sites")["sites"]
    assert len(sites) == 2
    assert all(isinstance(site["reference"], str) for site in sites)


@pytest.mark.parametrize(
    ("merge", "change", "after"),
    [
        (
            "leaf",
            {"caption": "new"},
            {"caption": "new", "authorId": "a", "linkMetadata": {"title": "t", "url": "https://x.example/"}},
        ),
        (
            "leaf",
            {"linkMetadata": {"title": "n"}},
            {"caption": "c", "authorId": "a", "linkMetadata": {"title": "n", "url": "https://x.example/"}},
        ),
        ("leaf", {"linkMetadata": None}, {"caption": "c", "authorId": "a"}),
        ("top", {"caption": "new"}, {"caption": "new"}),
    ],
)
def test_the_depth_of_an_update(api: Api, merge: str, change: dict[str, Any], after: dict[str, Any]) -> None:
    api.set(update_merge=merge)
    item = post("c")
    item["linkedinPost"] |= {"authorId": "a", "linkMetadata": {"title": "t", "url": "https://x.example/"}}
    made = api("POST", "/items", {"item": item}).json["item"]
    got = api("PATCH", f"/items/{made['id']}", {"item": {"id": made["id"], "linkedinPost": change}})
    assert got.json["item"]["linkedinPost"] == after


def test_an_update_moves_no_date_and_changes_neither_channel_nor_type(api: Api) -> None:
    item = api.scheduled("2026-12-01T08:00:00Z")
    moved = {"item": {"schedulingInfo": {"scheduledDate": "2027-12-01T08:00:00Z"}}}
    assert api("PATCH", f"/items/{item['id']}", moved).json["item"]["schedulingInfo"] == item["schedulingInfo"]
    for change in (
        {"channel": {"name": "GBP", "accountId": "1122"}},
        {"type": "STORY"},
        {"gbpPost": {"description": "x"}},
        {"id": "00000000-0000-4000-8000-000000000000"},
    ):
        assert api("PATCH", f"/items/{item['id']}", {"item": change}).status == 400
    echo = {"item": {**item, "linkedinPost": {"caption": "edited"}}}
    assert api("PATCH", f"/items/{item['id']}", echo).json["item"]["linkedinPost"]["caption"] == "edited"


def test_a_bulk_publish_answers_200_and_each_item_by_itself(api: Api) -> None:
    good = {**post("eins"), "referenceId": "r"}
    dead = {"channel": {"name": "TWITTER", "accountId": "1"}, "type": "POST", "twitterPost": {"caption": "x"}}
    got = api("POST", "/bulk/publish", {"items": [good, dead, good]})
    codes = [result["itemMetadata"].get("error", {}).get("code") for result in got.json["results"]]
    assert codes == [None, "UNSUPPORTED_CHANNEL", "REFERENCE_ID_ALREADY_EXIST"]
    assert got.json["bulkActionMetadata"] == {"totalSuccesses": 1, "totalFailures": 2, "undetailedFailures": 0}
    assert len(api.feed()) == 1
    assert len(api.control("GET", "items")["items"]) == 1


def test_the_side_door_leaves_out_in_silence_what_it_cannot_schedule(api: Api) -> None:
    dated = {"schedulingInfo": {"scheduledDate": "2026-12-01T08:00:00Z"}}
    good, undated, gone = api.draft(**dated), api.draft(), api.scheduled()
    google = {"channel": {"name": "GBP", "accountId": "1122"}, "type": "POST", "gbpPost": {"description": "x"}, **dated}
    other = api("POST", "/items", {"item": google}).json["item"]
    api("DELETE", "/GBP/account")
    path = "/promote/marketing-plan-service/v1/marketing-plan/schedule-drafts"
    got = api("POST", path, {"draftIds": [item["id"] for item in (good, undated, gone, other)]})
    assert [item["id"] for item in got.json["items"]] == [good["id"]]
    assert api.status_of(other["id"]) == "DRAFT"
    api.set(features={"SCHEDULE_POST": {"enabled": False}})
    assert api("POST", path, {"draftIds": [undated["id"]]}).code == "INELIGIBLE_FOR_FEATURE"


@pytest.mark.parametrize(("rejection", "status"), [("428", 428), ("FAILED", 200)])
def test_the_network_s_own_refusal(api: Api, rejection: str, status: int) -> None:
    api.set(platform_rejection=rejection)
    item = post("x")
    del item["linkedinPost"]["authorId"]
    draft = api("POST", "/items", {"item": item}).json["item"]
    got = api("POST", "/publish-by-id", {"id": draft["id"]})
    assert got.status == status
    if status == 200:
        assert got.json["item"]["publicationError"]["description"] == "/author :: field is required"
    assert api.status_of(draft["id"]) == ("FAILED" if status == 200 else "DRAFT")
    assert api.feed() == []


@pytest.mark.parametrize("privacy", ["FOLLOWER_OF_CREATOR", None])
def test_a_privacy_level_that_the_account_does_not_offer(api: Api, privacy: str | None) -> None:
    media = {"media": [{"type": "IMAGE", "url": "https://static.wixstatic.com/media/a.jpg"}]}
    content = {"description": "x", "mediaWrapper": media, **({"privacyLevel": privacy} if privacy else {})}
    channel = {"name": "TIKTOK", "accountId": "0f0e0d0c-1111-4222-8333-444455556666"}
    got = api("POST", "/publish", {"item": {"channel": channel, "type": "POST", "tiktokPhoto": content}})
    assert (got.status, got.code) == (428, "CHANNEL_REJECTED")


def test_a_channel_is_added_by_one_setting(api: Api) -> None:
    mastodon = {
        "second": {"field": "instanceId", "path": "instance.id"},
        "types": {
            "POST": {
                "content": "mastodonPost",
                "fields": {"instanceId": {"kind": "id"}, "status": {"kind": "text", "max": 500}},
            }
        },
    }
    account = {"id": "77", "instance": {"id": "social.example"}, "settings": {"default": True}}
    api.draft()
    api.set(channels={"MASTODON": mastodon}, accounts={"MASTODON": [account]})
    listed = api("GET", "/accounts?channelName=MASTODON").json["accounts"]
    assert listed == [{"channelName": "MASTODON", "mastodon": account}]
    item = {"channel": {"name": "MASTODON", "accountId": "77"}, "type": "POST"}
    content = {"instanceId": "social.example", "status": "toot"}
    assert api("POST", "/publish", {"item": {**item, "mastodonPost": content}}).json["item"]["status"] == "PUBLISHED"
    too_long = {**item, "mastodonPost": {**content, "status": "x" * 501}}
    assert api("POST", "/items", {"item": too_long}).code == "MAX_LENGTH"
    assert [(entry["channel"], entry["second"]) for entry in api.feed()] == [("MASTODON", "social.example")]
    broken = api("PUT", "/_emulator/settings", {"channels": {"X": {"types": {"POST": {}}}}})
    assert broken.status == 400
    assert "channels.json" in broken.json["error"]
    assert "X" not in api.control("GET", "settings")["channels"]["value"]
