"""A run: every change ends in one outcome with its exit code, what is in doubt is said, and twins are called off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from fakes import AT, NOW, PREFIX, SITE, Clock, Service, Shop, intent, item, key_of, record
from test_writes import change, writes

from socialsync.apply import Run
from socialsync.errors import Denied, ExitCode, IncompleteRead, ReplyClass, SocialSyncError, Unreachable, WriteError
from socialsync.model.accounts import Quota
from socialsync.model.items import Item, Status
from socialsync.model.plans import Change, ChangeKind, Outcome, OutcomeKind, Plan

S, K, O = Status, ChangeKind, OutcomeKind  # noqa: E741


def run(made: Service, *changes: Change, **more: Any) -> Run:
    plan = Plan(site="main", now=NOW, changes=changes, digest="d")
    given = {"deadline": 1200.0} | more
    return Run(plan=plan, writes=writes(made), clock=made.clock, **given)


def service(*items: Item, **more: Any) -> Service:
    made = Service(clock=Clock(), **more)
    made.put(*items)
    return made


def words(outcomes: tuple[Outcome, ...]) -> list[str]:
    return [f"{one.kind.value} {one.code} {int(one.exit_code)}".replace("  ", " ") for one in outcomes]


NEW = change(K.CREATE, at=AT)
OTHER = change(K.CREATE, intent("other", text="Other"), at=AT)


class Denying(Service):
    """The key is refused once `allowed` posts are scheduled."""

    allowed = 0

    def schedule(self, item_id: str, at: datetime) -> Item:
        if self.calls.count("schedule") >= self.allowed:
            raise Denied("the key may not work on the site", hint="Give it the permissions.")
        return super().schedule(item_id, at)


@pytest.mark.parametrize("allowed", [0, 1])
def test_a_key_that_is_refused_amid_a_run_does_not_say_that_nothing_was_written(allowed: int):
    made = Denying(clock=Clock())
    made.allowed = allowed
    outcomes = run(made, NEW, OTHER).carry_out()
    assert ExitCode.UNREACHABLE not in [outcome.exit_code for outcome in outcomes]
    assert outcomes[allowed].code == "E-DENIED"
    assert outcomes[allowed].message == "the key may not work on the site. Give it the permissions."


def test_a_key_that_is_refused_at_once_says_that_nothing_was_written():
    made = service(refuse={})
    made.create = lambda *_: (_ for _ in ()).throw(Denied("no"))  # type: ignore[method-assign]
    assert words(run(made, NEW, OTHER).carry_out()) == ["failed E-DENIED 4", "skipped E-DENIED 6"]


def test_what_a_refusal_hints_at_is_told():
    error = WriteError("the connection has lapsed", reply=ReplyClass.REJECTED, hint="Connect it again.")
    made = service()
    made.create = lambda *_: (_ for _ in ()).throw(error)  # type: ignore[method-assign]
    (outcome,) = run(made, NEW).carry_out()
    assert outcome.message == "the connection has lapsed. Connect it again."


def test_a_key_whose_holder_was_not_looked_for_to_the_end_is_not_said_to_be_lost():
    made = service(refuse={"create": "REFERENCE_ID_ALREADY_EXIST"})
    looks = iter([False, False])
    stopping = writes(made, stopping=lambda: next(looks, True))
    plan = Plan(site="main", now=NOW, changes=(NEW,), digest="d")
    done = Run(plan=plan, writes=stopping, clock=made.clock, deadline=1200.0)
    assert words(done.carry_out()) == ["skipped STOPPED 6"]
    assert made.clock.seconds < 2


def test_a_twin_of_what_was_published_just_now_is_found_at_once():
    class Twinned(Service):
        def publish(self, item_id: str) -> Item:
            done = super().publish(item_id)
            twin_of(self, status=S.SCHEDULED, at=AT + timedelta(hours=1))
            return done

    made = Twinned(clock=Clock(AT), unique="U0")
    shop = Shop(service=made, site=replace(SITE, delivery="local"))
    assert shop.apply(intent()) == ExitCode.DUPLICATE
    assert [one.status for one in made.truth().values()] == [S.PUBLISHED, S.CANCELED]


def test_what_is_no_write_is_told_as_it_was_decided():
    held = change(K.HOLD, reason="MISSED", message="m", attention=9, live=item(S.DRAFT))
    made = service()
    told: list[Outcome] = []
    done = run(made, change(K.KEEP), change(K.FORGET), held, told=told.append)
    assert words(done.carry_out()) == ["done 0", "done 0", "skipped MISSED 9"]
    assert tuple(told) == tuple(done.outcomes)
    assert (done.outcomes[2].message, done.outcomes[2].item) == ("m", item(S.DRAFT))
    assert (done.wrote, made.calls) == (False, [])


def test_a_write_that_is_done():
    done = run(service(), NEW)
    (outcome,) = done.carry_out()
    assert (outcome.kind, outcome.exit_code, done.wrote) == (O.DONE, 0, True)
    assert outcome.item is not None
    assert outcome.item.status is S.SCHEDULED


def test_a_write_that_asks_for_attention_gets_it():
    twin = change(K.CANCEL, live=item(), reason="TWIN", message="m", attention=int(ExitCode.DUPLICATE))
    assert words(run(service(item()), twin).carry_out()) == ["done TWIN 10"]


class Failing(Service):
    """Every create ends in the same error."""

    error: SocialSyncError

    def create(self, *_: Any) -> Item:
        raise self.error


def refused(code: str, reply: ReplyClass = ReplyClass.REJECTED) -> WriteError:
    return WriteError("m", reply=reply, application_code=code)


ERRORS = {
    "unknown": (refused("", ReplyClass.UNKNOWN), "unknown E-UNRESOLVED 7"),
    "done, but not as wanted": (refused("", ReplyClass.DONE), "unknown E-UNRESOLVED 7"),
    "not sent": (refused("", ReplyClass.NOT_SENT), "failed E-REJECTED 6"),
    "rejected": (refused("CHANNEL_REJECTED"), "failed E-REJECTED 6"),
    "published": (refused("ITEM_IS_PUBLISHED"), "stale E-STALE 8"),
    "deleted": (refused("ITEM_IS_DELETED"), "stale E-STALE 8"),
    "not there": (refused("ITEM_NOT_EXISTS"), "stale E-STALE 8"),
    "too late": (refused("SCHEDULED_TIME_ALREADY_PASSED"), "failed E-MISSED 9"),
    "quota": (refused("INELIGIBLE_FOR_FEATURE"), "failed E-QUOTA 6"),
    "denied": (Denied("m"), "failed E-DENIED 4"),
    "unreadable": (IncompleteRead("m"), "failed E-INCOMPLETE 6"),
    "unreachable": (Unreachable("m"), "failed E-UNREACHABLE 6"),
    "bug": (SocialSyncError("m"), "failed E-BUG 1"),
}


@pytest.mark.parametrize(("error", "expected"), ERRORS.values(), ids=ERRORS)
def test_errors(error: SocialSyncError, expected: str):
    made = Failing(clock=Clock())
    made.error = error
    assert words(run(made, NEW).carry_out()) == [expected]


def test_what_people_read_of_what_was_not_done():
    made = Failing(clock=Clock())
    made.error = refused("", ReplyClass.UNKNOWN)
    (doubtful,) = run(made, NEW).carry_out()
    assert doubtful.message == "m. Run again; do not publish by hand first"
    made.error = refused("CHANNEL_REJECTED")
    assert run(made, NEW).carry_out()[0].message == "m"
    (stopped,) = run(service(), NEW, stopping=lambda: True).carry_out()
    assert stopped.message == "not tried: the run was stopped; run again"
    stale = change(K.UPDATE, intent(text="New"), item())
    (moved,) = run(service(item(text="Hand")), stale).carry_out()
    assert (moved.kind, moved.item) == (O.STALE, item(text="Hand")), "as it is, not as it was"
    (later,) = run(service(item()), stale, still_tip=lambda: False).carry_out()
    assert (later.kind, later.item) == (O.STALE, item())


def test_what_ends_the_run_ends_it():
    made = Failing(clock=Clock())
    made.error = Denied("no key")
    outcomes = run(made, NEW, OTHER, change(K.KEEP)).carry_out()
    assert words(outcomes) == ["failed E-DENIED 4", "skipped E-DENIED 6", "done 0"]
    assert outcomes[1].message == "not tried: no key"


def test_without_quota_only_what_needs_it_is_left():
    draft = change(K.CREATE, intent("draft"))
    cancel = change(K.CANCEL, intent("off"), item(key=key_of("off"), item_id="off"))
    made = service(item(key=key_of("off"), item_id="off"), refuse={"schedule": "INELIGIBLE_FOR_FEATURE"})
    outcomes = run(made, NEW, OTHER, draft, cancel).carry_out()
    assert words(outcomes) == ["failed E-QUOTA 6", "skipped QUOTA 6", "done 0", "done 0"]


@pytest.mark.parametrize("kind", [K.CREATE, K.SCHEDULE, K.PUBLISH])
def test_without_quota_nothing_comes_to_life(kind: ChangeKind):
    draft = item(S.DRAFT, key=key_of("other"), item_id="o", text="Other")
    made = service(draft, refuse={"schedule": "INELIGIBLE_FOR_FEATURE"})
    outcomes = run(made, NEW, replace(OTHER, kind=kind, item=draft)).carry_out()
    assert words(outcomes) == ["failed E-QUOTA 6", "skipped QUOTA 6"]


def test_the_end_of_a_run():
    assert words(run(service(), NEW, stopping=lambda: True).carry_out()) == ["skipped STOPPED 6"]
    assert words(run(service(), NEW, deadline=-1.0).carry_out()) == ["skipped DEADLINE 6"]
    assert words(run(service(), NEW, deadline=0.0).carry_out()) == ["done 0"], "up to the very last moment"


def test_only_the_tip_of_the_branch_is_applied():
    made, answers = service(), [True, False, True]
    outcomes = run(made, NEW, OTHER, change(K.KEEP), OTHER, still_tip=lambda: answers.pop(0)).carry_out()
    assert words(outcomes) == ["done 0", "stale E-SUPERSEDED 8", "done 0", "stale E-SUPERSEDED 8"]
    assert answers == [True], "once is enough"
    assert made.writes == ["create", "schedule"]


def test_a_tip_that_cannot_be_asked_for_ends_the_run():
    def broken() -> bool:
        raise Unreachable("no remote")

    made = service()
    assert words(run(made, NEW, OTHER, still_tip=broken).carry_out()) == ["skipped E-UNREACHABLE 6"] * 2
    assert made.writes == []


def test_a_tip_that_could_not_be_asked_for_once_is_not_asked_for_again():
    asked: list[str] = []

    def broken_once() -> bool:
        asked.append("")
        if len(asked) == 1:
            raise Unreachable("no remote")
        return True

    made = service()
    assert words(run(made, NEW, OTHER, still_tip=broken_once).carry_out()) == ["skipped E-UNREACHABLE 6"] * 2
    assert (len(asked), made.writes) == (1, [])


# --- what replaces needs what it replaces ---------------------------------------------------------

FIRST, SECOND = intent(), intent(attempt=2)


def fenced(*fences: Change) -> tuple[Change, ...]:
    return (*fences, change(K.CREATE, SECOND, at=AT, needs=(FIRST.key,)))


def fence(kind: ChangeKind = K.CANCEL, **more: Any) -> Change:
    live = more.pop("live", item())
    return replace(change(kind, SECOND, live, reason="FENCE", **more), key=FIRST.key)


NEEDS: dict[str, tuple[Callable[[], Service], tuple[Change, ...], list[str]]] = {
    "it is gone": (lambda: service(item()), fenced(fence()), ["done 0", "done 0"]),
    "it is gone already": (lambda: service(), fenced(fence()), ["done 0", "done 0"]),
    "it changed": (lambda: service(item(S.IN_QUEUE)), fenced(fence()), ["stale E-STALE 8", "skipped FENCE 6"]),
    "it is held": (lambda: service(item()), fenced(fence(K.HOLD)), ["skipped FENCE 0", "skipped FENCE 6"]),
    "nobody takes it back": (lambda: service(item()), fenced(), ["skipped FENCE 6"]),
    "one of two is left": (
        lambda: service(item(), item(S.PUBLISHED, item_id="i2")),
        fenced(fence(), fence(live=item(item_id="i2"))),
        ["done 0", "stale E-STALE 8", "skipped FENCE 6"],
    ),
}


@pytest.mark.parametrize(("made", "changes", "expected"), NEEDS.values(), ids=NEEDS)
def test_needs(made: Callable[[], Service], changes: tuple[Change, ...], expected: list[str]):
    assert words(run(made(), *changes).carry_out()) == expected


# --- the last look -------------------------------------------------------------------------------


def twin_of(made: Service, **changes: Any) -> None:
    """Somebody copied what this run made, key and all."""
    (ours,) = made.of_key(key_of("sale"))
    made.put(replace(ours, id="z9", **changes))


def test_later_twins_are_called_off():
    made = service()
    done = run(made, NEW, OTHER)
    done.carry_out()
    twin_of(made)
    outcomes = done.audited(PREFIX)
    assert words(outcomes) == ["failed E-DUPLICATE 10", "done 0"]
    assert outcomes[0].message.endswith("the others were called off")
    assert [one.status for one in made.of_key(key_of("sale"))] == [S.SCHEDULED, S.CANCELED]


def test_what_goes_out_already_can_only_be_told():
    made = service()
    done = run(made, NEW)
    done.carry_out()
    twin_of(made, status=S.IN_QUEUE)
    made.put(replace(made.truth()["z9"], id="z8"))
    (outcome,) = done.audited(PREFIX)
    assert outcome.message.endswith("cancel in the dashboard at once: z9")
    assert "item z8 was left as it is" in outcome.message


def test_a_twin_that_cannot_be_called_off_is_told():
    made = service(refuse={"cancel": "ITEM_IS_PUBLISHED"})
    done = run(made, NEW)
    done.carry_out()
    twin_of(made)
    (outcome,) = done.audited(PREFIX)
    assert words((outcome,)) == ["failed E-DUPLICATE 10"]
    assert outcome.message.endswith("at once: z9")


def test_what_is_not_ours_is_not_called_off():
    foreign = [item(key="", item_id="f1"), item(key="", item_id="f2")]
    ours_by_nobody = [item(key=key_of("unknown"), item_id="u1"), item(key=key_of("unknown"), item_id="u2")]
    made = service(*foreign, *ours_by_nobody)
    held = Change(kind=K.HOLD, key=key_of("unknown"), site="main", item=ours_by_nobody[0])
    done = run(made, NEW, held)
    done.carry_out()
    (ours,) = made.of_key(key_of("sale"))
    made.put(replace(ours, id="z9", external=True))
    assert words(done.audited(PREFIX)) == ["done 0", "skipped 0"]
    assert made.writes == ["create", "schedule"]


def test_the_last_look_lists_only_what_is_live():
    made = service(item(S.PUBLISHED, key=key_of("old"), item_id="old"))
    asked: list[bool] = []
    usual = made.items
    done = run(made, NEW)
    done.carry_out()
    made.items = lambda *, finals: asked.append(finals) or usual(finals=finals)  # type: ignore[method-assign]
    done.audited(PREFIX)
    assert asked == [False], "published history costs nothing"


def test_the_last_look_leaves_other_sites_and_drafts_alone():
    made = service()
    done = run(made, NEW)
    done.carry_out()
    twin_of(made)
    assert words(done.audited("ss1.acme.another.")) == ["done 0"]
    made.edit("z9", status=S.DRAFT, at=None)
    assert words(done.audited(PREFIX)) == ["done 0"]
    assert made.writes == ["create", "schedule"]


def test_how_many_there_were_is_told():
    made = service()
    done = run(made, NEW)
    done.carry_out()
    twin_of(made)
    made.put(replace(made.truth()["z9"], id="z8"))
    (outcome,) = done.audited(PREFIX)
    assert outcome.message.startswith("3 items at Wix carried this post's key; item n000 was left as it is")
    assert [one.status for one in made.of_key(key_of("sale"))] == [S.SCHEDULED, S.CANCELED, S.CANCELED]


def test_a_removed_post_is_looked_at_too():
    made = service(item(), item(item_id="i2"))
    gone = Change(kind=K.KEEP, key=key_of("sale"), site="main", record=record())
    done = run(made, gone)
    done.carry_out()
    assert words(done.audited(PREFIX)) == ["failed E-DUPLICATE 10"]


def test_a_last_look_that_fails_is_said_and_hides_nothing():
    made = service(item(key=key_of("off"), item_id="off"))
    cancel = change(K.CANCEL, intent("off"), item(key=key_of("off"), item_id="off"))
    done = run(made, cancel, NEW, change(K.KEEP))
    done.carry_out()
    made.faults = {len(made.calls): "lost"}
    outcomes = done.audited(PREFIX)
    assert words(outcomes) == ["done 0", "done E-UNAUDITED 7", "done 0"]
    assert "no complete answer" in outcomes[1].message


@pytest.mark.parametrize("kind", [K.CREATE, K.SCHEDULE])
def test_what_came_to_life_and_could_not_be_looked_at_is_in_doubt(kind: ChangeKind):
    draft = item(S.DRAFT)
    made = service(*([draft] if kind is K.SCHEDULE else []))
    done = run(made, replace(NEW, kind=kind, item=draft), OTHER)
    done.carry_out()
    made.faults = {len(made.calls): "lost"}
    assert words(done.audited(PREFIX)) == ["done E-UNAUDITED 7", "done E-UNAUDITED 7"]


def test_what_failed_is_told_as_failed_whatever_the_last_look():
    made = service(refuse={"create": "CHANNEL_REJECTED"})
    done = run(made, NEW)
    done.carry_out()
    made.faults = {len(made.calls): "lost"}
    assert words(done.audited(PREFIX)) == ["failed E-REJECTED 6"]


def test_what_was_published_now_and_could_not_be_looked_at_is_in_doubt():
    made = Service(clock=Clock(AT))
    made.put(item(S.DRAFT))
    done = Run(
        plan=Plan(site="main", now=AT, changes=(change(K.PUBLISH, live=item(S.DRAFT), at=AT),), digest="d"),
        writes=writes(made, "local"),
        clock=made.clock,
        deadline=1200.0,
    )
    done.carry_out()
    made.faults = {len(made.calls): "lost"}
    assert words(done.audited(PREFIX)) == ["done E-UNAUDITED 7"]


# --- with everything around it --------------------------------------------------------------------


def test_a_twin_from_the_dashboard_is_called_off_by_the_next_run_and_told_once():
    shop = Shop()
    assert shop.apply(intent()) == ExitCode.OK
    twin_of(shop.service)
    assert shop.apply(intent()) == ExitCode.DUPLICATE
    assert shop.codes()["sale.facebook-post.a1"] in ("DUPLICATE", "TWIN")
    assert shop.apply(intent()) == ExitCode.OK
    shop.service.clock.sleep(10 * 86400)
    shop.service.truth()
    assert len(shop.service.public) == 1


def test_an_item_that_was_canceled_unseen_is_not_made_again():
    """A run died before it could remember; then somebody canceled the post in the dashboard."""
    for unique in ("U1", "U2", "U3"):
        shop = Shop(service=Service(unique=unique))
        assert shop.apply(intent("other", text="Other")) == ExitCode.OK
        older = shop.state
        assert shop.apply(intent("other", text="Other"), intent()) == ExitCode.OK
        shop.state = older
        (ours,) = shop.service.of_key(key_of("sale"))
        shop.service.edit(ours.id, status=S.CANCELED)
        for _ in range(2):
            assert shop.apply(intent("other", text="Other"), intent()) == ExitCode.HELD
            assert shop.codes()["sale.facebook-post.a1"] == "FINAL"


def test_quota_that_ends_half_way_leaves_the_nearest_posts_scheduled():
    posts = [intent(name, text=name) for name in ("one", "two")]
    shop = Shop(service=Service(quota=(Quota(feature="SCHEDULE_POST", enabled=True, limit=1, remaining=1),)))
    assert shop.apply(*posts) == ExitCode.OK, "far enough ahead to wait"
    assert shop.codes() == {"one.facebook-post.a1": "", "two.facebook-post.a1": "QUOTA"}
    assert [one.status for one in shop.service.truth().values()] == [S.SCHEDULED]
