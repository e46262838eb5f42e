"""S19, S20 and S21: a service that slows callers down, one without unique keys, and listings that move."""

import itertools
import random
from collections import Counter
from collections.abc import Iterator

from . import judge
from .bench import Bench, NotFired, Seen, Suite, setting_of
from .content import TARGETS, Post
from .faults import CALLS, FAULTS, WRITES, faults_of
from .flows import FLOWS, OK
from .kills import POINTS, held_at, killed_at
from .matrix import arm, recording, set_stage
from .world import World

# --- S20: no uniqueness ---------------------------------------------------------------------------

UNIQUE = ("F2", "F3", "F14", "F18")


def _u0_cases(bench: Bench) -> Iterator[tuple[str, ...]]:
    for flow in UNIQUE:
        for index, call in enumerate(recording(bench, "u0", flow)):
            if CALLS[call] in WRITES:
                for fault in faults_of(call):
                    yield "fault", flow, f"{index}-{call}", fault
                for point in POINTS:
                    yield "kill", flow, f"{index}-{call}", point


def _u0(bench: Bench, case: tuple[str, ...], seen: Seen) -> None:
    """One applier, consistent reads: still at most one publication, and a second live item is told as such."""
    what, name, place, how = case
    index = int(place.split("-")[0])
    with bench.world(setting_of("u0")) as world:
        foreign = set_stage(world, FLOWS[name])
        if what == "kill":
            killed_at(world, index, how)
        else:
            number = arm(world, FAULTS[how], index)
            judge.plausible(world.apply(), also=10)
            if world.service.fired().get(number) != 1:
                raise NotFired(f"{how} at request {index} did not fire")
            seen.pairs.add((place.split("-", 1)[1], how))
            world.service.clear_faults()
        judge.safe(world, foreign)
        world.forget()
        codes = [world.apply().code for _ in range(3)]
        if codes[-1] not in (0, 9, 10):
            raise judge.Violation(4, f"three runs exit with {codes}")
        live = Counter(item.get("referenceId") for item in world.service.items(world.site_id)
                       if item["status"] in judge.LIVE and item.get("referenceId") in world.expected)  # fmt: skip
        doubled = [key for key, count in live.items() if count > 1]
        if doubled and codes[-1] != 10:
            raise judge.Violation(1, f"{doubled} live twice, and the runs said {codes}")
        world.set_clock(world.at(hours=40))
        judge.safe(world, foreign)


# --- S21: paging ----------------------------------------------------------------------------------

SIZES = (1, 9, 10, 11, 49, 50, 51, 89, 90, 91, 99, 100, 101, 149, 180, 181, 199, 200, 201, 271)
LIMITS = (100, 50, 10)
ENDLESS = ("same-page", "growing", "repeated-id", "no-ids", "other-total")


