"""Everything a plan of one site needs from the service, read in as few requests as it takes, and the plan from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from socialsync.canonical import field_fingerprints
from socialsync.commands.connection import check_clock
from socialsync.commands.environment import Environment
from socialsync.commands.workspace import Workspace
from socialsync.model import (
    AccountInfo,
    Change,
    ChangeKind,
    Connection,
    Intent,
    Item,
    Plan,
    Quota,
    Record,
    Site,
    TimingKind,
)
from socialsync.plan.accounts import resolve
from socialsync.plan.build import build
from socialsync.plan.context import Context
from socialsync.plan.waivers import Book
from socialsync.remote.ports import Reader
from socialsync.state import State
from socialsync.timing import LEAD


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

    Requests: two per channel in use, one for quotas, the pages of the listing, and one per 50 items on which State and
    the listing disagree (a listing may lag; a read by id does not).
    """
    current = [intent for intent in intents if not _final(state, intent.key)]
    environment.progress(f"{site.name}: reading accounts")
    connections = reader.connections(sorted({intent.target.channel for intent in current}))
    check_clock(reader, site, environment)
    accounts = _accounts(site, current, connections)
    quotas = reader.quotas()
    environment.progress(f"{site.name}: listing posts")
    everything = not state.records
    items = list(reader.items(finals=everything))
    items = _refreshed(items, state, reader)
    known_account = {**{intent.target.alias: "" for intent in intents}, **accounts}

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
        )
        return _build(workspace, site, intents, listed, state, context, quotas)

    plan = planned(items)
    if not everything and any(_may_be_out_already(change, plan) for change in plan.changes):
        # A run that died before it could remember may have sent this: only the whole list can tell.
        plan = planned(_refreshed(list(reader.items(finals=True)), state, reader))
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
    return build(
        site=site,
        rules=workspace.settings.policy,
        intents=intents,
        items=items,
        records=state.records,
        context=context,
        quotas=quotas,
        moved_from=state.moved_from(workspace.settings.policy.namespace, site.wix),
    )


def _final(state: State, key: str) -> bool:
    record = state.records.get(key)
    return record is not None and record.status.final


def _accounts(site: Site, intents: Sequence[Intent], connections: Sequence[Connection]) -> dict[str, AccountInfo | str]:
    by_channel = {connection.channel: connection for connection in connections}
    return {
        intent.target.alias: resolve(intent.target, site.accounts[intent.target.alias], by_channel)
        for intent in intents
    }


def _refreshed(items: list[Item], state: State, reader: Reader) -> list[Item]:
    """The listing, with every item that State remembers otherwise read again by its id, present in it or not."""
    listed = {item.id: item for item in items}
    doubtful = [
        record.item_id
        for record in state.records.values()
        if not record.status.final and _differs(listed.get(record.item_id), record)
    ]
    if not doubtful:
        return items
    seen = {item.id: item for item in reader.items_by_id(doubtful)}
    kept = [item for item in items if item.id not in doubtful]
    return [*kept, *seen.values()]


def _differs(item: Item | None, record: Record) -> bool:
    if item is None:
        return True
    same = item.status is record.status and item.at == record.at
    return not same or field_fingerprints(item.fields) != dict(record.fingerprints)


def _may_be_out_already(change: Change, plan: Plan) -> bool:
    """A post about to be made whose moment has come: an earlier run may have made it, and it may be public by now."""
    if change.kind is not ChangeKind.CREATE or change.intent is None:
        return False
    timing = change.intent.timing
    return timing.kind is TimingKind.ASAP or (timing.at is not None and timing.at < plan.now + LEAD)
