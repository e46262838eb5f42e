"""What cases run on: one emulator, one launcher, fresh worlds; and the registry of suites that make the cases."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from .command import Forked, Installed, Launcher
from .service import Service
from .world import Setting, World


class Bench:
    """Started on first use and kept for many cases; `installed` runs the console script instead of forks.

    `recorded` holds by setting and flow what the flow's apply asks; what is missing is added as it is needed."""

    def __init__(self, *, installed: bool = False, recorded: Mapping[str, tuple[str, ...]] | None = None) -> None:
        self._installed = installed
        self.recorded = dict(recorded or {})
        self._service: Service | None = None
        self._launcher: Launcher | None = None
        self._in_use = False

    @property
    def service(self) -> Service:
        if self._service is None:
            self._service = Service()
        return self._service

    @property
    def launcher(self) -> Launcher:
        if self._launcher is None:
            self._launcher = Installed() if self._installed else Forked()
        return self._launcher

    @contextmanager
    def world(self, setting: Setting) -> Iterator[World]:
        """One at a time: a new one begins by emptying the emulator."""
        assert not self._in_use, "a world within a world would take its emulator away"
        self._in_use = True
        try:
            world = World(self.service, self.launcher, setting)
            try:
                yield world
            finally:
                world.close()
        finally:
            self._in_use = False

    def close(self) -> None:
        for part in (self._service, self._launcher):
            if part is not None:
                part.close()
        self._service = self._launcher = None


class NotFired(AssertionError):
    """The fault, kill or event of the case did not happen: a case that proves nothing fails."""


@dataclass(kw_only=True)
class Seen:
    """What a case tells besides that it passed: the (call, fault) pairs it hit, and numbers worth printing."""

    pairs: set[tuple[str, str]] = field(default_factory=set)
    numbers: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Suite:
    """`cases` lists the parts of the ids below the suite's name, in a fixed order; `run` carries one out by them;
    `tells` marks those few long ones whose numbers are worth printing."""

    name: str
    title: str
    cases: Callable[[Bench], Iterable[tuple[str, ...]]]
    run: Callable[[Bench, tuple[str, ...], Seen], None]
    tells: bool = False


def setting_of(name: str) -> Setting:
    """`u1`, `u2-wix`, `u1-wix-local`, `hostile`, `u1+listing_lag_seconds=5`.

    A hostile service sends no `Date`; where the clock is set by the suite it does, or there would be two times.
    """
    base, *more = name.split("+")
    profile, *kinds = base.split("-")
    if profile == "hostile":
        more = ["date_header=virtual", *more]
    settings = tuple((key, _value(value)) for key, _, value in (part.partition("=") for part in more))
    return Setting(profile=profile, wix="wix" in kinds, local="local" in kinds, settings=settings)


def _value(text: str) -> Any:
    return int(text) if text.isdecimal() else text
