"""The channel files are the whole truth: complete, well formed, and matching the service's closed matrix."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from socialsync import cells
from socialsync.cells import Cell
from socialsync.model.problems import Severity
from socialsync.source import schemas
from socialsync.source.filemeasures import OF_EACH
from socialsync.source.measures import HINTS, OF_ALL, OF_TEXT
from socialsync.source.media import _EXTENSIONS

FILES = sorted((cells.schemas_dir() / "channels").glob("*/*.json"))
CELLS = list(cells.packaged())

# The API reference, section 3.1: channel.name, item.type, content object, its text field, ids of the account it sends.
MATRIX = {
    "instagram/post": ("INSTAGRAM", "POST", "instagramPost", "caption", {}),
    "instagram/story": ("INSTAGRAM", "STORY", "instagramStory", "", {}),
    "facebook/post": ("FACEBOOK", "POST", "facebookPost", "caption", {"pageId": "second"}),
    "facebook/reel": ("FACEBOOK", "REEL", "facebookReel", "description", {"pageId": "second"}),
    "facebook/story": ("FACEBOOK", "STORY", "facebookStory", "", {"pageId": "second"}),
    "youtube/video": ("YOUTUBE", "VIDEO", "youtubeVideo", "description", {"channelId": "account"}),
    "youtube/short": ("YOUTUBE", "SHORT", "youtubeShort", "description", {"channelId": "account"}),
    "linkedin/post": ("LINKEDIN", "POST", "linkedinPost", "caption", {"authorId": "account"}),
    "pinterest/post": ("PINTEREST", "POST", "pinterestPost", "description", {"boardId": "second"}),
    "gbp/post": ("GBP", "POST", "gbpPost", "description", {"locationId": "second"}),
    "tiktok/photo": ("TIKTOK", "POST", "tiktokPhoto", "description", {}),
    "tiktok/video": ("TIKTOK", "VIDEO", "tiktokVideo", "description", {}),
    "x/post": ("TWITTER", "POST", "twitterPost", "caption", {}),
}


def test_the_matrix_is_complete_and_closed() -> None:
    assert {
        cell.name: (cell.wire.channel, cell.wire.type, cell.wire.content, cell.wire.text, dict(cell.wire.account.sends))
        for cell in CELLS
    } == MATRIX


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_file_follows_the_meta_schema_and_its_own_name(path: Path) -> None:
    data = json.loads(path.read_bytes())
    assert schemas.cell_validator().explain(data) == []
    assert (data["channel"], data["type"]) == (path.parent.name, path.stem)
    assert (path.parent / data["$schema"]).resolve() == cells.schemas_dir() / "cell.schema.json"


def test_defaults() -> None:
    found = cells.packaged()
    default = {channel: cell.name for channel in found.channels if (cell := found.get(channel))}
    assert default == {name: f"{name}/post" for name in ("facebook", "gbp", "instagram", "linkedin", "pinterest", "x")}
    assert found.get("youtube") is None
    assert found.get("youtube", "short") is found.by_wire("YOUTUBE", "SHORT", "youtubeShort")
    assert found.by_wire("YOUTUBE", "POST", "youtubeShort") is None


def test_only_x_is_closed() -> None:
    assert [cell.name for cell in CELLS if cell.closed] == ["x/post"]


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: cell.name)
def test_what_can_be_written_can_be_sent(cell: Cell) -> None:
    wire = cell.wire
    carried = {name for name in ("text", "title", "link") if getattr(wire, name)}
    if wire.media.image or wire.media.video or wire.media.wrapper:
        carried.add("media")
    assert cell.carries == carried | set(wire.fields)
    for name, field in wire.fields.items():
        assert list(field.values) == cell.schema["properties"][name]["enum"]
        assert len(set(field.values.values())) == len(field.values)
    assert "second" not in wire.account.sends.values() or wire.account.second


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: cell.name)
def test_limits_can_be_measured_and_are_dated(cell: Cell) -> None:
    rank = [Severity.ERROR, Severity.WARNING, Severity.NOTE]
    worst: dict[tuple[str, str, str], int] = {}
    for rule in cell.rules:
        known = {**OF_ALL, **OF_EACH} if rule.field == "media" else OF_TEXT
        assert rule.measure in known
        assert rule.field in cell.carries
        assert rule.min is None or rule.max is None or rule.min <= rule.max
        assert re.fullmatch(r"20\d\d-\d\d-\d\d", rule.checked)
        if rule.measure == "pattern":
            assert all(re.compile(pattern) for pattern in rule.values)
        if rule.measure == "mime":
            assert set(rule.values) <= set(_EXTENSIONS.values())
        # An advice is told only where the error on the same thing is not, so errors come first in the file.
        same = (rule.field, rule.measure, rule.applies)
        assert worst.setdefault(same, rank.index(rule.severity)) <= rank.index(rule.severity)


def test_every_measure_of_the_meta_schema_exists_and_says_what_to_do() -> None:
    meta = json.loads((cells.schemas_dir() / "cell.schema.json").read_bytes())
    measures = meta["$defs"]["limit"]["properties"]["measure"]["enum"]
    assert sorted(measures) == sorted([*OF_TEXT, *OF_ALL, *OF_EACH]) == sorted(HINTS)


def test_codes_are_unique() -> None:
    codes = Counter(rule.code for cell in CELLS for rule in cell.rules)
    assert [code for code, number in codes.items() if number > 1] == []


def test_decisions_where_sources_disagree() -> None:
    limits = {rule.code: (rule.max, str(rule.severity)) for cell in CELLS for rule in cell.rules}
    expected = {
        "IG-POST-HASHTAGS": (30, "error"),
        "IG-POST-HASHTAGS-ADVISED": (5, "warning"),
        "IG-POST-VIDEO-BYTES": (1e9, "error"),
        "IG-POST-VIDEO-BYTES-ADVISED": (3e8, "warning"),
        "IG-POST-COUNT": (10, "error"),
        "FB-POST-TEXT-LENGTH": (63206, "error"),
        "FB-POST-TEXT-LENGTH-ADVISED": (10000, "warning"),
        "FB-POST-IMAGE-BYTES": (1e7, "error"),
        "FB-POST-IMAGE-BYTES-ADVISED": (4e6, "warning"),
        "LI-POST-COUNT": (20, "error"),
        "LI-POST-COUNT-ADVISED": (9, "warning"),
        "LI-POST-VIDEO-BYTES-ADVISED": (5e8, "warning"),
        "PIN-POST-TEXT-LENGTH": (800, "error"),
        "PIN-POST-TEXT-LENGTH-ADVISED": (500, "warning"),
        "PIN-POST-VIDEO-SECONDS": (900, "error"),
        "PIN-POST-VIDEO-SECONDS-ADVISED": (300, "warning"),
        "GBP-POST-NO-VIDEO": (0, "error"),
        "YT-VIDEO-TEXT-LENGTH": (5000, "error"),
    }
    assert {code: limits[code] for code in expected} == expected


def test_a_folder_adds_cells_and_replaces_none(tmp_path: Path) -> None:
    post = json.loads((cells.schemas_dir() / "channels/linkedin/post.json").read_bytes())
    for channel in ("bluesky", "linkedin"):
        path = tmp_path / channel / "post.json"
        path.parent.mkdir()
        path.write_text(json.dumps({**post, "channel": channel, "title": "Replaced"}))
    found = cells.load([cells.schemas_dir() / "channels", tmp_path])
    assert found.get("bluesky") is not None
    assert found.by_name["linkedin/post"].title == "LinkedIn post"
    assert list(found.by_name) == sorted(found.by_name)
