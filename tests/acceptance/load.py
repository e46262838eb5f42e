"""S22 and S23: ten thousand posts, killed and resumed; and a week of cron runs while everything moves."""

import contextlib
import math
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from . import judge
from .bench import Bench, NotFired, Seen, Suite, setting_of
from .command import signalled
from .content import Post
from .faults import FAULTS
from .service import WRITES
from .world import World

PAGE = 100
MOST_KIB = 512 * 1024
KILLS = 5
QUARTERS = 7 * 24 * 4
LOSING = (
    "T5-reset-sending",
    "T8-reset-committed",
    "T9-late-3",
    "T11-truncated",
    "H2-429-bare",
    "H4-500",
    "H8-504-late",
)


def _load_cases(_: Bench) -> Iterator[tuple[str, ...]]:
    yield ("500",)
    yield ("2000",)
    yield ("10000",)


def _post(world: World, number: int) -> Post:
    return Post(id=f"post-{number:05}", when=world.at(hours=3, minutes=number), text=f"Words of post {number}")


def _load(bench: Bench, case: tuple[str, ...], seen: Seen) -> None:
    """All posts made, killed at five points on the way; then a run that has nothing to do, and its cost."""
    count = int(case[0])
    chosen = random.Random(f"S22/{count}")
    with bench.world(setting_of("u1")) as world:
        foreign = world.foreign()
        world.put(*(_post(world, number) for number in range(count)))
        since, started = world.service.last_request(), time.monotonic()
        # A killed run has made some 2 * count / 7 writes; there is always something left for the next.
        for _ in range(KILLS):
            hold = world.service.hold(
                skip=chosen.randrange(count // 4, count // 3), when=chosen.choice(("before", "after"))
            )
            running = world.start("apply", "--format", "json")
            for _ in range(10):
                if any(one["waiting"] for one in world.service.held(60)):
                    break
            else:
                raise NotFired("the run never came so far")
            signalled(running)
            world.ended(running)
            world.service.release(hold)
            time.sleep(0.05)
        result = world.ended(world.start("apply", "--format", "json"), 1200)
        judge.plausible(result)
        seen.numbers["seconds"] = round(time.monotonic() - started)
        seen.numbers["MiB"] = result.rss // 1024
        judge.safe(world, foreign)
        judge.named(world, result)
        if result.code != 0:
            raise judge.Violation(4, f"exit {result.code}: {judge.told(result)[:2000]}")
        judge.settled(world)
        made = [one for one in world.service.requests(since) if one["operation"] in WRITES]
        repeated = Counter((one["operation"], str(one["body"])) for one in made if one["committed"])
        again = sum(times - 1 for times in repeated.values())
        seen.numbers["writes"], seen.numbers["repeated"] = len(made), again
        if len(made) > 2 * count + 10 + KILLS or again > KILLS:
            raise judge.Violation(4, f"{len(made)} writes for {count} posts, {again} of them again")
        _nothing_to_do(world, count, seen)


def _nothing_to_do(world: World, count: int, seen: Seen) -> None:
    since = world.service.last_request()
    quiet = world.apply()
    asked = world.service.requests(since)
    seen.numbers["requests of a quiet run"], seen.numbers["MiB of a quiet run"] = len(asked), quiet.rss // 1024
    if quiet.code != 0 or judge.writes(world, since):
        raise judge.Violation(4, f"a quiet run exits {quiet.code} and wrote {judge.writes(world, since)[:5]}")
    if len(asked) > math.ceil(count / PAGE * 1.25) + 10:
        raise judge.Violation(4, f"a quiet run over {count} posts asked {len(asked)} times")
    if quiet.rss > MOST_KIB:
        raise judge.Violation(4, f"a quiet run took {quiet.rss // 1024} MiB")


# --- S23 ------------------------------------------------------------------------------------------


def _soak_cases(_: Bench) -> Iterator[tuple[str, ...]]:
    for seed in range(3):
        yield "300", str(seed)
    yield "2000", "0"


def _soak(bench: Bench, case: tuple[str, ...], seen: Seen) -> None:
    """Every quarter of an hour of a week: a run; one in ten meets a fault, one in fifty dies; people come and go."""
    count, chosen = int(case[0]), random.Random(f"S23/{'/'.join(case)}")
    exits: Counter[int] = Counter()
    events: Counter[str] = Counter()
    seen.numbers.update(exits=exits, events=events)
    with bench.world(setting_of("u1")) as world:
        foreign = world.foreign()
        minutes = 7 * 24 * 60
        world.put(*(replace(_post(world, number), when=world.at(minutes=60 + chosen.randrange(minutes)))
                    for number in range(count)))  # fmt: skip
        world.applied()
        told: dict[str, str] = {}
        for quarter in range(1, QUARTERS + 1):
            world.set_clock(world.at(minutes=15 * quarter))
            events[_people(world, chosen)] += 1
            if chosen.random() < 0.1:
                world.service.fault(**FAULTS[chosen.choice(LOSING)].rule, skip=chosen.randrange(8), times=1)
            running = world.start("apply", "--format", "json")
            if chosen.random() < 0.02:
                time.sleep(chosen.random() * 0.2)
                with contextlib.suppress(ProcessLookupError):  # it has ended before that
                    signalled(running)
            result = world.ended(running)
            exits[result.code] += 1
            events["faults met"] += sum(world.service.fired().values())
            world.service.clear_faults()
            if result.code != -9:
                judge.plausible(result)
                judge.named(world, result)
                if result.report is not None:
                    told |= {one["key"]: one["code"] for site in result.report["sites"] for one in site["outcomes"]}
            if quarter % 24 == 0:
                judge.safe(world, foreign)
        world.set_clock(world.at(days=9))
        judge.safe(world, foreign)
        out = {line["reference"] for line in world.service.feed(world.site_id)}
        missing = set(world.expected) - out
        seen.numbers["public"] = len(out & set(world.expected))
        seen.numbers["not public"] = Counter(told.get(key) or "not named" for key in missing)
        seen.numbers["touched by hand"] = len(world.by_hand)
        if silent := [key for key in missing if not told.get(key)]:
            raise judge.Violation(3, f"never out and never named: {silent[:5]}")
        if lost := missing - world.by_hand:
            raise judge.Violation(3, f"never out, though nobody called them off: {sorted(lost)[:5]}, {seen.numbers}")


def _people(world: World, chosen: random.Random) -> str:
    """Now and then an editor changes a post that has time, or somebody moves or cancels one in the dashboard."""
    roll = chosen.random()
    soon = world.now() + timedelta(hours=2)
    ahead = [post for post in world.posts.values() if isinstance(post.when, datetime) and post.when > soon]
    if not ahead or roll > 0.2:
        return "quiet"
    post = chosen.choice(ahead)
    if roll < 0.15:
        world.put(replace(post, text=f"{post.text}+"))
        return "edited"
    for item in world.service.items(world.site_id):
        if f".{post.id}." in (item.get("referenceId") or "") and item["status"] == "SCHEDULED":
            world.by_hand.add(item["referenceId"])
            world.service.dashboard("cancel", item=item["id"])
    return "called off by hand"


SUITES = (
    Suite(name="S22", title="load", cases=_load_cases, run=_load, tells=True),
    Suite(name="S23", title="a week", cases=_soak_cases, run=_soak, tells=True),
)
