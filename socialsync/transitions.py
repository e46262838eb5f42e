"""One write to one item: send it, and where the reply leaves it open, settle it by reading, never by sending first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from socialsync.clock import Clock
from socialsync.errors import OUT_OF_TIME, ReplyClass, SocialSyncError, WriteError
from socialsync.model.items import Item


@dataclass(frozen=True, kw_only=True, slots=True)
class Pace:
    """How long to wait for a service that may still be working on a request nobody heard back from.

    `settle` is longer than the longest gateway time-out, `consistency` longer than a listing lags; both in seconds.
    """

    settle: float = 90.0
    consistency: float = 60.0
    sends: int = 3  # per transition, each after a read that shows it has not happened
    resends: int = 20  # in one run: more than that, and something is wrong that sending again does not mend
    tip: float = 10.0  # between two questions whether the commit is still its branch's tip; each costs about a write
    backoff: float = 5.0  # after a reply that says "too fast" or a connection that was never made


EMULATED = Pace(settle=0.5, consistency=6.0, tip=0.0, backoff=0.2)
"""An emulator on this machine has no gateway in front of it, but its listing may lag by a few seconds."""

TOO_FAST = 429
"""The HTTP status of a limiter's refusal, Wix's own or that of what stands in front of it: nothing was done."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Transition:
    """A write that can be repeated safely because its effect can be read.

    `send` makes the request; `reached` says of an item (None: gone) that the effect is there, `pending` that it is
    certainly not there yet, so that sending again repeats nothing. `timely` is asked before sending again.
    """

    name: str
    send: Callable[[], Item | None]
    read: Callable[[], Item | None]
    reached: Callable[[Item | None], bool]
    pending: Callable[[Item | None], bool]
    timely: Callable[[], bool] = lambda: True
    once: bool = False  # never sent a second time, whatever is read (immediate publishing)


class Carrier:
    """Carries transitions through, within one run's budget of requests that are sent again.

    Once the caller wants to stop, nothing is sent again or waited for: one look, and what is still open stays so.
    """

    def __init__(self, clock: Clock, pace: Pace, stopping: Callable[[], bool] = lambda: False) -> None:
        self.clock = clock
        self.pace = pace
        self.wrote = False  # whether anything at the service may be other than it was
        self._stopping = stopping
        self._resends = pace.resends

    def carry(self, transition: Transition) -> Item | None:
        """Bring the item there. Raises the WriteError that says why not: REJECTED (not done) or UNKNOWN (cannot tell).

        After a request of unknown fate a refusal of the next one proves nothing by itself: it is read once more.
        """
        sends = 0
        doubt: WriteError | None = None  # the last request whose fate is unknown
        while True:
            try:
                item = transition.send()
            except WriteError as error:
                last = error
                self.wrote |= last.reply is ReplyClass.UNKNOWN
            else:
                self.wrote = True
                if transition.reached(item):
                    return item
                last = WriteError(
                    f"{transition.name}: the reply does not show the change", reply=ReplyClass.UNKNOWN, code="E-ECHO"
                )
            sends += 1
            match last.reply:
                case ReplyClass.REJECTED if last.http_status != TOO_FAST:
                    if doubt is not None and transition.reached(seen := self.look(transition, doubt)):
                        return seen
                    raise last
                case ReplyClass.REJECTED | ReplyClass.NOT_SENT:
                    if last.code == OUT_OF_TIME or not self._may_repeat(transition, sends):
                        raise doubt or last
                    self.clock.sleep(self.pace.backoff * 2 ** (sends - 1))
                case _:
                    doubt = last
                    self._settle()
                    seen = self.look(transition, last)
                    if transition.reached(seen):
                        return seen
                    if not transition.pending(seen) or not self._may_repeat(transition, sends):
                        raise last
            if not _timely(transition):
                raise doubt or last
            self._resends -= 1

    def look(self, transition: Transition, doubt: WriteError) -> Item | None:
        """The item as it is now; if that cannot be read, the doubt about the write is what must be told."""
        try:
            return transition.read()
        except SocialSyncError as error:
            raise doubt from error

    def find_patiently(self, find: Callable[[], tuple[Item, ...]]) -> tuple[Item, ...]:
        """What carries a key, looking again until the listing must have caught up; empty only after the whole wait, or
        once the caller wants to stop."""
        waited, pause = 0.0, 1.0
        while not (found := find()):
            if waited >= self.pace.consistency or self._stopping():
                return ()
            self.clock.sleep(pause)
            waited += pause
            pause = min(pause * 2, 15.0)
        return found

    def _may_repeat(self, transition: Transition, sends: int) -> bool:
        within = sends < self.pace.sends and self._resends > 0
        return within and not transition.once and not self._stopping()

    def _settle(self) -> None:
        """Give a request of unknown fate the time to come through, if there is any."""
        left = self.pace.settle
        while left > 0 and not self._stopping():
            self.clock.sleep(min(left, 1.0))
            left -= 1.0


def _timely(transition: Transition) -> bool:
    """Whether it is not too late to send again; a time that cannot be told is too late."""
    try:
        return transition.timely()
    except SocialSyncError:
        return False
