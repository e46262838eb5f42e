"""S12: never early and never unplanned late, whatever the time is when a run begins or while it is under way."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from . import judge
from .bench import Bench, Seen, Suite, setting_of
from .command import Result
from .content import LATE, Post, key
from .flows import FLOWS, Flow
from .kills import held_at
from .matrix import recording, set_stage
from .world import World

LEAD = timedelta(minutes=3)
MINUTES = (1, 2, 3, 4, 5, 10, 20, 26, 27, 28, 29, 31, 33, 40, 60, 90, 180, 720, 1440)
SECONDS = tuple(
    sorted(
        {
            *(sign * minutes * 60 + 30 for sign in (-1, 1) for minutes in MINUTES),
            -30, 30, 90,
        }
    )
)  # fmt: skip
JUMPS = (150, 178 * 60 - 30, 178 * 60 + 30, 179 * 60, 180 * 60 + 30, 200 * 60, 209 * 60, 215 * 60, 1440 * 60)
"""Seconds that go by at once in the middle of a run whose post is due after 180 minutes."""

MOVING = ("F2", "F3", "F5", "F6", "F7", "F8", "F14")
ASAP = (60, 170, 190, 300, 590, 610, 700, 3600)
PERSON = frozenset({0, 3, 6, 7, 8, 9})


def _cases(bench: Bench) -> Iterator[tuple[str, ...]]:
    for seconds in SECONDS:
        for what in ("new", "new-with-until", "edit", "move"):
            yield what, str(seconds)
    for seconds in ASAP:
        yield "asap", str(seconds)
    for flow in MOVING:
        for index, call in enumerate(recording(bench, "u1", flow)):
            for jump in JUMPS:
                yield "jump", flow, f"{index}-{call}", str(jump)


def _run(bench: Bench, case: tuple[str, ...], _: Seen) -> None:
    with bench.world(setting_of("u1")) as world:
        if case[0] == "jump":
            _jump(world, case[1], int(case[2].split("-")[0]), int(case[3]))
        elif case[0] == "asap":
            _asap(world, int(case[1]))
        elif case[0] in ("new", "new-with-until"):
            _new(world, int(case[1]), timedelta(hours=2) if case[0] == "new-with-until" else LATE)
        else:
            _changed(world, int(case[1]), case[0])


def _new(world: World, seconds: int, late: timedelta) -> None:
    foreign = world.foreign()
    when = world.at(seconds=seconds)
    until = when + late if late != LATE else None
    world.put(Post(id="post", when=when, text="Words", until=until))
    result = world.apply()
    judge.plausible(result)
    judge.safe(world, foreign)
    soonest = max(when, world.now() + LEAD)
    missed = soonest > when + late
    if missed:
        _nothing(world, result.code, (9, 3))
    elif result.code == 0:
        judge.settled(world)
        judge.came_out(world, frozenset({0}), foreign)
    elif when + late - soonest > timedelta(minutes=1, seconds=10):  # whole minutes: the last one may not fit
        raise judge.Violation(3, f"exit {result.code} although it can still go out: {judge.told(result)}")


def _nothing(world: World, code: int, codes: tuple[int, ...]) -> None:
    """It was missed: said so, and nothing comes out, ever."""
    if code not in codes:
        raise judge.Violation(2, f"missed, but exit {code}")
    world.expected = {}
    judge.settled(world)
    world.set_clock(world.at(days=3))
    if found := [line for line in world.service.feed(world.site_id) if (line["reference"] or "").startswith("ss1.")]:
        raise judge.Violation(2, f"missed, and yet public: {found}")


def _asap(world: World, seconds: int) -> None:
    foreign = world.foreign()
    world.put(Post(id="post", when="asap", until=world.at(seconds=seconds), text="Words"))
    result = world.apply()
    judge.plausible(result)
    judge.safe(world, foreign)
    if seconds < 180:
        _nothing(world, result.code, (9, 3))
    elif result.code == 0:
        judge.settled(world)
        judge.came_out(world, frozenset({0}), foreign)
    elif seconds > 190:
        raise judge.Violation(3, f"exit {result.code} although it can still go out: {judge.told(result)}")


def _changed(world: World, seconds: int, what: str) -> None:
    """A scheduled post is edited or moved when its moment is so many seconds away (or gone by)."""
    foreign = world.foreign()
    world.put(Post(id="post", when=world.at(hours=48), text="Words"))
    world.applied()
    world.set_clock(world.at(hours=48, seconds=-seconds))
    post = world.posts["post"]
    world.put(replace(post, text="Other words") if what == "edit" else replace(post, when=world.at(hours=50)))
    result = world.apply()
    judge.plausible(result)
    judge.safe(world, foreign)
    judge.named(world, result)
    if seconds > 200 and result.code != 0:
        raise judge.Violation(3, f"exit {result.code} with {seconds} s to go: {judge.told(result)}")
    world.set_clock(world.at(hours=60))
    judge.safe(world, foreign)
    lines = [line for line in world.service.feed(world.site_id) if line["reference"] == key("post", "linkedin")]
    if len(lines) != 1:
        raise judge.Violation(1, f"it came out {len(lines)} times")


def jumped(world: World, flow: Flow, index: int, seconds: int) -> tuple[tuple[str, ...], int, Result]:
    """The flow, its clock moved on at one request; three more runs, the last of which must write nothing. The foreign
    items, the worst code before that last run, and how that ended."""
    foreign = set_stage(world, flow)
    hold, running = held_at(world, index, "before")
    world.service.control("POST", "clock/advance", {"by": seconds})
    world.service.release(hold)
    result = world.ended(running)
    judge.plausible(result)
    judge.safe(world, foreign)
    judge.named(world, result)
    told = result.code
    for _ in range(2):
        again = world.apply()
        judge.plausible(again)
        judge.safe(world, foreign)
        told = max(told, again.code)
    since = world.service.last_request()
    last = world.apply()
    if found := judge.writes(world, since):
        raise judge.Violation(4, f"the fourth run still wrote {found}")
    return foreign, told, last


def _jump(world: World, name: str, index: int, seconds: int) -> None:
    foreign, told, last = jumped(world, FLOWS[name], index, seconds)
    if last.code not in PERSON:
        raise judge.Violation(3, f"exit {last.code}: {judge.told(last)}")
    world.set_clock(world.at(hours=80))
    judge.safe(world, foreign)
    out = {line["reference"] for line in world.service.feed(world.site_id)}
    if set(world.expected) - out and not told:
        raise judge.Violation(3, "it never came out, and no run said so")


SUITES = (Suite(name="S12", title="late and early", cases=_cases, run=_run),)
