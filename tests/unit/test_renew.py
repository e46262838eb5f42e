"""The next attempt, written into a post's file: the field and nothing else."""

from __future__ import annotations

import pytest

from socialsync.commands.rewriting import rewritten
from socialsync.errors import UsageError
from socialsync.model import Content, Intent, Location, Target, Timing, TimingKind
from socialsync.source import documents

HEAD = "id: sale\nschedule: 2030-12-01 09:00  # agreed with Mia\ntext: Hello\n"
INSTAGRAM = Target(channel="instagram", type="post")


def intent(target: Target = INSTAGRAM) -> Intent:
    return Intent(
        key="k",
        site="main",
        post_id="sale",
        target=target,
        content=Content(),
        timing=Timing(kind=TimingKind.DRAFT),
        location=Location(path="posts/sale.yaml"),
    )


def raised(channels: str, target: Target = INSTAGRAM, **fields: str) -> str:
    made = rewritten(HEAD + channels, "posts/sale.yaml", intent(target), fields or {"attempt": "2"})
    assert made.startswith(HEAD)
    return made.removeprefix(HEAD)


@pytest.mark.parametrize(
    ("channels", "wanted"),
    [
        ("channels:\n  instagram:\n", "channels:\n  instagram:\n    attempt: 2\n"),
        ("channels:\n  instagram:  # ours\n", "channels:\n  instagram:  # ours\n    attempt: 2\n"),
        ("channels:\n    instagram:\n    gbp:\n", "channels:\n    instagram:\n      attempt: 2\n    gbp:\n"),
        ("channels:\n  instagram: {}\n", "channels:\n  instagram:\n    attempt: 2\n"),
        ("channels:\n  instagram: {text: Hi}\n", "channels:\n  instagram: {attempt: 2, text: Hi}\n"),
        ("channels:\n  instagram:\n    text: Hi\n", "channels:\n  instagram:\n    attempt: 2\n    text: Hi\n"),
        ("channels:\n  instagram:\n    attempt: 1\n", "channels:\n  instagram:\n    attempt: 2\n"),
        ("channels:\n  instagram: {attempt: 1, text: Hi}\n", "channels:\n  instagram: {attempt: 2, text: Hi}\n"),
        ("channels:\n  instagram: {text: Hi, attempt: 1}\n", "channels:\n  instagram: {text: Hi, attempt: 2}\n"),
        ("channels: [instagram, gbp]\n", "channels:\n  instagram:\n    attempt: 2\n  gbp:\n"),
        ("channels:\n  - instagram\n  - gbp\n", "channels:\n    instagram:\n      attempt: 2\n    gbp:\n"),
        ("channels:\n- instagram  # a\n- gbp\n", "channels:\n  instagram:  # a\n    attempt: 2\n  gbp:\n"),
        ("channels:\n  instagram/post:\n", "channels:\n  instagram/post:\n    attempt: 2\n"),
    ],
)
def test_the_attempt_is_written_where_the_file_names_the_channel(channels: str, wanted: str) -> None:
    assert raised(channels) == wanted


def test_a_new_time_stands_beside_it() -> None:
    made = raised("channels:\n  instagram:\n    schedule: 2030-12-01 10:00\n", attempt="2", schedule="2030-12-02 09:00")
    document, _ = documents.read((HEAD + made).encode(), "posts/sale.yaml")
    assert document is not None
    assert document.data["channels"] == {"instagram": {"attempt": 2, "schedule": "2030-12-02 09:00"}}
    assert document.data["schedule"] == "2030-12-01 09:00"


def test_only_the_account_named() -> None:
    made = raised("channels:\n  gbp:\n  gbp@berlin:\n", Target(channel="gbp", type="post", account="berlin"))
    assert made == "channels:\n  gbp:\n  gbp@berlin:\n    attempt: 2\n"


@pytest.mark.parametrize(
    "channels",
    ["channels: {instagram: , gbp: }\n", "channels: [\n  instagram,\n  gbp]\n", 'channels: {"instagram": {}}\n'],
)
def test_a_form_that_cannot_be_changed_is_left_with_the_words_to_write(channels: str) -> None:
    with pytest.raises(UsageError) as told:
        raised(channels)
    assert told.value.code == "E-RENEW-FORM"
    assert "attempt: 2" in told.value.hint


@pytest.mark.parametrize("value", ["2030\nid: other", "x: y", "[1", "a # b"])
def test_what_would_become_something_else_is_refused(value: str) -> None:
    with pytest.raises(UsageError):
        raised("channels:\n  instagram:\n", attempt="2", schedule=value)
