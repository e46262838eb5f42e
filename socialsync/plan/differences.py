"""Three values per field - confirmed last, live now, wanted - and what their differences mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from socialsync.canonical import canonical_instant, fingerprint
from socialsync.model.intents import FieldValue
from socialsync.model.plans import FieldChange, Origin

SCHEDULE = "schedule"


@dataclass(frozen=True, kw_only=True, slots=True)
class Confirmed:
    """The third leg: short fingerprints and instants of what is known to have been ours, from State and from BASE."""

    legs: tuple[tuple[Mapping[str, str], datetime | None], ...]

    def knew(self, name: str, value: FieldValue | None) -> bool:
        """Whether this is a value that was confirmed for the field."""
        if name == SCHEDULE:
            return any(value == (canonical_instant(at) if at is not None else None) for _, at in self.legs)
        print_ = fingerprint(value)[:16] if value is not None else None
        return any(prints.get(name) == print_ for prints, _ in self.legs)


def compare(
    *,
    live: Mapping[str, FieldValue],
    wanted: Mapping[str, FieldValue],
    live_at: datetime | None = None,
    wanted_at: datetime | None = None,
) -> tuple[FieldChange, ...]:
    """Every field that differs, by name; the date, if it differs, last under the name `schedule`."""
    changes = [
        FieldChange(name=name, was=live.get(name), now=wanted.get(name))
        for name in sorted({*live, *wanted})
        if live.get(name) != wanted.get(name)
    ]
    if live_at != wanted_at:
        changes.append(
            FieldChange(
                name=SCHEDULE,
                was=canonical_instant(live_at) if live_at is not None else None,
                now=canonical_instant(wanted_at) if wanted_at is not None else None,
            )
        )
    return tuple(changes)


def origin(changes: tuple[FieldChange, ...], confirmed: Confirmed) -> Origin:
    """Who made the difference. Without a third leg nobody can tell: then every value is new, which counts as both."""
    if not changes:
        return Origin.NONE
    by_hand = any(not confirmed.knew(change.name, change.was) for change in changes)
    by_git = any(not confirmed.knew(change.name, change.now) for change in changes)
    match (by_git, by_hand):
        case (True, True):
            return Origin.BOTH
        case (False, True):
            return Origin.DRIFT
        case _:
            return Origin.GIT


def with_last(
    changes: tuple[FieldChange, ...], before: Mapping[str, FieldValue], confirmed: Confirmed
) -> tuple[FieldChange, ...]:
    """The same, with the confirmed value of every field that is a third one; State has only its fingerprint, so it is
    shown where BASE (`before`) still has the text."""
    return tuple(
        replace(change, last=last)
        if (last := before.get(change.name)) not in (None, change.was, change.now) and confirmed.knew(change.name, last)
        else change
        for change in changes
    )
