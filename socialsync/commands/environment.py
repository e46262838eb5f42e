"""What a command gets from outside: variables, terminal, clock; filled in by cli.py, the only place that reads them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from socialsync.clock import Clock

API = "SOCIALSYNC_API"
"""Address of a running emulator on loopback, in place of the service; never read from a repository file."""

PAUSE = "SOCIALSYNC_PAUSE"


@dataclass(frozen=True, kw_only=True, slots=True)
class Environment:
    """`progress` shows one passing line to a person at a terminal, `log` one lasting line; both on stderr."""

    variables: Mapping[str, str]
    clock: Clock
    progress: Callable[[str], None]
    log: Callable[[str], None]
    stopping: Callable[[], bool] = lambda: False

    @property
    def paused(self) -> bool:
        return self.variables.get(PAUSE, "") not in ("", "0")
