"""A memory that was written for another name, site or service: everything waits, in every run, nothing is learnt."""

from collections.abc import Iterator

import pytest

from .bench import Bench, setting_of
from .content import Post
from .judge import writes
from .world import World

OTHER_SITE = "11111111-2222-4333-8444-555555555555"


@pytest.fixture
def world(bench: Bench) -> Iterator[World]:
    with bench.world(setting_of("u1-wix")) as made:
        made.put(*(Post(id=f"post-{number}", when=made.at(hours=3), text=f"Words of {number}") for number in range(3)))
        made.applied()
        yield made


def held(world: World, runs: int = 3) -> str:
    """Applies again and again: nothing may be written. The line that decides it."""
    since, lines = world.service.last_request(), set()
    for _ in range(runs):
        result = world.apply()
        assert result.code == 9, result.out + result.err
        assert writes(world, since) == []
        assert result.report is not None
        (site,) = result.report["sites"]
        gated = [one for one in site["outcomes"] if one["code"] == "GATE-MOVED"]
        assert gated, site["outcomes"]
        lines |= {one["paste"] for one in site["plan"]["changes"] if one["reason"] == "GATE-MOVED"}
        assert not [one for one in site["outcomes"] if one["code"] == "GONE"]
    (line,) = lines
    return str(line)


def allow(world: World, line: str) -> None:
    path = world.clone / "socialsync.yaml"
    path.write_text(path.read_text() + line + "\n")
    world.commit()


def edited(world: World) -> None:
    world.put(*(Post(id=post.id, when=post.when, text=f"{post.text}, changed") for post in world.posts.values()))


def test_another_namespace_waits_in_every_run(world: World) -> None:
    world.write_config(namespace="renamed")
    edited(world)
    held(world)


def test_another_site_waits_in_every_run_teaches_nothing_and_is_let_through_by_its_line(world: World) -> None:
    first = world.site
    world.site = OTHER_SITE
    world.write_config()
    world.commit()
    line = held(world)
    allow(world, line)
    assert world.apply().code == 0
    assert len(world.service.items(OTHER_SITE)) == 3
    assert world.apply().code == 0
    assert len(world.service.items(first)) == 3


def test_back_at_its_own_site_everything_is_as_it_was(world: World) -> None:
    first = world.site
    world.site = OTHER_SITE
    world.write_config()
    world.commit()
    held(world, runs=1)
    world.site = first
    world.write_config()
    world.commit()
    since = world.service.last_request()
    assert world.apply().code == 0
    assert writes(world, since) == []


def test_another_name_for_a_site_waits(world: World) -> None:
    text = (world.clone / "socialsync.yaml").read_text()
    (world.clone / "socialsync.yaml").write_text(text.replace("\n  main:\n", "\n  shop:\n"))
    edited(world)
    held(world)


def test_a_rehearsal_says_that_nothing_was_sent_to_wix(world: World) -> None:
    result = world.apply()
    assert result.report is not None
    assert result.report["sites"][0]["emulator"] is True
    assert result.report["notice"] == "EMULATOR: nothing was sent to Wix"
