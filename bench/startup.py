"""Start-up: what the command costs before it does anything, against an interpreter that does nothing."""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

from bench.figures import Figure, in_turn, milliseconds, ratio


def measure(*, quick: bool) -> Iterator[Figure]:
    tool = str(Path(sysconfig.get_path("scripts")) / "socialsync")
    for option in ("--version", "--help"):
        ours, bare = in_turn([tool, option], [sys.executable, "-c", "pass"], 10 if quick else 40)
        yield Figure(
            name=f"socialsync {option} / python -c pass",
            measured=ratio(ours, bare),
            at_most=1.5,
            note=f"{milliseconds(ours):.0f} ms / {milliseconds(bare):.0f} ms",
        )
