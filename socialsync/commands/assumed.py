"""What the service is taken to have, without asking it: BASE's content in the status that State remembers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from socialsync.canonical import content_fields, field_fingerprints
from socialsync.commands.drifted import as_seen
from socialsync.model.intents import DesiredState, FieldValue, Intent, TimingKind
from socialsync.model.items import Item, Record, Status
from socialsync.plan.match import remembered
from socialsync.state import Drift, State


def assumed(
    base: Mapping[str, Intent], head: Mapping[str, Intent], state: State, now: datetime
) -> tuple[dict[str, Record], list[Item]]:
    """Records and living items of one site, by which `head` is to be judged.

    A branch that is behind main must not see main's later changes as its own, so content always comes from BASE; but
    where the last look saw that somebody changed an item at Wix, that stands.
    """
    records: dict[str, Record] = {}
    items: list[Item] = []
    for key, known in state.records.items():
        if known.status.final:
            records[key] = known
        elif key not in base and key in head:
            records[key] = known
            item = _item(known, content_fields(head[key].content))
            items.append(_seen(item, known, state.drifts.get(key), head[key]))
    for key, intent in base.items():
        if key in records:
            continue
        before, drift = state.records.get(key), state.drifts.get(key)
        status = _status(intent, before, drift, now)
        if status is None:
            continue
        fields = content_fields(intent.content)
        record = records[key] = _record(intent, before, status, fields)
        if not status.final:
            item = _item(record, fields)
            items.append(_seen(item, before, drift, head.get(key)))
    return records, items


def _status(intent: Intent, record: Record | None, drift: Drift | None, now: datetime) -> Status | None:
    """The status of what BASE wanted; None if there is nothing."""
    if record is not None and drift is not None:
        record = replace(record, status=drift.status, at=drift.at)
    if record is not None and not (record.at is not None and record.at <= now):
        return record.status
    if record is None and intent.state is not DesiredState.LIVE:
        return None
    if intent.timing.kind is TimingKind.DRAFT:
        return Status.DRAFT
    at = record.at if record is not None else intent.timing.at or intent.timing.until
    return Status.PUBLISHED if at is not None and at <= now else Status.SCHEDULED


def _record(intent: Intent, known: Record | None, status: Status, fields: Mapping[str, FieldValue]) -> Record:
    """What was confirmed, where and when BASE says it is."""
    at = intent.timing.at if intent.timing.kind is TimingKind.AT else known.at if known is not None else None
    if status is Status.DRAFT:
        at = None
    path = intent.location.path
    if known is None:
        return Record(
            key=intent.key,
            item_id="",
            status=status,
            cell=intent.target.cell,
            post_id=intent.post_id,
            target=str(intent.target),
            fingerprints=field_fingerprints(fields),
            at=at,
            path=path,
        )
    if status.final:  # its content is judged by these alone, and by what BASE says, as everywhere here
        return replace(known, status=status, at=at, path=path, fingerprints=field_fingerprints(fields))
    if (known.status, known.at, known.path) == (status, at, path):
        return known
    return replace(known, status=status, at=at, path=path)


def _item(record: Record, fields: Mapping[str, FieldValue]) -> Item:
    return replace(remembered(record), id=record.item_id or record.key, fields=fields)


def _seen(item: Item, confirmed: Record | None, drift: Drift | None, wanted: Intent | None) -> Item:
    return as_seen(item, confirmed, drift, wanted) if confirmed is not None and drift is not None else item
