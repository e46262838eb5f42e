"""The line that an editor is shown in place of a slip is right, or there is none; and the hint says the same."""

from __future__ import annotations

import pytest
from source_trees import load_post, load_posts
from test_bad_input import pasted

from socialsync.model.problems import Problem

HEAD = "id: sale\nschedule: draft\ntext: Hi\n"
CHANNELS = "channels: [facebook]\n"
PICTURE = "posts/media/a.jpg"


def told(text: str) -> Problem:
    """The one Problem of the file's form."""
    (problem,) = [each for each in load_post(text).judged() if each.code != "E-MEDIA-MISSING"]
    return problem


@pytest.mark.parametrize(
    ("text", "replacement"),
    [
        (HEAD + "channels: facebook\n", "channels: [facebook]"),
        (HEAD + "channels: facebook, gbp/post@x  # ours\n", "channels: [facebook, gbp/post@x]  # ours"),
        (HEAD + f"media: {PICTURE}\n" + CHANNELS, f"media: [{{file: {PICTURE}}}]"),
        (HEAD + "media: a b, c.jpg\n" + CHANNELS, 'media: [{file: "a b, c.jpg"}]'),
        (HEAD + f"media:\n  - {PICTURE}\n" + CHANNELS, f"  - file: {PICTURE}"),
        (HEAD + f"media: [{PICTURE}]\n" + CHANNELS, f"media: [{{file: {PICTURE}}}]"),
        (HEAD + 'channels:\n  facebook: say "ho"\n', '  facebook: {text: "say \\"ho\\""}'),
        ("id: sale\nschedule: draft\ntext: 5\n" + CHANNELS, 'text: "5"'),
        (HEAD + "title: true\n" + CHANNELS, 'title: "true"'),
    ],
)
def test_what_is_offered_is_right(text: str, replacement: str) -> None:
    problem = told(text)
    assert (problem.code, problem.replacement) == ("E-FIELD-TYPE", replacement)
    codes = {each.code for each in load_post(pasted(text, problem)).judged()}
    assert codes <= {"E-MEDIA-MISSING", "E-ACCOUNT"}


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        (HEAD + "channels: facebok\n", "Write it as a list"),
        (HEAD + 'channels: "facebook"\n', "Write it as a list"),
        (HEAD + "channels:\n  facebook: {attempt: two}\n", ""),
        (HEAD + "allow: POST-AGAIN\n" + CHANNELS, "allow: [{rule: CODE,"),
        ("hello\n", ""),
        ("id: sale\nschedule: 1764579600\ntext: Hi\n" + CHANNELS, "Write it like “2030-12-01 09:00”"),
        (HEAD + "until: 5\n" + CHANNELS, "Write it like “2030-12-01 09:00”"),
        ("id: 5\nschedule: draft\ntext: Hi\n" + CHANNELS, ""),
    ],
)
def test_nothing_is_offered_that_would_be_wrong_again(text: str, hint: str) -> None:
    problem = told(text)
    assert (problem.code, problem.replacement) == ("E-FIELD-TYPE", "")
    assert hint in problem.hint


