"""SARIF 2.1.0, which code scanning shows: one result per problem."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from socialsync.model.problems import Problem
from socialsync.model.reports import Report
from socialsync.report.view import in_order


def render(report: Report) -> str:
    """The problems as one run; columns count code points, as our locations do."""
    problems = in_order(report.problems)
    codes = sorted({problem.code for problem in problems})
    run = {
        "tool": {"driver": {"name": "socialsync", "rules": [{"id": code} for code in codes]}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(problem, codes.index(problem.code)) for problem in problems],
    }
    document = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    }
    return json.dumps(document, indent=2) + "\n"


def _result(problem: Problem, index: int) -> dict[str, Any]:
    at = problem.location
    place: dict[str, Any] = {"artifactLocation": {"uri": quote(at.path, errors="replace")}}
    if at.line:
        place["region"] = {"startLine": at.line, **({"startColumn": at.column} if at.column else {})}
    return {
        "ruleId": problem.code,
        "ruleIndex": index,
        "level": problem.severity.value,  # SARIF has the same three words
        "message": {"text": "\n".join(filter(None, (problem.message, problem.hint, problem.replacement)))},
        "locations": [{"physicalLocation": place}],
    }
