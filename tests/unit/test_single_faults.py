"""Whatever single thing goes wrong at any request of any flow: at most one publication, nothing early, convergence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from fakes import (
    AT,
    DRAFT,
    NOW,
    PREFIX,
    SITE,
    Clock,
    Killed,
    Service,
    Shop,
    asap,
    at,
    intent,
    key_of,
)

from socialsync.errors import ExitCode, IncompleteRead
from socialsync.model.intents import DesiredState, Intent
from socialsync.model.items import Status
from socialsync.state import State

FAULTS = ("refused", "lost", "done-lost", "kill", "done-kill")
LATER, SOONER = at(AT + timedelta(hours=3)), at(AT - timedelta(hours=3))
LOCAL = replace(SITE, delivery="local")


@dataclass(frozen=True, kw_only=True)
class Flow:
    """What git wanted before (applied without a fault), and what it wants in the run that fails."""

    before: tuple[Intent, ...] = ()
    after: tuple[Intent, ...] = ()
    public: tuple[tuple[str, str], ...]  # post and text that must be public in the end, and nothing else
    local: bool = False
    meanwhile: Callable[[Shop], None] = lambda _: None


def _advance(to_due: timedelta) -> Callable[[Shop], None]:
    return lambda shop: shop.service.clock.sleep(to_due.total_seconds())


CANCELED, DELETED = DesiredState.CANCELED, DesiredState.DELETED
FLOWS = {
    "draft": Flow(after=(intent(timing=DRAFT),), public=()),
    "schedule": Flow(after=(intent(),), public=(("sale.a1", "Hello"),)),
    "asap": Flow(after=(intent(timing=asap()),), public=(("sale.a1", "Hello"),)),
    "two posts": Flow(
        after=(intent(), intent("other", text="Other")), public=(("other.a1", "Other"), ("sale.a1", "Hello"))
    ),
    "update a draft": Flow(before=(intent(timing=DRAFT),), after=(intent(timing=DRAFT, text="New"),), public=()),
    "date for a draft": Flow(before=(intent(timing=DRAFT),), after=(intent(text="New"),), public=(("sale.a1", "New"),)),
    "update": Flow(before=(intent(),), after=(intent(text="New"),), public=(("sale.a1", "New"),)),
    "reschedule": Flow(before=(intent(),), after=(intent(timing=LATER),), public=(("sale.a1", "Hello"),)),
    "later": Flow(before=(intent(),), after=(intent(text="New", timing=LATER),), public=(("sale.a1", "New"),)),
    "sooner": Flow(before=(intent(),), after=(intent(text="New", timing=SOONER),), public=(("sale.a1", "New"),)),
    "date to asap": Flow(before=(intent(),), after=(intent(timing=asap()),), public=(("sale.a1", "Hello"),)),
    "cancel": Flow(before=(intent(),), after=(intent(state=CANCELED),), public=()),
    "delete": Flow(before=(intent(),), after=(intent(state=DELETED),), public=()),
    "remove": Flow(before=(intent(), intent("other", text="Other")), after=(intent(),), public=(("sale.a1", "Hello"),)),
    "remove a draft": Flow(
        before=(intent(), intent("other", timing=DRAFT)), after=(intent(),), public=(("sale.a1", "Hello"),)
    ),
    "new attempt": Flow(before=(intent(),), after=(intent(attempt=2),), public=(("sale.a2", "Hello"),)),
    "new attempt after a draft": Flow(
        before=(intent(timing=DRAFT),), after=(intent(attempt=2),), public=(("sale.a2", "Hello"),)
    ),
    "new attempt after cancel": Flow(
        before=(intent(), intent("other", text="Other")),
        after=(intent("other", text="Other"), intent(attempt=2)),
        meanwhile=lambda shop: shop.service.cancel(shop.service.of_key(key_of("sale"))[0].id) and None,
        public=(("other.a1", "Other"), ("sale.a2", "Hello")),
    ),
    "another id": Flow(before=(intent(),), after=(intent("sale-2026"),), public=(("sale-2026.a1", "Hello"),)),
    "local draft": Flow(after=(intent(),), public=(("sale.a1", "Hello"),), local=True),
    "local asap": Flow(after=(intent(timing=asap()),), public=(("sale.a1", "Hello"),), local=True),
    "local due": Flow(
        before=(intent(),), after=(intent(),), public=(("sale.a1", "Hello"),), local=True, meanwhile=_advance(AT - NOW)
    ),
    "local edited and due": Flow(
        before=(intent(),),
        after=(intent(text="New"),),
        public=(("sale.a1", "New"),),
        local=True,
        meanwhile=_advance(AT - NOW),
    ),
    "local update": Flow(before=(intent(),), after=(intent(text="New"),), public=(("sale.a1", "New"),), local=True),
}


def _started(flow: Flow, unique: str, *, tombstones: bool = True, lag: float = 0.0) -> Shop:
    service = Service(clock=Clock(), unique=unique, tombstones=tombstones, lag=lag)
    shop = Shop(service=service, site=LOCAL if flow.local else SITE)
    if flow.before:
        assert shop.apply(*flow.before) == ExitCode.OK
        service.clock.sleep(60)
    flow.meanwhile(shop)
    service.calls.clear()
    return shop


def _run(shop: Shop, flow: Flow) -> ExitCode | None:
    try:
        return shop.apply(*flow.after)
    except Killed:
        return None
    except IncompleteRead as error:
        return error.exit_code


def _short(key: str) -> str:
    return key.removeprefix(PREFIX).replace(".facebook-post", "")


def _safe(shop: Shop, flow: Flow) -> None:
    """Holds at every moment: nothing twice, nothing early, nothing after its time."""
    timings = {_short(one.key): one.timing for one in flow.before} | {_short(one.key): one.timing for one in flow.after}
    posts = [_short(key) for key, _ in shop.service.public]
    assert len(posts) == len(set(posts)), "public twice"
    for key, moment in shop.service.public:
        timing = timings[_short(key)]
        assert timing.at is None or moment >= timing.at, "early"
        assert timing.until is None or moment <= timing.until, "late"


def _public(shop: Shop) -> tuple[tuple[str, str], ...]:
    went_out = [one for one in shop.service.truth().values() if one.status is Status.PUBLISHED]
    return tuple(sorted((_short(one.key), str(one.fields["text"])) for one in went_out))


def _allowed(flow: Flow, told: ExitCode | None, fault: str, *, hidden: bool) -> bool:
    """Only a publish of unknown fate, and a proof that is lost with the memory of it, may ask for a person."""
    if told == ExitCode.UNKNOWN:
        return flow.local and fault != "refused"
    return told == ExitCode.OK or (told == ExitCode.HELD and hidden and flow.after[-1].attempt > 1)


def _cases(flow: Flow) -> list[tuple[int, str]]:
    """Every fault at every request of the flow's run."""
    shop = _started(flow, "U1")
    assert _run(shop, flow) == ExitCode.OK
    return [
        (number, fault)
        for number, call in enumerate(shop.service.calls)
        for fault in (("lost", "kill") if call.startswith("read") else FAULTS)
    ]


