"""Accounts, connections, features and quotas, generation."""

from typing import Any

import pytest
from emulator_api import Api, post

CHANNELS = ("INSTAGRAM", "FACEBOOK", "YOUTUBE", "LINKEDIN", "PINTEREST", "GBP", "TIKTOK")


def quota(api: Api, feature: str) -> dict[str, Any]:
    return dict(api("GET", f"/features/{feature}").json["featureData"])


def test_a_fresh_site_has_its_default_accounts(api: Api) -> None:
    for name in CHANNELS:
        assert api("GET", f"/{name}/long-lived-token-status").json == {"status": "VALID"}
        accounts = api("GET", f"/accounts?channelName={name}").json["accounts"]
        own = [account[name.lower()] for account in accounts]
        assert [account["settings"]["default"] for account in own].count(True) == 1
    assert api("GET", "/TWITTER/long-lived-token-status").json == {"status": "NEVER_CREATED"}


def test_the_life_of_a_connection(api: Api) -> None:
    def status() -> str:
        return str(api("GET", "/LINKEDIN/long-lived-token-status").json["status"])

    target = {"site": api.site, "channel": "LINKEDIN"}
    api.draft()
    for action, expected in (("lapse", "INVALID"), ("disconnect", "DISCONNECTED"), ("forget", "NEVER_CREATED")):
        api.control("POST", f"dashboard/{action}", target)
        assert status() == expected
    url = api("GET", "/LINKEDIN/connect-url").json["connectUrl"]
    assert "LINKEDIN is connected" in api("GET", url).content.decode()
    assert status() == "VALID"
    assert api("GET", url).status == 410
    late = api("GET", "/LINKEDIN/connect-url").json["connectUrl"]
    api.advance("2h")
    assert api("GET", late).status == 410
    api.control("POST", "dashboard/connect", {**target, "expires": "2027-01-01T00:00:00Z"})
    api.control("PUT", "clock", {"now": "2026-12-31T23:59:59Z", "speed": 0})
    assert status() == "VALID"
    api.advance("1s")
    assert status() == "INVALID"


def test_the_default_account_is_changed_by_what_the_channel_calls_it(api: Api) -> None:
    assert api("PATCH", "/FACEBOOK/settings", {"facebook": {"defaultPageId": "700800901"}}).json == {}
    accounts = api("GET", "/accounts?channelName=FACEBOOK").json["accounts"]
    assert [
        account["facebook"]["page"]["id"] for account in accounts if account["facebook"]["settings"]["default"]
    ] == ["700800901"]
    for body in ({"facebook": {"defaultPageId": "1"}}, {"facebook": {"defaultAccountId": "1"}}, {"linkedin": {}}, {}):
        assert api("PATCH", "/FACEBOOK/settings", body).status == 400


@pytest.mark.parametrize("form", ["missing", "zero"])
def test_how_an_unmetered_feature_shows_itself(api: Api, form: str) -> None:
    api.set(unmetered_quota=form)
    shown = quota(api, "PUBLISH_POST")
    assert shown["enabled"] is True
    assert ("quotaInfo" in shown) == (form == "zero")
    for _ in range(3):
        assert api("POST", "/publish", {"item": post("x")}).status == 200


def test_the_free_plan(api: Api) -> None:
    api.control("PUT", "profile", {"profile": "free-plan"})
    image = {"imageUrl": "https://static.wixstatic.com/media/a.jpg"}
    item = {"channel": {"name": "INSTAGRAM", "accountId": "17840000000000001"}, "type": "POST", "instagramPost": image}
    results = [api("POST", "/publish", {"item": item}).status for _ in range(11)]
    assert results == [200] * 10 + [428]
    assert quota(api, "PUBLISH_POST")["quotaInfo"] == {
        "limit": 10,
        "currentUsage": 10,
        "remainingUsage": 0,
        "period": "MONTH",
    }
    assert quota(api, "SCHEDULE_POST")["enabled"] is False
    assert api("GET", "/LINKEDIN/long-lived-token-status").json["status"] == "NEVER_CREATED"
    api.control("PUT", "clock", {"now": "2026-12-01T00:00:00Z", "speed": 0})
    assert quota(api, "PUBLISH_POST")["quotaInfo"]["currentUsage"] == 0
    assert len(api.feed()) == 10


@pytest.mark.parametrize(("restores", "used"), [(True, 0), (False, 1)])
def test_a_cancel_gives_the_quota_back_or_not(api: Api, restores: bool, used: int) -> None:
    limited = {"enabled": True, "limit": 5, "period": "MONTH"}
    api.set(features={"SCHEDULE_POST": limited}, cancel_restores_quota=restores)
    item = api.scheduled()["id"]
    assert quota(api, "SCHEDULE_POST")["quotaInfo"]["currentUsage"] == 1
    api("PATCH", f"/items/{item}/cancel", {})
    assert quota(api, "SCHEDULE_POST")["quotaInfo"]["currentUsage"] == used


