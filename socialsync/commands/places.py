"""Where a person corrects what is held: the very line of the file, and what to write there."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

from socialsync.commands.rewriting import rewritten, with_value, written_name
from socialsync.errors import UsageError
from socialsync.model.intents import Intent, TimingKind
from socialsync.model.plans import Change, Plan
from socialsync.model.problems import Location
from socialsync.model.sites import Policy
from socialsync.source import documents, times
from socialsync.source.documents import Document, Path
from socialsync.source.tree import Tree
from socialsync.timing import LEAD

_FAR = 400  # days


def sharpened(plan: Plan, tree: Tree, policy: Policy) -> Plan:
    """The plan with every line to paste as the post's file takes it; for a missed post its own `schedule` (or `until`)
    line with the next date that would do."""
    return replace(plan, changes=tuple(_sharpened(change, tree, policy, plan.now) for change in plan.changes))


def _sharpened(change: Change, tree: Tree, policy: Policy, now: datetime) -> Change:
    intent = change.intent
    if intent is None:
        return replace(change, message=_still_there(change, tree)) if change.reason == "REMOVED" else change
    if change.reason != "MISSED":
        return _placed(change, intent, tree)
    data = tree.read(intent.location.path)
    document = documents.read(data, intent.location.path)[0] if data is not None else None
    return change if document is None else _moved(change, intent, document, policy, now)


def _moved(change: Change, intent: Intent, document: Document, policy: Policy, now: datetime) -> Change:
    """The change with the lines that give its post another date, where the file has the old one. An `until` of its own
    moves along: it would be before the new date."""
    name = written_name(document, intent)
    channels = document.data["channels"]
    own = channels[name] or {} if isinstance(channels, dict) else {}
    timing, moment = intent.timing, _next(intent, policy, now)

    def at(field: str) -> Path:
        return ("channels", name, field) if field in own else (field,)

    if timing.at is None or timing.until is None:
        return replace(
            change, paste=f"until: {_written(moment, timing.zone)}", paste_at=document.key_place(at("until"))
        )
    paste = f"schedule: {_written(moment, timing.zone)}"
    if not ("until" in own or ("schedule" not in own and "until" in document.data)):
        return replace(change, paste=paste, paste_at=document.key_place(at("schedule")))
    later = moment + (timing.until - timing.at)
    text = with_value(document, at("schedule"), _written(moment, timing.zone))
    again, _ = documents.read(text.encode(), document.path)
    if again is None:
        return change
    return _shown(change, document.text, with_value(again, at("until"), _written(later, timing.zone)), document.path)


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
    return _shown(change, before, after, intent.location.path)


def _shown(change: Change, before: str, after: str, path: str) -> Change:
    """The change with the lines that make `after` of the file, and where they belong."""
    old, new = before.split("\n"), after.split("\n")
    start = _alike(old, new)
    end = _alike(old[start:][::-1], new[start:][::-1])
    if start + end == len(old) and new[start].lstrip().startswith("- "):
        start -= 1  # an entry of a list is shown with the line that it stands behind
    paste = "\n".join(line.rstrip("\r") for line in new[start : len(new) - end])
    if start + end == len(old):  # nothing was replaced
        return replace(change, paste=paste)
    place = Location(path=path, line=start + 1, column=1)
    return replace(change, paste=paste, paste_at=place, paste_lines=len(old) - start - end)


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """How many lines both begin with."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _next(intent: Intent, policy: Policy, now: datetime) -> datetime:
    """The post's own time of day on the first day on which it is still ahead, exists once, and posts may go out."""
    zone = ZoneInfo(intent.timing.zone)
    wanted = intent.timing.until if intent.timing.kind is TimingKind.ASAP else intent.timing.at
    assert wanted is not None, "what was missed had a time"
    today, time = now.astimezone(zone).date(), wanted.astimezone(zone).strftime("%H:%M")
    later = now + LEAD
    for days in range(_FAR):
        with suppress(times.NotATime):
            moment = times.instant(f"{today + timedelta(days=days)} {time}", intent.timing.zone)
            if moment > later and policy.blackout(moment) is None:
                return moment
    return wanted + timedelta(days=_FAR)


def _written(moment: datetime, zone: str) -> str:
    """A moment as people write it: wall time, with its offset only where the clocks show it twice."""
    local = moment.astimezone(ZoneInfo(zone))
    wall = local.replace(tzinfo=None).isoformat(" ", "seconds" if local.second else "minutes")
    try:
        times.instant(wall, zone)
    except times.NotATime:
        return f"{wall}{local.isoformat()[-6:]}"
    return wall
