"""A run has so long at the service, and its last write leaves time to settle and to look at everything once more."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fakes import POLICY, SITE, Clock

from socialsync.commands import apply
from socialsync.model.reports import SiteReport
from socialsync.source.posts import Loaded
from socialsync.state import State


def test_the_last_write_comes_four_minutes_before_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    given: list[float] = []

    def with_(_: object, __: object, state: State, ___: object, last_write: float) -> SiteReport:
        given.append(last_write)
        return SiteReport(site=state.site)

    monkeypatch.setattr(apply._Work, "_with", with_)
    monkeypatch.setattr(apply, "connected", lambda *_: nullcontext())
    monkeypatch.setattr(apply._Work, "_refuse_an_older_commit", lambda *_: None)
    clock = Clock()
    started = clock.monotonic()
    workspace: Any = SimpleNamespace(root=str(tmp_path), folder=str(tmp_path), commit="c1", settings=POLICY)
    environment: Any = SimpleNamespace(clock=clock, variables={}, progress=lambda _: None, log=lambda _: None)
    store: Any = SimpleNamespace(load=lambda: State(site="main"))
    work = apply._Work(
        workspace=workspace,
        site=SITE,
        store=store,
        intents=(),
        base={},
        loaded=Loaded(posts=0, intents=(), problems=()),
        environment=environment,
        expected=None,
    )
    assert work.carry_out().failure is None
    assert given == [started + 16 * 60]
