"""Many changes in few words: what one decision stops, or one note says, is told once for however many posts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from socialsync.model.plans import Change, ChangeKind
from socialsync.report import words
from socialsync.report.entries import Scene, entry, headline_time, is_odd, waits, where
from socialsync.report.view import Entry, Fact, Sign

# Enough to see which posts a gate is about; the counts are exact whatever is left out.
_NAMED = 12


def entries(changes: Iterable[Change], scene: Scene) -> list[Entry]:
    """One entry per change, and one for all changes that are told together."""
    return [_together(same, scene) for same in together(changes)]


def together(changes: Iterable[Change]) -> list[list[Change]]:
    """The changes, in order; as one group those that wait for the same line at the same place, or of which the same is
    to be noted."""
    groups: dict[tuple[str, ...], list[Change]] = {}
    for change in changes:
        groups.setdefault(_matter(change), []).append(change)
    return list(groups.values())


def _together(same: list[Change], scene: Scene) -> Entry:
    if len(same) == 1:
        return entry(same[0], scene)
    return _note(same, scene) if is_odd(same[0]) else _gate(same, scene)


def _matter(change: Change) -> tuple[str, ...]:
    """The line that decides and its place, or what a note says; the post itself for what is about it alone."""
    if is_odd(change) and not (change.kind is ChangeKind.KEEP and change.fields):
        return change.reason, change.message
    if change.kind is ChangeKind.HOLD and change.paste:
        return change.reason, change.paste, str(change.paste_at)
    return change.key, change.target


def _gate(changes: list[Change], scene: Scene) -> Entry:
    first = changes[0]
    return Entry(
        sign=Sign.DECIDE,
        what=f"{words.CHANGE[ChangeKind.HOLD]}: {how_many(changes, 'post waits|posts wait')}",
        advice=(words.sentence(first.message),),
        paste=first.paste,
        paste_intro=words.paste(first.paste, first.paste_at, first.reason, target=False),
        facts=named(changes, words.NOT_DONE, scene),
        location=first.paste_at,
    )


def _note(changes: list[Change], scene: Scene) -> Entry:
    waiting = waits(changes[0])
    return Entry(
        sign=Sign.QUIET,
        what=f"{words.WAITS if waiting else words.CHANGE[ChangeKind.KEEP]}: {how_many(changes)}",
        advice=(words.sentence(changes[0].message),),
        facts=named(changes, words.NOT_DONE if waiting else {}, scene),
    )


def how_many(changes: Collection[Change], phrase: str = "post|posts") -> str:
    """`6 posts (12 counting each channel)`: files are what people think in, channels what is counted elsewhere."""
    posts = len({change.post_id or change.key for change in changes})
    each = f" ({len(changes):,} counting each channel)" if posts < len(changes) else ""
    return f"{words.count(posts, phrase)}{each}"


def named(changes: Iterable[Change], verbs: Mapping[ChangeKind, str], scene: Scene) -> tuple[Fact, ...]:
    """The first posts by name, with what was to be done where `verbs` has a word for it; the rest as a number."""
    told = []
    for change in changes:
        place, rest = where(change, scene.cells), (headline_time(change, scene), change.post_id)
        wanted = change.wanted or change.kind
        verb = verbs.get(wanted) if wanted.writes else ""
        told.append(Fact(label=verb, value=_joined(place, *rest)) if verb else Fact(label=place, value=_joined(*rest)))
    left = len(told) - _NAMED
    return (*told[:_NAMED], Fact(label="and", value=f"{left:,} more")) if left > 0 else tuple(told)


def _joined(*parts: str) -> str:
    return " · ".join(filter(None, parts))
