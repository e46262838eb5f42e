"""`delivery: local`: the tool publishes by itself, when due and before `until`, and sends that at most once per key.

Whatever goes wrong, in the end a post is public once, or the runs say that nobody knows (its publishing was claimed and
has no answer); which of the two is right is told by what was in the way.
"""

from collections.abc import Iterator

from . import judge
from .bench import Bench, Seen, Suite, setting_of
from .faults import CALLS, FAULTS, WRITES, faults_of
from .flows import Flow
from .flows_local import LOCAL_FLOWS, PUBLISH
from .gate import Gate
from .kills import POINTS, killed_at
from .matrix import allowed_at, met, recording, set_stage
from .world import World

SETTINGS = ("u1-wix-local", "u2-wix-local", "u3-wix-local")
FIRST = SETTINGS[0]
LOST = frozenset({0, 4, 6, 7, 8, 9})
"""How a run may end that heard nothing good of the one publishing it may send."""


def _open_end(world: World, flow: Flow, foreign: tuple[str, ...], *, may_be_claimed: bool) -> None:
    """The faults have stopped: two runs, then one that writes nothing; all is out, or what is not is called claimed."""
    world.forget()
    for _ in range(2):
        result = world.apply()
        judge.plausible(result)
        judge.safe(world, foreign)
        judge.named(world, result)
    if result.code in flow.codes:
        _is_out(world, flow, foreign)
        return
    assert result.report is not None, result.err
    claimed = {one["key"] for one in result.report["sites"][0]["outcomes"] if one["code"] == "CLAIMED"}
    if result.code != 7 or not claimed or not may_be_claimed:
        raise judge.Violation(4, f"two runs end with {result.code}: {judge.told(result)}")
    since = world.service.last_request()
    again = world.apply()
    judge.named(world, again)
    if found := judge.writes(world, since):
        raise judge.Violation(1, f"claimed, and then it wrote {found}")
    if _public(world) >= claimed:
        _is_out(world, flow, foreign)  # what was sent has arrived after all
        return
    if again.code != 7:
        raise judge.Violation(3, f"claimed, and then exit {again.code}: {judge.told(again)}")
    world.expected = {name: want for name, want in world.expected.items() if name not in claimed}
    judge.settled(world)


def _is_out(world: World, flow: Flow, foreign: tuple[str, ...]) -> None:
    judge.converges(world, flow.codes, foreign)
    judge.came_out(world, flow.after, foreign)


def _public(world: World) -> set[str]:
    return {line["reference"] for line in world.service.feed(world.site_id) if line["reference"]}


# --- S1 and S2 ------------------------------------------------------------------------------------


def _places(bench: Bench, setting: str) -> Iterator[tuple[str, str, str]]:
    """Every request of one flow; of the others those from the first write on, the rest being the same."""
    for name in LOCAL_FLOWS if setting == FIRST else ("L1", "L4"):
        calls = recording(bench, setting, name)
        first = 0 if name == "L1" else next(n for n, call in enumerate(calls) if CALLS[call] in WRITES)
        for index in range(first, len(calls)):
            yield name, f"{index}-{calls[index]}", calls[index]


def _singles(bench: Bench) -> Iterator[tuple[str, ...]]:
    for setting in SETTINGS:
        for name, place, call in _places(bench, setting):
            for fault in faults_of(call):
                yield setting, name, place, fault


def _single(bench: Bench, case: tuple[str, ...], seen: Seen) -> None:
    setting, name, place, fault_name = case
    flow, fault, calls = LOCAL_FLOWS[name], FAULTS[fault_name], recording(bench, setting, name)
    published = place.endswith(PUBLISH)
    with bench.world(setting_of(setting)) as world:
        foreign = set_stage(world, flow)
        result = met(world, place, fault_name)
        judge.plausible(result)
        judge.safe(world, foreign)
        judge.named(world, result)
        allowed = LOST if published else allowed_at(calls, place, fault) | (flow.codes if fault.benign else set())
        if result.code not in allowed:
            raise judge.Violation(3, f"exit {result.code}, allowed {sorted(allowed)}: {judge.told(result)}")
        if result.code == 0 and not fault.lies:
            judge.settled(world)
        seen.pairs.add((place.split("-", 1)[1], fault_name))
        _open_end(world, flow, foreign, may_be_claimed=published)


CLAIMING = ("L1", "L4", "L5", "L8")
PUSHES = ("1-before", "1-after", "2-before", "2-after")
"""Of the pushes of State: the first records a claim, the second what was done; of two posts that of the second one."""


def _kills(bench: Bench) -> Iterator[tuple[str, ...]]:
    for setting in SETTINGS:
        for name in LOCAL_FLOWS:
            for index, call in enumerate(recording(bench, setting, name)):
                for point in POINTS:
                    yield setting, name, f"{index}-{call}", point
        for name in CLAIMING:
            for push in PUSHES:
                yield setting, name, "push", push


def _kill(bench: Bench, case: tuple[str, ...], _: Seen) -> None:
    setting, name, place, point = case
    flow = LOCAL_FLOWS[name]
    with bench.world(setting_of(setting)) as world:
        foreign = set_stage(world, flow)
        if place == "push":
            number, when = point.split("-")
            with Gate(world, before=when == "before") as gate:
                for earlier in range(1, int(number)):
                    gate.let(earlier)
                running = world.start("apply", "--format", "json")
                gate.kill_at(int(number), running)
                world.ended(running)
            claimed = when == "after" and int(number) <= len(world.expected)
        else:
            killed_at(world, int(place.split("-")[0]), point)
            claimed = place.endswith(PUBLISH) and point == "dropped"
        judge.safe(world, foreign)
        _open_end(world, flow, foreign, may_be_claimed=claimed)


# --- S6 -------------------------------------------------------------------------------------------

RACES = ("first", "second", "both")


def _races(_: Bench) -> Iterator[tuple[str, ...]]:
    for setting in SETTINGS:
        for name in ("L1", "L4", "L5"):
            for race in RACES:
                yield setting, name, race


def _race(bench: Bench, case: tuple[str, ...], _: Seen) -> None:
    """Two runs have both read that nobody has claimed the post, and push their claims: one wins, one publishes."""
    setting, name, order = case
    flow = LOCAL_FLOWS[name]
    with bench.world(setting_of(setting)) as world:
        foreign = set_stage(world, flow)
        other = world.second_clone()
        with Gate(world, before=True) as gate:
            running = [world.start("apply", "--format", "json", where=world.clone)]
            gate.arrived(1)
            running.append(world.start("apply", "--format", "json", where=other))
            gate.arrived(2)
            if order != "both":
                first = 1 if order == "first" else 2
                gate.let(first)
                gate.gone(first)
            gate.let_all()
            results = [world.ended(one) for one in running]
        for result in results:
            judge.plausible(result)
            judge.named(world, result)
        if 0 not in (codes := [result.code for result in results]):
            raise judge.Violation(3, f"two runs, and neither did it: exits {codes}")
        judge.safe(world, foreign)
        judge.converges(world, flow.codes, foreign)
        judge.came_out(world, flow.after, foreign)


SUITES = (
    Suite(name="S1-local", title="delivery: local, one fault at every request", cases=_singles, run=_single),
    Suite(name="S2-local", title="delivery: local, kill -9 at every request and push", cases=_kills, run=_kill),
    Suite(name="S6-local", title="delivery: local, two runs race for the claim", cases=_races, run=_race),
)
