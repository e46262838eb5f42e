"""Several items with one key: which of them stands for it, and which must not go out as well."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from socialsync.model.items import Item, Status

TWIN = "TWIN"
"""The reason of a change that calls off a surplus item."""

PUBLIC = frozenset({Status.PUBLISHED, Status.PROCESSING, Status.IN_QUEUE})
LIVE = PUBLIC | {Status.OTHER, Status.SCHEDULED}
# A post that was reported as failed may be on the channel all the same.
_MAY_BE_OUT = LIVE | {Status.FAILED}

# The most advanced first. What ended comes before a draft: a leftover draft never revives a post that was called off.
# Only a deleted item comes after it, because deleting is how people tidy up leftover drafts.
_ADVANCE = (
    Status.PUBLISHED,
    Status.PROCESSING,
    Status.IN_QUEUE,
    Status.OTHER,
    Status.FAILED,
    Status.SCHEDULED,
    Status.CANCELED,
    Status.DRAFT,
    Status.DELETED,
)


def by_advance(items: Iterable[Item], known_id: str = "") -> list[Item]:
    """The items of one key, the one that stands for it first; of equals the known one, then the smallest id."""
    return sorted(items, key=lambda item: (_ADVANCE.index(item.status), item.id != known_id, item.id))


def doubled(items: Sequence[Item]) -> bool:
    """Whether one key may go out, or has gone out, more than once."""
    if len(items) < 2:
        return False  # nearly always, so it is asked first
    return sum(item.status in _MAY_BE_OUT for item in items) > 1 and any(item.status in LIVE for item in items)


def surplus(items: Sequence[Item]) -> tuple[Item, ...]:
    """Of the items of one key, by advance: the scheduled ones that must be called off, so that at most one goes out."""
    return tuple(item for item in items[1:] if item.status is Status.SCHEDULED) if doubled(items) else ()
