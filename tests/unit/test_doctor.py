"""What `doctor` says about a repository's settings, and which commit a post belongs to."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest

from socialsync import cli
from socialsync.cells import schemas_dir
from socialsync.commands import settings
from socialsync.commands.merged import last_commits
from socialsync.github import GitHub
from socialsync.model.problems import Severity
from socialsync.remote.wix.questions import CLAIMS, Answer, Question, Verdict, meaning, uniqueness
from socialsync.report import words

GOOD: dict[str, Any] = {
    "": {"default_branch": "main"},
    "/environments/social-production": {"deployment_branch_policy": {"custom_branch_policies": True}},
    "/branches/main/protection": {"required_pull_request_reviews": {"dismiss_stale_reviews": True}},
    "/actions/permissions/workflow": {"default_workflow_permissions": "read"},
    "/actions/workflows/apply.yml": {"state": "active"},
}


def looked(answers: dict[str, Any]) -> list[settings.Finding]:
    def answer(request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/repos/acme/posts")
        return httpx.Response(200, json=answers[path]) if path in answers else httpx.Response(404, json={})

    transport = httpx.MockTransport(answer)
    with GitHub(api="https://api.github.com", repository="acme/posts", token="x", transport=transport) as github:
        return list(settings._at_github(github, ["WIX_API_KEY"]))


def test_good_settings_are_all_right() -> None:
    assert {finding.severity for finding in looked(GOOD)} == {Severity.NOTE}


@pytest.mark.parametrize(
    ("path", "value", "said", "severity"),
    [
        ("/environments/social-production", None, "there is no environment", Severity.ERROR),
        ("/environments/social-production", {"deployment_branch_policy": None}, "every branch", Severity.ERROR),
        ("/actions/secrets/WIX_API_KEY", {"name": "WIX_API_KEY"}, "whole repository", Severity.ERROR),
        ("/actions/workflows/apply.yml", {"state": "disabled_inactivity"}, "switched off", Severity.ERROR),
        ("/branches/main/protection", None, "cannot be seen", Severity.WARNING),
        ("/branches/main/protection", {}, "without a review", Severity.WARNING),
        ("/branches/main/protection", {"required_pull_request_reviews": {"x": 1}}, "still counts", Severity.WARNING),
        ("/actions/permissions/workflow", {"default_workflow_permissions": "write"}, "by default", Severity.WARNING),
        ("", None, "cannot be seen with this token", Severity.ERROR),
    ],
)
def test_each_wrong_setting_is_named_with_what_to_do(path: str, value: Any, said: str, severity: Severity) -> None:
    answers = {key: each for key, each in (GOOD | {path: value}).items() if each is not None}
    (found,) = [finding for finding in looked(answers) if finding.severity is not Severity.NOTE]
    assert said in found.text
    assert found.severity is severity
    assert found.advice or path == ""


@pytest.mark.parametrize(
    ("variables", "config", "code", "said"),
    [
        ({}, "emulator: true", 0, "is an emulator"),
        ({"GITHUB_ACTIONS": "true"}, "emulator: true", 3, "reaches nobody"),
        ({}, "wix: 0b6f2c1e-7a55-4d0e-9d5e-3c1f0a7e9b21", 4, "WIX_API_KEY holds no key"),
        ({"WIX_API_KEY": "secret-key"}, "wix: 0b6f2c1e-7a55-4d0e-9d5e-3c1f0a7e9b21", 0, "holds a key"),
        ({"SOCIALSYNC_PAUSE": "1"}, "emulator: true", 0, "writing is paused"),
        ({}, "emulater: true", 3, "socialsync.yaml:3:"),
    ],
)
def test_offline(
    variables: dict[str, str],
    config: str,
    code: int,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in ("GITHUB_ACTIONS", "WIX_API_KEY", "SOCIALSYNC_PAUSE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    text = f"namespace: acme\nsites:\n  main: {{{config}, accounts: {{facebook: '1'}}}}\n"
    repository(tmp_path, text)
    assert cli.run(["-C", str(tmp_path), "doctor", "--offline"]) == code
    told = capsys.readouterr().out
    assert said in told
    assert "secret-key" not in told


def repository(folder: Path, config: str) -> None:
    (folder / "socialsync.yaml").write_text(config)
    (folder / "posts").mkdir()
    _git(folder, "init", "-q", "-b", "main")
    _git(folder, "add", "-A")
    _git(folder, "commit", "-q", "-m", "x")


WIX = "wix: 0b6f2c1e-7a55-4d0e-9d5e-3c1f0a7e9b21"


@pytest.mark.parametrize(
    ("first", "second", "api", "emulated"),
    [
        ("emulator: true", "emulator: true", "", True),
        (WIX, "emulator: true", "http://127.0.0.1:1", True),
        (WIX, "emulator: true", "", False),
    ],
)
def test_on_an_emulator_the_first_and_the_last_line_say_so(
    first: str,
    second: str,
    api: str,
    *,
    emulated: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("SOCIALSYNC_API", api)
    sites = f"  one: {{{first}, posts: posts/, accounts: {{}}}}\n  two: {{{second}, posts: more/, accounts: {{}}}}\n"
    repository(tmp_path, f"namespace: acme\nsites:\n{sites}")
    cli.run(["-C", str(tmp_path), "doctor", "--offline"])
    lines = capsys.readouterr().out.splitlines()
    assert ([lines[0], lines[-1]] == [words.BANNER] * 2) is emulated
    assert any("names 2 sites" in line for line in lines)
    cli.run(["-C", str(tmp_path), "doctor", "--offline", "--format", "json"])
    assert json.loads(capsys.readouterr().out)["notice"] == (words.BANNER if emulated else "")


@pytest.mark.parametrize(("more", "code"), [([], 3), (["--offline"], 0)])
def test_posts_that_validate_refuses_are_wrong(
    more: list[str], code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before an apply they end nothing: apply refuses them itself, and leaves a report."""
    repository(tmp_path, "namespace: acme\nsites:\n  main: {emulator: true, accounts: {}}\n")
    (tmp_path / "posts/sale.yaml").write_text("id: sale\nschedule: draft\ntext: x\nchannels: {facebook: }\n")
    assert cli.run(["-C", str(tmp_path), "doctor", *more]) == code
    told = capsys.readouterr().out
    assert "wrong  1 problem in the posts" in told
    assert "names 1 site\n" in told


