"""Workflow commands: problems and what needs a person, where a pull request shows them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from socialsync.model.plans import Change, ChangeKind, OutcomeKind
from socialsync.model.problems import Location, Severity
from socialsync.model.reports import Report
from socialsync.report.gates import how_many, together
from socialsync.report.text import harmless
from socialsync.report.view import Page, in_order
from socialsync.report.visible import flat, visible
from socialsync.report.words import sentence

# GitHub shows ten a step and drops the rest without a word.
MOST = 10

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning"}
_ORDER = tuple(Severity)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Annotation:
    severity: Severity
    code: str
    message: str
    location: Location | None = None


def render(report: Report, page: Page) -> str:
    """The summary line, and at most ten workflow commands, errors first; more are counted in a last line."""
    found = sorted(_annotations(report), key=lambda one: _ORDER.index(one.severity))
    lines = [page.banner, harmless(page.title), *map(_command, found[:MOST])]
    if len(found) > MOST:
        lines.append(f"and {len(found) - MOST:,} more, in the job summary")
    return "\n".join(line for line in (*lines, page.banner) if line) + "\n"


def _annotations(report: Report) -> Iterator[_Annotation]:
    for problem in in_order(report.problems):
        if problem.severity is Severity.NOTE:
            continue
        yield _Annotation(
            severity=problem.severity,
            code=problem.code,
            message="\n".join(filter(None, (problem.message, problem.hint, problem.replacement))),
            location=problem.location,
        )
    for site in report.sites:
        if site.failure is not None:
            told = f"{site.site}: {sentence(site.failure.message)} {site.failure.hint}".strip()
            yield _Annotation(severity=Severity.ERROR, code=site.failure.code, message=told)
        for outcome in site.outcomes:
            severity = {OutcomeKind.UNKNOWN: Severity.ERROR, OutcomeKind.FAILED: Severity.ERROR}.get(
                outcome.kind, Severity.WARNING if outcome.kind is OutcomeKind.STALE else None
            )
            if severity is not None:
                intent = outcome.change.intent
                yield _Annotation(
                    severity=severity,
                    code=outcome.code or outcome.kind.value,
                    message=f"{outcome.change.post_id} on {outcome.change.target}: {outcome.message}",
                    location=intent.location if intent is not None else None,
                )
        held = site.plan.changes if site.plan is not None else ()
        yield from map(_held, together(each for each in held if each.kind is ChangeKind.HOLD and each.attention))


def _held(changes: Sequence[Change]) -> _Annotation:
    first = changes[0]
    what = f"{first.post_id} on {first.target}" if len(changes) == 1 else how_many(changes, "post waits|posts wait")
    return _Annotation(
        severity=Severity.WARNING,
        code=first.reason,
        message="\n".join(filter(None, (f"{what}: {sentence(first.message)}", first.paste))),
        location=first.paste_at or (first.intent.location if first.intent is not None else None),
    )


def _command(annotation: _Annotation) -> str:
    properties = {"title": annotation.code}
    at = annotation.location
    if at is not None:
        place = {"file": at.path, "line": str(at.line or 1)}
        if at.column:
            place["col"] = str(at.column)
        properties = place | properties
    written = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{_COMMANDS[annotation.severity]} {written}::{_data(annotation.message)}"


def _data(text: str) -> str:
    return visible(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(flat(visible(text))).replace(":", "%3A").replace(",", "%2C")
