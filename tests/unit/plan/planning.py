"""Plans of one site from plain values, and their changes in a few words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from fakes import ACCOUNT, NOW, POLICY, PREFIX, SITE

from socialsync.model.accounts import Quota
from socialsync.model.intents import Intent
from socialsync.model.items import Item, Record
from socialsync.model.plans import Change, Plan
from socialsync.model.sites import Policy, Site
from socialsync.plan.build import build
from socialsync.plan.context import Context
from socialsync.plan.waivers import Book

ACCOUNTS = {"facebook": ACCOUNT, "facebook@berlin": replace(ACCOUNT, second_id="3")}


def planned(
    intents: Sequence[Intent] = (),
    items: Iterable[Item] = (),
    records: Iterable[Record] = (),
    *,
    base: Iterable[Intent] = (),
    now: datetime = NOW,
    site: Site = SITE,
    rules: Policy = POLICY,
    quotas: Sequence[Quota] = (),
    moved_from: str = "",
    settled: Sequence[Record] = (),
    **more: Any,
) -> Plan:
    context = Context(
        site=site.name,
        now=now,
        book=Book(now.date()),
        delivery=site.delivery,
        accounts=more.pop("accounts", ACCOUNTS),
        base={one.key: one for one in base},
        **more,
    )
    return build(
        site=site,
        rules=rules,
        intents=tuple(intents),
        items=tuple(items),
        records={one.key: one for one in records},
        context=context,
        quotas=quotas,
        **({"moved_from": moved_from} if moved_from else {}),
        **({"settled": settled} if settled else {}),
    )


def words(change: Change) -> str:
    """`hold FAILED 6`, `update`, `create`: kind, reason and exit code as far as there are any."""
    reason = change.reason if change.reason not in ("REMOVED",) else ""
    return " ".join(filter(None, (change.kind.value, reason, str(int(change.attention)) if change.attention else "")))


def told(plan: Plan) -> list[str]:
    """`sale: create`, one per change, in the plan's order; the attempt is named if it is not the first."""
    return [
        f"{change.key.removeprefix(PREFIX).replace('.facebook-post', '').removesuffix('.a1')}: {words(change)}"
        for change in plan.changes
    ]


def only(plan: Plan) -> str:
    """The one change in words."""
    (change,) = plan.changes
    return words(change)
