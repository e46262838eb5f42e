"""S12 with `delivery: local`: no run publishes before the date or after `until`, and what was missed is said."""

from collections.abc import Iterator
from datetime import timedelta

from . import judge
from .bench import Bench, Seen, Suite, setting_of
from .content import key
from .flows_local import LOCAL_FLOWS, PUBLISH, due
from .matrix import recording
from .moments import jumped
from .world import World

KEY = key("post", "linkedin")
FREE = "u1-local"
OFFSETS = tuple(sign * seconds for seconds in (20, 90, 600, 1_500, 1_740, 1_780, 1_830, 3_600, 86_400)
                for sign in (-1, 1))  # fmt: skip
UNTIL = {"default": timedelta(minutes=30), "2m": timedelta(minutes=2), "2h": timedelta(hours=2)}
ASAP = (-30, 20, 90, 3_600)
JUMPS = (90, 600, 1_170, 1_230, 3_600, 86_400)
"""Seconds that go by in the middle of a run. What is due at once has twenty minutes left (1,200 seconds)."""


def _moments(bench: Bench) -> Iterator[tuple[str, ...]]:
    for seconds in OFFSETS:
        for until in UNTIL:
            yield "new", str(seconds), until
            yield "waiting", str(seconds), until
    for seconds in ASAP:
        yield "asap", str(seconds)
    for name in LOCAL_FLOWS:
        for index, call in enumerate(recording(bench, FREE, name)):
            if call != PUBLISH:  # of what is on its way already nobody can say when it arrives
                for jump in JUMPS:
                    yield "jump", name, f"{index}-{call}", str(jump)


def _moment(bench: Bench, case: tuple[str, ...], _: Seen) -> None:
    with bench.world(setting_of(FREE)) as world:
        foreign = world.foreign() if case[0] != "jump" else ()
        match case[0]:
            case "new":
                _dated(world, foreign, int(case[1]), UNTIL[case[2]])
            case "waiting":
                _waited(world, foreign, int(case[1]), UNTIL[case[2]])
            case "asap":
                world.put(due(world, when="asap", until=world.at(seconds=int(case[1]))))
                _decided(world, foreign)
            case _:
                _jump(world, case[1], int(case[2].split("-")[0]), int(case[3]))


def _dated(world: World, foreign: tuple[str, ...], seconds: int, late: timedelta) -> None:
    """A new post, due in so many seconds (or since): a run now, one just before it is due and one when it is."""
    when = world.at(seconds=seconds)
    world.put(due(world, when=when, until=when + late))
    _decided(world, foreign)
    for moment in (when - timedelta(seconds=15), when + timedelta(seconds=5), when + late + timedelta(seconds=5)):
        if moment > world.now():
            world.set_clock(moment)
            _decided(world, foreign)


def _waited(world: World, foreign: tuple[str, ...], seconds: int, late: timedelta) -> None:
    """A post that waits as a draft; the next run comes so many seconds after its moment (or before)."""
    when = world.at(hours=48)
    world.put(due(world, when=when, until=when + late))
    world.applied()
    world.set_clock(world.at(hours=48, seconds=seconds))
    _decided(world, foreign)


def _decided(world: World, foreign: tuple[str, ...]) -> None:
    """One run: before its time nothing is public; in its time it is, and exit 0; afterwards it is as it was, and if it
    never came out somebody is told."""
    (want,) = world.expected.values()
    out = _public(world)
    now = world.now()
    result = world.apply()
    judge.plausible(result)
    judge.safe(world, foreign)
    judge.named(world, result)
    if now < want.earliest:
        codes, expected = (0,), 0
    elif now <= want.latest:
        codes, expected = (0,), 1
    else:
        codes, expected = ((0,) if out else (3, 9)), out
    if result.code not in codes or _public(world) != expected:
        raise judge.Violation(
            2, f"{now}: exit {result.code} and {_public(world)} times public, expected {codes} and {expected}"
        )


def _public(world: World) -> int:
    return sum(line["reference"] == KEY for line in world.service.feed(world.site_id))


def _jump(world: World, name: str, index: int, seconds: int) -> None:
    _, told, _ = jumped(world, LOCAL_FLOWS[name], index, seconds)
    now, out = world.now(), {line["reference"] for line in world.service.feed(world.site_id)}
    missing = {name for name, want in world.expected.items() if want.earliest <= now} - out
    if missing and not told:
        raise judge.Violation(3, f"{sorted(missing)} never came out, and no run said so")


SUITES = (Suite(name="S12-local", title="delivery: local, late and early", cases=_moments, run=_moment),)
