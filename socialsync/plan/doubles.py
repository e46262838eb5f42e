"""The gate DOUBLE: the same content on the same account under two keys, whoever put it there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from socialsync.canonical import content_fields, field_fingerprints, fingerprint
from socialsync.model.accounts import AccountInfo
from socialsync.model.intents import FieldValue, Intent, TimingKind
from socialsync.model.items import Status
from socialsync.model.plans import Change, ChangeKind
from socialsync.plan.accounts import pinned_id
from socialsync.plan.differences import SCHEDULE
from socialsync.plan.surroundings import Surroundings, stopped, waits
from socialsync.twins import LIVE


@dataclass(frozen=True, kw_only=True, slots=True)
class _Twin:
    """Something with a certain content of a certain kind."""

    key: str
    name: str  # item id, or the id of the post in the files
    account: str  # as it is written in socialsync.yaml
    until: str = ""  # the key of the change in this plan that takes it back


def judged(changes: tuple[Change, ...], around: Surroundings) -> tuple[Change, ...]:
    """Content that is public, scheduled or about to be on the same account under another key.

    What this very plan takes back stands in nobody's way, but it must be gone first. An edit that makes an item equal
    to another one counts like a new item. What waits as a draft was judged when it was made, unless the exception that
    it needed then has expired.
    """
    asking = [
        (place, change, change.intent)
        for place, change in enumerate(changes)
        if change.intent is not None and (_brings(change) or waits(change))
    ]
    if not asking:
        return changes
    seen = _seen(changes, around, {content_fields(intent.content).get("text") for _, _, intent in asking})
    waiting: dict[str, list[_Twin]] = defaultdict(list)
    for _, change, intent in asking:
        if waits(change):
            waiting[_said(intent)].append(_planned(change, intent, around))
    result = list(changes)
    for place, change, intent in asking:
        if waits(change) and change.kind is ChangeKind.KEEP:
            twins = [*seen[_said(intent)], *waiting[_said(intent)]]
            held = _without_double(change, intent, twins, around)
            result[place] = held if around.book.lapsed_one(intent.waivers, "DOUBLE") else change
        elif _brings(change) and intent.timing.kind is not TimingKind.DRAFT:
            twins = seen[_said(intent)]
            result[place] = _without_double(change, intent, twins, around)
            if result[place].kind is not ChangeKind.HOLD:
                twins.append(_planned(change, intent, around))
    return tuple(result)


def _brings(change: Change) -> bool:
    """Whether there is something new to go out after this change."""
    new_words = change.kind is ChangeKind.UPDATE and any(field.name != SCHEDULE for field in change.fields)
    return change.kind.brings_to_life or new_words


def _seen(
    changes: Iterable[Change], around: Surroundings, texts: Container[FieldValue | None]
) -> dict[str, list[_Twin]]:
    """What is public or scheduled with one of these texts, by kind and content; of the thousands that have another one
    no fingerprint is taken."""
    leaving = {
        change.item.id: change.key
        for change in changes
        if change.kind in (ChangeKind.CANCEL, ChangeKind.DELETE)
        and change.item is not None
        and change.item.status is Status.SCHEDULED
    }
    seen: dict[str, list[_Twin]] = defaultdict(list)
    for item in around.items:
        if item.status in LIVE and item.fields.get("text") in texts:
            account = f"{item.account_id}/{item.second_id}" if item.second_id else item.account_id
            key = "" if item.external else item.key
            twin = _Twin(key=key, name=item.id, account=account, until=leaving.get(item.id, ""))
            seen[_kind_and_content(item.cell, field_fingerprints(item.fields))].append(twin)
    for record in around.records:
        if record.status is Status.PUBLISHED:
            twin = _Twin(key=record.key, name=record.item_id, account=record.account)
            seen[_kind_and_content(record.cell, record.fingerprints)].append(twin)
    return seen


def _without_double(change: Change, intent: Intent, twins: Sequence[_Twin], around: Surroundings) -> Change:
    account = _account(intent, around)
    own_item = change.item.id if change.item is not None else ""
    others = [
        twin
        for twin in twins
        if twin.key not in (change.key, *intent.older_keys)
        and twin.name != own_item
        and _same_account(twin.account, account)
    ]
    staying = [twin.name for twin in others if not twin.until]
    subject = fingerprint([str(intent.target), sorted(content_fields(intent.content).items())])[:8]
    if staying and not _allowed(intent, subject, staying, around):
        old = change.item is not None and change.item.status is Status.SCHEDULED
        stays = "; until this is decided it stays scheduled as it was" if old else ""
        return stopped(
            change,
            "DOUBLE",
            f"the same content is public or scheduled on {intent.target.alias} already (as {staying[0]}){stays}",
            paste=around.book.line("DOUBLE", subject, intent.timing.until),
            paste_at=intent.location,
        )
    leaving = {twin.until for twin in others if twin.until}
    return replace(change, needs=tuple(sorted({*change.needs, *leaving}))) if leaving else change


def _allowed(intent: Intent, subject: str, staying: Iterable[str], around: Surroundings) -> bool:
    """An exception for the content on this target is one for all its twins; one that names an item is for that one."""
    if around.book.waived(intent.waivers, "DOUBLE", (subject,)):
        return True
    return all(around.book.waived(intent.waivers, "DOUBLE", (name,)) for name in staying)


def _planned(change: Change, intent: Intent, around: Surroundings) -> _Twin:
    return _Twin(key=change.key, name=intent.post_id, account=_account(intent, around))


def _account(intent: Intent, around: Surroundings) -> str:
    """The account as a whole where the service was asked, else as it is pinned, which may be a part of it."""
    account = around.accounts.get(intent.target.alias)
    return pinned_id(account) if isinstance(account, AccountInfo) else around.site.accounts[intent.target.alias]


def _same_account(one: str, other: str) -> bool:
    """A pinned id may leave out what stands before or behind a `/`; an id of the service may have one in itself."""
    short, long = sorted((one, other), key=len)
    return short == long or long.startswith(f"{short}/") or long.endswith(f"/{short}")


def _said(intent: Intent) -> str:
    return _kind_and_content(intent.target.cell, field_fingerprints(content_fields(intent.content)))


def _kind_and_content(cell: str, prints: Mapping[str, str]) -> str:
    return fingerprint([cell, dict(prints)])
