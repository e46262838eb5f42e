"""The line that decides, as it is to stand in the file: pasted where the plan says, the file says it and is valid."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from socialsync.commands.places import sharpened
from socialsync.commands.rewriting import rewritten
from socialsync.errors import UsageError
from socialsync.model.intents import Intent
from socialsync.model.items import Record, Status
from socialsync.model.plans import Change, ChangeKind, Plan
from socialsync.model.sites import Blackout, Policy

sys.path.insert(0, str(Path(__file__).parent / "source"))
from source_trees import MemoryTree, load_post

HEAD = "id: sale\nschedule: 2030-12-01 09:00\ntext: Hello\n"
ALLOW = 'allow: [{rule: DOUBLE, for: "f7deecd2", until: 2026-12-09, reason: "why"}]'
POLICY = Policy(namespace="acme", timezone="Europe/Berlin")
NOW = datetime(2030, 12, 1, 9, tzinfo=UTC)


def held(
    text: str, paste: str, reason: str = "DOUBLE", policy: Policy = POLICY, now: datetime = NOW
) -> tuple[Intent, Change]:
    """The post's first target, and its change as the plan shows it."""
    intent = load_post(text).intents[0]
    change = Change(
        kind=ChangeKind.HOLD,
        key=intent.key,
        site=intent.site,
        reason=reason,
        intent=intent,
        paste=paste,
        paste_at=intent.location,
    )
    plan = Plan(site="main", now=now, changes=(change,), digest="")
    return intent, sharpened(plan, MemoryTree({"posts/post.yaml": text}), policy).changes[0]


@pytest.mark.parametrize("paste", [ALLOW, "attempt: 2", "state: canceled"])
@pytest.mark.parametrize(
    ("channels", "lines"),
    [
        ("channels:\n  facebook:\n  gbp:\n", "    {}"),
        ("channels:\n    facebook:  # ours\n    gbp:\n", "      {}"),
        ("channels:\n  facebook:\n    text: Hi\n", "    {}"),
    ],
)
def test_below_the_channel_it_has_its_blanks(channels: str, lines: str, paste: str) -> None:
    text = HEAD + channels
    intent, change = held(text, paste)
    assert change.paste_at == intent.location
    assert change.paste == lines.format(paste)
    written = text.split("\n")
    written.insert(intent.location.line, change.paste)
    decided(change, "\n".join(written), paste)


@pytest.mark.parametrize("paste", [ALLOW, "attempt: 2"])
@pytest.mark.parametrize(
    ("channels", "replaced", "lines"),
    [
        ("channels: [facebook, gbp]\n", 1, "channels:\n  facebook:\n    {}\n  gbp:"),
        ("channels:\n- facebook\n- gbp\n", 2, "  facebook:\n    {}\n  gbp:"),
        ("channels:\n  facebook: {{text: Hi}}\n", 1, "  facebook: {{{}, text: Hi}}"),
        ("channels:\n  facebook: {{}}\n", 1, "  facebook:\n    {}"),
    ],
)
def test_where_that_is_no_place_whole_lines_are_given_anew(
    channels: str, replaced: int, lines: str, paste: str
) -> None:
    text = HEAD + channels.replace("{{", "{").replace("}}", "}")
    _intent, change = held(text, paste)
    assert change.paste == lines.format(paste)
    assert change.paste_at is not None
    assert (change.paste_at.path, change.paste_at.column) == ("posts/post.yaml", 1)
    written = text.split("\n")
    assert change.paste_lines == replaced
    start = change.paste_at.line - 1
    written[start : start + replaced] = [change.paste]
    decided(change, "\n".join(written), paste)


FORMS = {
    "a mapping": "channels:\n  facebook:\n  gbp:",
    "the only one": "channels:\n  facebook:",
    "with fields": "channels:\n  facebook:\n    text: Hi",
    "with blanks behind": "channels:\n  facebook:   \n  gbp:",
    "with a comment": "channels:\n  facebook:  # ours",
    "a list": "channels: [facebook, gbp]",
    "a list of lines": "channels:\n- facebook\n- gbp",
    "in one line": "channels:\n  facebook: {text: Hi}",
    "an empty one": "channels:\n  facebook: {}",
    "not at the end": "channels:\n  facebook:\nlink: https://example.com/",
}


@pytest.mark.parametrize("paste", [ALLOW, "attempt: 2"])
@pytest.mark.parametrize("end", ["", "\n", "\n\n", "\r\n"])
@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_however_a_file_is_written_and_ends_what_is_shown_decides_it(form: str, end: str, paste: str) -> None:
    text = HEAD + form + end
    if end == "\r\n":
        text = text.replace("\r\n", "\n").replace("\n", "\r\n")
    intent, change = held(text, paste)
    assert change.paste_at is not None
    written = text.split("\n")
    if change.paste_at == intent.location:
        written.insert(intent.location.line, change.paste)
    else:
        start, given = change.paste_at.line - 1, change.paste.split("\n")
        names = ("facebook", "gbp", "channels")
        replaced = [line for line in written[start:] if any(name in line for name in names)]
        kept = sum(any(name in line for name in names) for line in given)
        written[start : start + (1 if "[" in replaced[0] else min(len(replaced), kept))] = given
    decided(change, "\n".join(written), paste)


