"""S6: two real processes on one site, their item-touching requests in every order; and more of them running free."""

import itertools
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from . import judge
from .bench import Bench, NotFired, Seen, Suite, setting_of
from .command import Result, Running
from .content import Post
from .flows import OK
from .world import World

STEPS = 4
"""The listing, the create, the schedule and the audit: what a run that makes one post asks of the items."""

TOUCHING = (
    "query_items", "get_item", "get_items", "create_draft_item", "publish_item_by_id", "update_item", "reschedule_item",
    "cancel_scheduled_item", "delete_item",
)  # fmt: skip
SETTINGS = ("u1", "u2", "u3", "u1-wix")
ENDS = frozenset({0, 6, 7, 8, 9, 11})  # of one that met the other; never a bug, never a duplicate


class Stepped:
    """A process that stops at each of its item-touching requests until it is told to go on."""

    def __init__(self, world: World, where: Path) -> None:
        self._world = world
        self._hold = self._next()
        self.running: Running = world.start("apply", "--format", "json", where=where)
        self._arrive()

    def _next(self) -> int:
        return self._world.service.hold(operation=list(TOUCHING), times=1)

    def _arrive(self) -> None:
        """Until its next request is held, or it has ended. All others are held meanwhile, so whatever comes is ours."""
        ends = time.monotonic() + 60
        while time.monotonic() < ends:
            holds = self._world.service.control("GET", "holds")["holds"]
            if any(hold["id"] == self._hold and hold["waiting"] for hold in holds):
                return
            if self.ended:
                self._world.service.release(self._hold)  # or it would catch the other one's next request
                return
            time.sleep(0.005)
        raise NotFired("a process neither asked nor ended for a minute")

    @property
    def ended(self) -> bool:
        try:
            state = Path(f"/proc/{self.running.pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0]
        except FileNotFoundError:
            return True
        return state == "Z"

    def step(self) -> None:
        if self.ended:
            return
        # The new hold is there before the old one lets go; a request sees only the holds that it found on arrival.
        old, self._hold = self._hold, self._next()
        self._world.service.release(old)
        self._arrive()

    def finish(self) -> Result:
        while not self.ended:
            self.step()
        return self._world.ended(self.running)


def _cases(_: Bench) -> Iterator[tuple[str, ...]]:
    for setting in SETTINGS:
        for commit in ("same", "newer") if setting.endswith("-wix") else ("same",):
            for chosen in itertools.combinations(range(2 * STEPS), STEPS):
                yield setting, commit, "".join("A" if step in chosen else "B" for step in range(2 * STEPS))


def _run(bench: Bench, case: tuple[str, ...], _: Seen) -> None:
    setting, commit, order = case
    with bench.world(setting_of(setting)) as world:
        foreign = world.foreign()
        world.put(Post(id="post", when=world.at(hours=3), text="First words"))
        other = world.second_clone()
        if commit == "newer":
            world.put(replace(world.posts["post"], text="Second words"))
        first, second = Stepped(world, other), Stepped(world, world.clone)
        for name in order:
            (first if name == "A" else second).step()
        results = [first.finish(), second.finish()]
        for result in results:
            judge.plausible(result)
            if result.code not in ENDS:
                raise judge.Violation(1, f"exits {[one.code for one in results]}: {judge.told(result)}")
        judge.safe(world, foreign)
        live = [item for item in world.service.items(world.site_id) if item.get("referenceId") in world.expected
                and item["status"] in judge.LIVE]  # fmt: skip
        if len(live) > 1:
            raise judge.Violation(1, f"{len(live)} live items carry one key")
        judge.converges(world, OK, foreign)
        judge.came_out(world, OK, foreign)


FREE = 40
PROCESSES = 5
POSTS = 12


def _free_cases(_: Bench) -> Iterator[tuple[str, ...]]:
    for setting in ("u1", "u2", "u3", "u1-wix"):
        for seed in range(FREE):
            yield setting, str(seed)


def _free(bench: Bench, case: tuple[str, ...], _: Seen) -> None:
    """Five at once over a dozen posts, wherever their requests fall."""
    with bench.world(setting_of(case[0])) as world:
        foreign = world.foreign()
        world.put(*(Post(id=f"post-{n}", when=world.at(hours=3 + n), text=f"Words {n}") for n in range(POSTS)))
        clones = [world.clone] + [world.second_clone(f"other-{n}") for n in range(PROCESSES - 1)]
        running = [world.start("apply", "--format", "json", where=clone) for clone in clones]
        for one in running:
            result = world.ended(one)
            judge.plausible(result)
            if result.code not in ENDS:
                raise judge.Violation(1, f"exit {result.code}: {judge.told(result)}")
        judge.safe(world, foreign)
        judge.converges(world, OK, foreign)
        judge.came_out(world, OK, foreign)


SUITES = (
    Suite(name="S6", title="two processes, every order of their requests", cases=_cases, run=_run),
    Suite(name="S6-free", title="five processes at once", cases=_free_cases, run=_free),
)
