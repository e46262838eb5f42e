"""One writing command per site and checkout, and a checkout that cannot be written to says so."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest
from fakes import SITE

from socialsync.commands.locking import NoFolder, locked
from socialsync.commands.workspace import Workspace
from socialsync.errors import ExitCode, Locked


class Checkout:
    """All that a lock asks of a workspace."""

    def __init__(self, folder: Path) -> None:
        self.folder = str(folder)


def lock(folder: Path):
    return locked(cast(Workspace, Checkout(folder)), SITE)


def test_it_is_held_once_and_let_go(tmp_path: Path) -> None:
    for _ in range(2):
        with lock(tmp_path / "x"), pytest.raises(Locked, match="at work in this checkout"), lock(tmp_path / "x"):
            raise AssertionError("two at once")


def test_a_folder_that_cannot_be_made_is_no_bug(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("a file")
    with pytest.raises(NoFolder, match="cannot be written") as caught, lock(tmp_path / "x"):
        raise AssertionError("without a lock")
    assert caught.value.exit_code is ExitCode.UNREACHABLE
    assert caught.value.hint
