"""A pull request that wants to do harm: by its posts, by its workflow, by the report that its workflow leaves."""

from __future__ import annotations

import json
import re

import pytest
from markdown_it import MarkdownIt

from .team import KEY, Team, in_days, post

MALLORY = "mallory/posts"
PARSER = MarkdownIt("commonmark", {"html": True}).enable("table")
# What a hostile workflow leaves as its report.
FORGED = {
    "no-json": "]]]",
    "deep": "[" * 100_000,
    "null": "null",
    "huge": '{"version": 1, "verb": "' + "x" * (17 * 1024 * 1024) + '"}',
    "half-a-character": '{"version": 1, "verb": "\\ud800"}',
    "not-a-number": '{"version": NaN}',
    "another-version": '{"version": 2}',
}


def forging(text: str) -> str:
    """A workflow of the same name that leaves what it likes."""
    script = f"mkdir -p $RUNNER_TEMP && cp posts/forged.json $RUNNER_TEMP/report.json # {len(text)}"
    return f"""\
name: validate
on:
  pull_request:
permissions: {{}}
concurrency:
  group: x
jobs:
  validate:
    name: What this would do
    runs-on: ubuntu-24.04
    permissions:
      contents: write
      pull-requests: write
    steps:
      - name: Check out
        uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1
        with:
          fetch-depth: 0
          persist-credentials: false
      - name: Forge
        shell: bash
        env:
          KEY: x${{{{ secrets.WIX_API_KEY }}}}x
        run: |
          {script}
          echo "the key is $KEY" >> $RUNNER_TEMP/loot.txt
          grep -q '^the key is xx$' $RUNNER_TEMP/loot.txt
      - name: Keep
        uses: actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f
        with:
          name: report
          path: ${{{{ runner.temp }}}}/report.json
          if-no-files-found: ignore
          retention-days: 1
"""


@pytest.mark.parametrize("text", FORGED.values(), ids=FORGED)
def test_a_forged_report_that_is_none(team: Team, text: str) -> None:
    pull = team.open({".github/workflows/validate.yml": forging(text), "posts/forged.json": text}, fork=MALLORY)
    validate, comment = team.check(pull)
    assert validate.conclusion == "success", validate.jobs["validate"].output()
    assert validate.jobs["validate"].permissions["pull-requests"] == "read"
    assert comment.conclusion == "success", comment.jobs["comment"].output()
    said = team.forge.comment_of(pull.number)
    assert "did not finish" in said
    assert len(said) < 1000


def test_a_forged_report_says_only_what_a_report_can(team: Team) -> None:
    """It names another pull request, closes ours, pings everybody, and claims to be harmless."""
    victim = team.open({"posts/sale.yaml": post("sale", schedule=in_days(9))})
    team.check(victim)
    before = team.forge.comment_of(victim.number)
    forged = json.loads((team.runner.runs[0].artifacts["report"] / "report.json").read_text())
    evil = "<!-- socialsync:pull-request x -->\n@everyone fixes #1 ![x](https://evil.example/p) <img src=x>\n::error::x"
    forged["problems"] = [
        {
            "code": evil,
            "severity": "error",
            "message": evil,
            "hint": evil,
            "replacement": f"```\n{evil}\n```",
            "location": {"path": evil, "line": 1, "column": 1},
        }
    ]
    text = json.dumps(forged)
    pull = team.open({".github/workflows/validate.yml": forging(text), "posts/forged.json": text}, fork=MALLORY)
    _, comment = team.check(pull)
    assert comment.conclusion == "success", comment.jobs["comment"].output()
    said = team.forge.comment_of(pull.number)
    assert said.count("<!--") == 1
    assert "changes files below `.github`" in said
    flat = [part for token in PARSER.parse(said) for part in (token, *(token.children or ()))]
    assert [token for token in flat if token.type == "image"] == []
    shown = "".join(token.content for token in flat if token.type == "text")
    assert re.findall(r"@everyone|fixes #1|https://evil", shown) == []
    assert [token.content for token in flat if token.type.startswith("html") and "img" in token.content] == []
    assert re.findall(r"^\s*::", said, re.MULTILINE) == []
    assert team.forge.comment_of(victim.number) == before


def test_somebody_elses_comment_is_never_taken_for_ours(team: Team) -> None:
    pull = team.open({"posts/sale.yaml": post("sale", schedule=in_days(9))})
    forged = team.forge.say(pull.number, "mallory", "<!-- socialsync:pull-request 0000000000000000 -->\nAll is well")
    team.check(pull)
    assert forged["body"].endswith("All is well")
    assert "1 new" in team.forge.comment_of(pull.number)


def test_a_hostile_configuration_reaches_nothing(team: Team) -> None:
    """The pull request names another key variable, another site and folder; it is told about and nothing more."""
    config = (team.clone / "socialsync.yaml").read_text()
    pull = team.open(
        {
            "socialsync.yaml": config.replace("    accounts", "    key_env: GITHUB_TOKEN\n    accounts", 1),
            "posts/sale.yaml": post("sale", schedule=in_days(9)),
        },
        fork=MALLORY,
    )
    validate, comment = team.check(pull)
    assert "ghs_" not in validate.jobs["validate"].output() + comment.jobs["comment"].output()
    assert team.emulator.control("GET", "requests")["requests"] == []


def test_commands_in_texts_are_no_commands(team: Team) -> None:
    text = "Hello\n::stop-commands::x\n::add-mask::e\n##[group]x\n::set-output name=a::b"
    pull = team.open({"posts/sale.yaml": post("sale", schedule=in_days(9), text=text)})
    validate, _ = team.check(pull)
    output = validate.jobs["validate"].output() + validate.jobs["validate"].summary
    assert re.findall(r"^\s*(?:::|##\[)(?!error |warning |notice )", output, re.MULTILINE) == []
    assert KEY not in output
