"""Reading a site: which requests a plan costs, and what is read again because the listing cannot be believed alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from fakes import AT, NOW, SITE, Clock, Service, Shop, at, intent, item, key_of, record

from socialsync.errors import ClockSkew, ExitCode, IncompleteRead
from socialsync.model.accounts import Connection, TokenStatus
from socialsync.model.intents import Content, DesiredState, MediaKind, MediaRef
from socialsync.model.items import Item, Record, Status
from socialsync.state import Drift, KnownMedia, State

S = Status
USUAL = ["read connections", "read quotas", "read items"]
ELSE = record(S.CANCELED, key=key_of("else"), item_id="e1")


def shop(*items: Item, known: tuple[Record, ...] = (ELSE,), **more) -> Shop:
    service = Service(clock=Clock(), lag=more.pop("lag", 0.0))
    service.put(*items)
    state = State(site="main", namespace="acme", wix="id-of-main", records={one.key: one for one in known}, **more)
    return Shop(service=service, state=state)


def kinds(made: Shop, *wanted, reviewing: bool = True) -> list[str]:
    return [f"{one.kind.value} {one.reason}".strip() for one in made.plan(*wanted, reviewing=reviewing).changes]


def test_what_stands_as_it_is_costs_the_listing_alone():
    made = shop(item(), known=(record(),))
    assert kinds(made, intent()) == ["keep"]
    assert made.service.calls == USUAL


def test_history_is_not_listed_again():
    history = [record(S.PUBLISHED, key=key_of(f"old-{number}"), item_id=f"o{number}") for number in range(50)]
    posts = [intent(f"old-{number}", timing=at(NOW - timedelta(days=9))) for number in range(50)]
    made = shop(*(item(S.PUBLISHED, key=one.key, item_id=one.item_id) for one in history), known=tuple(history))
    assert kinds(made, *posts) == ["keep"] * 50
    assert made.service.calls == USUAL


def test_without_a_memory_everything_is_listed_once():
    made = shop(item(S.CANCELED), known=())
    assert kinds(made, intent()) == ["hold FINAL"]
    assert made.service.calls == USUAL


STRANGE = {
    "not listed": ([], record(), "hold GONE"),
    "another status": ([item(S.IN_QUEUE)], record(), "keep GOING-OUT"),
    "another date": ([item(moment=AT + timedelta(hours=1))], record(), "hold CONFLICT"),
    "another text": ([item(text="Hand")], record(), "hold CONFLICT"),
    "not listed, because it ended": ([item(S.FAILED)], record(), "hold FAILED"),
    "ended, and another one lives": ([item(S.PUBLISHED), item(item_id="i2")], record(S.PUBLISHED), "cancel TWIN"),
}


@pytest.mark.parametrize(("items", "known", "expected"), STRANGE.values(), ids=STRANGE)
def test_what_state_remembers_otherwise_is_read_by_its_id(items: list[Item], known: Record, expected: str):
    made = shop(*items, known=(known,))
    assert kinds(made, intent())[0] == expected
    risen = ["read connections"] if known.status.final else []
    assert made.service.calls == [*USUAL, "read items by id", *risen]


@pytest.mark.parametrize("key", [key_of("sale"), ""])
def test_what_state_calls_over_and_is_not_is_compared_as_ever(key: str):
    made = shop(item(key=key), known=(record(S.DELETED),))
    assert kinds(made, intent(text="New", adopt="i1" if not key else "")) == ["update"]
    assert made.service.calls[:3] == USUAL
    assert made.service.calls[3:] == ["read items by id", "read connections"]


def test_a_listing_that_lags_is_corrected():
    made = shop(item(S.DRAFT), known=(record(),), lag=60.0)
    made.service.clock.sleep(100)
    made.service.edit("i1", status=S.SCHEDULED, at=AT)
    assert kinds(made, intent()) == ["keep"]


@pytest.mark.parametrize("ended", [S.CANCELED, S.DELETED])
def test_what_was_called_off_does_not_come_to_life_in_a_listing_that_lags(ended: Status):
    made = shop(item(), known=(record(ended),), lag=60.0)
    made.service.clock.sleep(100)
    made.service.edit("i1", status=ended)
    assert kinds(made, intent(state=DesiredState.CANCELED)) == ["keep"]
    assert kinds(made, intent()) == ["hold FINAL"], "restored in git, it is not scheduled"


def test_removals_that_a_listing_still_shows_are_not_counted_again():
    made = shop(known=(), lag=60.0)
    posts = [intent(f"p{number}", text=f"p{number}") for number in range(8)]
    assert made.apply(*posts) == ExitCode.OK
    made.service.clock.sleep(100)
    assert made.apply(*posts[3:]) == ExitCode.OK
    assert made.apply(*posts[4:]) == ExitCode.OK
    assert len(made.service.public) == 0


def test_what_is_due_is_read_by_its_id_before_it_is_called_late():
    made = shop(item(), known=(record(),), lag=1800.0)
    made.service.clock.sleep((AT - NOW).total_seconds() + 900)  # it has gone out; the listing does not show it yet
    assert kinds(made, intent()) == ["keep"]
    assert len(made.service.public) == 1


OWN = "3fa1c2_0001~mv2.jpg"
PICTURE = MediaRef(kind=MediaKind.IMAGE, file_id=OWN)


@pytest.mark.parametrize("known", [True, False])
def test_a_file_of_ours_is_the_same_however_a_post_names_it(*, known: bool):
    media = {"ab" * 32: KnownMedia(file_id=OWN, url="https://example.com/f")}
    made = shop(known=(ELSE,), media=media) if known else shop(known=())
    made.service.own_files = {OWN: "ab" * 32}
    posted = intent(content=Content(text="Hello", media=(PICTURE,)))
    assert made.apply(posted) == ExitCode.OK
    assert made.service.of_key(posted.key)[0].fields["media"] == (f"sha256:{'ab' * 32}",)
    assert "upload" not in made.service.calls
    assert kinds(made, posted) == ["keep"]
    assert kinds(made, intent(content=Content(text="Hello", media=(replace(PICTURE, file_id="other"),)))) == ["update"]


def test_an_item_to_be_taken_over_is_read_by_its_id():
    made = shop(item(S.PUBLISHED, key="", item_id="d1"))
    wanted = intent(adopt="d1", timing=at(NOW - timedelta(days=1)))
    assert kinds(made, wanted) == ["keep"]
    assert made.service.calls == [*USUAL, "read items by id"]
    assert kinds(shop(item(key="", item_id="d1")), intent(adopt="d1")) == ["keep"]
    known = shop(item(key="", item_id="d1"), known=(record(item_id="d1"),))
    assert kinds(known, intent(adopt="d1")) == ["keep"]
    assert known.service.calls == USUAL, "once confirmed it is known"


UNHEARD = {
    "never made": ([], "create", ["read carrying"]),
    "canceled meanwhile": ([item(S.CANCELED)], "hold FINAL", ["read carrying"]),
    "public by now": ([item(S.PUBLISHED)], "hold PUBLISHED-EARLY", ["read carrying"]),
    "listed": ([item()], "keep", []),
}


@pytest.mark.parametrize(("items", "expected", "more"), UNHEARD.values(), ids=UNHEARD)
def test_what_an_earlier_run_may_have_made_is_asked_for_by_key(items: list[Item], expected: str, more: list[str]):
    made = shop(*items)
    assert kinds(made, intent()) == [expected]
    assert made.service.calls == [*USUAL, *more]


def test_what_is_called_missing_is_asked_for_once():
    over = intent(timing=at(NOW - timedelta(days=1)))
    made = shop(item(S.PUBLISHED, moment=NOW - timedelta(days=1)))
    assert kinds(made, over) == ["keep"], "it went out, though the run that made it did not live to remember"
    made = shop()
    assert kinds(made, over) == ["hold MISSED"]
    assert made.apply(over) == ExitCode.HELD
    made.service.calls.clear()
    assert made.apply(over) == ExitCode.OK
    assert made.service.calls == USUAL


def test_what_may_have_been_published_is_asked_for_until_it_is_seen():
    claimed = {key_of("sale"): "2026-11-24T08:59:00Z"}
    made = shop(claims=claimed, noted={key_of("sale"): "CLAIMED"})
    made.site = replace(SITE, delivery="local")
    wanted = intent(timing=at(NOW))
    assert kinds(made, wanted) == ["hold CLAIMED"]
    made.service.put(item(S.PUBLISHED, moment=NOW))
    assert kinds(made, wanted) == ["keep"]


@pytest.mark.parametrize(("items", "expected"), [([item(S.CANCELED)], []), ([], ["hold UNSEEN"])])
def test_what_is_taken_back_and_not_listed_is_asked_for(items: list[Item], expected: list[str]):
    made = shop(*items)
    made.base = (intent(),)
    other = intent("other", text="Other", state=DesiredState.CANCELED)
    assert kinds(made, other, reviewing=False) == [*expected, "keep"]
    assert "read carrying" in made.service.calls


def test_an_older_attempt_of_which_nothing_is_known_is_asked_for():
    made = shop(item(S.CANCELED))
    assert kinds(made, intent(attempt=2)) == ["create"]
    assert kinds(shop(), intent(attempt=2)) == ["hold NO-TRACE"]


def test_a_post_that_is_called_off_needs_no_question():
    made = shop()
    assert kinds(made, replace(intent(), state="canceled")) == ["keep"]
    assert made.service.calls == USUAL


def test_only_channels_of_posts_to_come_are_asked_for():
    made = shop(known=(record(S.PUBLISHED),))
    asked: list[list[str]] = []
    usual = made.service.connections
    made.service.connections = lambda channels: usual(asked.append(list(channels)) or [])  # type: ignore[func-returns-value,method-assign]
    assert kinds(made, intent()) == ["keep"]
    assert asked == [[]]


def test_a_disconnected_account_holds_its_posts():
    made = shop()
    made.service.channels["facebook"] = Connection(channel="facebook", token=TokenStatus.DISCONNECTED)
    assert kinds(made, intent()) == ["hold ACCOUNT"]


@pytest.mark.parametrize("number", [0, 1, 2])
def test_what_cannot_be_read_is_no_plan(number: int):
    made = shop()
    made.service.faults = {number: "lost"}
    with pytest.raises(IncompleteRead):
        made.plan(intent())


def test_a_clock_that_is_wrong_is_no_plan():
    made = shop()
    made.service.server_time = lambda: NOW + timedelta(seconds=61)  # type: ignore[method-assign]
    with pytest.raises(ClockSkew):
        made.plan(intent())
    made.site = replace(SITE, wix="")
    made.state = replace(made.state, wix="")
    assert kinds(made, intent()) == ["create"], "the clock of an emulator is set at will"


def test_another_namespace_is_noticed():
    made = shop(known=(ELSE,))
    made.state = replace(made.state, namespace="old")
    assert kinds(made, intent()) == ["hold GATE-MOVED"]


@pytest.mark.parametrize("live", [item(), item(text="Hand"), item(S.DRAFT)], ids=["as confirmed", "edited", "a draft"])
def test_what_was_seen_to_have_drifted_decides_nothing_once_it_can_be_looked_at(live: Item):
    drift = Drift(fields={"text": "ab"}, status=S.SCHEDULED, at=AT, live="12345678")
    plans = [
        shop(live, known=(record(),), drifts=drifts).plan(intent(text="New")) for drifts in ({}, {record().key: drift})
    ]
    assert plans[0] == plans[1]
