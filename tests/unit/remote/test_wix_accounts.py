"""What a site's connections and quotas are, in every form in which the service tells them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from remote_fakes import Script, client, refusal, reply

from socialsync import cells
from socialsync.errors import IncompleteRead
from socialsync.model.accounts import AccountInfo, Connection, Quota, TokenStatus
from socialsync.remote.wix import accounts, features

CELLS = cells.packaged()
EXCHANGES = json.loads((Path(__file__).parents[2] / "fixtures" / "wix" / "exchanges.json").read_text(encoding="utf-8"))
VALID = reply({"status": "VALID"})


def connection(channel: str, *answers: Any) -> Connection:
    return accounts.connection(client(Script(answers)), channel, CELLS)


def listed(channel: str) -> Any:
    return reply(EXCHANGES[f"list_accounts_{channel}"]["response"]["body"])


def test_pages_boards_and_locations_are_the_second_id() -> None:
    found = {
        name: connection(name, VALID, listed(name)).accounts[0] for name in ("facebook", "pinterest", "gbp", "tiktok")
    }
    assert found["facebook"] == AccountInfo(
        channel="facebook",
        account_id="100200300400500",
        second_id="700800900",
        name="Beispiel Seite",
        default=True,
    )
    assert (found["pinterest"].account_id, found["pinterest"].second_id) == ("4455", "99887766")
    assert (found["gbp"].account_id, found["gbp"].second_id) == ("1122", "555666")
    assert found["tiktok"].options == {"privacy": ("public", "private")}


def test_every_account_is_listed() -> None:
    found = connection("linkedin", VALID, listed("linkedin"))
    assert found.token is TokenStatus.VALID
    assert [(info.account_id, info.name, info.default, info.second_id) for info in found.accounts] == [
        ("urn:li:person:AbC123", "Pat Beispiel", False, ""),
        ("urn:li:organization:90411822", "Beispiel UG", True, ""),
    ]


@pytest.mark.parametrize("token", ["INVALID", "DISCONNECTED", "NEVER_CREATED"])
def test_without_a_valid_token_no_accounts_are_asked_for(token: str) -> None:
    assert connection("instagram", reply({"status": token})) == Connection(
        channel="instagram", token=TokenStatus(token)
    )


def test_an_unknown_token_status_is_no_connection() -> None:
    found = connection("instagram", reply({"status": "ON_HOLIDAY"}))
    assert (found.token, found.error) == (TokenStatus.INVALID, "ON_HOLIDAY")


@pytest.mark.parametrize(
    ("code", "status", "token"),
    [
        ("USER_NOT_EXIST_FOR_CHANNEL", 400, TokenStatus.NEVER_CREATED),
        ("USER_IS_DISCONNECTED", 400, TokenStatus.DISCONNECTED),
        ("NO_PAGES_FOR_USER", 428, TokenStatus.VALID),
        ("UNSUPPORTED_CHANNEL", 428, TokenStatus.NEVER_CREATED),
    ],
)
def test_a_refused_list_says_what_the_connection_is(code: str, status: int, token: TokenStatus) -> None:
    assert connection("facebook", VALID, refusal(code, status)) == Connection(
        channel="facebook", token=token, error=code
    )


@pytest.mark.parametrize("asked", ["token", "accounts"])
def test_another_refusal_is_an_incomplete_read_that_names_the_channel(asked: str) -> None:
    answers = [refusal("SOMETHING_ELSE", 400)] if asked == "token" else [VALID, refusal("SOMETHING_ELSE", 400)]
    with pytest.raises(IncompleteRead, match="FACEBOOK"):
        connection("facebook", *answers)


@pytest.mark.parametrize(
    "entries",
    [[], [{"channelName": "FACEBOOK"}], [{"facebook": {"id": "1"}}], [{"facebook": {"page": {"id": "1"}}}]],
)
def test_an_account_without_a_page_cannot_be_posted_to(entries: list[Any]) -> None:
    found = connection("facebook", VALID, reply({"accounts": entries}))
    assert (found.accounts, found.error) == ((), "NO_PAGES_FOR_USER")


def test_ids_are_text_even_if_the_service_writes_numbers() -> None:
    entries = [{"facebook": {"id": 17, "page": {"id": 4, "displayName": None}, "displayName": "n"}}]
    info = connection("facebook", VALID, reply({"accounts": entries})).accounts[0]
    assert (info.account_id, info.second_id, info.name) == ("17", "4", "n")


def test_privacy_that_no_cell_knows_is_shown_as_it_is() -> None:
    entries = [{"tiktok": {"id": "1", "privacyLevelOptions": ["SELF_ONLY", "NEW_LEVEL"]}}]
    info = connection("tiktok", VALID, reply({"accounts": entries})).accounts[0]
    assert info.options == {"privacy": ("private", "NEW_LEVEL")}


# --- quotas -------------------------------------------------------------------------------------


def quotas(publish: dict[str, Any], schedule: dict[str, Any]) -> tuple[Quota, ...]:
    told = [{"type": "PUBLISH_POST", **publish}, {"type": "SCHEDULE_POST", **schedule}, {"type": "AI_TOOLS"}]
    return features.quotas(client(Script([reply({"features": told, "monetizationEnabled": True})])))


def info(limit: Any, used: Any, left: Any, period: Any = "MONTH") -> dict[str, Any]:
    return {"quotaInfo": {"limit": limit, "currentUsage": used, "remainingUsage": left, "period": period}}


@pytest.mark.parametrize(
    ("told", "enabled", "limit", "used", "remaining", "period"),
    [
        ({"enabled": True} | info(10, 3, 7), True, 10, 3, 7, "MONTH"),
        ({"enabled": True} | info("10", "3", "7"), True, 10, 3, 7, "MONTH"),
        ({"enabled": True} | info(50, 50, 0), True, 50, 50, 0, "MONTH"),
        ({"enabled": True} | info(50, 20, None), True, 50, 20, 30, "MONTH"),
        ({"enabled": True} | info(5, 9, None), True, 5, 9, 0, "MONTH"),
        ({"enabled": True} | info(0, 0, 0), True, 0, 0, None, ""),
        ({"enabled": True} | info(2, 1, 1, None), True, 2, 1, 1, ""),
        ({"enabled": True}, True, 0, 0, None, ""),
        ({"enabled": True, "quotaInfo": None}, True, 0, 0, None, ""),
        ({"enabled": False}, False, 0, 0, 0, ""),
        ({}, False, 0, 0, 0, ""),
        ({"enabled": False} | info(10, 0, 10), False, 10, 0, 0, "MONTH"),
        ({"enabled": True} | info(-1, "x", True), True, 0, 0, None, ""),
    ],
)
def test_a_quota_is_read_by_the_rules_of_the_reference(
    told: dict[str, Any], enabled: bool, limit: int, used: int, remaining: int | None, period: str
) -> None:
    expected = Quota(
        feature="PUBLISH_POST", enabled=enabled, limit=limit, used=used, remaining=remaining, period=period
    )
    assert quotas(told, {"enabled": True})[0] == expected


def test_one_exhausted_feature_says_nothing_of_the_other() -> None:
    publish, schedule = quotas({"enabled": True} | info(10, 10, 0), {"enabled": True})
    assert (publish.remaining, schedule.remaining) == (0, None)


def test_a_feature_that_is_not_told_makes_the_read_incomplete() -> None:
    with pytest.raises(IncompleteRead, match="SCHEDULE_POST"):
        features.quotas(client(Script([reply({"features": [{"type": "PUBLISH_POST", "enabled": True}]})])))