ODD_FORMS = (
    "channels:\n  - facebook\n  -   gbp",
    '"channels": [facebook]',
    "channels: [facebook,\n  gbp]",
    "channels: [\n  facebook,\n  gbp,\n]",
    'channels:\n  - "facebook"',
    "channels: [facebook] # {x}",
    'channels: {facebook: {}, gbp: {text: "a}b"}}',
    "channels:\n    {facebook: , gbp: }",
    'channels:\n  "facebook":\n  gbp:',
    "channels:\n  facebook: { }\n  gbp: {   text: x }",
    "channels:\n  facebook: null",
    "channels:   # all\n  facebook:   # a\n    # inner\n    text: |\n      Hi\n      there",
    "channels:\n  facebook:\n    text: |\n      Hi\n  gbp:\n    text: >-\n      folded",
    "channels:\n  ? facebook\n  : {text: Hi}",
    "channels:\n  facebook: {text: Hi,\n    link: null}",
)


@pytest.mark.parametrize("field", ["allow", "attempt", "state"])
@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
@pytest.mark.parametrize("form", ODD_FORMS)
def test_an_odd_form_is_written_right_or_left_to_a_person(form: str, end: str, field: str) -> None:
    text = (HEAD + form + "\n").replace("\n", end or "\n")[: None if end else -1]
    before = load_post(text)
    assert before.judged() == ()
    values = {"allow": ALLOW.removeprefix("allow: "), "attempt": "2", "state": "canceled"}
    for number, intent in enumerate(before.intents):
        try:
            after = load_post(rewritten(text, "posts/post.yaml", intent, {field: values[field]}))
        except UsageError:
            continue
        assert after.judged() == ()
        assert [each.content for each in after.intents] == [each.content for each in before.intents]
        changed = after.intents[number]
        said = {"allow": len(changed.waivers), "attempt": changed.attempt, "state": changed.state.value}
        assert said[field] == {"allow": 1, "attempt": 2, "state": "canceled"}[field]


def decided(change: Change, text: str, paste: str) -> None:
    """The post that the pasted lines make is right, and says what was to be said on that target alone."""
    loaded = load_post(text)
    assert loaded.judged() == ()
    first, *others = loaded.intents
    assert str(first.target) == change.target
    said = {ALLOW: len(first.waivers) == 1, "attempt: 2": first.attempt == 2}
    assert said.get(paste, first.state.value == "canceled")
    assert all(other.waivers == () and other.attempt == 1 for other in others)


@pytest.mark.parametrize(
    ("channels", "paste"),
    [
        ("channels: {facebook: , gbp: }\n", ALLOW),
        ("channels: [facebook]\n", "schedule: "),
        ("channels: [facebook]\n", ""),
    ],
)
def test_what_cannot_be_placed_for_certain_stays_as_the_plan_says_it(channels: str, paste: str) -> None:
    intent, change = held(HEAD + channels, paste)
    assert (change.paste, change.paste_at) == (paste, intent.location)


def test_a_missed_post_gets_its_own_line_with_the_next_date() -> None:
    _, change = held(HEAD + "channels: [facebook]\n", "schedule: ", "MISSED")
    assert change.paste == "schedule: 2030-12-02 09:00"
    assert str(change.paste_at) == "posts/post.yaml:2:1"


MISSED = {
    "until of its own": (
        "schedule: 2030-12-01 09:00\nuntil: 2030-12-01 12:00\ntext: Hi\nchannels: [facebook]\n",
        "schedule: 2030-12-02 09:00\nuntil: 2030-12-02 12:00",
        "2:1",
    ),
    "apart from each other": (
        "schedule: 2030-12-01 09:00  # agreed\ntext: Hi\nuntil: 2030-12-02 09:00\nchannels: [facebook]\n",
        "schedule: 2030-12-02 09:00  # agreed\ntext: Hi\nuntil: 2030-12-03 09:00",
        "2:1",
    ),
    "both of the target": (
        "schedule: draft\ntext: Hi\nchannels:\n  facebook: {schedule: 2030-12-01 09:00, until: 2030-12-01 10:30}\n",
        "  facebook: {schedule: 2030-12-02 09:00, until: 2030-12-02 10:30}",
        "5:1",
    ),
    "until of the target": (
        "schedule: 2030-12-01 09:00\ntext: Hi\nchannels:\n  facebook:\n    until: 2030-12-01 10:30\n",
        "schedule: 2030-12-02 09:00\ntext: Hi\nchannels:\n  facebook:\n    until: 2030-12-02 10:30",
        "2:1",
    ),
    "until of the post, which the target does not take over": (
        "schedule: 2030-12-05 09:00\nuntil: 2030-12-05 12:00\ntext: Hi\n"
        "channels:\n  facebook:\n    schedule: 2030-12-01 09:00\n",
        "schedule: 2030-12-02 09:00",
        "7:5",
    ),
    "as soon as possible": (
        "schedule: asap\nuntil: 2030-12-01 09:00\ntext: Hi\nchannels: [facebook]\n",
        "until: 2030-12-02 09:00",
        "3:1",
    ),
}


