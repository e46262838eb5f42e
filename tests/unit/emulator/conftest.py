"""The fixture of the emulator's unit tests."""

from collections.abc import Iterator

import pytest
from emulator_api import Api


@pytest.fixture
def api() -> Iterator[Api]:
    made = Api()
    yield made
    made.close()
