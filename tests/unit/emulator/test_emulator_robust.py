"""Whatever is sent to it, the emulator answers in its own words and goes on working."""

from typing import Any

import pytest
from emulator_api import Api, post
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from socialsync.emulator.dashboard import ACTIONS
from socialsync.emulator.faults import KINDS
from socialsync.emulator.settings import BY_NAME

WORDS = st.sampled_from(
    ["PUBLISHED", "DRAFT", "LINKEDIN", "allow", "", "1d", "2027-01-01T00:00:00Z", "x", "-1d", "\ud800"]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 10**20) | st.floats(allow_nan=False, allow_infinity=False) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)
FIELDS = {
    "clock": ["now", "speed", "mode"],
    "clock/advance": ["by"],
    "profile": ["profile"],
    "settings": list(BY_NAME),
    "faults": [
        "do",
        "when",
        "operation",
        "times",
        "skip",
        "number",
        "probability",
        "status",
        "body",
        "headers",
        "set",
        "remove",
        "seconds",
        "bytes",
        "answer",
        "requests",
        "retry_after",
        "code",
        "contains",
        "path",
    ],
    "holds": ["operation", "when", "times"],
    "load": ["site", "items", "repeat", "version", "tables"],
}
TARGETS = [("PUT", "clock"), ("POST", "clock/advance"), ("PUT", "profile"), ("PUT", "settings"), ("POST", "faults"),
           ("POST", "holds"), ("POST", "load"), *(("POST", f"dashboard/{action}") for action in ACTIONS)]  # fmt: skip
GIVEN = ["site", "item", "channel", "set", "to", "at", "accounts", "expires", "id", "status"]


@pytest.mark.parametrize(("method", "path"), TARGETS)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_control_survives_anything(method: str, path: str, data: st.DataObject) -> None:
    api = Api()
    try:
        item = api.scheduled()["id"]
        own = st.sampled_from([api.site, item, "LINKEDIN"])
        names = st.sampled_from(FIELDS.get(path, GIVEN))
        body: Any = data.draw(st.dictionaries(names, VALUES | own, max_size=3))
        if path == "faults":
            body = {"do": data.draw(st.sampled_from(list(KINDS))), **body}
        got = api(method, f"/_emulator/{path}", body)
        assert got.status in (200, 400, 403, 404, 409, 428), got.content
        assert got.status == 200 or got.json["error"]
        api.control("DELETE", "faults")
        api.control("DELETE", "holds")
        api.control("PUT", "profile", {"profile": "documented"})
        api.control("PUT", "clock", {"now": "2028-01-01T00:00:00Z"})
        assert api("POST", "/items/query", {"query": {}}).status == 200
        assert api.control("GET", "feed")
    finally:
        api.close()


@settings(max_examples=25, deadline=None)
@given(
    item=st.dictionaries(
        st.sampled_from(["channel", "type", "linkedinPost", "schedulingInfo", "referenceId", "id"]), VALUES
    ),
    content=st.dictionaries(st.sampled_from(["caption", "mediaWrapper", "link", "linkMetadata", "authorId"]), VALUES),
)
def test_the_service_survives_anything(item: dict[str, Any], content: dict[str, Any]) -> None:
    api = Api()
    try:
        for body in ({"item": item}, {"item": {**post("x"), "linkedinPost": content}}, {"item": {**post("x"), **item}}):
            assert api("POST", "/publish", body).status in (200, 400, 428)
        assert all(entry["status"] < 500 for entry in api.log())
    finally:
        api.close()


@pytest.mark.parametrize(
    "change",
    [
        {"features": {"PUBLISH_POST": 3}},
        {"features": {"PUBLISH_POST": {"enabled": True, "period": "FORTNIGHT"}}},
        {"publish_outcome": {"*": "PERHAPS"}},
        {"update_on": {"DRAFT": 1}},
        {"update_on": {"NOWHERE": "allow"}},
        {"accounts": {"LINKEDIN": "me"}},
        {"accounts": {"NOWHERE": []}},
        {"dead_channels": [1]},
        {"missing_site_status": 7},
    ],
)
def test_the_inside_of_a_setting_is_checked_too(api: Api, change: dict[str, Any]) -> None:
    got = api("PUT", "/_emulator/settings", change)
    assert got.status == 400
    assert got.json["error"]


@pytest.mark.parametrize("change", [{"caption": 5}, {"unknown": "x"}, {"mediaWrapper": "x"}, {"caption": "x" * 3001}])
def test_a_person_cannot_write_what_the_channel_does_not_know(api: Api, change: dict[str, Any]) -> None:
    item = api.scheduled()["id"]
    assert api("POST", "/_emulator/dashboard/edit", {"item": item, "set": change}).status == 400
    assert api("GET", f"/items/{item}").json["item"]["linkedinPost"]["caption"] == "Hallo"
