"""Items that were taken over: git says whose they are, State alone never makes one of them ours to write."""

from __future__ import annotations

import pytest
from fakes import DRAFT, NOW, WAIVER, Shop, intent, item, key_of, record
from planning import planned, told

from socialsync.errors import ExitCode
from socialsync.model.intents import DesiredState
from socialsync.model.items import Status
from socialsync.model.plans import ChangeKind
from socialsync.plan.news import note
from socialsync.state import State

S = Status
KEY = key_of("sale")
X, Y = item(item_id="x", key="some-other-program-17"), item(item_id="y", key="")
HAS_X = record(item_id="x")
OTHER = intent("other", text="Other")


def lines(*given, **more) -> list[str]:
    return [line for line in told(planned(*given, **more)) if not line.startswith("other: create")]


# --- what only State knows ---------------------------------------------------------------------

LENT = {
    # the item that State counts to the post, what git wants of the post, the plan
    "removed": (X, None, "sale: hold ADOPT-CHANGED 9"),
    "removed, a draft": (item(S.DRAFT, item_id="x", key=""), None, "sale: hold ADOPT-CHANGED 9"),
    "edited": (X, intent(text="New"), "sale: hold ADOPT-CHANGED 9"),
    "the same": (X, intent(), "sale: keep"),
    "canceled": (X, intent(state=DesiredState.CANCELED), "sale: hold ADOPT-CHANGED 9"),
    "deleted": (X, intent(state=DesiredState.DELETED), "sale: hold ADOPT-CHANGED 9"),
    "a draft gets a date": (item(S.DRAFT, item_id="x", key=""), intent(), "sale: hold ADOPT-CHANGED 9"),
    "ended": (item(S.CANCELED, item_id="x", key=""), intent(), "sale: hold FINAL 9"),
    "adopted": (X, intent(text="New", adopt="x"), "sale: update"),
}


@pytest.mark.parametrize(("live", "wanted", "expected"), LENT.values(), ids=LENT)
def test_state_alone_never_causes_a_write(live, wanted, expected: str):
    assert lines([OTHER, *([wanted] if wanted else [])], [live], [HAS_X]) == [expected]


def test_the_commit_that_removes_the_file_still_says_whose_it_is():
    assert lines([OTHER], [X], [HAS_X], base=[intent(adopt="x")]) == ["sale: cancel"]
    assert lines([intent(text="New")], [X], [HAS_X], base=[intent(adopt="x")]) == ["sale: update"]


def test_what_decides_it():
    (held,) = planned([intent(text="New")], [X], [HAS_X]).changes
    assert (held.paste, held.paste_at, held.wanted) == ("adopt: x", intent().location, ChangeKind.UPDATE)
    assert "item x was taken over" in held.message
    *_, gone = planned([OTHER], [X], [HAS_X]).changes
    assert (gone.reason, gone.paste, gone.wanted) == ("ADOPT-CHANGED", "", ChangeKind.CANCEL)
    noted = {KEY: note("ADOPT-CHANGED", None)}
    assert lines([OTHER], [X], [HAS_X], noted=noted) == ["sale: hold ADOPT-CHANGED"], "told once"
    noted = {KEY: note("ADOPT-CHANGED", intent(text="New"))}
    assert lines([intent(text="New")], [X], [HAS_X], noted=noted) == ["sale: hold ADOPT-CHANGED 9"]


def test_a_new_attempt_waits_for_what_it_may_not_end():
    again = intent(attempt=2)
    assert lines([again], [X], [HAS_X]) == ["sale.a2: hold ADOPT-CHANGED 9"]
    assert lines([again], [X], [HAS_X], base=[intent(adopt="x")]) == ["sale: cancel FENCE", "sale.a2: create"]
    assert lines([again], [item(S.CANCELED, item_id="x", key="")], [HAS_X]) == ["sale.a2: create"]


def test_twins_are_only_called_off_beside_what_git_counts_to_the_post():
    twin = item(item_id="z")
    assert lines([intent()], [X, twin], [HAS_X]) == ["sale: hold DUPLICATE 10"]
    assert lines([OTHER], [X, twin], [HAS_X]) == ["sale: hold ADOPT-CHANGED 9"]


def test_a_memory_that_somebody_wrote_calls_nothing_off():
    shop = Shop(state=State(site="main", namespace="acme", wix="id-of-main", records={KEY: HAS_X}))
    shop.service.put(X)
    assert shop.apply(OTHER) == ExitCode.HELD
    assert shop.service.truth()["x"].status is S.SCHEDULED
    assert shop.apply(OTHER) == ExitCode.OK


# --- another item --------------------------------------------------------------------------------


@pytest.mark.parametrize("state", DesiredState)
@pytest.mark.parametrize(
    ("items", "known", "before"),
    [
        ([X, Y], [HAS_X], []),
        ([X, Y], [HAS_X], [intent(adopt="x")]),
        ([X, Y], [], [intent(adopt="x")]),
        ([item(item_id="x"), Y], [HAS_X], [intent()]),
        ([Y], [HAS_X], []),
    ],
    ids=["confirmed", "and git said so", "only git said so", "one of its own", "it is gone"],
)
def test_git_names_another_item_than_the_post_has(items, known, before, state: DesiredState):
    plan = planned([intent(adopt="y", state=state)], items, known, base=before)
    assert told(plan) == ["sale: hold ADOPT-CHANGED 9"]
    assert plan.changes[0].paste == "attempt: 2"


def test_what_ended_may_be_followed_by_another():
    ended = record(S.CANCELED, item_id="x")
    assert lines([intent(adopt="y", text="New")], [Y], [ended]) == ["sale: update"]
    assert lines([intent(adopt="y")], [Y], [ended]) == ["sale: keep"]
    assert lines([intent(adopt="y")], [Y], [record(S.PUBLISHED, item_id="x", moment=NOW)]) == [
        "sale: hold DUPLICATE 10"
    ], "but not what is public"


def test_what_git_names_stays_and_its_twin_goes():
    own = item(item_id="a")
    plan = planned([intent(adopt="y")], [own, Y])
    assert told(plan) == ["sale: cancel TWIN 10", "sale: hold DUPLICATE 10"]
    assert [change.item.id for change in plan.changes if change.item is not None] == ["a", "y"]


def test_a_draft_of_its_own_is_left_beside_what_it_took_over():
    waived = intent(adopt="y", timing=DRAFT, waivers=(WAIVER,))
    assert lines([waived], [item(S.DRAFT, item_id="y", key=""), item(S.DRAFT, item_id="a")]) == ["sale: keep"]