def test_an_exhausted_publish_quota_does_not_block_scheduling(api: Api) -> None:
    api.set(features={"PUBLISH_POST": {"enabled": True, "limit": 1, "period": "NO_PERIOD"}})
    assert api("POST", "/publish", {"item": post("x")}).status == 200
    assert api("POST", "/publish", {"item": post("x")}).code == "INELIGIBLE_FOR_FEATURE"
    assert api.scheduled()["status"] == "SCHEDULED"


@pytest.mark.parametrize(
    ("period", "same", "next_one"),
    [
        ("DAY", "2026-11-24T23:59:59Z", "2026-11-25T00:00:00Z"),
        ("WEEK", "2026-11-29T23:59:59Z", "2026-11-30T00:00:00Z"),
        ("MONTH", "2026-11-30T23:59:59Z", "2026-12-01T00:00:00Z"),
        ("YEAR", "2026-12-31T23:59:59Z", "2027-01-01T00:00:00Z"),
        ("HOUR", "2026-11-24T09:59:59Z", "2026-11-24T10:00:00Z"),
        ("NO_PERIOD", "2030-01-01T00:00:00Z", None),
    ],
)
def test_the_periods_of_a_quota(api: Api, period: str, same: str, next_one: str | None) -> None:
    api.set(features={"PUBLISH_POST": {"enabled": True, "limit": 1, "period": period}})
    api("POST", "/publish", {"item": post("x")})
    api.control("PUT", "clock", {"now": same, "speed": 0})
    assert api("POST", "/publish", {"item": post("x")}).status == 428
    if next_one is not None:
        api.control("PUT", "clock", {"now": next_one})
        assert api("POST", "/publish", {"item": post("x")}).status == 200


def test_feature_lists(api: Api) -> None:
    many = "&".join(["featureTypes=PUBLISH_POST"] * 21)
    assert [api("GET", f"/features{query}").status for query in ("", "?featureTypes=AI_TOOLS", f"?{many}")] == [
        400,
        200,
        400,
    ]
    assert api("GET", "/features/NONE").status == 400


@pytest.mark.parametrize(("form", "header"), [("seconds", "60"), ("absent", None), ("hostile", "1000000000")])
def test_a_limit_of_requests(api: Api, form: str, header: str | None) -> None:
    api.control("PUT", "clock", {"now": "2026-11-24T09:00:00Z", "speed": 0})
    api.set(requests_per_minute=2, retry_after=form)
    statuses = [api("GET", "/accounts?channelName=GBP").status for _ in range(2)]
    refused = api("GET", "/accounts?channelName=GBP")
    assert (*statuses, refused.status) == (200, 200, 429)
    assert refused.headers.get("retry-after") == header
    assert api.control("GET", "clock")
    api.advance("60s")
    assert api("GET", "/accounts?channelName=GBP").status == 200


def test_generation(api: Api) -> None:
    results = api("POST", "/generate-post-data", {"userInput": "Krug"}).json["results"]
    assert [result["channelName"] for result in results] == [
        "INSTAGRAM",
        "FACEBOOK",
        "LINKEDIN",
        "PINTEREST",
        "GBP",
        "TIKTOK",
    ]
    assert results[2]["linkedinPost"]["caption"] == "Krug"
    assert "authorId" not in results[2]["linkedinPost"]
    assert api("POST", "/generate-image", {"userInput": "x"}).status == 400
    image = {"userInput": "x", "imageUrl": "https://static.wixstatic.com/media/a.jpg"}
    execution = api("POST", "/generate-image", image).json["executionId"]
    assert api("GET", f"/generated-image/{execution}").json == {"status": "IN_PROGRESS"}
    api.advance("15s")
    assert api("GET", f"/generated-image/{execution}").json["status"] == "READY"


def test_a_limit_of_publications_says_when_there_is_room(api: Api) -> None:
    api.control("PUT", "clock", {"now": "2026-11-24T09:00:00Z", "speed": 0})
    api.set(publish_limit_per_minute=1)
    api("POST", "/publish", {"item": post("x")})
    api.advance("20s")
    refused = api("POST", "/publish", {"item": post("x")})
    assert (refused.code, refused.headers["retry-after"]) == ("PUBLISH_LIMIT_EXCEEDED", "40")
    api.advance("40s")
    assert api("POST", "/publish", {"item": post("x")}).status == 200
