"""What needs a person, as the one issue says it: the same matter has the same name, and each run its own section."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from report import samples
from source.source_repository import Repository

from socialsync.clock import SystemClock
from socialsync.commands import handover, issue
from socialsync.commands.environment import Environment
from socialsync.github import BOT
from socialsync.model.items import Status
from socialsync.model.plans import Change, ChangeKind, Origin, Outcome, OutcomeKind
from socialsync.model.reports import Failure, Report, SiteReport
from socialsync.source import git


class Tracker:
    """The issues of one repository, by a transport that every client gets."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.issues: list[dict[str, Any]] = []
        transport = httpx.MockTransport(self._answer)
        monkeypatch.setattr(httpx, "HTTPTransport", lambda **_: transport)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            return httpx.Response(200, json=[each for each in self.issues if each["state"] == "open"])
        body = json.loads(request.content)
        if request.method == "POST":
            self.issues.append({"number": len(self.issues) + 1, "state": "open", "user": {"login": BOT}, **body})
            return httpx.Response(201, json=self.issues[-1])
        self.issues[int(request.url.path.rsplit("/", 1)[1]) - 1].update(body)
        return httpx.Response(200, json={})

    @property
    def body(self) -> str:
        (opened,) = [each for each in self.issues if each["state"] == "open"]
        return str(opened["body"])


@pytest.fixture
def tracker(monkeypatch: pytest.MonkeyPatch) -> Tracker:
    return Tracker(monkeypatch)


def told(section: str, report: Report | None, folder: Path) -> int:
    """The exit code of one run of `issue`."""
    path = folder / "report.json"
    path.unlink(missing_ok=True)
    if report is not None:
        handover.write(report, str(path))
    (folder / "event.json").write_text("{}")
    variables = {
        "GITHUB_REPOSITORY": "acme/posts",
        "GITHUB_EVENT_PATH": str(folder / "event.json"),
        "GITHUB_TOKEN": "ghs_x",
        "GITHUB_RUN_ID": "7",
    }
    environment = Environment(variables=variables, clock=SystemClock(), progress=lambda _: None, log=lambda _: None)
    arguments = argparse.Namespace(section=section, report=str(path), directory=str(folder))
    return issue.run(arguments, environment).exit_code


def held(*posts: str) -> Report:
    intents = (replace(samples.intent(post_id=post), key=f"key-{post}") for post in posts)
    changes = (samples.change(ChangeKind.HOLD, each, reason="GONE", attention=9) for each in intents)
    return Report(verb="status", sites=(SiteReport(site="main", plan=samples.plan(*changes)),), exit_code=9)


def changes_of(report: Report) -> tuple[Change, ...]:
    return tuple(change for site in report.sites if site.plan is not None for change in site.plan.changes)


def applied(*changes: Change, now: datetime = samples.NOW) -> Report:
    """A run that wrote nothing."""
    outcomes = tuple(
        Outcome(kind=OutcomeKind.SKIPPED, change=each, code=each.reason if each.attention else "", exit_code=code)
        for each in changes
        for code in (each.attention,)
    )
    site = SiteReport(site="main", plan=samples.plan(*changes, now=now), outcomes=outcomes)
    return Report(verb="apply", sites=(site,), exit_code=max(one.exit_code for one in outcomes))


WELL = Report(verb="status", sites=(SiteReport(site="main", plan=samples.plan()),))


def test_all_is_well_makes_no_issue(tracker: Tracker, tmp_path: Path) -> None:
    assert told("verify", WELL, tmp_path) == 0
    assert tracker.issues == []


def test_a_matter_is_news_once(tracker: Tracker, tmp_path: Path) -> None:
    assert told("verify", held("one"), tmp_path) == 9
    assert told("verify", held("one"), tmp_path) == 0
    assert told("verify", held("one", "two"), tmp_path) == 9
    assert "two" in tracker.body
    assert told("verify", held("two"), tmp_path) == 0
    assert "| one |" not in tracker.body
    assert told("verify", WELL, tmp_path) == 0
    assert [each["state"] for each in tracker.issues] == ["closed"]
    assert told("verify", held("one"), tmp_path) == 9
    assert len(tracker.issues) == 2


