"""A pull request from opening to the post's address: from a branch, from a fork, from a hostile one."""

from __future__ import annotations

from .team import Team, in_days, post


def test_from_a_branch_to_the_address(team: Team) -> None:
    pull = team.open({"posts/sale.yaml": post("sale", schedule=in_days(9), channels=("facebook", "linkedin"))})
    validate, comment = team.check(pull)
    assert validate.conclusion == "success", validate.jobs["validate"].output()
    assert comment.conclusion == "success", comment.jobs["comment"].output()
    assert "2 new" in team.forge.comment_of(pull.number)
    assert team.items() == []

    team.merge(pull)
    apply = team.on_main("apply")
    assert apply.conclusion == "success", [job.output() for job in apply.jobs.values()]
    assert sorted(item["status"] for item in team.items()) == ["SCHEDULED", "SCHEDULED"]
    said = team.forge.comment_of(pull.number)
    assert "Merged" in said
    assert "scheduled" in said
    assert team.forge.issues == []
