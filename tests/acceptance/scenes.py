"""S5, the events that need a scene of their own: clocks, old commits, merges under way, rivals for a key, twins."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from . import judge
from .bench import Bench, Seen, Suite, setting_of
from .command import Result
from .content import TARGETS, Post, key
from .kills import held_at
from .world import World

KEY = key("post", "linkedin")
SKEWS = {"10m": 600, "1d": 86_400, "-10m": -600, "-1d": -86_400}
Scene = Callable[[World], None]


def _ends(world: World, result: Result, codes: tuple[int, ...], since: int, *, silent: bool = True) -> None:
    judge.plausible(result)
    judge.safe(world)
    if result.code not in codes:
        raise judge.Violation(3, f"exit {result.code}, expected {codes}: {judge.told(result)}")
    if silent and (found := judge.writes(world, since)):
        raise judge.Violation(6, f"it wrote {found}")


def _post(world: World) -> Post:
    return Post(id="post", when=world.at(hours=3), text="Words")


def _skewed(seconds: int) -> Scene:
    def scene(world: World) -> None:
        """D11: this machine and the service disagree about the time."""
        world.put(_post(world))
        world.service.control("POST", "clock/advance", {"by": seconds})
        since = world.service.last_request()
        _ends(world, world.apply(), (4,), since)

    return scene


def _dateless(form: str) -> Scene:
    def scene(world: World) -> None:
        """D12: the service's `Date` is missing or absurd: this machine's clock has to do, or nothing is written."""
        world.service.settings(date_header=form)
        world.put(_post(world))
        since = world.service.last_request()
        result = world.apply()
        _ends(world, result, (0, 4), since, silent=False)
        if result.code == 0:
            judge.settled(world)
        elif judge.writes(world, since):
            raise judge.Violation(6, "exit 4 after writing")

    return scene


def _old_commit(world: World) -> None:
    """D22: an old run is started again; it has the commit of then."""
    world.put(_post(world))
    old = world.second_clone()
    world.put(replace(world.posts["post"], text="Newer words"))
    world.applied()
    since = world.service.last_request()
    _ends(world, world.apply(where=old), (8,), since)
    judge.settled(world)


def _merged_meanwhile(world: World) -> None:
    """D23: a newer commit is merged while the older one is being applied."""
    posts = [Post(id=f"post-{n}", when=world.at(hours=3 + n), text=f"Words {n}") for n in range(4)]
    world.put(*posts)
    old = world.second_clone()
    hold = world.service.hold(operation="create_draft_item", skip=1)
    running = world.start("apply", "--format", "json", where=old)
    assert any(one["waiting"] for one in world.service.held(30))
    world.put(*(replace(post, text=f"Newer {post.text}") for post in posts))
    world.service.release(hold)
    result = world.ended(running)
    judge.plausible(result)
    judge.safe(world)
    world.forget()
    judge.converges(world, frozenset({0}), ())
    judge.came_out(world, frozenset({0}))


def _item(caption: str, **more: Any) -> dict[str, Any]:
    target = TARGETS["linkedin"]
    content = {"caption": caption, "authorId": target.second}
    return {
        "type": "POST",
        "channel": {"name": "LINKEDIN", "accountId": target.account},
        target.content: content,
        **more,
    }


def _rival(external: bool, caption: str) -> Scene:
    def scene(world: World) -> None:
        """D8, A78: an item that is not ours carries the key that our next post would have."""
        item = _item(caption, referenceId=KEY)
        if external:
            rival = world.service.dashboard("post", site=world.site_id, item=item)["item"]["id"]
        else:
            rival = world.service.api(world.site_id, "POST", "/items", {"item": item})["item"]["id"]
        world.watched_from = world.service.last_request()
        world.by_hand.add(KEY)
        before = [one for one in world.service.items(world.site_id) if one["id"] == rival]
        world.put(_post(world))
        result = world.apply()
        judge.plausible(result)
        judge.safe(world, (rival,) if external or caption != "Words" else (), doubles_allowed=False)
        if (external or caption != "Words") and result.code not in (8, 9):
            raise judge.Violation(5, f"exit {result.code}: {judge.told(result)}")
        if external and [one for one in world.service.items(world.site_id) if one["id"] == rival] != before:
            raise judge.Violation(5, "the rival was changed")

    return scene


def _twin(world: World) -> None:
    """D26: the same words were posted on the channel itself and imported."""
    world.service.dashboard("post", site=world.site_id, item=_item("Words"))
    since = world.service.last_request()
    world.put(_post(world))
    _ends(world, world.apply(), (9,), since)


def _failed(outcome: str) -> Scene:
    def scene(world: World) -> None:
        """D18, D19: Wix says FAILED, and the post is on the channel or not: it is never sent again."""
        world.put(_post(world))
        world.applied()
        world.service.settings(publish_outcome={"*": outcome})
        world.set_clock(world.at(hours=4))
        for _ in range(3):
            since = world.service.last_request()
            result = world.apply()
            judge.plausible(result)
            judge.safe(world)
            if found := judge.writes(world, since):
                raise judge.Violation(1, f"after FAILED it wrote {found}")
            if result.code not in (0, 6):
                raise judge.Violation(3, f"exit {result.code}: {judge.told(result)}")
        world.forget()
        world.set_clock(world.at(hours=3, minutes=20))
        since = world.service.last_request()
        _ends(world, world.apply(), (6,), since)

    return scene


def _locked(world: World) -> None:
    """D20: a second apply in the same checkout waits for nobody: it says so and writes nothing."""
    world.put(_post(world))
    hold, running = held_at(world, 4, "before")
    since = world.service.last_request()
    second = world.apply()
    if second.code != 11:
        raise judge.Violation(3, f"exit {second.code} instead of 11: {judge.told(second)}")
    if judge.writes(world, since):
        raise judge.Violation(6, "the second one wrote")
    world.service.release(hold)
    judge.plausible(world.ended(running))
    judge.converges(world, frozenset({0}), ())


SCENES: Mapping[str, tuple[str, Scene]] = {
    **{f"skew-{name}": ("u1-wix", _skewed(seconds)) for name, seconds in SKEWS.items()},
    **{f"date-{form}": ("u1-wix", _dateless(form)) for form in ("missing", "absurd")},
    "old-commit": ("u1-wix", _old_commit),
    "merged-meanwhile": ("u1-wix", _merged_meanwhile),
    **{f"rival-{kind}-{same}": ("u1", _rival(kind == "external", "Words" if same == "same" else "Other words"))
       for kind in ("external", "draft") for same in ("same", "other")},
    "twin": ("u1", _twin),
    "failed": ("u1", _failed("FAILED")),
    "failed-but-live": ("u1", _failed("FAILED_BUT_LIVE")),
    "locked": ("u1", _locked),
}  # fmt: skip


def _cases(_: Bench) -> Iterator[tuple[str, ...]]:
    for name in SCENES:
        yield (name,)


def _run(bench: Bench, case: tuple[str, ...], _: Seen) -> None:
    setting, scene = SCENES[case[0]]
    with bench.world(setting_of(setting)) as world:
        scene(world)


SUITES = (Suite(name="S5-scenes", title="events with a scene of their own", cases=_cases, run=_run),)
