"""A decision that stops many posts is told once, with every post counted and the first ones named."""

from dataclasses import replace

from socialsync.model.intents import Target
from socialsync.model.plans import Change, ChangeKind
from socialsync.model.problems import Location
from socialsync.report import render
from socialsync.report.entries import scene
from socialsync.report.gates import entries
from tests.unit.report import samples

LINE = 'allow: [{rule: GATE-REMOVALS, for: "c741ee49", until: 2026-12-09, reason: "why"}]'


def gated(count: int, paste: str = LINE) -> list[Change]:
    return [
        replace(
            samples.cancel(),
            key=f"key-{number}",
            record=samples.record(f"post-{number}", "instagram/post"),
            kind=ChangeKind.HOLD,
            wanted=ChangeKind.CANCEL,
            reason="GATE-REMOVALS",
            message="25 of 30 live posts would be taken back at once",
            paste=paste,
            paste_at=Location(path="socialsync.yaml"),
            attention=9,
        )
        for number in range(count)
    ]


def told(changes: list[Change]):
    plan = samples.plan(*changes)
    return entries(changes, scene(samples.site(plan=plan), plan, samples.packaged()))


def test_many_posts_behind_one_gate_are_one_entry_with_the_line_once() -> None:
    (entry,) = told(gated(25))
    assert entry.what == "Needs a decision: 25 posts wait"
    assert entry.paste == LINE
    assert entry.paste_intro.startswith("To let it happen (GATE-REMOVALS), add this to socialsync.yaml")
    assert len(entry.facts) == 13
    assert entry.facts[-1].value == "13 more"
    assert {fact.label for fact in entry.facts[:-1]} == {"Call off"}


def test_posts_are_counted_as_people_think_of_them_and_channel_by_channel() -> None:
    twice = [replace(each, record=samples.record("tea", "instagram/post")) for each in gated(2)]
    assert [entry.what for entry in told(twice)] == ["Needs a decision: 1 post waits (2 counting each channel)"]


def test_a_line_that_decides_for_all_channels_of_a_post_is_asked_for_once() -> None:
    missed = samples.hold_missed()
    facebook = samples.post("spring-tea", Target(channel="facebook", type="post"))
    (entry,) = told([missed, replace(missed, key="another", intent=facebook)])
    assert entry.what == "Needs a decision: 1 post waits (2 counting each channel)"
    assert [fact.label for fact in entry.facts] == ["Instagram post", "Facebook post"]
    assert entry.paste_intro.endswith("replace what stands at posts/spring-tea.yaml:2:1 with this:")


def test_different_decisions_stay_apart_and_single_posts_keep_their_own_entry() -> None:
    other = replace(gated(1, LINE.replace("c741ee49", "aaaaaaaa"))[0], key="another")
    assert len(told([*gated(2), other, samples.hold_conflict()])) == 3


def test_many_posts_behind_one_gate_are_one_annotation_and_leave_room_for_the_rest() -> None:
    problem = samples.PROBLEMS[0]
    changes = [*gated(14), samples.hold_conflict()]
    report = replace(samples.plan_report(*changes), problems=(problem,))
    shown = render(report, format="github", cells=samples.packaged())
    assert [line.partition("title=")[2].partition(":")[0] for line in shown.splitlines() if line[:2] == "::"] == [
        problem.code,
        "GATE-REMOVALS",
        "CONFLICT",
    ]
    assert "GATE-REMOVALS::14 posts wait: 25 of 30 live posts would be taken back at once" in shown
