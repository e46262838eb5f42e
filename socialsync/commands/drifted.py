"""Posts that the last look found changed at Wix: how a pull request is to see them, without asking Wix."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from socialsync.canonical import content_fields, fingerprint, short_fingerprint
from socialsync.errors import ExitCode
from socialsync.model.intents import FieldValue, Intent
from socialsync.model.items import Item, Record
from socialsync.model.plans import Change, ChangeKind, Origin
from socialsync.plan.conflict import RULE
from socialsync.plan.waivers import Book
from socialsync.report import times, words
from socialsync.state import Drift, State


def as_seen(item: Item, record: Record, drift: Drift, wanted: Intent | None) -> Item:
    """The item as the last look saw it; `record` is what was confirmed, `wanted` what this change wants of it."""
    now = content_fields(wanted.content) if wanted is not None else {}
    fields = dict(item.fields)
    for name, print_ in drift.fields.items():
        if print_ is None:
            fields.pop(name, None)
        else:
            fields[name] = _value(print_, now.get(name), fields.get(name))
    return replace(
        item,
        fields=fields,
        status=item.status if drift.status is record.status else drift.status,
        at=item.at if drift.at == record.at else drift.at,
    )


def _value(print_: str, *known: FieldValue | None) -> FieldValue:
    for value in known:
        if value is not None and fingerprint(value)[:16] == print_:
            return value
    return words.UNSEEN


def answered(intent: Intent, item: Item, drift: Drift) -> Intent:
    """The intent with an exception for this state of the item, if it has one, named as the plan will look for it: it
    knows the item only with words.UNSEEN in it."""
    here = short_fingerprint(item.fields, item.at)
    waivers = tuple(
        replace(waiver, subject=here) if waiver.rule == RULE and waiver.subject == drift.live else waiver
        for waiver in intent.waivers
    )
    return replace(intent, waivers=waivers)


def told(change: Change, base: Mapping[str, Intent], state: State, now: datetime, book: Book) -> Change:
    """The change in words that fit a pull request: what it does not touch is a note, what it does touch will be held
    after the merge, with the line that decides it."""
    drift, record = state.drifts.get(change.key), state.records.get(change.key)
    by_hand = change.origin in (Origin.DRIFT, Origin.BOTH) or change.reason == "SCHEDULED-BY-HAND"
    if drift is None or record is None or state.at is None or change.kind.writes or not by_hand:
        return change
    seen = f"{_named(drift, record)} changed at Wix, most likely in the dashboard (last look: "
    seen += f"{times.relative(state.at, now)})"
    before = base.get(change.key)
    if before is not None and change.intent is not None and leaves_alone(before, change.intent):
        message = f"{seen}; this change leaves that as it is"
        kept = replace(change, kind=ChangeKind.HOLD, wanted=None, attention=ExitCode.OK, paste="", paste_at=None)
        return replace(kept, message=message, origin=Origin.DRIFT)
    if change.reason != RULE:
        return replace(change, message=f"{seen}. {words.sentence(change.message)}", origin=Origin.BOTH)
    message = (
        f"{seen}, so after the merge this change waits and nothing is overwritten. To keep what Wix shows, write it "
        "into the file; the line to paste lets git win instead"
    )
    return replace(change, message=message, paste=book.line(RULE, drift.live))


def _named(drift: Drift, record: Record) -> str:
    """`text and time`: what is not as it was confirmed."""
    names = [words.label(name).lower() for name in drift.fields]
    names += ["time"] if drift.at != record.at else []
    names += ["status"] if drift.status is not record.status else []
    return f"its {words.listing(names)} {'was' if len(names) == 1 else 'were'}"


def leaves_alone(before: Intent, now: Intent) -> bool:
    """Whether a change that leads from one to the other says nothing new of the post."""
    return _says(before) == _says(now)


def _says(intent: Intent) -> object:
    return content_fields(intent.content), intent.timing, intent.state, intent.adopt, intent.waivers
