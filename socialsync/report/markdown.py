"""A page for a pull request: blocks of Markdown that fit a comment, in which nothing of a post can act."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from socialsync.model.problems import Location
from socialsync.report.layout import wrap, wrap_pieces
from socialsync.report.spans import cell, code, inline, longest_run
from socialsync.report.text import harmless
from socialsync.report.view import Body, Entry, Page, Section, Sign, is_brief
from socialsync.report.worddiff import Mark

if TYPE_CHECKING:
    from jinja2 import Environment

# What GitHub shows without a scroll bar; a comment is about 110 characters of a fixed font wide.
_WIDTH = 96
# From here on a text is folded away behind its first line.
_LONG = 14
# Rows of the overview; beyond that the blocks speak for themselves.
_OVERVIEW = 30
# Notes that are listed; all are counted.
_MOST_NOTES = 100

_PICTURES = {
    Sign.DECIDE: "✋",
    Sign.UNKNOWN: "❓",
    Sign.FAILED: "❌",
    Sign.OFF: "🗑️",
    Sign.OUT: "📣",
    Sign.NEW: "🆕",
    Sign.MOVED: "🕘",
    Sign.CHANGED: "✏️",
    Sign.QUIET: "💤",
    Sign.DONE: "✅",
}
_TAGS = {Mark.SAME: "", Mark.WAS: "del", Mark.NOW: "ins"}

# An address that can stand in a link without ending it.
_ADDRESS = re.compile(r"https://[A-Za-z0-9.-]+(?::\d+)?(?:/[A-Za-z0-9._~%/?=&+,;:-]*)?")


def render(page: Page, *, posts_url: str, limit: int, rest: str) -> str:
    """The page in at most `limit` bytes of UTF-8: title, overview and counts always, then whole blocks while they
    fit; `rest` says where the others are. `posts_url` makes places of the repository links."""
    environment = _environment()
    head = environment.get_template("head.md.j2").render(page=page, overview=_overview(page.sections))
    foot = environment.get_template("foot.md.j2").render(page=page)
    blocks = [
        *(
            environment.get_template("problem.md.j2").render(problem=each, posts_url=posts_url)
            for each in page.problems
        ),
        *(block for section in page.sections for block in _section(section, posts_url)),
        *_notes(page, posts_url),
    ]
    room = limit - _bytes(head) - _bytes(foot) - _bytes(_more(len(blocks), rest))
    kept, left = pack(blocks, room)
    body = "".join(kept) + (_more(left, rest) if left else "")
    return guarded(head + body + foot)


def pack(blocks: Sequence[str], limit: int) -> tuple[tuple[str, ...], int]:
    """The blocks, in order, that fit into `limit` bytes together, and how many had to stay out. A block that is too
    large is passed over whole, never cut, and keeps no later one out."""
    kept = []
    for block in blocks:
        size = _bytes(block)
        if size <= limit:
            kept.append(block)
            limit -= size
    return tuple(kept), len(blocks) - len(kept)


def guarded(markdown: str) -> str:
    """The finished text without HTML comments, none of which are ours, so that no post can carry the marker of a
    comment; and without what a CI runner would take for a command."""
    return harmless(markdown.replace("<!--", "<!- -"))


def _section(section: Section, posts_url: str) -> list[str]:
    """A section's blocks; its heading belongs to the first one and so is never left alone."""
    environment = _environment()
    blocks = [
        environment.get_template("entry.md.j2").render(entry=entry, posts_url=posts_url) for entry in section.entries
    ]
    if section.table is not None:
        row = environment.get_template("row.md.j2")
        columns = len(section.table.columns)
        rows = [row.render(row=each, columns=columns) for each in section.table.rows]
        rows[0] = environment.get_template("table.md.j2").render(table=section.table) + rows[0]
        blocks += rows
    if section.title and blocks:
        blocks[0] = f"\n### {inline(section.title)}\n{blocks[0]}"
    return blocks


def _notes(page: Page, posts_url: str) -> list[str]:
    """All of them in one block, folded away."""
    template = _environment().get_template("notes.md.j2")
    return [template.render(notes=page.notes, most=_MOST_NOTES, posts_url=posts_url)] if page.notes else []


def _overview(sections: Sequence[Section]) -> tuple[tuple[Entry, ...], int]:
    entries = [entry for section in sections for entry in section.entries if entry.when]
    return tuple(entries[:_OVERVIEW]), len(entries[_OVERVIEW:])


def _more(left: int, rest: str) -> str:
    return f"\n*and {left:,} more, {rest}*\n"


def _bytes(text: str) -> int:
    return len(text.encode())


# --- what templates write with ------------------------------------------------------------------


def fence(text: str, language: str = "") -> str:
    """A block of code longer than any run of ticks in it."""
    ticks = "`" * max(3, longest_run(text) + 1)
    text = text.rstrip("\n")
    return f"{ticks}{language}\n{text}\n{ticks}"


def body_block(body: Body) -> str:
    """A post's text, as it is or marked up. A line that is too wide goes on indented."""
    if all(piece.mark is Mark.SAME for piece in body.pieces):
        text = "".join(piece.text for piece in body.pieces)
        lines = [line for whole in text.split("\n") for line in _hanging(wrap(whole, _WIDTH))]
        return fence("\n".join(lines), "text")
    marked = []
    for line, continues in wrap_pieces(body.pieces, _WIDTH):
        written = "".join(_tagged(piece.mark, piece.text) for piece in line)
        marked.append(("  " if continues else "") + written)
    # Inside <pre> a reader of Markdown sees nothing but the end tag, which cannot occur in escaped text.
    return '<pre dir="auto">' + "\n".join(marked) + "</pre>"


def is_long(body: Body) -> bool:
    return len(body_block(body).split("\n")) > _LONG


def opening(body: Body) -> str:
    """The first words of a text, for its folded form."""
    first = " ".join("".join(piece.text for piece in body.pieces if piece.mark is not Mark.WAS).split())
    return first if len(first) <= 60 else f"{first[:60].rstrip()}…"


def place(location: Location | None, posts_url: str) -> str:
    """`path:line`, as a link where it is known what to link to."""
    if location is None:
        return ""
    name = code(f"{location.path}:{location.line or 1}")
    if not posts_url:
        return name
    return f"[{name}]({posts_url.rstrip('/')}/{quote(location.path)}#L{location.line or 1})"


def public(url: str) -> str:
    """A permalink named by its host; an address of doubtful form only as text."""
    if _ADDRESS.fullmatch(url) is None:
        return code(url)
    return f"[{code(url.split('/')[2])}]({url})"


def _hanging(lines: list[str]) -> list[str]:
    return [lines[0], *(f"  {line}" for line in lines[1:])]


def _tagged(mark: Mark, text: str) -> str:
    tag = _TAGS[mark]
    return f"<{tag}>{escape(text)}</{tag}>" if tag else escape(text)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(
        inline=inline,
        cell=cell,
        code=code,
        fence=fence,
        body=body_block,
        opening=opening,
        place=place,
        public=public,
        picture=lambda sign: _PICTURES[sign],
    )
    environment.tests.update(long=is_long, brief=is_brief)
    return environment
