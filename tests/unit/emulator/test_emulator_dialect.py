"""The accents of the service: what the normalising and hostile profiles do to what a client sent."""

import unicodedata
from typing import Any

import pytest
from emulator_api import Api, post

from socialsync.emulator.settings import SWITCHES, profiles

IMAGE = "https://static.wixstatic.com/media/3fa1c2_a~mv2.jpg"


def written(api: Api, **content: Any) -> dict[str, Any]:
    item = post("x")
    item["linkedinPost"] |= content
    got = api("POST", "/items", {"item": item})
    assert got.status == 200, got.content
    return dict(got.json["item"])


def test_the_normalising_profile(api: Api) -> None:
    api.control("PUT", "profile", {"profile": "normalising"})
    caption = "  Grüße\r\nzweite Zeile \n"
    made = written(
        api, caption=unicodedata.normalize("NFD", caption), mediaWrapper={"media": [{"type": "IMAGE", "url": IMAGE}]}
    )
    content = made["linkedinPost"]
    assert content["caption"] == "Grüße\nzweite Zeile"
    (media,) = content["mediaWrapper"]["media"]
    assert media["url"] != IMAGE
    assert media["url"].startswith(IMAGE + "/v1/fill/")
    assert media["fileId"] == "3fa1c2_a~mv2.jpg"
    assert content["link"] is None
    assert made["referenceId"] is None
    assert "previewRevision" in made
    assert api("POST", "/items/query", {"query": {}}).json["items"] == []
    api.wall.seconds += 2
    assert len(api("POST", "/items/query", {"query": {}}).json["items"]) == 1


def test_normalising_twice_changes_nothing_more(api: Api) -> None:
    api.control("PUT", "profile", {"profile": "normalising"})
    made = written(api, caption=" x ", mediaWrapper={"media": [{"type": "IMAGE", "url": IMAGE}]})
    again = {name: value for name, value in made["linkedinPost"].items() if value is not None}
    got = api("PATCH", f"/items/{made['id']}", {"item": {"id": made["id"], "linkedinPost": again}})
    assert got.json["item"]["linkedinPost"] == made["linkedinPost"]


def test_what_goes_out_is_what_was_kept_and_carries_the_digest_of_the_bytes(api: Api) -> None:
    asked = api("POST", "/site-media/v1/files/generate-upload-url", {"mimeType": "image/jpeg"})
    file = api("PUT", asked.json["uploadUrl"], b"bytes", {"Content-Type": "image/jpeg"}).json["file"]
    api.control("PUT", "profile", {"profile": "normalising"})
    made = written(api, caption=" x ", mediaWrapper={"media": [{"type": "IMAGE", "url": file["url"]}]})
    assert api("POST", "/publish-by-id", {"id": made["id"]}).status == 200
    (entry,) = api.feed()
    assert entry["content"]["caption"] == "x"
    assert entry["media"][0]["fileId"] == file["id"]
    # sha256 of b"bytes"
    assert entry["media"][0]["digest"] == "277089d91c0bdf4f2e6862ba7e4a07605119431f5d13f726dd352b06f1b206a9"


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        ("milliseconds", "2026-12-01T08:00:00.000Z"),
        ("seconds", "2026-12-01T08:00:00Z"),
        ("offset", "2026-12-01T08:00:00.000+00:00"),
        ("echo", "2026-12-01T09:00:00+01:00"),
    ],
)
def test_the_form_of_dates(api: Api, form: str, shown: str) -> None:
    api.set(date_format=form)
    assert api.scheduled("2026-12-01T09:00:00+01:00")["schedulingInfo"] == {"scheduledDate": shown}


@pytest.mark.parametrize(("form", "date"), [("virtual", "Fri, 01 Jan 2027 00:00:00 GMT"), ("missing", None)])
def test_the_date_header(api: Api, form: str, date: str | None) -> None:
    api.control("PUT", "clock", {"now": "2027-01-01T00:00:00Z", "speed": 0})
    api.set(date_header=form)
    assert api("GET", "/accounts?channelName=LINKEDIN").headers.get("date") == date


def test_drafts_tell_their_dates_and_published_items_their_address(api: Api) -> None:
    api.set(permalink_at="both")
    draft = api.draft()
    assert set(draft["draftInfo"]) == {"createdDate", "updatedDate"}
    published = api("POST", "/publish-by-id", {"id": draft["id"]}).json["item"]
    assert "draftInfo" not in published
    assert published["externalItemUrl"] == published["channel"]["externalItemUrl"]


@pytest.mark.parametrize("name", list(profiles()))
def test_every_profile_is_made_of_valid_switches_and_works(api: Api, name: str) -> None:
    by_name = {switch.name: switch for switch in SWITCHES}
    for switch, value in profiles()[name]["set"].items():
        assert by_name[switch].refusal(value) is None
    api.set(tombstones="shown")
    api.control("PUT", "profile", {"profile": name})
    shown = api.control("GET", "settings")
    assert all(shown[switch]["value"] == value for switch, value in profiles()[name]["set"].items())
    assert shown["tombstones"]["value"] == profiles()[name]["set"].get("tombstones", "hidden")


def test_every_switch_has_a_level_and_a_meaning() -> None:
    for switch in SWITCHES:
        assert switch.evidence in "DWCG"
        assert switch.meaning.endswith(".")
        assert switch.refusal(switch.default) is None


@pytest.mark.parametrize(
    "change",
    [
        {"unknown": 1},
        {"tombstones": "maybe"},
        {"processing_seconds": -1},
        {"processing_seconds": "1"},
        {"normalise_text": 1},
        {"filterable": "status"},
        {"bulk_max": True},
    ],
)
def test_a_setting_that_cannot_be_changes_nothing(api: Api, change: dict[str, Any]) -> None:
    before = api.control("GET", "settings")
    assert api("PUT", "/_emulator/settings", {"in_queue_seconds": 5, **change}).status == 400
    assert api.control("GET", "settings") == before


def test_null_returns_a_switch_to_its_profile(api: Api) -> None:
    api.control("PUT", "profile", {"profile": "slow"})
    api.set(processing_seconds=1)
    api.set(processing_seconds=None)
    assert api.control("GET", "settings")["processing_seconds"]["value"] == 60
