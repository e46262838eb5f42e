"""The emergency brake: it stops what goes out, whatever else is broken, and says what it did and what it left."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fakes import AT, Clock, Service, item, key_of, record
from source.source_repository import Repository

from socialsync.branchstore import BranchStore
from socialsync.commands import stop
from socialsync.commands.environment import Environment
from socialsync.commands.workspace import open_worktree
from socialsync.errors import ExitCode
from socialsync.model.items import Status
from socialsync.model.plans import ChangeKind, OutcomeKind
from socialsync.model.reports import SiteReport
from socialsync.state import State
from socialsync.statestore import amend

CONFIG = """\
namespace: acme
timezone: UTC
sites:
  main:
    wix: 0b6f2c1e-7a55-4d0e-9d5e-3c1f0a7e9b21
    posts: posts/
    accounts: {facebook: "1/2"}
"""
POST = "id: taken-over\nschedule: 2026-12-01 08:00\ntext: Hello\nchannels: {facebook: {adopt: by-hand}}\n"
OURS = item(Status.SCHEDULED)
BY_HAND = replace(OURS, id="by-hand", key="")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """With an `origin`."""
    (tmp_path / "work").mkdir()
    made = Repository(tmp_path / "work")
    made.commit({"socialsync.yaml": CONFIG})
    made.git("clone", "-q", "--bare", made.root, str(tmp_path / "origin.git"))
    made.git("remote", "add", "origin", str(tmp_path / "origin.git"))
    return made


def stopped(repository: Repository, service: Service, monkeypatch: pytest.MonkeyPatch) -> SiteReport:
    @contextmanager
    def connected(*_: Any) -> Iterator[Service]:
        yield service

    monkeypatch.setattr(stop, "connected", connected)
    environment = Environment(variables={}, clock=service.clock, progress=lambda _: None, log=lambda _: None)
    workspace = open_worktree(repository.root, environment)
    return stop._stop(workspace, workspace.settings.sites["main"], environment)


def holding(*items: Any) -> Service:
    service = Service(clock=Clock(AT.replace(day=1, month=11)))
    service.put(*items)
    return service


def statuses(service: Service) -> dict[str, Status]:
    return {name: one.status for name, one in service.truth().items()}


def told(report: SiteReport) -> list[tuple[str, OutcomeKind]]:
    return [(outcome.change.key, outcome.kind) for outcome in report.outcomes]


def remember(repository: Repository, state: State) -> None:
    amend(BranchStore(repository.root, "main"), lambda _: state)


def known(repository: Repository) -> State:
    return BranchStore(repository.root, "main").load()


MEMORY = State(
    site="main",
    namespace="acme",
    wix="0b6f2c1e-7a55-4d0e-9d5e-3c1f0a7e9b21",
    records={key_of("taken-over"): record(key=key_of("taken-over"), item_id="by-hand")},
    noted={"x": "GONE"},
)


def test_what_is_scheduled_is_called_off_and_remembered(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = holding(OURS)
    report = stopped(repository, service, monkeypatch)
    assert statuses(service) == {OURS.id: Status.CANCELED}
    assert (told(report), report.failure) == ([(OURS.key, OutcomeKind.DONE)], None)
    assert known(repository).records[OURS.key].status is Status.CANCELED
    assert report.state_at is not None


@pytest.mark.parametrize("knows", ["the file", "State"])
def test_what_was_taken_over_is_called_off_too(
    knows: str, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    if knows == "State":
        remember(repository, MEMORY)
    else:
        repository.commit({"posts/taken-over.yaml": POST})
    service = holding(BY_HAND)
    report = stopped(repository, service, monkeypatch)
    assert statuses(service) == {"by-hand": Status.CANCELED}
    assert told(report) == [(key_of("taken-over"), OutcomeKind.DONE)]
    assert known(repository).records[key_of("taken-over")].status is Status.CANCELED


def test_what_was_reported_before_stays_reported(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    remember(repository, MEMORY)
    stopped(repository, holding(BY_HAND), monkeypatch)
    assert known(repository).noted == {"x": "GONE"}


def test_what_is_not_ours_is_left_and_named(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    remember(repository, replace(MEMORY, records={}))
    draft = replace(BY_HAND, id="draft", status=Status.DRAFT, at=None)
    service = holding(BY_HAND, OURS, draft)
    report = stopped(repository, service, monkeypatch)
    assert statuses(service) == {"by-hand": Status.SCHEDULED, OURS.id: Status.CANCELED, "draft": Status.DRAFT}
    assert report.plan is not None
    (note,) = report.plan.notes
    assert "by-hand" in note
    assert f"{AT:%Y-%m-%d %H:%M} UTC" in note
    assert report.plan.foreign == 2


def test_it_stops_all_the_same_where_state_cannot_be_reached(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "origin.git").rename(tmp_path / "gone.git")
    service = holding(OURS)
    report = stopped(repository, service, monkeypatch)
    assert statuses(service) == {OURS.id: Status.CANCELED}
    assert told(report) == [(OURS.key, OutcomeKind.DONE)], "what was called off is told"
    assert report.failure is not None
    assert (report.failure.code, report.failure.exit_code) == ("E-STATE", ExitCode.UNREACHABLE)
    assert report.state_at is None


def test_nor_where_it_cannot_be_read(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    remember(repository, MEMORY)
    monkeypatch.setattr(BranchStore, "_blob", lambda *_: b"{")
    service = holding(OURS)
    report = stopped(repository, service, monkeypatch)
    assert statuses(service) == {OURS.id: Status.CANCELED}
    assert report.failure is not None
    assert report.failure.exit_code is ExitCode.INVALID


def test_nor_where_it_cannot_be_written(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = tmp_path / "origin.git" / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    service = holding(OURS)
    report = stopped(repository, service, monkeypatch)
    assert statuses(service) == {OURS.id: Status.CANCELED}
    assert told(report) == [(OURS.key, OutcomeKind.DONE)]
    assert report.failure is not None
    assert report.failure.code == "E-STATE-PUSH"


def test_the_memory_of_another_site_is_left_alone(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    other = replace(MEMORY, namespace="other")
    remember(repository, other)
    service = holding(OURS)
    stopped(repository, service, monkeypatch)
    assert statuses(service) == {OURS.id: Status.CANCELED}
    assert known(repository) == other


def test_what_another_run_remembered_meanwhile_is_kept(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.git("clone", "-q", str(tmp_path / "origin.git"), str(tmp_path / "other"))
    store = BranchStore(str(tmp_path / "other"), "main")

    class Meanwhile(Service):
        def cancel(self, item_id: str) -> Any:
            amend(store, lambda state: replace(state, claims={"k": "then"}, commit="c1"))
            return super().cancel(item_id)

    service = Meanwhile(clock=Clock(AT.replace(day=1, month=11)))
    service.put(OURS)
    report = stopped(repository, service, monkeypatch)
    assert report.failure is None
    assert known(repository).claims == {"k": "then"}
    assert known(repository).records[OURS.key].status is Status.CANCELED


def test_kinds_of_changes(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the files say, all that is ever written here is a cancel."""
    repository.commit({"posts/new.yaml": POST.replace("taken-over", "new").replace(": {adopt: by-hand}", ":")})
    service = holding(OURS, replace(OURS, id="later", key=key_of("later"), at=AT.replace(day=9)))
    report = stopped(repository, service, monkeypatch)
    assert service.writes == ["cancel", "cancel"]
    assert report.plan is not None
    assert [(change.kind, change.key) for change in report.plan.changes] == [
        (ChangeKind.CANCEL, OURS.key),
        (ChangeKind.CANCEL, key_of("later")),
    ]
