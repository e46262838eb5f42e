"""The command line from outside: what every verb says about itself, and the repository that `init` makes."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
import yaml

from socialsync import __version__, cli, verbs
from socialsync.arguments import EXAMPLES
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
    assert config["sites"]["main"]["accounts"] == {}


def test_the_line_that_accounts_prints_fits_what_init_wrote(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No id is made up: until its line is there the first post has no account, and then all is right."""
    assert run("init", "--namespace", "acme", "--wix", "0b6f2c1e-7a55-4d0e-9d5e-3c1f0a7e9b21") == 0
    capsys.readouterr()
    assert run("validate") == ExitCode.INVALID
    said = capsys.readouterr().out
    assert said.count("E-ACCOUNT") == 1
    assert "socialsync accounts" in said
    path = home / "socialsync.yaml"
    lines = path.read_text(encoding="utf-8").splitlines()
    (number,) = [number for number, line in enumerate(lines) if "in place of this line" in line]
    lines[number] = '      facebook: "100200300400500/700800900"  # Acme (default at Wix)'
    path.write_text("\n".join(lines), encoding="utf-8")
    assert run("validate") == 0


TOOL = f"acme/socialsync@{'0' * 40}"


def test_a_repository_with_a_readme_of_its_own_gets_the_links_beside_it(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "README.md").write_text("# Ours\n", encoding="utf-8")
    assert run("init", "--namespace", "acme", "--set-up", "team", "--tool", TOOL) == 0
    assert "POSTS.md" in capsys.readouterr().out
    assert (home / "README.md").read_text(encoding="utf-8") == "# Ours\n"
    assert "../../new/main?" in (home / "POSTS.md").read_text(encoding="utf-8")


def test_a_readme_with_the_links_is_enough(home: Path) -> None:
    for _ in range(2):
        assert run("init", "--set-up", "team", "--tool", TOOL, "--namespace", "acme") == 0
    assert "../../new/main?" in (home / "README.md").read_text(encoding="utf-8")
    assert not (home / "POSTS.md").exists()


def git(*arguments: str) -> None:
    who = ["-c", "user.name=Mia", "-c", "user.email=mia@example.com"]
    subprocess.run(["git", *who, *arguments], check=True, capture_output=True)


