"""A Report becomes text, JSON, Markdown, annotations or SARIF."""

from __future__ import annotations

from socialsync.cells import Cells
from socialsync.model import Report

FORMATS = ("text", "json", "markdown", "github", "sarif")

# GitHub takes 65,536 characters for a comment; counted in bytes there is room for whatever frames it.
COMMENT = 60_000


def render(
    report: Report,
    *,
    format: str,
    cells: Cells,
    colour: bool = False,
    width: int = 80,
    posts_url: str = "",
    limit: int = COMMENT,
) -> str:
    """The report in one of FORMATS, ending in a line feed.

    `colour` and `width` (columns) are for text; `posts_url` (a path from the repository root is appended to it) and
    `limit` (bytes of UTF-8) for Markdown. Raises ValueError for another format.
    """
    from socialsync.report import machine, markdown, sarif, text, workflow
    from socialsync.report.view import view

    match format:
        case "text":
            return text.render(view(report, cells), colour=colour, width=width)
        case "json":
            return machine.render(report)
        case "markdown":
            return markdown.render(view(report, cells), posts_url=posts_url, limit=limit)
        case "github":
            return workflow.render(report, view(report, cells))
        case "sarif":
            return sarif.render(report)
        case _:
            raise ValueError(f"no such format: {format}")
