"""What a report says, before it has a form: plain values with every word chosen; renderers only lay them out."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass, replace
from enum import Enum, StrEnum
from typing import Any

from socialsync.cells import Cells
from socialsync.model.problems import Location, Problem, Severity
from socialsync.model.reports import Report
from socialsync.report.visible import flat, visible
from socialsync.report.worddiff import Piece


class Sign(StrEnum):
    """What an entry is at a glance; each renderer has its own colour or picture for it."""

    DECIDE = "!"
    UNKNOWN = "?"
    FAILED = "x"
    OFF = "-"
    OUT = "*"
    NEW = "+"
    MOVED = ">"
    CHANGED = "~"
    QUIET = "="
    DONE = "v"


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """One labelled line."""

    label: str
    value: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Body:
    """A text of a post: as it will be (one SAME piece) or marked up against what it was."""

    label: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One change, outcome, rule or channel. Headline: `what`, `when`, `post`."""

    sign: Sign
    what: str
    when: str = ""
    post: str = ""
    advice: tuple[str, ...] = ()  # plain sentences that come before everything else
    paste: str = ""  # lines ready to paste
    paste_intro: str = ""  # the sentence before them: what for, and where they belong
    facts: tuple[Fact, ...] = ()
    bodies: tuple[Body, ...] = ()
    location: Location | None = None
    url: str = ""  # where it is public


def is_brief(entry: Entry) -> bool:
    """Whether the headline says it all."""
    return not (entry.advice or entry.paste or entry.facts or entry.bodies)


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    sign: Sign
    cells: tuple[str, ...]
    url: str = ""  # where it is public: a last cell
    note: str = ""  # a sentence below the row


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    below: int = 0  # how many of the last cells stand in a line below the others where a page is narrow


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    title: str
    entries: tuple[Entry, ...] = ()
    table: Table | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """A whole report. `banner` is its first and last line where it is not empty."""

    title: str
    banner: str = ""
    overview: bool = False  # whether there is more to the entries than their headlines, so that a list of these helps
    lead: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()  # nothing is wrong with these: out of the way, but to be found
    sections: tuple[Section, ...] = ()
    foot: tuple[str, ...] = ()


def view(report: Report, cells: Cells) -> Page:
    """The page for any verb. No string on it holds a character that steers a terminal or hides."""
    from socialsync.report import changes, connections, outcomes, rules, tables, words

    match report.verb:
        case "validate":
            page = tables.validate(report)
        case verb if report.problems and not report.sites:
            page = Page(title=f"{words.subject(verb)}: {changes.problem_sum(report)}; nothing was done")
        case "apply" | "stop":
            page = outcomes.page(report, cells)
        case "status":
            page = tables.status(report, cells)
        case "accounts":
            page = connections.accounts(report, cells)
        case "rules":
            page = rules.page(report, cells)
        case _:
            page = changes.page(report, cells)
    emulated = bool(report.sites) and all(site.emulator for site in report.sites)
    found = in_order(report.problems)
    shown: Page = _clean(
        replace(
            page,
            banner=words.BANNER if emulated else "",
            problems=tuple(problem for problem in found if problem.severity is not Severity.NOTE),
            notes=tuple(problem for problem in found if problem.severity is Severity.NOTE),
        )
    )
    return shown


def in_order(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """By path, line and column."""
    return tuple(sorted(problems, key=lambda problem: (problem.location, problem.code, problem.message)))


# Only these keep their line breaks.
_LINES = frozenset(("text", "paste", "replacement"))


def _clean(value: Any, name: str = "") -> Any:
    match value:
        case Enum():
            return value
        case str():
            return visible(value) if name in _LINES else flat(visible(value))
        case tuple():
            return tuple(_clean(part, name) for part in value)
        case _ if is_dataclass(value) and not isinstance(value, type):
            parts = {field.name: getattr(value, field.name) for field in fields(value)}
            return replace(value, **{key: _clean(part, key) for key, part in parts.items()})
        case _:
            return value
