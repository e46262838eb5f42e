"""What keeps the key and the channels safe in the workflows, as far as files can show it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from socialsync.cells import packaged
from socialsync.model.sites import Site
from socialsync.source import setups
from socialsync.source.setups import SetUp

ROOT = Path(__file__).parent.parent.parent
FOLDER = ROOT / ".github" / "workflows"
ACTION = ROOT / ".github" / "actions" / "socialsync" / "action.yml"
TOOL = "acme/socialsync@0123456789abcdef0123456789abcdef01234567"
KEYED = {"apply", "verify", "drift", "stop"}
# What each job may do, and not one thing more.
PERMISSIONS = {
    "validate/validate": {"contents": "read"},
    "comment/comment": {"actions": "read", "contents": "read", "pull-requests": "write"},
    "apply/apply": {"contents": "write"},
    "apply/report": {"contents": "read", "issues": "write", "pull-requests": "write"},
    "verify/verify": {"contents": "read"},
    "verify/report": {"contents": "read", "issues": "write", "pull-requests": "write"},
    "drift/drift": {"contents": "read"},
    "drift/report": {"contents": "read", "issues": "write", "pull-requests": "write"},
    "report/report": {"contents": "read", "issues": "write", "pull-requests": "write"},
    "stop/pause": {"actions": "write"},
    "stop/stop": {"contents": "write"},
    "renew/renew": {"contents": "write"},
    "ci/all": {"contents": "read"},
    "ci/workflows": {"contents": "read"},
}
OURS = ("$/.github/actions/socialsync", "$/.github/workflows/report.yml")


def _site(name: str, posts: str, *aliases: str) -> Site:
    return Site(name=name, posts=posts, accounts=dict.fromkeys(aliases, "7"))


def made(set_up: SetUp, **more: Any) -> dict[str, str]:
    """The files that `init` writes for a team's repository."""
    given: dict[str, Any] = {
        "tool": TOOL,
        "version": "0.1.0",
        "branch": "main",
        "people": ("mia",),
        "sites": (_site("main", "posts/", "facebook", "instagram", "facebook@berlin"),),
        "keys": ("WIX_API_KEY",),
        "cells": packaged(),
    }
    return setups.files(set_up, **(given | more))


