"""The page of `rules`: every limit of every channel in words, with where it was read and when."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from socialsync.cells import Cells, Rule
from socialsync.model.problems import Severity
from socialsync.model.reports import Report
from socialsync.report import words
from socialsync.report.view import Entry, Fact, Page, Row, Section, Sign, Table

_MEASURES = {
    "alt": "length of an alt text",
    "bitrate": "bit rate",
    "bytes": "file size",
    "characters": "characters",
    "codec": "codec",
    "count": "number",
    "duplicates": "the same file twice",
    "fps": "frames a second",
    "frames": "frames",
    "hosts": "address",
    "long_side": "longer side",
    "mime": "file type",
    "mixed": "pictures and videos together",
    "pattern": "wording",
    "pixels": "pixels in all",
    "ratio": "width to height",
    "same_ratio": "one shape for all",
    "seconds": "duration",
    "short_side": "shorter side",
    "traits": "kind of file",
}
_APPLIES = {
    "image": "pictures",
    "video": "videos",
    "single-video": "a single video",
    "carousel": "several together",
    "carousel-image": "pictures among several",
    "carousel-video": "videos among several",
}
# Measures whose values are what must not be there, or whose presence is the whole rule.
_FORBIDDEN = ("characters", "hosts", "traits")
_UNSAID = {
    "duplicates": "not allowed",
    "mixed": "not allowed",
    "same_ratio": "needed",
    "pattern": "see its explanation",
}


_SIGNS = {Severity.ERROR: Sign.FAILED, Severity.WARNING: Sign.DECIDE, Severity.NOTE: Sign.QUIET}


def page(report: Report, cells: Cells) -> Page:
    """All rules, a table for each kind of post; those of a single code explained."""
    found: Sequence[Rule] = report.rules
    if len({rule.code for rule in found}) == 1:
        entries = tuple(_explained(rule, cells) for rule in found)
        return Page(title=f"Rule {found[0].code}", sections=(Section(title="", entries=entries),))
    sections = tuple(_section(list(of), cells) for _, of in groupby(found, key=lambda rule: rule.cell))
    return Page(title=words.count(len(found), "rule|rules"), sections=sections)


def _section(found: Sequence[Rule], cells: Cells) -> Section:
    rows = tuple(
        Row(
            sign=_SIGNS[rule.severity],
            cells=(rule.code, measured(rule), limit(rule), rule.severity.value, rule.source, rule.checked),
        )
        for rule in found
    )
    table = Table(columns=("Rule", "What", "Limit", "Severity", "Source", "Checked"), rows=rows, below=2)
    return Section(title=f"{_title(found[0], cells)} ({found[0].cell})", table=table)


def _title(rule: Rule, cells: Cells) -> str:
    cell = cells.by_name.get(rule.cell)
    return cell.title if cell is not None else rule.cell


def _explained(rule: Rule, cells: Cells) -> Entry:
    facts = {
        "What": measured(rule),
        "Limit": limit(rule),
        "Severity": rule.severity.value,
        "Source": rule.source,
        "Checked": rule.checked,
    }
    return Entry(
        sign=_SIGNS[rule.severity],
        what=_title(rule, cells),
        post=rule.code,
        advice=(rule.message,) if rule.message else (),
        facts=tuple(Fact(label=name, value=value) for name, value in facts.items() if value),
    )


def measured(rule: Rule) -> str:
    """`text: length`, `media: width to height (pictures)`."""
    measure = _MEASURES.get(rule.measure, rule.measure.replace("_", " "))
    only = f" ({_APPLIES.get(rule.applies, rule.applies)})" if rule.applies else ""
    return f"{rule.field.replace('_', ' ')}: {measure}{only}"


def limit(rule: Rule) -> str:
    """`at most 4,000 UTF-16 units (most emoji count 2)`, `1 to 35`, `image/jpeg, image/webp`, `not cmyk`."""
    if rule.measure in _UNSAID:
        return _UNSAID[rule.measure]
    if rule.values:
        listed = ", ".join(rule.values)
        return f"not {listed}" if rule.measure in _FORBIDDEN else listed
    low, high = rule.min, rule.max
    if low is None and high is None:
        return ""
    if low is None or high is None:
        if high == 0:
            return "none"
        return f"at least {_amount(low, rule)}" if low is not None else f"at most {_amount(high, rule)}"
    return _amount(low, rule) if low == high else f"{_bare(low, rule)} to {_amount(high, rule)}"


def _amount(value: float | None, rule: Rule) -> str:
    unit = "" if rule.unit in ("bytes", "width:height") else words.unit(rule.unit)
    return f"{_bare(value or 0, rule)} {unit}".rstrip()


def _bare(value: float, rule: Rule) -> str:
    match rule.unit:
        case "bytes":
            return words.size(int(value))
        case "width:height":
            return f"{words.number(value)}:1"
        case _:
            return words.number(value)
