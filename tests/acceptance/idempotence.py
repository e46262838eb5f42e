"""S8: once it has converged, applying again and again changes nothing, under every profile of the service."""

from collections.abc import Iterator

from . import judge
from .bench import Bench, Seen, Suite, setting_of
from .flows import FLOWS
from .kills import NEED_FREE_CLOCK
from .matrix import set_stage

SETTINGS = ("u0", "u1", "u2", "u3", "documented", "normalising", "hostile", "slow", "u1-wix")
RUNS = 3
FLAPPING = 50


def _cases(_: Bench) -> Iterator[tuple[str, ...]]:
    for setting in SETTINGS:
        for flow in FLOWS:
            if setting != "u1-wix" or flow not in NEED_FREE_CLOCK:
                yield setting, flow, str(RUNS)
    yield "hostile", "F18", str(FLAPPING)


def _run(bench: Bench, case: tuple[str, ...], _: Seen) -> None:
    setting, name, runs = case
    flow = FLOWS[name]
    with bench.world(setting_of(setting)) as world:
        foreign = set_stage(world, flow)
        result = world.apply()
        judge.plausible(result)
        if result.code not in flow.codes:
            raise judge.Violation(3, f"exit {result.code}: {judge.told(result)}")
        judge.safe(world, foreign)
        judge.settled(world)
        for number in range(int(runs)):
            if number == 1 and not flow.keeps_state:
                world.forget()
            since = world.service.last_request()
            again = world.apply()
            judge.plausible(again)
            judge.named(world, again)
            if again.code not in flow.codes:
                raise judge.Violation(4, f"run {number} after convergence exits {again.code}: {judge.told(again)}")
            if found := judge.writes(world, since):
                raise judge.Violation(4, f"run {number} after convergence wrote {found}")
        judge.came_out(world, flow.after, foreign)


SUITES = (Suite(name="S8", title="a converged site stays untouched", cases=_cases, run=_run),)
