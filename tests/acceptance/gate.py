"""Holds the pushes of State at `origin`, each until it is let go: a run can be killed there, or two can meet there."""

import os
import signal
import time
from pathlib import Path
from typing import Self

from .bench import NotFired
from .command import Running, signalled
from .world import World

SECONDS = 30.0
HOOK = """#!/bin/sh
# Waits, for at most half a minute, until the file that lets this push go is there.
grep -q refs/heads/socialsync-state || exit 0
number=1
until mkdir "$GATE/arrived-$number" 2>/dev/null; do number=$((number + 1)); test $number -lt 99 || exit 1; done
tries=0
until test -e "$GATE/go-$number" || test -e "$GATE/go-all"; do
  tries=$((tries + 1)); test $tries -lt 1500 || exit 1; sleep 0.02
done
: > "$GATE/gone-$number"
"""


class Gate:
    """A hook at `origin`: `before` the branch moves, or else after it did, with the answer still to come."""

    def __init__(self, world: World, *, before: bool) -> None:
        self._hook = world.folder / "origin.git" / "hooks" / ("pre-receive" if before else "post-receive")
        self._folder = world.folder / "gate"

    def __enter__(self) -> Self:
        self._folder.mkdir()
        self._hook.parent.mkdir(exist_ok=True)
        self._hook.write_text(HOOK.replace("$GATE", str(self._folder)), encoding="utf-8")
        os.chmod(self._hook, 0o755)
        return self

    def __exit__(self, *_: object) -> None:
        self.let_all()
        self._hook.unlink()

    def arrived(self, number: int) -> None:
        """Until the push of this number is there."""
        self._wait(self._folder / f"arrived-{number}")

    def let(self, number: int) -> None:
        (self._folder / f"go-{number}").touch()

    def let_all(self) -> None:
        (self._folder / "go-all").touch()

    def gone(self, number: int) -> None:
        """Until the push of this number has been let go, and for the moment that the branch takes to move."""
        self._wait(self._folder / f"gone-{number}")
        time.sleep(0.1)

    def kill_at(self, number: int, running: Running) -> None:
        self.arrived(number)
        signalled(running, signal.SIGKILL)

    def _wait(self, path: Path) -> None:
        ends = time.monotonic() + SECONDS
        while not path.exists():
            if time.monotonic() > ends:
                raise NotFired(f"no push ever came so far: {path.name}")
            time.sleep(0.005)
