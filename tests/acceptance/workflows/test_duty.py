"""What runs by itself: one issue that opens, changes and closes, red only for news; the buttons; moving house."""

from __future__ import annotations

import pytest

from .team import CONFIG, Team, in_days, post


def live(team: Team, *posts: str) -> None:
    """These posts merged and scheduled."""
    pull = team.open({f"posts/{post_id}.yaml": post(post_id, schedule=in_days(9)) for post_id in posts})
    team.merge(pull)
    assert team.on_main("apply").conclusion == "success"


def dashboard(team: Team, action: str, index: int = 0, **more: object) -> None:
    """Somebody does something in the dashboard of Wix."""
    item = team.items()[index]["id"]
    team.emulator.control("POST", f"dashboard/{action}", {"item": item, **more})


def test_the_issue_opens_once_and_closes_itself(team: Team) -> None:
    live(team, "one", "two")
    dashboard(team, "cancel")
    first = team.on_main("verify")
    assert first.conclusion == "failure"
    (issue,) = team.forge.issues
    assert issue["assignees"] == ["mia", "jon"]
    assert "one" in issue["body"] or "two" in issue["body"]
    beats = team.forge.beats

    again = team.on_main("verify")
    assert again.conclusion == "success", "what the issue lists already is no news"
    assert len(team.forge.issues) == 1
    assert team.forge.beats == beats + 1

    gone = "posts/one.yaml" if "one" in issue["body"] else "posts/two.yaml"
    text = (team.clone / gone).read_text()
    team.merge(team.open({gone: text + "state: canceled\n"}))
    assert team.on_main("apply").conclusion == "success"
    assert team.on_main("verify").conclusion == "success"
    assert [each["state"] for each in team.forge.issues] == ["closed"]


def test_a_run_without_a_report_is_told_of(team: Team) -> None:
    live(team, "one")
    team.runner.vault["WIX_API_KEY"] = ""
    run = team.on_main("apply")
    assert run.conclusion == "failure"
    assert "WIX_API_KEY holds no key" in run.jobs["apply"].output()
    assert "ended without a report" in team.forge.issues[0]["body"]


def test_the_service_down_is_one_issue_and_no_heartbeat(team: Team) -> None:
    live(team, "one")
    beats = team.forge.beats
    team.runner.machine["SOCIALSYNC_API"] = "http://127.0.0.1:9"
    assert [team.on_main(name).conclusion for name in ("apply", "apply")] == ["failure", "success"]
    assert len(team.forge.issues) == 1
    assert team.forge.beats == beats
    team.runner.machine["SOCIALSYNC_API"] = team.emulator.url
    assert team.on_main("apply").conclusion == "success"
    assert team.forge.issues[0]["state"] == "closed"
    assert team.forge.beats == beats + 1


def test_only_the_main_branch_gets_the_key(team: Team) -> None:
    team.open({"posts/sale.yaml": post("sale", schedule=in_days(9))})
    run = team.runner.run("apply", "workflow_dispatch", {}, ref="refs/heads/change-1", sha=team.tip())
    assert run.conclusion == "skipped"
    assert team.items() == []


def test_an_emulator_site_is_no_place_to_apply_from(team: Team) -> None:
    config = CONFIG.replace("    wix: ", "    emulator: true  # ")
    team.merge(team.open({"socialsync.yaml": config, "posts/sale.yaml": post("sale", schedule=in_days(9))}))
    run = team.on_main("apply")
    assert run.conclusion == "failure"
    assert "is an emulator" in run.jobs["apply"].output()
    assert team.items() == []


def test_paused_by_a_variable(team: Team) -> None:
    team.runner.variables["SOCIALSYNC_PAUSE"] = "1"
    team.merge(team.open({"posts/sale.yaml": post("sale", schedule=in_days(9))}))
    team.on_main("apply")
    assert team.items() == []
    team.runner.variables["SOCIALSYNC_PAUSE"] = ""
    team.on_main("apply")
    assert [item["status"] for item in team.items()] == ["SCHEDULED"]


def test_stop_then_renew(team: Team) -> None:
    live(team, "one", "two")
    stop = team.on_main("stop")
    assert stop.conclusion == "success", [job.output() for job in stop.jobs.values()]
    assert [item["status"] for item in team.items()] == ["CANCELED", "CANCELED"]
    assert team.forge.disabled == {"apply.yml"}
    branch = f"socialsync-pause-{stop.number}"
    team.git("fetch", "-q", "origin", branch)
    assert "pause: true" in team.git("show", "FETCH_HEAD:socialsync.yaml")
    assert branch in stop.jobs["stop"].summary

    renew = team.on_main("renew", inputs={"post": "one", "channel": "", "schedule": in_days(12)})
    assert renew.conclusion == "success", renew.jobs["renew"].output()
    team.git("fetch", "-q", "origin", f"socialsync-renew-{renew.number}")
    assert "attempt: 2" in team.git("show", "FETCH_HEAD:posts/one.yaml")
    team.git("merge", "-q", "--no-edit", "FETCH_HEAD")
    team.git("push", "-q", "origin", "main")
    team.on_main("apply")
    assert sorted(item["status"] for item in team.items()) == ["CANCELED", "CANCELED", "SCHEDULED"]


@pytest.mark.parametrize("post_id", ["nobody", "$(touch owned)", "-rf", "one; touch owned"])
def test_renew_takes_what_was_typed_for_what_it_is(team: Team, post_id: str) -> None:
    live(team, "one")
    run = team.on_main("renew", inputs={"post": post_id, "channel": "`id`", "schedule": "$HOME"})
    assert run.conclusion == "failure"
    assert list(team.root.rglob("owned")) == []


def test_drift_names_the_field(team: Team) -> None:
    live(team, "one")
    dashboard(team, "edit", set={"caption": "Edited in the dashboard"})
    run = team.on_main("drift")
    assert run.conclusion == "failure"
    assert "Edited in the dashboard" in team.forge.issues[0]["body"].replace("<del>", "").replace("</del>", "")


def test_moving_to_another_repository(team: Team) -> None:
    """docs/moving.md, step by step: pause, copy with the state branch, an empty plan, resume."""
    live(team, "one", "two")
    before = team.items()
    team.runner.variables["SOCIALSYNC_PAUSE"] = "1"
    team.on_main("apply")

    new = team.root / "moved.git"
    team.git("clone", "-q", "--mirror", str(team.bare), str(new), cwd=team.root)
    team.git("remote", "set-url", "origin", str(new))
    team.bare = team.runner.bare = new
    drift = team.on_main("drift")
    assert "nothing to do; 2 left as they are" in drift.jobs["drift"].output()
    team.runner.variables["SOCIALSYNC_PAUSE"] = ""
    assert team.on_main("apply").conclusion == "success"
    assert team.items() == before
