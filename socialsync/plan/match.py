"""Intents, items and records with one key become pairs; what is left over is ours and orphaned, or foreign."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from socialsync.model import Intent, Item, Record, Status

# The item that stands for its key when several carry it: the most advanced, then the smallest id.
_ADVANCE = (
    Status.PUBLISHED,
    Status.PROCESSING,
    Status.IN_QUEUE,
    Status.OTHER,
    Status.SCHEDULED,
    Status.DRAFT,
    Status.FAILED,
    Status.CANCELED,
    Status.DELETED,
)
LIVE = frozenset({Status.PUBLISHED, Status.PROCESSING, Status.IN_QUEUE, Status.OTHER, Status.SCHEDULED})


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    """One key: what git wants, what the service has, what State remembers; at least one of them is there."""

    key: str
    intent: Intent | None = None
    item: Item | None = None  # the canonical one
    copies: tuple[Item, ...] = ()  # other items with the same key
    record: Record | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Matched:
    """Everything at one site, sorted into pairs."""

    pairs: tuple[Pair, ...]  # sorted by key
    foreign: tuple[Item, ...]  # never written


def match(*, intents: Iterable[Intent], items: Iterable[Item], records: Mapping[str, Record], prefix: str) -> Matched:
    """Pair by key. `prefix` starts the keys of this namespace and site; all other items are foreign,
    and so is everything that the channel itself made (`external`). An adopted item answers for its intent's key."""
    wanted = {intent.key: intent for intent in intents}
    adopted = {intent.adopt: intent.key for intent in wanted.values() if intent.adopt}
    by_key: dict[str, list[Item]] = defaultdict(list)
    foreign: list[Item] = []
    for item in items:
        if item.id in adopted:
            by_key[adopted[item.id]].append(item)
        elif item.key.startswith(prefix) and not item.external:
            by_key[item.key].append(item)
        else:
            foreign.append(item)
    pairs = []
    for key in sorted({*wanted, *by_key, *records}):
        found = sorted(by_key.get(key, ()), key=lambda item: (_ADVANCE.index(item.status), item.id))
        pairs.append(
            Pair(
                key=key,
                intent=wanted.get(key),
                item=found[0] if found else None,
                copies=tuple(found[1:]),
                record=records.get(key),
            )
        )
    return Matched(pairs=tuple(pairs), foreign=tuple(sorted(foreign, key=lambda item: item.id)))
