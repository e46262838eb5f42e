"""Every mistake an editor makes, as a file in tests/cases/bad-input: what is said, where, and that the hint mends it.

`NAME.yaml` is the post, `NAME.want` lists place and code of every Problem. A line `text: "…"` says that the first
Problem offers corrected lines, and what the post then says.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from source_trees import load_post

from socialsync.model.problems import Problem
from socialsync.source import mending

CASES = sorted((Path(__file__).parents[2] / "cases" / "bad-input").glob("*.yaml"))


def pasted(text: str, problem: Problem) -> str:
    """The file after its entry at the Problem's line was replaced by the lines that the Problem offers."""
    lines = text.split("\n")
    start = problem.location.line - 1
    end = start + 1 if problem.code == "E-YAML-TAB" else mending.entry_end(lines, start)
    return "\n".join([*lines[:start], problem.replacement, *lines[end:]])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_every_mistake_is_named_at_its_place_and_mended_by_its_hint(case: Path) -> None:
    text = case.read_text(encoding="utf-8")
    want = case.with_suffix(".want").read_text(encoding="utf-8").splitlines()
    meant = [json.loads(line.removeprefix("text: ")) for line in want if line.startswith("text: ")]

    problems = load_post(text).judged()

    said = [f"{problem.location.line}:{problem.location.column} {problem.code}" for problem in problems]
    assert said == [line for line in want if not line.startswith("text: ")]
    assert all(problem.message.endswith((".", "”")) for problem in problems)
    assert all(problem.hint or problem.code.startswith("E-CHANNEL") for problem in problems)
    if not meant:
        return
    mended = load_post(pasted(text, problems[0]))
    assert mended.judged() == ()
    assert [intent.content.text for intent in mended.intents] == meant


def test_there_are_cases() -> None:
    assert len(CASES) > 40
    assert {case.with_suffix(".want") for case in CASES} == set(CASES[0].parent.glob("*.want"))
