"""Fixtures for tests against the emulator: `pytest_plugins = ["socialsync.emulator.pytest_plugin"]`."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from socialsync.emulator.handle import EmulatorProcess

if TYPE_CHECKING:
    from starlette.applications import Starlette

Start = Callable[..., EmulatorProcess]


class _Shared:
    """One process for many tests; a test that killed it costs the next one a start."""

    def __init__(self) -> None:
        self._process: EmulatorProcess | None = None

    def fresh(self) -> EmulatorProcess:
        if self._process is None or self._process.process.poll() is not None:
            self.stop()
            self._process = EmulatorProcess("--seed", "1")
        else:
            self._process.control("DELETE", "holds")
            self._process.reset()
        return self._process

    def stop(self) -> None:
        if self._process is not None:
            self._process.stop()


@pytest.fixture(scope="session")
def _shared_emulator() -> Iterator[_Shared]:
    shared = _Shared()
    yield shared
    shared.stop()


@pytest.fixture
def emulator(_shared_emulator: _Shared) -> EmulatorProcess:
    """A running emulator process without any state; seed 1, in memory."""
    return _shared_emulator.fresh()


@pytest.fixture
def start_emulator() -> Iterator[Start]:
    """Starts further processes with options of their own: `start_emulator("--db", path)`."""
    started: list[EmulatorProcess] = []

    def start(*arguments: str) -> EmulatorProcess:
        started.append(EmulatorProcess(*arguments))
        return started[-1]

    yield start
    for process in started:
        process.stop()


@pytest.fixture
def emulator_app() -> Iterator["Starlette"]:
    """The ASGI application over a fresh emulator in memory, for `httpx.ASGITransport`; seed 1, no process, no port."""
    from socialsync.emulator.app import create_app
    from socialsync.emulator.core import Emulator
    from socialsync.emulator.options import Options

    emulator = Emulator(Options(seed=1))
    yield create_app(emulator)
    emulator.close()
