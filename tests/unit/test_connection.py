"""Which service is talked to, with which key, how fast and for how long."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fakes import POLICY, SITE, Clock

from socialsync.commands import connection
from socialsync.commands.connection import CLOSING_SECONDS, DEADLINE_SECONDS, SERVICE, connected
from socialsync.commands.environment import API, Environment
from socialsync.errors import Denied, ExitCode, UsageError
from socialsync.state import State


def given(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, **variables: str) -> dict[str, Any]:
    """What the adapter is made with."""
    told: dict[str, Any] = {}

    class Adapter:
        def __init__(self, **given: Any) -> None:
            told.update(given)

        def __enter__(self) -> Adapter:
            return self

        def __exit__(self, *_: object) -> None:
            """Nothing was opened."""

    monkeypatch.setattr(connection, "connect", Adapter)
    environment = Environment(variables=variables, clock=Clock(), progress=lambda _: None, log=lambda _: None)
    workspace: Any = SimpleNamespace(settings=SimpleNamespace(policy=POLICY, cells=None), folder=str(tmp_path))
    with connected(workspace, SITE, State(site="main"), environment):
        pass
    return told


def test_the_service_is_asked_at_its_pace(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    told = given(monkeypatch, tmp_path, WIX_API_KEY="key-1")
    assert (told["base_url"], told["rate_per_minute"]) == (SERVICE, 200)
    assert (told["site_id"], told["key"]) == (SITE.wix, "key-1")
    assert told["deadline_seconds"] == DEADLINE_SECONDS > CLOSING_SECONDS


def test_an_emulator_is_asked_without_pause(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    told = given(monkeypatch, tmp_path, WIX_API_KEY="key-1", **{API: "http://127.0.0.1:8123"})
    assert (told["base_url"], told["rate_per_minute"]) == ("http://127.0.0.1:8123", None)


@pytest.mark.parametrize("address", ["https://evil.example", "http://127.0.0.1.evil.example", "http://[::1", "//", "x"])
def test_no_other_machine_is_asked(address: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refused:
        given(monkeypatch, tmp_path, WIX_API_KEY="key-1", **{API: address})
    assert (refused.value.code, refused.value.exit_code) == ("E-API", ExitCode.INVALID)


def test_without_a_key_nothing_is_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(Denied) as refused:
        given(monkeypatch, tmp_path)
    assert refused.value.code == "E-NO-KEY"


def test_the_emulator_that_is_started_gets_no_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    started: list[dict[str, str]] = []

    class Refused(Exception):
        """Enough was seen."""

    def start(*_: object, env: dict[str, str], **__: object) -> None:
        started.append(env)
        raise Refused

    monkeypatch.setattr(connection.subprocess, "Popen", start)
    variables = {"WIX_API_KEY": "key-1", "OTHER_KEY": "key-2", "PATH": "/bin"}
    environment = Environment(variables=variables, clock=Clock(), progress=lambda _: None, log=lambda _: None)
    other = replace(SITE, name="other", key_env="OTHER_KEY")
    settings = SimpleNamespace(policy=POLICY, cells=None, sites={SITE.name: SITE, other.name: other})
    workspace: Any = SimpleNamespace(settings=settings, folder=str(tmp_path))
    emulator = replace(SITE, wix="")
    with pytest.raises(Refused), connected(workspace, emulator, State(site="main"), environment):
        pass
    assert started == [{"PATH": "/bin"}]
