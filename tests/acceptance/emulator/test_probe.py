"""`doctor --probe` against every profile of the emulator: its answers are the switches, and nothing stays behind."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import jsonschema
import pytest

from socialsync import cells, cli
from socialsync.arguments import parse
from socialsync.clock import SystemClock
from socialsync.commands import doctor
from socialsync.commands.connection import emulator_site_id
from socialsync.commands.environment import Environment
from socialsync.commands.workspace import open_worktree
from socialsync.emulator.channels import packaged
from socialsync.emulator.handle import SITE, EmulatorProcess
from socialsync.keys import namespace_prefix
from socialsync.remote.wix import api
from socialsync.remote.wix.throwaway import PREFIX

LINKEDIN = "urn:li:organization:90411822"
POST = {
    "channel": {"name": "LINKEDIN", "accountId": LINKEDIN},
    "type": "POST",
    "linkedinPost": {"caption": "Hallo", "authorId": LINKEDIN},
}
# All that a probe may ever ask for; nothing here publishes, schedules or changes.
ALLOWED = frozenset(
    {
        "create_draft_item",
        "delete_item",
        "get_item",
        "query_items",
        "list_accounts",
        "get_features_data",
        "get_long_lived_token_status",
    }
)
PROFILES = ("documented", "hostile", "normalising", "free-plan", "slow", "u0", "u1", "u2", "u3")


class EmulatorClock:
    """Time that passes only by sleeping, here and in the emulator alike."""

    def __init__(self, emulator: EmulatorProcess) -> None:
        self._emulator = emulator
        self._passed = 0.0

    def now(self) -> datetime:
        return SystemClock().now()

    def monotonic(self) -> float:
        return self._passed

    def sleep(self, seconds: float) -> None:
        self._passed += seconds
        if seconds:
            self._emulator.advance(seconds)


class Run:
    """A repository with an emulator site, and what `doctor --probe` says in it."""

    def __init__(self, folder: Path, emulator: EmulatorProcess) -> None:
        self.folder, self.emulator = folder, emulator
        accounts = {"linkedin": LINKEDIN, "instagram": emulator_account("INSTAGRAM")}
        (folder / "posts").mkdir()
        (folder / "socialsync.yaml").write_text(
            f"namespace: acme\nsites:\n  main: {{emulator: true, accounts: {json.dumps(accounts)}}}\n"
        )
        for command in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "x"]):
            who = ["-c", "user.name=Mia", "-c", "user.email=mia@example.com"]
            subprocess.run(["git", "-C", str(folder), *who, *command], check=True)
        self.logged: list[str] = []
        self.variables = {"SOCIALSYNC_API": emulator.url}
        site = open_worktree(str(folder), self.environment()).settings.sites["main"]
        self.emulator.site = emulator_site_id("acme", site)

    def environment(self) -> Environment:
        return Environment(
            variables=MappingProxyType(self.variables),
            clock=EmulatorClock(self.emulator),
            progress=lambda _: None,
            log=self.logged.append,
        )

    def doctor(self, *more: str) -> tuple[int, str]:
        written = doctor.run(parse(["-C", str(self.folder), "doctor", *more]), self.environment())
        return int(written.exit_code), "\n".join(written.advice)

    def probe(self) -> tuple[int, dict[str, Any]]:
        code, text = self.doctor("--probe", "--format", "json")
        report = json.loads(text)
        schema = json.loads((cells.schemas_dir() / "doctor.schema.json").read_bytes())
        jsonschema.Draft202012Validator(schema).validate(report)
        assert report["exit_code"] == code
        (probed,) = report["probes"]
        return code, probed

    def made(self) -> list[dict[str, Any]]:
        return [item for item in self.emulator.items() if str(item.get("referenceId")).startswith(PREFIX)]

    def assert_clean(self, before: Sequence[dict[str, Any]] = ()) -> None:
        """By the emulator's records: nothing public, no draft left, foreign items as they were, nothing else asked."""
        known = {item["id"] for item in before}
        assert [item for item in self.emulator.items() if item["id"] in known] == list(before)
        assert {item["status"] for item in self.emulator.items() if item["id"] not in known} <= {"DELETED"}
        assert self.emulator.feed() == []
        assert {entry["operation"] for entry in self.emulator.requests()} <= ALLOWED
        assert [entry for entry in self.emulator.requests() if "scheduledDate" in json.dumps(entry["body"])] == []


def emulator_account(channel: str) -> str:
    return str(packaged()[channel]["accounts"][0]["id"])


@pytest.fixture(scope="module")
def process() -> Iterator[EmulatorProcess]:
    with EmulatorProcess("--seed", "1") as running:
        yield running


