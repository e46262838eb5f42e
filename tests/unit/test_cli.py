"""The command line from outside: what every verb says about itself, and the repository that `init` makes."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
import yaml

from socialsync import __version__, cli, verbs
from socialsync.errors import ExitCode

VERBS = sorted(verbs.VERBS)
DESIGNED = {"init", "new", "validate", "rules", "diff", "plan", "apply", "status", "accounts", "stop", "emulator"}


def run(*argv: str) -> int:
    """The exit code of one command line, argparse's own endings included."""
    try:
        return cli.run(list(argv))
    except SystemExit as ended:
        return int(ended.code or 0)


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--version") == 0
    assert capsys.readouterr().out == f"socialsync {__version__}\n"


def test_the_verbs_are_the_designed_ones() -> None:
    assert set(VERBS) >= DESIGNED


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_helps_with_an_example(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(verb, "--help") == 0
    help_text = capsys.readouterr().out
    assert "example" in help_text
    assert f"socialsync {verb}" in help_text.partition("example")[2]


def test_help_names_every_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    run("--help")
    epilog = capsys.readouterr().out.partition("exit codes:")[2].replace("\n", " ")
    by_signal = {ExitCode.INTERRUPTED, ExitCode.TERMINATED}
    assert [code for code in ExitCode if code not in by_signal and f" {int(code)} " not in epilog] == []


@pytest.mark.parametrize("argv", [[], ["plann"], ["plan", "--formet", "json"], ["validate", "--format", "xml"]])
def test_a_command_line_that_does_not_fit(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*argv) == ExitCode.INVALID
    assert "usage:" in capsys.readouterr().err


# --- init ---------------------------------------------------------------------------------------


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder outside any git repository, and we stand in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    return tmp_path


def test_what_init_makes_validates_and_completes(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("init", "shop", "--namespace", "acme") == 0
    said = capsys.readouterr().out
    assert run("-C", "shop", "validate") == 0
    assert "1 post, 1 target: no problems" in capsys.readouterr().out

    shop = home / "shop"
    assert (shop / ".git").is_dir()
    assert ".socialsync/" in (shop / ".gitignore").read_text(encoding="utf-8").splitlines()
    settings = json.loads((shop / ".vscode/settings.json").read_text(encoding="utf-8"))
    for schema in settings["yaml.schemas"]:
        assert json.loads((shop / schema).read_text(encoding="utf-8"))["type"] == "object"
    for step in ("cd shop", "socialsync accounts", "git commit", "socialsync plan", "socialsync apply"):
        assert step in said


def test_init_for_a_wix_site(home: Path) -> None:
    site = "0b6f2c1e-7a55-4d0e-9d5e-3c1f0a7e9b21"
    assert run("init", "--namespace", "acme", "--wix", site, "--timezone", "America/New_York") == 0
    config = yaml.safe_load((home / "socialsync.yaml").read_text(encoding="utf-8"))
    assert config["timezone"] == "America/New_York"
    assert config["sites"]["main"]["wix"] == site
    assert config["sites"]["main"]["key_env"] == "WIX_API_KEY"
    assert run("validate") == 0


@pytest.mark.parametrize(
    ("argv", "code"),
    [
        (["init"], "E-NAMESPACE"),
        (["init", "--namespace", "Acme Inc"], "E-NAMESPACE"),
        (["init", "--namespace", "a" * 21], "E-NAMESPACE"),
        (["init", "--namespace", "acme", "--timezone", "Berlin"], "E-ZONE"),
        (["init", "--namespace", "acme", "--wix", "my-site"], "E-SITE-ID"),
    ],
)
def test_init_refuses_and_writes_nothing(
    argv: list[str], code: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*argv) == ExitCode.INVALID
    assert capsys.readouterr().err.startswith(f"{code}: ")
    assert os.listdir(home) == []


def test_init_never_writes_over_a_file(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / ".gitignore").write_text("mine\n", encoding="utf-8")
    assert run("init", "--namespace", "acme") == 0
    assert "left .gitignore as it is" in capsys.readouterr().out
    assert (home / ".gitignore").read_text(encoding="utf-8") == "mine\n"

    config = (home / "socialsync.yaml").read_bytes()
    assert run("init", "--namespace", "other") == ExitCode.INVALID
    assert capsys.readouterr().err.startswith("E-EXISTS: ")
    assert (home / "socialsync.yaml").read_bytes() == config


def test_init_belongs_to_the_root_of_a_repository(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    subprocess.run(["git", "init", "-q", str(home)], check=True)
    (home / "below").mkdir()
    assert run("init", "below", "--namespace", "acme") == ExitCode.INVALID
    assert capsys.readouterr().err.startswith("E-INSIDE-GIT: ")
    assert os.listdir(home / "below") == []
    assert run("init", "--namespace", "acme") == 0
