"""What apply makes sure of before and while it writes: that it can remember, and that the clock at Wix stays ours."""

from collections.abc import Iterator

import pytest

from .bench import Bench, setting_of
from .content import Post
from .judge import writes
from .world import World


@pytest.fixture
def world(bench: Bench) -> Iterator[World]:
    with bench.world(setting_of("u1-wix")) as made:
        made.put(Post(id="post", when=made.at(hours=3), text="Words"))
        yield made


def test_what_could_not_be_remembered_is_not_sent(world: World) -> None:
    since = world.service.last_request()
    world.git("config", "remote.origin.receivepack", "false")
    result = world.apply()
    assert result.code == 4, result.out + result.err
    assert "E-STATE-PUSH" in result.out
    assert writes(world, since) == []
    world.git("config", "--unset", "remote.origin.receivepack")
    assert world.apply().code == 0


def test_a_service_whose_clock_jumps_amid_a_run_is_not_told_to_publish(world: World) -> None:
    since = world.service.last_request()
    hold = world.service.hold(operation="create_draft_item", when="after")
    running = world.start("apply", "--format", "json")
    assert any(one["waiting"] for one in world.service.held(20))
    world.service.control("POST", "clock/advance", {"by": 2 * 3600})
    world.service.release(hold)
    result = world.ended(running)
    assert result.code == 6, "4 would say that nothing was written: " + result.out + result.err
    assert "E-CLOCK" in result.out
    assert writes(world, since) == ["create_draft_item"]
    assert [item["status"] for item in world.service.items(world.site_id)] == ["DRAFT"]
