"""Where a person corrects what is held: the very line of the file, and what to write there."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from socialsync.model import Change, Intent, Plan, TimingKind
from socialsync.source import documents
from socialsync.source.tree import Tree
from socialsync.timing import LEAD


def sharpened(plan: Plan, tree: Tree) -> Plan:
    """The plan with a missed post's own `schedule` (or `until`) line and the next date that would do."""
    return replace(plan, changes=tuple(_sharpened(change, tree, plan.now) for change in plan.changes))


def _sharpened(change: Change, tree: Tree, now: datetime) -> Change:
    intent = change.intent
    if change.reason != "MISSED" or intent is None:
        return change
    field = "until" if intent.timing.kind is TimingKind.ASAP else "schedule"
    data = tree.read(intent.location.path)
    document = documents.read(data, intent.location.path)[0] if data is not None else None
    if document is None:
        return change
    own = ("channels", _written(document.data["channels"], intent), field)
    place = document.key_place(own)
    if place == document.key_place(own[:2]):  # the target has no such field of its own
        place = document.key_place((field,))
    return replace(change, paste=f"{field}: {_next(intent, now)}", paste_at=place)


def _written(channels: object, intent: Intent) -> str:
    """How the file names the target: the type may be left out where it is the channel's default."""
    full = str(intent.target)
    return full if isinstance(channels, dict) and full in channels else intent.target.alias


def _next(intent: Intent, now: datetime) -> str:
    """The post's own time of day on the first day on which it is still ahead, as people write it."""
    zone = ZoneInfo(intent.timing.zone)
    wanted = intent.timing.until if intent.timing.kind is TimingKind.ASAP else intent.timing.at
    assert wanted is not None, "what was missed had a time"
    local = wanted.astimezone(zone)
    today = now.astimezone(zone).date()
    moved = local.replace(year=today.year, month=today.month, day=today.day)
    if moved <= now + LEAD:
        moved = datetime.combine(today + timedelta(days=1), local.timetz())
    return moved.strftime("%Y-%m-%d %H:%M")
