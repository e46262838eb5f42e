"""From the outcomes of a run to the State it leaves behind: what was confirmed, and what was seen to have drifted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from socialsync.canonical import content_fields, field_fingerprints, short_fingerprint
from socialsync.commands.workspace import Workspace
from socialsync.model.intents import MediaRef
from socialsync.model.items import Item, Record, RemoteMedia, Status
from socialsync.model.plans import Change, ChangeKind, Outcome, OutcomeKind
from socialsync.model.sites import Site
from socialsync.plan.news import note
from socialsync.state import Drift, KnownMedia, State
from socialsync.twins import TWIN

_FRESH = timedelta(hours=6)


def remembered(
    state: State,
    outcomes: Iterable[Outcome],
    *,
    workspace: Workspace,
    site: Site,
    media: Mapping[str, RemoteMedia],
    now: datetime,
) -> State:
    """State after a run: what was confirmed in it, what it reported, whose files are where."""
    records = dict(state.records)
    drifts = dict(state.drifts)
    noted: dict[str, str] = {}
    refs: dict[str, MediaRef] = {}
    for outcome in outcomes:
        record = _record(outcome, state, workspace.commit)
        if record is not None:
            records[record.key] = record
        _note_drift(drifts, outcome, records.get(outcome.change.key))
        if outcome.change.kind is ChangeKind.HOLD:
            noted[outcome.change.key] = note(outcome.change.reason, outcome.change.intent)
        if outcome.change.intent is not None:
            refs.update((ref.digest, ref) for ref in outcome.change.intent.content.media if not ref.file_id)
    known = dict(state.media)
    for digest, file in media.items():
        path = refs[digest].path if digest in refs else ""
        known[digest] = KnownMedia(file_id=file.file_id, url=file.url, blob=workspace.tree.blob(path) if path else "")
    return replace(
        state,
        namespace=workspace.settings.policy.namespace,
        wix=site.wix,
        service=site.service,
        commit=workspace.commit or state.commit,
        at=now,
        records=records,
        drifts=drifts,
        media=known,
        noted=noted,
    )


def worth_saving(before: State, after: State) -> bool:
    """Whether anything changed but the time; the time alone is written now and then, to show that runs happen."""
    if before.at is None or after.at is None or after.at - before.at > _FRESH:
        return True
    here = replace(before, at=after.at, commit=after.commit)
    if before.settled is not None and after.settled is not None:
        here = replace(here, settled=replace(after.settled, apart=before.settled.apart))
    return here != after


def _record(outcome: Outcome, state: State, commit: str) -> Record | None:
    """What is to be remembered of one change; None leaves the memory as it is.

    Remembered is what was confirmed, and that something ended, however that came about. What differs from git without
    this tool having written it is not: the next comparison must still see that somebody else put it there.
    """
    change, item = outcome.change, outcome.item
    old = state.records.get(change.key)
    if change.reason == TWIN:
        return None  # the key's own item speaks for it
    if change.reason == "GONE" and old is not None:
        return replace(old, status=Status.DELETED)
    if item is None or (old is not None and not item.fields and item.status is old.status):
        return None  # nothing was seen, or State itself answered
    confirmed = outcome.kind is OutcomeKind.DONE and not (change.kind is ChangeKind.KEEP and change.fields)
    return _confirmed(outcome, item, old, commit) if confirmed or item.status.final else None


def _note_drift(drifts: dict[str, Drift], outcome: Outcome, record: Record | None) -> None:
    """Keep what this look saw of the confirmed item, if that is neither what was confirmed nor what git wants."""
    change, seen = outcome.change, outcome.item or outcome.change.item
    if change.reason == TWIN:
        return
    if record is None or record.status.final:
        drifts.pop(change.key, None)  # nothing was confirmed, or it is over
    elif seen is not None and seen.fields and seen.id == record.item_id:
        drift = _drift(seen, record, change)
        if drift is None:
            drifts.pop(change.key, None)
        else:
            drifts[change.key] = drift


def _drift(seen: Item, record: Record, change: Change) -> Drift | None:
    intent = change.intent
    live, wanted = field_fingerprints(seen.fields), dict(record.fingerprints)
    moments = {record.at}
    if intent is not None and intent.key == record.key:  # what ends an older attempt carries the newer one's intent
        wanted = field_fingerprints(content_fields(intent.content))
        moments |= {intent.timing.at, change.at}
    fields = {
        name: live.get(name)
        for name in sorted({*live, *record.fingerprints})
        if live.get(name) not in (record.fingerprints.get(name), wanted.get(name))
    }
    moved_on = seen.status in (record.status, Status.IN_QUEUE, Status.PROCESSING)
    if not fields and moved_on and seen.at in moments:
        return None
    return Drift(fields=fields, status=seen.status, at=seen.at, live=short_fingerprint(seen.fields, seen.at))


def _confirmed(outcome: Outcome, item: Item, old: Record | None, commit: str) -> Record:
    change = outcome.change
    intent = change.intent
    written = change.kind.writes and outcome.kind is OutcomeKind.DONE
    return Record(
        key=change.key,
        item_id=item.id,
        status=item.status,
        cell=item.cell or (old.cell if old is not None else ""),
        post_id=change.post_id,
        target=change.target,
        fingerprints=field_fingerprints(item.fields) if item.fields or old is None else old.fingerprints,
        at=item.at or (old.at if old is not None and item.status.final else None),
        commit=commit if written or old is None else old.commit,
        error=item.error,
        permalink=item.permalink or (old.permalink if old is not None else ""),
        account=f"{item.account_id}/{item.second_id}" if item.second_id else item.account_id,
        path=intent.location.path if intent is not None else (old.path if old is not None else ""),
    )
