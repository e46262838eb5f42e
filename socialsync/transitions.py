"""One write to one item: send it, and where the reply leaves it open, settle it by reading, never by sending first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from socialsync.clock import Clock
from socialsync.errors import ReplyClass, SocialSyncError, WriteError
from socialsync.model import Item


@dataclass(frozen=True, kw_only=True, slots=True)
class Pace:
    """How long to wait for a service that may still be working on a request nobody heard back from.

    `settle` is longer than the longest gateway time-out, `consistency` longer than a listing lags; both in seconds.
    """

    settle: float = 90.0
    consistency: float = 60.0
    sends: int = 3  # per transition, each after a read that shows it has not happened
    backoff: float = 5.0  # after a reply that says "too fast" or a connection that was never made


EMULATED = Pace(settle=0.5, consistency=6.0, backoff=0.2)
"""An emulator on this machine has no gateway in front of it, but its listing may lag by a few seconds."""

TOO_FAST = "PUBLISH_LIMIT_EXCEEDED"


@dataclass(frozen=True, kw_only=True, slots=True)
class Transition:
    """A write that can be repeated safely because its effect can be read.

    `send` makes the request; `reached` says of an item (None: gone) that the effect is there, `pending` that it is
    certainly not there yet, so that sending again repeats nothing.
    """

    name: str
    send: Callable[[], Item | None]
    read: Callable[[], Item | None]
    reached: Callable[[Item | None], bool]
    pending: Callable[[Item | None], bool]
    once: bool = False  # never sent a second time, whatever is read (immediate publishing)


def carry(transition: Transition, *, clock: Clock, pace: Pace) -> Item | None:
    """Bring the item there. Raises the WriteError that says why not: REJECTED (not done) or UNKNOWN (cannot tell)."""
    last = WriteError(f"{transition.name}: not sent", reply=ReplyClass.NOT_SENT)
    for attempt in range(1 if transition.once else pace.sends):
        try:
            item = transition.send()
        except WriteError as error:
            last = error
        else:
            if transition.reached(item):
                return item
            last = WriteError(
                f"{transition.name}: the reply does not show the change", reply=ReplyClass.UNKNOWN, code="E-ECHO"
            )
        match last.reply:
            case ReplyClass.REJECTED if last.application_code != TOO_FAST:
                raise last
            case ReplyClass.REJECTED | ReplyClass.NOT_SENT:
                clock.sleep(pace.backoff * 2**attempt)
            case ReplyClass.UNKNOWN | ReplyClass.DONE:
                clock.sleep(pace.settle)
                try:
                    seen = transition.read()
                except SocialSyncError as error:
                    raise last from error  # what was sent may have worked: that is what must be told
                if transition.reached(seen):
                    return seen
                if not transition.pending(seen):
                    break
    raise last


def find_patiently(find: Callable[[], tuple[Item, ...]], *, clock: Clock, pace: Pace) -> tuple[Item, ...]:
    """What carries a key, looking again until the listing must have caught up; empty only after the whole wait."""
    waited, pause = 0.0, 1.0
    while not (found := find()):
        if waited >= pace.consistency:
            return ()
        clock.sleep(pause)
        waited += pause
        pause = min(pause * 2, 15.0)
    return found
