"""S11 and S9: how much one run may take away or change, and that a plan is pure and tells what apply then does."""

import random
from collections.abc import Iterator
from dataclasses import replace

from . import judge
from .bench import Bench, Seen, Suite, setting_of
from .content import Post
from .flows import HELD, OK
from .world import World

LIVE = 12
MANY = 40
SINGLE = (
    "empty", "empty-of-three", "namespace", "wrong-branch", "new-id-of-public", "new-id-of-scheduled", "pause",
    "pause-env", "mixed", "removals-after-lost-state", "three-of-five",
)  # fmt: skip
FEW = {"three-of-five": 5, "empty-of-three": 3}
TREES = 500


def _post(world: World, number: int) -> Post:
    return Post(id=f"post-{number:02}", when=world.at(hours=3 + number), text=f"Words of post {number}")


def _live(world: World, count: int) -> None:
    world.put(*(_post(world, number) for number in range(count)))
    world.applied()


# --- S11 ------------------------------------------------------------------------------------------


def _cases(_: Bench) -> Iterator[tuple[str, ...]]:
    for number in range(LIVE + 1):
        yield "remove", str(number)
    for number in (1, 5, 9, 10, 11, 12, 13, 20, 40):
        yield "edit", str(number)
        yield "move", str(number)
    for number in (1, 3, 4, 12):
        yield "cancel-by-state", str(number)
    for name in SINGLE:
        yield (name,)


def _run(bench: Bench, case: tuple[str, ...], _: Seen) -> None:
    name, number = case[0], int(case[1]) if len(case) > 1 else 0
    with bench.world(setting_of("u1")) as world:
        foreign = world.foreign()
        _live(world, MANY if name in ("edit", "move") else FEW.get(name, LIVE))
        before = dict(world.expected)
        codes, allowed, env = _change(world, name, number)
        since = world.service.last_request()
        result = world.run("apply", "--format", "json", env=env)
        judge.plausible(result)
        judge.safe(world, foreign)
        if result.code not in codes:
            raise judge.Violation(8, f"exit {result.code}, expected {sorted(codes)}: {judge.told(result)}")
        wrote = judge.writes(world, since)
        if allowed is not None and len(wrote) != allowed:
            raise judge.Violation(8, f"{len(wrote)} writes instead of {allowed}: {wrote}")
        if allowed == 0:
            world.expected = before
            judge.settled(world)


def _change(world: World, name: str, number: int) -> tuple[frozenset[int], int | None, dict[str, str]]:
    """Makes the change; the exit codes it may lead to, how many writes, and what is set in the environment."""
    chosen = [world.posts[f"post-{n:02}"] for n in range(number)]
    blocked, free = (HELD, 0), (OK, number)
    none: dict[str, str] = {}
    match name:
        case "remove":
            world.put(remove=[post.id for post in chosen])
            return *(free if number <= 3 else blocked), none
        case "three-of-five":
            world.put(remove=[f"post-{n:02}" for n in range(3)])
            return OK, 3, none
        case "edit":
            world.put(*(replace(post, text=f"Other {post.text}") for post in chosen))
            return *(free if number <= 12 else blocked), none  # 30 % of 40
        case "move":
            world.put(*(replace(post, when=world.at(hours=4 + n)) for n, post in enumerate(chosen)))
            return *(free if number <= 12 else blocked), none
        case "cancel-by-state":
            world.put(*(replace(post, more={"state": "canceled"}) for post in chosen))
            return OK, number, none
        case "empty" | "empty-of-three":
            world.put(remove=list(world.posts))
        case "wrong-branch":
            world.git("checkout", "-q", "--orphan", "elsewhere")
            world.git("rm", "-q", "-r", "--cached", "posts")
            world.put(Post(id="stranger", when=world.at(hours=90), text="Of another branch"),
                      remove=list(world.posts))  # fmt: skip
            return frozenset({8, 9}), None, none
        case "namespace":
            world.write_config(namespace="other")
            world.commit()
        case "pause":
            world.write_config(more="pause: true\n")
            world.put(replace(world.posts["post-00"], text="Other"))
            return frozenset({0, 9}), 0, none
        case "pause-env":
            world.put(replace(world.posts["post-00"], text="Other"))
            return frozenset({0, 9}), 0, {"SOCIALSYNC_PAUSE": "1"}
        case "new-id-of-public" | "new-id-of-scheduled":
            if name.endswith("public"):
                world.set_clock(world.at(hours=3, minutes=10))
                world.applied()
            post = world.posts["post-00"]
            world.put(replace(post, id="renamed", when=world.at(hours=60), path="posts/renamed.yaml"), remove=[post.id])
            return frozenset({0, 9}), None, none
        case "mixed":
            world.put(
                _post(world, 50),
                replace(world.posts["post-11"], text="Other"),
                remove=[f"post-{n:02}" for n in range(5)],
            )
            return HELD, 3, none  # the removals wait; a create, its schedule and an update go on
        case _:
            world.forget()
            world.put(remove=[f"post-{n:02}" for n in range(5)])
    return *blocked, none