@pytest.fixture
def run(process: EmulatorProcess, tmp_path: Path) -> Run:
    process.reset()
    process.control("DELETE", "faults")
    process.choose("documented")
    return Run(tmp_path, process)


def answers(probed: dict[str, Any]) -> dict[str, str]:
    return {answer["question"]: answer["value"] for answer in probed["answers"]}


def expected(emulator: EmulatorProcess) -> dict[str, str]:
    """The same, read off the switches."""
    switch = {name: each["value"] for name, each in emulator.control("GET", "settings").items()}
    drafts_hold = switch["reference_id_held_by"] in ("all", "undeleted")
    refused = drafts_hold and switch["reference_id_enforced_on"] in ("create", "both")
    connected = switch["connected_channels"]
    return {
        "echo": "normalised" if switch["normalise_text"] else "as sent",
        "dates": "milliseconds" if switch["date_format"] == "echo" else switch["date_format"],
        "unique": "refused" if refused else "accepted",
        "listing": str(switch["listing_lag_seconds"]),
        "filter": "in force" if "referenceId" in switch["filterable"] else "refused",
        "taken": ("taken" if switch["reference_id_held_by"] == "all" else "free") if refused else "",
        "link": "link: kept; linkMetadata: kept" if connected is None or "LINKEDIN" in connected else "",
        "page": str(switch["query_max_limit"]),
    }


WORLDS = {"u0": "U0 or U2", "u2": "U0 or U2", "u3": "U3"}


def foreign(run: Run) -> list[dict[str, Any]]:
    """A draft made by hand, one of the tool's own, a scheduled one, and one that was there all along."""
    items = [
        {"referenceId": None},
        {"referenceId": f"{namespace_prefix('acme', 'main')}spring.linkedin-post.a1"},
        {"referenceId": f"{PREFIX}.000000000000.a"},
        {"status": "SCHEDULED", "schedulingInfo": {"scheduledDate": "2040-01-01T08:00:00Z"}},
        {"status": "PUBLISHED", "external": True},
    ]
    for item in items:
        given = {name: value for name, value in item.items() if value is not None}
        run.emulator.control("POST", "load", {"site": run.emulator.site, "items": [{**POST, **given}]})
    return run.emulator.items()


@pytest.mark.parametrize("profile", PROFILES)
def test_the_answers_are_the_switches_and_nothing_stays(profile: str, run: Run) -> None:
    run.emulator.choose(profile)
    run.emulator.control("PUT", "clock", {"now": "2026-12-01T09:00:00Z", "speed": 0})
    before = foreign(run)
    code, probed = run.probe()
    assert answers(probed) == expected(run.emulator)
    assert probed["uniqueness"] == WORLDS.get(profile, "U1")
    assert probed["left"] == []
    run.assert_clean(before)
    assert len(run.emulator.items()) - len(before) == probed["drafts"] > 0
    assert code == (4 if profile == "free-plan" else 0)  # no scheduling in that plan, says the doctor


@pytest.mark.parametrize(
    ("switches", "question", "value"),
    [
        ({"date_format": "seconds"}, "dates", "seconds"),
        ({"date_format": "echo"}, "dates", "milliseconds"),
        ({"reference_id_enforced_on": "both", "reference_id_held_by": "live"}, "unique", "accepted"),
        ({"reference_id_enforced_on": "create"}, "taken", "taken"),
        ({"reference_id_held_by": "undeleted"}, "taken", "free"),
        ({"tombstones": "shown"}, "taken", "taken"),
        ({"listing_lag_seconds": 60}, "listing", ">30"),
        ({"query_max_limit": 1000}, "page", "1000"),
        ({"query_max_limit": 20}, "page", "0"),
        ({"query_max_limit": 3, "query_over_limit": "clamp"}, "page", "3"),
    ],
)
def test_a_switch_of_its_own(switches: dict[str, Any], question: str, value: str, run: Run) -> None:
    run.emulator.set(**switches)
    before = foreign(run)
    _, probed = run.probe()
    assert answers(probed)[question] == value
    run.assert_clean(before)


def linkedin_without(run: Run, *fields: str) -> None:
    channel = deepcopy(packaged()["LINKEDIN"])
    for field in fields:
        del channel["types"]["POST"]["fields"][field]
    run.emulator.set(channels={"LINKEDIN": channel})


def test_a_link_that_the_service_does_not_take(run: Run) -> None:
    linkedin_without(run, "link")
    _, probed = run.probe()
    (answer,) = [each for each in probed["answers"] if each["question"] == "link"]
    assert answer["value"] == "link: refused; linkMetadata: kept"
    assert answer["verdict"] == "refuted"
    assert "would be lost" in answer["means"]
    run.assert_clean()


