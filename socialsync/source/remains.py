"""What remains of a file with mistakes of form: it is judged like any other post, and what only follows is left out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from socialsync.cells import Cells
from socialsync.model.problems import Problem
from socialsync.source import schedules
from socialsync.source.documents import Document, Path
from socialsync.source.explanations import Reason
from socialsync.source.post import FRAME
from socialsync.source.schemas import Validator
from socialsync.source.words import suggest

_STAND_INS = {"id": "unknown", "schedule": "draft"}
_ROUNDS = 4  # a field that is taken out may leave its group without one that it needs
_OF_TIME = frozenset(
    {"E-SCHEDULE-REQUIRED", "E-UNTIL-REQUIRED", "E-UNTIL-EARLY", "E-TIME-GAP", "E-TIME-TWICE", "E-TIME-OFFSET"}
)


def of(document: Document, reasons: Iterable[Reason], check: Validator, cells: Cells) -> Document | None:
    """The document without every value that was refused, by its text or by the schema (for `reasons`), and with a
    stand-in for what a post cannot do without; None if too little is left to be judged."""
    refused = {*document.refused, *(reason.path for reason in reasons)}
    name = next(iter(cells)).name
    for _ in range(_ROUNDS):
        left = _without(document.data, (), refused)
        if not isinstance(left, dict):
            return None
        complete = {**_STAND_INS, "channels": [name], **left}
        if check.is_valid(complete):
            refused |= {(field,) for field in (*_STAND_INS, "channels") if field not in left}
            written = document.data.get("channels")
            # A list keeps its entries, so that each is found at its place; the refused ones are passed over.
            channels = {} if "channels" not in left else written if isinstance(written, list) else left["channels"]
            return document.unsound({**complete, "channels": channels}, refused)
        refused |= {reason.path for reason in check.explain(complete)}
    return None


def follows(problem: Problem, document: Document, cells: Cells) -> bool:
    """Whether `problem` may be there only because something was refused."""
    fields = {path[2] if path[0] == "channels" and len(path) > 2 else path[0] for path in document.refused if path}
    if problem.code in _OF_TIME:
        return not fields.isdisjoint(schedules.FIELDS)
    if problem.code == "E-TEMPLATE-NAME":
        return "variables" in fields
    if problem.code == "E-FIELD-REQUIRED":
        content = {name for cell in cells for name in cell.carries}
        return any(suggest(str(field), content) for field in fields - FRAME)
    return False


def _without(value: Any, path: Path, refused: Iterable[Path]) -> Any:
    """`value` less what is refused in it; a list of groups counts as a whole, for its entries are known by number."""
    match value:
        case dict():
            kept = {name: _without(inner, (*path, name), refused) for name, inner in value.items()}
            return {name: inner for name, inner in kept.items() if (*path, name) not in refused and inner is not _GONE}
        case list():
            kept_entries = [(index, _without(inner, (*path, index), refused)) for index, inner in enumerate(value)]
            left = [inner for index, inner in kept_entries if (*path, index) not in refused and inner is not _GONE]
            return left if len(left) == len(value) or path == ("channels",) else _GONE
        case _:
            return value


_GONE = object()
