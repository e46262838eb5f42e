"""A pull request from opening to the post's address: from a branch, from a fork, in a hurry, in bulk."""

from __future__ import annotations

import re
from dataclasses import replace

from .team import Team, in_days, post


def test_from_a_branch_to_the_address(team: Team) -> None:
    pull = team.open({"posts/sale.yaml": post("sale", schedule=in_days(9), channels=("facebook", "linkedin"))})
    validate, comment = team.check(pull)
    assert validate.conclusion == "success", validate.jobs["validate"].output()
    assert "WIX_API_KEY" not in validate.jobs["validate"].secrets
    assert (validate.artifacts["preview"] / "index.html").is_file()
    assert comment.conclusion == "success", comment.jobs["comment"].output()
    said = team.forge.comment_of(pull.number)
    assert "## This change: 2 new" in said
    assert f"blob/{pull.head}/posts/sale.yaml#L6" in said
    assert team.items() == []

    team.merge(pull)
    apply = team.on_main("apply")
    assert apply.conclusion == "success", [job.output() for job in apply.jobs.values()]
    assert [item["status"] for item in team.items()] == ["SCHEDULED", "SCHEDULED"]
    said = team.forge.comment_of(pull.number)
    assert "**Merged.**" in said
    assert "Status: 2 scheduled" in said

    team.days_pass(10)
    verify = team.on_main("verify")
    assert verify.conclusion == "success", [job.output() for job in verify.jobs.values()]
    said = team.forge.comment_of(pull.number)
    assert "Status: 2 public" in said
    assert re.search(r"\]\(https://www\.facebook\.com/\S+\)", said)
    assert re.search(r"\]\(https://www\.linkedin\.com/\S+\)", said)
    assert team.forge.issues == []
    assert team.forge.beats == 2


def test_a_branch_and_a_fork_are_told_the_same(team: Team) -> None:
    files = {"posts/sale.yaml": post("sale", schedule=in_days(9))}
    branch = team.open(files)
    fork = team.open(files, fork="mallory/posts")
    for pull in (branch, fork):
        validate, comment = team.check(pull)
        assert (validate.conclusion, comment.conclusion) == ("success", "success")
    told = [team.forge.comment_of(pull.number) for pull in (branch, fork)]
    # The two are told some seconds apart: their clocks and distances may differ, and a full minute has no seconds.
    own = r"[0-9a-f]{12,}|\d\d:\d\d(:\d\d)?|in \d+ d( \d+ h)?|runs/\d+|acme/posts|mallory/posts"
    plain = [re.sub(own, "", each) for each in told]
    assert plain[0] == plain[1]
    assert f"https://github.com/mallory/posts/blob/{fork.head}/" in told[1]


def test_one_comment_edited_in_place_and_silent_when_nothing_changed(team: Team) -> None:
    pull = team.open({"notes.txt": "nothing about posts"})
    team.check(pull)
    assert team.forge.comments == []

    team.push(pull, {"posts/sale.yaml": post("sale", schedule=in_days(9))})
    team.check(pull)
    first = team.forge.comment_of(pull.number)
    wrote = len(team.forge.writes())
    team.check(pull)
    assert len(team.forge.writes()) == wrote
    assert team.forge.comment_of(pull.number) == first

    team.push(pull, {"posts/sale.yaml": post("sale", schedule=in_days(9)).replace("schedule", "shedule")})
    validate, _ = team.check(pull)
    said = team.forge.comment_of(pull.number)
    assert validate.conclusion == "failure"
    assert "Did you mean" in said
    assert "posts/sale.yaml:2" in said
    assert re.match(r"::error file=posts/sale\.yaml,line=\d+,", validate.annotations()[0])

    team.push(pull, {"posts/sale.yaml": post("sale", schedule=in_days(9))})
    team.check(pull)
    assert "1 new" in team.forge.comment_of(pull.number)


def test_an_older_check_that_ends_late_says_nothing(team: Team) -> None:
    pull = team.open({"posts/sale.yaml": post("sale", schedule=in_days(9))})
    old, _ = team.check(pull)
    old_head = pull.head
    team.push(pull, {"posts/sale.yaml": post("sale", schedule=in_days(9), text="Later")})
    team.check(pull)
    said = team.forge.comment_of(pull.number)
    event = team.comment_event(replace(pull, head=old_head), old)
    run = team.runner.run("comment", "workflow_run", event, ref="refs/heads/main", sha=team.tip())
    assert run.conclusion == "success"
    assert team.forge.comment_of(pull.number) == said


