"""Intents, items and records with one key become pairs; what is left over is ours and orphaned, or foreign."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from socialsync.model.intents import Intent
from socialsync.model.items import Item, Record, Status
from socialsync.twins import by_advance


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    """One key: what git wants, what the service has, what State remembers. Of what git only wanted before, nothing of
    that need be there."""

    key: str
    intent: Intent | None = None
    item: Item | None = None  # the one that stands for the key
    copies: tuple[Item, ...] = ()  # other listed items with the same key, by advance
    record: Record | None = None
    from_memory: bool = False  # whether `item` is what State remembers of one that was not listed
    lent: frozenset[str] = frozenset()  # ids of the items that only State counts to this key, which are never written


@dataclass(frozen=True, kw_only=True, slots=True)
class Matched:
    """Everything at one site, sorted into pairs."""

    pairs: tuple[Pair, ...]  # sorted by key
    foreign: tuple[Item, ...]  # never written


def match(
    *,
    intents: Iterable[Intent],
    items: Iterable[Item],
    records: Mapping[str, Record],
    base: Mapping[str, Intent],
    prefix: str,
) -> Matched:
    """Pair by key. `prefix` starts the keys of this namespace and site; all other items are foreign, and so is
    everything that the channel itself made (`external`).

    An item that an intent adopts answers for that intent's key, and goes on doing so while BASE says so. If only State
    does, it still stands there, but as one that is lent: a memory is no reason to write to it.
    """
    wanted = {intent.key: intent for intent in sorted(intents, key=lambda intent: intent.key)}
    chosen = {intent.adopt: intent.key for intent in wanted.values() if intent.adopt}
    by_git = {
        **{
            before.adopt: key
            for key, before in sorted(base.items())
            if before.adopt and not (key in wanted and wanted[key].adopt)
        },
        **chosen,
    }
    adopted = {**{record.item_id: key for key, record in sorted(records.items()) if record.item_id}, **by_git}
    by_key: dict[str, list[Item]] = defaultdict(list)
    lent: dict[str, set[str]] = defaultdict(set)
    foreign: list[Item] = []
    for item in items:
        if item.key.startswith(prefix) and not item.external and (item.key in wanted or item.id not in chosen):
            by_key[item.key].append(item)
        elif item.id in adopted and (not item.external or item.id in chosen):
            by_key[adopted[item.id]].append(item)
            if item.id not in by_git:
                lent[adopted[item.id]].add(item.id)
        else:
            foreign.append(item)
    keys = sorted({*wanted, *by_key, *records, *base})
    return Matched(
        pairs=tuple(
            _pair(key, wanted.get(key), by_key.get(key, []), records.get(key), frozenset(lent.get(key, ())))
            for key in keys
        ),
        foreign=tuple(sorted(foreign, key=lambda item: item.id)),
    )


def _pair(key: str, intent: Intent | None, found: list[Item], record: Record | None, lent: frozenset[str]) -> Pair:
    if len(found) == 1 and (record is None or record.item_id == found[0].id):
        return Pair(key=key, intent=intent, item=found[0], record=record, lent=lent)
    known = record.item_id if record is not None else ""
    listed = by_advance(found, (intent.adopt if intent is not None else "") or known)
    # A draft never stands in for another item that was confirmed under its key: it is a leftover.
    standing = [item for item in listed if not (known and item.status is Status.DRAFT and item.id != known)]
    past = None
    # A final item need not be listed again: State answers for it. A live one that is not there, is not there.
    if record is not None and record.status.final and known not in {item.id for item in found}:
        past = remembered(record)
    first = by_advance([*standing[:1], *([past] if past is not None else [])], known)
    item = first[0] if first else None
    return Pair(
        key=key,
        intent=intent,
        item=item,
        copies=tuple(copy for copy in listed if copy is not item),
        record=record,
        from_memory=item is not None and item is past,
        lent=lent,
    )


def remembered(record: Record) -> Item:
    """The item as State remembers it: all but its content."""
    account, _, second = record.account.partition("/")
    return Item(
        id=record.item_id,
        key=record.key,
        status=record.status,
        cell=record.cell,
        account_id=account,
        second_id=second,
        at=record.at,
        permalink=record.permalink,
        error=record.error,
    )