@pytest.mark.parametrize(("text", "paste", "place"), MISSED.values(), ids=MISSED)
def test_a_missed_post_gets_lines_that_are_right_together(text: str, paste: str, place: str) -> None:
    text = f"id: sale\n{text}"
    _, change = held(text, "schedule: ", "MISSED")
    assert (change.paste, str(change.paste_at)) == (paste, f"posts/post.yaml:{place}")
    assert change.paste_at is not None
    lines, new = text.split("\n"), paste.split("\n")
    start, blanks = change.paste_at.line - 1, lines[change.paste_at.line - 1][: change.paste_at.column - 1]
    lines[start : start + (change.paste_lines or 1)] = [blanks + line for line in new]
    loaded = load_post("\n".join(lines))
    assert loaded.judged() == ()
    assert loaded.intents[0].timing.until is not None
    assert loaded.intents[0].timing.until > NOW


def test_the_next_date_exists_and_is_a_day_with_posts() -> None:
    eve = datetime(2030, 12, 24, 9, tzinfo=UTC)
    closed = replace(POLICY, no_posts=(Blackout(first=date(2030, 12, 24), last=date(2030, 12, 26), reason="x"),))
    text = "id: sale\nschedule: 2030-12-01 09:00\ntext: Hi\nchannels: [facebook]\n"
    assert held(text, "schedule: ", "MISSED", closed, eve)[1].paste == "schedule: 2030-12-27 09:00"
    night = text.replace("2030-12-01 09:00", "2031-03-29 02:30")
    spring = datetime(2031, 3, 29, 12, tzinfo=UTC)  # the clocks go forward in the night that comes
    assert held(night, "schedule: ", "MISSED", POLICY, spring)[1].paste == "schedule: 2031-03-31 02:30"


def test_an_end_that_comes_twice_is_written_with_its_offset() -> None:
    text = "id: sale\nschedule: 2030-10-20 00:30\nuntil: 2030-10-20 02:30\ntext: Hi\nchannels: [facebook]\n"
    autumn = datetime(2030, 10, 26, 12, tzinfo=UTC)
    _, change = held(text, "schedule: ", "MISSED", POLICY, autumn)
    assert change.paste == "schedule: 2030-10-27 00:30\nuntil: 2030-10-27 02:30+02:00"


HELD = {
    "a list on its line": "allow: [{rule: LEAD, for: 1, until: 2030-12-09, reason: x}]",
    "a list of lines": "allow:\n      - {rule: LEAD, for: 1, until: 2030-12-09, reason: x}",
    "a list of lines, not indented": "allow:\n    - {rule: LEAD, for: 1, until: 2030-12-09, reason: x}",
    "a list over several lines": "allow: [\n      {rule: LEAD, for: 1, until: 2030-12-09, reason: x}]",
    "fields on lines of their own": "allow:\n      - rule: LEAD\n        for: 1\n"
    "        until: 2030-12-09\n        reason: x",
    "an empty list": "allow: []",
}


@pytest.mark.parametrize("written", HELD.values(), ids=HELD)
def test_an_exception_joins_those_that_are_there(written: str) -> None:
    text = f"{HEAD}channels:\n  facebook:\n    text: Hi\n    {written}\n  gbp:\n"
    intent, change = held(text, ALLOW)
    assert change.paste_at is not None
    lines = text.split("\n")
    start = change.paste_at.line - 1
    lines[start : start + change.paste_lines] = change.paste.split("\n")
    loaded = load_post("\n".join(lines))
    assert loaded.judged() == ()
    rules = [waiver.rule for waiver in loaded.intents[0].waivers]
    assert rules == (["DOUBLE"] if written.endswith("[]") else ["DOUBLE", "LEAD"])
    assert intent.key == loaded.intents[0].key


RECORD = Record(
    key="ss1.acme.main.sale.facebook-post.a1",
    item_id="i",
    status=Status.SCHEDULED,
    cell="facebook/post",
    post_id="sale",
    target="facebook/post",
    path="posts/post.yaml",
)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, ""),
        (HEAD + "channels: [gbp]\n", "posts/post.yaml does not name it any more"),
        (
            HEAD.replace("sale", "other") + "channels: [facebook]\n",
            "the id in posts/post.yaml was “sale” until now: another one calls the post off and makes a new one; write "
            "`id: sale` again if that is not meant",
        ),
        ("id: [", "posts/post.yaml does not name it any more"),
    ],
)
def test_why_a_post_is_called_off_whose_file_is_there(text: str | None, message: str) -> None:
    removed = Change(kind=ChangeKind.CANCEL, key=RECORD.key, site="main", record=RECORD, reason="REMOVED")
    plan = Plan(site="main", now=NOW, changes=(removed,), digest="")
    tree = MemoryTree({} if text is None else {"posts/post.yaml": text})
    assert sharpened(plan, tree, POLICY).changes == (replace(removed, message=message),)
