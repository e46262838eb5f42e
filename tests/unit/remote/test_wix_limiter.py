"""Never more requests than allowed in any minute, and no waiting below that."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from remote_fakes import FakeClock

from socialsync.remote.wix.limiter import Limiter


@given(st.integers(1, 6), st.lists(st.floats(0, 40), max_size=40))
@settings(derandomize=True)
def test_no_minute_holds_more_than_allowed(rate: int, pauses: list[float]) -> None:
    clock = FakeClock()
    limiter = Limiter(rate, clock)
    sent = []
    for pause in pauses:
        clock.seconds += pause
        limiter.wait()
        sent.append(clock.seconds)
    for earlier, later in zip(sent, sent[rate:], strict=False):
        assert later - earlier >= 60 - 1e-9


def test_below_the_pace_nobody_waits() -> None:
    clock = FakeClock()
    limiter = Limiter(200, clock)
    for _ in range(200):
        limiter.wait()
    assert clock.slept == []


def test_without_a_pace_only_a_pause_holds_back() -> None:
    clock = FakeClock()
    limiter = Limiter(None, clock)
    for _ in range(1000):
        limiter.wait()
    limiter.slow_down()
    limiter.wait()
    assert clock.slept == []
    limiter.pause(5)
    limiter.pause(3)
    limiter.wait()
    assert clock.slept == [5]
