"""Two processes read what one would have read, and a part that is missing is never taken for removed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from source_repository import Repository

from socialsync import config
from socialsync.config import Settings
from socialsync.source import posts, sharing
from socialsync.source.tree import GitTree

CONFIG = (
    "namespace: acme\ntimezone: Europe/Berlin\nsites:\n  main:\n    emulator: true\n    accounts: {facebook: '1'}\n"
)


def post(post_id: str, *, text: str = "Hello", more: str = "") -> str:
    return f"id: {post_id}\nschedule: 2030-12-01 09:00\ntext: {text}\nchannels: [facebook]\n{more}"


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Settings, GitTree]:
    """Posts of every sort: good ones, two of one id far apart, a broken one in each half."""
    monkeypatch.setattr(sharing, "WORTH_A_FORK", 2)
    files = {f"posts/{number:02d}.yaml": post(f"post-{number:02d}") for number in range(20)}
    files |= {"posts/00.yaml": post("twin"), "posts/19.yaml": post("twin")}
    files |= {"posts/03.yaml": "id: [", "posts/17.yaml": post("x-17", more="colour: teal\n")}
    files |= {"posts/05.yaml": post("post-05", text="x" * 70_000)}
    repository = Repository(tmp_path)
    repository.commit({"socialsync.yaml": CONFIG, **files})
    tree = GitTree(str(tmp_path), "HEAD")
    settings, problems = config.load(tree)
    assert settings is not None, problems
    return settings, tree


def test_two_processes_say_what_one_says(shop: tuple[Settings, GitTree]) -> None:
    settings, tree = shop
    shared = sharing.load(settings, tree, processors=2)
    assert shared == posts.load(settings, tree)
    assert shared == sharing.load(settings, tree, processors=1)
    assert len(shared.judged()) >= 4


def test_what_is_history_is_history_in_both(shop: tuple[Settings, GitTree]) -> None:
    settings, tree = shop
    history = frozenset(intent.key for intent in posts.load(settings, tree).intents)
    assert sharing.load(settings, tree, history=history, processors=2) == posts.load(settings, tree, history=history)


def test_a_process_that_dies_is_an_error(shop: tuple[Settings, GitTree], monkeypatch: pytest.MonkeyPatch) -> None:
    settings, tree = shop
    here, read = os.getpid(), posts.read

    def dying(*arguments: object, **more: object) -> object:
        if os.getpid() != here:
            os._exit(9)
        return read(*arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(posts, "read", dying)
    with pytest.raises(RuntimeError):
        sharing.load(settings, tree, processors=2)
