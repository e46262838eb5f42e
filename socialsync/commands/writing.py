"""Writing files that must not be there yet."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from socialsync.errors import UsageError


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """What a scaffolding command did: the paths it wrote, and what to do next, a line each."""

    paths: tuple[str, ...]
    advice: tuple[str, ...]
    exit_code: int = 0  # an ExitCode


def write_new(root: str, files: Mapping[str, str]) -> None:
    """Write all files or, if one of them exists, none. Raises UsageError."""
    if taken := [path for path in files if os.path.lexists(os.path.join(root, path))]:
        raise UsageError(
            f"{', '.join(taken)} exists already; nothing was written",
            hint="Choose another name or another folder.",
            code="E-EXISTS",
        )
    for path, text in files.items():
        target = os.path.join(root, path)
        os.makedirs(os.path.dirname(target) or ".", exist_ok=True)
        with open(target, "x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
