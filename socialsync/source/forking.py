"""A part of the work done by a forked process, whose result comes back through a pipe."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

Result = TypeVar("Result")

WORTH_A_FORK = 2000  # files; below, a second process costs more than it saves
CAN_FORK = hasattr(os, "fork")


@dataclass(frozen=True, kw_only=True, slots=True)
class Part(Generic[Result]):
    """Work under way in another process."""

    pid: int
    pipe: int

    def result(self) -> Result:
        """Wait for it. Raises RuntimeError if the process died: what is missing is never taken for nothing."""
        import pickle

        with os.fdopen(self.pipe, "rb") as pipe:
            written = pipe.read()
        _, status = os.waitpid(self.pid, 0)
        if status != 0:
            raise RuntimeError(f"a process that read posts ended with status {status}")
        result: Result = pickle.loads(written)
        return result


def started(work: Callable[[], Result]) -> Part[Result]:
    """Start a process that does this work and nothing else."""
    import pickle

    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        return Part(pid=pid, pipe=reading)
    status = 1
    try:
        os.close(reading)
        result = work()
        with os.fdopen(writing, "wb") as pipe:
            pickle.dump(result, pipe, pickle.HIGHEST_PROTOCOL)
        status = 0
    finally:
        os._exit(status)  # never back into the caller's code, whatever happened
