"""Where a person corrects what is held: the very line of the file, and what to write there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

from socialsync.commands.rewriting import rewritten
from socialsync.errors import UsageError
from socialsync.model.intents import Intent, TimingKind
from socialsync.model.plans import Change, Plan
from socialsync.model.problems import Location
from socialsync.source import documents
from socialsync.source.tree import Tree
from socialsync.timing import LEAD


def sharpened(plan: Plan, tree: Tree) -> Plan:
    """The plan with every line to paste as the post's file takes it; for a missed post its own `schedule` (or `until`)
    line with the next date that would do."""
    return replace(plan, changes=tuple(_sharpened(change, tree, plan.now) for change in plan.changes))


def _sharpened(change: Change, tree: Tree, now: datetime) -> Change:
    intent = change.intent
    if intent is None:
        return replace(change, message=_still_there(change, tree)) if change.reason == "REMOVED" else change
    if change.reason != "MISSED":
        return _placed(change, intent, tree)
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


def _still_there(change: Change, tree: Tree) -> str:
    """Why a post that no file names any more is called off though its file is there."""
    path = change.record.path if change.record is not None else ""
    data = tree.read(path, documents.POST_BYTES) if path else None
    if data is None:
        return change.message
    document = documents.read(data, path)[0]
    named = document.data.get("id") if document is not None and isinstance(document.data, dict) else None
    if isinstance(named, str) and named != change.post_id:
        return (
            f"the id in {path} was “{change.post_id}” until now: another one calls the post off and makes a new one; "
            f"write `id: {change.post_id}` again if that is not meant"
        )
    return f"{path} does not name it any more"


def _placed(change: Change, intent: Intent, tree: Tree) -> Change:
    """The change with what is to be pasted as it stands in the file: a line below the channel with its blanks, or,
    where the form has no such place, the lines that take the place of those at `paste_at`."""
    field, _, value = change.paste.partition(": ")
    data = tree.read(intent.location.path) if value and change.paste_at == intent.location else None
    if data is None:
        return change
    before = data.decode()
    try:
        after = rewritten(before, intent.location.path, intent, {field: value})
    except UsageError:
        return change
    old, new = before.split("\n"), after.split("\n")
    start = _alike(old, new)
    end = _alike(old[start:][::-1], new[start:][::-1])
    paste = "\n".join(line.rstrip("\r") for line in new[start : len(new) - end])
    if start + end == len(old):  # nothing was replaced
        return replace(change, paste=paste)
    return replace(change, paste=paste, paste_at=Location(path=intent.location.path, line=start + 1, column=1))


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """How many lines both begin with."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


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
