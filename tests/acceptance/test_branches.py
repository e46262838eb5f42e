"""Which commits are carried out: the tip of the branch that merges go to; rewritten history by a reviewed line."""

import re
from collections.abc import Iterator

import pytest

from .bench import Bench, setting_of
from .content import Post
from .judge import writes
from .world import World


@pytest.fixture
def world(bench: Bench) -> Iterator[World]:
    with bench.world(setting_of("u1-wix")) as made:
        made.put(post(made, 1))
        made.applied()
        yield made


def post(world: World, number: int) -> Post:
    return Post(id=f"post-{number}", when=world.at(hours=3), text=f"Words of {number}")


def test_a_pushed_branch_that_nobody_merged_is_not_carried_out(world: World) -> None:
    world.git("checkout", "-q", "-b", "feature/unreviewed")
    world.put(post(world, 2))
    world.git("push", "-q", "origin", "feature/unreviewed")
    since = world.service.last_request()
    assert world.apply().code == 8
    assert writes(world, since) == []
    world.git("checkout", "-q", "main")
    assert world.apply().code == 0


@pytest.mark.parametrize("name", ["refs/heads/a/refs/heads/main", "refs/tags/main"])
def test_no_other_ref_passes_for_the_branch(world: World, name: str) -> None:
    world.git("push", "-q", "origin", f"HEAD:{name}")
    world.put(post(world, 2))
    world.git("fetch", "-q", "--tags", "origin")
    assert world.apply().code == 0
    assert len(world.service.items(world.site_id)) == 2


def test_rewritten_history_waits_for_a_line_in_the_configuration(world: World) -> None:
    world.git("commit", "-q", "--amend", "-m", "Rewritten")
    world.git("push", "-q", "--force", "origin", "main")
    world.put(post(world, 2))
    for _ in range(2):
        since = world.service.last_request()
        result = world.apply()
        assert result.code == 8
        assert writes(world, since) == []
    found = re.search(r"allow: \[.*?GATE-HISTORY.*?\}\]", result.out.replace('\\"', '"'))
    assert found is not None, result.out
    path = world.clone / "socialsync.yaml"
    before = path.read_text()
    path.write_text(f"{before}{found[0]}\n")
    world.commit()
    assert world.apply().code == 0
    path.write_text(before)
    world.commit()
    assert world.apply().code == 0
    assert len(world.service.items(world.site_id)) == 2
