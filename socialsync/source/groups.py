"""A group of fields on one line, `{text: Sale: all mugs}`, in which a text needs quotes: the line with them."""

from __future__ import annotations

import json
import re
from typing import NamedTuple

from socialsync.source.comments import WORDLESS
from socialsync.source.mending import GROUPS, helps

_NAME = r"[A-Za-z_][\w/@.-]*:(?:[ ]|$)"
_LONGEST = 4_000  # characters of a line that is looked at
# Up to the next field, or to what closes the group: not a template's braces, nor brackets that the text opened.
_PAIRS = r"\{\{[^{}]{0,200}\}\}|\{[^{}]*\}|\[[^\[\]]*\]"
_FIELD = re.compile(
    rf"(?P<before>[{{,][ ]*(?P<key>[A-Za-z_][\w/@.-]*):[ ]+)(?=[^\s{{\[]|\{{\{{)"
    rf"(?P<value>(?:\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*')?(?>{_PAIRS}|.)*?)"
    rf"(?=[ ]*[}}\]][ }}\]]*(?:,|[ ]+#|$)|[ ]*,[ ]*{_NAME})"
)
_QUOTED = re.compile(r"(?P<said>\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*')(?:[ ]+(?P<more>#.*))?")
_NEEDS = re.compile(r" #|:(?= |$)|[{}\[\],]|^[@`%&*!|>?\"'#-]")


class Quoted(NamedTuple):
    """A line with every text in quotes that needs them, and the first of these: what it says, and its column."""

    line: str
    value: str
    column: int


def quoted(lines: list[str], number: int) -> Quoted | None:
    """The line, if quotes for the texts of its groups are all that it needs."""
    line = lines[number].rstrip()
    if len(line) > _LONGEST:
        return None
    anew: list[str] = []
    kept, first = 0, None
    for found in _FIELD.finditer(line):
        value, whole = found["value"], _QUOTED.fullmatch(found["value"])
        if not _NEEDS.search(value) or (whole is not None and not whole["more"]):
            continue
        if "\\" in value or "''" in value or found["key"] in WORDLESS | GROUPS | {"link"}:
            return None  # an escape, or a value that would be wrong in quotes too
        said = value if whole is None else f"{whole['said'][1:-1]} {whole['more']}"
        anew += [line[kept : found.start("value")], json.dumps(said, ensure_ascii=False)]
        kept = found.end("value")
        first = first or (value, found.start("value"))
    if first is None:
        return None
    written = "".join([*anew, line[kept:]])
    return Quoted(written, *first) if helps([*lines[:number], written, *lines[number + 1 :]], number) else None
