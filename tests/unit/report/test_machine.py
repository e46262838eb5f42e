"""The forms for programs: JSON, workflow commands, SARIF."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from socialsync.cells import packaged, schemas_dir
from socialsync.model.problems import Location, Problem, Severity
from socialsync.model.reports import Report
from socialsync.report import FORMATS, render

from . import samples
from .hostile import HOSTILE, hostile_report

SCHEMA = json.loads((schemas_dir() / "report.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)


def machine(report: Report, form: str = "json") -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(render(report, format=form, cells=packaged()))
    return parsed


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", sorted(samples.REPORTS))
def test_every_report_follows_the_schema(name: str) -> None:
    assert [error.message for error in VALIDATOR.iter_errors(machine(samples.REPORTS[name]()))] == []


@settings(derandomize=True, deadline=None, max_examples=50)
@given(HOSTILE)
def test_json_is_ascii_and_carries_the_exact_text(text: str) -> None:
    report = hostile_report(text)
    shown = render(report, format="json", cells=packaged())
    assert shown.isascii()
    parsed = json.loads(shown)
    assert VALIDATOR.is_valid(parsed)
    assert parsed["sites"][0]["plan"]["changes"][0]["intent"]["content"]["text"] == text


def test_json_holds_everything_in_a_stable_order() -> None:
    parsed = machine(samples.plan_report())
    assert list(parsed)[:3] == ["notice", "version", "verb"]
    changes = parsed["sites"][0]["plan"]["changes"]
    assert [change["kind"] for change in changes] == [change.kind.value for change in samples.every_kind()]
    assert sum(parsed["sites"][0]["plan"]["counts"].values()) == len(changes)
    assert machine(samples.small_plan())["notice"] == "EMULATOR: nothing was sent to Wix"


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(ValueError, match="no such format: yaml"):
        render(samples.valid_report(), format="yaml", cells=packaged())
    assert all(render(samples.valid_report(), format=form, cells=packaged()) for form in FORMATS)


def problems(number: int, severity: Severity = Severity.ERROR) -> tuple[Problem, ...]:
    return tuple(
        Problem(code="E-X", message="m", location=Location(path="posts/a.yaml", line=line), severity=severity)
        for line in range(1, number + 1)
    )


def test_at_most_ten_commands_errors_first_and_the_rest_is_counted() -> None:
    report = samples.report("validate", problems=problems(9, Severity.WARNING) + problems(4))
    lines = render(report, format="github", cells=packaged()).splitlines()
    commands = [line for line in lines if line.startswith("::")]
    assert [line.split(" ")[0] for line in commands] == ["::error"] * 4 + ["::warning"] * 6
    assert lines[-1] == "and 3 more, in the job summary"


def test_a_command_is_escaped() -> None:
    problem = Problem(
        code="E-X:,",
        message="50% off\n::error::forged",
        location=Location(path="posts/a,b:c%.yaml", line=3, column=7),
    )
    lines = render(samples.report("validate", problems=(problem,)), format="github", cells=packaged()).splitlines()
    assert lines[1] == (
        "::error file=posts/a%2Cb%3Ac%25.yaml,line=3,col=7,title=E-X%3A%2C::50%25 off%0A::error::forged"
    )


@settings(derandomize=True, deadline=None, max_examples=100)
@given(HOSTILE, st.sampled_from(["plan", "apply", "validate"]))
def test_only_our_commands_are_commands(text: str, verb: str) -> None:
    report = replace(hostile_report(text), verb=verb)
    lines = re.split(r"[\r\n]", render(report, format="github", cells=packaged()))
    found = [line for line in lines if re.match(r"\s*(::|##\[)", line)]
    assert len(found) <= 10
    assert all(
        re.match(r"::(error|warning|notice) (file=[^:,\n]*,line=\d+,(col=\d+,)?)?title=[^:,]*::", each)
        for each in found
    )


def test_an_apply_points_at_what_failed_and_what_waits() -> None:
    shown = render(samples.apply_report(), format="github", cells=packaged())
    assert "::error file=posts/open-studio.yaml,line=9,title=UNRESOLVED::" in shown
    assert "::warning file=posts/spring-tea.yaml,line=2,col=1,title=MISSED::" in shown


def test_sarif() -> None:
    parsed = machine(samples.validate_report(), "sarif")
    (run,) = parsed["runs"]
    assert parsed["version"] == "2.1.0"
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert [(rules[each["ruleIndex"]], each["level"]) for each in run["results"]] == [
        ("E-COMMENT", "error"),
        ("IG-POST-HASHTAGS-ADVISED", "warning"),
        ("IG-POST-TEXT-LENGTH", "error"),
    ]
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert place == {
        "artifactLocation": {"uri": "posts/mugs.yaml"},
        "region": {"startLine": 3, "startColumn": 16},
    }


def test_sarif_writes_a_path_as_an_address_and_no_line_for_a_whole_file() -> None:
    problem = Problem(code="E-X", message="m", location=Location(path="posts/ä b#.yaml"))
    (result,) = machine(samples.report("validate", problems=(problem,)), "sarif")["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"] == {"artifactLocation": {"uri": "posts/%C3%A4%20b%23.yaml"}}
