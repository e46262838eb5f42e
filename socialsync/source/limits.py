"""A cell's limits held against what a post says there: pure, called for every target of every post."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from socialsync.cells import Cell, Rule
from socialsync.model.intents import Content, MediaRef
from socialsync.model.problems import Location, Problem, Severity
from socialsync.source.filemeasures import OF_EACH
from socialsync.source.measures import HINTS, OF_ALL, OF_TEXT, of_kind

_RANK = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}


def check(cell: Cell, content: Content, *, origin: Callable[[str, int], Location]) -> list[Problem]:
    """Every limit of `cell` that `content` breaks, those of one field in the order of the cell's file.

    `origin` gives the place of a field ("text", "title", "link", "media", …); of one entry of its media, counted from
    0, or of the whole field for -1. Where an error and an advice measure the
    same thing, only the error is told. A Problem's code is the rule's.
    """
    broken = _broken(cell, content)
    if not broken:
        return []
    problems = []
    told: dict[tuple[str, str, int], int] = {}
    for rule, subject, message in broken:
        rank = _RANK[rule.severity]
        measured = (rule.field, rule.measure, subject if rule.measure in OF_EACH else -1)
        if told.setdefault(measured, rank) < rank:
            continue
        problems.append(
            Problem(
                code=rule.code,
                message=f"{cell.title}: {message}",
                location=origin(rule.field, subject),
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
    of_text, of_media = _plan(cell)
    for name, value in (("text", content.text), ("title", content.title), ("link", content.link), *content.extras):
        if value and name in of_text:
            for rule, measure in of_text[name]:
                if message := measure(rule, value):
                    broken.append((rule, -1, message))
    if not content.media:
        return broken
    chosen: dict[str, tuple[tuple[int, ...], tuple[MediaRef, ...]]] = {}
    for rule, of_each, measure in of_media:
        applies = rule.applies
        if applies not in chosen:
            indices = of_kind(content.media, applies)
            chosen[applies] = indices, tuple(content.media[index] for index in indices)
        indices, refs = chosen[applies]
        if not refs:
            continue
        if not of_each:
            culprit, message = measure(rule, refs)
            if message:
                broken.append((rule, -1 if culprit is None else indices[culprit], message))
            continue
        for index, ref in zip(indices, refs, strict=True):
            if message := measure(rule, ref):
                broken.append((rule, index, message))
    return broken


_Measure = Callable[[Rule, Any], Any]
_Plan = tuple[dict[str, list[tuple[Rule, _Measure]]], tuple[tuple[Rule, bool, _Measure], ...]]
_plans: dict[int, tuple[Cell, _Plan]] = {}  # by the cell's identity, which is its own as long as the entry holds it


def _plan(cell: Cell) -> _Plan:
    """The cell's rules with how each is measured: of texts by field, and of media (whether of each entry alone)."""
    known = _plans.get(id(cell))
    if known is None:
        of_text: dict[str, list[tuple[Rule, _Measure]]] = {}
        for rule in cell.rules:
            if rule.field != "media":
                of_text.setdefault(rule.field, []).append((rule, OF_TEXT[rule.measure]))
        of_media = tuple(_of_media(rule) for rule in cell.rules if rule.field == "media")
        known = _plans[id(cell)] = (cell, (of_text, of_media))
    return known[1]


def _of_media(rule: Rule) -> tuple[Rule, bool, _Measure]:
    each = OF_EACH.get(rule.measure)
    return (rule, True, each) if each is not None else (rule, False, OF_ALL[rule.measure])
