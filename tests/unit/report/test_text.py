"""The terminal form."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socialsync.cells import packaged
from socialsync.model.reports import Report
from socialsync.report import render
from socialsync.report.layout import screen_width

from . import samples
from .hostile import HOSTILE, PAYLOADS, hostile_report

VERBS = ("plan", "diff", "apply", "status", "accounts", "validate")
COMMAND = re.compile(r"^(?:\s|\x1b\[[0-9;]*m)*(::|##\[)", re.MULTILINE)


def text(report: Report, *, colour: bool = False, width: int = 80) -> str:
    return render(report, format="text", cells=packaged(), colour=colour, width=width)


def test_colour_only_when_told() -> None:
    plain, coloured = text(samples.plan_report()), text(samples.plan_report(), colour=True)
    assert "\x1b" not in plain
    assert "\x1b[1;33m!\x1b[0m " in coloured
    # The words are the same; only a marked-up text needs signs where there is no colour.
    assert "[-on Monday-]{+today+}" in plain
    assert "\x1b[31;9mon Monday\x1b[0m\x1b[1;32mtoday\x1b[0m" in coloured


@pytest.mark.parametrize("width", [60, 80, 120])
def test_lines_fit_the_width(width: int) -> None:
    for report in (samples.plan_report(), samples.apply_report()):
        long = [line for line in text(report, width=width).splitlines() if screen_width(line) > width]
        # Lines to paste are never broken.
        assert [line for line in long if not line.startswith("      allow:")] == []


def test_a_problem_is_one_line_with_hint_and_replacement_below() -> None:
    lines = text(samples.validate_report()).splitlines()
    assert lines[0] == "posts/mugs.yaml:3:16: E-COMMENT YAML takes “#pottery” for a comment, so it would not be posted"
    assert lines[1:5] == ["    Write the text as a block:", "    write:", "      text: |", "        New mugs #pottery"]
    assert "posts/winter-sale.yaml:4:7: IG-POST-HASHTAGS-ADVISED warning: 7 hashtags" in lines[5]


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("verb", VERBS)
def test_known_payloads_do_not_reach_the_terminal(verb: str, payload: str) -> None:
    shown = text(replace(hostile_report(payload), verb=verb))
    assert not COMMAND.search(shown)
    assert not {c for c in shown if unicodedata.category(c) in ("Cc", "Cf")} - {"\n", "\t"}


@settings(derandomize=True, deadline=None, max_examples=100)
@given(HOSTILE, st.sampled_from(VERBS), st.integers(min_value=1, max_value=120))
def test_no_control_character_but_our_colours(content: str, verb: str, width: int) -> None:
    shown = text(replace(hostile_report(content), verb=verb), colour=True, width=width)
    assert not COMMAND.search(shown)
    bare = re.sub(r"\x1b\[[0-9;]+m", "", shown)
    assert not {c for c in bare if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")} - {"\n", "\t"}


@pytest.mark.parametrize("form", ["text", "markdown", "github"])
@pytest.mark.parametrize("verb", ["plan", "apply", "status", "accounts", "diff"])
def test_an_emulator_says_so_first_and_last(form: str, verb: str) -> None:
    report = replace(samples.small_plan(), verb=verb)
    lines = render(report, format=form, cells=packaged()).splitlines()
    assert lines[0] == lines[-1] == "EMULATOR: nothing was sent to Wix"


@pytest.mark.parametrize("form", ["text", "markdown", "github", "json"])
def test_a_real_site_beside_an_emulator_is_not_called_one(form: str) -> None:
    report = replace(samples.small_plan(), sites=(*samples.small_plan().sites, samples.site(site="second")))
    assert "EMULATOR" not in render(report, format=form, cells=packaged())