def test_the_number_of_cases():
    assert sum(len(_cases(flow)) for flow in FLOWS.values()) == 446


@pytest.mark.parametrize("remembers", [True, False], ids=["state", "state-lost"])
@pytest.mark.parametrize("unique", ["U1", "U2", "U3"])
@pytest.mark.parametrize("name", FLOWS)
def test_a_single_fault(name: str, unique: str, remembers: bool):
    flow = FLOWS[name]
    for number, fault in _cases(flow):
        _one_fault(flow, unique, number, fault, remembers=remembers)


def _one_fault(flow: Flow, unique: str, number: int, fault: str, *, remembers: bool) -> None:
    hidden = unique == "U3"
    shop = _started(flow, unique, lag=2.0, tombstones=not hidden)
    base, service = shop.base, shop.service
    service.faults = {number: fault}
    told = _run(shop, flow)
    case = (number, fault, service.calls)
    assert len(service.calls) > number, "the fault has fired"
    assert told in (None, 0, 5, 6, 7), (case, shop.last)
    _safe(shop, flow)
    if not remembers:
        shop.state = State(site="main", claims=shop.state.claims)
    for last in (False, False, True):
        service.faults = {}
        service.calls.clear()
        service.clock.sleep(60)
        shop.base = base
        told = _run(shop, flow)
        _safe(shop, flow)
        assert not (last and service.writes), case
    assert _allowed(flow, told, fault, hidden=hidden and not remembers), (case, shop.last)
    for moment in (AT + timedelta(minutes=1), AT + timedelta(hours=4)):
        service.clock.sleep(max(0.0, (moment - service.clock.now()).total_seconds()))
        if flow.local:
            _run(shop, flow)
    assert _public(shop) == flow.public or told != ExitCode.OK, case
    _safe(shop, flow)
