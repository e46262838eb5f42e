"""What the page of a plan or an apply says."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from socialsync.cells import packaged
from socialsync.model.accounts import Quota
from socialsync.model.intents import Content, Target, Timing, TimingKind
from socialsync.model.items import Status
from socialsync.model.plans import Change, ChangeKind, FieldChange, Origin, Outcome, OutcomeKind
from socialsync.model.reports import Report
from socialsync.report import words
from socialsync.report.changes import quota_line
from socialsync.report.view import Entry, Page, Sign, view

from . import samples


def page(report: Report) -> Page:
    return view(report, packaged())


def entries(report: Report) -> list[Entry]:
    return [entry for section in page(report).sections for entry in section.entries]


def facts(change: Change) -> dict[str, str]:
    (entry,) = entries(samples.plan_report(change))
    return {fact.label: fact.value for fact in entry.facts}


def test_order_decisions_first_then_what_cannot_be_taken_back_then_by_time() -> None:
    shown = page(samples.plan_report())
    assert [(section.title, [entry.post for entry in section.entries]) for section in shown.sections] == [
        ("Needs a decision", ["spring-tea", "gift-cards"]),
        ("Cannot be taken back", ["open-studio", "black-friday", "old-idea"]),
        (
            "What goes out, by time",
            [
                "flash-sale",
                "shop-closed",
                "advent",
                "glaze-tips",
                "winter-sale-2026",
                "winter-sale-2026",
                "kiln",
                "spring-idea",
            ],
        ),
        ("For your information", ["summer", "last-year", "tea-room"]),
    ]


def test_every_change_is_counted_once() -> None:
    changes = samples.every_kind()
    title = page(samples.plan_report(*changes)).title
    assert sum(int(word) for word in title.replace(",", "").split() if word.isdigit()) == len(changes)


@pytest.mark.parametrize(
    ("report", "title"),
    [
        (samples.quiet_plan(), "Plan: nothing to do; 2 left as they are"),
        (samples.small_plan(), "Plan: 2 new, 1 left as it is"),
        (samples.failed_report(), "Plan: no plan for main; 1 new, 1 left as it is"),
        (samples.failed_report(samples.keep()), "Plan: no plan for main; nothing to do on second; 1 left as it is"),
        (samples.report("plan", samples.site(plan=samples.plan())), "Plan: nothing to do, there are no posts"),
        (samples.report("plan", problems=samples.PROBLEMS), "Plan: 2 errors, 1 warning; nothing was done"),
        (samples.valid_report(), "12 posts, 31 targets: no problems"),
        (samples.validate_report(), "12 posts, 31 targets: 2 errors, 1 warning in 2 files"),
    ],
)
def test_title(report: Report, title: str) -> None:
    assert page(report).title == title


def test_a_new_post_says_what_where_and_when() -> None:
    (entry,) = entries(samples.plan_report(samples.create()))
    assert (entry.what, entry.when) == ("New: Instagram post", "Tue 1 Dec 2026, 09:00 (in 6 d 9 h)")
    assert {fact.label: fact.value for fact in entry.facts} == {
        "Goes out": "Tue 1 Dec 2026, 09:00 Europe/Berlin · 08:00 UTC · in 6 d 9 h",
        "Merge before": "Tue 1 Dec 2026, 08:57 · in 6 d 8 h",
        "At the latest": "Tue 1 Dec 2026, 09:30, if something delays it",
        "Account": "instagram · 17840000000000001",
        "Picture": "winter-hero.jpg · 214 KB · 1080 × 1350 (4:5)",
        "Not sent": "alt text of winter-hero.jpg (kept in git)",
    }
    assert [(body.label, body.pieces[0].text) for body in entry.bodies] == [("Text", samples.TEXT)]


def test_a_late_post_names_both_times_and_the_last_moments() -> None:
    told = facts(samples.create_late())
    assert told["Goes out"].startswith("Wed 25 Nov 2026, 00:03 Europe/Berlin")
    assert told["Planned for"] == "Tue 24 Nov 2026, 23:55 Europe/Berlin · 22:55 UTC, so it goes out late"
    assert told["Merge before"] == "Wed 25 Nov 2026, 00:22 · in 22 min, or it no longer goes out"
    assert told["At the latest"] == "Wed 25 Nov 2026, 00:25, if something delays it"


@pytest.mark.parametrize(
    ("at", "until", "deadline"),
    [
        (timedelta(hours=1), timedelta(hours=2), "Wed 25 Nov 2026, 00:57 · in 57 min"),
        (None, timedelta(hours=1), "Wed 25 Nov 2026, 00:57 · in 57 min"),
        (timedelta(minutes=3), timedelta(hours=1), "Wed 25 Nov 2026, 00:57 · in 57 min"),
        (timedelta(minutes=2), timedelta(minutes=3), None),
        (None, None, None),
    ],
)
def test_merge_before(at: timedelta | None, until: timedelta | None, deadline: str | None) -> None:
    timing = Timing(
        kind=TimingKind.AT if at is not None else TimingKind.ASAP if until is not None else TimingKind.DRAFT,
        at=samples.NOW + at if at is not None else None,
        until=samples.NOW + until if until is not None else None,
        zone=samples.ZONE,
    )
    change = samples.change(ChangeKind.CREATE, samples.intent(timing=timing))
    assert facts(change).get("Merge before") == deadline


def test_the_first_deadline_leads_the_page() -> None:
    assert page(samples.small_plan()).lead[0] == (
        "Merge before Tue 1 Dec 2026, 08:57 Europe/Berlin · 07:57 UTC (in 6 d 8 h); after that the first post is late."
    )


def test_a_held_post_gives_the_line_and_its_place() -> None:
    (entry,) = entries(samples.plan_report(samples.hold_conflict()))
    assert entry.advice == ("At Wix it says something that git did not put there; nothing is overwritten.",)
    told, _, how = entry.paste_intro.partition(", ")
    assert told == "To put back what git says (CONFLICT)"
    assert how == "write this on a new line below the channel at posts/gift-cards.yaml:9:1, indented under it:"
    assert entry.paste == 'allow: [{rule: CONFLICT, for: "1f2e3d4c", until: 2026-12-08, reason: "why"}]'


def test_a_line_that_comes_with_its_blanks_says_how_many() -> None:
    held = samples.hold_conflict()
    (entry,) = entries(samples.plan_report(replace(held, paste=f"    {held.paste}")))
    assert entry.paste_intro.endswith("posts/gift-cards.yaml:9:1, with 4 blanks before it:")


def test_a_missed_post_says_how_long_ago() -> None:
    (entry,) = entries(samples.plan_report(samples.hold_missed()))
    assert entry.when == "Mon 23 Nov 2026, 22:00 (already 1 d 2 h ago)"


def test_media_are_named_and_unknown_ones_are_told_apart() -> None:
    fields = (FieldChange(name="media", was=("sha256:" + "ab" * 32, "wix:x_1"), now=(samples.MUG.token,)),)
    told = facts(replace(samples.update(), fields=fields))
    assert told["Media"] == "another file (abababab…), Wix file x_1 → winter-hero.jpg"


def test_a_text_for_several_channels_is_shown_once_and_a_different_one_again() -> None:
    same = samples.post("winter-sale-2026", Target(channel="facebook", type="post"))
    other = samples.post(
        "winter-sale-2026", Target(channel="linkedin", type="post"), content=Content(text="Dear colleagues")
    )
    creates = [samples.change(ChangeKind.CREATE, each) for each in (same, other)]
    facebook, instagram, linkedin = entries(samples.plan_report(samples.create(), *creates))
    assert facebook.bodies
    assert linkedin.bodies
    assert not instagram.bodies
    assert {fact.label: fact.value for fact in instagram.facts}["Text"] == "the same as for Facebook post above"


@pytest.mark.parametrize(
    ("quota", "delivery", "line"),
    [
        (samples.QUOTAS[0], "wix", "Publishing: 7 of 10 left this month; this plan uses 1"),
        (samples.QUOTAS[1], "wix", "Scheduling: 38 of 50 left this month; this plan uses 5"),
        (samples.QUOTAS[1], "local", "Scheduling: 38 of 50 left this month; this plan uses 0"),
        (Quota(feature="SCHEDULE_POST", enabled=True), "wix", "Scheduling: no limit; this plan uses 5"),
        (Quota(feature="SCHEDULE_POST", enabled=False), "wix", "Scheduling: not part of this site's Wix plan"),
    ],
)
def test_quota_line(quota: Quota, delivery: str, line: str) -> None:
    assert quota_line(quota, samples.plan(*samples.every_kind()), delivery) == line


def test_an_apply_accounts_for_every_outcome_worst_first() -> None:
    report = samples.apply_report()
    shown = page(report)
    assert [section.title for section in shown.sections] == [
        "Not known whether it happened",
        "Failed",
        "Changed meanwhile, so not touched",
        "Needs a decision",
        "Not done",
        "Done",
        "For your information",
    ]
    assert sum(int(word) for word in shown.title.replace(",", "").split() if word.isdigit()) == len(
        report.sites[0].outcomes
    )


def test_a_create_is_called_scheduled_only_if_the_service_says_so() -> None:
    done = entries(samples.apply_report())
    assert "Scheduled: Instagram post" in [entry.what for entry in done]
    draft = replace(samples.apply_report().sites[0].outcomes[0], item=samples.item(status=Status.DRAFT, at=None))
    report = samples.report("apply", samples.site(plan=samples.plan(draft.change), outcomes=(draft,)))
    assert [entry.what for entry in entries(report)] == ["Saved as a draft: Instagram post"]


@pytest.mark.parametrize("name", sorted(samples.REPORTS))
def test_editors_never_meet_the_words_of_the_code(name: str) -> None:
    from socialsync.report import render

    for form in ("text", "markdown", "github"):
        shown = render(samples.REPORTS[name](), format=form, cells=packaged())
        assert not {"Intent", "Objection", "Pair", "FieldChange", "Key"} & set(shown.replace(":", " ").split())


@pytest.mark.parametrize(
    ("verb", "title"),
    [
        ("plan", "Plan: 2 errors, 1 warning; nothing was done"),
        ("diff", "This change: 2 errors, 1 warning; nothing was done"),
        ("apply", "Apply: 2 errors, 1 warning; nothing was done"),
        ("status", "Status: 2 errors, 1 warning; nothing was done"),
        ("accounts", "Accounts: 2 errors, 1 warning; nothing was done"),
        ("stop", "Stop: 2 errors, 1 warning; nothing was done"),
    ],
)
def test_invalid_files_stop_every_verb(verb: str, title: str) -> None:
    shown = page(samples.report(verb, problems=samples.PROBLEMS))
    assert (shown.title, shown.sections) == (title, ())
    assert len(shown.problems) == 3


def test_stop_says_what_was_called_off_and_that_writing_is_paused() -> None:
    done = Outcome(kind=OutcomeKind.DONE, change=samples.cancel(), item=samples.item(status=Status.CANCELED))
    shown = page(samples.report("stop", samples.site(plan=samples.plan(done.change), outcomes=(done,))))
    assert shown.title == "Stop: 1 done"
    assert shown.lead == (words.STOPPED,)
    assert [entry.what for section in shown.sections for entry in section.entries] == ["Called off: Instagram post"]


def test_what_is_public_twice_comes_before_everything() -> None:
    twice = replace(samples.hold_note(), reason="DUPLICATE", message="two items carry its key", attention=10)
    assert entries(samples.plan_report(*samples.every_kind(), twice))[0].post == "last-year"


def test_a_draft_edited_by_hand_is_told_though_nothing_happens() -> None:
    edited = replace(samples.keep(), message="the draft was edited in the dashboard", origin=Origin.DRIFT)
    report = samples.plan_report(edited, samples.keep("coffee"))
    assert [entry.post for entry in entries(report)] == ["tea-time"]
    assert page(report).title == "Plan: nothing to do; 2 left as they are"


def test_what_is_public_and_edited_since_is_a_quiet_note_everywhere() -> None:
    change, said = samples.keep_edited(), "Git says something else by now; the channel shows what went out."
    (entry,) = entries(samples.plan_report(change))
    assert (entry.sign, entry.advice, entry.facts, entry.bodies) == (Sign.QUIET, (said,), (), ())
    done = Outcome(kind=OutcomeKind.DONE, change=change)
    shown = page(samples.report("apply", samples.site(plan=samples.plan(change), outcomes=(done,))))
    assert shown.title == "Apply: nothing to do; 1 left as it is"
    assert [(section.title, section.entries) for section in shown.sections] == [("For your information", (entry,))]
    assert not entries(samples.plan_report(samples.keep())), "what is as it should be stays unsaid"


def test_one_note_about_many_posts_is_told_once() -> None:
    changes = [samples.keep_edited(f"post-{number:02}") for number in range(20)]
    (entry,) = entries(samples.plan_report(*changes))
    assert entry.what == "Left as it is: 20 posts"
    assert [fact.value.rpartition(" ")[2] for fact in entry.facts[:12]] == [f"post-{number:02}" for number in range(12)]
    assert (entry.facts[12].label, entry.facts[12].value) == ("and", "8 more")


def test_drafts_edited_in_the_dashboard_keep_their_own_differences() -> None:
    fields = (FieldChange(name="text", was="by hand", now="by git"),)
    drafts = [
        replace(samples.keep(name), reason="DRAFT-EDITED", message="edited", fields=fields, origin=Origin.DRIFT)
        for name in ("one", "two")
    ]
    assert [entry.post for entry in entries(samples.plan_report(*drafts))] == ["one", "two"]


def test_a_held_post_without_a_line_to_paste_has_a_code_to_look_up() -> None:
    account = replace(samples.hold_missed(), reason="ACCOUNT", message="it is not connected", paste="", paste_at=None)
    assert facts(account)["Code"] == "ACCOUNT"
    assert "Code" not in facts(samples.hold_missed()), "it stands before the line"
    assert "Code" not in facts(samples.hold_note()), "nobody has to look it up"


def test_a_draft_edited_by_hand_shows_whose_words_are_whose() -> None:
    fields = (FieldChange(name="text", was="by hand", now="by git"),)
    edited = replace(samples.keep(), reason="DRAFT-EDITED", message="edited", fields=fields, origin=Origin.DRIFT)
    (entry,) = entries(samples.plan_report(edited))
    assert [body.label for body in entry.bodies] == ["Text at Wix now", "Text in git, marked against that"]


@pytest.mark.parametrize("verb", ["plan", "diff", "apply"])
def test_the_digest_is_as_short_as_expect_takes_it(verb: str) -> None:
    last = page(replace(samples.small_plan(), verb=verb)).foot[-1]
    assert last == "Plan 5e5e5e5e5e5e, made Tue 24 Nov 2026, 23:00 UTC."


@pytest.mark.parametrize(
    ("ago", "said"),
    [
        (timedelta(hours=3), "3 h ago (Tue 24 Nov 2026, 20:00 UTC)"),
        (timedelta(seconds=20), "just now (Tue 24 Nov 2026, 22:59:40 UTC)"),
        (timedelta(days=-19), "on Sun 13 Dec 2026, 23:00 UTC"),  # an emulator's clock may be ahead
    ],
)
def test_how_old_the_memory_is(ago: timedelta, said: str) -> None:
    report = samples.report("diff", samples.site(plan=samples.plan(samples.keep()), state_at=samples.NOW - ago))
    assert page(report).foot[0] == f"Compared with what was confirmed {said}; the live channels were not asked."


def paused(number: int) -> Change:
    return replace(
        samples.create(),
        key=f"key-{number}",
        kind=ChangeKind.HOLD,
        wanted=ChangeKind.CREATE,
        reason="PAUSED",
        message="writing is paused (pause: true, or SOCIALSYNC_PAUSE=1)",
    )


@pytest.mark.parametrize("verb", ["plan", "apply"])
def test_what_waits_for_writing_to_go_on_is_not_nothing_to_do(verb: str) -> None:
    waiting = [paused(1), paused(2)]
    outcomes = tuple(Outcome(kind=OutcomeKind.SKIPPED, change=each) for each in (*waiting, samples.keep()))
    changes = [outcome.change for outcome in outcomes]
    shown = page(samples.report(verb, samples.site(plan=samples.plan(*changes), outcomes=outcomes)))
    assert shown.title == f"{verb.capitalize()}: 2 wait until writing goes on, 1 left as it is"
    (entry,) = shown.sections[0].entries
    assert entry.what == "Waits until writing goes on: 1 post (2 counting each channel)"
    assert {(fact.label, fact.value.partition(" · ")[0]) for fact in entry.facts} == {("New", "Instagram post")}


def test_a_single_post_that_waits_for_writing_says_what_for() -> None:
    (entry,) = entries(samples.plan_report(paused(1)))
    assert entry.what == "Waits until writing goes on: Instagram post"
    assert [(fact.label, fact.value) for fact in entry.facts] == [("On hold", "a new post")]


def test_a_stopped_run_says_so_once_however_many_posts_it_left() -> None:
    left = tuple(
        Outcome(
            kind=OutcomeKind.SKIPPED,
            change=replace(
                samples.cancel(), key=f"key-{number}", record=samples.record(f"post-{number}", "facebook/post")
            ),
            code="STOPPED",
            message="the run was stopped; run again",
        )
        for number in range(178)
    )
    own = Outcome(kind=OutcomeKind.SKIPPED, change=samples.create_video(), code="DEADLINE", message="time is up")
    changes = [outcome.change for outcome in (*left, own)]
    report = samples.report("apply", samples.site(plan=samples.plan(*changes), outcomes=(*left, own)))
    (section,) = page(report).sections
    stopped, late = section.entries
    assert (stopped.what, stopped.advice) == ("Not done: 178 posts", ("The run was stopped; run again.",))
    assert [stopped.facts[0].value, stopped.facts[-1].value] == ["STOPPED", "166 more"]
    assert late.what == "New: TikTok video"


def test_posts_whose_files_are_all_gone_keep_the_zone_of_the_configuration() -> None:
    (entry,) = entries(samples.report("plan", samples.site(plan=samples.plan(samples.cancel(), zone="Asia/Tokyo"))))
    assert entry.when == "was planned for Fri 27 Nov 2026, 18:00 (in 2 d 10 h)"


@pytest.mark.parametrize("verb", ["plan", "diff", "apply", "status"])
@pytest.mark.parametrize("sites", [1, 2])
def test_the_head_says_once_that_writing_is_paused_whether_or_not_a_write_is_wanted(verb: str, sites: int) -> None:
    def lead(*, paused: bool) -> tuple[str, ...]:
        plan = samples.plan(samples.keep(), quotas=(), paused=paused)
        return page(samples.report(verb, *(samples.site(site=f"s{number}", plan=plan) for number in range(sites)))).lead

    assert lead(paused=True) == (words.PAUSED,)
    assert lead(paused=False) == ()
