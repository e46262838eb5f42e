"""One writing command per site and checkout at a time."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from socialsync.commands.workspace import Workspace
from socialsync.errors import ExitCode, Locked, SocialSyncError
from socialsync.model.sites import Site


class NoFolder(SocialSyncError):
    """The folder that belongs to the checkout cannot be written to; nothing was sent anywhere."""

    exit_code = ExitCode.UNREACHABLE
    code = "E-READ-ONLY"


@contextmanager
def locked(workspace: Workspace, site: Site) -> Iterator[None]:
    """Hold the site's lock, which goes with the process that holds it. Raises Locked, NoFolder.

    It helps people on one machine; correctness never rests on it.
    """
    path = os.path.join(workspace.folder, f"{site.name}.lock")
    try:
        os.makedirs(workspace.folder, exist_ok=True)
        stream = open(path, "w")  # noqa: SIM115
    except OSError as error:
        raise NoFolder(
            f"{path} cannot be written: {error.strerror}",
            hint="Is there room on the disk, and may this user write there?",
        ) from error
    with stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Locked(
                f"another apply of site {site.name} is at work in this checkout", hint="Wait for it, then run again."
            ) from None
        yield
