"""A cell's limits held against what a post says there: pure, called for every target of every post."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from socialsync.cells import Cell, Rule
from socialsync.model import Content, Location, MediaRef, Problem, Severity
from socialsync.source.filemeasures import OF_EACH
from socialsync.source.measures import HINTS, OF_ALL, OF_TEXT, of_kind

_RANK = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}


def check(cell: Cell, content: Content, *, origin: Callable[[str], Location]) -> list[Problem]:
    """Every limit of `cell` that `content` breaks, in the order of the cell's file.

    `origin` gives the place of a field ("text", "title", "link", "media", …). Where an error and an advice measure the
    same thing, only the error is told. A Problem's code is the rule's.
    """
    broken = _broken(cell, content)
    if not broken:
        return []
    problems = []
    told: dict[tuple[str, str, int], int] = {}
    for rule, subject, message in broken:
        rank = _RANK[rule.severity]
        if told.setdefault((rule.field, rule.measure, subject), rank) < rank:
            continue
        problems.append(
            Problem(
                code=rule.code,
                message=f"{cell.title}: {message}",
                location=origin(rule.field),
                hint=rule.message or HINTS[rule.measure],
                severity=rule.severity,
            )
        )
    return problems


def _broken(cell: Cell, content: Content) -> list[tuple[Rule, int, str]]:
    """(rule, index of the media entry or -1, sentence) for each way in which a rule is broken.

    Nearly every call finds nothing, ten thousand times in a run: what a rule needs is looked up once in a run, and the
    media that it speaks of once in a call.
    """
    broken: list[tuple[Rule, int, str]] = []
    values = {"text": content.text, "title": content.title, "link": content.link, **dict(content.extras)}
    chosen: dict[str, tuple[MediaRef, ...]] = {}
    for rule, of_media, of_each, measure in _plan(cell):
        if not of_media:
            value = values.get(rule.field)
            if value and (message := measure(rule, value)):
                broken.append((rule, -1, message))
            continue
        applies = rule.applies
        if applies not in chosen:
            chosen[applies] = of_kind(content.media, applies)
        if not chosen[applies]:
            continue
        if not of_each:
            if message := measure(rule, chosen[applies]):
                broken.append((rule, -1, message))
            continue
        for index, ref in enumerate(chosen[applies]):
            if message := measure(rule, ref):
                broken.append((rule, index, message))
    return broken


_Step = tuple[Rule, bool, bool, Callable[[Rule, Any], str]]
_plans: dict[str, tuple[Cell, tuple[_Step, ...]]] = {}


def _plan(cell: Cell) -> tuple[_Step, ...]:
    """The cell's rules with how each is measured: (rule, of media, of each entry, measure)."""
    known = _plans.get(cell.name)
    if known is None or known[0] is not cell:
        known = _plans[cell.name] = (cell, tuple(_step(rule) for rule in cell.rules))
    return known[1]


def _step(rule: Rule) -> _Step:
    if rule.field != "media":
        return rule, False, False, OF_TEXT[rule.measure]
    each = OF_EACH.get(rule.measure)
    return (rule, True, True, each) if each is not None else (rule, True, False, OF_ALL[rule.measure])
