"""What a post consists of, in words: its texts, its media, and how each field changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from socialsync.model.intents import Content, FieldValue, MediaRef
from socialsync.model.plans import FieldChange
from socialsync.report import times, words
from socialsync.report.view import Body, Fact
from socialsync.report.worddiff import Mark, Piece, word_diff

SCHEDULE = "schedule"
TEXTS = ("title", "text", "link")


def facts(content: Content) -> list[Fact]:
    """One line per picture and video, one per field of the channel's own."""
    media = [Fact(label=words.MEDIA[ref.kind], value=media_line(ref)) for ref in content.media]
    return media + [Fact(label=words.label(name), value=value) for name, value in content.extras]


def bodies(content: Content) -> list[Body]:
    """Title, text and link, as far as there are any."""
    texts = {"title": content.title, "text": content.text, "link": content.link}
    return [Body(label=words.label(name), pieces=(Piece(Mark.SAME, text),)) for name, text in texts.items() if text]


def media_line(media: MediaRef) -> str:
    """`winter.jpg · 214 KB · 1080 × 1350 (4:5) · 12 s`, as far as it is known."""
    parts = [file_name(media.path) or f"Wix file {media.file_id}"]
    if media.size:
        parts.append(words.size(media.size))
    if media.width and media.height:
        parts.append(f"{media.width} × {media.height} ({words.ratio(media.width, media.height)})")
    if media.seconds:
        parts.append(words.duration(media.seconds))
    return " · ".join(parts)


def file_name(path: str) -> str:
    return path.rpartition("/")[2]


def changed_bodies(changes: Iterable[FieldChange], *, held: bool) -> list[Body]:
    """Changed texts, marked word by word. A held change is not made: Wix keeps its version."""
    marked = []
    for change in changes:
        if change.name not in TEXTS:
            continue
        was, now = (value if isinstance(value, str) else "" for value in (change.was, change.now))
        label = words.label(change.name)
        if held:
            label += ", from Wix to git"
        elif not was or not now:
            label += " added" if now else " removed"
        else:
            label += " changed"
        marked.append(Body(label=label, pieces=word_diff(was, now)))
    return marked


def changed_facts(changes: Iterable[FieldChange], media: Iterable[MediaRef]) -> list[Fact]:
    """What else changes than texts and the time: was and now."""
    names = file_names(media)
    return [
        Fact(label=words.label(change.name), value=f"{said(change.was, names)} → {said(change.now, names)}")
        for change in changes
        if change.name not in (*TEXTS, SCHEDULE)
    ]


def moved(changes: Iterable[FieldChange], zone: str, now: datetime) -> list[Fact]:
    """The old and the new time, if it changes from or to one."""
    for change in changes:
        if change.name == SCHEDULE:
            return [
                Fact(label="Time was", value=instant(change.was, zone, None)),
                Fact(label="Time now", value=instant(change.now, zone, now)),
            ]
    return []


def file_names(media: Iterable[MediaRef]) -> dict[str, str]:
    """By token, what a reader knows a file by."""
    return {ref.token: file_name(ref.path) for ref in media if ref.path}


def said(value: FieldValue | None, names: Mapping[str, str]) -> str:
    """A field's value in words; `names` are those of the files that a reader knows."""
    match value:
        case None | "" | ():
            return "nothing"
        case str():
            return value
        case tuple():
            return ", ".join(names.get(token) or _file(token) for token in value)


def _file(token: str) -> str:
    source, _, name = token.partition(":")
    return f"another file ({name[:8]}…)" if source == "sha256" else f"Wix file {name}"


def instant(value: FieldValue | None, zone: str, now: datetime | None) -> str:
    """A canonical instant of a field in words; what is none is shown as it is."""
    if not isinstance(value, str) or not value:
        return "no date"
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return value
    far = f" · {times.relative(at, now)}" if now is not None else ""
    return f"{times.full(at, zone)}{far}"
