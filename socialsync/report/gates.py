"""Held changes in words: what one decision stops is told once, however many posts wait for it."""

from __future__ import annotations

from collections.abc import Iterable

from socialsync.model import Change, ChangeKind
from socialsync.report import words
from socialsync.report.entries import Scene, entry, headline_time, where
from socialsync.report.view import Entry, Fact, Sign

# Enough to see which posts a gate is about; the counts are exact whatever is left out.
_NAMED = 12


def entries(changes: Iterable[Change], scene: Scene) -> list[Entry]:
    """One entry per change, and one for all changes that wait for the same line of the configuration."""
    groups: dict[tuple[str, ...], list[Change]] = {}
    for change in changes:
        groups.setdefault(_decision(change), []).append(change)
    return [entry(same[0], scene) if len(same) == 1 else _gate(same, scene) for same in groups.values()]


def _decision(change: Change) -> tuple[str, ...]:
    """What a gate over the whole site asks; the post itself for a decision about it alone."""
    of_the_site = change.kind is ChangeKind.HOLD and (change.paste_at is None or not change.paste_at.line)
    return (change.reason, change.paste) if of_the_site and change.paste else (change.key, change.target)


def _gate(changes: list[Change], scene: Scene) -> Entry:
    first = changes[0]
    facts = [Fact(label=words.HELD_BACK.get(change.wanted, ""), value=_named(change, scene)) for change in changes]
    if len(facts) > _NAMED:
        facts[_NAMED:] = [Fact(label="and", value=f"{len(changes) - _NAMED:,} more")]
    return Entry(
        sign=Sign.DECIDE,
        what=f"{words.CHANGE[ChangeKind.HOLD]}: {len(changes):,} posts wait",
        advice=(words.sentence(first.message),),
        paste=first.paste,
        paste_intro=words.paste(first.paste_at, first.reason, target=False),
        facts=tuple(facts),
        location=first.paste_at,
    )


def _named(change: Change, scene: Scene) -> str:
    return " · ".join(filter(None, (where(change, scene.cells), headline_time(change, scene), change.post_id)))
