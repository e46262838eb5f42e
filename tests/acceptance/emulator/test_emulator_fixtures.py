"""The fixtures that other suites use."""

import asyncio
from typing import Any

import httpx

from socialsync.emulator.handle import SITE, EmulatorProcess

HEADERS = {"Authorization": "emulator-key", "wix-site-id": SITE}


def test_the_process_is_fresh_for_each_test_even_after_a_kill(emulator: EmulatorProcess) -> None:
    assert emulator.items() == []
    emulator.call("POST", "/items", {"item": {}})
    emulator.kill()


def test_after_the_kill_there_is_a_new_one(emulator: EmulatorProcess) -> None:
    assert emulator.requests() == []
    assert emulator.call("GET", "/accounts?channelName=GBP")[0] == 200


def test_the_application_in_process(emulator_app: Any) -> None:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(emulator_app)
        async with httpx.AsyncClient(transport=transport, base_url="http://emulator", headers=HEADERS) as client:
            return await client.get("/social-publisher/v1/accounts?channelName=GBP")

    assert asyncio.run(ask()).json()["accounts"][0]["gbp"]["id"] == "1122"
    assert emulator_app.state.emulator.store.one("select count(*) as n from request")["n"] == 1


def test_settings_of_a_file_and_accounts_of_a_site_opened_later(start_emulator: Any, tmp_path: Any) -> None:
    """A made-up channel by one file, no Python."""
    path = tmp_path / "settings.json"
    path.write_text(
        '{"channels": {"MASTODON": {"types": {"POST": {"content": "mastodonPost", "fields": {"status": {}}}}}},'
        ' "accounts": {"MASTODON": [{"id": "77"}]}}',
        encoding="utf-8",
    )
    process = start_emulator("--settings", str(path))
    account = {"channelName": "MASTODON", "mastodon": {"id": "77"}}
    assert process.call("GET", "/accounts?channelName=MASTODON") == (200, {"accounts": [account]})
    item = {"channel": {"name": "MASTODON", "accountId": "77"}, "type": "POST", "mastodonPost": {"status": "toot"}}
    assert process.call("POST", "/publish", {"item": item})[1]["item"]["status"] == "PUBLISHED"
    assert process.feed()[0]["content"] == {"status": "toot"}
