"""The three versions of a conflict in words: what was confirmed last, what Wix shows now, what git wants."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import Enum

from socialsync.canonical import canonical_instant, fingerprint
from socialsync.model.intents import FieldValue
from socialsync.model.items import Record
from socialsync.model.plans import Change, FieldChange
from socialsync.report import content, words
from socialsync.report.view import Body, Fact
from socialsync.report.worddiff import Mark, Piece, word_diff


class Confirmed(Enum):
    """Which version is the one that was confirmed last; of a LOST one there is only the fingerprint in State."""

    ITSELF = "a third one"
    GIT = "what git says"
    WIX = "what Wix shows"
    LOST = "another one than these two"
    UNKNOWN = "not known"


_UNSHOWN = (Confirmed.LOST, Confirmed.UNKNOWN)


def times(change: Change, zone: str, now: datetime) -> list[Fact]:
    """The three times, if it is about the time."""
    return [
        fact
        for field in change.fields
        if field.name == content.SCHEDULE
        for fact in _facts("Time", field, change.record, lambda value: content.instant(value, zone, now))
    ]


def facts(change: Change) -> list[Fact]:
    """A line per version of each field that is neither text nor time, and what there is to say of confirmed texts that
    nobody can show."""
    names = content.file_names(change.intent.content.media if change.intent is not None else ())
    told: list[Fact] = []
    for field in change.fields:
        if field.name in content.TEXTS:
            which, _ = _confirmed(field, change.record)
            if which in _UNSHOWN:
                told.append(Fact(label=f"{words.label(field.name)} confirmed last", value=which.value))
            if field.was == words.UNSEEN:
                told.append(Fact(label=f"{words.label(field.name)} at Wix now", value=words.UNSEEN.strip("()")))
        elif field.name != content.SCHEDULE:
            told += _facts(words.label(field.name), field, change.record, lambda value: content.said(value, names))
    return told


def bodies(change: Change) -> list[Body]:
    """Of each text one version as a whole, and then the others marked word by word against that."""
    texts = (field for field in change.fields if field.name in content.TEXTS)
    return [body for field in texts for body in _bodies(field, *_confirmed(field, change.record))]


def _facts(name: str, field: FieldChange, record: Record | None, say: Callable[[FieldValue | None], str]) -> list[Fact]:
    which, last = _confirmed(field, record)
    return [
        Fact(label=f"{name} confirmed last", value=which.value if which in _UNSHOWN else say(last)),
        Fact(label=f"{name} at Wix now", value=say(field.was)),
        Fact(label=f"{name} in git", value=say(field.now)),
    ]


def _bodies(field: FieldChange, which: Confirmed, confirmed: FieldValue | None) -> list[Body]:
    name = words.label(field.name)
    at_wix, in_git = f"{name} at Wix now", f"{name} in git"
    last, was, now = map(_text, (confirmed, field.was, field.now))
    seen = field.was != words.UNSEEN  # otherwise nothing can be marked against it
    match which:
        case Confirmed.ITSELF:
            at_wix_now = [_marked(at_wix, last, was)] if seen else []
            return [_whole(f"{name} confirmed last", last), *at_wix_now, _marked(in_git, last, now)]
        case Confirmed.GIT:
            return [_whole(f"{in_git}, as confirmed last", now), *([_marked(at_wix, now, was)] if seen else [])]
        case Confirmed.WIX:
            return [_whole(f"{at_wix}, as confirmed last", was), _marked(in_git, was, now)]
        case Confirmed.LOST | Confirmed.UNKNOWN:
            return [_whole(at_wix, was), _marked(in_git, was, now)] if seen else [_whole(in_git, now)]


def _whole(label: str, text: str) -> Body:
    return Body(label=label, pieces=(Piece(Mark.SAME, text or "(nothing)"),))


def _marked(label: str, against: str, text: str) -> Body:
    return Body(label=f"{label}, marked against that", pieces=word_diff(against, text))


def _text(value: FieldValue | None) -> str:
    return value if isinstance(value, str) else ""


def _confirmed(field: FieldChange, record: Record | None) -> tuple[Confirmed, FieldValue | None]:
    """Which one it is, and its value. State has the last word: what git wanted before may never have come to Wix."""
    if record is not None and field.name == content.SCHEDULE:  # a moment is remembered as it is
        return Confirmed.ITSELF, canonical_instant(record.at) if record.at is not None else None
    if record is None or not record.fingerprints:
        return (Confirmed.ITSELF, field.last) if field.last is not None else (Confirmed.UNKNOWN, None)
    known = record.fingerprints.get(field.name)
    for which, value in ((Confirmed.GIT, field.now), (Confirmed.WIX, field.was), (Confirmed.ITSELF, field.last)):
        if known == _short(value):
            return which, value
    return Confirmed.UNKNOWN if field.was == words.UNSEEN else Confirmed.LOST, None


def _short(value: FieldValue | None) -> str | None:
    return fingerprint(value)[:16] if value is not None else None
