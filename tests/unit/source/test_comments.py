"""A hashtag is never lost: where YAML takes it for a comment it is refused, with the text as it was meant."""

from __future__ import annotations

import pytest
from source_trees import load_post
from test_bad_input import pasted

from socialsync.model.problems import Problem

HEAD = "id: post-one\nschedule: 2030-12-01 09:00\n"
LIST = "channels: [facebook]\n"
BELOW = "text: Hi\nchannels:\n  facebook:"


def told(text: str) -> Problem:
    problems = [each for each in load_post(text).judged() if each.code != "E-MEDIA-MISSING"]
    assert [each.code for each in problems] == ["E-YAML-COMMENT"]
    return problems[0]


@pytest.mark.parametrize(
    ("body", "meant"),
    [
        ("text: |\n  Sale today\n#wintersale\n" + LIST, "Sale today\n#wintersale"),
        ("text: |\n  Sale today\n #wintersale\n" + LIST, "Sale today\n#wintersale"),
        ("text: |\n  Sale today\n\n#wintersale\n" + LIST, "Sale today\n\n#wintersale"),
        ("text: |\n  Sale\n\n  today\n#winter #sale\n #mugs\n" + LIST, "Sale\n\ntoday\n#winter #sale\n#mugs"),
        ("text: |\n    Sale\n      today\n  #winter\n" + LIST, "Sale\n  today\n#winter"),
        ("text: |+\n  Sale\n\n\n#winter\n" + LIST, "Sale\n\n#winter"),
        ("text: >\n  Sale\n  today\n#winter\n" + LIST, "Sale today\n#winter"),
        ("text: |\n#winter\n" + LIST, "#winter"),
        ("text: |\n#winter\n  Sale\n" + LIST, "#winter\nSale"),
        ("text: |\n  Sale\n\n#winter\n  Today\n" + LIST, "Sale\n\n#winter\nToday"),
        ("text:\n  #wintersale\n  Sale today\n" + LIST, "#wintersale\nSale today"),
        ("text:\n#wintersale\n  Sale today\n" + LIST, "#wintersale\nSale today"),
        ("text: #tag\n  more text\n" + LIST, "#tag\nmore text"),
        ("text: | #wintersale\n  abc\n" + LIST, "#wintersale\nabc"),
        ("text: >-   #wintersale\n  abc\n  def\n" + LIST, "#wintersale\nabc def"),
        ('text: "Sale" #wintersale\n' + LIST, "Sale #wintersale"),
        ("text: 'It''s on' #winter #sale\n" + LIST, "It's on #winter #sale"),
        ('text: "Sale\\u0021" #winter\n#mugs\n' + LIST, "Sale! #winter\n#mugs"),
        ('text: "Sale"\n  #winter\n' + LIST, "Sale\n#winter"),
        ('text: "Sale"\n#winter\n' + LIST, "Sale\n#winter"),
        ("text: Sale\n#winter\n" + LIST, "Sale\n#winter"),
        ("text:\n  Sale #winter\n" + LIST, "Sale #winter"),
        (f"{BELOW}\n    text: |\n      Sale\n    #winter\n", "Sale\n#winter"),
        (f"{BELOW}\n    text: |\n      Sale\n    #winter\n  linkedin:\n", "Sale\n#winter"),
        (f'{BELOW} {{text: "Sale"}} #winter\n', "Sale #winter"),
        (f'{BELOW} {{text: "Sale", state: live}} #winter\n', "Sale #winter"),
        (f"{BELOW} {{text: Sale, #winter\n    state: live}}\n", "Sale #winter"),
        (f"{BELOW} {{text: Sale #winter\n  }}\n", "Sale #winter"),
        (f"{BELOW} {{text: #winter\n    Sale}}\n", "#winter\nSale"),
        (f"{BELOW} {{text: #\n  }}\n", "#"),
        ('text: Hi\nchannels: {facebook: {text: "Sale"}} #winter\n', "Sale #winter"),
        (f"{BELOW} {{\n    text: Sale #winter\n    }}\n", "Sale #winter"),
        ("text: |\r\n  Sale\r\n#winter\r\n" + LIST, "Sale\n#winter"),
    ],
)
def test_a_hashtag_that_would_vanish_comes_back_when_the_lines_are_pasted(body: str, meant: str) -> None:
    text = HEAD + body
    mended = load_post(pasted(text, told(text)))
    assert mended.judged() == ()
    assert [intent.content.text for intent in mended.intents][:1] == [meant]


