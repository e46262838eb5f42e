"""S1 and S4: every fault at every request of every flow, the same fault for ever, and random pairs of faults."""

import random
from collections.abc import Iterator, Sequence

from . import judge
from .bench import Bench, NotFired, Seen, Suite, setting_of
from .command import Result
from .faults import CALLS, FAULTS, WRITES, Fault, Kind, faults_of, pairs
from .flows import FLOWS, Flow
from .flows_local import LOCAL_FLOWS
from .world import World

SETTINGS = ("u1", "u2", "u3", "normalising")
DOUBLES = 1_000
BEGUN = ("get_item", *(call for call, kind in CALLS.items() if kind in WRITES))
AMIDST = frozenset({0, 6, 7})
"""A read that goes wrong once writing has begun is told with the posts it concerns; what is done stays done."""


def recording(bench: Bench, setting: str, flow: str) -> tuple[str, ...]:
    """The calls of the flow's apply when nothing goes wrong."""
    name = f"{setting}/{flow}"
    if name not in bench.recorded:
        bench.recorded[name] = _recorded(bench, setting, flow)
    return bench.recorded[name]


def _recorded(bench: Bench, setting: str, flow: str) -> tuple[str, ...]:
    wanted = flow_of(flow)
    with bench.world(setting_of(setting)) as world:
        foreign = set_stage(world, wanted)
        since = world.service.last_request()
        result = world.apply()
        judge.safe(world, foreign)
        assert result.code in wanted.codes, f"{flow} alone ends with {result.code}: {result.out}{result.err}"
        return tuple(request["operation"] for request in world.service.requests(since))


def flow_of(name: str) -> Flow:
    return {**FLOWS, **LOCAL_FLOWS}[name]


def set_stage(world: World, flow: Flow) -> tuple[str, ...]:
    foreign = world.foreign()
    flow.before(world)
    flow.change(world)
    return foreign


def arm(world: World, fault: Fault, skip: int, times: int | None = 1, **match: object) -> int:
    return world.service.fault(**fault.rule, skip=skip, times=times, **match)


# --- S1: one fault at one request -----------------------------------------------------------------


def _singles(bench: Bench) -> Iterator[tuple[str, ...]]:
    for setting in SETTINGS:
        for flow in FLOWS:
            for index, call in enumerate(recording(bench, setting, flow)):
                for fault in faults_of(call):
                    yield setting, flow, f"{index}-{call}", fault


def _single(bench: Bench, case: tuple[str, ...], seen: Seen) -> None:
    setting, name, place, fault_name = case
    flow, fault = FLOWS[name], FAULTS[fault_name]
    calls = recording(bench, setting, name)
    with bench.world(setting_of(setting)) as world:
        foreign = set_stage(world, flow)
        result = met(world, place, fault_name)
        judge.plausible(result)
        judge.safe(world, foreign)
        judge.named(world, result)
        allowed = allowed_at(calls, place, fault) | (flow.codes if fault.benign else frozenset())
        if result.code not in allowed:
            raise judge.Violation(3, f"exit {result.code}, allowed {sorted(allowed)}: {judge.told(result)}")
        if result.code == 0 and not fault.lies:
            judge.settled(world)
        seen.pairs.add((place.split("-", 1)[1], fault_name))
        aftermath(world, flow, foreign)


def met(world: World, place: str, fault_name: str) -> Result:
    """An apply whose request at this place met this fault; raises NotFired if it did not."""
    index, call = place.split("-", 1)
    number = arm(world, FAULTS[fault_name], int(index))
    since = world.service.last_request()
    result = _refused(world, int(index)) if fault_name == "T1-refused" else world.apply()
    if world.service.fired().get(number) != 1:
        raise NotFired(f"{fault_name} at request {index} did not fire: {result.err}")
    met = [one["operation"] for one in world.service.requests(since) if one["fault"] == number]
    if met[:1] != [call]:
        raise NotFired(f"{fault_name} met {met} instead of {call}")
    world.service.clear_faults()
    return result


