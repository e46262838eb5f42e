"""A Report becomes text, JSON, Markdown, annotations or SARIF."""

from __future__ import annotations

from socialsync.cells import Cells
from socialsync.model.reports import Report

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
    rest: str = "in the job summary",
) -> str:
    """The report in one of FORMATS, ending in a line feed.

    `colour` and `width` (columns) are for text; `posts_url` (a path from the repository root is appended to it),
    `limit` (bytes of UTF-8) and `rest` (where that is for which there is no room) for Markdown. Raises ValueError for
    another format.
    """
    from socialsync.report.view import view

    # Each renderer is loaded for its own format alone: Markdown's brings Jinja2, which costs more than a small run.
    match format:
        case "text":
            from socialsync.report import text

            return text.render(view(report, cells), colour=colour, width=width)
        case "json":
            from socialsync.report import machine

            return machine.render(report)
        case "markdown":
            from socialsync.report import markdown

            return markdown.render(view(report, cells), posts_url=posts_url, limit=limit, rest=rest)
        case "github":
            from socialsync.report import workflow

            return workflow.render(report, view(report, cells))
        case "sarif":
            from socialsync.report import sarif

            return sarif.render(report)
        case _:
            raise ValueError(f"no such format: {format}")
