"""What a change does to each post: the posts of now beside those of an earlier commit."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from socialsync.canonical import content_fields
from socialsync.model.intents import DesiredState, Intent, TimingKind
from socialsync.model.plans import FieldChange
from socialsync.report import content, times, words
from socialsync.report.view import Body, Fact


class Sort(StrEnum):
    """What happened to a post; a post can be changed and moved at once."""

    NEW = "new"
    CHANGED = "changed"
    MOVED = "moved"
    REMOVED = "removed"


STATES = {
    DesiredState.LIVE: "goes out",
    DesiredState.CANCELED: "called off",
    DesiredState.DELETED: "to be deleted",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Compared:
    """One post on one channel: as it is now, or if it was removed as it was. No `sorts`: the same as before."""

    intent: Intent
    was: Intent | None = None
    sorts: tuple[Sort, ...] = ()


def compared(
    intents: Iterable[Intent], base: Mapping[str, Intent] | None, unread: Container[str] = ()
) -> tuple[Compared, ...]:
    """Every post of now and every one that `base` (by key) had and now is gone; None compares with nothing.

    `unread`: paths that stand there but cannot be read now; what they said before is not called removed.
    """
    if base is None:
        return tuple(Compared(intent=intent) for intent in intents)
    found = []
    known: set[str] = set()
    for intent in intents:
        was = next((base[key] for key in (intent.key, *reversed(intent.older_keys)) if key in base), None)
        known.update((intent.key, *intent.older_keys))
        found.append(Compared(intent=intent, was=was, sorts=_sorts(was, intent)))
    gone = [intent for key, intent in base.items() if key not in known and intent.location.path not in unread]
    return (*found, *(Compared(intent=intent, was=intent, sorts=(Sort.REMOVED,)) for intent in gone))


def _sorts(was: Intent | None, now: Intent) -> tuple[Sort, ...]:
    if was is None or was.key != now.key:
        return (Sort.NEW,)
    if was is now:
        return ()
    moved = (was.timing.kind, was.timing.at) != (now.timing.kind, now.timing.at)
    # The last moment moves with the time; by itself it is a change.
    changed = _says(was) != _says(now) or (not moved and was.timing.until != now.timing.until)
    return tuple(sort for sort, true in ((Sort.CHANGED, changed), (Sort.MOVED, moved)) if true)


def _says(intent: Intent) -> object:
    alts = [ref.alt for ref in intent.content.media]
    return content_fields(intent.content), alts, intent.state, intent.adopt


def explained(pair: Compared) -> tuple[list[Body], list[Fact]]:
    """Texts marked word by word, and everything else as before and after; nothing for what is new or gone."""
    was, now = pair.was, pair.intent
    if was is None or was is now:
        return [], []
    before, after = content_fields(was.content), content_fields(now.content)
    changes = [
        FieldChange(name=name, was=before.get(name), now=after.get(name))
        for name in dict.fromkeys([*before, *after])
        if before.get(name) != after.get(name)
    ]
    facts = content.changed_facts(changes, (*was.content.media, *now.content.media))
    old_alts, new_alts = ([ref.alt for ref in each.content.media if ref.alt] for each in (was, now))
    rows = [
        ("Time", when(was), when(now)),
        ("At the latest", _latest(was), _latest(now)),
        ("State", STATES[was.state], STATES[now.state]),
        ("Alt text", " · ".join(old_alts) or "none", " · ".join(new_alts) or "none"),
        ("Taken over from", was.adopt or "nothing", now.adopt or "nothing"),
    ]
    facts += [Fact(label=label, value=f"{old} → {new}") for label, old, new in rows if old != new]
    return content.changed_bodies(changes, held=False), facts


def when(intent: Intent) -> str:
    """`Mon 2 Dec 2030, 09:00 Europe/Berlin · 08:00 UTC`, `as soon as possible` or `no date`."""
    timing = intent.timing
    if timing.at is not None:
        return times.full(timing.at, timing.zone)
    return words.UNDATED.get(timing.kind, words.UNDATED[TimingKind.DRAFT])


def _latest(intent: Intent) -> str:
    until: datetime | None = intent.timing.until
    return times.local(until, intent.timing.zone) if until is not None else "no end"
