"""`validate` with paths: what lies there, and a path that leads nowhere is no yes."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from socialsync import cli

CONFIG = 'namespace: acme\nsites:\n  main: {emulator: true, accounts: {facebook: "7", linkedin: "8"}}\n'
POST = "id: my-%s\nschedule: draft\ntext: Hi\nchannels: [facebook, linkedin]\n"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with two good posts and a bad one."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "socialsync.yaml").write_text(CONFIG, encoding="utf-8")
    for path in ("posts/2026/a.yaml", "posts/b.yaml", "posts/2026/bad.yaml"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        text = POST % Path(path).stem
        (tmp_path / path).write_text(text.replace("linkedin", "nowhere") if "bad" in path else text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("path", ["posts/nope.yaml", "nope", "../", "posts/2027", "/"])
@pytest.mark.usefixtures("home")
def test_a_path_that_leads_nowhere_is_refused(path: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["validate", "posts", path]) == 3
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("E-NO-PATH: ")
    assert repr(path) in said.err


@pytest.mark.parametrize(
    ("paths", "code", "counted"),
    [
        (["posts/b.yaml"], 0, "1 post, 2 targets: no problems"),
        (["posts/2026/a.yaml", "posts/b.yaml"], 0, "2 posts, 4 targets: no problems"),
        (["posts/2026"], 3, "2 posts, 2 targets: 1 error"),
        (["."], 3, "3 posts, 4 targets: 1 error"),
        (["socialsync.yaml"], 0, "0 posts, 0 targets: no problems"),
    ],
)
@pytest.mark.parametrize("changed", [[], ["--changed", "HEAD"]], ids=["all", "changed"])
def test_what_lies_below_the_paths_is_counted(
    home: Path, paths: list[str], code: int, counted: str, changed: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    who = ["-c", "user.name=Mia", "-c", "user.email=mia@example.com"]
    subprocess.run(["git", "init", "-q"], cwd=home, check=True)
    subprocess.run(["git", *who, "commit", "-q", "--allow-empty", "-m", "x"], cwd=home, check=True)
    assert cli.run(["validate", *paths, *changed]) == code
    assert counted in capsys.readouterr().out
