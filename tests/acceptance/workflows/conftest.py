"""A team for each test, and the promise that holds for all of them: the key is in nothing that is written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from socialsync.emulator.handle import EmulatorProcess

from .team import KEY, Team


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    with EmulatorProcess("--seed", "1", "--key", KEY, key=KEY) as emulator:
        made = Team(tmp_path, emulator)
        yield made
        made.close()
        written = made.everything_written()
        assert KEY.encode() not in written
        assert KEY[6:-6].encode() not in written
        assert made.forge.denied == []