def allowed_at(calls: Sequence[str], place: str, fault: Fault) -> frozenset[int]:
    """How the run may end."""
    index, call = place.split("-", 1)
    begun = CALLS[call] is Kind.READ and any(one in BEGUN for one in calls[: int(index) + 1])
    return fault.allowed(call) | (AMIDST if begun else frozenset())


def _refused(world: World, index: int) -> Result:
    """The request's connection breaks, and for a moment no new one is accepted."""
    hold = world.service.hold(skip=index)
    running = world.start("apply", "--format", "json")
    if not any(one["waiting"] for one in world.service.held(20)):
        raise NotFired(f"request {index} never came")
    world.service.control("POST", "refuse", {"seconds": 0.3})
    world.service.release(hold)
    return world.ended(running)


def aftermath(world: World, flow: Flow, foreign: tuple[str, ...]) -> None:
    """The faults have stopped: a new machine gets it right, and everything comes out as it should."""
    if not flow.keeps_state:
        world.forget()
    elif not world.setting.wix:
        world.catch_up()
    judge.converges(world, flow.codes, foreign)
    judge.came_out(world, flow.after, foreign)


# --- S1: the same fault for ever ------------------------------------------------------------------


def _flow_with(bench: Bench, call: str) -> str:
    return next((flow for flow in FLOWS if call in recording(bench, "u1", flow)), "")


def _persistent(bench: Bench) -> Iterator[tuple[str, ...]]:
    for call, fault in pairs():
        flow = _flow_with(bench, call)
        if flow and fault != "T1-refused":
            yield flow, call, fault


def _for_ever(bench: Bench, case: tuple[str, ...], seen: Seen) -> None:
    name, call, fault_name = case
    flow, fault = FLOWS[name], FAULTS[fault_name]
    with bench.world(setting_of("u1" if flow.moves_clock else "u1-wix")) as world:
        foreign = set_stage(world, flow)
        number = arm(world, fault, 0, None, operation=call)
        result = world.apply()
        if not world.service.fired().get(number):
            raise NotFired(f"{fault_name} never met {call}")
        judge.plausible(result)
        judge.safe(world, foreign)
        judge.named(world, result)
        if result.code == 0 and not (fault.benign or fault.lies):
            judge.settled(world)
        world.service.clear_faults()
        seen.pairs.add((call, fault_name))
        aftermath(world, flow, foreign)


# --- S4: two faults -------------------------------------------------------------------------------


def _doubles(_: Bench) -> Iterator[tuple[str, ...]]:
    for seed in range(DOUBLES):
        yield (str(seed),)


def _double(bench: Bench, case: tuple[str, ...], seen: Seen) -> None:
    """The second fault is armed for whatever request comes then, which the first one may have changed."""
    chosen = random.Random(f"S4/{case[0]}")
    setting = chosen.choice(("u1", "u2", "u3", "hostile", "normalising"))
    name = chosen.choice([flow for flow in FLOWS if flow not in ("F12", "F13", "F19", "F20")])
    flow, calls = FLOWS[name], recording(bench, "u1", name)
    with bench.world(setting_of(setting)) as world:
        foreign = set_stage(world, flow)
        first = chosen.randrange(len(calls))
        choices = [fault for fault in FAULTS if fault != "T1-refused"]
        one = chosen.choice([fault for fault in choices if FAULTS[fault].meets(calls[first])])
        two = chosen.choice(choices)
        numbers = [arm(world, FAULTS[one], first), arm(world, FAULTS[two], first + 1 + chosen.randrange(4))]
        seen.numbers["what"] = f"{setting} {name} {one}@{first} then {two}"
        result = world.apply()
        if not world.service.fired().get(numbers[0]):
            raise NotFired(f"{one} at request {first} did not fire")
        judge.plausible(result)
        judge.safe(world, foreign)
        judge.named(world, result)
        world.service.clear_faults()
        aftermath(world, flow, foreign)


SUITES = (
    Suite(name="S1", title="one fault at every request of every flow", cases=_singles, run=_single),
    Suite(name="S1-for-ever", title="the same fault at every request of one call", cases=_persistent, run=_for_ever),
    Suite(name="S4", title="two random faults", cases=_doubles, run=_double),
)