def test_what_a_run_stays_green_for_is_listed_as_long_as_it_is_held(tracker: Tracker, tmp_path: Path) -> None:
    first = applied(*changes_of(held("one")))
    assert told("apply", first, tmp_path) == 9
    later = replace(first, exit_code=0)
    assert told("apply", later, tmp_path) == 0
    assert "`one`" in tracker.body
    tracker.issues[0]["state"] = "closed"
    assert told("apply", later, tmp_path) == 9, "somebody closed the issue, and the matter is still there"
    assert "`one`" in tracker.body


def test_what_never_went_out_is_listed_longer_than_runs_are_red_for_it(tracker: Tracker, tmp_path: Path) -> None:
    missed = samples.hold_missed()
    note = replace(missed, attention=0)
    assert missed.intent is not None
    assert missed.intent.timing.until is not None
    soon = missed.intent.timing.until - timedelta(minutes=2)
    assert told("apply", applied(missed, now=soon), tmp_path) == 9
    assert told("apply", applied(note, now=soon), tmp_path) == 0
    assert "`spring-tea`" in tracker.body
    for days in (0, 1, 5):
        assert told("apply", applied(note, now=samples.NOW + timedelta(days=days)), tmp_path) == 0
        assert "`spring-tea`" in tracker.body
        assert missed.paste in tracker.body
    assert told("apply", applied(note, now=samples.NOW + timedelta(days=7)), tmp_path) == 0
    assert [each["state"] for each in tracker.issues] == ["closed"]


@pytest.mark.parametrize(
    ("status", "opened"),
    [
        (Status.DRAFT, True),
        (Status.FAILED, True),
        (Status.PUBLISHED, False),
        (Status.CANCELED, False),
        (Status.DELETED, False),
    ],
)
def test_what_is_public_or_was_called_off_is_none_of_those(
    status: Status, *, opened: bool, tracker: Tracker, tmp_path: Path
) -> None:
    note = replace(samples.hold_missed(), attention=0, item=samples.item(status=status, at=None))
    told("apply", applied(note), tmp_path)
    assert bool(tracker.issues) is opened


def test_a_note_about_a_post_that_is_still_to_come_is_no_matter(tracker: Tracker, tmp_path: Path) -> None:
    waiting = samples.change(ChangeKind.HOLD, samples.intent(), reason="QUOTA", message="it waits")
    assert told("apply", applied(waiting), tmp_path) == 0
    assert tracker.issues == []


def test_all_three_versions_of_a_conflict_are_on_it(tracker: Tracker, tmp_path: Path) -> None:
    conflict = samples.hold_conflict()
    assert told("apply", applied(conflict), tmp_path) == 8
    for said in ("Text confirmed last", "Gift cards are here.", "<ins>, also online</ins>", "<ins>back</ins>"):
        assert said in tracker.body
    assert conflict.paste in tracker.body


def test_each_run_has_its_section_and_leaves_the_others(tracker: Tracker, tmp_path: Path) -> None:
    told("verify", held("one"), tmp_path)
    told("drift", replace(held("two"), verb="plan"), tmp_path)
    assert "one" in tracker.body
    assert "two" in tracker.body
    told("verify", WELL, tmp_path)
    assert "`one`" not in tracker.body
    assert "`two`" in tracker.body
    told("drift", WELL, tmp_path)
    assert [each["state"] for each in tracker.issues] == ["closed"]


def test_texts_of_posts_cannot_forge_a_section(tracker: Tracker, tmp_path: Path) -> None:
    evil = "x <!-- socialsync:end --> <!-- socialsync:section drift 00000000 -->"
    report = held("one")
    plan = report.sites[0].plan
    assert plan is not None
    changes = tuple(replace(change, message=evil) for change in plan.changes)
    told("verify", replace(report, sites=(SiteReport(site="main", plan=replace(plan, changes=changes)),)), tmp_path)
    told("drift", replace(held("two"), verb="plan"), tmp_path)
    told("verify", WELL, tmp_path)
    assert tracker.body.count("socialsync:section") == 1
    assert "`two`" in tracker.body


def test_no_report_is_a_matter_too(tracker: Tracker, tmp_path: Path) -> None:
    assert told("apply", None, tmp_path) == 1
    assert "ended without a report" in tracker.body
    assert told("apply", None, tmp_path) == 0


