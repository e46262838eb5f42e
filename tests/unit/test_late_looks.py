"""What a run looks at once more when time has passed: the clock, the claim, the files, the items of one key."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, BinaryIO

import pytest
from fakes import ACCOUNT, AT, NOW, PACE, POLICY, Clock, Service, asap, at, intent, item, key_of, record

from socialsync.apply import Run
from socialsync.ended import Ended
from socialsync.errors import OUT_OF_TIME, ClockSkew, Denied, ExitCode, ReplyClass, WriteError
from socialsync.model.intents import Intent, MediaKind, MediaRef
from socialsync.model.items import Item, RemoteMedia, Status
from socialsync.model.plans import Change, ChangeKind, OutcomeKind, Plan
from socialsync.model.sites import Blackout
from socialsync.transitions import Carrier, Transition
from socialsync.writes import Writes

S, K = Status, ChangeKind
MINUTE = timedelta(minutes=1)
PICTURE = MediaRef(kind=MediaKind.IMAGE, digest="abcd", path="posts/media/a.jpg")


@dataclass(kw_only=True)
class Claims:
    """The claims of one site; taking one takes `seconds`, as a push does."""

    clock: Clock
    seconds: float = 0.0
    taken: set[str] = field(default_factory=set)

    def claim(self, key: str) -> bool:
        self.clock.sleep(self.seconds)
        fresh = key not in self.taken
        self.taken.add(key)
        return fresh

    def unclaim(self, key: str) -> None:
        self.taken.discard(key)


def writes(service: Service, claims: Claims | None = None, **more: Any) -> Writes:
    claims = claims or Claims(clock=service.clock)
    return Writes(
        writer=service,
        clock=service.clock,
        pace=PACE,
        delivery=more.pop("delivery", "local"),
        accounts={"facebook": ACCOUNT},
        open_media=lambda _: io.BytesIO(b""),
        claim=claims.claim,
        unclaim=claims.unclaim,
        **more,
    )


def change(kind: ChangeKind, wanted: Intent, live: Item | None = None, **more: Any) -> Change:
    return Change(kind=kind, key=wanted.key, site="main", intent=wanted, item=live, **more)


def due(**more: Any) -> tuple[Service, Change]:
    """A draft whose time has come, and until 30 minutes later."""
    service = Service(clock=Clock(AT + MINUTE), **more)
    service.put(item(S.DRAFT))
    return service, change(K.PUBLISH, intent(timing=at(AT, AT + 30 * MINUTE)), item(S.DRAFT), at=AT)


# --- an immediate publish --------------------------------------------------------------------------


def test_what_is_too_late_once_it_is_claimed_is_neither_sent_nor_claimed() -> None:
    service, publish = due()
    claims = Claims(clock=service.clock, seconds=30 * 60)
    with pytest.raises(Ended) as ended:
        writes(service, claims).write(publish)
    assert (ended.value.kind, ended.value.code) == (OutcomeKind.STALE, "E-MISSED")
    assert (service.writes, claims.taken) == ([], set())


def test_a_run_stopped_while_it_claimed_publishes_nothing() -> None:
    service, publish = due()
    claims = Claims(clock=service.clock)
    with pytest.raises(Ended) as ended:
        writes(service, claims, stopping=lambda: bool(claims.taken)).write(publish)
    assert (ended.value.kind, ended.value.code) == (OutcomeKind.SKIPPED, "STOPPED")
    assert (service.writes, claims.taken) == ([], set())


REFUSALS = {
    "no quota": ("INELIGIBLE_FOR_FEATURE", 428, True),
    "the channel's limit": ("PUBLISH_LIMIT_EXCEEDED", 429, True),
    "a limiter in front": ("", 429, True),
    "a connection that has lapsed": ("USER_IS_DISCONNECTED", 428, True),
    "what a channel refuses": ("CHANNEL_REJECTED", 428, False),
    "something wrong with it": ("ITEM_IS_DELETED", 428, False),
}


@pytest.mark.parametrize(("code", "status", "given_back"), REFUSALS.values(), ids=REFUSALS)
def test_the_claim_of_a_publish_refused_for_now_is_given_back(code: str, status: int, given_back: bool) -> None:
    service, publish = due()
    claims = Claims(clock=service.clock)

    def refused(_: str) -> Item:
        raise WriteError("refused", reply=ReplyClass.REJECTED, application_code=code, http_status=status)

    service.publish = refused  # type: ignore[method-assign]
    with pytest.raises(WriteError):
        writes(service, claims).write(publish)
    assert (not claims.taken) is given_back


def unreadable(_: str) -> Item:
    raise ClockSkew("cannot be read")


@pytest.mark.parametrize("look", [unreadable, lambda _: item(S.PROCESSING), lambda _: None])
def test_a_claim_stays_where_the_item_is_no_draft_or_cannot_be_read(look: Callable[[str], Item | None]) -> None:
    service, publish = due(refuse={"publish": "INELIGIBLE_FOR_FEATURE"})
    claims = Claims(clock=service.clock)
    made = writes(service, claims)
    read = service.item
    looks = iter([read, look])
    service.item = lambda item_id: next(looks)(item_id)  # type: ignore[method-assign]
    with pytest.raises(WriteError):
        made.write(publish)
    assert claims.taken


def denied(_: str) -> Item:
    raise Denied("the key is not accepted")


def test_a_publish_that_the_key_may_not_send_leaves_no_claim() -> None:
    service, publish = due()
    claims = Claims(clock=service.clock)
    service.publish = denied  # type: ignore[method-assign]
    with pytest.raises(Denied):
        writes(service, claims).write(publish)
    assert not claims.taken


def test_a_claim_stays_where_only_the_look_after_a_lost_answer_is_denied() -> None:
    service, publish = due(faults={1: "done-lost"})
    claims = Claims(clock=service.clock)
    made = writes(service, claims)
    read = service.item
    looks = iter([read, denied])
    service.item = lambda item_id: next(looks)(item_id)  # type: ignore[method-assign]
    with pytest.raises(WriteError) as caught:
        made.write(publish)
    assert (caught.value.reply, claims.taken) == (ReplyClass.UNKNOWN, {publish.key})


@pytest.mark.parametrize("code", ["INELIGIBLE_FOR_FEATURE", "USER_IS_DISCONNECTED"])
def test_after_a_refusal_for_now_a_later_run_publishes_once(code: str) -> None:
    service, publish = due(refuse={"publish": code})
    claims = Claims(clock=service.clock)
    with pytest.raises(WriteError):
        writes(service, claims).write(publish)
    service.refuse.clear()
    assert writes(service, claims).write(publish).status is S.PUBLISHED
    assert [key for key, _ in service.public] == [publish.key]


# --- days on which nothing may go out -----------------------------------------------------------------

EVE = datetime(2026, 12, 23, 22, 58, tzinfo=UTC)  # two minutes before midnight where the posts are written
HOLIDAYS = Blackout(first=date(2026, 12, 24), last=date(2026, 12, 26), reason="holidays")
CLOSED = replace(POLICY, timezone="Europe/Berlin", no_posts=(HOLIDAYS,))


@pytest.mark.parametrize("kind", [K.CREATE, K.SCHEDULE, K.RESCHEDULE])
def test_a_late_post_is_not_moved_into_a_day_without_posts(kind: ChangeKind) -> None:
    service = Service(clock=Clock(EVE - MINUTE))
    live = item(S.SCHEDULED if kind is K.RESCHEDULE else S.DRAFT, moment=EVE + 600 * MINUTE)
    service.put(*([] if kind is K.CREATE else [live]))
    wanted = change(kind, intent(timing=at(EVE, EVE + 60 * MINUTE)), None if kind is K.CREATE else live, at=EVE)
    with pytest.raises(Ended) as ended:
        writes(service, delivery="wix", closed=CLOSED.closes_after).write(wanted)
    assert (ended.value.code, ended.value.exit_code) == ("E-MISSED", ExitCode.HELD)
    assert [call for call in service.writes if call != "create"] == []


def test_a_day_that_the_plan_has_judged_is_not_judged_again() -> None:
    service = Service(clock=Clock(EVE + 3 * MINUTE))
    service.put(item(S.DRAFT))
    wanted = change(K.SCHEDULE, intent(timing=at(EVE, EVE + 60 * MINUTE)), item(S.DRAFT), at=EVE + 3 * MINUTE)
    made = writes(service, delivery="wix", closed=CLOSED.closes_after).write(wanted)
    assert made.at == EVE + 6 * MINUTE


def test_a_post_that_is_published_at_once_keeps_out_of_it_too() -> None:
    service = Service(clock=Clock(EVE + 3 * MINUTE))
    service.put(item(S.DRAFT))
    claims = Claims(clock=service.clock)
    publish = change(K.PUBLISH, intent(timing=at(EVE, EVE + 60 * MINUTE)), item(S.DRAFT), at=EVE)
    with pytest.raises(Ended) as ended:
        writes(service, claims, closed=CLOSED.closes_after).write(publish)
    assert (ended.value.code, service.writes, claims.taken) == ("E-MISSED", [], set())


# --- the clock ------------------------------------------------------------------------------------


def skewed() -> None:
    raise ClockSkew("two hours ahead")


def test_a_clock_that_leaves_ours_amid_a_run_publishes_nothing_and_ends_it() -> None:
    service, publish = due()
    other = change(K.CREATE, intent("other", timing=at(AT + 60 * MINUTE)), at=AT + 60 * MINUTE)
    claims = Claims(clock=service.clock)
    run = Run(
        plan=Plan(site="main", now=NOW, changes=(publish, other), digest="d"),
        writes=writes(service, claims, check_clock=skewed),
        clock=service.clock,
        deadline=1e9,
    )
    run.carry_out()
    assert [(one.kind, one.code) for one in run.outcomes] == [
        (OutcomeKind.FAILED, "E-CLOCK"),
        (OutcomeKind.SKIPPED, "E-CLOCK"),
    ]
    assert (service.writes, claims.taken) == ([], set())


def test_a_clock_lost_after_a_doubtful_request_leaves_the_doubt() -> None:
    sent = 0

    def send() -> Item:
        nonlocal sent
        sent += 1
        raise WriteError("no answer", reply=ReplyClass.UNKNOWN)

    def timely() -> bool:
        raise ClockSkew("two hours ahead")

    draft = item(S.DRAFT)
    transition = Transition(
        name="schedule",
        send=send,
        read=lambda: draft,
        reached=lambda _: False,
        pending=lambda _: True,
        timely=timely,
    )
    with pytest.raises(WriteError, match="no answer"):
        Carrier(Clock(), PACE).carry(transition)
    assert sent == 1


def test_a_request_for_which_there_is_no_time_is_not_asked_again() -> None:
    clock = Clock()

    def send() -> Item:
        raise WriteError("no time", reply=ReplyClass.NOT_SENT, code=OUT_OF_TIME)

    transition = Transition(
        name="create", send=send, read=lambda: None, reached=lambda _: False, pending=lambda _: True
    )
    with pytest.raises(WriteError, match="no time"):
        Carrier(clock, PACE).carry(transition)
    assert clock.seconds == 0


# --- files ----------------------------------------------------------------------------------------


def revised(kind: ChangeKind, status: Status) -> tuple[Service, Change]:
    live = item(status)
    service = Service()
    service.put(live)
    wanted = intent(timing=at(AT))
    wanted = replace(wanted, content=replace(wanted.content, media=(PICTURE,)))
    return service, change(kind, wanted, live, at=AT)


@pytest.mark.parametrize(("kind", "status"), [(K.UPDATE, S.SCHEDULED), (K.SCHEDULE, S.DRAFT), (K.PUBLISH, S.DRAFT)])
def test_an_item_that_changes_while_a_file_travels_is_not_written(kind: ChangeKind, status: Status) -> None:
    service, what = revised(kind, status)
    upload = service.upload

    def slow(ref: MediaRef, open_media: Callable[[MediaRef], BinaryIO]) -> RemoteMedia:
        service.edit(item().id, fields={"text": "Edited in the dashboard"})
        return upload(ref, open_media)

    service.upload = slow  # type: ignore[method-assign]
    with pytest.raises(Ended) as ended:
        writes(service, delivery="wix").write(what)
    assert ended.value.code == "E-STALE"
    assert service.writes == ["upload"]


def test_the_freeze_is_looked_at_when_the_file_is_there() -> None:
    service, what = revised(K.UPDATE, S.SCHEDULED)
    service.clock.start = AT - 4 * MINUTE
    upload = service.upload

    def slow(ref: MediaRef, open_media: Callable[[MediaRef], BinaryIO]) -> RemoteMedia:
        service.clock.sleep(3.5 * 60)
        return upload(ref, open_media)

    service.upload = slow  # type: ignore[method-assign]
    with pytest.raises(Ended) as ended:
        writes(service, delivery="wix").write(what)
    assert ended.value.code == "E-FREEZE"
    assert service.writes == ["upload"]


# --- several items of one key ---------------------------------------------------------------------


def audited(service: Service, *changes: Change) -> Run:
    run = Run(
        plan=Plan(site="main", now=NOW, changes=changes, digest="d"),
        writes=writes(service, delivery="wix"),
        clock=service.clock,
        deadline=1e9,
    )
    run.carry_out()
    return run


def test_the_item_that_was_confirmed_stays_and_its_copy_goes() -> None:
    service = Service()
    run = audited(service, change(K.CREATE, intent(timing=at(AT)), at=AT))
    (ours,) = service.of_key(key_of("sale"))
    service.put(replace(ours, id="0-copy", fields={"text": "A colleague's draft"}))
    (outcome,) = run.audited("ss1.acme.main.")
    assert outcome.exit_code == ExitCode.DUPLICATE
    assert {one.id: one.status for one in service.of_key(key_of("sale"))} == {
        ours.id: S.SCHEDULED,
        "0-copy": S.CANCELED,
    }


def test_a_copy_that_memory_alone_knows_is_told_and_left() -> None:
    service = Service()
    service.put(item(), item(item_id="0-copy"))
    run = audited(service, Change(kind=K.KEEP, key=key_of("sale"), site="main", record=record()))
    (outcome,) = run.audited("ss1.acme.main.")
    assert outcome.exit_code == ExitCode.DUPLICATE
    assert outcome.message.endswith("cancel in the dashboard at once: 0-copy")
    assert service.writes == []


def test_the_surplus_item_of_the_plan_does_not_stand_for_its_key() -> None:
    service = Service()
    service.put(item(item_id="i1"), item(item_id="i2"))
    twin = Change(
        kind=K.CANCEL, key=key_of("sale"), site="main", intent=intent(), item=item(item_id="i2"), reason="TWIN"
    )
    kept = change(K.KEEP, intent(), item(item_id="i1"))
    run = audited(service, kept, twin)
    service.put(item(item_id="0-copy"))
    (told, _) = run.audited("ss1.acme.main.")
    assert "item i1 was left as it is" in told.message


def test_a_post_to_go_out_as_soon_as_possible_is_claimed_in_time() -> None:
    service = Service()
    service.put(item(S.DRAFT))
    made = writes(service).write(change(K.PUBLISH, intent(timing=asap()), item(S.DRAFT), at=NOW))
    assert made.status is S.PUBLISHED


# --- the words at the commit point -----------------------------------------------------------------


def edited_before(service: Service, call: str) -> None:
    """Somebody edits the item between the last look at it and this request."""
    send = getattr(service, call)

    def late(item_id: str, moment: datetime) -> Item:
        service.edit(item_id, fields={"text": "Edited in the dashboard"})
        return send(item_id, moment)  # type: ignore[no-any-return]

    setattr(service, call, late)


COMMITS = {
    "a new post": (change(K.CREATE, intent(), at=AT), "schedule"),
    "a draft": (change(K.SCHEDULE, intent(), item(S.DRAFT), at=AT), "schedule"),
    "an earlier time": (change(K.RESCHEDULE, intent(), item(), at=AT - 60 * MINUTE), "reschedule"),
}


@pytest.mark.parametrize(("what", "call"), COMMITS.values(), ids=COMMITS)
def test_words_that_changed_just_before_the_commit_point_are_told(what: Change, call: str) -> None:
    service = Service()
    if what.item is not None:
        service.put(what.item)
    edited_before(service, call)
    with pytest.raises(Ended) as ended:
        writes(service, delivery="wix").write(what)
    assert (ended.value.code, ended.value.exit_code) == ("E-ECHO", ExitCode.HELD)
    assert "still goes out like that" in ended.value.message


def test_a_reply_without_the_words_is_not_believed_before_the_item_is_read() -> None:
    service = Service()
    schedule = service.schedule
    service.schedule = lambda one, moment: replace(schedule(one, moment), fields={})  # type: ignore[method-assign]
    made = writes(service, delivery="wix").write(change(K.CREATE, intent(), at=AT))
    assert dict(made.fields) == {"text": "Hello"}


def test_a_reply_without_the_words_of_an_item_that_cannot_be_read_is_told() -> None:
    service = Service()
    schedule = service.schedule
    service.schedule = lambda one, moment: replace(schedule(one, moment), fields={})  # type: ignore[method-assign]
    service.item = unreadable  # type: ignore[method-assign]
    with pytest.raises(Ended, match="something else than was sent"):
        writes(service, delivery="wix").write(change(K.CREATE, intent(), at=AT))


# --- a run that is to stop -------------------------------------------------------------------------


@pytest.mark.parametrize(("reached", "waited"), [(True, 0.0), (False, 0.0)])
def test_once_it_is_to_stop_a_run_looks_once_and_waits_for_nothing(reached: bool, waited: float) -> None:
    clock, sent = Clock(), 0

    def send() -> Item:
        nonlocal sent
        sent += 1
        raise WriteError("no answer", reply=ReplyClass.UNKNOWN)

    carrier = Carrier(clock, PACE, lambda: sent > 0)
    transition = Transition(
        name="cancel", send=send, read=lambda: item(S.CANCELED), reached=lambda _: reached, pending=lambda _: True
    )
    if reached:
        assert carrier.carry(transition) == item(S.CANCELED)
    else:
        with pytest.raises(WriteError, match="no answer"):
            carrier.carry(transition)
    assert (sent, clock.seconds) == (1, waited)


# --- what is not there ------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "status"), [(K.DELETE, S.DRAFT), (K.CANCEL, S.SCHEDULED)])
@pytest.mark.parametrize("answers", [1, 2])
def test_that_an_item_is_gone_takes_two_answers(kind: ChangeKind, status: Status, answers: int) -> None:
    service = Service()
    service.put(item(status))
    read, wrong = service.item, iter(range(answers))
    service.item = lambda one: None if next(wrong, None) is not None else read(one)  # type: ignore[method-assign]
    writes(service, delivery="wix").write(change(kind, intent(), item(status)))
    assert service.writes == ([kind.value] if answers == 1 else [])
