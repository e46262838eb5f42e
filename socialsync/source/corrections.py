"""The line that a value of the wrong kind was probably meant to be, offered only where the schema takes it."""

from __future__ import annotations

import copy
import json
import re
from typing import Any

from socialsync.source.documents import Document, Path
from socialsync.source.schemas import Validator

_PLAIN = r"[A-Za-z0-9_][\w/@.-]*\Z"  # what YAML reads as it stands, in a list too


def corrected(document: Document, path: Path, check: Validator) -> str:
    """The line with the value at `path` as it must be written; "" if that cannot be told for certain."""
    written = document.at(path)
    match path, written:
        case ((), _) | ((*_, "schedule" | "until" | "timezone"), _):
            return ""  # in quotes it would be no time and no place either
        case _, None | bool() | int():
            meant: Any = json.dumps(written)
            line = document.quoted(path)
        case ("channels",), str():
            meant = [name.strip() for name in written.split(",")]
            line = _in_place(document, path, written, f"[{', '.join(meant)}]")
        case ("channels", str()), str():
            meant = {"text": written}
            line = _in_place(document, path, written, f"{{text: {json.dumps(written, ensure_ascii=False)}}}")
        case (*_, "media"), str():
            meant = [{"file": written}]
            line = _in_place(document, path, written, f"[{{file: {_plain(written)}}}]")
        case (*_, "media", int()), str():
            meant = {"file": written}
            field = f"file: {_plain(written)}"
            alone = document.text.split("\n")[document.place(path).line - 1].lstrip(" ").startswith("-")
            line = _in_place(document, path, written, field if alone else f"{{{field}}}")
        case _:
            return ""
    return line if line and _fits(document.data, path, meant, check) else ""


def _in_place(document: Document, path: Path, written: str, anew: str) -> str:
    """The value's line with `anew` in its place; "" where it does not stand there as it was read."""
    place = document.place(path)
    line = document.text.split("\n")[place.line - 1].rstrip("\r")
    before, after = line[: place.column - 1], line[place.column - 1 :]
    return before + anew + after.removeprefix(written) if after.startswith(written) else ""


def _fits(data: Any, path: Path, meant: Any, check: Validator) -> bool:
    """Whether nothing is wrong at `path` once it says what was meant."""
    mended = copy.deepcopy(data)
    _value(mended, path[:-1])[path[-1]] = meant
    if check.is_valid(mended):
        return True
    return not any(reason.path[: len(path)] == path for reason in check.explain(mended))


def _value(data: Any, path: Path) -> Any:
    for step in path:
        data = data[step]
    return data


def _plain(text: str) -> str:
    return text if re.match(_PLAIN, text) else json.dumps(text, ensure_ascii=False)