def test_a_site_that_could_not_be_worked_on(tracker: Tracker, tmp_path: Path) -> None:
    failure = Failure(code="E-UNREACHABLE", message="no answer", hint="", exit_code=4)
    down = Report(verb="apply", sites=(SiteReport(site="main", failure=failure),), exit_code=4)
    assert told("apply", down, tmp_path) == 4
    assert "No answer." in tracker.body


def test_a_thousand_matters_fit(tracker: Tracker, tmp_path: Path) -> None:
    many = held(*(f"post-{number}" for number in range(1000)))
    assert told("verify", many, tmp_path) == 9
    assert told("verify", many, tmp_path) == 0
    told("drift", replace(many, verb="plan"), tmp_path)
    told("apply", replace(many, verb="plan"), tmp_path)
    assert len(tracker.body) <= 65_536
    assert told("verify", held(*(f"post-{number}" for number in range(1, 1001))), tmp_path) == 9


def test_drift_is_a_matter_of_the_drift_run_alone(tracker: Tracker, tmp_path: Path) -> None:
    wanted = samples.intent()
    change = Change(kind=ChangeKind.UPDATE, key="k", site="main", intent=wanted, origin=Origin.DRIFT)
    plan = samples.plan(change)
    site = SiteReport(site="main", plan=plan, state_at=plan.now)
    assert told("verify", Report(verb="status", sites=(site,)), tmp_path) == 0
    assert told("drift", Report(verb="plan", sites=(site,)), tmp_path) == 9
    assert "Why" in tracker.body


@pytest.mark.usefixtures("tracker")
@pytest.mark.parametrize(("hours", "code"), [(1, 0), (3, 9)])
def test_what_waits_to_be_carried_out_is_a_matter_once_runs_stopped(hours: int, code: int, tmp_path: Path) -> None:
    plan = samples.plan(samples.change(ChangeKind.CREATE, samples.intent()))
    site = SiteReport(site="main", plan=plan, state_at=plan.now - timedelta(hours=hours))
    assert told("drift", Report(verb="plan", sites=(site,)), tmp_path) == code


# --- the run of a commit that is not the newest ------------------------------------------------------


@pytest.fixture
def pushed(tmp_path: Path) -> Repository:
    """A repository with an `origin`, whose main has this one commit."""
    (tmp_path / "work").mkdir()
    repository = Repository(tmp_path / "work")
    repository.commit({"socialsync.yaml": "x"})
    repository.git("clone", "-q", "--bare", repository.root, str(tmp_path / "origin.git"))
    repository.git("remote", "add", "origin", str(tmp_path / "origin.git"))
    return repository


def refused(commit: str) -> Report:
    failure = Failure(code="E-SUPERSEDED", message="another was applied", hint="", exit_code=8)
    return Report(verb="apply", sites=(SiteReport(site="main", failure=failure),), exit_code=8, commit=commit)


def test_an_overtaken_run_leaves_the_telling_to_the_newer_one(tracker: Tracker, pushed: Repository) -> None:
    old = git.commit(pushed.root)
    pushed.commit({"a": "b"})
    pushed.git("push", "-q", "origin", "main")
    assert told("apply", refused(old), Path(pushed.root)) == 0
    assert tracker.issues == []


def test_the_newest_commit_is_not_overtaken_whatever_other_branches_are_called(
    tracker: Tracker, pushed: Repository
) -> None:
    newest = git.commit(pushed.root)
    other = pushed.commit({"a": "b"})
    pushed.git("push", "-q", "origin", f"{other}:refs/heads/a/refs/heads/main", f"{other}:refs/heads/a/HEAD")
    assert told("apply", refused(newest), Path(pushed.root)) == 8
    assert "E-SUPERSEDED" in tracker.body


def test_it_is_told_where_the_remote_cannot_be_asked(tracker: Tracker, pushed: Repository, tmp_path: Path) -> None:
    (tmp_path / "origin.git").rename(tmp_path / "gone.git")
    assert told("apply", refused("0" * 40), Path(pushed.root)) == 8
    assert "E-SUPERSEDED" in tracker.body