def test_an_edit_in_the_dashboard_is_told_in_the_pull_request(team: Team) -> None:
    day = in_days(9)
    files = {name: post(name, schedule=day) for name in ("sale", "news")}
    team.merge(team.open({f"posts/{name}.yaml": text for name, text in files.items()}))
    team.on_main("apply")
    (sale,) = [item for item in team.items() if ".sale." in item["referenceId"]]
    team.emulator.control("POST", "dashboard/edit", {"item": sale["id"], "set": {"caption": "By hand"}})
    team.on_main("apply")  # it holds the post, and State keeps what it saw

    told = len(team.forge.comments)
    team.check(team.open({"notes.txt": "nothing about posts"}))
    assert len(team.forge.comments) == told, "a note alone is no reason to comment"

    other = team.open({"posts/news.yaml": files["news"].replace("This is", "Here is")})
    validate, _ = team.check(other)
    said = team.forge.comment_of(other.number)
    assert validate.conclusion == "success", "what it does not touch is a note"
    assert "## This change: 1 changed" in said
    assert "### For your information" in said
    assert "Its text was changed at Wix, most likely in the dashboard" in said
    assert "last look:" in said

    same = team.open({"posts/sale.yaml": files["sale"].replace("This is", "Here is")})
    validate, _ = team.check(same)
    held = team.forge.comment_of(same.number)
    assert validate.conclusion == "failure", "a decision is needed"
    assert "### Needs a decision" in held
    assert "after the merge this change waits" in held
    wrote = len(team.forge.writes())
    team.check(same)
    assert len(team.forge.writes()) == wrote, "the age of the look alone is nothing new"

    # The line stands in the comment already, and it is the right one: with it git wins.
    (line,) = set(re.findall(r"allow: \[\{.*\}\]", held))
    indented = files["sale"].replace("This is", "Here is") + line + "\n"
    team.push(same, {"posts/sale.yaml": indented})
    validate, _ = team.check(same)
    assert validate.conclusion == "success", validate.jobs["validate"].output()
    assert "## This change: 1 changed" in team.forge.comment_of(same.number)
    team.merge(same)
    assert team.on_main("apply").conclusion == "success"
    (sale,) = [item for item in team.items() if ".sale." in item["referenceId"]]
    assert sale["facebookPost"]["caption"].strip() == "Here is sale."
    after = team.open({"posts/news.yaml": files["news"].replace("This is", "There is")})
    team.check(after)
    assert "dashboard" not in team.forge.comment_of(after.number), "it is as it was confirmed again"


def test_two_merges_and_a_re_run_of_an_old_run(team: Team) -> None:
    one = team.open({"posts/one.yaml": post("one", schedule=in_days(9))})
    two = team.open({"posts/two.yaml": post("two", schedule=in_days(10))})
    team.check(one)
    team.check(two)
    first = team.merge(one)
    team.merge(two)
    # The run of the first merge comes when the second is there already: it must leave everything to the next one.
    early = team.on_main("apply", sha=first)
    assert team.items() == []
    assert "not the tip" in early.jobs["apply"].output() or "newer" in early.jobs["apply"].output()
    team.on_main("apply")
    assert sorted(item["referenceId"].split(".")[3] for item in team.items()) == ["one", "two"]
    for pull in (one, two):
        assert "Status: 1 scheduled" in team.forge.comment_of(pull.number)
    before = team.items()
    team.on_main("apply", sha=first)  # “Re-run all jobs” on the old run
    assert team.items() == before
    assert team.on_main("apply").conclusion == "success"
    assert team.forge.issues == []


def test_a_thousand_changed_posts(team: Team) -> None:
    text = "A text as people write it, with some length to it. " * 6
    files = {
        f"posts/{number:04d}.yaml": post(
            f"post-{number:04d}", schedule=in_days(9 + number % 300), text=f"{number}: {text}"
        )
        for number in range(1000)
    }
    pull = team.open(files)
    validate, comment = team.check(pull)
    assert validate.conclusion == "success", validate.jobs["validate"].output()
    assert comment.conclusion == "success", comment.jobs["comment"].output()
    said = team.forge.comment_of(pull.number)
    assert "## This change: 1,000 new" in said
    assert len(said) <= 60_500
    blocks = said.count("\n#### ")
    left = re.search(r"\*and ([\d,]+) more, in the job summary\*", said)
    assert left is not None
    assert blocks + int(left[1].replace(",", "")) == 1000
    assert len(validate.jobs["validate"].summary.encode()) <= 900 * 1024
    assert "1,000 new" in validate.jobs["validate"].summary
    assert len(validate.annotations()) <= 10
    report = validate.artifacts["report"] / "report.json"
    assert report.stat().st_size < 4 * 1024 * 1024


def test_a_thousand_mistakes(team: Team) -> None:
    files = {f"posts/{number:04d}.yaml": post(f"post-{number:04d}", schedule="sometime") for number in range(1000)}
    pull = team.open(files)
    validate, comment = team.check(pull)
    assert validate.conclusion == "failure"
    assert comment.conclusion == "success", comment.jobs["comment"].output()
    assert len(validate.annotations()) == 10
    assert "1,000 errors" in team.forge.comment_of(pull.number)
