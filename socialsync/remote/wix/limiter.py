"""The pace of requests: at most so many in any minute, and a pause when the service asks for one."""

from __future__ import annotations

from collections import deque

from socialsync.clock import Clock

WINDOW_SECONDS = 60.0


class Limiter:
    """The pace at one site; `per_minute` None sets none (emulators)."""

    def __init__(self, per_minute: int | None, clock: Clock) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._sent: deque[float] = deque()
        self._not_before = 0.0

    def wait(self) -> None:
        """Sleep until one more request may go out, and count it."""
        seconds = self._seconds_to_wait()
        if seconds > 0:
            self._clock.sleep(seconds)
        self._sent.append(self._clock.monotonic())

    def pause(self, seconds: float) -> None:
        """Nothing goes out for so long."""
        self._not_before = max(self._not_before, self._clock.monotonic() + seconds)

    def slow_down(self) -> None:
        """Half the pace from now on: the service said "too many" without saying how long to wait."""
        if self._per_minute is not None:
            self._per_minute = max(1, self._per_minute // 2)

    def _seconds_to_wait(self) -> float:
        now = self._clock.monotonic()
        while self._sent and self._sent[0] <= now - WINDOW_SECONDS:
            self._sent.popleft()
        seconds = self._not_before - now
        if self._per_minute is not None and len(self._sent) >= self._per_minute:
            seconds = max(seconds, self._sent[-self._per_minute] + WINDOW_SECONDS - now)
        return seconds
