"""S2 and S3: the process dies, or is asked to stop, at every border of every request; a fresh clone then goes on."""

import random
import signal
import time
from collections.abc import Iterator

from . import judge
from .bench import Bench, NotFired, Seen, Suite, setting_of
from .command import Result, Running, signalled
from .faults import CALLS, WRITES
from .flows import FLOWS
from .matrix import aftermath, recording, set_stage
from .world import World

SETTINGS = ("u1", "u2", "u3", "u1-wix")
NEED_FREE_CLOCK = ("F12", "F13", "F16", "F23")
POINTS = ("dropped", "received", "committed")
"""Killed before the request has any effect (so, after the answer to the one before), with the effect still to come, and
with the effect there but the answer not sent."""
TWICE = 300
FEWEST = 4  # requests of a run that has nothing left to do
STOPS = {"TERM": (signal.SIGTERM, 143), "INT": (signal.SIGINT, 130)}


def _flows(setting: str) -> list[str]:
    return [flow for flow in FLOWS if not (setting.endswith("-wix") and flow in NEED_FREE_CLOCK)]


def held_at(world: World, index: int, when: str, **match: object) -> tuple[int, Running]:
    """Starts an apply and returns when its request number `index` waits at that point."""
    hold = world.service.hold(skip=index, when=when, **match)
    running = world.start("apply", "--format", "json")
    if not any(one["waiting"] for one in world.service.held(30)):
        running.wait(60)
        raise NotFired(f"request {index} never came")
    return hold, running


def killed_at(world: World, index: int, point: str) -> Result:
    if point == "dropped":
        world.service.fault(do="reset", when="before", skip=index)
    hold, running = held_at(world, index, "after" if point == "committed" else "before")
    signalled(running)
    result = world.ended(running)
    if result.code != -signal.SIGKILL:
        raise NotFired(f"the process was not killed but exited {result.code}")
    world.service.release(hold)
    time.sleep(0.02)  # what is released is carried out before the next request comes
    world.service.clear_faults()
    return result


# --- S2 -------------------------------------------------------------------------------------------


def _kills(bench: Bench) -> Iterator[tuple[str, ...]]:
    for setting in SETTINGS:
        for flow in _flows(setting):
            for index, call in enumerate(recording(bench, setting, flow)):
                for point in POINTS:
                    yield setting, flow, f"{index}-{call}", point


def _kill(bench: Bench, case: tuple[str, ...], _: Seen) -> None:
    setting, name, place, point = case
    flow = FLOWS[name]
    with bench.world(setting_of(setting)) as world:
        foreign = set_stage(world, flow)
        killed_at(world, int(place.split("-")[0]), point)
        judge.safe(world, foreign)
        aftermath(world, flow, foreign)


def _twice_cases(_: Bench) -> Iterator[tuple[str, ...]]:
    for seed in range(TWICE):
        yield (str(seed),)


def _twice(bench: Bench, case: tuple[str, ...], seen: Seen) -> None:
    """Killed, and the run that repairs it killed too."""
    chosen = random.Random(f"S2-twice/{case[0]}")
    setting = chosen.choice(SETTINGS)
    name = chosen.choice([flow for flow in _flows(setting) if flow not in ("F12", "F13", "F19", "F20")])
    flow, calls = FLOWS[name], recording(bench, setting, name)
    first, second = chosen.randrange(len(calls)), chosen.randrange(FEWEST)
    points = chosen.choice(POINTS), chosen.choice(POINTS)
    seen.numbers["what"] = f"{setting} {name} {points[0]}@{first} then {points[1]}@{second}"
    with bench.world(setting_of(setting)) as world:
        foreign = set_stage(world, flow)
        killed_at(world, first, points[0])
        judge.safe(world, foreign)
        killed_at(world, second, points[1])
        judge.safe(world, foreign)
        aftermath(world, flow, foreign)


# --- S3 -------------------------------------------------------------------------------------------


def _stops(bench: Bench) -> Iterator[tuple[str, ...]]:
    for setting in ("u1", "u1-wix"):
        for flow in _flows(setting):
            for index, call in enumerate(recording(bench, setting, flow)):
                if CALLS[call] in WRITES:
                    for name in STOPS:
                        yield setting, flow, f"{index}-{call}", name


def _stop(bench: Bench, case: tuple[str, ...], _: Seen) -> None:
    setting, name, place, stop = case
    flow, (number, code) = FLOWS[name], STOPS[stop]
    index, call = place.split("-", 1)
    with bench.world(setting_of(setting)) as world:
        foreign = set_stage(world, flow)
        since = world.service.last_request()
        hold, running = held_at(world, int(index), "after")
        signalled(running, number)
        time.sleep(0.05)
        world.service.release(hold)
        started = time.monotonic()
        result = world.ended(running, 30)
        took = time.monotonic() - started
        if result.code != code:
            raise judge.Violation(3, f"SIG{stop} ends with {result.code} instead of {code}: {result.err}")
        if took > 10:
            raise judge.Violation(3, f"it took {took:.1f} s to stop")
        if result.report is None:
            raise judge.Violation(3, f"no whole report: {result.out[-300:]}")
        judge.plausible(result)
        judge.safe(world, foreign)
        judge.named(world, result)
        made = [one["operation"] for one in world.service.requests(since)][int(index) + 1 :]
        more = [operation for operation in made if CALLS.get(operation) in WRITES and operation != call]
        if len(more) > 1:  # the change under way may end: its second half is the safer end
            raise judge.Violation(3, f"after SIG{stop} it still wrote {more}")
        aftermath(world, flow, foreign)


SUITES = (
    Suite(name="S2", title="kill -9 at every border of every request", cases=_kills, run=_kill),
    Suite(name="S2-twice", title="kill -9, and again while it is repaired", cases=_twice_cases, run=_twice),
    Suite(name="S3", title="SIGTERM and SIGINT at every write", cases=_stops, run=_stop),
)