@pytest.mark.parametrize(
    "body",
    [
        "text: |\n  Sale\n# agreed with Mia\n",
        "text: |\n  Sale\n  # of the text\n# agreed\n",
        "text: |\n  Sale\n#\n",
        "text: |  # what goes out\n  Sale\n",
        "text:\n  # what goes out\n  Sale\n",
        'text: "Sale"  # a note\n',
        'text: "Sale"  # see #12\n# and #13\n',
        "text: Sale\n# see #12\n",
        "text: |\n  Sale\n\n  #winter\n",
        "#draft\ntext: Sale\n",
        "text: Sale\nstate: live #agreed\n",
        'text: Sale\nlink: "https://example.com/#top"\n#link\n',
        "text: Sale\nlink: https://example.com  # the shop\n",
    ],
)
def test_what_is_plainly_a_comment_stays(body: str) -> None:
    assert load_post(HEAD + body + LIST).judged() == ()
    assert load_post(f"id: post-one\nschedule: 2030-12-01 09:00  #agreed\n{body}{LIST}").judged() == ()


@pytest.mark.parametrize(
    "body",
    [
        f"{BELOW}  #page of the shop\n",
        f"{BELOW} {{attempt: 1}} #again\n",
        f'{BELOW} {{text: "Sale"}}\n  #linkedin:\n',
        "text: Hi\nchannels: [facebook] #linkedin\n",
        "text: Hi\nchannels:  #where\n  - facebook #page\n",
        "text: Hi\nvariables: #values\n  v: x\n  # w: y\nchannels: [facebook]\n",
    ],
)
def test_a_name_or_a_number_has_no_words_to_lose(body: str) -> None:
    assert load_post(HEAD + body).judged() == ()


@pytest.mark.parametrize(
    ("body", "replacement"),
    [
        ("variables:\n  v: 5 #tag\n", '  v: "5 #tag"'),
        ("variables:\n  v: five #tag\n", '  v: "five #tag"'),
        ('variables:\n  v: "five" #tag\n', '  v: "five #tag"'),
        ("variables:\n  v: |\n    five\n  #tag\n", "  v: |\n    five\n    #tag"),
        ("media:\n  - file: posts/media/winter #1.jpg\n", '  - file: "posts/media/winter #1.jpg"'),
        ("title: Sale #one\n", 'title: "Sale #one"'),
        ('title: "Sale" #one\n', 'title: "Sale #one"'),
        ("link: https://example.com #one\n", ""),
        ('link: "https://example.com" #one\n', ""),
    ],
)
def test_other_values_are_not_cut_short_either(body: str, replacement: str) -> None:
    problem = told(f"{HEAD}text: Hi\n{body}{LIST}")
    assert problem.replacement == replacement
    if not replacement:
        assert (
            problem.hint == "Leave out the blank before “#” if it belongs to the address; a comment starts with “# ”."
        )


def test_a_hashtag_on_a_line_of_its_own_is_named() -> None:
    problem = told(f"{HEAD}text: |\n  Sale\n\n#winter\n{LIST}")
    assert problem.message == "YAML takes “#winter” in line 6 for a comment, so it would not go out."
    assert problem.hint == "Put the text on lines of its own, under “text: |”. If it is a comment, write “# ”."
    assert problem.replacement == "text: |\n  Sale\n\n  #winter"
