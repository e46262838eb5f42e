"""The schemas are fresh, agree with the oracle, and answer every no in plain words at the right place."""

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator, Draft202012Validator

from socialsync import cells
from socialsync.cells import Cell
from socialsync.source import schemas
from tools import schemas as generator

ROOT = Path(__file__).parents[3]
CELLS = cells.packaged()
POST = schemas.post_validator(CELLS)
SCHEMA = schemas.post_schema(CELLS)
EXAMPLES = sorted(path for path in (ROOT / "posts").rglob("*.yaml") if not path.name.startswith("_"))


def texts(path: Path) -> Any:
    """A file's data with every scalar that is no truth value or null kept as text, as the strict reader does."""
    return yaml.load(path.read_bytes(), Loader=yaml.BaseLoader)


def post(**fields: Any) -> dict[str, Any]:
    return {"id": "a-post", "schedule": "draft", "channels": ["facebook"], **fields}


# --- fresh ----------------------------------------------------------------------------------------


def test_the_post_schema_is_fresh() -> None:
    assert generator.POST_SCHEMA.read_text(encoding="utf-8") == generator.post_schema_text()


def test_the_page_of_limits_is_fresh() -> None:
    assert generator.CHANNELS.read_text(encoding="utf-8") == generator.channels_text()


def test_the_schemas_are_schemas() -> None:
    folder = cells.schemas_dir()
    Draft7Validator.check_schema(SCHEMA)
    Draft7Validator.check_schema(json.loads((folder / "config.schema.json").read_bytes()))
    Draft202012Validator.check_schema(json.loads((folder / "cell.schema.json").read_bytes()))
    for cell in CELLS:
        Draft7Validator.check_schema(cell.schema)


# --- what an editor is offered --------------------------------------------------------------------


def test_every_field_explains_itself() -> None:
    def visit(schema: Any, name: str) -> None:
        assert schema.get("description") or "$ref" in schema, name
        if "$ref" in schema:
            schema = SCHEMA["definitions"][schema["$ref"].rpartition("/")[2]]
        for key, field in schema.get("properties", {}).items():
            visit(field, f"{name}.{key}")
        if "items" in schema and name != "post.channels":
            visit(schema["items"], f"{name}[]")

    visit(SCHEMA, "post")


def test_every_target_is_offered() -> None:
    channels = SCHEMA["properties"]["channels"]
    names = {cell.name for cell in CELLS} | {cell.channel for cell in CELLS if cell.default}
    assert set(channels["properties"]) == set(channels["items"]["examples"]) == names
    for name in names:
        accounts = [p for p in channels["patternProperties"] if re.search(p, f"{name}@berlin-2")]
        assert len(accounts) == 1
        assert channels["patternProperties"][accounts[0]] == channels["properties"][name]


def test_only_words_that_language_servers_and_ajv_know() -> None:
    known = set(Draft7Validator.VALIDATORS) | {"$schema", "title", "description", "definitions", "examples"}

    def visit(schema: Any) -> None:
        assert set(schema) <= known, schema
        for group in ("properties", "patternProperties", "definitions"):
            for inner in schema.get(group, {}).values():
                visit(inner)
        for inner in (schema.get("items"), schema.get("additionalProperties")):
            if isinstance(inner, dict):
                visit(inner)

    visit(SCHEMA)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example_posts_follow_the_schema(path: Path) -> None:
    assert POST.explain(_cleared(texts(path))) == []


def _cleared(data: Any) -> Any:
    """BaseLoader reads a target without anything as ""."""
    if isinstance(data["channels"], dict):
        data["channels"] = {name: own or None for name, own in data["channels"].items()}
    return data


def test_every_open_cell_has_an_example() -> None:
    used: dict[str, set[str]] = {}
    for path in EXAMPLES:
        data = texts(path)
        for name in data["channels"]:
            channel, _, type_ = name.partition("@")[0].partition("/")
            cell = CELLS.get(channel, type_)
            assert cell is not None
            used.setdefault(cell.name, set()).add(data["id"])
    assert set(used) == {cell.name for cell in CELLS if not cell.closed}
    for name, ids in used.items():
        assert CELLS.by_name[name].example in ids