@pytest.mark.parametrize(
    ("text", "code", "message", "hint"),
    [
        (
            HEAD + "channels:\n  facebook:\n  allow: [{rule: DOUBLE, for: x, reason: y}]\n",
            "E-CHANNEL",
            "“allow” is not a channel but a field.",
            "It belongs below the channel, two blanks further in.",
        ),
        (
            HEAD + "channels:\n  facebook:\n  attempt: 2\n",
            "E-CHANNEL",
            "“attempt” is not a channel but a field.",
            "It belongs below the channel, two blanks further in.",
        ),
        (
            HEAD + "attempt: 2\n" + CHANNELS,
            "E-FIELD-UNKNOWN",
            "“attempt” is not a field of a post.",
            "It belongs below a channel: “facebook: {attempt: …}”.",
        ),
        (
            HEAD + "adopt: x\nchannels: {gbp: }\n",
            "E-FIELD-UNKNOWN",
            "“adopt” is not a field of a post.",
            "It belongs below a channel: “gbp: {adopt: …}”.",
        ),
        (
            HEAD + "channels:\n  - facebook: {text: ho}\n",
            "E-FIELD-TYPE",
            "This entry must be a text, not a group of fields.",
            "Leave the “- ” out: what differs on a channel is written below “facebook:”.",
        ),
        (
            HEAD + "channels: [facebook, twitter]\n",
            "E-CHANNEL",
            "Wix stopped posting to X in July 2026. Take twitter out of `channels:`.",
            "",
        ),
        (
            HEAD + "channels: [myspace]\n",
            "E-CHANNEL",
            "“myspace” is not a channel.",
            "There are facebook, gbp, instagram, linkedin, pinterest, tiktok and youtube.",
        ),
        (
            HEAD + "channels: [facebook, gbp, facebook]\n",
            "E-FIELD-VALUE",
            "“channels” names “facebook” twice.",
            "Keep one of the two.",
        ),
        (HEAD.replace("sale", "Winter Sale!") + CHANNELS, "E-ID", "“id” cannot be “Winter Sale!”.", "“winter-sale”"),
        (HEAD.replace("sale", "winter_sale") + CHANNELS, "E-ID", "“id” cannot be “winter_sale”.", "“winter-sale”"),
        (HEAD.replace("sale", "“a1”") + CHANNELS, "E-ID", "“id” cannot be ““a1””.", "YAML's own quotation marks"),
    ],
)
def test_what_was_probably_meant(text: str, code: str, message: str, hint: str) -> None:
    problem = told(text)
    assert (problem.code, problem.message) == (code, message)
    assert hint in problem.hint


def test_the_second_of_two_is_where_the_mistake_is() -> None:
    assert str(told(HEAD + "channels: [facebook, gbp, facebook]\n").location) == "posts/post.yaml:4:27"


PNG = "posts/media/mug.png"


@pytest.mark.parametrize(
    ("file", "hint"),
    [
        ("posts/media/mug.jpg", f"Did you mean “{PNG}”?"),
        ("posts/media/MUG.png", f"write “{PNG}”"),
        (
            "https://example.com/a.jpg",
            "Put the picture into the repository, or write “wix:”",
        ),
    ],
)
def test_the_path_that_was_meant_is_whole(file: str, hint: str) -> None:
    text = HEAD + f"media: [{{file: '{file}'}}]\n" + CHANNELS
    hints = [problem.hint for problem in load_posts({"posts/post.yaml": text, PNG: b""}).judged()]
    assert any(hint in each for each in hints), hints


@pytest.mark.parametrize("written", ["example.com", "www.example.com/a?b=c"])
def test_a_link_without_its_beginning(written: str) -> None:
    assert told(HEAD + f"link: {written}\n" + CHANNELS).hint == f"Did you mean “https://{written}”?"


def test_an_if_that_is_never_closed_is_told_at_its_place() -> None:
    text = (
        "id: sale\nschedule: draft\nvariables: {x: 1}\ntext: |\n  Hi {% if x %}yes{% endif %}\n  {% if x %}no\n"
        + CHANNELS
    )
    problem = told(text)
    assert (problem.message, problem.hint) == ("“{% if … %}” is never closed.", "Close it with “{% endif %}”.")
    assert str(problem.location) == "posts/post.yaml:6:3"


def test_a_file_of_an_old_mac_has_one_problem() -> None:
    problem = told((HEAD + CHANNELS).replace("\n", "\r"))
    assert problem.message == "The lines of this file end in CR, as on old Macs."
    assert problem.hint == "Save the file with line ends LF."


def test_a_file_that_is_too_large_is_not_measured_by_what_was_read() -> None:
    problem = told(HEAD + "#" * 200_000)
    assert problem.message == "The file is longer than the 65,536 bytes that are read."
