"""What YAML cannot read: told at the line of the mistake, with what fits it."""

from __future__ import annotations

import pytest
from source_trees import load_post
from test_bad_input import pasted

from socialsync.model.problems import Problem

CHANNELS = "channels:\n  facebook:\n"
NO_BREAK = "\u00a0"


def told(text: str) -> Problem:
    (problem,) = load_post(text).judged()
    return problem


def said(problem: Problem) -> str:
    return f"{problem.location.line}:{problem.location.column} {problem.code} {problem.message}"


NO_NAME = "E-YAML-SYNTAX This line is no “name: value”."


@pytest.mark.parametrize(
    ("text", "wanted", "hint"),
    [
        (
            "id: sale\nschedule: draft\ntext: |\nHello\n" + CHANNELS,
            f"4:1 {NO_NAME}",
            "If it belongs to the text above, put as many blanks before it; otherwise write “name: value”.",
        ),
        (
            "id: sale\nschedule: draft\ntext: |\n Hello\n  there\nfoo bar\n" + CHANNELS,
            f"6:1 {NO_NAME}",
            "If it belongs to the text above, put as many blanks before it; otherwise write “name: value”.",
        ),
        (
            "id: sale\nschedule: draft\n<<<<<<< HEAD\ntext: a\n=======\ntext: b\n>>>>>>> x\n" + CHANNELS,
            "3:1 E-YAML-SYNTAX A merge conflict is left in the file.",
            "Keep one of the two versions, and delete the lines “<<<<<<<”, “=======” and “>>>>>>>”.",
        ),
        (
            "id: sale\nschedule: draft\ntext: 'it's fun'\n" + CHANNELS,
            "3:7 E-YAML-START The quotation mark ends the text here: “'it'”.",
            "Put the text on lines of its own, under “text: |”.",
        ),
        (
            "id: sale\nschedule: draft\ntext: Hi\nchannels: [@x]\n",
            "4:12 E-YAML-SYNTAX YAML takes “@” for a sign of its own.",
            "A channel is named without it, its account behind it: “facebook” or “facebook@berlin”.",
        ),
        (
            "id: sale\nschedule: draft\ntext: Hi\nchannels: facebook\n  facebook:\n    attempt: 2\n",
            "4:1 E-YAML-SYNTAX “channels” has something behind it and lines below it.",
            "Write one of the two.",
        ),
        (
            "id: sale\nschedule: draft\ntext: Hi #x\n  facebook:\n    attempt: 2\n",
            "3:7 E-YAML-COLON A text with a colon in it needs quotes, or lines of its own: YAML reads “name: value”.",
            "Put the text on lines of its own, under “text: |”.",
        ),
    ],
)
def test_the_line_of_the_mistake_is_named(text: str, wanted: str, hint: str) -> None:
    problem = told(text)
    assert said(problem) == wanted
    assert problem.hint == hint


@pytest.mark.parametrize(
    ("text", "wanted", "replacement"),
    [
        (
            "id:sale\nschedule: draft\ntext: Hi\n" + CHANNELS,
            "1:4 E-YAML-SYNTAX After the colon of “id” a blank is missing.",
            "id: sale",
        ),
        (
            "id: sale\nschedule: draft\ntext:Hi\n" + CHANNELS,
            "3:6 E-YAML-SYNTAX After the colon of “text” a blank is missing.",
            "text: Hi",
        ),
        (
            f"id: sale\nschedule:{NO_BREAK}draft\ntext: Hi\n" + CHANNELS,
            "2:10 E-YAML-SYNTAX A no-break blank (U+00A0) stands here, which YAML takes for a letter.",
            "schedule: draft",
        ),
        (
            "id: sale\n schedule: draft\ntext: Hi\n" + CHANNELS,
            "2:1 E-YAML-SYNTAX This line stands too far to the right.",
            "schedule: draft",
        ),
    ],
)
def test_and_mended(text: str, wanted: str, replacement: str) -> None:
    problem = told(text)
    assert said(problem) == wanted
    assert problem.replacement == replacement
    lines = text.split("\n")
    lines[problem.location.line - 1] = replacement
    mended = load_post("\n".join(lines))
    assert mended.judged() == ()
    assert [intent.content.text for intent in mended.intents] == ["Hi"]


@pytest.mark.parametrize("written", [f"{NO_BREAK} facebook:", f" {NO_BREAK}facebook:"])
def test_a_no_break_blank_before_a_name(written: str) -> None:
    text = f"id: sale\nschedule: draft\ntext: Hi\nchannels:\n{written}\n"
    problem = next(each for each in load_post(text).judged() if each.location.line == 5)
    assert problem.message == "A no-break blank (U+00A0) stands in this name, which YAML takes for a letter."
    assert problem.replacement == "  facebook:"


@pytest.mark.parametrize("field", ["id", "schedule", "until", "timezone", "link", "state"])
def test_a_field_of_one_line_never_gets_several(field: str) -> None:
    for problem in load_post(f"id: sale\n{field}x: y\n{field}: a: b\n  c: d\n" + CHANNELS).judged():
        assert "|" not in problem.replacement


def test_the_hint_says_how_and_does_not_announce_lines() -> None:
    """Each form of a report has its own way to announce the lines to write."""
    texts = ["text: Sale #wintersale", "text: a: b", "text: &a b", "\ttext: x", "text: @you"]
    for text in texts:
        problem = told(f"id: sale\nschedule: draft\n{text}\n" + CHANNELS)
        assert problem.replacement
        assert problem.hint.endswith(".")
        assert load_post(pasted(f"id: sale\nschedule: draft\n{text}\n" + CHANNELS, problem)) is not None


@pytest.mark.parametrize("more", ["text: Hi #x\n  facebook:\n", "text: [\n", "text: 'Hi\n"])
def test_a_line_that_is_right_is_never_blamed_for_a_later_one(more: str) -> None:
    """What is offered must take the mistake away, not only leave it where it is, further down."""
    problem = told("id: sale\nschedule: draft\n" + more + CHANNELS)
    assert problem.location.line > 2