def test_the_example_configuration_follows_its_schema() -> None:
    data = texts(ROOT / "socialsync.yaml")
    data["sites"]["demo"]["emulator"] = True
    assert schemas.config_validator().explain(data) == []


# --- yes and no -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        post(),
        post(channels={"facebook": None, "facebook/reel@berlin": {"text": None, "attempt": 2, "schedule": "asap"}}),
        post(channels={"tiktok/photo": {"privacy": None}}, privacy="public", call_to_action="shop"),
        post(link="{{ shop.site }}/x", media=[{"file": "a.jpg", "alt": "A mug"}, {"wix": "3fa1c2_b"}]),
        post(variables={"a": {"b": 1}}, allow=[{"rule": "IG-X", "for": 2, "reason": "agreed", "until": "2030-01-01"}]),
        post(channels=["x"]),
    ],
)
def test_yes(data: Any) -> None:
    assert POST.is_valid(data)
    assert POST.explain(data) == []


NO = [
    ("a post", (), "type", "group of fields", ""),
    (None, (), "type", "group of fields, “name: value”, not nothing", ""),
    ({"id": "ab", "channels": ["facebook"]}, (), "required", "A post needs “schedule”.", "asap"),
    (post(titel="x"), ("titel",), "additionalProperties", "“titel” is not a field of a post.", "“title”"),
    (post(id="Winter Sale"), ("id",), "pattern", "“id” cannot be “Winter Sale”.", "lower-case"),
    (post(schedule=2030), ("schedule",), "type", "“schedule” must be a text, not 2030.", '"2030"'),
    (post(text=True), ("text",), "type", "“text” must be a text, not true.", '"true"'),
    (post(text=["a"]), ("text",), "type", "“text” must be a text, not a list.", ""),
    (post(media="a.jpg"), ("media",), "type", "“media” must be a list", "after “- ”"),
    (post(media=["a.jpg"]), ("media", 0), "type", "This entry must be a group of fields", ""),
    (post(media=[{"alt": "x"}]), ("media", 0), "oneOf", "exactly one of “file” and “wix”", ""),
    (post(media=[{"file": "a", "wix": "b"}]), ("media", 0), "oneOf", "exactly one of “file” and “wix”", ""),
    (post(media=[{"file": "a", "atl": "x"}]), ("media", 0, "atl"), "additionalProperties", "a media entry", "“alt”"),
    (post(link="example.com"), ("link",), "pattern", "“link” cannot be “example.com”.", "https://"),
    (post(state="cancelled"), ("state",), "enum", "live, canceled or deleted, not “cancelled”", "“canceled”"),
    (post(channels=[]), ("channels",), "minItems", "“channels” is empty.", ""),
    (post(channels={}), ("channels",), "minProperties", "“channels” is empty.", ""),
    (post(channels="facebook"), ("channels",), "type", "“channels” must be", ""),
    (post(channels=["facebook", "facebook"]), ("channels",), "uniqueItems", "twice", ""),
    (post(channels=["facebok"]), ("channels", 0), "additionalProperties", "not a channel", "“facebook”"),
    (post(channels={"insta": None}), ("channels", "insta"), "additionalProperties", "not a channel", "“instagram”"),
    (post(channels={"mastodon": None}), ("channels", "mastodon"), "additionalProperties", "not a channel", "gbp"),
    (post(channels={"youtube@main": None}), ("channels", "youtube@main"), "additionalProperties", "which type", "main"),
    (post(channels=["instagram/reel"]), ("channels", 0), "additionalProperties", "no type", "“instagram/story”"),
    (post(channels=["facebook@Berlin"]), ("channels", 0), "additionalProperties", "“Berlin” cannot", "lower-case"),
    (
        post(channels={"instagram": {"title": "x"}}),
        ("channels", "instagram", "title"),
        "additionalProperties",
        "“title” cannot be sent to an Instagram post.",
        "It takes text and media; take “title” out.",
    ),
    (
        post(channels={"facebook": {"titel": "x"}}),
        ("channels", "facebook", "titel"),
        "additionalProperties",
        "“titel” is not a field of a Facebook post.",
        "“title”",
    ),
    (
        post(channels={"tiktok/photo": {"privacy": "publik"}}),
        ("channels", "tiktok/photo", "privacy"),
        "enum",
        "public, friends, followers or private",
        "“public”",
    ),
    (post(channels={"gbp": {"attempt": 0}}), ("channels", "gbp", "attempt"), "minimum", "from 1 to 999, not 0", ""),
    (post(attempt=2), ("attempt",), "additionalProperties", "“attempt” is not a field of a post.", ""),
    (post(allow=[{"rule": "X"}]), ("allow", 0), "required", "An exception needs “for”.", "fingerprint"),
]


