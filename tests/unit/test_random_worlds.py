"""A site lives through anything: edits in git and in the dashboard, faults, kills, time; nothing is public twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from fakes import (
    AT,
    DRAFT,
    PREFIX,
    SITE,
    Clock,
    Killed,
    Service,
    Shop,
    asap,
    at,
    intent,
    item,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from socialsync.errors import ExitCode, IncompleteRead
from socialsync.model.intents import DesiredState, Intent
from socialsync.model.items import Item, Status
from socialsync.model.plans import ChangeKind
from socialsync.state import State

POSTS = ("one", "two")
FAULTS = ("refused", "lost", "done-lost", "kill", "done-kill")
timings = st.one_of(
    st.just(DRAFT),
    st.sampled_from([AT, AT + timedelta(hours=1), AT - timedelta(hours=1)]).map(at),
    st.just(asap(AT + timedelta(hours=2))),
)
posts = st.builds(
    intent,
    st.sampled_from(POSTS),
    text=st.sampled_from(["A", "B"]),
    timing=timings,
    attempt=st.integers(1, 3),
    state=st.sampled_from([DesiredState.LIVE, DesiredState.LIVE, DesiredState.LIVE, DesiredState.CANCELED]),
)
trees = st.lists(posts, max_size=2, unique_by=lambda one: one.post_id)
steps = st.one_of(
    st.tuples(st.just("apply"), trees),
    st.tuples(st.just("again"), st.none()),
    st.tuples(st.just("fault"), st.dictionaries(st.integers(0, 14), st.sampled_from(FAULTS), max_size=2)),
    st.tuples(
        st.just("dashboard"), st.tuples(st.sampled_from(["edit", "move", "cancel", "delete"]), st.integers(0, 5))
    ),
    st.tuples(st.just("wait"), st.sampled_from([30.0, 400.0, 3600.0, 6.8 * 86400, 86400.0])),
    st.tuples(st.just("forget"), st.none()),
)


@settings(derandomize=True, max_examples=120, deadline=None)
@given(
    st.lists(steps, min_size=3, max_size=12),
    st.sampled_from(["U1", "U2", "U3"]),
    st.booleans(),
    st.sampled_from(["wix", "local"]),
    st.sampled_from([0.0, 2.0]),
)
def test_anything_may_happen(life, unique: str, tombstones: bool, delivery: str, lag: float):
    service = Service(clock=Clock(), unique=unique, tombstones=tombstones or unique == "U3", lag=lag)
    foreign = item(key="", item_id="foreign", text="A", second_id="9", moment=AT + timedelta(days=300))
    service.put(foreign)
    shop = Shop(service=service, site=replace(SITE, delivery=delivery))
    wanted: tuple[Intent, ...] = ()
    timings_of: dict[str, list[Intent]] = {}
    for action, detail in life:
        match action:
            case "apply":
                wanted = tuple(detail)
                for one in wanted:
                    timings_of.setdefault(one.key, []).append(one)
                _apply(shop, wanted)
            case "again":
                _apply(shop, wanted)
            case "fault":
                service.faults = {len(service.calls) + number: fault for number, fault in detail.items()}
            case "dashboard":
                _by_hand(service, *detail)
            case "wait":
                service.clock.sleep(detail)
            case "forget":
                shop.state = State(site="main", claims=shop.state.claims)
        _safe(service, timings_of, foreign)
    service.faults = {}
    codes = [_apply(shop, wanted) for _ in range(3)]
    before = len(service.writes)
    plan = shop.plan(*wanted, reviewing=False)
    assert all(one.kind in (ChangeKind.KEEP, ChangeKind.HOLD, ChangeKind.FORGET) for one in plan.changes), codes
    assert _apply(shop, wanted) in (0, 6, 7, 8, 9, 10)
    assert len(service.writes) == before, "nothing more is written"
    service.clock.sleep(10 * 86400)
    _safe(service, timings_of, foreign)


def _apply(shop: Shop, wanted: tuple[Intent, ...]) -> ExitCode | None:
    try:
        return shop.apply(*wanted)
    except (Killed, IncompleteRead):
        return None


def _by_hand(service: Service, deed: str, number: int) -> None:
    ours = [one for one in service.truth().values() if one.id != "foreign" and not one.status.final]
    if not ours:
        return
    one = ours[number % len(ours)]
    match deed:
        case "edit":
            service.edit(one.id, fields={"text": "Hand"})
        case "move" if one.status is Status.SCHEDULED and one.at is not None:
            service.edit(one.id, at=one.at + timedelta(minutes=7))
        case "cancel" if one.status is Status.SCHEDULED:
            service.edit(one.id, status=Status.CANCELED)
        case "delete":
            service.edit(one.id, status=Status.DELETED)


def _safe(service: Service, known: dict[str, list[Intent]], foreign: Item) -> None:
    truth = service.truth()
    keys = [key for key, _ in service.public]
    assert len(keys) == len(set(keys)), "public twice"
    assert truth["foreign"] == foreign, "a foreign item was written"
    for key, moment in service.public:
        dates = [one.timing.at for one in known[key] if one.timing.kind != DRAFT.kind]
        assert any(date is None or moment >= date for date in dates), "early"
    living: dict[str, int] = {}
    for one in truth.values():
        if one.key.startswith(PREFIX) and one.status in (Status.SCHEDULED, Status.PUBLISHED):
            living[one.key] = living.get(one.key, 0) + 1
    assert all(count == 1 for count in living.values()), "two living items"
