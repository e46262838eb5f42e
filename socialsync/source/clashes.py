"""Posts with one id, and targets that would be one item: what is only seen when all files are looked at together."""

from __future__ import annotations

from collections.abc import Iterable

from socialsync.model.problems import Location, Problem
from socialsync.source.words import listed, shown


def found(ids: Iterable[tuple[str, str, Location]], keys: Iterable[tuple[str, Location]]) -> list[Problem]:
    """Posts of one site with one id, and targets that would be one item."""
    problems: list[Problem] = []
    by_id: dict[tuple[str, str], list[Location]] = {}
    for site, post_id, place in ids:
        by_id.setdefault((site, post_id), []).append(place)
    twice: set[str] = set()
    for (_, post_id), places in by_id.items():
        if len(places) > 1:  # told at each: which of them is the new one cannot be seen from here
            problems += [_same_id(post_id, place, [each.path for each in places if each != place]) for place in places]
            twice |= {place.path for place in places}
    first_target: dict[str, Location] = {}
    for key, place in keys:
        other = first_target.setdefault(key, place)
        if other is not place and place.path not in twice:  # one mistake is told once
            problems.append(_same_key(place, other))
    return problems


def _same_id(post_id: str, place: Location, others: list[str]) -> Problem:
    message = f"The id {shown(post_id)} stands in {listed(others)} as well."
    hint = "An id names one post for life: give another one to the newer of the two, which was never posted."
    return Problem(code="E-ID-TWICE", message=message, location=place, hint=hint)


def _same_key(place: Location, other: Location) -> Problem:
    message = f"This target would be the same item as the one at {other}."
    hint = "Give the post another id, or take “key” out of one of the two."
    return Problem(code="E-KEY-TWICE", message=message, location=place, hint=hint)
