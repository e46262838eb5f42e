"""One writing command per site and checkout at a time."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from socialsync.commands.workspace import Workspace
from socialsync.errors import Locked
from socialsync.model import Site


@contextmanager
def locked(workspace: Workspace, site: Site) -> Iterator[None]:
    """Hold the site's lock, which goes with the process that holds it. Raises Locked.

    It helps people on one machine; correctness never rests on it.
    """
    os.makedirs(workspace.folder, exist_ok=True)
    with open(os.path.join(workspace.folder, f"{site.name}.lock"), "w") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Locked(
                f"another apply of site {site.name} is at work in this checkout", hint="Wait for it, then run again."
            ) from None
        yield
