"""`socialsync emulator` from the command line: serve, and tell a running emulator or a file something."""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from socialsync import cli
from socialsync.commands import emulator as command
from socialsync.emulator.handle import EmulatorProcess

SUBCOMMANDS = (
    *("clock", "profile", "set", "fault", "hold", "release", "dashboard", "requests", "feed", "items"),
    *("dump", "load", "reset"),
)


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="socialsync emulator")
    command.add_arguments(made)
    return made


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert cli.run(["emulator", *arguments]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_tour_of_the_sub_commands(
    emulator: EmulatorProcess, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOCIALSYNC_API", emulator.url)
    account = "urn:li:organization:90411822"
    content = {"caption": "x", "authorId": account}
    item = {"channel": {"name": "LINKEDIN", "accountId": account}, "type": "POST", "linkedinPost": content}
    made = emulator.call("POST", "/items", {"item": item})[1]["item"]["id"]
    clock = told(capsys, "clock", "--set", "2027-01-01T00:00:00Z", "--speed", "0", "--advance", "1d2h")
    assert clock == {"now": "2027-01-02T02:00:00.000Z", "speed": 0, "mode": "set"}
    assert told(capsys, "profile", "slow")["profile"] == "slow"
    assert (
        told(capsys, "set", "processing_seconds=0", "in_queue_seconds=0", "tombstones=shown")["tombstones"] == "shown"
    )
    assert told(capsys, "set")["tombstones"]["value"] == "shown"
    assert told(capsys, "fault", "reply", "status=503") == {"id": 1}
    assert told(capsys, "fault")["faults"][0]["status"] == 503
    assert told(capsys, "fault", "--clear") == {"faults": []}
    hold = told(capsys, "hold", "operation=delete_item")["id"]
    assert told(capsys, "release", str(hold))["holds"][0]["released"] is True
    assert told(capsys, "release") == {"holds": []}
    assert told(capsys, "dashboard", "publish", f"item={made}")["item"]["status"] == "PUBLISHED"
    assert [entry["item"] for entry in told(capsys, "feed", "--site", emulator.site)["feed"]] == [made]
    assert [entry["id"] for entry in told(capsys, "items")["items"]] == [made]
    assert len(told(capsys, "requests", "--since", "0")["requests"]) == 1
    kept = tmp_path / "dump.json"
    kept.write_text(json.dumps(told(capsys, "dump")), encoding="utf-8")
    assert told(capsys, "reset") == {"reset": True}
    assert told(capsys, "items") == {"items": []}
    assert told(capsys, "load", str(kept))["rows"] > 0
    assert len(told(capsys, "items")["items"]) == 1
    assert told(capsys, "clock", "--real")["mode"] == "real"


def test_a_file_without_a_server(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = str(tmp_path / "site.db")
    assert cli.run(["emulator", "clock", "--db", f"{path}-folder/state.db"]) == 4
    assert "there is no folder" in capsys.readouterr().err
    told(capsys, "clock", "--db", path, "--set", "2027-01-01T00:00:00Z", "--speed", "0")
    assert told(capsys, "clock", "--db", path, "--advance", "1d")["now"] == "2027-01-02T00:00:00.000Z"
    with EmulatorProcess("--db", path):
        assert cli.run(["emulator", "clock", "--db", path]) == 4
    assert "no emulator could be started" in capsys.readouterr().err


@pytest.mark.parametrize("name", SUBCOMMANDS)
def test_each_sub_command_explains_itself_with_an_example(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parser().parse_args([name, "--help"])
    assert ended.value.code == 0
    assert f"example:\n  socialsync emulator {name}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["set", "unknown=1"], 4, "there is no setting"),
        (["set", "unknown"], 3, "is not NAME=VALUE"),
        (["fault", "explode"], 4, "`do` is one of"),
        (["load", "/nonexistent"], 3, "No such file"),
        (["dashboard", "explode"], 4, "there is no action"),
    ],
)
def test_what_goes_wrong_is_said_in_one_line(
    emulator: EmulatorProcess, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, says: str
) -> None:
    assert cli.run(["emulator", *arguments, "--url", emulator.url]) == code
    captured = capsys.readouterr()
    assert captured.out == ""
    assert says in captured.err
    assert captured.err.count("\n") == 1


def test_nobody_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["emulator", "feed", "--url", "http://127.0.0.1:1"]) == 4
    assert "no emulator answers" in capsys.readouterr().err


def test_serving_says_in_plain_words_where_and_how_to_stop() -> None:
    served = [sys.executable, "-m", "socialsync", "emulator", "--port", "0"]
    with subprocess.Popen(served, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        lines = [child.stdout.readline() for _ in range(7)]
        child.terminate()
        _, err = child.communicate(timeout=10)
    text = "".join(lines)
    for part in ("nothing is sent to Wix", "API base URL   http://127.0.0.1:", "Dashboard", "emulator-key", "Ctrl+C"):
        assert part in text
    assert (child.returncode, err) == (0, "")
