"""One write is sent, settled by reading, and sent again only where the reading shows that it has not happened."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import pytest
from fakes import Clock, item

from socialsync.errors import IncompleteRead, ReplyClass, WriteError
from socialsync.model.items import Item, Status
from socialsync.transitions import EMULATED, Carrier, Pace, Transition

PACE = Pace(settle=90, consistency=60, sends=3, resends=4, backoff=5)
DONE, OPEN, ELSEWHERE = item(Status.SCHEDULED), item(Status.DRAFT), item(Status.CANCELED)


def refusal(reply: ReplyClass, status: int = 0) -> WriteError:
    return WriteError(reply.value, reply=reply, http_status=status)


UNKNOWN = refusal(ReplyClass.UNKNOWN)
REJECTED = refusal(ReplyClass.REJECTED, 428)
TOO_FAST = refusal(ReplyClass.REJECTED, 429)
NOT_SENT = refusal(ReplyClass.NOT_SENT)
UNREADABLE = IncompleteRead("no")


class Script:
    """Answers of the service, in order, and how often it was asked."""

    def __init__(self, sends: list[Item | Exception | None], reads: list[Item | Exception | None]) -> None:
        self.sends, self.reads = list(sends), list(reads)
        self.log = ""

    def _next(self, answers: list[Item | Exception | None], letter: str) -> Item | None:
        self.log += letter
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def transition(self, *, timely: Callable[[], bool] = lambda: True, once: bool = False) -> Transition:
        return Transition(
            name="schedule",
            send=lambda: self._next(self.sends, "S"),
            read=lambda: self._next(self.reads, "r"),
            reached=lambda seen: seen == DONE,
            pending=lambda seen: seen == OPEN,
            timely=timely,
            once=once,
        )


CASES = {
    # replies to the request, what is read, how it ends, the order of requests, seconds waited
    "done": ([DONE], [], DONE, "S", 0),
    "refused": ([REJECTED], [], REJECTED, "S", 0),
    "not sent, then done": ([NOT_SENT, DONE], [], DONE, "SS", 5),
    "never sent": ([NOT_SENT] * 3, [], NOT_SENT, "SSS", 15),
    "too fast, then done": ([TOO_FAST, DONE], [], DONE, "SS", 5),
    "always too fast": ([TOO_FAST] * 3, [], TOO_FAST, "SSS", 15),
    "lost, but done": ([UNKNOWN], [DONE], DONE, "Sr", 90),
    "lost, not done, then done": ([UNKNOWN, DONE], [OPEN], DONE, "SrS", 90),
    "lost for good": ([UNKNOWN] * 3, [OPEN] * 3, UNKNOWN, "SrSrSr", 270),
    "lost, and elsewhere now": ([UNKNOWN], [ELSEWHERE], UNKNOWN, "Sr", 90),
    "lost, and unreadable": ([UNKNOWN], [UNREADABLE], UNKNOWN, "Sr", 90),
    "lost, refused, but done after all": ([UNKNOWN, REJECTED], [OPEN, DONE], DONE, "SrSr", 90),
    "lost, refused, and not done": ([UNKNOWN, REJECTED], [OPEN, OPEN], REJECTED, "SrSr", 90),
    "lost, refused, and unreadable": ([UNKNOWN, REJECTED], [OPEN, UNREADABLE], UNKNOWN, "SrSr", 90),
    "lost, then never sent": ([UNKNOWN, NOT_SENT, NOT_SENT], [OPEN], UNKNOWN, "SrSS", 100),
    "the reply shows something else": ([OPEN], [DONE], DONE, "Sr", 90),
}


@pytest.mark.parametrize(("sends", "reads", "expected", "log", "waited"), CASES.values(), ids=CASES)
def test_carry(sends, reads, expected, log: str, waited: float):
    script, clock = Script(sends, reads), Clock()
    carrier = Carrier(clock, PACE)
    if isinstance(expected, WriteError):
        with pytest.raises(WriteError) as caught:
            carrier.carry(script.transition())
        assert caught.value is expected
    else:
        assert carrier.carry(script.transition()) == expected
    assert (script.log, clock.seconds) == (log, waited)


def test_a_reply_that_never_shows_the_change():
    script = Script([OPEN] * 3, [OPEN] * 3)
    with pytest.raises(WriteError, match="does not show") as caught:
        Carrier(Clock(), PACE).carry(script.transition())
    assert (caught.value.code, caught.value.reply) == ("E-ECHO", ReplyClass.UNKNOWN)


@pytest.mark.parametrize(
    ("sends", "reads", "log"),
    [([UNKNOWN], [OPEN], "Sr"), ([NOT_SENT], [], "S"), ([TOO_FAST], [], "S")],
    ids=["lost", "not sent", "too fast"],
)
def test_what_may_be_sent_once_is_sent_once(sends, reads, log: str):
    script = Script(sends, reads)
    with pytest.raises(WriteError):
        Carrier(Clock(), PACE).carry(script.transition(once=True))
    assert script.log == log


@pytest.mark.parametrize(
    ("sends", "reads", "log"), [([UNKNOWN], [OPEN], "Sr"), ([NOT_SENT], [], "S")], ids=["lost", "not sent"]
)
def test_nothing_is_sent_again_when_it_is_too_late(sends, reads, log: str):
    script, clock = Script(sends, reads), Clock()
    with pytest.raises(WriteError):
        Carrier(clock, PACE).carry(script.transition(timely=lambda: clock.seconds == 0))
    assert script.log == log


def test_a_run_has_a_budget_of_repetitions():
    carrier = Carrier(Clock(), PACE)
    logs = []
    for _ in range(4):
        script = Script([NOT_SENT] * 3, [])
        with pytest.raises(WriteError):
            carrier.carry(script.transition())
        logs.append(script.log)
    assert logs == ["SSS", "SSS", "S", "S"]
    script = Script([DONE], [])
    assert carrier.carry(script.transition()) == DONE, "what needs no repetition still goes"


def test_looking_patiently():
    clock = Clock()
    answers = [(), (), (DONE,)]
    assert Carrier(clock, PACE).find_patiently(lambda: answers.pop(0)) == (DONE,)
    assert clock.seconds == 3
    assert Carrier(clock, PACE).find_patiently(lambda: ()) == ()
    assert clock.seconds - 3 >= PACE.consistency


def test_nobody_waits_for_a_listing_once_the_run_is_to_stop():
    clock = Clock()
    assert Carrier(clock, PACE, lambda: True).find_patiently(lambda: ()) == ()
    assert clock.seconds == 0


WROTE = {
    "done": ([DONE], True),
    "no answer": ([UNKNOWN], True),
    "refused": ([REJECTED], False),
    "never sent": ([NOT_SENT] * 3, False),
    "an answer that shows something else": ([OPEN], True),
}


@pytest.mark.parametrize(("sends", "wrote"), WROTE.values(), ids=WROTE)
def test_whether_anything_may_have_been_written(sends: list[Item | Exception | None], *, wrote: bool):
    carrier = Carrier(Clock(), PACE)
    with suppress(WriteError):
        carrier.carry(Script(sends, [ELSEWHERE]).transition())
    assert carrier.wrote is wrote


def test_the_defaults_outlast_gateways_and_replicas():
    assert Pace().settle >= 90
    assert Pace().consistency >= 60
    assert Pace().resends == 20


def test_an_emulator_keeps_nobody_waiting():
    assert EMULATED.settle < 1
    assert EMULATED.backoff < 1
    assert EMULATED.tip == 0, "asked before every write"


@pytest.mark.parametrize("pace", [Pace(), EMULATED], ids=["service", "emulator"])
def test_what_never_left_is_sent_three_times(pace: Pace):
    script = Script([NOT_SENT] * 9, [])
    with pytest.raises(WriteError):
        Carrier(Clock(), pace).carry(script.transition())
    assert script.log == "SSS"


def test_the_pauses_between_looks_grow_to_a_quarter_of_a_minute():
    clock, looks = Clock(), []
    Carrier(clock, Pace(consistency=60)).find_patiently(lambda: looks.append(clock.seconds) or ())
    assert looks == [0, 1, 3, 7, 15, 30, 45, 60]


def test_waiting_ends_as_soon_as_it_may():
    clock, looks = Clock(), []
    Carrier(clock, Pace(consistency=7)).find_patiently(lambda: looks.append(clock.seconds) or ())
    assert looks == [0, 1, 3, 7]
