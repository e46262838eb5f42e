"""Notes are no problems: out of the way in every report, and to be found."""

from __future__ import annotations

from dataclasses import replace

import pytest

from socialsync.cells import packaged
from socialsync.commands.comment import _says_something
from socialsync.model.problems import Location, Severity
from socialsync.model.reports import Report
from socialsync.report import render

from . import samples

CELLS = packaged()


def noted(verb: str, count: int = 1) -> Report:
    problems = tuple(replace(samples.FOLDED, location=Location(path=f"posts/{n:03}.yaml")) for n in range(count))
    return replace(samples.small_plan(), verb=verb, problems=problems)


@pytest.mark.parametrize("verb", ["plan", "diff", "apply", "status"])
def test_a_note_is_neither_in_the_title_nor_among_the_problems(verb: str) -> None:
    bare, told = (render(report, format="text", cells=CELLS) for report in (noted(verb, 0), noted(verb)))
    more = [line for line in told.splitlines() if line not in bare.splitlines()]
    assert more == ["1 note: see it with `socialsync preview`, or with `--format json`"]


def test_on_github_notes_are_no_annotations() -> None:
    assert render(noted("plan"), format="github", cells=CELLS) == render(noted("plan", 0), format="github", cells=CELLS)


def test_a_pull_request_has_them_folded_away_behind_everything_else() -> None:
    told = render(noted("diff", 250), format="markdown", cells=CELLS)
    block = told[told.index("<details><summary>250 notes</summary>") :]
    assert block.count("`FB-POST-TEXT-LENGTH-SHOWN`") == 100
    assert "- and 150 more" in block
    assert block.index("</details>") < block.index("<sub>Plan")
    assert told.count("FB-POST-TEXT-LENGTH-SHOWN") == 100


def test_programs_are_told_everything() -> None:
    for form in ("json", "sarif"):
        assert samples.FOLDED.code in render(noted("plan"), format=form, cells=CELLS)


def test_validate_finds_no_problem_in_them() -> None:
    told = render(samples.valid_report(), format="text", cells=CELLS)
    assert told.startswith("12 posts, 31 targets: no problems\n")
    assert samples.FOLDED.code not in told


def test_a_pull_request_gets_no_comment_for_notes_alone() -> None:
    quiet = replace(samples.quiet_plan(), verb="diff")
    warning = replace(samples.FOLDED, severity=Severity.WARNING)
    assert not _says_something(replace(quiet, problems=(samples.FOLDED,)))
    assert _says_something(replace(quiet, problems=(samples.FOLDED, warning)))
