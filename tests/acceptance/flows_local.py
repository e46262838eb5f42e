"""What people do with posts where the tool itself publishes them when they are due (`delivery: local`)."""

from collections.abc import Mapping
from dataclasses import replace

from .content import Post
from .flows import Flow, Step
from .world import World

SOON = {"minutes": -10}
"""Due since ten minutes, and for twenty more: on a clock that cannot be set, what is due is due at once."""


def due(world: World, **more: object) -> Post:
    given: dict[str, object] = {"id": "post", "when": world.at(**SOON), "text": "First words\nof the post", **more}
    return Post(**given)  # type: ignore[arg-type]


def _put(**more: object) -> Step:
    return lambda world: world.put(due(world, **more))


def _waiting(**more: object) -> Step:
    def stage(world: World) -> None:
        world.put(due(world, when=world.at(hours=3), **more))
        world.applied()

    return stage


def _draft(world: World) -> None:
    world.put(due(world, when="draft"))
    world.applied()


def _changed(**more: object) -> Step:
    return lambda world: world.put(replace(world.posts["post"], **more))  # type: ignore[arg-type]


def _now(**more: object) -> Step:
    return lambda world: world.put(replace(world.posts["post"], when=world.at(**SOON), **more))  # type: ignore[arg-type]


LOCAL_FLOWS: Mapping[str, Flow] = {
    flow.name: flow
    for flow in (
        Flow(name="L1", title="due at once", change=_put()),
        Flow(name="L2", title="due later", change=lambda w: w.put(due(w, when=w.at(hours=3)))),
        Flow(
            name="L3",
            title="as soon as possible",
            change=lambda w: w.put(due(w, when="asap", until=w.at(hours=2))),
        ),
        Flow(name="L4", title="a draft gets a date that is due", before=_draft, change=_now()),
        Flow(name="L5", title="other words, and due", before=_waiting(), change=_now(text="Second words")),
        Flow(name="L6", title="other words while it waits", before=_waiting(), change=_changed(text="Second words")),
        Flow(name="L7", title="canceled before", before=_waiting(), change=_changed(more={"state": "canceled"})),
        Flow(
            name="L8",
            title="a picture on two channels",
            change=_put(media=("glaze-all.jpg",), targets={"linkedin": {}, "facebook": {}}),
        ),
    )
}

PUBLISH = "publish_item_by_id"
"""The call that sends a post out; here without a date."""
