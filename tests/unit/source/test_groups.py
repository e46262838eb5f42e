"""A text in a group of fields on one line that needs quotes: the cause is told, and the line with them."""

from __future__ import annotations

import pytest
from source_trees import load_post
from test_bad_input import pasted

HEAD = "id: post-one\nschedule: 2030-12-01 09:00\nvariables: {sale: {percent: 20}}\n"
COLON = "E-YAML-COLON"
START = "E-YAML-START"


@pytest.mark.parametrize(
    ("channels", "code", "column", "meant"),
    [
        ("  facebook: {text: Sale #one}\n", "E-YAML-COMMENT", 25, "Sale #one"),
        ('  facebook: {text: "Sale" #one}\n', "E-YAML-COMMENT", 27, "Sale #one"),
        ("  facebook: {text: 'Sale' #one}\n", "E-YAML-COMMENT", 27, "Sale #one"),
        ("  facebook: {text: Sale: all mugs}\n", COLON, 20, "Sale: all mugs"),
        ("  facebook: {text: Sale: all mugs, state: live}\n", COLON, 20, "Sale: all mugs"),
        ("  facebook: {text: Only {{ sale.percent }} off}\n", "E-YAML-SYNTAX", 20, "Only 20 off"),
        ("  facebook: {text: Only {{ sale.percent }}}\n", "E-YAML-SYNTAX", 20, "Only 20"),
        ("  facebook: {text: {{ sale.percent }} off}\n", START, 20, "20 off"),
        ("  facebook: {text: {{ sale.percent }}}\n", START, 20, "20"),
        ("  facebook: {text: @mia hi}\n", START, 20, "@mia hi"),
        ("  facebook: {text: 20% off: 5 mugs, go, state: live}\n", COLON, 20, "20% off: 5 mugs, go"),
        ("  facebook: {state: live, text: Sale: [all]}  # agreed\n", COLON, 33, "Sale: [all]"),
        ("  facebook: {text: Sale: one}\n  linkedin: {text: Sale: two}\n", COLON, 20, "Sale: one"),
    ],
)
def test_the_line_is_shown_with_quotes(channels: str, code: str, column: int, meant: str) -> None:
    text = f"{HEAD}channels:\n{channels}"
    problems = load_post(text).judged()
    assert [each.code for each in problems] == [code] * channels.count("\n")
    assert (problems[0].location.line, problems[0].location.column) == (5, column)
    assert {each.hint for each in problems} == {"Put the text in double quotes."}
    for problem in problems:
        text = pasted(text, problem)
    mended = load_post(text)
    assert mended.judged() == ()
    assert mended.intents[0].content.text == meant


def test_both_levels_of_groups_on_one_line() -> None:
    text = HEAD + "channels: {facebook: {text: Sale: one}, linkedin: {text: Only {{ sale.percent }}}}\n"
    (problem,) = load_post(text).judged()
    assert problem.code == COLON
    mended = load_post(pasted(text, problem))
    assert [intent.content.text for intent in mended.intents] == ["Sale: one", "Only 20"]


@pytest.mark.parametrize(
    ("line", "replacement"),
    [
        ("text: {{ sale.percent }}", "text: |\n  {{ sale.percent }}"),
        ("title: {{ sale.percent }}", 'title: "{{ sale.percent }}"'),
        ("link: {{ sale.percent }}", 'link: "{{ sale.percent }}"'),
        ("link: {{ sale.percent }}/mugs", 'link: "{{ sale.percent }}/mugs"'),
    ],
)
def test_a_value_that_starts_with_a_template_needs_quotes(line: str, replacement: str) -> None:
    (problem,) = load_post(f"{HEAD}{line}\nchannels: [facebook]\n").judged()
    assert (problem.code, problem.replacement) == (START, replacement)
    assert problem.message.startswith("A text that starts with “{” needs quotes")
    assert (problem.location.line, problem.location.column) == (4, line.index("{") + 1)


def test_each_of_several_mistakes_has_lines_of_its_own() -> None:
    text = HEAD + "text: Sale: b\ntitle: Also: c\nlink: x\nchannels: [facebook]\n"
    assert [(each.location.line, each.code, each.replacement) for each in load_post(text).judged()] == [
        (4, COLON, "text: |\n  Sale: b"),
        (5, COLON, 'title: "Also: c"'),
    ]


def test_a_mistake_further_down_is_told_too() -> None:
    text = HEAD + "text: Sale: b\n  more\nstate: live\ntitle: @mia\nchannels:\n  facebook: {text: a: b}\n"
    problems = load_post(text).judged()
    assert [each.location.line for each in problems] == [4, 7, 9]
    for problem in reversed(problems):
        text = pasted(text, problem)
    assert load_post(text).judged() == ()


@pytest.mark.parametrize(
    "channels",
    [
        "  facebook: {link: https://example.com #one}\n",
        "  facebook: {schedule: 2030-12-02 09:00 #one}\n",
        '  facebook: {text: "Sale\\u0021": all}\n',
        f"  facebook: {{text: {'Sale: ' * 1000}}}\n",
        "  facebook: {text: #x, {{ x }}\n    {#x}",
        "  facebook:\n    text: media:\n  - file:",
    ],
)
def test_nothing_is_offered_that_is_not_certain(channels: str) -> None:
    problems = load_post(f"{HEAD}channels:\n{channels}").judged()
    assert [each.replacement for each in problems] == [""]


@pytest.mark.parametrize("count", [12, 3000])
def test_a_file_full_of_them_is_read_in_reasonable_time(count: int) -> None:
    text = HEAD + "".join(f"a{number}: b: c\n" for number in range(count))
    assert 1 <= len(load_post(text).judged()) <= 20