def _paging_cases(_: Bench) -> Iterator[tuple[str, ...]]:
    for size in SIZES:
        for limit in LIMITS:
            if size // limit > 12:
                continue
            yield "still", str(size), str(limit), "-"
            for page in range(max(1, size * 10 // (limit * 9)) + 1):
                for what in ("insert", "remove-first", "remove-last"):
                    yield what, str(size), str(limit), str(page)
    for what in ENDLESS:
        yield "endless", what


def _fill(world: World, size: int) -> list[str]:
    """Drafts of another program, so that the one post of ours is somewhere among them."""
    target = TARGETS["linkedin"]
    made = []
    for number in range(size):
        item = {
            "type": "POST",
            "channel": {"name": "LINKEDIN", "accountId": target.account},
            "referenceId": f"x-{number}",
            "linkedinPost": {"caption": f"draft {number}", "authorId": target.second},
        }
        made.append(str(world.service.api(world.site_id, "POST", "/items", {"item": item})["item"]["id"]))
        if number == size // 2:
            world.put(Post(id="post", when=world.at(hours=3), text="Words"))
            world.applied()
            world.watched_from = world.service.last_request()
    world.watched_from = world.service.last_request()
    return made


def _paging(bench: Bench, case: tuple[str, ...], _: Seen) -> None:
    if case[0] == "endless":
        _endless(bench, case[1])
        return
    what, size, limit, page = case[0], int(case[1]), int(case[2]), case[3]
    with bench.world(
        setting_of(f"u3+query_max_limit={limit}+query_default_limit={limit}+query_over_limit=clamp")
    ) as world:
        foreign = _fill(world, size)
        world.forget()
        since = world.service.last_request()
        if what == "still":
            result = world.apply()
        else:
            try:
                hold, running = held_at(world, int(page), "before", operation="query_items")
            except NotFired:
                return  # fewer pages than that: the listing was over before anything could move
            if what == "insert":
                world.service.dashboard("copy", item=foreign[0])
            else:
                world.service.dashboard("delete", item=foreign[0 if what == "remove-first" else -1])
            world.service.release(hold)
            result = world.ended(running)
        judge.plausible(result)
        judge.safe(world, tuple(foreign))
        if found := judge.writes(world, since):
            raise judge.Violation(6, f"everything was in order, but it wrote {found}")
        if result.code not in ((0,) if what == "still" else (0, 5)):
            raise judge.Violation(6, f"exit {result.code}: {judge.told(result)}")


def _endless(bench: Bench, what: str) -> None:
    with bench.world(setting_of("u1")) as world:
        foreign = _fill(world, 120)
        page = world.service.api(world.site_id, "POST", "/items/query", {"query": {"paging": {"limit": 100}}})
        world.watched_from = world.service.last_request()
        world.forget()
        items = page["items"]
        if what == "repeated-id":
            items = [items[0]] * 100
        elif what == "no-ids":
            items = [{**item, "id": ""} for item in items]
        elif what == "growing":
            items = items * 3
        total = {
            "count": len(items),
            "offset": 0,
            "total": 10**6 if what == "other-total" else 120,
            "tooManyToCount": False,
        }
        world.service.fault(do="reply", status=200, body={"items": items, "pagingMetadata": total}, times=None,
                            operation="query_items")  # fmt: skip
        since = world.service.last_request()
        result = world.apply()
        judge.plausible(result)
        judge.safe(world, tuple(foreign))
        if found := judge.writes(world, since):
            raise judge.Violation(6, f"after a listing without end it wrote {found}")
        if result.code not in (5, 4):
            raise judge.Violation(6, f"exit {result.code}: {judge.told(result)}")


# --- S19: rate and retries ------------------------------------------------------------------------

THROTTLED = 60
LIMIT = 20
"""Requests a minute that the service takes; a run of a dozen posts makes some thirty."""


def _throttled_cases(_: Bench) -> Iterator[tuple[str, ...]]:
    yield ("limit",)
    for seed in range(THROTTLED):
        yield (str(seed),)


def _limited(world: World, seen: Seen) -> None:
    """A service that means it: what it refused is asked again after as long as it said, so next to nothing is refused
    twice, and one run gets it all done."""
    foreign = world.foreign()
    world.put(*(Post(id=f"post-{n:02}", when=world.at(hours=3 + n), text=f"Words {n}") for n in range(12)))
    world.service.settings(requests_per_minute=LIMIT)
    since = world.service.last_request()
    result = world.apply()
    judge.plausible(result)
    judge.safe(world, foreign)
    asked = world.service.requests(since)
    refused = sum(one["status"] == 429 for one in asked)
    seen.numbers["refused"] = refused
    if not refused:
        raise NotFired("no request was refused")
    if result.code != 0 or refused > len(asked) // LIMIT:
        raise judge.Violation(4, f"exit {result.code}, {refused} of {len(asked)} refused: {judge.told(result)}")
    judge.settled(world)


def _throttled(bench: Bench, case: tuple[str, ...], seen: Seen) -> None:
    """Three of ten requests answer 429, in one of its forms; no read is asked more than four times in a row."""
    if case[0] == "limit":
        with bench.world(setting_of("u1")) as world:
            _limited(world, seen)
        return
    chosen = random.Random(f"S19/{case[0]}")
    forms: tuple[dict[str, object], ...] = ({}, {"retry_after": "0"}, {"retry_after": "1"}, {"retry_after": "-5"})
    with bench.world(setting_of("u1")) as world:
        foreign = world.foreign()
        world.put(*(Post(id=f"post-{n}", when=world.at(hours=3 + n), text=f"Words {n}") for n in range(6)))
        # A probability by the emulator's seed would be the same in every case.
        for _ in range(8):
            world.service.fault(do="reply", status=429, skip=chosen.randrange(26), times=1, **chosen.choice(forms))
        since = world.service.last_request()
        result = world.apply()
        judge.plausible(result)
        judge.safe(world, foreign)
        judge.named(world, result)
        fired = sum(world.service.fired().values())
        if not fired:
            raise NotFired("no request was refused")
        seen.numbers["refused"] = fired
        asked = [(one["operation"], str(one["body"]), one["path"], one["query"])
                 for one in world.service.requests(since)]  # fmt: skip
        in_a_row = 1
        for one, other in itertools.pairwise(asked):
            in_a_row = in_a_row + 1 if one == other else 1
            if in_a_row > 4:
                raise judge.Violation(4, f"asked {in_a_row} times in a row: {one}")
        world.service.clear_faults()
        judge.converges(world, OK, foreign)
        judge.came_out(world, OK, foreign)


SUITES = (
    Suite(name="S20", title="a service without unique keys", cases=_u0_cases, run=_u0),
    Suite(name="S21", title="listings that move", cases=_paging_cases, run=_paging),
    Suite(name="S19", title="rate and retries", cases=_throttled_cases, run=_throttled),
)
