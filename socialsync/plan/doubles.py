"""The gate DOUBLE: the same content on the same account under two keys, whoever put it there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from socialsync.canonical import content_fields, field_fingerprints, fingerprint, short_fingerprint
from socialsync.model import AccountInfo, Change, ChangeKind, Intent, Status, TimingKind
from socialsync.plan.surroundings import Surroundings, stopped
from socialsync.twins import LIVE

_GOES_OUT = (ChangeKind.CREATE, ChangeKind.SCHEDULE, ChangeKind.PUBLISH)


def judged(changes: tuple[Change, ...], around: Surroundings) -> tuple[Change, ...]:
    """Content that is public, scheduled or about to be on the same account under another key.

    What this very plan takes back stands in nobody's way, but it must be gone first.
    """
    leaving = {
        change.item.id: change.key
        for change in changes
        if change.kind in (ChangeKind.CANCEL, ChangeKind.DELETE)
        and change.item is not None
        and change.item.status is Status.SCHEDULED
    }
    seen: dict[tuple[str, str, str], list[_Twin]] = defaultdict(list)
    for item in around.items:
        if item.status in LIVE:
            twin = _twin(item.cell, item.second_id or item.account_id, field_fingerprints(item.fields))
            key = "" if item.external else item.key
            seen[twin].append(_Twin(key=key, name=item.id, until=leaving.get(item.id, "")))
    for record in around.records:
        if record.status is Status.PUBLISHED:
            twin = _twin(record.cell, _last_part(record.account), record.fingerprints)
            seen[twin].append(_Twin(key=record.key, name=record.item_id))
    result = []
    for change in changes:
        intent = change.intent
        if intent is not None and change.kind in _GOES_OUT and intent.timing.kind is not TimingKind.DRAFT:
            fields = content_fields(intent.content)
            twins = seen[_twin(intent.target.cell, _account(intent, around), field_fingerprints(fields))]
            change = _without_double(change, intent, twins, short_fingerprint(fields, None), around)
            if change.kind is not ChangeKind.HOLD:
                twins.append(_Twin(key=change.key, name=intent.post_id))
        result.append(change)
    return tuple(result)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Twin:
    """Something with a certain content on a certain account."""

    key: str
    name: str  # item id, or the id of the post in the files
    until: str = ""  # the key of the change in this plan that takes it back


def _without_double(
    change: Change, intent: Intent, twins: Sequence[_Twin], subject: str, around: Surroundings
) -> Change:
    others = [twin for twin in twins if twin.key not in (change.key, *intent.older_keys)]
    staying = [twin.name for twin in others if not twin.until]
    if staying and not around.book.waived(intent.waivers, "DOUBLE", (subject, *staying)):
        return stopped(
            change,
            "DOUBLE",
            f"the same content is public or scheduled on {intent.target.alias} already (as {staying[0]})",
            paste=around.book.line("DOUBLE", subject),
            paste_at=intent.location,
        )
    leaving = {twin.until for twin in others if twin.until}
    return replace(change, needs=tuple(sorted({*change.needs, *leaving}))) if leaving else change


def _account(intent: Intent, around: Surroundings) -> str:
    """The id to compare by; a pinned id may name less than the account that it was resolved to."""
    account = around.accounts.get(intent.target.alias)
    if isinstance(account, AccountInfo):
        return account.second_id or account.account_id
    return _last_part(around.site.accounts.get(intent.target.alias, ""))


def _twin(cell: str, account: str, prints: object) -> tuple[str, str, str]:
    return cell, account, fingerprint(prints)


def _last_part(pinned: str) -> str:
    """A pinned id names a page or board alone or behind its account: the last part is the one to compare by."""
    return pinned.rstrip("/").rpartition("/")[2]