@pytest.mark.parametrize(("data", "path", "keyword", "message", "hint"), NO)
def test_no(data: Any, path: tuple[str | int, ...], keyword: str, message: str, hint: str) -> None:
    reasons = POST.explain(data)
    assert not POST.is_valid(data)
    found = [reason for reason in reasons if (reason.path, reason.keyword) == (path, keyword)]
    assert found, reasons
    assert any(message in reason.message and hint in reason.hint for reason in found), reasons
    assert len(reasons) == len({(r.path, r.keyword, r.message) for r in reasons})


def test_all_reasons_come_at_once_and_sorted() -> None:
    reasons = POST.explain({"id": "A", "schedul": "x", "channels": {"instgram": None, "facebook": {"titel": "x"}}})
    places = [reason.path for reason in reasons]
    assert places == sorted(places, key=lambda path: tuple(map(str, path)))
    assert set(places) == {(), ("id",), ("schedul",), ("channels", "instgram"), ("channels", "facebook", "titel")}


@pytest.mark.parametrize(
    ("cell", "data", "message"),
    [
        ("instagram/post", {"text": "x"}, "An Instagram post needs “media”."),
        ("instagram/story", {"media": [{"file": "a"}], "text": "x"}, "“text” cannot be sent to an Instagram story."),
        ("facebook/post", {}, "A Facebook post needs at least one of “text”, “link” and “media”."),
        (
            "gbp/post",
            {"call_to_action": "shop"},
            "A Google Business Profile post needs at least one of “text” and “media”.",
        ),
        ("gbp/post", {"text": "x", "call_to_action": "call"}, "book, order, shop, learn_more or sign_up"),
        ("tiktok/video", {"media": [{"file": "a"}]}, "A TikTok video needs “privacy”."),
        ("youtube/short", {"media": [{"file": "a"}]}, "A YouTube Short needs “title”."),
        ("pinterest/post", {"media": [{"file": "a"}], "link": "example.com"}, "“link” cannot be “example.com”."),
        ("linkedin/post", {"media": []}, "“media” is empty."),
        ("linkedin/post", {"media": [{"file": "a", "x": "y"}]}, "“x” is not a field of a media entry."),
    ],
)
def test_a_target_is_told_what_its_channel_needs(cell: str, data: dict[str, Any], message: str) -> None:
    reasons = schemas.explain(CELLS.by_name[cell], data)
    assert [reason.message for reason in reasons if message in reason.message], reasons
    assert all(reason.message.endswith(".") for reason in reasons)


def test_a_changed_cell_is_compiled_anew() -> None:
    data = json.loads((cells.schemas_dir() / "channels/gbp/post.json").read_bytes())
    first = cells.parse(copy.deepcopy(data))
    assert not schemas.is_valid(first, {"text": "x", "call_to_action": "call"})
    data["schema"]["properties"]["call_to_action"]["enum"].append("call")
    assert schemas.is_valid(cells.parse(data), {"text": "x", "call_to_action": "call"})
    assert not schemas.is_valid(first, {"text": "x", "call_to_action": "call"})


class Unspeakable:
    """A value that no YAML file holds."""


@pytest.mark.parametrize("value", ["\ud800", 10**400, -(10**400), Unspeakable(), {1: "x"}, float("nan"), (1,)])
def test_a_no_that_cannot_be_explained_is_still_a_no(value: Any) -> None:
    data = post(variables={"a": value})
    if not POST.is_valid(data):
        assert POST.explain(data)
    assert not POST.is_valid(post(text=Unspeakable()))
    assert POST.explain(post(text=Unspeakable()))


