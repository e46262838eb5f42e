"""The model of one post: two appliers, a service, a network and a dashboard, and every order in which they may act.

The network loses replies, drops requests or delivers them later at any moment; processes are killed and start again;
listings miss an item; somebody acts in the dashboard; the date passes. Deleted items are never shown. `U0` to `U3` say
where the service holds a key unique: nowhere, at create for ever, at publishing, at create among undeleted items.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace

DRAFT, SCHEDULED, PUBLIC, CANCELED, DELETED = "DSPCX"


@dataclass(frozen=True, order=True)
class Process:
    """One applier: where it is in its run, the item it works on, and what is left to it."""

    attempt: int = 1
    step: str = "list"
    item: int = -1
    sends: int = 0
    runs: int = 2


@dataclass(frozen=True)
class World:
    items: tuple[tuple[int, str], ...] = ()  # attempt and status
    late: frozenset[tuple[str, int]] = frozenset()  # requests that the network still holds
    processes: tuple[Process, ...] = (Process(), Process())
    published: int = 0
    passed: bool = False  # whether the date has passed
    claimed: bool = False
    faults: int = 1
    kills: int = 1
    stale: int = 1
    hands: int = 1


@dataclass(frozen=True)
class Protocol:
    """What a client does, ours as given here, against a service that holds keys unique in its own way."""

    unique: str = "U1"
    key: bool = True  # a key from git on every create
    reads: bool = True  # an open create is settled by reading before it is sent again
    immediate: bool = False  # published at once instead of scheduled
    claims: bool = False  # an immediate publish is claimed by compare and swap, and sent once
    again: bool = False  # the service publishes a public item once more if asked to
    fence: str = DRAFT + SCHEDULED  # items of the older attempt in these statuses are ended first
    trace: bool = True  # nothing is made while nothing is known of the older attempt, or it is public

    def execute(self, world: World, request: tuple[str, int]) -> World | None:
        """The world after the service has carried a request out; None if it refuses."""
        name, number = request
        if name == "create":  # `number` is the attempt
            holders = [s for attempt, s in world.items if attempt == number and (s != DELETED or self.unique == "U1")]
            if self.key and self.unique in ("U1", "U3") and holders:
                return None
            return replace(world, items=(*world.items, (number, DRAFT)))
        attempt, status = world.items[number]
        others = world.items[:number] + world.items[number + 1 :]
        taken = self.key and self.unique == "U2" and not {(attempt, SCHEDULED), (attempt, PUBLIC)}.isdisjoint(others)
        match name, status:
            case "schedule", "D" | "S" if not world.passed and not taken:
                return _with(world, number, SCHEDULED)
            case "publish", "D" | "S" if not taken:
                return replace(_with(world, number, PUBLIC), published=world.published + 1)
            case "publish", "P" if self.again:
                return replace(world, published=world.published + 1)
            case "cancel", "S":
                return _with(world, number, CANCELED)
            case "delete", _:
                return _with(world, number, DELETED)
            case _:
                return None

    def steps(self, world: World) -> Iterator[tuple[str, World]]:
        """Everything that may happen next."""
        if not world.passed:
            due = sum(status == SCHEDULED for _, status in world.items)
            fired = tuple((attempt, PUBLIC if status == SCHEDULED else status) for attempt, status in world.items)
            yield "the date passes", replace(world, passed=True, items=fired, published=world.published + due)
        for request in world.late:
            freed = replace(world, late=world.late - {request})
            yield f"late {request}", self.execute(freed, request) or freed
        for index, (_, status) in enumerate(world.items) if world.hands else ():
            name = {SCHEDULED: "delete", DRAFT: "publish"}.get(status, "")
            if name and (done := self.execute(replace(world, hands=world.hands - 1), (name, index))):
                yield f"by hand: {name} {index}", done
        for index, process in enumerate(world.processes):
            if process.step == "end" and process.runs > 1:
                yield f"{index} runs again", _now(world, index, replace(process, step="list", runs=1))
            elif process.step != "end":
                for told, after, then in self._client(world, process):
                    yield f"{index} {told}", _now(after, index, then)
                if world.kills:
                    fewer = replace(world, kills=world.kills - 1)
                    yield f"{index} is killed", _now(fewer, index, replace(process, step="end"))

    def _client(self, world: World, process: Process) -> Iterator[tuple[str, World, Process]]:
        done = replace(process, step="end")
        status = world.items[process.item][1] if process.item >= 0 else ""
        late = world.passed and not self.immediate
        match process.step:
            case "settle" if not self.reads:
                yield "sends again", world, replace(process, step="create") if process.sends < 3 else done
            case "list" | "again" | "own" | "settle":
                fences = process.step in ("list", "again") and process.attempt > 1
                hopeless = late or (process.step == "settle" and process.sends > 2)
                for told, after, seen in _listings(world):
                    then = self._fences(world, process, seen) if fences else _found(world, process, seen)
                    yield told, after, done if then.step == "create" and hopeless else then
            case "create":
                doubt = replace(process, sends=process.sends + 1, step="settle")
                made = replace(doubt, step="look", item=len(world.items))
                yield from self._send(world, ("create", process.attempt), made, doubt, doubt)
            case "look" | "check":  # a read of the item itself
                goes_on = status == DRAFT and process.sends < 3 and not late
                yield f"reads {status}", world, replace(process, step="commit") if goes_on else done
            case "commit" if self.claims and world.claimed:
                yield "finds it claimed", world, done
            case "commit":
                request = ("publish" if self.immediate else "schedule", process.item)
                doubt = replace(process, step="check", sends=process.sends + 1)
                yield from self._send(replace(world, claimed=self.claims), request, done, doubt, done)
            case "fence":
                looks, name = replace(process, step="fenced"), "delete" if status == DRAFT else "cancel"
                yield from self._send(world, (name, process.item), looks, looks, looks)
            case _:  # "fenced"
                yield (
                    f"reads {status}",
                    world,
                    replace(process, step="again") if status in (CANCELED, DELETED) else done,
                )

    def _fences(self, world: World, process: Process, seen: list[int]) -> Process:
        older = [index for index in seen if world.items[index][0] < process.attempt]
        if to_end := [index for index in older if world.items[index][1] in self.fence]:
            return replace(process, step="fence", item=to_end[0])
        forbidden = any(world.items[index][1] == PUBLIC for index in older) or (process.step == "list" and not older)
        return replace(process, step="end" if self.trace and forbidden else "own")

    def _send(
        self, world: World, request: tuple[str, int], done: Process, doubt: Process, refused: Process
    ) -> Iterator[tuple[str, World, Process]]:
        """A request is carried out or refused; or the reply is lost, or the request, or it is delivered later."""
        after = self.execute(world, request)
        yield f"sends {request}", after or world, done if after else refused
        if world.faults:
            fewer = replace(world, faults=world.faults - 1)
            yield f"sends {request}, reply lost", self.execute(fewer, request) or fewer, doubt
            yield f"sends {request}, request lost", fewer, doubt
            yield f"sends {request}, delayed", replace(fewer, late=fewer.late | {request}), doubt


def _with(world: World, number: int, status: str) -> World:
    return replace(world, items=(*world.items[:number], (world.items[number][0], status), *world.items[number + 1 :]))


def _now(world: World, index: int, process: Process) -> World:
    """The world with that process; what cannot matter any more is left out, so that equal futures are one state."""
    if process.step in ("end", "list"):
        process = Process(attempt=process.attempt, step=process.step, runs=process.runs)
    return replace(world, processes=tuple(sorted((*world.processes[:index], process, *world.processes[index + 1 :]))))


def _listings(world: World) -> Iterator[tuple[str, World, list[int]]]:
    seen = [index for index, (_, status) in enumerate(world.items) if status != DELETED]
    yield f"lists {seen}", world, seen
    for missing in seen if world.stale else ():
        yield f"misses {missing}", replace(world, stale=world.stale - 1), [index for index in seen if index != missing]


def _found(world: World, process: Process, seen: list[int]) -> Process:
    ours = sorted(("PSCD".index(world.items[i][1]), i) for i in seen if world.items[i][0] == process.attempt)
    if not ours:
        return replace(process, step="create")
    return replace(process, step="look" if world.items[ours[0][1]][1] == DRAFT else "end", item=ours[0][1])


def twice(protocol: Protocol, start: World) -> tuple[list[str], int]:
    """The shortest way to a second publication (empty: there is none), and how many states were looked at."""
    came_from, todo = {start: ("", start)}, deque([start])
    while todo:
        world = todo.popleft()
        if world.published > 1:
            way = [world]
            while came_from[way[-1]][0]:
                way.append(came_from[way[-1]][1])
            return [came_from[one][0] for one in way[-2::-1]], len(came_from)
        for told, after in protocol.steps(world):
            if after not in came_from:
                came_from[after] = (told, world)
                todo.append(after)
    return [], len(came_from)
