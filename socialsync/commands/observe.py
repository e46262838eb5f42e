"""Everything a plan of one site needs from the service, read in as few requests as it takes, and the plan from it."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from socialsync.canonical import field_fingerprints
from socialsync.commands.connection import check_clock
from socialsync.commands.environment import Environment
from socialsync.commands.ownfiles import recognised
from socialsync.commands.workspace import Workspace
from socialsync.keys import site_of
from socialsync.model.accounts import AccountInfo, Connection, Quota
from socialsync.model.intents import Intent
from socialsync.model.items import Item, Record
from socialsync.model.plans import ChangeKind, Plan
from socialsync.model.sites import Site
from socialsync.plan.accounts import resolve
from socialsync.plan.build import build
from socialsync.plan.context import Context
from socialsync.plan.unwanted import UNSEEN
from socialsync.plan.waivers import Book
from socialsync.remote.ports import Reader
from socialsync.state import State


@dataclass(frozen=True, kw_only=True, slots=True)
class Observed:
    """One site as it is, and what would be done to it."""

    plan: Plan
    accounts: Mapping[str, AccountInfo | str]
    connections: tuple[Connection, ...]


def observe(
    workspace: Workspace,
    site: Site,
    reader: Reader,
    *,
    intents: Sequence[Intent],
    state: State,
    base: Mapping[str, Intent],
    reviewing: bool,
    environment: Environment,
) -> Observed:
    """Read the site and plan. Raises what the reader raises: then nothing is known and nothing may be written.

    Requests: two per channel in use, one for quotas, the pages of the listing, one per 50 items on which State and the
    listing disagree or whose time has come (a listing may lag; a read by id does not), and one per 50 posts about to be
    made, which an earlier run may have made without living to remember it.
    """
    current = [intent for intent in intents if not _final(state, intent.key)]
    environment.progress(f"{site.name}: reading accounts")
    connections = reader.connections(sorted({intent.target.channel for intent in current}))
    quotas = reader.quotas()
    check_clock(reader, site, environment)  # by now something was asked, even of a site without posts
    environment.progress(f"{site.name}: listing posts")
    everything = not state.records
    items = _refreshed(reader.items(finals=everything), intents, state, reader)
    # Where an item is there, reading it has asked for its files already.
    read = ({item.key for item in items} | {item.id for item in items}) - {""}

    def known(intent: Intent) -> Intent:
        asked = everything or intent.key in read or intent.adopt in read
        return recognised(intent, reader.digest_of if asked else state.digest_of)

    intents = [known(intent) for intent in intents]
    base = {key: known(intent) for key, intent in base.items()}
    # What State calls over and the listing shows alive is not over.
    alive = _alive(items, state)
    risen = [intent for intent in intents if intent.key in alive and _final(state, intent.key)]
    unasked = {intent.target.channel for intent in risen} - {connection.channel for connection in connections}
    connections = (*connections, *reader.connections(sorted(unasked))) if unasked else connections
    accounts = _accounts(site, [*current, *risen], connections)
    over = "all posts of this account are over, so it was not looked at"
    known_account = {**{intent.target.alias: over for intent in intents}, **accounts}

    def planned(listed: Sequence[Item]) -> Plan:
        now = reader.server_time() or environment.clock.now()
        context = Context(
            site=site.name,
            now=now,
            book=Book(now.date()),
            delivery=site.delivery,
            accounts=known_account,
            base=base,
            reviewing=reviewing,
            noted=state.noted,
            claimed=state.claims,
        )
        return _build(workspace, site, intents, listed, state, context, quotas)

    plan = planned(items)
    if not everything and (doubtful := _unheard_of(plan, state)):
        # The listing shows nothing that ended, and State may be older than the last run: ask for these very keys.
        listed = {item.id for item in items}
        found = [item for item in reader.carrying(doubtful) if item.id not in listed]
        plan = planned([*items, *found]) if found else plan
    return Observed(plan=plan, accounts=accounts, connections=connections)


def _build(
    workspace: Workspace,
    site: Site,
    intents: Sequence[Intent],
    items: Sequence[Item],
    state: State,
    context: Context,
    quotas: Sequence[Quota],
) -> Plan:
    namespace = workspace.settings.policy.namespace
    return build(
        site=site,
        rules=workspace.settings.policy,
        intents=intents,
        items=items,
        records=state.records,
        context=context,
        quotas=quotas,
        moved_from=state.moved_from(namespace, site) or _renamed_from(items, namespace, workspace.settings.sites),
    )


def _renamed_from(items: Iterable[Item], namespace: str, sites: Container[str]) -> str:
    """The name of a site of this repository that nobody calls so any more, but whose posts are live here: State is kept
    by name, so it cannot know."""
    live = (item.key for item in items if not item.external and not item.status.final)
    gone = sorted({name for key in live if (name := site_of(key, namespace)) and name not in sites})
    return f"site {' and '.join(gone)}, whose posts are live at Wix" if gone else ""


def _final(state: State, key: str) -> bool:
    record = state.records.get(key)
    return record is not None and record.status.final


def _alive(items: Iterable[Item], state: State) -> set[str]:
    """The keys of which an item is not over, carried by the item or remembered for it."""
    alive = {item.id: item.key for item in items if not item.status.final}
    remembered = {record.key for record in state.records.values() if record.item_id in alive}
    return remembered | set(alive.values())


def _accounts(site: Site, intents: Sequence[Intent], connections: Sequence[Connection]) -> dict[str, AccountInfo | str]:
    by_channel = {connection.channel: connection for connection in connections}
    return {
        intent.target.alias: resolve(intent.target, site.accounts[intent.target.alias], by_channel)
        for intent in intents
    }


def _refreshed(listed: Iterable[Item], intents: Iterable[Intent], state: State, reader: Reader) -> list[Item]:
    """The listing, with every item that State remembers otherwise read again by its id, present in it or not; and with
    those that a listing of what is live need not show: items to be taken over, and items that have a rival."""
    by_id = {item.id: item for item in listed}
    keys = {item.key for item in by_id.values()}
    doubtful = {intent.adopt for intent in intents if intent.adopt and intent.key not in state.records}
    doubtful -= by_id.keys()
    now = reader.server_time()
    for record in state.records.values():
        item = by_id.get(record.item_id)
        if _is_doubtful(item, record, now, has_rival=record.key in keys):
            doubtful.add(record.item_id)
    if not doubtful:
        return list(by_id.values())
    seen = {item.id: item for item in reader.items_by_id(sorted(doubtful))}
    return [*(item for item in by_id.values() if item.id not in doubtful), *seen.values()]


def _is_doubtful(item: Item | None, record: Record, now: datetime | None, *, has_rival: bool) -> bool:
    """Whether what is listed of a record, if anything is, may be older than what is remembered or true by now."""
    if item is None:
        return has_rival or not record.status.final
    if record.status.final:
        return not item.status.final  # what has ended does not come to life again
    same = item.status is record.status and item.at == record.at
    due = now is not None and item.at is not None and item.at <= now
    return due or not same or field_fingerprints(item.fields) != dict(record.fingerprints)


def _unheard_of(plan: Plan, state: State) -> set[str]:
    """The keys of posts of which nothing is known, and which are about to be made, are called missing for the first
    time, or may have been published at any moment since, with those of their older attempts; and of posts that are
    taken back and may have been made by a run that nobody remembers."""
    keys = {change.key for change in plan.changes if change.reason == UNSEEN}
    for change in plan.changes:
        if change.intent is None or change.item is not None or change.record is not None:
            continue
        untold = change.key not in state.noted or change.key in state.claims
        if change.kind is ChangeKind.CREATE or (change.kind is ChangeKind.HOLD and untold):
            keys.update((change.key, *change.intent.older_keys))
    return keys - state.records.keys()
