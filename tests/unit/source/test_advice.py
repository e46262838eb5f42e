"""What is advised can be right: nothing that would be wrong again once it is pasted, and the nearest name there is."""

from __future__ import annotations

import pytest
from source_trees import CONFIG, MemoryTree, load_post
from test_bad_input import pasted

from socialsync import config
from socialsync.model.problems import Problem
from socialsync.source import posts

HEAD = "id: post-one\nschedule: 2030-12-01 09:00\ntext: Hi\n"
LIST = "channels: [facebook]\n"
THERE_ARE = "There are facebook, gbp, instagram, linkedin, pinterest, tiktok and youtube."
ALLOW = 'Write it like “allow: [{rule: CODE, for: …, until: 2030-12-10, reason: "why"}]”.'


def told(text: str) -> list[Problem]:
    return list(load_post(text).judged())


@pytest.mark.parametrize(
    ("body", "code", "hint"),
    [
        ("timezone: 5\n" + LIST, "E-FIELD-TYPE", "Write it like “Europe/Berlin”, or “UTC”."),
        ("timezone: true\n" + LIST, "E-FIELD-TYPE", "Write it like “Europe/Berlin”, or “UTC”."),
        ("channels: [1]\n", "E-FIELD-TYPE", THERE_ARE),
        ("media: [1]\n" + LIST, "E-FIELD-TYPE", "Each entry says “file:” and the path of a file, or “wix:” and an id."),
        ("allow: [1]\n" + LIST, "E-FIELD-TYPE", ALLOW),
        ("media: [{alt: x}]\n" + LIST, "E-FIELD-VALUE", "Write “file: posts/media/picture.jpg”, or “wix: …”."),
        ("media: [{file: a.jpg, wix: b}]\n" + LIST, "E-FIELD-VALUE", "Keep one of the two."),
        ("channels: [facebook/rel]\n", "E-CHANNEL", "Did you mean “facebook/reel”?"),
        ("channels: [facebook/storry@berlin]\n", "E-CHANNEL", "Did you mean “facebook/story@berlin”?"),
        ("channels: [facebook@berln]\n", "E-ACCOUNT", "Did you mean “facebook@berlin”?"),
        (
            "channels: [facebook@munich]\n",
            "E-ACCOUNT",
            "There are facebook and facebook@berlin; `socialsync accounts` prints what can be added.",
        ),
        (
            "channels: [pinterest@mugs]\nmedia: [{wix: a.jpg}]\nlink: https://example.com\ntitle: Hi\n",
            "E-ACCOUNT",
            "There is only pinterest@gifts; `socialsync accounts` prints what can be added.",
        ),
        (
            "channels: [f\u0430cebook]\n",
            "E-CHANNEL",
            "Letter 2 of it is U+0430 (cyrillic small letter a). Did you mean “facebook”?",
        ),
        (
            "st\u0430te: live\n" + LIST,
            "E-FIELD-UNKNOWN",
            "Letter 3 of it is U+0430 (cyrillic small letter a). Did you mean “state”?",
        ),
        (
            'link: "{{ shop.nope }}/x"\nchannels: [facebook, linkedin]\n',
            "E-TEMPLATE-NAME",
            "Add it to `variables:` of the post or to _variables.yaml.",
        ),
    ],
)
def test_one_mistake_is_told_once_with_advice_that_fits(body: str, code: str, hint: str) -> None:
    problems = told(HEAD + body)
    assert [(each.code, each.hint, each.replacement) for each in problems] == [(code, hint, "")]


def test_a_number_is_put_in_quotes_only_where_that_helps() -> None:
    for field in ("id", "link"):
        text = HEAD.replace("id: post-one\n", "") if field == "id" else HEAD
        (problem,) = told(f"{field}: 5\n{text}{LIST}")
        assert problem.replacement == ""
        assert "quotes" not in problem.hint


@pytest.mark.parametrize("word", ["Null", "null", "~"])
def test_a_word_that_means_nothing_gets_quotes(word: str) -> None:
    text = HEAD.replace("text: Hi", f"text: {word}") + LIST
    (problem,) = told(text)
    assert problem.hint == "YAML reads this word as nothing: put it in quotes, or leave the line out."
    mended = load_post(pasted(text, problem))
    assert mended.judged() == ()
    assert mended.intents[0].content.text == word


def test_an_unknown_field_is_told_although_its_value_is_refused_too() -> None:
    for text in ("text: &a hello\ntxet: *a\nstate: lve\n", "txet: Sale #mugs\ntext: &a hello\nstate: lve\n"):
        codes = [each.code for each in told(HEAD.replace("text: Hi\n", text) + LIST)]
        assert "E-FIELD-UNKNOWN" in codes
        assert "E-FIELD-VALUE" in codes


def test_no_line_to_paste_holds_what_a_review_does_not_show() -> None:
    text = HEAD.replace("text: Hi", "text:\u200b\tSale\u200b")
    assert [each.replacement for each in told(text + LIST) if each.replacement] == ["text: Sale"]


@pytest.mark.parametrize(
    ("accounts", "there"),
    [("{}", "There is none yet"), ("{gbp: x}", "There is none of facebook yet, only gbp")],
)
def test_a_site_without_the_account(accounts: str, there: str) -> None:
    said = f"{CONFIG[: CONFIG.index('    accounts:')]}    accounts: {accounts}\n"
    tree = MemoryTree({config.FILE: said, "posts/a.yaml": HEAD + LIST})
    settings, problems = config.load(tree)
    assert settings is not None, problems
    hint = f"{there}; `socialsync accounts` prints what can be added."
    assert [each.hint for each in posts.load(settings, tree).judged()] == [hint]