def test_a_link_that_the_service_drops(run: Run) -> None:
    run.emulator.fault("change", operation="create_draft_item", contains='.link"', remove=["item.linkedinPost.link"])
    _, probed = run.probe()
    assert answers(probed)["link"] == "link: dropped; linkMetadata: kept"
    run.assert_clean()


# --- whatever goes wrong --------------------------------------------------------------------------

FAULTS = [
    {"do": "reply", "status": 503, "when": "after"},
    {"do": "reply", "status": 503, "when": "before"},
    {"do": "reply", "status": 500, "body": "html", "when": "after"},
    {"do": "reset", "when": "after"},
    {"do": "reset", "when": "before"},
    {"do": "truncate"},
    {"do": "reply", "status": 400, "body": "json", "code": "SOMETHING_NEW"},
    {"do": "twice"},
    {"do": "reply", "status": 429, "when": "before"},
]


def assert_nothing_stays(run: Run) -> None:
    """What was never answered may be there for all that anybody knows, and is named then."""
    code, probed = run.probe()
    run.assert_clean()
    assert all("creation was not answered" in line for line in probed["left"])
    assert code == (7 if probed["left"] else 0)


@pytest.mark.parametrize("operation", ["create_draft_item", "delete_item", "get_item", "query_items"])
@pytest.mark.parametrize("nth", [0, 1])
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: "-".join(map(str, fault.values())))
def test_one_fault_leaves_no_draft(fault: dict[str, Any], nth: int, operation: str, run: Run) -> None:
    run.emulator.fault(operation=operation, skip=nth, **fault)
    assert_nothing_stays(run)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: "-".join(map(str, fault.values())))
def test_without_uniqueness_too(fault: dict[str, Any], run: Run) -> None:
    run.emulator.choose("u0")
    run.emulator.fault(operation="create_draft_item", skip=1, **fault)
    assert_nothing_stays(run)


def test_an_answer_with_somebody_elses_id_deletes_nothing_of_theirs(run: Run) -> None:
    before = foreign(run)
    draft = next(item for item in before if item["status"] == "DRAFT")
    run.emulator.fault("change", operation="create_draft_item", set={"item.id": draft["id"]})
    _, probed = run.probe()
    run.assert_clean(before)
    assert any(draft["id"] in line and "not, or no longer, a draft of this run" in line for line in probed["left"])


def test_what_cannot_be_deleted_is_named(run: Run) -> None:
    run.emulator.fault("reply", status=503, operation="delete_item", times=None)
    code, probed = run.probe()
    there = [item for item in run.made() if item["status"] == "DRAFT"]
    assert len(probed["left"]) == len(there) > 0
    for item, line, logged in zip(there, probed["left"], run.logged[1:], strict=True):
        assert item["id"] in line
        assert item["id"] in logged
    assert code == 6


