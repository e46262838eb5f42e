"""The dashboard page: served whole, from this machine alone."""

import re

import pytest
from emulator_api import Api

from socialsync.emulator.views import PAGE


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("http://127.0.0.1:8090/", "text/html"),
        ("/_emulator/dashboard", "text/html"),
        ("/_emulator/page/style.css", "text/css"),
        ("/_emulator/page/page.js", "text/javascript"),
    ],
)
def test_the_page_and_its_files(api: Api, path: str, kind: str) -> None:
    got = api("GET", path)
    assert got.status == 200
    assert got.headers["content-type"].startswith(kind)
    assert api.log() == []


@pytest.mark.parametrize("name", ["control.py", "..%2Fcontrol.py", "%2e%2e/control.py", ""])
def test_nothing_else_is_served(api: Api, name: str) -> None:
    assert api("GET", f"/_emulator/page/{name}").status == 404


def test_it_asks_nobody_else() -> None:
    for path in PAGE.iterdir():
        assert re.findall(r"https?://[^\s\"'`)]+", path.read_text(encoding="utf-8")) == []


def test_every_file_the_page_names_is_there() -> None:
    html = (PAGE / "index.html").read_text(encoding="utf-8")
    named = set(re.findall(r"/_emulator/page/([\w.]+)", html))
    assert named == {path.name for path in PAGE.iterdir()} - {"index.html"}


def test_the_newest_entries_and_the_numbers_that_tell_of_changes(api: Api) -> None:
    ids = [api.draft()["id"] for _ in range(5)]
    assert [item["id"] for item in api.control("GET", f"items?site={api.site}&last=2")["items"]] == ids[-2:]
    before = api.control("GET", "")
    assert (before["requests"], before["feed"]) == (5, None)
    api("POST", "/publish-by-id", {"id": ids[0]})
    after = api.control("GET", "")
    assert (after["requests"], after["feed"]) == (6, 1)
    assert after["changes"] > before["changes"]
