"""What git wants back and nobody sees: an incomplete look is no proof that a run did not just make it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from fakes import AT, DRAFT, HALF_HOUR, NOW, PREFIX, Clock, Service, Shop, asap, at, intent, item, key_of, record
from planning import planned, told

from socialsync.errors import ExitCode
from socialsync.model.intents import DesiredState, Intent
from socialsync.model.items import Status

S = Status
KEY = key_of("sale")
OTHER = intent("other", text="Other", timing=DRAFT)
LIVE, CANCELED, DELETED = DesiredState


def lines(wanted: list[Intent], **more) -> list[str]:
    plan = planned([*wanted, OTHER], more.pop("items", []), more.pop("known", []), base=more.pop("base", []), **more)
    return [line for line in told(plan) if not line.startswith("other")]


BACK = {
    "canceled": ([intent(state=CANCELED)], "sale: keep"),
    "deleted": ([intent(state=DELETED)], "sale: keep"),
    "removed": ([], None),
}


@pytest.mark.parametrize(("wanted", "seen"), BACK.values(), ids=BACK)
def test_taken_back_and_not_to_be_seen(wanted: list[Intent], seen: str | None):
    quiet = [seen] if seen else []
    assert lines(wanted, base=[intent()]) == ["sale: hold UNSEEN 7"]
    assert lines(wanted, base=[intent(timing=asap())]) == ["sale: hold UNSEEN 7"]
    assert lines(wanted, base=[intent()], noted={KEY: "UNSEEN"}) == ["sale: hold UNSEEN"], "told"
    assert lines(wanted, base=[intent()], noted={KEY: "DOUBLE x y"}) == ["sale: hold UNSEEN"], "it was held"
    assert lines(wanted, base=[intent()], noted={"another": "UNSEEN"}) == ["sale: hold UNSEEN 7"]
    assert lines(wanted, base=[intent()], reviewing=True) == quiet, "the apply will look"
    assert lines(wanted) == quiet, "git did not want it before either"
    assert lines(wanted, base=[intent(state=CANCELED)]) == quiet
    assert lines(wanted, base=[intent(timing=DRAFT)]) == quiet, "a draft goes nowhere"
    assert lines(wanted, base=[intent()], now=AT + HALF_HOUR) == ["sale: hold UNSEEN 7"]
    assert lines(wanted, base=[intent()], now=AT + HALF_HOUR + timedelta(seconds=1)) == quiet, "history"
    assert lines(wanted, base=[intent()], known=[record()]) == quiet, "it was confirmed, and read by its id"


def test_what_is_seen_of_a_removed_file_is_said_as_ever():
    assert lines([], base=[intent()], items=[item()]) == ["sale: cancel"]
    assert lines([], base=[intent()], items=[item(S.PUBLISHED)]) == ["sale: forget"]
    (held,) = (change for change in planned([OTHER], base=[intent()]).changes if change.reason == "UNSEEN")
    assert (held.post_id, held.target, held.item) == ("sale", "facebook/post", None)


@pytest.mark.parametrize("wanted", [wanted for wanted, _ in BACK.values()], ids=BACK)
def test_who_reads_the_plan_is_told_that_the_apply_will_look(wanted: list[Intent]):
    def notes(**more) -> tuple[str, ...]:
        return planned([*wanted, OTHER], **({"base": [intent()], "reviewing": True} | more)).notes

    assert [note.split(" is taken back")[0] for note in notes()] == ["sale on facebook/post"]
    assert notes(reviewing=False) == (), "the hold says it"
    assert notes(base=[]) == notes(base=[intent(timing=DRAFT)]) == ()
    assert notes(records=[record()]) == notes(items=[item()]) == ()
    assert planned([intent(), OTHER], base=[intent()], reviewing=True).notes == (), "it is wanted"


def test_an_older_attempt_is_its_successors_business():
    assert lines([intent(attempt=2)], base=[intent()]) == ["sale.a2: hold NO-TRACE 9"]


@pytest.mark.parametrize("removed", [False, True])
def test_made_by_a_run_that_died_and_taken_back_while_the_listing_lags(*, removed: bool):
    service = Service(clock=Clock())
    service.put(item(key=OTHER.key, item_id="o", text="Other", moment=None, status=S.DRAFT))
    shop = Shop(service=service, base=(intent(), OTHER))
    shop.apply(OTHER, intent(timing=at(NOW + timedelta(minutes=10)), text="Bye", state=LIVE))
    shop.state = replace(shop.state, records={OTHER.key: shop.state.records[OTHER.key]})
    service.lag = 60.0
    wanted = [OTHER] if removed else [OTHER, intent(state=CANCELED)]
    assert shop.apply(*wanted) == ExitCode.UNKNOWN
    shop.base = (intent(), OTHER)
    service.clock.sleep(90)
    assert shop.apply(*wanted) == ExitCode.OK
    assert [one.status for one in service.of_key(KEY)] == [S.CANCELED]


# --- a lowered attempt ---------------------------------------------------------------------------

SECOND = key_of("sale", 2)
LOWERED = {
    "public, remembered": ([], [record(S.PUBLISHED, key=SECOND, item_id="i2")], []),
    "ended, remembered": ([], [record(S.CANCELED, key=SECOND, item_id="i2")], []),
    "wanted by git before": ([], [], [intent(attempt=2)]),
    "listed": ([item(S.PUBLISHED, key=SECOND, item_id="i2", text="Else")], [], []),
}


@pytest.mark.parametrize(("items", "known", "base"), LOWERED.values(), ids=LOWERED)
def test_a_lowered_attempt_makes_nothing_anew(items, known, base):
    plan = planned([intent()], items, known, base=base)
    (held,) = (change for change in plan.changes if change.key == KEY)
    assert (held.reason, held.attention, held.paste) == ("ATTEMPT-LOWERED", ExitCode.HELD, "attempt: 3")
    draft = planned([intent()], [*items, item(S.DRAFT)], known, base=base)
    (held,) = (change for change in draft.changes if change.key == KEY)
    assert held.reason == "ATTEMPT-LOWERED", "a draft of the lower one is not brought to life either"
    lives = planned([intent()], [*items, item()], known, base=base)
    assert "sale: keep" in told(lives), "what lives is past that question"


def test_the_highest_attempt_counts():
    known = [record(S.CANCELED, key=key_of("sale", number), item_id=f"i{number}") for number in (9, 10, 4)]
    (held,) = (change for change in planned([intent(attempt=3)], [], known).changes if change.key.endswith("a3"))
    assert (held.reason, held.paste) == ("ATTEMPT-LOWERED", "attempt: 11")


def test_attempts_of_other_posts_targets_and_things_are_others():
    known = [
        record(S.CANCELED, key=key_of("sale", 2, "berlin"), item_id="i2"),
        record(S.CANCELED, key=key_of("sales", 2), item_id="i3"),
        record(S.CANCELED, key=key_of("sale"), item_id="i1"),
    ]
    assert told(planned([intent(attempt=2)], [], known)) == ["sale.a2: create"]
    strange = [item(key=f"{PREFIX}sale.facebook-post.{end}", item_id=end or "x") for end in ("axy", "b9", "")]
    assert "sale: hold DOUBLE 9" in told(planned([intent()], strange)), "not what somebody else wrote there"