def texts() -> dict[str, str]:
    """Our own workflows, and those of each set-up."""
    own = {f"own/{path.stem}": path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.yml"))}
    for set_up in SetUp:
        files = made(set_up)
        own |= {f"{set_up}/{name}": files[f".github/workflows/{name}.yml"] for name in setups.WORKFLOWS}
    return own


TEXTS = texts()
DATA = {name: yaml.load(text, yaml.BaseLoader) for name, text in TEXTS.items()}


@pytest.fixture(params=DATA)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def jobs(name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    workflow = name.partition("/")[2]
    yield from ((f"{workflow}/{job}", data) for job, data in DATA[name]["jobs"].items())


def steps(name: str) -> Iterator[dict[str, Any]]:
    for _, job in jobs(name):
        yield from job.get("steps", [])


def uses(name: str) -> Iterator[str]:
    yield from (step["uses"] for step in steps(name) if "uses" in step)
    yield from (job["uses"] for _, job in jobs(name) if "uses" in job)


def test_every_workflow_is_known_here() -> None:
    named = {key.partition("/")[0] for key in PERMISSIONS}
    assert named == {*setups.WORKFLOWS, "ci"} == {path.stem for path in FOLDER.glob("*.yml")}


# --- rights -------------------------------------------------------------------------------------


def test_a_workflow_gives_no_rights_and_a_job_only_its_own(name: str) -> None:
    assert DATA[name]["permissions"] == {}
    for job, data in jobs(name):
        assert data["permissions"] == PERMISSIONS[job], job


def test_every_right_is_explained(name: str) -> None:
    granted = re.findall(r"^ {6}[a-z-]+: (?:read|write)(.*)$", TEXTS[name], re.MULTILINE)
    assert granted
    assert [line for line in granted if not re.match(r" # \S", line)] == []


def test_no_run_of_strangers_code_has_rights_or_secrets(name: str) -> None:
    events = DATA[name]["on"]
    assert not {"pull_request_target", "issue_comment", "issues", "discussion"} & set(events)
    if "pull_request" in events:
        assert set(events) <= {"pull_request", "push"}
        assert "secrets" not in TEXTS[name]
        assert "environment" not in TEXTS[name]
        assert "write" not in [level for _, job in jobs(name) for level in job["permissions"].values()]
    if "workflow_run" in events:
        assert [use for use in uses(name) if "checkout" in use] == []
        assert "secrets." not in TEXTS[name]


def test_the_key_is_only_where_it_is_needed(name: str) -> None:
    workflow = name.partition("/")[2]
    for job, data in jobs(name):
        has_key = "secrets.WIX_API_KEY" in str(data)
        wants = workflow in KEYED and job not in ("stop/pause",) and not job.endswith("/report")
        assert has_key == wants, job
        if has_key and not name.startswith("private/"):
            assert data["environment"] == {"name": "social-production", "deployment": "false"}
        if not has_key:
            assert "environment" not in data
        if has_key:
            assert "github.ref == 'refs/heads/main'" in data["if"] or data["needs"] == ["pause"]
            # A key never stands at a job or a workflow, where every step would see it.
            assert "env" not in data
    assert "env" not in DATA[name]
    assert "inherit" not in TEXTS[name]


def test_one_job_that_writes_comments_has_no_key(name: str) -> None:
    for _, data in jobs(name):
        writes = {scope for scope, level in data["permissions"].items() if level == "write"}
        assert not (writes & {"issues", "pull-requests"} and "WIX_API_KEY" in str(data))


# --- what is run --------------------------------------------------------------------------------


def test_every_action_is_githubs_or_ours_and_pinned(name: str) -> None:
    found = list(uses(name))
    assert found
    for use in found:
        if use in OURS:
            continue
        assert re.fullmatch(r"(?:actions/[a-z-]+|acme/socialsync/\.github/actions/socialsync)@[0-9a-f]{40}", use), use
    pinned = re.findall(r"uses: \S+@[0-9a-f]{40}(.*)$", TEXTS[name], re.MULTILINE)
    assert [tail for tail in pinned if not re.fullmatch(r" # v\d+\.\d+\.\d+", tail)] == []


def test_all_pins_of_an_action_agree() -> None:
    pins: dict[str, set[str]] = {}
    for text in (*TEXTS.values(), ACTION.read_text(encoding="utf-8")):
        for action, pin in re.findall(r"uses: (actions/[a-z-]+)@(\S+ # \S+)", text):
            pins.setdefault(action, set()).add(pin)
    assert set(pins) == {
        f"actions/{each}" for each in ("checkout", "setup-python", "upload-artifact", "download-artifact")
    }
    assert {action: len(found) for action, found in pins.items()} == dict.fromkeys(pins, 1)


def test_a_checkout_keeps_no_token(name: str) -> None:
    for step in steps(name):
        if step.get("uses", "").startswith("actions/checkout"):
            assert step["with"] == {"fetch-depth": "0", "persist-credentials": "false"}


def test_nothing_is_put_into_a_script(name: str) -> None:
    scripts = [step for step in steps(name) if "run" in step]
    for step in scripts:
        assert "${{" not in step["run"]
        assert step["shell"] == "bash"
        assert step["run"].startswith("set -euo pipefail\n")
        assert not re.search(r"curl|wget|\beval\b|\| *(?:ba)?sh\b|GITHUB_ENV|GITHUB_PATH|npm ", step["run"])
        for installed in re.findall(r"\bpip\S* install .*", step["run"]):
            assert "--require-hashes --only-binary :all:" in installed


def test_no_cache_and_no_machine_of_ones_own(name: str) -> None:
    assert "cache" not in TEXTS[name]
    for _, job in jobs(name):
        if "uses" not in job:
            assert job["runs-on"] == "ubuntu-24.04"
            assert 5 <= int(job["timeout-minutes"]) <= 60


def test_an_apply_has_time_to_end_by_itself() -> None:
    from socialsync.commands.connection import DEADLINE_SECONDS

    for name in ("own/apply", "own/stop"):
        for job, data in jobs(name):
            if "environment" in data:
                assert int(data["timeout-minutes"]) * 60 >= DEADLINE_SECONDS + 600, job


def test_runs_wait_for_one_another(name: str) -> None:
    workflow = name.partition("/")[2]
    group = DATA[name]["concurrency"]
    if workflow in ("apply", "verify", "drift", "comment", "report"):
        assert group["queue"] == "max"
        assert group["cancel-in-progress"] == "false"
    if workflow == "stop":
        inner = DATA[name]["jobs"]["stop"]["concurrency"]
        assert inner == {**DATA[name.replace("stop", "apply")]["concurrency"]}


def test_apply_looks_before_it_writes() -> None:
    for name in DATA:
        if name.endswith("/apply"):
            scripts = [step["run"] for step in steps(name) if "run" in step]
            assert "doctor --offline" in scripts[0]
            assert " apply --format github " in scripts[1]
            assert set(DATA[name]["on"]) == {"push", "schedule", "workflow_dispatch"}


def test_artifacts_do_not_stay(name: str) -> None:
    for step in steps(name):
        if step.get("uses", "").startswith("actions/upload-artifact"):
            assert 1 <= int(step["with"]["retention-days"]) <= 30


def test_a_credential_is_asked_for_and_never_kept(name: str) -> None:
    for step in steps(name):
        for line in step.get("run", "").splitlines():
            if "git config" in line:
                assert 'echo "password=$GITHUB_TOKEN"' in line
                assert "'" in line, "single quotes: git asks for the value, the shell does not put it there"


# --- the action ---------------------------------------------------------------------------------


def test_the_action_installs_from_the_hashed_lock_and_nothing_else() -> None:
    action = yaml.load(ACTION.read_text(encoding="utf-8"), yaml.BaseLoader)
    setup, install = action["runs"]["steps"]
    assert re.fullmatch(r"3\.\d+\.\d+", setup["with"]["python-version"])
    assert set(setup["with"]) == {"python-version"}
    assert "--require-hashes --only-binary :all:" in install["run"]
    assert "--no-deps --no-index --no-build-isolation" in install["run"]
    assert "${{" not in install["run"]
    assert "inputs" not in action


# --- the set-ups --------------------------------------------------------------------------------


@pytest.mark.parametrize("set_up", SetUp)
def test_a_set_up_pins_the_tool_and_names_its_branch(set_up: SetUp) -> None:
    files = made(set_up, branch="trunk", keys=("SHOP_KEY", "CAFE_KEY"))
    apply = files[".github/workflows/apply.yml"]
    assert "acme/socialsync/.github/actions/socialsync@0123456789abcdef0123456789abcdef01234567 # v0.1.0" in apply
    assert "SOCIALSYNC_LIVE" not in "".join(files.values())
    assert "github.ref == 'refs/heads/trunk'" in apply
    assert "branches: [trunk]" in apply
    assert "WIX_API_KEY" not in apply
    assert apply.count("SHOP_KEY: ${{ secrets.SHOP_KEY }}") == apply.count("CAFE_KEY: ${{ secrets.CAFE_KEY }}") == 2
    assert ("social-production" in apply) == (set_up is not SetUp.PRIVATE)
    assert (".github/CODEOWNERS" in files) == (set_up is SetUp.TEAM)
    assert bool(setups.LOST[set_up]) == (set_up is not SetUp.TEAM)
    assert all(setups.settings(set_up, "trunk", ["SHOP_KEY"]))


def test_links_open_the_editor_with_a_post_for_each_set_of_channels() -> None:
    from urllib.parse import parse_qs, urlsplit

    links = re.findall(r"^- \[(.+)\]\((\S+)\)$", made(SetUp.TEAM)["README.md"], re.MULTILINE)
    assert [name for name, _ in links] == [
        "facebook",
        "instagram",
        "facebook@berlin",
        "facebook, instagram and facebook@berlin",
    ]
    for name, link in links:
        parts = urlsplit(link)
        query = parse_qs(parts.query)
        post = yaml.safe_load(query["value"][0])
        assert parts.path == "../../new/main"
        assert query["filename"] == ["posts/my-new-post.yaml"]
        assert list(post["channels"]) == re.split(", | and ", name)
        assert ("media" in post) == ("instagram" in name)


def test_every_site_has_links_of_its_own_below_its_name() -> None:
    sites = [_site("shop", "posts/shop/", "facebook", "gbp"), _site("cafe", "posts/cafe/", "facebook")]
    text = made(SetUp.TEAM, sites=sites)["README.md"]
    shop, cafe = re.split("^## ", text, flags=re.MULTILINE)[1:]
    assert (shop.splitlines()[0], cafe.splitlines()[0]) == ("shop", "cafe")
    assert re.findall(r"filename=([^&]+)", shop) == ["posts%2Fshop%2Fmy-new-post.yaml"] * 3
    assert re.findall(r"filename=([^&]+)", cafe) == ["posts%2Fcafe%2Fmy-new-post.yaml"]
    assert "##" not in made(SetUp.TEAM)["README.md"].replace("# Our posts", "")


def test_several_secrets_are_several() -> None:
    told = " ".join(setups.settings(SetUp.TEAM, "main", ["WIX_KEY_A", "WIX_KEY_B"]))
    assert "the secrets WIX_KEY_A and WIX_KEY_B" in told
    assert "the secret WIX_KEY_A" in " ".join(setups.settings(SetUp.PRIVATE, "main", ["WIX_KEY_A"]))
