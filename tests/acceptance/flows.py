"""What people do with posts, each as a stage that is set and one change that is then applied."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from .content import MEDIA, Post
from .world import World

OK = frozenset({0})
HELD = frozenset({9})
Step = Callable[[World], None]


@dataclass(frozen=True, kw_only=True)
class Flow:
    """`before` sets the stage without faults, `change` commits what the case then applies; `codes` is what a settled
    run of it exits with, `after` what a run says when everything has come out."""

    name: str
    title: str
    change: Step
    before: Step = lambda _: None
    codes: frozenset[int] = OK
    after: frozenset[int] = OK
    moves_clock: bool = False  # its stage lets time pass, which only an emulator site's clock can
    keeps_state: bool = False  # needs what the last run remembered: without it a person is asked


def _post(world: World, **more: object) -> Post:
    given: dict[str, object] = {"id": "post", "when": world.at(hours=3), "text": "First words\nof the post", **more}
    return Post(**given)  # type: ignore[arg-type]


def _staged(**more: object) -> Step:
    def stage(world: World) -> None:
        world.put(_post(world, **more))
        world.applied()

    return stage


def _changed(**more: object) -> Step:
    def change(world: World) -> None:
        world.put(replace(world.posts["post"], **more))  # type: ignore[arg-type]

    return change


def _move(hours: float, **more: object) -> Step:
    def change(world: World) -> None:
        world.put(replace(world.posts["post"], when=world.at(hours=hours), **more))  # type: ignore[arg-type]

    return change


def _remove(world: World) -> None:
    world.put(_other(world), remove=["post"])


def _other(world: World) -> Post:
    """A post that stays, so that the tree is never empty."""
    return Post(id="other", when=world.at(hours=30), text="Stays as it is")


def _with_other(**more: object) -> Step:
    def stage(world: World) -> None:
        world.put(_other(world), _post(world, **more))
        world.applied()

    return stage


def _pass(world: World, hours: float) -> None:
    world.set_clock(world.at(hours=hours))


def _published(world: World) -> None:
    _with_other()(world)
    _pass(world, 4)
    world.applied()


def _edit_published(world: World) -> None:
    kept = dict(world.expected)
    world.put(replace(world.posts["post"], text="Too late for this"))
    world.expected = kept


def _canceled(world: World) -> None:
    _staged()(world)
    world.put(replace(world.posts["post"], more={"state": "canceled"}))
    world.applied()


def _attempt(world: World) -> None:
    world.put(replace(world.posts["post"], more={}, when=world.at(hours=12), targets={"linkedin": {"attempt": "2"}}))


def _deleted(world: World) -> None:
    _staged()(world)
    world.service.dashboard("delete", item=world.service.items(world.site_id)[-1]["id"])
    world.applied(9)


def _failed(world: World) -> None:
    _staged()(world)
    world.service.settings(publish_outcome={"LINKEDIN": "FAILED"})
    _pass(world, 4)
    world.applied(6)
    world.service.settings(publish_outcome={"LINKEDIN": "PUBLISHED"})


def _attempt_after_failed(world: World) -> None:
    item = world.service.items(world.site_id)[-1]["id"]
    allow = f'[{{rule: POST-AGAIN, for: "{item}", until: {world.at(days=9):%Y-%m-%d}, reason: "not on the channel"}}]'
    world.put(
        replace(world.posts["post"], when=world.at(hours=12), targets={"linkedin": {"attempt": "2", "allow": allow}})
    )


def _went_out(world: World) -> None:
    _with_other()(world)
    _pass(world, 4)


def _edit_other(world: World) -> None:
    world.put(replace(world.posts["other"], text="Is changed after all"))


def _slow_media(world: World) -> None:
    world.service.settings(media_ready_seconds=0.4)


def _managed(world: World) -> None:
    name = "glaze-blue.jpg"
    number = world.service.upload(world.site_id, name, (MEDIA / name).read_bytes())
    world.put(_post(world, media=(name,), managed={name: number}))


FLOWS: Mapping[str, Flow] = {
    flow.name: flow
    for flow in (
        Flow(name="F1", title="a draft", change=lambda w: w.put(_post(w, when="draft"))),
        Flow(name="F2", title="schedule", change=lambda w: w.put(_post(w))),
        Flow(
            name="F3",
            title="as soon as possible",
            change=lambda w: w.put(_post(w, when="asap", until=w.at(hours=2))),
        ),
        Flow(name="F4", title="update a draft", before=_staged(when="draft"), change=_changed(text="Second words")),
        Flow(name="F5", title="update a scheduled post", before=_staged(), change=_changed(text="Second words")),
        Flow(name="F6", title="reschedule", before=_staged(), change=_move(5)),
        Flow(name="F7", title="content and later", before=_staged(), change=_move(5, text="Second words")),
        Flow(name="F8", title="content and earlier", before=_staged(), change=_move(2, text="Second words")),
        Flow(name="F9", title="cancel by state", before=_staged(), change=_changed(more={"state": "canceled"})),
        Flow(name="F10", title="remove a scheduled post's file", before=_with_other(), change=_remove),
        Flow(name="F11", title="remove a draft's file", before=_with_other(when="draft"), change=_remove),
        Flow(name="F12", title="remove a published post's file", before=_published, change=_remove, moves_clock=True),
        Flow(name="F13", title="edit after publication", before=_published, change=_edit_published, moves_clock=True),
        Flow(
            name="F14",
            title="new attempt after a cancel",
            before=_canceled,
            change=_attempt,
        ),
        Flow(name="F15", title="new attempt after a delete", before=_deleted, change=_attempt, keeps_state=True),
        Flow(
            name="F16",
            title="new attempt after a failure",
            before=_failed,
            change=_attempt_after_failed,
            moves_clock=True,
        ),
        Flow(
            name="F17",
            title="three pictures",
            change=lambda w: w.put(
                _post(w, media=("glaze-all.jpg", "glaze-blue.jpg", "glaze-green.jpg"), targets={"instagram": {}})
            ),
        ),
        Flow(
            name="F18",
            title="four channels",
            change=lambda w: w.put(
                _post(
                    w,
                    media=("glaze-all.jpg",),
                    targets={"instagram": {}, "facebook": {}, "facebook@berlin": {}, "linkedin": {}},
                )
            ),
        ),
        Flow(name="F19", title="rename the file", before=_staged(), change=_changed(path="posts/deeper/name.yaml")),
        Flow(
            name="F20",
            title="nothing to do",
            before=_staged(),
            change=lambda w: w.put(replace(w.posts["post"])),
        ),
        Flow(name="F21", title="new attempt while the first is scheduled", before=_staged(), change=_attempt),
        Flow(
            name="F22",
            title="new attempt while the first is a draft",
            before=_staged(when="draft"),
            change=_attempt,
            keeps_state=True,
        ),
        Flow(
            name="F23",
            title="one went out since, another is edited",
            before=_went_out,
            change=_edit_other,
            moves_clock=True,
        ),
        Flow(
            name="F24",
            title="a picture that is not ready at once",
            before=_slow_media,
            change=lambda w: w.put(_post(w, media=("glaze-all.jpg",))),
        ),
        Flow(name="F25", title="a picture of the media manager", change=_managed),
    )
}
