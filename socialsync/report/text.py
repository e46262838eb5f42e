"""A page for a terminal: indented lines of a given width, coloured only when told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import zip_longest

from socialsync.model.problems import Problem, Severity
from socialsync.report import words
from socialsync.report.layout import columns, screen_width, wrap, wrap_pieces
from socialsync.report.view import Body, Entry, Page, Section, Sign, Table, is_brief
from socialsync.report.worddiff import Mark, Piece

_BOLD, _DIM, _RED, _GREEN, _YELLOW, _BLUE, _MAGENTA, _STRUCK = "1", "2", "31", "32", "33", "34", "35", "9"

_COLOURS = {
    Sign.DECIDE: f"{_BOLD};{_YELLOW}",
    Sign.UNKNOWN: f"{_BOLD};{_MAGENTA}",
    Sign.FAILED: f"{_BOLD};{_RED}",
    Sign.OFF: _RED,
    Sign.OUT: _MAGENTA,
    Sign.NEW: _GREEN,
    Sign.MOVED: _BLUE,
    Sign.CHANGED: _YELLOW,
    Sign.QUIET: _DIM,
    Sign.DONE: _GREEN,
}
_SEVERITY = {Severity.ERROR: _RED, Severity.WARNING: _YELLOW, Severity.NOTE: _BLUE}
_PIECES = {Mark.SAME: "", Mark.WAS: f"{_RED};{_STRUCK}", Mark.NOW: f"{_BOLD};{_GREEN}"}
# Without colour the marks must be signs; git's word diff has taught them to many.
_PLAIN = {Mark.SAME: ("", ""), Mark.WAS: ("[-", "-]"), Mark.NOW: ("{+", "+}")}

# Lines that a CI runner would take for a command; only the annotations may write such.
_COMMAND = re.compile(r"^((?:\s|\x1b\[[0-9;]*m)*)(::|##\[)", re.MULTILINE)

_NARROWEST = 40


def render(page: Page, *, colour: bool, width: int) -> str:
    """The page, ending in a line feed."""
    layout = _Layout(colour=colour, width=max(width, _NARROWEST))
    lines = list(layout.page(page))
    return harmless("\n".join(line.rstrip() for line in lines) + "\n")


def harmless(text: str) -> str:
    """`text` with a dot before whatever a CI runner would take for a command."""
    return _COMMAND.sub(r"\1·\2", text)


class _Layout:
    """Turns the parts of a page into lines."""

    def __init__(self, *, colour: bool, width: int) -> None:
        self._colour = colour
        self._width = width

    def page(self, page: Page) -> Iterator[str]:
        if page.banner:
            yield self._paint(page.banner, f"{_BOLD};{_YELLOW}")
            yield ""
        for problem in page.problems:
            yield from self._problem(problem)
        if page.problems:
            yield ""
        yield from (self._paint(line, _BOLD) for line in wrap(page.title, self._width))
        for line in page.lead:
            yield from self._flow(line, "  ")
        for section in page.sections:
            yield from self._section(section)
        if page.notes:
            yield ""
            yield from (self._paint(part, _DIM) for part in wrap(words.notes(len(page.notes)), self._width))
        if page.foot:
            yield ""
            for line in page.foot:
                yield from (self._paint(part, _DIM) for part in wrap(line, self._width))
        if page.banner:
            yield ""
            yield self._paint(page.banner, f"{_BOLD};{_YELLOW}")

    def _problem(self, problem: Problem) -> Iterator[str]:
        """`path:line:column: CODE message` on one line, as editors and log viewers expect it."""
        severity = problem.severity
        word = "" if severity is Severity.ERROR else f"{severity.value}: "
        yield f"{problem.location}: {self._paint(problem.code, _SEVERITY[severity])} {word}{problem.message}"
        if problem.hint:
            yield from self._flow(problem.hint, "    ")
        if problem.replacement:
            yield self._paint("    write:", _DIM)
            yield from self._verbatim(problem.replacement, "      ")

    def _section(self, section: Section) -> Iterator[str]:
        if section.title:
            yield ""
            yield self._paint(section.title, _BOLD)
        before: Entry | None = None
        for entry in section.entries:
            # Headlines alone stand together like the lines of a list.
            if before is None or not (is_brief(before) and is_brief(entry)):
                yield ""
            yield from self._entry(entry)
            before = entry
        if section.table is not None:
            yield ""
            yield from self._table(section.table)

    def _entry(self, entry: Entry) -> Iterator[str]:
        head = [part for part in (entry.what, entry.when, entry.post) if part]
        lines = wrap(" · ".join(head), self._width - 4)
        colour = _COLOURS[entry.sign]
        yield f"  {self._paint(entry.sign.value, colour)} {self._paint(lines[0], colour)}"
        yield from (f"    {self._paint(line, colour)}" for line in lines[1:])
        for sentence in entry.advice:
            yield from self._flow(sentence, "    ")
        if entry.paste:
            yield from self._flow(entry.paste_intro, "    ")
            yield from self._verbatim(entry.paste, "      ")
        indent = max((screen_width(fact.label) for fact in entry.facts), default=0)
        for fact in entry.facts:
            label = fact.label + " " * (indent - screen_width(fact.label))
            first, *rest = wrap(fact.value, max(self._width - indent - 6, _NARROWEST // 2))
            yield f"    {self._paint(label, _DIM)}  {first}"
            yield from (f"    {' ' * indent}  {line}" for line in rest)
        if entry.url:
            yield f"    {entry.url}"
        for body in entry.bodies:
            yield from self._body(body)

    def _body(self, body: Body) -> Iterator[str]:
        yield self._paint(f"    {body.label}", _DIM)
        pieces = [piece if self._colour else _signed(piece) for piece in body.pieces]
        for line, continues in wrap_pieces(pieces, self._width - 6):
            painted = "".join(self._paint(piece.text, _PIECES[piece.mark]) for piece in line)
            # The dotted edge tells a line that was too wide from a new line of the post.
            yield f"    {self._paint('┊' if continues else '│', _DIM)} {painted}"

    def _table(self, table: Table) -> Iterator[str]:
        """Columns as wide as their widest cell or, where that is too wide, with cells of several lines; an address at
        the end of a line runs on, so that it can be opened."""
        beside = len(table.rows[0].cells) - table.below
        cells = [table.columns[:beside], *(row.cells[:beside] for row in table.rows)]
        widths = columns(zip(*cells, strict=True), self._width - 2 * beside)
        below, links = table.columns[beside:][: table.below], table.columns[beside + table.below :]
        yield from (self._paint(f"  {line}", _DIM) for line in _lines(cells[0], widths, *links))
        if below:
            yield self._paint(f"    {_beside(below)}", _DIM)
        for row in table.rows:
            first, *rest = _lines(row.cells[:beside], widths, row.url)
            yield f"{self._paint(row.sign.value, _COLOURS[row.sign])} {first}"
            yield from (f"  {line}" for line in rest)
            if told := _beside(row.cells[beside:]):
                yield from (self._paint(line, _DIM) for line in self._flow(told, "    "))
            if row.note:
                yield from self._flow(row.note, "    ")

    def _flow(self, text: str, indent: str) -> Iterator[str]:
        yield from (indent + line for line in wrap(text, self._width - len(indent)))

    def _verbatim(self, text: str, indent: str) -> Iterator[str]:
        """Lines to paste: never wrapped."""
        yield from (indent + self._paint(line, _GREEN) for line in text.splitlines())

    def _paint(self, text: str, codes: str) -> str:
        return f"\x1b[{codes}m{text}\x1b[0m" if self._colour and codes and text else text


def _lines(cells: tuple[str, ...], widths: list[int], last: str = "") -> Iterator[str]:
    """The lines of one row; `last` stands behind the first of them."""
    wrapped = [wrap(cell, width) for cell, width in zip(cells, widths, strict=True)]
    for number, parts in enumerate(zip_longest(*wrapped, fillvalue="")):
        padded = [part + " " * (width - screen_width(part)) for part, width in zip(parts, widths, strict=True)]
        yield "  ".join((*padded, "" if number else last))


def _beside(parts: tuple[str, ...]) -> str:
    return " · ".join(filter(None, parts))


def _signed(piece: Piece) -> Piece:
    before, after = _PLAIN[piece.mark]
    return Piece(piece.mark, f"{before}{piece.text}{after}")