def test_a_no_that_only_the_fast_validator_says_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    class No:
        def is_valid(self, _: object) -> bool:
            return False

    validator = schemas.post_validator(CELLS)
    monkeypatch.setattr(validator, "_fast", No())
    (reason,) = validator.explain(post())
    assert reason.keyword == "unexplained"
    assert reason.message
    assert reason.hint


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from(["", "a", "draft", "facebook", "https://a.b", "{{ x }}"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["file", "wix", "alt", "text", "x"]), inner)
    ),
    max_leaves=5,
)


@given(st.data())
@hypothesis_settings(derandomize=True, max_examples=300)
def test_both_validators_agree_on_planted_mistakes(data: st.DataObject) -> None:
    oracle = Draft7Validator(SCHEMA)
    draft = copy.deepcopy(_cleared(texts(data.draw(st.sampled_from(EXAMPLES)))))
    place = draft
    while isinstance(place, dict) and place and data.draw(st.booleans()):
        inner = place[data.draw(st.sampled_from(sorted(place)))]
        if not isinstance(inner, dict):
            break
        place = inner
    key = data.draw(st.sampled_from([*sorted(place), "text", "media", "channels", "instagram", "atempt"]))
    place[key] = data.draw(values)
    assert POST.is_valid(draft) == oracle.is_valid(draft)
    assert bool(POST.explain(draft)) != POST.is_valid(draft)


@given(
    st.sampled_from(list(CELLS)),
    st.dictionaries(st.sampled_from(["text", "title", "link", "media", "privacy"]), values),
)
@hypothesis_settings(derandomize=True)
def test_a_target_is_never_passed_without_the_oracle(cell: Cell, data: dict[str, Any]) -> None:
    assert bool(schemas.explain(cell, data)) != schemas.is_valid(cell, data)


# --- the configuration ----------------------------------------------------------------------------


def config(**site: Any) -> dict[str, Any]:
    return {"namespace": "acme", "sites": {"main": {"emulator": True, "accounts": {"facebook": "7"}, **site}}}


@pytest.mark.parametrize(
    ("data", "path", "message", "hint"),
    [
        ({"sites": {}}, (), "namespace", ""),
        (config(accounts={"facebook": 7}), ("sites", "main", "accounts", "facebook"), "must be a text, not 7", '"7"'),
        (config(accounts={"Facebook": "7"}), ("sites", "main", "accounts", "Facebook"), "not a field", ""),
        (config(wix="x"), ("sites", "main"), "A site needs exactly one of “wix” and “emulator”.", ""),
        (config(key="IST.x"), ("sites", "main", "key"), "not a field of a site", "key_env"),
        (config(delivery="locl"), ("sites", "main", "delivery"), "wix or local", "“local”"),
        ({**config(), "late": "half an hour"}, ("late",), "cannot be “half an hour”", ""),
        ({**config(), "no_posts": [{"from": "2030-12-24"}]}, ("no_posts", 0), "needs “to”", "last day"),
    ],
)
def test_configuration(data: Any, path: tuple[str | int, ...], message: str, hint: str) -> None:
    assert schemas.config_validator().explain(config()) == []
    reasons = schemas.config_validator().explain(data)
    assert any(r.path == path and message in r.message and hint in r.hint for r in reasons), reasons


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"chanel": "x"}, ("chanel",)),
        ({"limits": [{"code": "A-B", "measure": "lenght"}]}, ("limits", 0, "measure")),
        ({"channel": "Gbp"}, ("channel",)),
    ],
)
def test_a_wrong_channel_file_is_explained(change: dict[str, Any], path: tuple[str | int, ...]) -> None:
    data = json.loads((cells.schemas_dir() / "channels/gbp/post.json").read_bytes())
    assert schemas.cell_validator().explain(data) == []
    assert path in [reason.path for reason in schemas.cell_validator().explain({**data, **change})]