def test_a_post_belongs_to_the_newest_merge_that_touched_its_file(tmp_path: Path) -> None:
    _git(tmp_path, "init", "-q", "-b", "main")

    def commit(path: str, text: str | None) -> str:
        if text is None:
            (tmp_path / path).unlink()
        else:
            (tmp_path / path).write_text(text)
        _git(tmp_path, "add", "-A")
        _git(tmp_path, "commit", "-q", "-m", path)
        return _git(tmp_path, "rev-parse", "HEAD")

    commit("a b.yaml", "1")
    commit("ü.yaml", "1")
    _git(tmp_path, "checkout", "-q", "-b", "change")
    commit("a b.yaml", "2")
    _git(tmp_path, "checkout", "-q", "main")
    direct = commit("c.yaml", "1")
    _git(tmp_path, "merge", "-q", "--no-ff", "-m", "merge", "change")
    merge = _git(tmp_path, "rev-parse", "HEAD")
    gone = commit("ü.yaml", None)
    commit("other.yaml", "1")
    asked = ["a b.yaml", "c.yaml", "ü.yaml", "never.yaml"]
    assert last_commits(str(tmp_path), asked) == {"a b.yaml": merge, "c.yaml": direct, "ü.yaml": gone}


def _git(folder: Path, *arguments: str) -> str:
    who = ["-c", "user.name=Mia", "-c", "user.email=mia@example.com"]
    done = subprocess.run(["git", "-C", str(folder), *who, *arguments], check=True, capture_output=True, text=True)
    return done.stdout.strip()


# --- what a probe's answers mean ------------------------------------------------------------------


def answer(question: Question, value: str) -> Answer:
    return Answer(question=question, verdict=Verdict.UNKNOWN, value=value, seen="")


@pytest.mark.parametrize(
    ("unique", "taken", "world"),
    [
        ("refused", "taken", "U1"),
        ("same", "taken", "U1"),
        ("refused", "free", "U3"),
        ("refused", "", "U1 or U3"),
        ("accepted", "", "U0 or U2"),
        ("", "", "not known"),
    ],
)
def test_which_world_a_site_is(unique: str, taken: str, world: str) -> None:
    judged = uniqueness([answer(Question.UNIQUE, unique), answer(Question.TAKEN, taken)])
    assert judged.name == world
    schema = json.loads((schemas_dir() / "doctor.schema.json").read_bytes())
    assert world in schema["properties"]["probes"]["items"]["properties"]["uniqueness"]["enum"]
    # Where a second post is perhaps not refused, the maintainer is told what the promise then rests on.
    assert ("nothing but the workflow apply" in judged.means) is (world in ("U0 or U2", "not known"))
    assert ("At most one publication" in judged.means) is (world not in ("U0 or U2", "not known"))


@pytest.mark.parametrize(
    ("question", "value", "said"),
    [
        (Question.ECHO, "as sent", ""),
        (Question.ECHO, "normalised", "Harmless"),
        (Question.ECHO, "changed", "held"),
        (Question.LISTING, "0", ""),
        (Question.LISTING, "5", "by id"),
        (Question.LISTING, ">30", "by id"),
        (Question.FILTER, "in force", ""),
        (Question.FILTER, "refused", "costs requests"),
        (Question.FILTER, "ignored", "costs requests"),
        (Question.FILTER, "blind", "absent"),
        (Question.LINK, "link: kept; linkMetadata: refused", ""),
        (Question.LINK, "link: dropped; linkMetadata: kept", "would be lost"),
        (Question.PAGE, "0", "cannot be listed"),
        (Question.PAGE, "50", "Pages of 50"),
        (Question.PAGE, "100", ""),
        (Question.UNIQUE, "accepted", ""),
        *((question, "", "") for question in Question),
    ],
)
def test_what_an_answer_means(question: Question, value: str, said: str) -> None:
    means = meaning(answer(question, value))
    assert said in means
    assert bool(means) is bool(said)


def test_every_question_has_its_claim_and_its_place_in_the_schema() -> None:
    schema = json.loads((schemas_dir() / "doctor.schema.json").read_bytes())
    entry = schema["properties"]["probes"]["items"]["properties"]["answers"]["items"]["properties"]
    assert entry["question"]["enum"] == [question.value for question in CLAIMS] == [q.value for q in Question]
    assert entry["verdict"]["enum"] == [verdict.value for verdict in Verdict]


def test_a_probe_and_offline_exclude_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.run(["doctor", "--offline", "--probe"])
    assert stopped.value.code == 3
    assert "not allowed with" in capsys.readouterr().err
