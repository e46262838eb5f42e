"""The next attempt, written into a post's file: the field and nothing else."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from socialsync import config
from socialsync.commands.environment import Environment
from socialsync.commands.renew import run
from socialsync.commands.rewriting import rewritten
from socialsync.commands.writing import Written
from socialsync.errors import UsageError
from socialsync.filestore import FileStore
from socialsync.model.intents import Content, Intent, Target, Timing, TimingKind
from socialsync.model.items import Record, Status
from socialsync.model.problems import Location
from socialsync.source import documents
from socialsync.source.posts import load
from socialsync.source.tree import WorkTree
from socialsync.state import State

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
        ("channels: [\n  gbp,\n  instagram]  # two\n", "channels:  # two\n  gbp:\n  instagram:\n    attempt: 2\n"),
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
    [
        "channels: {instagram: , gbp: }\n",
        "channels: [\n  gbp,  # Google\n  instagram]\n",
        'channels: {"instagram": {}}\n',
    ],
)
def test_a_form_that_cannot_be_changed_is_left_with_the_words_to_write(channels: str) -> None:
    with pytest.raises(UsageError) as told:
        raised(channels)
    assert told.value.code == "E-RENEW-FORM"
    where, _, line = told.value.hint.partition("by hand: ")
    lines = line if where.startswith("In place of its channels") else f"channels:\n  {line}"
    document, problems = documents.read((HEAD + lines).encode(), "posts/sale.yaml")
    assert document is not None, problems
    assert document.data["channels"]["instagram"] == {"attempt": 2}


@pytest.mark.parametrize("value", ["2030\nid: other", "x: y", "[1", "a # b"])
def test_what_would_become_something_else_is_refused(value: str) -> None:
    with pytest.raises(UsageError):
        raised("channels:\n  instagram:\n", attempt="2", schedule=value)


# --- the command --------------------------------------------------------------------------------

NOW = datetime(2030, 12, 1, 9, tzinfo=UTC)
CONFIG = 'namespace: acme\ntimezone: UTC\nsites:\n  main: {emulator: true, accounts: {facebook: "7", gbp: "8"}}\n'


class Repository:
    """Post files, and what State remembers of each of their targets."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.records: dict[str, Record] = {}
        (root / "posts").mkdir()
        (root / "socialsync.yaml").write_text(CONFIG, encoding="utf-8")

    def post(self, post: str, time: str, status: Status, more: str = "") -> None:
        text = f"id: {post}\nschedule: {time}\ntext: Hello\n{more}channels: [facebook, gbp]\n"
        (self.root / "posts" / f"{post}.yaml").write_text(text, encoding="utf-8")
        for channel in ("facebook", "gbp"):
            key = f"ss1.acme.main.{post}.{channel}-post.a1"
            self.records[key] = Record(
                key=key, item_id=key, status=status, cell=f"{channel}/post", post_id=post, target=f"{channel}/post"
            )

    def renew(self, *posts: str, stopped: bool = False, channel: str = "", schedule: str = "") -> Written:
        FileStore(str(self.root / ".socialsync"), "main").save(State(site="main", records=self.records))
        arguments = argparse.Namespace(
            directory=str(self.root), posts=list(posts), stopped=stopped, channel=channel, schedule=schedule
        )
        clock: Any = SimpleNamespace(now=lambda: NOW)
        return run(arguments, Environment(variables={}, clock=clock, progress=str, log=str))

    def says(self, post: str) -> dict[str, tuple[int, str]]:
        """Attempt and state of each target."""
        tree = WorkTree(str(self.root))
        settings, _ = config.load(tree)
        assert settings is not None
        intents = [each for each in load(settings, tree).intents if each.post_id == post]
        return {each.target.alias: (each.attempt, each.state.value) for each in intents}


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


def test_several_posts_at_once(repository: Repository) -> None:
    for post in ("one", "two", "three"):
        repository.post(post, "2030-12-24 09:00", Status.CANCELED)
    done = repository.renew("one", "three")
    assert done.paths == ("posts/one.yaml", "posts/three.yaml")
    assert [repository.says(post)["gbp"][0] for post in ("one", "two", "three")] == [2, 1, 2]


def test_what_is_stopped_is_what_its_file_wants_and_can_still_go_out(repository: Repository) -> None:
    repository.post("ahead", "2030-12-24 09:00", Status.CANCELED)
    repository.post("draft", "draft", Status.CANCELED)
    repository.post("past", "2030-11-24 09:00", Status.CANCELED)
    repository.post("unwanted", "2030-12-24 09:00", Status.CANCELED, "state: canceled\n")
    repository.post("public", "2030-11-24 09:00", Status.PUBLISHED)
    repository.post("gone", "2030-12-24 09:00", Status.DELETED)
    assert repository.renew(stopped=True).paths == ("posts/ahead.yaml", "posts/draft.yaml")
    with pytest.raises(UsageError) as told:
        repository.renew(stopped=True)
    assert told.value.code == "E-NOT-ENDED"


def test_the_state_that_called_it_off_is_taken_back_where_it_is_renewed(repository: Repository) -> None:
    repository.post("sale", "2030-12-24 09:00", Status.CANCELED, "state: canceled\n")
    repository.renew("sale", channel="gbp")
    assert repository.says("sale") == {"facebook": (1, "canceled"), "gbp": (2, "live")}


@pytest.mark.parametrize(("time", "told"), [("2030-11-24 09:00", 2), ("2030-12-24 09:00", 0)])
def test_a_time_that_has_passed_is_told(repository: Repository, time: str, told: int) -> None:
    repository.post("sale", time, Status.CANCELED)
    advice = repository.renew("sale").advice
    assert sum("2030-11-24 09:00, has passed" in line for line in advice) == told
    assert "pull request" in advice[-1]


def test_with_a_new_time_nothing_has_passed(repository: Repository) -> None:
    repository.post("sale", "2030-11-24 09:00", Status.CANCELED)
    assert not any("passed" in line for line in repository.renew("sale", schedule="2030-12-24 09:00").advice)


def test_all_or_none_is_written(repository: Repository) -> None:
    repository.post("one", "2030-12-24 09:00", Status.CANCELED)
    repository.post("two", "2030-12-24 09:00", Status.CANCELED)
    with pytest.raises(UsageError) as told:
        repository.renew("one", "two", schedule="tomorrow")
    assert told.value.code == "E-TIME-FORMAT"
    assert [repository.says(post)["gbp"][0] for post in ("one", "two")] == [1, 1]


@pytest.mark.parametrize(("posts", "stopped"), [((), False), (("sale",), True)])
def test_it_must_be_said_which(repository: Repository, posts: tuple[str, ...], stopped: bool) -> None:
    with pytest.raises(UsageError) as told:
        repository.renew(*posts, stopped=stopped)
    assert told.value.code == "E-WHICH-POST"