# --- S9 -------------------------------------------------------------------------------------------


def _trees(_: Bench) -> Iterator[tuple[str, ...]]:
    for seed in range(TREES):
        yield (str(seed),)


def _truth(bench: Bench, case: tuple[str, ...], seen: Seen) -> None:
    """A random tree over a random remote state: plan writes nothing, and apply does what it said, post by post."""
    chosen = random.Random(f"S9/{case[0]}")
    with bench.world(setting_of(chosen.choice(("u1", "u2", "u3", "normalising")))) as world:
        foreign = world.foreign()
        world.put(*(_random_post(world, chosen, number) for number in range(chosen.randrange(1, 9))))
        world.applied()
        forgotten = chosen.random() < 0.2
        # What was deleted and forgotten too can only be found out by the create itself: no plan could know.
        _meddle(world, chosen, ("cancel",) if forgotten else ("cancel", "delete"))
        if forgotten:
            world.forget()
        _random_tree(world, chosen)
        since = world.service.last_request()
        plan = world.run("plan", "--format", "json")
        judge.plausible(plan)
        if found := judge.writes(world, since):
            raise judge.Violation(7, f"plan wrote {found}")
        result = world.apply()
        judge.plausible(result)
        judge.safe(world, foreign)
        judge.named(world, result)
        assert plan.report is not None
        assert result.report is not None
        planned = [(one["key"], one["kind"]) for one in plan.report["sites"][0]["plan"]["changes"]]
        done = [(one["key"], one["change"]) for one in result.report["sites"][0]["outcomes"]]
        seen.numbers["changes"] = len(planned)
        if planned != done:
            raise judge.Violation(7, f"planned {planned}, applied {done}")
        failed = [one for one in result.report["sites"][0]["outcomes"] if one["kind"] in ("failed", "unknown", "stale")]
        if failed:
            raise judge.Violation(7, f"planned, and then not done: {judge.told(result)}")


def _random_post(world: World, chosen: random.Random, number: int) -> Post:
    when = "draft" if chosen.random() < 0.15 else world.at(hours=2 + chosen.randrange(60))
    targets = chosen.sample(["linkedin", "facebook", "facebook@berlin", "gbp"], chosen.randrange(1, 4))
    return Post(
        id=f"post-{number:02}",
        when=when,
        text=f"Words {number} {chosen.randrange(10**6)}",
        targets={target: {} for target in targets},
        media=("glaze-blue.jpg",) if chosen.random() < 0.3 else (),
    )


def _meddle(world: World, chosen: random.Random, actions: tuple[str, ...]) -> None:
    for item in world.service.items(world.site_id):
        if item["status"] == "SCHEDULED" and chosen.random() < 0.15:
            world.service.dashboard(chosen.choice(actions), item=item["id"])
            world.by_hand.add(item.get("referenceId") or "")


def _random_tree(world: World, chosen: random.Random) -> None:
    changed, removed = [], []
    for post in list(world.posts.values()):
        roll = chosen.random()
        if roll < 0.2:
            changed.append(replace(post, text=f"{post.text} again"))
        elif roll < 0.35 and post.when != "draft":
            changed.append(replace(post, when=world.at(hours=2 + chosen.randrange(60))))
        elif roll < 0.45:
            removed.append(post.id)
        elif roll < 0.55:
            changed.append(replace(post, more={"state": "canceled"}))
        elif roll < 0.65:
            changed.append(replace(post, path=f"posts/moved/{post.id}.yaml"))
    fresh = [_random_post(world, chosen, number) for number in range(20, 20 + chosen.randrange(4))]
    world.put(*changed, *fresh, remove=removed)


SUITES = (
    Suite(name="S11", title="blast radius", cases=_cases, run=_run),
    Suite(name="S9", title="a plan is pure and true", cases=_trees, run=_truth),
)
