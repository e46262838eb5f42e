"""A channel that nobody has heard of, added by data alone: one channel file, one emulator setting, one example post.

Proof that a channel file is the whole truth about a channel: no Python is written for it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

DATABASE = ".socialsync/emulator-main.db"

CONFIG = """\
namespace: made-up
timezone: Europe/Berlin
schemas: [our-channels]
sites:
  main:
    emulator: true
    accounts:
      pigeon: "loft-7/rooftop-1"
"""

POST = """\
id: first-pigeon
schedule: 2030-12-01 09:00
text: Coo! Fresh mugs on the roof.
channels:
  pigeon: {weather: fair}
"""

CHANNEL = {
    "channel": "pigeon",
    "type": "note",
    "title": "Pigeon note",
    "default": True,
    "example": "first-pigeon",
    "schema": {
        "type": "object",
        "title": "Pigeon note",
        "additionalProperties": False,
        "required": ["text"],
        "properties": {
            "text": {"type": "string", "description": "What the note says; a pigeon carries 40 characters."},
            "weather": {"enum": ["fair", "storm"], "description": "Whether the pigeon may fly in a storm."},
        },
    },
    "limits": [
        {
            "code": "PIGEON-NOTE-LENGTH",
            "field": "text",
            "measure": "length",
            "unit": "code_points",
            "max": 40,
            "severity": "error",
            "source": "Our loft",
            "evidence": "m",
            "checked": "2026-11-24",
        }
    ],
    "wire": {
        "channel": "PIGEON",
        "type": "POST",
        "content": "pigeonNote",
        "text": "scroll",
        "media": {},
        "account": {"key": "pigeon", "second": "roof.id", "name": ["roof.name"], "sends": {"roofId": "second"}},
        "fields": {"weather": {"name": "flightRule", "values": {"fair": "FAIR_ONLY", "storm": "ALWAYS"}}},
        "permalinks": [],
    },
}

SETTING = {
    "PIGEON": {
        "second": {"field": "roofId", "path": "roof.id"},
        "types": {
            "POST": {
                "content": "pigeonNote",
                "needs": [["scroll"]],
                "fields": {
                    "roofId": {"kind": "id"},
                    "scroll": {"kind": "text", "max": 40},
                    "flightRule": {"kind": "enum", "values": ["FAIR_ONLY", "ALWAYS"]},
                },
            }
        },
        "accounts": [
            {"id": "loft-7", "roof": {"id": "rooftop-1", "name": "Our roof"}, "settings": {"default": True}},
        ],
    }
}


class Shop:
    """A content repository, and the command run in it as a user runs it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "SOCIALSYNC_"))},
            "GIT_AUTHOR_NAME": "Mia",
            "GIT_AUTHOR_EMAIL": "mia@example.com",
            "GIT_COMMITTER_NAME": "Mia",
            "GIT_COMMITTER_EMAIL": "mia@example.com",
            "COLUMNS": "100",
        }

    def write(self, path: str, text: str) -> None:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def commit(self) -> None:
        self._run("git", "add", "-A")
        self._run("git", "commit", "-qm", "change")

    def tool(self, *arguments: str, exits: int = 0) -> str:
        done = self._run(sys.executable, "-m", "socialsync", *arguments, check=False)
        assert done.returncode == exits, done.stdout + done.stderr
        return done.stdout

    def _run(self, *command: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=self.folder, env=self._environment, capture_output=True, text=True, check=check, timeout=120
        )


@pytest.fixture
def files(tmp_path: Path) -> Shop:
    """The content alone."""
    shop = Shop(tmp_path)
    shop.write("socialsync.yaml", CONFIG)
    shop.write("posts/first-pigeon.yaml", POST)
    shop.write("our-channels/pigeon/note.json", json.dumps(CHANNEL))
    shop.write(".gitignore", ".socialsync/\n")
    shop._run("git", "init", "-q", "-b", "main")
    shop.commit()
    return shop


@pytest.fixture
def shop(files: Shop) -> Shop:
    """The content, and an emulator that knows the channel, on the day before."""
    (files.folder / ".socialsync").mkdir()
    files.tool("emulator", "set", f"channels={json.dumps(SETTING)}", "--db", DATABASE)
    files.tool("emulator", "clock", "--set", "2030-11-30T09:00:00Z", "--speed", "0", "--db", DATABASE)
    return files


def test_it_is_posted_to_without_any_python(shop: Shop) -> None:
    assert "pigeon  loft-7/rooftop-1 · Our roof" in shop.tool("accounts")
    assert "PIGEON-NOTE-LENGTH" in shop.tool("rules")
    assert "Plan: 1 new" in shop.tool("plan")
    assert "Apply: 1 done" in shop.tool("apply")
    assert "nothing to do" in shop.tool("plan", "--detailed-exitcode")

    (item,) = json.loads(shop.tool("emulator", "items", "--db", DATABASE))["items"]
    assert item["status"] == "SCHEDULED"
    content = {"roofId": "rooftop-1", "scroll": "Coo! Fresh mugs on the roof.", "flightRule": "FAIR_ONLY"}
    assert item["pigeonNote"] == content

    shop.tool("emulator", "clock", "--advance", "1d", "--db", DATABASE)
    (public,) = json.loads(shop.tool("emulator", "feed", "--db", DATABASE))["feed"]
    assert public["content"] == content
    assert "1 public" in shop.tool("status", "--check")
    assert "nothing to do" in shop.tool("plan", "--detailed-exitcode")


def test_a_change_of_it_is_an_update(shop: Shop) -> None:
    shop.tool("apply")
    shop.write("posts/first-pigeon.yaml", POST.replace("fair", "storm"))
    shop.commit()
    assert "1 changed" in shop.tool("plan")
    assert "1 done" in shop.tool("apply")
    (item,) = json.loads(shop.tool("emulator", "items", "--db", DATABASE))["items"]
    assert item["pigeonNote"]["flightRule"] == "ALWAYS"


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ("Coo! Fresh mugs on the roof.", "Coo! " * 9, "posts/first-pigeon.yaml:3:7: PIGEON-NOTE-LENGTH"),
        ("fair", "hail", "posts/first-pigeon.yaml:5:21: E-FIELD-VALUE"),
        ("weather", "wether", "weather"),
        ("pigeon:", "pigeons:", "Did you mean “pigeon”?"),
        ("channels:", "title: Coo\nchannels:", "1 post, 1 target: no problems"),
    ],
)
def test_its_mistakes_are_named_like_any_other(was: str, becomes: str, said: str, files: Shop) -> None:
    files.write("posts/first-pigeon.yaml", POST.replace(was, becomes, 1))
    assert said in files.tool("validate", exits=0 if "no problems" in said else 3)
