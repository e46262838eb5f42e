"""Where State is kept: as a whole or not at all, and never over what another run has written."""

from __future__ import annotations

import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from socialsync.errors import SocialSyncError, Superseded
from socialsync.state import State
from socialsync.statestore import BRANCH, BranchStore, FileStore, Store, amend

EMPTY = State(site="main")
ONE = State(site="main", commit="c1", claims={"one": "then"})


def git(folder: Path, *arguments: str) -> str:
    given = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "PATH": os.environ["PATH"]}
    return subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@example.com", *arguments],
        cwd=folder,
        env=given,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    (folder / "socialsync.yaml").write_text("x\n")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "x")
    return folder


@pytest.fixture
def clones(repository: Path, tmp_path: Path) -> tuple[Path, Path]:
    git(tmp_path, "clone", "-q", "--bare", str(repository), "origin.git")
    for name in ("a", "b"):
        git(tmp_path, "clone", "-q", "origin.git", name)
    return tmp_path / "a", tmp_path / "b"


def claimed(key: str):
    return lambda state: replace(state, claims={**state.claims, key: "now"})


# --- a file --------------------------------------------------------------------------------------


def test_a_file(tmp_path: Path):
    store = FileStore(str(tmp_path / "x"), "main")
    assert store.load() == EMPTY
    store.save(ONE)
    assert FileStore(str(tmp_path / "x"), "main").load() == ONE
    store.save(EMPTY)
    assert store.load() == EMPTY
    assert os.listdir(tmp_path / "x" / "state") == ["main.json"], "nothing is left behind"


def test_a_file_is_written_as_a_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    store = FileStore(str(tmp_path), "main")
    store.save(ONE)

    def full(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="disk full"):
        store.save(EMPTY)
    assert store.load() == ONE
    assert os.listdir(tmp_path / "state") == ["main.json"]


def test_a_broken_file_is_not_an_empty_one(tmp_path: Path):
    store = FileStore(str(tmp_path), "main")
    store.save(ONE)
    (tmp_path / "state" / "main.json").write_text("{")
    with pytest.raises(SocialSyncError, match=r"main\.json cannot be read"):
        store.load()


# --- a branch ------------------------------------------------------------------------------------


def test_a_branch_without_a_remote(repository: Path):
    store = BranchStore(str(repository), "main")
    assert store.load() == EMPTY
    store.save(ONE)
    store.save(replace(ONE, commit="c2"))
    assert BranchStore(str(repository), "main").load().commit == "c2"
    assert BranchStore(str(repository), "other").load() == State(site="other")
    assert git(repository, "status", "--porcelain") == "", "the work tree is not touched"
    assert git(repository, "log", "--format=%s", BRANCH) == "main: state after c2\nmain: state after c1"
    assert git(repository, "merge-base", "main", "main")


def test_sites_share_a_branch_and_nothing_else(repository: Path):
    main, other = BranchStore(str(repository), "main"), BranchStore(str(repository), "other")
    main.load()
    main.save(ONE)
    other.load()
    other.save(State(site="other", commit=""))
    assert git(repository, "ls-tree", "--name-only", BRANCH).split() == ["main.json", "other.json"]
    assert BranchStore(str(repository), "main").load() == ONE


def test_two_runs_in_one_repository(repository: Path):
    first, second = BranchStore(str(repository), "main"), BranchStore(str(repository), "main")
    first.load()
    second.load()
    first.save(ONE)
    with pytest.raises(Superseded) as caught:
        second.save(EMPTY)
    assert caught.value.code == "E-STATE-PUSH"
    assert BranchStore(str(repository), "main").load() == ONE


def test_two_clones(clones: tuple[Path, Path]):
    first, second = (BranchStore(str(clone), "main") for clone in clones)
    first.load()
    second.load()
    first.save(ONE)
    with pytest.raises(Superseded, match="another run has written it") as caught:
        second.save(EMPTY)
    assert caught.value.code == "E-STATE-PUSH"
    assert second.load() == ONE
    second.save(replace(ONE, commit="c2"))
    assert first.load().commit == "c2"


def test_a_fresh_clone_reads_what_is_at_the_remote(clones: tuple[Path, Path], tmp_path: Path):
    store = BranchStore(str(clones[0]), "main")
    store.load()
    store.save(ONE)
    git(tmp_path, "clone", "-q", "origin.git", "c")
    assert BranchStore(str(tmp_path / "c"), "main").load() == ONE
    assert BranchStore(str(tmp_path / "c"), "main", offline=True).load() == ONE
    assert BranchStore(str(clones[1]), "main", offline=True).load() == EMPTY, "what nobody fetched is not known"


def test_a_remote_that_cannot_be_reached(clones: tuple[Path, Path], tmp_path: Path):
    (tmp_path / "origin.git").rename(tmp_path / "gone.git")
    with pytest.raises(SocialSyncError, match="cannot be fetched") as caught:
        BranchStore(str(clones[0]), "main").load()
    assert caught.value.code == "E-STATE"


# --- changing what is there by then -----------------------------------------------------------------


def test_amending_keeps_what_another_run_wrote(clones: tuple[Path, Path]):
    first, second = (BranchStore(str(clone), "main") for clone in clones)
    amend(first, claimed("one"))
    assert amend(second, claimed("two")).claims == {"one": "now", "two": "now"}
    assert amend(first, lambda state: state).claims == {"one": "now", "two": "now"}, "nothing to write is fine"


class Busy:
    """A store that others write so many times between reading and writing."""

    def __init__(self, times: int) -> None:
        self.state, self.times, self.saved = EMPTY, times, 0

    def load(self) -> State:
        return self.state

    def save(self, state: State) -> None:
        if self.times:
            self.times -= 1
            self.state = replace(self.state, claims={**self.state.claims, f"other {self.times}": "now"})
            raise Superseded("another run wrote it")
        self.state, self.saved = state, self.saved + 1


@pytest.mark.parametrize("times", [0, 1, 2])
def test_amending_tries_again(times: int):
    store = Busy(times)
    typed: Store = store
    assert set(amend(typed, claimed("mine")).claims) == {"mine", *(f"other {number}" for number in range(times))}
    assert store.saved == 1


def test_amending_gives_up():
    store = Busy(3)
    with pytest.raises(Superseded):
        amend(store, claimed("mine"))
    assert store.saved == 0


def test_a_key_is_claimed_once_by_however_many(clones: tuple[Path, Path]):
    """The law that immediate publishing rests on: of two runs that claim a key, one finds it claimed."""
    taken = []
    for clone in (*clones, *clones):

        def marked(state: State, clone: Path = clone) -> State:
            taken.append("k" in state.claims)
            return state if "k" in state.claims else replace(state, claims={**state.claims, "k": clone.name})

        amend(BranchStore(str(clone), "main"), marked)
    assert taken == [False, True, True, True]
