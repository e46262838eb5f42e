"""Every error code is reachable, with its status and in the documented body."""

import pytest
from emulator_api import Api, fixture
from reaching import REACHING, Reach

from socialsync.emulator.errors import CODES
from socialsync.emulator.operations import BY_NAME, OPERATIONS


@pytest.mark.parametrize(("code", "status", "reach"), [(c, s, r) for c, s, _, r in REACHING])
def test_each_code_is_reached(api: Api, code: str, status: int, reach: Reach) -> None:
    got = reach(api)
    assert (got.status, got.code) == (status, code)
    assert got.json["message"]
    entry = api.log()[-1]
    assert (entry["status"], entry["code"]) == (status, code)
    assert not entry["committed"]


def test_no_code_is_left_out() -> None:
    assert {code for code, *_ in REACHING} == set(CODES)
    assert {code for operation in OPERATIONS for code in operation.errors} <= set(CODES)


@pytest.mark.parametrize("example", [e for e in fixture("errors.json") if e["code"]], ids=lambda e: e["code"])
def test_the_bodies_are_the_documented_ones(api: Api, example: dict) -> None:
    reached = [reach for code, status, _, reach in REACHING if (code, status) == (example["code"], example["status"])]
    assert reached, "the fixture's status is not reached by default"
    body = reached[0](api).json
    if "body.message" not in example["guessed"]:
        assert body["message"] == example["body"]["message"]
    error = body["details"]["applicationError"]
    assert error["code"] == example["code"]
    assert set(error["data"]) >= set(example["body"]["details"]["applicationError"]["data"])
    assert all(example["code"] in BY_NAME[name].errors for name in example["where"])


def test_the_undeclared_filter_meets_the_documented_text(api: Api) -> None:
    example = next(e for e in fixture("errors.json") if e["where"] == ["query_items"])
    got = api("POST", "/items/query", {"query": {"filter": {"name.first": "x"}}})
    assert got.status == example["status"]
    assert got.json["message"] == example["body"]["message"]
    violation = got.json["details"]["validationError"]["fieldViolations"][0]
    expected = example["body"]["details"]["validationError"]["fieldViolations"][0]
    assert expected.items() <= violation.items()


def test_a_missing_account_id_is_the_documented_violation(api: Api) -> None:
    item = {"channel": {"name": "LINKEDIN"}, "type": "POST", "linkedinPost": {"caption": "x"}}
    got = api("POST", "/items", {"item": item})
    violation = got.json["details"]["validationError"]["fieldViolations"][0]
    assert (got.status, violation["field"], violation["violatedRule"]) == (
        400,
        "item.channel.accountId",
        "REQUIRED_FIELD",
    )


@pytest.mark.parametrize(
    ("body", "headers", "reason"),
    [
        (b"{", {}, "malformed"),
        (b'{"item": NaN}', {}, "a constant that is no JSON"),
        (b"[" * 100_000, {}, "too deep"),
        (b"\xff\xfe", {}, "no UTF-8"),
        (b'{"item": {"referenceId": "\\ud800"}}', {}, "half a surrogate pair"),
        (b"{}", {"Content-Type": "text/plain"}, "another Content-Type"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_parsed(api: Api, body: bytes, headers: dict, reason: str) -> None:
    got = api("POST", "/items", body, {**api.headers, **headers})
    assert (got.status, got.json) == (400, {"message": "Failed to parse request message"}), reason
    assert api.log()[-1]["violations"]


@pytest.mark.parametrize(
    ("change", "field", "rule"),
    [
        ({"unknown": 1}, "item.unknown", "UNKNOWN_FIELD"),
        ({"linkedinPost": {"caption": "x", "alt": "y"}}, "item.linkedinPost.alt", "UNKNOWN_FIELD"),
        ({"linkedinPost": {"caption": 7}}, "item.linkedinPost.caption", "INVALID_TYPE"),
        ({"type": "ARTICLE"}, "item.type", "INVALID_ENUM"),
        ({"type": "STORY"}, "item.type", "INVALID_ARGUMENT"),
        ({"linkedinPost": {"caption": "x" * 3001}}, "item.linkedinPost.caption", "MAX_LENGTH"),
        ({"referenceId": "x" * 101}, "item.referenceId", "MAX_LENGTH"),
        ({"schedulingInfo": {"scheduledDate": "2026-12-01"}}, "item.schedulingInfo.scheduledDate", "FORMAT"),
        ({"schedulingInfo": {"scheduledDate": "2026-12-01T09:00"}}, "item.schedulingInfo.scheduledDate", "FORMAT"),
        ({"gbpPost": {"description": "x"}}, "item", "ONE_OF"),
        ({"linkedinPost": {"imageUrl": "not a url"}}, "item.linkedinPost.imageUrl", "FORMAT"),
        ({"linkedinPost": {"mediaWrapper": {"media": [{"type": "GIF", "url": "https://x.example/a"}]}}},
         "item.linkedinPost.mediaWrapper.media[0].type", "INVALID_ENUM"),
    ],
)  # fmt: skip
def test_a_body_that_breaks_the_interface_is_refused_and_recorded(
    api: Api, change: dict, field: str, rule: str
) -> None:
    from emulator_api import post

    got = api("POST", "/items", {"item": {**post("x"), **change}})
    violations = got.json["details"]["validationError"]["fieldViolations"]
    assert (got.status, violations[0]["field"], violations[0]["violatedRule"]) == (400, field, rule)
    assert api.log()[-1]["violations"]
    assert api.control("GET", "items")["items"] == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"wix-site-id": "s"}, 401),
        ({"Authorization": "wrong", "wix-site-id": "s"}, 401),
        ({"Authorization": "Bearer emulator-key", "wix-site-id": "s"}, 401),
        ({"Authorization": "emulator-key"}, 400),
        (
            {
                "Authorization": "emulator-key",
                "wix-site-id": "0b6f2c1e-7a55-4d0e-9d5e-3c1f0a7e9b21",
                "wix-account-id": "a",
            },
            400,
        ),
    ],
)
def test_headers_that_are_not_as_documented(api: Api, headers: dict, status: int) -> None:
    assert api("GET", "/accounts?channelName=LINKEDIN", headers=headers).status == status
    assert api.log()[-1]["violations"]


def test_an_unknown_route_and_an_unknown_parameter(api: Api) -> None:
    assert api("GET", "/nothing/here/at/all").status == 404
    other = api("PUT", "/items", {})
    assert (other.status, other.headers["allow"]) == (405, "GET, POST")
    assert api("GET", "/accounts?channelName=LINKEDIN&limit=1").code == "UNKNOWN_FIELD"
    assert api("GET", "/items?ids=no-guid").code == "FORMAT"
    assert api("GET", "/site-media/v1/files?paging.limit=many").code == "INVALID_TYPE"
    assert all(entry["violations"] for entry in api.log())