def test_no_apply_takes_a_draft_that_is_left_for_a_post(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in run.variables.items():
        monkeypatch.setenv(name, value)
    run.emulator.fault("reply", status=503, operation="delete_item", times=None)
    run.probe()
    left = [item for item in run.made() if item["status"] == "DRAFT"]
    run.emulator.control("DELETE", "faults")
    since = run.emulator.requests()[-1]["number"]
    assert not any(item["referenceId"].startswith(namespace_prefix("acme", "main")) for item in left)
    assert cli.run(["-C", str(run.folder), "apply"]) == 0
    assert {entry["committed"] for entry in run.emulator.requests(since)} == {None}  # reads alone
    assert [item for item in run.made() if item["status"] == "DRAFT"] == left != []


def test_a_creation_that_is_never_seen_again_is_named(run: Run) -> None:
    run.emulator.fault("late", requests=1, seconds=3600, operation="create_draft_item", answer="reset")
    code, probed = run.probe()
    assert len(probed["left"]) == 1
    assert "perhaps a draft" in probed["left"][0]
    assert code == 7


def test_a_draft_that_somebody_published_meanwhile_is_left_alone(run: Run) -> None:
    published: list[str] = []

    class Meddling(EmulatorClock):
        def sleep(self, seconds: float) -> None:
            if self._passed == 0 and (drafts := [each for each in run.made() if each["status"] == "DRAFT"]):
                self._emulator.dashboard("publish", item=drafts[0]["id"])
                published.append(drafts[0]["id"])
                self._passed = 0.001
            super().sleep(seconds)

    environment = run.environment()
    environment = Environment(
        variables=environment.variables,
        clock=Meddling(run.emulator),
        progress=environment.progress,
        log=environment.log,
    )
    written = doctor.run(parse(["-C", str(run.folder), "doctor", "--probe"]), environment)
    assert published
    assert [item["status"] for item in run.made() if item["id"] in published] == ["PUBLISHED"]
    assert published[0] in "\n".join(written.advice)
    assert int(written.exit_code) == 6


@pytest.mark.parametrize("after", [1, 2, 3, 5, 8])
def test_ctrl_c_deletes_first(after: int, run: Run) -> None:
    """The interrupt comes between two questions, or while it waits."""
    told: list[str] = []

    def progress(line: str) -> None:
        told.append(line)
        if len(told) == after:
            raise KeyboardInterrupt

    environment = run.environment()
    environment = Environment(
        variables=environment.variables, clock=environment.clock, progress=progress, log=environment.log
    )
    with pytest.raises(KeyboardInterrupt):
        doctor.run(parse(["-C", str(run.folder), "doctor", "--probe"]), environment)
    assert run.made()
    run.assert_clean()


def test_ctrl_c_while_a_creation_is_under_way(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    create = api.create_draft

    def interrupted(client: Any, item: Any) -> Any:
        create(client, item)
        raise KeyboardInterrupt

    monkeypatch.setattr(api, "create_draft", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run.doctor("--probe")
    assert len(run.made()) == 1
    run.assert_clean()


def test_a_second_ctrl_c_names_what_is_left(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(api, "delete_item", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run.doctor("--probe")
    (draft,) = [item for item in run.made() if item["status"] == "DRAFT"]
    assert any(draft["id"] in line for line in run.logged)


# --- only when asked ------------------------------------------------------------------------------


def test_without_the_word_nothing_is_made(run: Run) -> None:
    code, text = run.doctor()
    assert code == 0, text
    assert run.emulator.items() == []
    assert {entry["method"] for entry in run.emulator.requests()} == {"GET"}


def test_what_was_not_asked_is_said(run: Run) -> None:
    """Under U0 the first promise holds with one apply at a time only, which a maintainer must be told (promise 1)."""
    config = run.folder / "socialsync.yaml"
    config.write_text(config.read_text().replace("emulator: true", f"wix: {SITE}"))
    run.variables["WIX_API_KEY"] = run.emulator.key
    _, text = run.doctor()
    assert "whether Wix refuses a second post with the same reference id was not asked" in text
    assert "SCHEDULE_POST without a limit" in text
    assert "refuses a second post" not in run.doctor("--probe")[1]


@pytest.mark.parametrize(
    ("feature", "said"),
    [
        ({"enabled": True, "limit": 10, "period": "MONTH"}, "10 of 10 SCHEDULE_POST left this period"),
        ({"enabled": True, "limit": 1, "period": "MONTH"}, "nothing is left of 1 SCHEDULE_POST"),
        ({"enabled": False}, "does not include SCHEDULE_POST"),
    ],
)
def test_quotas(feature: dict[str, Any], said: str, run: Run) -> None:
    run.emulator.set(features={"SCHEDULE_POST": feature})
    if feature.get("limit") == 1:
        scheduled = {**POST, "schedulingInfo": {"scheduledDate": "2040-01-01T08:00:00Z"}}
        assert run.emulator.call("POST", "/publish", {"item": scheduled})[0] == 200
    assert said in run.doctor()[1]


def test_it_says_first_what_it_will_do(run: Run) -> None:
    seen: list[int] = []
    log: Callable[[str], None] = lambda line: seen.append(len(run.made())) or run.logged.append(line)  # noqa: E731
    environment = run.environment()
    environment = Environment(
        variables=environment.variables, clock=environment.clock, progress=environment.progress, log=log
    )
    written = doctor.run(parse(["-C", str(run.folder), "doctor", "--probe"]), environment)
    assert seen == [0]
    assert "publishes and schedules nothing" in run.logged[0]
    text = "\n".join(written.advice)
    assert "confirmed       A second draft with the same reference id is refused." in text
    assert "reference ids: U1. At most one publication" in text


def test_a_pause_stops_it(run: Run) -> None:
    run.variables["SOCIALSYNC_PAUSE"] = "1"
    code, probed = run.probe()
    assert code == 3
    assert "paused" in probed["failed"]
    assert run.emulator.items() == []


def test_no_connected_account(run: Run) -> None:
    for channel in ("LINKEDIN", "INSTAGRAM"):
        run.emulator.dashboard("disconnect", site=run.emulator.site, channel=channel)
    code, probed = run.probe()
    assert code == 4  # of the findings: the accounts are wrong
    assert "no account of site main is connected" in probed["failed"]
    assert run.emulator.items() == []


def test_a_refused_key_ends_it_and_says_so(run: Run) -> None:
    run.emulator.fault("reply", status=403, operation="create_draft_item", skip=1, times=None, code="PERMISSION_DENIED")
    code, probed = run.probe()
    assert "may not work" in probed["failed"]
    (draft,) = run.made()
    assert draft["id"] in probed["left"][0]  # the key takes nothing any more
    assert code == 6
