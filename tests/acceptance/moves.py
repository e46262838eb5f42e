"""S5: people and the service change things before and in the middle of a run; nothing of theirs is overwritten."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from . import judge
from .bench import Bench, Seen, Suite, setting_of
from .content import key
from .flows import FLOWS
from .kills import held_at
from .matrix import recording, set_stage
from .world import World

KEY = key("post", "linkedin")
SETTINGS = ("u1", "u2", "u3")
BEFORE = "before"
HAND = "by hand"
SCHEDULED = ("F5", "F6", "F7", "F8", "F9", "F10", "F20")
DRAFTS = ("F4", "F11")
NEW = ("F2", "F3", "F18")
STANDS = ("F5", "F6", "F7", "F8", "F20")
"""Flows that want the post to live: what a person did to it must stand; the others take it back anyway."""


def _moved_to(world: World) -> datetime:
    return world.at(hours=7)


def _status(status: str) -> Callable[[World], bool]:
    def holds(world: World) -> bool:
        return bool(world.item(KEY)["status"] == status)

    return holds


@dataclass(frozen=True, kw_only=True)
class Move:
    """`codes` is what a run says that finds it done; `stands` whether it still is as the person left it."""

    name: str
    act: Callable[[World], object]
    flows: tuple[str, ...]
    codes: frozenset[int]
    stands: Callable[[World], bool] = lambda _: True


def _item(world: World) -> str:
    return str(world.item(KEY)["id"])


def _move(name: str, act: Callable[[World], object], flows: tuple[str, ...], *codes: int, **more: object) -> Move:
    return Move(name=name, act=act, flows=flows, codes=frozenset(codes), **more)  # type: ignore[arg-type]


MOVES: Mapping[str, Move] = {
    move.name: move
    for move in (
        _move("D1-edit", lambda w: w.service.dashboard("edit", item=_item(w), set={"caption": HAND}), SCHEDULED, 8,
              stands=lambda w: w.item(KEY)["linkedinPost"]["caption"] == HAND),
        _move("D2-move", lambda w: w.service.dashboard("move", item=_item(w), to=str(_moved_to(w))), SCHEDULED, 8,
              stands=lambda w: datetime.fromisoformat(w.item(KEY)["schedulingInfo"]["scheduledDate"]) == _moved_to(w)),
        _move("D3-cancel", lambda w: w.service.dashboard("cancel", item=_item(w)), SCHEDULED, 9,
              stands=_status("CANCELED")),
        _move("D4-delete", lambda w: w.service.dashboard("delete", item=_item(w)), (*SCHEDULED, *DRAFTS), 9,
              stands=_status("DELETED")),
        _move("D5-publish", lambda w: w.service.dashboard("publish", item=_item(w)), SCHEDULED, 8,
              stands=_status("PUBLISHED")),
        _move("D6-publish-draft", lambda w: w.service.dashboard("publish", item=_item(w)), DRAFTS, 0, 8, 9,
              stands=_status("PUBLISHED")),
        _move("D7-copy", lambda w: w.service.dashboard("copy", item=_item(w), keep_reference=True, status="SCHEDULED"),
              SCHEDULED, 0, 8, 9, 10),
        _move("D18-fails", lambda w: w.service.settings(publish_outcome={"*": "FAILED"}), ("F2", "F20"), 0),
        _move("D17-stuck", lambda w: w.service.settings(publish_outcome={"*": "STUCK"}), ("F2", "F20"), 0),
        _move("D24-disconnect", lambda w: w.service.dashboard("disconnect", site=w.site_id, channel="LINKEDIN"),
              (*NEW, *SCHEDULED), 0, 6, 8, 9),
        _move("D25-quota", lambda w: w.service.settings(features={"SCHEDULE_POST": {"enabled": True, "limit": 1,
              "period": "MONTH"}}), NEW, 0, 6, 9),
    )
}  # fmt: skip


def _cases(bench: Bench) -> Iterator[tuple[str, ...]]:
    for setting in SETTINGS:
        for name, move in MOVES.items():
            for flow in move.flows:
                yield setting, name, flow, BEFORE
                for index, call in enumerate(recording(bench, setting, flow)):
                    yield setting, name, flow, f"{index}-{call}"


def _run(bench: Bench, case: tuple[str, ...], _: Seen) -> None:
    setting, name, flow_name, place = case
    move, flow, calls = MOVES[name], FLOWS[flow_name], recording(bench, setting, flow_name)
    with bench.world(setting_of(setting)) as world:
        foreign = set_stage(world, flow)
        world.by_hand.add(KEY)
        if place == BEFORE:
            move.act(world)
            result = world.apply()
        else:
            hold, running = held_at(world, int(place.split("-")[0]), "before")
            try:
                move.act(world)
            except ValueError as refused:  # the item is past it: what the person wanted does not happen
                world.service.release(hold)
                world.ended(running)
                if "the item is" not in str(refused):
                    raise
                return
            world.service.release(hold)
            result = world.ended(running)
        doubles = name == "D7-copy"
        judge.plausible(result, also=10 if doubles else 0)
        judge.safe(world, foreign, doubles_allowed=doubles)
        if not doubles:  # a person's copy is told apart from the post itself, under the same key
            judge.named(world, result)
        _settles(world, move, foreign, doubles)
        if flow_name in STANDS:
            seen_in_time = (
                place == BEFORE or "get_item" not in calls or int(place.split("-")[0]) <= calls.index("get_item")
            )
            if place == BEFORE and result.code not in move.codes:
                raise judge.Violation(3, f"exit {result.code}, expected {sorted(move.codes)}: {judge.told(result)}")
            if seen_in_time and not move.stands(world):
                raise judge.Violation(8, "what a person did was overwritten")
        world.set_clock(world.at(hours=40))
        judge.safe(world, foreign, doubles_allowed=doubles)
        judge.plausible(world.apply(), also=10)


def _settles(world: World, move: Move, foreign: tuple[str, ...], doubles: bool) -> None:
    """Two more runs at most, then none writes; whatever needs a person is told each time, by code."""
    for _ in range(2):
        judge.plausible(world.apply(), also=10 if doubles else 0)
    since = world.service.last_request()
    last = world.apply()
    judge.plausible(last, also=10 if doubles else 0)
    judge.safe(world, foreign, doubles_allowed=doubles)
    if not doubles:
        judge.named(world, last)
    if found := judge.writes(world, since):
        raise judge.Violation(4, f"the fourth run after {move.name} still wrote {found}: {judge.told(last)}")


SUITES = (Suite(name="S5", title="the world moves", cases=_cases, run=_run),)
