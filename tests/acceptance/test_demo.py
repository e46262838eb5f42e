"""The demo's story is told to its end, and a step that ends otherwise than it should stops it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tools.demo import DATABASE, MARK, REPOSITORY, SUNDAY, StepFailed, Tour


def test_the_whole_story(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    done = subprocess.run(
        [sys.executable, "-m", "tools.demo", str(folder)], cwd=REPOSITORY, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    told = done.stdout
    for said in (
        "Plan: 20 new",
        "Apply: 20 done",
        "Plan: nothing to do",
        "2 called off, 2 moved, 2 changed",
        "7 public, 9 scheduled",
        "https://www.instagram.com/p/",
        "posts/new-year.yaml:5:1: E-FIELD-UNKNOWN",
        "Did you mean “facebook”?",
        "127.0.0.1:8090",
    ):
        assert said in told
    for name in told.split("all of them in ")[1:]:
        assert Path(name.split("\n")[0]).is_file()


def test_another_exit_code_stops_it(tmp_path: Path) -> None:
    tour = Tour(tmp_path / "demo")
    tour.prepare()
    with pytest.raises(StepFailed, match="exit code 3, not 0"):
        tour.run("python", "-c", "print('oh'); raise SystemExit(3)")


def test_a_folder_that_is_not_its_own_is_left_alone(tmp_path: Path) -> None:
    precious = tmp_path / "demo" / "precious.txt"
    precious.parent.mkdir()
    precious.write_text("mine", encoding="utf-8")
    with pytest.raises(StepFailed, match="not made by the demo"):
        Tour(precious.parent).prepare()
    assert precious.read_text(encoding="utf-8") == "mine"
    assert not (precious.parent / MARK).exists()


def test_an_edit_that_was_applied_is_not_questioned_once_the_post_is_public(tmp_path: Path) -> None:
    tour = Tour(tmp_path / "demo")
    tour.prepare()
    tour.run("socialsync", "accounts")
    tour.run("socialsync", "emulator", "clock", "--set", SUNDAY, "--speed", "0", "--db", DATABASE)
    tour.run("socialsync", "apply")
    tour.edit("posts/_variables.yaml", {"percent: 20": "percent: 25"})
    tour.commit("A better sale")
    tour.run("socialsync", "apply")
    tour.run("socialsync", "emulator", "clock", "--advance", "1d2h", "--db", DATABASE)
    tour.run("socialsync", "status", "--check")
