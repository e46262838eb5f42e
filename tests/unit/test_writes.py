"""What each change sends, in which order, what it checks at the last moment, and how the special refusals end."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from fakes import ACCOUNT, AT, DRAFT, NOW, PACE, Clock, Service, asap, at, intent, item, key_of

from socialsync.ended import Ended
from socialsync.errors import ExitCode, ReplyClass, WriteError
from socialsync.model.intents import Content, Intent, MediaKind, MediaRef
from socialsync.model.items import Item, Status
from socialsync.model.plans import Change, ChangeKind, OutcomeKind
from socialsync.writes import Writes

S, K = Status, ChangeKind
MINUTE = timedelta(minutes=1)
PICTURE = MediaRef(kind=MediaKind.IMAGE, digest="abcd", path="posts/media/a.jpg")


def writes(service: Service, delivery: str = "wix", **more: Any) -> Writes:
    return Writes(
        writer=service,
        clock=service.clock,
        pace=PACE,
        delivery=delivery,
        accounts={"facebook": ACCOUNT},
        open_media=lambda _: io.BytesIO(b""),
        claim=more.pop("claim", lambda _: True),
        **more,
    )


def change(kind: ChangeKind, wanted: Intent | None = None, live: Item | None = None, **more: Any) -> Change:
    wanted = wanted or intent()
    return Change(kind=kind, key=wanted.key, site="main", intent=wanted, item=live, **more)


def service(*items: Item, now: datetime = NOW, **more: Any) -> Service:
    made = Service(clock=Clock(now), **more)
    made.put(*items)
    return made


def ended(made: Service, what: Change, **more: Any) -> Ended:
    with pytest.raises(Ended) as caught:
        writes(made, **more).write(what)
    return caught.value


def test_a_run_that_is_being_stopped_makes_nothing_new_after_an_upload() -> None:
    made = service()
    stopped = ended(made, change(ChangeKind.CREATE, at=AT), stopping=lambda: True)
    assert (stopped.kind, stopped.code) == (OutcomeKind.SKIPPED, "STOPPED")
    assert made.items(finals=True) == ()


# --- the requests of each kind -------------------------------------------------------------------

LATER, SOONER = AT + timedelta(hours=1), AT - timedelta(hours=1)
REQUESTS = {
    "create and schedule": (change(K.CREATE, at=AT), [], ["create", "schedule"]),
    "create a draft": (change(K.CREATE, intent(timing=DRAFT)), [], ["create"]),
    "schedule": (change(K.SCHEDULE, live=item(S.DRAFT), at=AT), [item(S.DRAFT)], ["schedule"]),
    "schedule with new content": (
        change(K.SCHEDULE, intent(text="New"), item(S.DRAFT), at=AT),
        [item(S.DRAFT)],
        ["update", "schedule"],
    ),
    "update": (change(K.UPDATE, intent(text="New"), item(), at=AT), [item()], ["update"]),
    "update a draft": (change(K.UPDATE, intent(text="New"), item(S.DRAFT)), [item(S.DRAFT)], ["update"]),
    "reschedule": (change(K.RESCHEDULE, live=item(), at=LATER), [item()], ["reschedule"]),
    "content and later": (change(K.UPDATE, intent(text="N"), item(), at=LATER), [item()], ["reschedule", "update"]),
    "content and sooner": (change(K.UPDATE, intent(text="N"), item(), at=SOONER), [item()], ["update", "reschedule"]),
    "cancel": (change(K.CANCEL, live=item()), [item()], ["cancel"]),
    "delete a draft": (change(K.DELETE, live=item(S.DRAFT)), [item(S.DRAFT)], ["delete"]),
    "delete what is scheduled": (change(K.DELETE, live=item()), [item()], ["cancel", "delete"]),
    "delete what is public": (change(K.DELETE, live=item(S.PUBLISHED, fields={})), [item(S.PUBLISHED)], ["delete"]),
}


@pytest.mark.parametrize(("what", "items", "expected"), REQUESTS.values(), ids=REQUESTS)
def test_requests(what: Change, items: list[Item], expected: list[str]):
    made = service(*items)
    done = writes(made).write(what)
    assert made.writes == expected
    live = made.truth()[done.id]
    assert (live.status, live.at, live.fields) == (done.status, done.at, done.fields)
    assert "read find" not in made.calls, "no reply was open, so nothing was looked up"


@pytest.mark.parametrize("kind", [K.KEEP, K.HOLD, K.FORGET])
def test_what_is_no_write(kind: ChangeKind):
    with pytest.raises(ValueError, match="writes nothing"):
        writes(service()).write(change(kind))


def test_files_go_up_once_and_before_the_post():
    made = service()
    wanted = intent(content=Content(text="t", media=(PICTURE, MediaRef(kind=MediaKind.VIDEO, file_id="v"))))
    other = intent("other", content=Content(text="o", media=(PICTURE,)))
    run = writes(made)
    run.write(change(K.CREATE, wanted, at=AT))
    run.write(change(K.CREATE, other, at=AT))
    assert made.writes == ["upload", "create", "schedule", "create", "schedule"]
    assert run.media["abcd"].file_id == "f-abcd"


@pytest.mark.parametrize("fault", ["refused", "lost"])
def test_a_file_that_did_not_go_up_is_no_doubt_about_the_post(fault: str):
    made = service(faults={0: fault})
    stop = ended(made, change(K.CREATE, intent(content=Content(media=(PICTURE,))), at=AT))
    assert (stop.kind, stop.exit_code, made.writes) == (OutcomeKind.FAILED, ExitCode.FAILED, ["upload"])
    assert (stop.code, stop.message) == ("E-REJECTED", "no answer")


# --- the last look before a write ---------------------------------------------------------------

MOVED = {
    "edited": item(text="Hand"),
    "moved": item(moment=LATER),
    "canceled": item(S.CANCELED),
    "going out": item(S.IN_QUEUE),
    "another account": item(account_id="9"),
}


@pytest.mark.parametrize("seen", [*MOVED.values(), None], ids=[*MOVED, "gone"])
@pytest.mark.parametrize("kind", [K.UPDATE, K.RESCHEDULE])
def test_what_changed_meanwhile_is_not_written(seen: Item | None, kind: ChangeKind):
    made = service(*([seen] if seen else []))
    stop = ended(made, change(kind, intent(text="New"), item(), at=LATER))
    assert (stop.kind, stop.code, stop.exit_code) == (OutcomeKind.STALE, "E-STALE", ExitCode.CONFLICT)
    assert stop.item == seen
    assert made.writes == []


@pytest.mark.parametrize("kind", [K.SCHEDULE, K.PUBLISH])
def test_a_draft_that_changed_meanwhile_does_not_go_out(kind: ChangeKind):
    for seen in (item(S.DRAFT, text="Hand"), item(), item(S.DELETED)):
        made = service(seen, now=AT if kind is K.PUBLISH else NOW)
        assert ended(made, change(kind, live=item(S.DRAFT), at=AT), delivery="local").code == "E-STALE"
        assert made.writes == []


TAKEN_BACK = {
    "cancel, edited and moved": (K.CANCEL, item(), item(text="Hand", moment=LATER), ["cancel"], S.CANCELED),
    "cancel, canceled": (K.CANCEL, item(), item(S.CANCELED), [], S.CANCELED),
    "cancel, deleted": (K.CANCEL, item(), item(S.DELETED), [], S.DELETED),
    "cancel, gone": (K.CANCEL, item(), None, [], S.DELETED),
    "delete, gone": (K.DELETE, item(S.DRAFT), None, [], S.DELETED),
    "delete, deleted": (K.DELETE, item(), item(S.DELETED), [], S.DELETED),
}


@pytest.mark.parametrize(("kind", "planned", "seen", "sent", "status"), TAKEN_BACK.values(), ids=TAKEN_BACK)
def test_taking_back(kind: ChangeKind, planned: Item, seen: Item | None, sent: list[str], status: Status):
    made = service(*([seen] if seen else []))
    assert writes(made).write(change(kind, live=planned)).status is status
    assert made.writes == sent


@pytest.mark.parametrize(
    ("kind", "planned", "seen"),
    [
        (K.CANCEL, item(), item(S.PUBLISHED)),
        (K.CANCEL, item(), item(S.IN_QUEUE)),
        (K.DELETE, item(S.DRAFT), item()),
        (K.DELETE, item(S.DRAFT), item(S.DRAFT, text="Hand")),
        (K.DELETE, item(), item(S.CANCELED)),
    ],
    ids=["cancel, public", "cancel, going out", "draft scheduled", "draft in use", "delete, canceled"],
)
def test_taking_back_what_became_something_else(kind: ChangeKind, planned: Item, seen: Item):
    made = service(seen)
    assert ended(made, change(kind, live=planned)).code == "E-STALE"
    assert made.writes == []


# --- time runs on while a run is under way --------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "moment"),
    [
        (AT - 3 * MINUTE, AT),
        (AT - 2 * MINUTE, AT + MINUTE),
        (AT, AT + 3 * MINUTE),
        (AT + 27 * MINUTE, AT + 30 * MINUTE),
    ],
)
def test_a_moment_that_came_too_near_is_moved_within_until(now: datetime, moment: datetime):
    made = service(item(S.DRAFT), now=now)
    assert writes(made).write(change(K.SCHEDULE, live=item(S.DRAFT), at=AT)).at == moment
    soon = item(moment=moment + timedelta(days=1))
    made = service(soon, now=now)
    assert writes(made).write(change(K.RESCHEDULE, live=soon, at=AT)).at == moment


def test_with_exactly_the_lead_left_the_planned_moment_stands():
    """`asap` would be ten minutes from now again."""
    wanted = intent(timing=asap())
    made = service(item(S.DRAFT), now=NOW + 7 * MINUTE)
    assert writes(made).write(change(K.SCHEDULE, wanted, item(S.DRAFT), at=NOW + 10 * MINUTE)).at == NOW + 10 * MINUTE
    made = service(item(S.DRAFT), now=NOW + 8 * MINUTE)
    assert writes(made).write(change(K.SCHEDULE, wanted, item(S.DRAFT), at=NOW + 10 * MINUTE)).at == NOW + 18 * MINUTE


def test_a_moment_that_is_gone_sends_nothing():
    now = AT + 28 * MINUTE
    for kind, live in ((K.SCHEDULE, item(S.DRAFT)), (K.RESCHEDULE, item(moment=LATER))):
        made = service(live, now=now)
        stop = ended(made, change(kind, live=live, at=AT))
        assert (stop.code, stop.exit_code, made.writes) == ("E-MISSED", ExitCode.HELD, [])
    made = service(now=now)
    assert ended(made, change(K.CREATE, at=AT)).code == "E-MISSED"
    assert made.writes == ["create"], "the draft stays, and is named"


@pytest.mark.parametrize(("ahead", "frozen"), [(3 * MINUTE, False), (3 * MINUTE - timedelta(seconds=1), True)])
def test_what_goes_out_within_minutes_is_not_edited_any_more(ahead: timedelta, *, frozen: bool):
    made = service(item(), now=AT - ahead)
    what = change(K.UPDATE, intent(text="New"), item(), at=AT)
    if frozen:
        assert ended(made, what).code == "E-FREEZE"
        assert made.writes == []
    else:
        assert writes(made).write(what).fields == {"text": "New"}


def test_a_date_that_came_too_near_is_not_sent_a_second_time():
    near = AT - 3 * MINUTE
    made = service(item(S.DRAFT), now=near, faults={1: "lost"})
    with pytest.raises(WriteError) as caught:
        writes(made).write(change(K.SCHEDULE, live=item(S.DRAFT), at=AT))
    assert (caught.value.reply, made.writes) == (ReplyClass.UNKNOWN, ["schedule"])
    live = item(moment=LATER)
    made = service(live, now=near, faults={1: "refused"})
    with pytest.raises(WriteError) as caught:
        writes(made).write(change(K.RESCHEDULE, live=live, at=AT))
    assert (caught.value.reply, made.writes) == (ReplyClass.NOT_SENT, ["reschedule"])


RESENT = {
    "schedule": change(K.SCHEDULE, live=item(S.DRAFT), at=AT),
    "reschedule": change(K.RESCHEDULE, live=item(), at=LATER),
    "update": change(K.UPDATE, intent(text="New"), item(), at=AT),
    "cancel": change(K.CANCEL, live=item()),
    "delete": change(K.DELETE, live=item(S.DRAFT)),
}


@pytest.mark.parametrize("name", RESENT)
def test_what_is_read_to_have_not_happened_is_sent_again(name: str):
    what = RESENT[name]
    assert what.item is not None
    made = service(what.item, faults={1: "lost"})
    writes(made).write(what)
    assert made.writes == [name, name]


@pytest.mark.parametrize("name", RESENT)
def test_what_became_something_else_meanwhile_is_not_sent_again(name: str):
    what = RESENT[name]
    assert what.item is not None
    other = replace(what.item, status=S.PUBLISHED if name != "delete" else S.DRAFT, at=AT + timedelta(days=9))

    class Moving(Service):
        def _call(self, call: str, work: Any) -> Any:
            if len(self.calls) == 2:
                self.put(other)
            return super()._call(call, work)

    made = Moving(clock=Clock(), faults={1: "lost"})
    made.put(what.item)
    if name == "delete":
        assert writes(made).write(what).status is S.DELETED, "a draft is deleted whatever became of it"
        return
    with pytest.raises(WriteError) as caught:
        writes(made).write(what)
    assert (caught.value.reply, made.writes) == (ReplyClass.UNKNOWN, [name])


class Vanishing(Service):
    """The item is deleted while the answer to the first write is lost."""

    def _call(self, call: str, work: Any) -> Any:
        if len(self.calls) == 2:
            self.edit("i1", status=S.DELETED)
        return super()._call(call, work)


def test_what_is_gone_after_a_lost_cancel_is_called_off():
    made = Vanishing(clock=Clock(), faults={1: "lost"}, tombstones=False)
    made.put(item())
    assert writes(made).write(RESENT["cancel"]).status is S.DELETED
    assert made.writes == ["cancel"]


@pytest.mark.parametrize("name", ["schedule", "reschedule", "update", "publish"])
def test_what_is_gone_after_a_lost_answer_is_in_doubt_and_not_sent_again(name: str):
    what = RESENT.get(name) or local(intent())
    assert what.item is not None
    made = Vanishing(clock=Clock(AT if name == "publish" else NOW), faults={1: "lost"}, tombstones=False)
    made.put(what.item)
    with pytest.raises(WriteError) as caught:
        writes(made, "local" if name == "publish" else "wix").write(what)
    assert (caught.value.reply, made.writes) == (ReplyClass.UNKNOWN, [name])


@pytest.mark.parametrize("kind", [K.SCHEDULE, K.RESCHEDULE])
def test_with_exactly_the_lead_left_it_is_sent_again(kind: ChangeKind):
    live = item(S.DRAFT) if kind is K.SCHEDULE else item(moment=LATER)
    made = service(live, now=AT - 3 * MINUTE - timedelta(seconds=PACE.settle), faults={1: "lost"})
    assert writes(made).write(change(kind, live=live, at=AT)).at == AT
    assert len(made.writes) == 2


def ending(stop: Ended) -> tuple[OutcomeKind, str, ExitCode]:
    return stop.kind, stop.code, stop.exit_code


def test_how_each_end_is_told():
    """Outcome and exit code: whether the next run settles it by itself, or a person must decide."""
    stale, failed = OutcomeKind.STALE, OutcomeKind.FAILED
    gone = ended(service(), change(K.UPDATE, intent(text="New"), item()))
    assert ending(gone) == (stale, "E-STALE", ExitCode.CONFLICT)
    assert "(now gone)" in gone.message
    edited = ended(service(item(text="Hand")), change(K.UPDATE, intent(text="New"), item()))
    assert (ending(edited), edited.item) == ((stale, "E-STALE", ExitCode.CONFLICT), item(text="Hand"))
    assert "(now SCHEDULED or edited)" in edited.message
    frozen = ended(service(item(), now=AT - MINUTE), change(K.UPDATE, intent(text="New"), item()))
    assert (ending(frozen), frozen.item) == ((stale, "E-FREEZE", ExitCode.HELD), item())
    missed = ended(service(item(S.DRAFT), now=AT + 28 * MINUTE), change(K.SCHEDULE, live=item(S.DRAFT), at=AT))
    assert (ending(missed), missed.item) == ((stale, "E-MISSED", ExitCode.HELD), item(S.DRAFT))
    there = ended(service(item(S.CANCELED)), change(K.CREATE, at=AT))
    assert ending(there) == (stale, "E-STALE", ExitCode.CONFLICT)
    assert "and is CANCELED" in there.message
    twin = service(item(S.DRAFT), item(item_id="i2", text="Hand"), unique="U2")
    taken = ended(twin, change(K.SCHEDULE, live=item(S.DRAFT), at=AT))
    assert ending(taken) == (stale, "E-KEY-TAKEN", ExitCode.CONFLICT)
    echo = ended(service(item(S.DRAFT, text="Hand")), change(K.CREATE, at=AT))
    assert ending(echo) == (failed, "E-ECHO", ExitCode.HELD)
    stopped = ended(service(), change(K.CREATE, at=AT), stopping=lambda: True)
    assert ending(stopped) == (OutcomeKind.SKIPPED, "STOPPED", ExitCode.FAILED)


def test_how_publishing_ends_is_told():
    claimed = ended(service(item(S.DRAFT), now=AT), local(intent()), delivery="local", claim=lambda _: False)
    assert ending(claimed) == (OutcomeKind.UNKNOWN, "E-CLAIMED", ExitCode.UNKNOWN)
    assert claimed.item == item(S.DRAFT)
    refused = service(item(S.DRAFT), now=AT, failing=frozenset({key_of("sale")}))
    failed = ended(refused, local(intent()), delivery="local")
    assert ending(failed) == (OutcomeKind.FAILED, "E-PUBLISH-FAILED", ExitCode.FAILED)
    assert failed.message.startswith("Wix could not publish it: no. ")

    class Silent(Service):
        def publish(self, item_id: str) -> Item:
            return replace(super().publish(item_id), error="")

    silent = Silent(clock=Clock(AT), failing=frozenset({key_of("sale")}))
    silent.put(item(S.DRAFT))
    assert "publish it: no reason given. " in ended(silent, local(intent()), delivery="local").message


def test_a_run_that_is_being_stopped_publishes_nothing_more():
    back: list[str] = []
    stop = ended(
        service(item(S.DRAFT), now=AT),
        local(intent()),
        delivery="local",
        unclaim=back.append,
        stopping=lambda: True,
    )
    assert ending(stop) == (OutcomeKind.SKIPPED, "STOPPED", ExitCode.FAILED)
    assert (stop.item, back) == (item(S.DRAFT), [key_of("sale")])


def test_what_differs_is_named_field_by_field():
    made = service(item(S.DRAFT, fields={"link": "l", "text": "Hand", "title": "t"}, second_id="9"))
    stop = ended(made, change(K.CREATE, at=AT))
    assert "(link, text, title, account); the post is not scheduled: sent None, stored 'l'" in stop.message
    moved = ended(service(item(S.DRAFT, second_id="9")), change(K.CREATE, at=AT))
    assert moved.message.endswith("(account); the post is not scheduled")


# --- a key that is taken -------------------------------------------------------------------------


@pytest.mark.parametrize("unique", ["U1", "U3"])
def test_a_create_that_finds_what_an_earlier_run_made(unique: str):
    made = service(item(S.DRAFT), unique=unique)
    assert writes(made).write(change(K.CREATE, at=AT)).id == "i1"
    assert made.writes == ["create", "schedule"]


FOUND = {
    "as wanted": (item(), None),
    "public": (item(S.PUBLISHED), None),
    "another date": (item(moment=LATER), "E-STALE"),
    "another text": (item(text="Hand"), "E-STALE"),
    "public, another text": (item(S.PUBLISHED, text="Hand"), "E-STALE"),
    "canceled": (item(S.CANCELED), "E-STALE"),
    "draft, another text": (item(S.DRAFT, text="Hand"), "E-ECHO"),
    "draft, another account": (item(S.DRAFT, account_id="9"), "E-ECHO"),
}


@pytest.mark.parametrize(("there", "code"), FOUND.values(), ids=FOUND)
def test_what_is_found_under_the_key_is_compared_first(there: Item, code: str | None):
    made = service(there)
    if code is None:
        assert writes(made).write(change(K.CREATE, at=AT)).id == "i1"
    else:
        stop = ended(made, change(K.CREATE, at=AT))
        assert (stop.code, stop.item) == (code, there)
    assert made.writes == ["create"]


def test_a_key_that_a_deleted_item_holds():
    made = service(item(S.DELETED), tombstones=False)
    stop = ended(made, change(K.CREATE, at=AT))
    assert (stop.kind, stop.code, stop.exit_code) == (OutcomeKind.FAILED, "E-KEY-HELD", ExitCode.HELD)
    assert "attempt: 2" in stop.message
    assert made.clock.seconds >= PACE.consistency, "absence is believed only after the whole wait"


def test_a_create_that_is_refused():
    made = service(refuse={"create": "CHANNEL_REJECTED"})
    with pytest.raises(WriteError) as caught:
        writes(made).write(change(K.CREATE, at=AT))
    assert caught.value.application_code == "CHANNEL_REJECTED"


TWINS = {
    "the same": (item(item_id="i2"), "i2"),
    "the same, going out": (item(S.IN_QUEUE, item_id="i2"), "i2"),
    "another date": (item(item_id="i2", moment=LATER), None),
    "another text": (item(item_id="i2", text="Hand"), None),
    "failed": (item(S.FAILED, item_id="i2"), None),
}


@pytest.mark.parametrize(("twin", "adopted"), TWINS.values(), ids=TWINS)
def test_publishing_loses_to_a_twin(twin: Item, adopted: str | None):
    made = service(item(S.DRAFT), twin, unique="U2")
    what = change(K.SCHEDULE, live=item(S.DRAFT), at=AT)
    if adopted is None:
        assert ended(made, what).code == "E-KEY-TAKEN"
        assert made.truth()["i1"].status is S.DRAFT
    else:
        assert writes(made).write(what).id == adopted
        assert made.truth()["i1"].status is S.DELETED


@pytest.mark.parametrize("ended_as", [S.CANCELED, S.DELETED])
def test_a_twin_that_ended_stands_in_nobodys_way(ended_as: Status):
    made = service(item(S.DRAFT), item(item_id="i2"), item(ended_as, item_id="i3"), unique="U2")
    assert writes(made).write(change(K.SCHEDULE, live=item(S.DRAFT), at=AT)).id == "i2"


def test_publishing_lost_to_itself():
    """Another run scheduled the very same draft: nothing is deleted."""
    made = service(item(S.DRAFT), refuse={"schedule": "REFERENCE_ID_ALREADY_EXIST"})
    run = writes(made)
    draft = made.item("i1")
    assert draft is not None
    made.edit("i1", status=S.SCHEDULED, at=AT)
    assert run.scheduled(intent(), draft, AT).status is S.SCHEDULED
    assert made.truth()["i1"].status is S.SCHEDULED


def test_two_twins_are_not_chosen_between():
    made = service(item(S.DRAFT), item(item_id="i2"), item(item_id="i3"), unique="U2")
    assert ended(made, change(K.SCHEDULE, live=item(S.DRAFT), at=AT)).code == "E-KEY-TAKEN"


def test_a_refused_schedule():
    made = service(item(S.DRAFT), refuse={"schedule": "INELIGIBLE_FOR_FEATURE"})
    with pytest.raises(WriteError):
        writes(made).write(change(K.SCHEDULE, live=item(S.DRAFT), at=AT))


# --- the law of the echo -------------------------------------------------------------------------


class Garbling(Service):
    """Stores another text than it is sent."""

    def put(self, *items: Item) -> None:
        super().put(*(replace(one, fields={**one.fields, "text": str(one.fields["text"]).upper()}) for one in items))


def test_what_is_stored_differently_is_not_scheduled():
    made = Garbling(clock=Clock())
    stop = ended(made, change(K.CREATE, at=AT))
    assert (stop.code, stop.exit_code) == ("E-ECHO", ExitCode.HELD)
    assert "is not scheduled" in stop.message
    assert "sent 'Hello', stored 'HELLO'" in stop.message
    assert made.writes == ["create"]


@pytest.mark.parametrize(
    ("status", "words"), [(S.DRAFT, "is not scheduled"), (S.SCHEDULED, "still goes out like that")]
)
def test_an_update_that_is_stored_differently(status: Status, words: str):
    made = Garbling(clock=Clock())
    made.put(item(status, text="OLD"))
    stop = ended(made, change(K.UPDATE, intent(text="New"), item(status, text="OLD")))
    assert (stop.code, stop.exit_code, made.writes) == ("E-ECHO", ExitCode.HELD, ["update"] * PACE.sends)
    assert words in stop.message
    assert "sent 'New', stored 'NEW'" in stop.message


class Deaf(Service):
    """Answers every write with the item as it was, and does nothing."""

    def _call(self, name: str, work: Any) -> Any:
        if name.startswith("read") or name == "create":
            return super()._call(name, work)
        return super()._call(name, lambda: self.truth()["i1"])


@pytest.mark.parametrize("name", ["schedule", "reschedule", "update", "cancel", "publish"])
def test_a_reply_that_does_not_show_the_change_is_named_and_never_taken_for_done(name: str):
    what = RESENT.get(name) or local(intent())
    assert what.item is not None
    made = Deaf(clock=Clock(AT if name == "publish" else NOW))
    made.put(what.item)
    with pytest.raises((WriteError, Ended)) as caught:
        writes(made, "local" if name == "publish" else "wix").write(what)
    assert made.writes == [name] * (1 if name == "publish" else PACE.sends)
    if isinstance(caught.value, WriteError):
        assert str(caught.value) == f"{name}: the reply does not show the change"
        assert caught.value.reply is ReplyClass.UNKNOWN
    else:
        assert (name, caught.value.code) == ("update", "E-ECHO")


def test_an_update_that_loses_the_date_is_not_taken_for_done():
    class Forgetful(Service):
        def update(self, *arguments: Any) -> Item:
            done = super().update(*arguments)
            self.edit(done.id, status=S.DRAFT, at=None)
            return self.truth()[done.id]

    made = Forgetful(clock=Clock())
    made.put(item())
    with pytest.raises(WriteError) as caught:
        writes(made).write(change(K.UPDATE, intent(text="New"), item(), at=AT))
    assert caught.value.reply is ReplyClass.UNKNOWN


def test_an_update_that_is_refused():
    made = service(item(), refuse={"update": "ITEM_CANNOT_BE_UPDATED"})
    with pytest.raises(WriteError) as caught:
        writes(made).write(change(K.UPDATE, intent(text="New"), item(), at=AT))
    assert caught.value.application_code == "ITEM_CANNOT_BE_UPDATED"


# --- publishing now ------------------------------------------------------------------------------


def local(wanted: Intent, live: Item | None = None, kind: ChangeKind = K.PUBLISH) -> Change:
    return change(kind, wanted, live or item(S.DRAFT), at=wanted.timing.at or NOW)


def test_publishing_is_claimed_before_it_is_sent():
    order: list[str] = []
    made = service(item(S.DRAFT), now=AT)

    def claim(key: str) -> bool:
        order.append(f"claim {key}")
        assert made.writes == []
        return True

    assert writes(made, "local", claim=claim).write(local(intent())).status is S.PUBLISHED
    assert (order, made.writes) == ([f"claim {key_of('sale')}"], ["publish"])


def test_what_is_claimed_is_not_published():
    made = service(item(S.DRAFT), now=AT)
    stop = ended(made, local(intent()), delivery="local", claim=lambda _: False)
    assert (stop.kind, stop.code, made.writes) == (OutcomeKind.UNKNOWN, "E-CLAIMED", [])


@pytest.mark.parametrize(
    ("fault", "given_back", "reply"),
    [("refused", [key_of("sale")], ReplyClass.NOT_SENT), ("lost", [], ReplyClass.UNKNOWN)],
)
def test_a_claim_is_given_back_only_if_nothing_was_sent(fault: str, given_back: list[str], reply: ReplyClass):
    made = service(item(S.DRAFT), now=AT, faults={1: fault})
    back: list[str] = []
    with pytest.raises(WriteError) as caught:
        writes(made, "local", unclaim=back.append).write(local(intent()))
    assert (back, caught.value.reply, made.writes) == (given_back, reply, ["publish"])


def test_an_answer_that_is_lost_is_settled_by_reading():
    made = service(item(S.DRAFT), now=AT, faults={1: "done-lost"})
    assert writes(made, "local").write(local(intent())).status is S.PUBLISHED
    assert made.writes == ["publish"]


@pytest.mark.parametrize("now", [AT - timedelta(seconds=1), AT + 30 * MINUTE + timedelta(seconds=1)])
def test_nothing_is_published_early_or_late(now: datetime):
    made = service(item(S.DRAFT), now=now)
    claimed: list[str] = []
    stop = ended(made, local(intent()), delivery="local", claim=lambda key: not claimed.append(key))
    assert (stop.code, made.writes, claimed) == ("E-MISSED", [], [])


@pytest.mark.parametrize(
    ("wanted", "now", "sent", "status"),
    [
        (intent(), AT - MINUTE, ["create"], S.DRAFT),
        (intent(), AT, ["create", "publish"], S.PUBLISHED),
        (intent(timing=asap()), NOW, ["create", "publish"], S.PUBLISHED),
    ],
    ids=["ahead", "due", "asap"],
)
def test_creating_for_local_delivery(wanted: Intent, now: datetime, sent: list[str], status: Status):
    made = service(now=now)
    what = change(K.CREATE, wanted, at=wanted.timing.at or now)
    assert writes(made, "local").write(what).status is status
    assert made.writes == sent


def test_a_failed_publication_is_told_as_one():
    made = service(item(S.DRAFT), now=AT, failing=frozenset({key_of("sale")}))
    stop = ended(made, local(intent()), delivery="local")
    assert (stop.code, stop.exit_code) == ("E-PUBLISH-FAILED", ExitCode.FAILED)
    assert stop.item is not None
    assert stop.item.status is S.FAILED
    assert "Look at the channel first" in stop.message


def test_the_machines_own_clock_where_the_service_tells_none():
    made = service(item(S.DRAFT), now=AT)
    made.server_time = lambda: None  # type: ignore[method-assign]
    assert writes(made, "local").write(local(intent(timing=at()))).status is S.PUBLISHED