@pytest.mark.parametrize(
    ("made", "branch"),
    [
        ([["checkout", "-qb", "feature"]], "main"),
        ([["branch", "-m", "master"], ["checkout", "-qb", "feature"]], "master"),
        ([["branch", "-m", "trunk"]], "trunk"),
        ([["branch", "-m", "trunk"], ["checkout", "-q", "--detach"]], "main"),
        ([["update-ref", "refs/remotes/origin/main", "HEAD"], ["branch", "-m", "feature"]], "main"),
        (
            [
                ["update-ref", "refs/remotes/origin/live", "HEAD"],
                ["symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/live"],
            ],
            "live",
        ),
    ],
    ids=["main", "master", "the one we are on", "none", "at origin only", "origin's default"],
)
def test_a_set_up_is_for_the_branch_that_merges_go_to(
    made: list[list[str]], branch: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("init", "--namespace", "acme") == 0
    git("add", "-A")
    git("commit", "-qm", "x")
    for each in made:
        git(*each)
    assert run("init", "--set-up", "team", "--tool", TOOL) == 0
    assert f"the workflows are for the branch {branch}: " in capsys.readouterr().out
    apply = (home / ".github/workflows/apply.yml").read_text(encoding="utf-8")
    assert f"branches: [{branch}]" in apply
    assert f"github.ref == 'refs/heads/{branch}'" in apply
    assert f"../../new/{branch}?" in (home / "README.md").read_text(encoding="utf-8")


def test_a_set_up_says_what_it_cannot_do_yet(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("init", "--namespace", "acme", "--set-up", "team", "--tool", TOOL) == 0
    said = capsys.readouterr().out
    assert "site main is an emulator: nothing is posted until `wix: SITE_ID`" in said
    assert "no CODEOWNERS was written" in said
    config = (home / "socialsync.yaml").read_text(encoding="utf-8")
    wix = config.replace("emulator: true", "wix: 0b6f2c1e-7a55-4d0e-9d5e-3c1f0a7e9b21")
    (home / "socialsync.yaml").write_text(f"people: [mia]\n{wix}", encoding="utf-8")
    assert run("init", "--set-up", "team", "--tool", TOOL) == 0
    said = capsys.readouterr().out
    assert "an emulator" not in said
    assert "no CODEOWNERS" not in said
    assert (home / ".github/CODEOWNERS").read_text(encoding="utf-8") == "* @mia\n"


def test_links_come_with_the_accounts(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wix = ["--wix", "0b6f2c1e-7a55-4d0e-9d5e-3c1f0a7e9b21"]
    assert run("init", "--namespace", "acme", *wix, "--set-up", "solo", "--tool", TOOL) == 0
    assert "no README.md" in capsys.readouterr().out
    assert not (home / "README.md").exists()
    config = (home / "socialsync.yaml").read_text(encoding="utf-8")
    (home / "socialsync.yaml").write_text(config.replace("{}  #", 'facebook: "7"  #'), encoding="utf-8")
    assert run("init", "--set-up", "solo", "--tool", TOOL) == 0
    assert "- [facebook](../../new/main?" in (home / "README.md").read_text(encoding="utf-8")
    assert "no README.md" not in capsys.readouterr().out


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


@pytest.mark.parametrize(
    ("written", "read"),
    [("@mia", ["mia"]), ("mia jon", ["mia", "jon"]), ("@mia, @jon-x", ["mia", "jon-x"]), ("123", ["123"])],
)
def test_people_are_github_names_however_they_are_written(home: Path, written: str, read: list[str]) -> None:
    assert run("init", "--namespace", "acme", "--people", written) == 0
    assert yaml.safe_load((home / "socialsync.yaml").read_text(encoding="utf-8"))["people"] == read
    assert run("validate") == 0


@pytest.mark.parametrize("written", ["mia.b", "-mia", "Mia: b", "m" * 40, "mia#"])
def test_what_is_no_github_name_is_refused_before_anything_is_written(
    home: Path, written: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("init", "--namespace", "acme", "--people=" + written) == ExitCode.INVALID
    assert capsys.readouterr().err.startswith("E-PEOPLE: ")
    assert os.listdir(home) == []


# --- new ----------------------------------------------------------------------------------------

CONFIG = 'namespace: acme\nsites:\n  main: {emulator: true, accounts: {facebook: "7", instagram: "8", gbp@x: "9"}}\n'


@pytest.mark.parametrize(
    ("channels", "code", "hint"),
    [
        ("facebok", "E-CHANNEL", "Did you mean “facebook”?"),
        ("instagrm,facebok", "E-CHANNEL", "Did you mean “instagram”?"),
        ("pintrest", "E-CHANNEL", "Did you mean “pinterest”?"),
        ("linkedin", "E-ACCOUNT", "There is none of linkedin yet, only facebook, instagram and gbp@x;"),
        ("facebook/nope", "E-CHANNEL", "facebook/reel"),
        ("gbp", "E-ACCOUNT", "There is only gbp@x;"),
        ("", "E-CHANNEL", "facebook, instagram and gbp@x"),
        ("facebook,facebook", "E-CHANNEL", "once"),
    ],
)
def test_new_refuses_what_validate_would(
    home: Path, channels: str, code: str, hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "socialsync.yaml").write_text(CONFIG, encoding="utf-8")
    assert run("new", "s1", "--channels", channels) == ExitCode.INVALID
    said = capsys.readouterr().err
    assert said.startswith(f"{code}: ")
    assert hint in said
    assert not (home / "posts").exists()


def test_new_says_what_a_channel_still_needs(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "socialsync.yaml").write_text(CONFIG, encoding="utf-8")
    assert run("new", "s1", "--channels", "facebook, gbp@x") == 0
    capsys.readouterr()
    assert run("validate") == 0
    assert run("new", "s2", "--channels", "instagram") == 0
    assert "instagram needs media" in capsys.readouterr().out
    written = yaml.safe_load((home / "posts/s2.yaml").read_text(encoding="utf-8"))
    assert written["media"] == [{"file": "posts/media/my-picture.jpg", "alt": None}]


def test_new_says_which_accounts_are_left_out(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "socialsync.yaml").write_text(CONFIG, encoding="utf-8")
    assert run("new", "s1") == 0
    assert list(yaml.safe_load((home / "posts/s1.yaml").read_text(encoding="utf-8"))["channels"]) == [
        "facebook",
        "gbp@x",
    ]
    assert "instagram" in capsys.readouterr().out
    assert run("validate") == 0


def test_new_for_one_of_several_sites_names_them_all(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    more = "  two: {emulator: true, posts: two/, accounts: {}}\n"
    (home / "socialsync.yaml").write_text(CONFIG + more, encoding="utf-8")
    assert run("new", "s1") == ExitCode.INVALID
    assert "--site main or --site two" in capsys.readouterr().err


# --- what is asked for and is not there ---------------------------------------------------------


@pytest.mark.parametrize("verb", VERBS)
def test_usage_begins_with_the_verb(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    run(verb, "--help")
    assert capsys.readouterr().out.startswith(f"usage: socialsync {verb} ")


def test_a_complaint_begins_with_the_verb(capsys: pytest.CaptureFixture[str]) -> None:
    run("plan", "--format", "xml")
    assert "\nsocialsync plan: argument --format" in capsys.readouterr().err


def test_a_wrong_verb_is_corrected(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("pla") == ExitCode.INVALID
    assert "Did you mean plan?" in capsys.readouterr().err
    assert run("fly") == ExitCode.INVALID
    assert "socialsync --help" in capsys.readouterr().err


def test_every_example_of_rules_is_a_rule(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for line in EXAMPLES["rules"].splitlines():
        assert run(*line.split()[1:]) == 0, line
    capsys.readouterr()
    assert os.listdir(home) == []


@pytest.mark.parametrize(("code", "hint"), [("E-YAML-TAB", "validate"), ("MISSED", "docs/decisions.md")])
@pytest.mark.usefixtures("home")
def test_a_code_that_is_no_limit_says_where_it_is_explained(
    code: str, hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("rules", code) == ExitCode.INVALID
    assert hint in capsys.readouterr().err
