"""All that is wrong with a file comes at once, and nothing that only follows from another mistake."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from source_trees import load_post, load_posts
from test_posts import PICTURE, png

from socialsync.model.problems import Problem

POST = "id: sale\nschedule: 2030-12-01 09:00\n"
CHANNELS = "channels: [facebook]\n"


def said(problems: tuple[Problem, ...]) -> list[str]:
    return [f"{problem.location.line}:{problem.location.column} {problem.code}" for problem in problems]


@pytest.mark.parametrize(
    ("text", "want"),
    [
        (POST + "text: #mugs\n" + CHANNELS, ["3:7 E-YAML-COMMENT"]),
        (POST + "text: !b x\n" + CHANNELS, ["3:7 E-YAML-TAG"]),
        (POST + "&a text: x\n" + CHANNELS, ["3:1 E-YAML-ANCHOR"]),
        (POST + "<<: {text: x}\ntext: y\n" + CHANNELS, ["3:1 E-YAML-MERGE"]),
        (POST + "text: y\nchannels: [facebook, &b linkedin]\n", ["4:22 E-YAML-ANCHOR"]),
        (POST + "text: [a, b]\n" + CHANNELS, ["3:7 E-FIELD-TYPE"]),
        (POST + f"text: {'x' * 70}\u200b\ntitle: y\nchannels: [gbp]\n", ["3:77 E-YAML-CHARACTER"]),
        (POST + 'text: "a\\u200bb"\n' + CHANNELS, ["3:7 E-YAML-CHARACTER"]),
        ("id: sale\nschedule: 5\nuntil: 2030-12-01 09:00\ntext: y\n" + CHANNELS, ["2:11 E-FIELD-TYPE"]),
        ("id: sale\nschedule: asap\nuntil: 5\ntext: y\n" + CHANNELS, ["3:8 E-FIELD-TYPE"]),
        ("id: sale\nschedule: 2030-03-31 02:30\ntimezone: 5\ntext: y\n" + CHANNELS, ["3:11 E-FIELD-TYPE"]),
        (POST + "text: '{{ a.b }}'\nvariables: {a: &x {b: c}}\n" + CHANNELS, ["4:16 E-YAML-ANCHOR"]),
        (POST + "media:\n  - fil: a.jpg\n" + CHANNELS, ["4:5 E-FIELD-UNKNOWN", "4:5 E-FIELD-VALUE"]),
        (POST + "? [a]\n: b\ntext: y\n" + CHANNELS, ["3:3 E-YAML-KEY"]),
        (POST + "text: y\nchannels:\n  &f facebook:\n", ["5:3 E-YAML-ANCHOR"]),
        (POST + "text: y\nchannels:\n  facebook: {<<: {text: z}}\n", ["5:14 E-YAML-MERGE"]),
        (POST + f"text: {'[' * 25}{']' * 25}\n" + CHANNELS, ["3:26 E-YAML-DEPTH"]),
    ],
)
def test_no_problem_is_told_that_only_follows_from_another(text: str, want: list[str]) -> None:
    assert said(load_post(text).judged()) == want


@pytest.mark.parametrize(
    "text",
    [
        POST + "text: 'y\nuntil: never\n" + CHANNELS,
        POST + "text: y\n\n\x85until: never\n" + CHANNELS,
        POST + "text: y\rcolour: x\r" + CHANNELS,
    ],
    ids=["quote", "next-line", "carriage-return"],
)
def test_a_file_that_cannot_be_read_says_why_and_no_more(text: str) -> None:
    codes = {problem.code for problem in load_post(text).judged()}
    assert codes
    assert all(code.startswith("E-YAML") for code in codes)


def test_a_file_with_mistakes_of_form_makes_no_intents_and_keeps_its_id() -> None:
    wrong = POST + "text: y\ncolour: teal\n" + CHANNELS
    loaded = load_posts({"posts/a.yaml": wrong, "posts/b.yaml": wrong.replace("colour: teal\n", "")})
    assert [intent.location.path for intent in loaded.intents] == ["posts/b.yaml"]
    assert [f"{problem.location} {problem.code}" for problem in loaded.judged()] == [
        "posts/a.yaml:1:5 E-ID-TWICE",
        "posts/a.yaml:4:1 E-FIELD-UNKNOWN",
        "posts/b.yaml:1:5 E-ID-TWICE",
    ]


def test_a_directive_makes_no_intents_though_every_value_can_be_read() -> None:
    loaded = load_post("%YAML 1.1\n---\n" + POST + "text: y\n" + CHANNELS)
    assert (loaded.intents, said(loaded.judged())) == ((), ["1:1 E-YAML-DIRECTIVE"])


def test_all_times_of_a_post_are_judged_at_once() -> None:
    text = "id: sale\nschedule: tomorrow\nuntil: never\ntimezone: Berlin\ntext: y\n" + CHANNELS
    assert said(load_post(text).judged()) == ["2:11 E-TIME-FORMAT", "3:8 E-TIME-FORMAT", "4:11 E-ZONE"]


def test_an_escape_that_is_fine_leaves_a_post_whole() -> None:
    loaded = load_post(POST + 'text: "a \\u00e9\\n\\"b\\" \\\\"\n' + CHANNELS)
    assert loaded.judged() == ()
    assert [intent.content.text for intent in loaded.intents] == ['a é\n"b" \\']


# --- the entry of `media` that is wrong ---------------------------------------------------------

THREE = POST + "text: y\nmedia:\n  - file: a.png\n  - {file: b.png, alt: b}\n  - file: c.png\n"
IN_TARGET = (
    POST + "text: y\nchannels:\n  facebook:\n    media:\n      - file: a.png\n      - file: b.png\n      - file: %s\n"
)


def of_three(third: bytes | None, text: str = THREE + "channels: [instagram]\n") -> list[str]:
    files = {"a.png": PICTURE, "b.png": png(801, 801), "c.png": third}
    return [
        line
        for line in said(load_posts({"posts/p.yaml": text, **files}).judged())
        if " E-" in line or "RATIO" in line or "SHAPE" in line
    ]


def test_the_third_picture_is_named_at_its_entry() -> None:
    assert of_three(png(800, 150)) == ["7:5 IG-POST-CAROUSEL-SHAPE", "7:5 IG-POST-IMAGE-RATIO"]
    assert of_three(None) == ["7:11 E-MEDIA-LINK"]
    assert of_three(b"hello") == ["7:11 E-MEDIA-FORMAT"]


def test_a_picture_behind_a_missing_one_is_named_at_its_own_entry() -> None:
    assert of_three(png(800, 150), (THREE + "channels: [instagram]\n").replace("a.png", "gone.png")) == [
        "5:11 E-MEDIA-MISSING",
        "7:5 IG-POST-CAROUSEL-SHAPE",
        "7:5 IG-POST-IMAGE-RATIO",
    ]


def test_a_picture_of_a_target_is_named_at_its_entry_there() -> None:
    text = IN_TARGET.replace("facebook", "instagram") % "c.png"
    assert of_three(png(800, 150), text) == ["9:9 IG-POST-CAROUSEL-SHAPE", "9:9 IG-POST-IMAGE-RATIO"]


# --- laws ---------------------------------------------------------------------------------------

LINES = [
    *(
        "id: sale",
        "schedule: 2030-12-01 09:00",
        "until: 2030-12-02 09:00",
        "timezone: Asia/Tokyo",
        "text: Hello {{ a }}",
    ),
    *("variables: {a: b}", "link: https://example.com", "media: [{wix: a.jpg}, {wix: b.jpg, alt: c}]", "state: live"),
    *("allow: [{rule: A-B, for: 1, reason: c}]", "channels:", "  facebook:", "  linkedin: {text: x, schedule: asap}"),
    "  instagram: {media: [{wix: c.jpg}], attempt: 2}",
]
WRONG = (
    "&a ",
    "!b ",
    "[",
    "]",
    "{",
    "}",
    "5",
    "null",
    "true",
    " #x",
    "\u200b",
    ": ",
    "- ",
    "x",
    "",
    "<<: ",
    '"',
    "\\u200b",
)


@st.composite
def broken(draw: st.DrawFn) -> str:
    lines = list(LINES)
    for _ in range(draw(st.integers(1, 4))):
        number = draw(st.integers(0, len(lines) - 1))
        at = draw(st.integers(0, len(lines[number])))
        end = draw(st.integers(at, len(lines[number])))
        lines[number] = lines[number][:at] + draw(st.sampled_from(WRONG)) + lines[number][end:]
    if draw(st.booleans()):
        lines.insert(draw(st.integers(0, len(lines))), draw(st.sampled_from(lines)))
    return "\n".join(lines) + "\n"


@settings(derandomize=True, max_examples=1000)
@given(broken())
def test_whatever_is_broken_is_said_and_never_raises(text: str) -> None:
    loaded = load_post(text)
    form = {code for problem in loaded.judged() if (code := problem.code).startswith(("E-YAML", "E-FIELD-UNKNOWN"))}
    assert not (form and loaded.intents)
    assert loaded.judged() or loaded.intents  # no post is lost without a word
    places = [(problem.location, problem.code) for problem in loaded.judged() if problem.code.startswith("E-YAML")]
    assert len(places) == len(set(places))
