"""What the black-box tests share: one emulator and one launcher for all tests of a module."""

from collections.abc import Iterator

import pytest

from .bench import Bench


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    made = Bench()
    yield made
    made.close()
