"""The pages of a preview: an overview with the calendars, a page per month, one for what has no date yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from socialsync.cells import Cells
from socialsync.model.problems import Problem, Severity
from socialsync.report import words
from socialsync.report.preview import calendar, likeness
from socialsync.report.preview.calendar import Month
from socialsync.report.preview.cards import Card, cards
from socialsync.report.preview.differences import Compared, Sort
from socialsync.report.preview.styles import stylesheet
from socialsync.report.visible import visible

if TYPE_CHECKING:
    from jinja2 import Environment

# Bytes of cards on one page: with its head and calendar a page stays below 2 MB.
PAGE = 1_500_000
# Calendars on the overview, the latest; older months are a link away.
_CALENDARS = 24
# Lines of the list of changes; the cards themselves are marked however many there are.
_CHANGES = 200

UNDATED = "undated"
HERE = Path(__file__).parent


@dataclass(frozen=True, kw_only=True, slots=True)
class Broken:
    """A file that cannot be read as a post: its problems, and per problem the line that is meant."""

    path: str
    problems: tuple[tuple[Problem, str], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """All that the pages show. `base` names what the posts are compared with; empty: with nothing."""

    pairs: tuple[Compared, ...]
    problems: Mapping[str, tuple[Problem, ...]]  # by key
    broken: tuple[Broken, ...]
    cells: Cells
    owner: str
    zone: str
    base: str = ""
    files: frozenset[str] = frozenset()  # names of the media that were copied, see cards.media_name


@dataclass(frozen=True, kw_only=True, slots=True)
class _Page:
    """One file of cards: groups of heading, anchor, tokens and cards ready as HTML."""

    name: str
    title: str
    part: str
    groups: list[tuple[str, str, tuple[str, ...], list[str]]]


def pages(preview: Preview) -> dict[str, str]:
    """The text of every file by its name; the same preview gives the same bytes."""
    shown = cards(
        preview.pairs,
        cells=preview.cells,
        owner=preview.owner,
        zone=preview.zone,
        problems=preview.problems,
        files=preview.files,
    )
    dated = [card for card in shown if card.day is not None]
    undated = [card for card in shown if card.day is None]
    sheets: list[_Page] = []
    urls: dict[str, str] = {}
    for name, group in groupby(dated, lambda card: calendar.month_name(card.day) if card.day else ""):
        sheets += _packed(name, list(group), urls)
    sheets += _packed(UNDATED, undated, urls)
    months = calendar.months(dated, urls)
    shared = _shared(preview, shown, months, bool(undated))
    page, index = (_environment().get_template(name) for name in ("page.html.j2", "index.html.j2"))
    files = {
        f"{sheet.name}.html": page.render(
            shared, sheet=sheet, here=sheet.name, before=_beside(sheets, spot, -1), after=_beside(sheets, spot, +1)
        )
        for spot, sheet in enumerate(sheets)
    }
    changed = calendar.entries((card for card in shown if card.sorts), urls)
    files["index.html"] = index.render(
        shared,
        here="index",
        changes=changed[:_CHANGES],
        unlisted=len(changed[_CHANGES:]),
        calendars=months[-_CALENDARS:],
        undated=calendar.entries(undated, urls),
    )
    files["style.css"] = stylesheet(shown, preview.cells, _static("style.css"))
    files["preview.js"] = _static("preview.js")
    return files


def _shared(preview: Preview, shown: Sequence[Card], months: Sequence[Month], undated: bool) -> dict[str, Any]:
    """What every page knows."""
    return {
        "preview": preview,
        "months": months,
        "has_undated": undated,
        "channels": sorted({(card.channel, _channel_title(card, preview.cells)) for card in shown}),
        "sites": sorted({card.site for card in shown}),
        "counts": {sort: sum(sort in card.sorts for card in shown) for sort in Sort},
        "posts": len({(card.site, card.post) for card in shown if Sort.REMOVED not in card.sorts}),
        "targets": sum(Sort.REMOVED not in card.sorts for card in shown),
        "wrong": sum(card.worst is Severity.ERROR for card in shown) + len(preview.broken),
        "tokens": calendar.joined(card.tokens for card in shown),
    }


def _channel_title(card: Card, cells: Cells) -> str:
    """`Google Business Profile` of `Google Business Profile post`: the words that its types have in common."""
    titles = [cell.title.split() for cell in cells.of_channel(card.channel)] or [[card.channel, ""]]
    common = [each[0] for each in zip(*titles, strict=False) if len(set(each)) == 1]
    return " ".join(common[: len(min(titles, key=len)) - 1]) or card.channel


def _packed(name: str, group: Sequence[Card], urls: dict[str, str]) -> list[_Page]:
    """The cards of one month on as many pages as they need; notes in `urls` where each card is."""
    template = _environment().get_template("card.html.j2")
    sheets: list[_Page] = []
    room = 0
    for card in group:
        html = template.render(card=card)
        size = len(html.encode())
        if size > room:
            number = len(sheets) + 1
            sheets.append(_Page(name=f"{name}-{number}" if sheets else name, title=_title(card), part="", groups=[]))
            room = PAGE
        room -= size
        sheet = sheets[-1]
        heading, anchor = _day(card)
        if not sheet.groups or sheet.groups[-1][1] != anchor:
            sheet.groups.append((heading, anchor, (), []))
        _, _, tokens, done = sheet.groups[-1]
        sheet.groups[-1] = (heading, anchor, calendar.joined((tokens, card.tokens)), [*done, html])
        urls[card.id] = f"{sheet.name}.html#{card.id}"
    if len(sheets) > 1:
        return [
            _Page(name=each.name, title=each.title, part=f"part {number} of {len(sheets)}", groups=each.groups)
            for number, each in enumerate(sheets, 1)
        ]
    return sheets


def _title(card: Card) -> str:
    return calendar.month_title(card.day) if card.day is not None else "Without a date"


def _day(card: Card) -> tuple[str, str]:
    """Heading and anchor of the group that a card stands in."""
    if card.day is not None:
        return calendar.day_title(card.day), f"day-{card.day:%d}"
    return ("Drafts", "drafts") if card.draft else ("As soon as merged", "asap")


def _beside(sheets: Sequence[_Page], spot: int, step: int) -> _Page | None:
    """The page before or after one."""
    return sheets[spot + step] if 0 <= spot + step < len(sheets) else None


# --- what templates write with ------------------------------------------------------------------


@cache
def _static(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


def _spoken(value: object) -> object:
    """Text that cannot deceive: what does not show is written out. What is HTML already has been through here."""
    return visible(value) if isinstance(value, str) and not hasattr(value, "__html__") else value


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        finalize=_spoken,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(pieces=likeness.pieces, count=words.count, day_title=calendar.day_title)
    return environment


def broken(problems: Iterable[Problem], read: Iterable[str], lines: Mapping[str, Sequence[str]]) -> tuple[Broken, ...]:
    """The files with problems that gave no post (`read` are those that did), with the lines that are meant."""
    known = frozenset(read)
    wrong: dict[str, list[tuple[Problem, str]]] = {}
    for problem in problems:
        path, line = problem.location.path, problem.location.line
        if path not in known:
            text = lines.get(path, ())
            wrong.setdefault(path, []).append((problem, text[line - 1] if 0 < line <= len(text) else ""))
    return tuple(Broken(path=path, problems=tuple(found)) for path, found in sorted(wrong.items()))
