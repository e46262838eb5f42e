"""Posts as a calendar file (RFC 5545) that every calendar program can import."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from socialsync.cells import Cells
from socialsync.model.intents import DesiredState, Intent
from socialsync.report.visible import flat, visible

_LINE = 75  # octets, the line break not counted
_ESCAPED = re.compile(r"[\\;,]")


def dated(intents: Iterable[Intent]) -> tuple[Intent, ...]:
    """Those that have a date and are meant to go out, by time."""
    going = [each for each in intents if each.timing.at is not None and each.state is DesiredState.LIVE]
    return tuple(sorted(going, key=lambda each: (each.timing.at, each.key)))


def render(intents: Sequence[Intent], *, cells: Cells, owner: str, now: datetime) -> str:
    """One event of no length per post and channel; `now` is when the file was made. Lines end in CR LF."""
    several = len({intent.site for intent in intents}) > 1
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//socialsync//preview//EN",
        "CALSCALE:GREGORIAN",
        f"X-WR-CALNAME:{_text(f'{owner}: posts')}",
    ]
    for intent in intents:
        lines += _event(intent, cells, now, intent.site if several else "")
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def _event(intent: Intent, cells: Cells, now: datetime, site: str) -> list[str]:
    cell = cells.get(intent.target.channel, intent.target.type)
    title = cell.title if cell is not None else intent.target.cell
    account = f" @{intent.target.account}" if intent.target.account else ""
    said = intent.content
    says = "\n\n".join(filter(None, (said.title, said.text, said.link, f"{intent.location.path}")))
    assert intent.timing.at is not None, "an event has a date"
    return [
        "BEGIN:VEVENT",
        f"UID:{intent.key}@socialsync.invalid",
        f"DTSTAMP:{_instant(now)}",
        f"DTSTART:{_instant(intent.timing.at)}",
        f"SUMMARY:{_text(flat(f'{title}{account}: {intent.post_id}') + (f' ({site})' if site else ''))}",
        f"DESCRIPTION:{_text(says)}",
        f"CATEGORIES:{_text(title)}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _instant(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    """A TEXT value: what has a meaning is escaped, what does not show is written out."""
    return _ESCAPED.sub(r"\\\g<0>", visible(value).replace("\t", " ")).replace("\n", "\\n")


def _folded(line: str) -> str:
    """The content line in lines of at most 75 octets, no character cut."""
    parts, used = [""], 0
    for character in line:
        size = len(character.encode())
        if used + size > _LINE:
            parts.append(" ")
            used = 1
        parts[-1] += character
        used += size
    return "\r\n".join(parts)
