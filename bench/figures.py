"""A figure beside its target, and how two commands are measured in turn."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """What was measured and the most it may be; `note` says how, with the absolute values of this machine."""

    name: str
    measured: float
    at_most: float
    note: str
    digits: int = 2

    @property
    def held(self) -> bool:
        return self.measured <= self.at_most


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """One finished process: seconds from start to exit, the peak memory of its largest process in MiB."""

    seconds: float
    mebibytes: float
    exit_code: int


def run(command: Sequence[str], *, folder: Path | None = None, environment: dict[str, str] | None = None) -> Run:
    """Start a command without showing what it says, and wait for it."""
    started = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    # Told to the object, which would otherwise wait for a process that is gone.
    process.returncode = os.waitstatus_to_exitcode(status)
    return Run(seconds=seconds, mebibytes=usage.ru_maxrss / 1024, exit_code=process.returncode)


def in_turn(one: Sequence[str], other: Sequence[str], rounds: int, **how: object) -> tuple[list[Run], list[Run]]:
    """Both commands in turn, so that a busy machine slows both alike; a first round of each is thrown away."""
    found: tuple[list[Run], list[Run]] = ([], [])
    for _ in range(rounds + 1):
        for command, kept in zip((one, other), found, strict=True):
            kept.append(run(command, **how))  # type: ignore[arg-type]
    return found[0][1:], found[1][1:]


def ratio(one: Sequence[Run], other: Sequence[Run]) -> float:
    """The median of the ratios of neighbours in time."""
    return median(a.seconds / b.seconds for a, b in zip(one, other, strict=True))


def milliseconds(runs: Sequence[Run]) -> float:
    return median(run.seconds for run in runs) * 1000
