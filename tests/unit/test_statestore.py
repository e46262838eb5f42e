"""Where State is kept: as a whole or not at all, and never over what another run has written."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from socialsync.branchstore import BranchStore
from socialsync.errors import ExitCode, SocialSyncError, Superseded
from socialsync.filestore import FileStore
from socialsync.source import commits
from socialsync.state import State, encode
from socialsync.statestore import BRANCH, CLAIMS, StateError, Store, amend

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
    with pytest.raises(StateError, match="disk full") as caught:
        store.save(EMPTY)
    assert caught.value.exit_code is ExitCode.UNREACHABLE
    assert store.load() == ONE
    assert os.listdir(tmp_path / "state") == ["main.json"]


def test_a_broken_file_is_not_an_empty_one(tmp_path: Path):
    store = FileStore(str(tmp_path), "main")
    store.save(ONE)
    (tmp_path / "state" / "main.json").write_text("{")
    with pytest.raises(SocialSyncError, match=r"main\.json cannot be read") as caught:
        store.load()
    assert caught.value.exit_code is ExitCode.INVALID


def test_a_file_that_may_not_be_read_is_no_bug(tmp_path: Path):
    (tmp_path / "state" / "main.json").mkdir(parents=True)
    with pytest.raises(StateError, match="cannot be read or written") as caught:
        FileStore(str(tmp_path), "main").load()
    assert caught.value.exit_code is ExitCode.UNREACHABLE


def test_whether_a_file_can_be_written_is_known_before(tmp_path: Path):
    store = FileStore(str(tmp_path / "x"), "main")
    store.check_writable()
    assert os.listdir(tmp_path / "x" / "state") == [], "nothing is left behind"
    (tmp_path / "y").write_text("no folder")
    with pytest.raises(StateError, match="cannot be read or written"):
        FileStore(str(tmp_path / "y"), "main").check_writable()


# --- a branch ------------------------------------------------------------------------------------


def test_a_branch_without_a_remote(repository: Path):
    store = BranchStore(str(repository), "main")
    assert store.load() == EMPTY
    store.save(ONE)
    store.save(replace(ONE, commit="c2"))
    assert BranchStore(str(repository), "main").load().commit == "c2"
    assert BranchStore(str(repository), "other").load() == State(site="other")
    assert git(repository, "status", "--porcelain") == "", "the work tree is not touched"
    assert git(repository, "log", "--format=%s %an", BRANCH) == (
        "main: state after c2 socialsync\nmain: state after c1 socialsync"
    )
    git(repository, "fsck", "--strict")


def test_sites_share_a_branch_and_nothing_else(repository: Path):
    main, other = BranchStore(str(repository), "main"), BranchStore(str(repository), "other")
    main.load()
    main.save(ONE)
    other.load()
    other.save(State(site="other", commit="c9"))
    assert git(repository, "ls-tree", "--name-only", BRANCH).split() == ["main.json", "other.json"]
    assert BranchStore(str(repository), "main").load() == ONE


def test_two_runs_in_one_repository(repository: Path):
    first, second = BranchStore(str(repository), "main"), BranchStore(str(repository), "main")
    first.load()
    second.load()
    first.save(ONE)
    with pytest.raises(Superseded) as caught:
        second.save(replace(ONE, commit="c9"))
    assert caught.value.code == "E-STATE-PUSH"
    assert BranchStore(str(repository), "main").load() == ONE


def test_two_clones(clones: tuple[Path, Path]):
    first, second = (BranchStore(str(clone), "main") for clone in clones)
    first.load()
    second.load()
    first.save(ONE)
    with pytest.raises(Superseded, match="was written by another run") as caught:
        second.save(replace(ONE, commit="c9"))
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
    with pytest.raises(StateError, match="cannot be fetched") as caught:
        BranchStore(str(clones[0]), "main").load()
    assert (caught.value.code, caught.value.exit_code) == ("E-STATE", ExitCode.UNREACHABLE)


def test_a_remote_that_goes_away_before_the_push(clones: tuple[Path, Path], tmp_path: Path):
    store = BranchStore(str(clones[0]), "main")
    store.load()
    (tmp_path / "origin.git").rename(tmp_path / "gone.git")
    for asked in (store.check_writable, lambda: store.save(ONE)):
        with pytest.raises(StateError, match="cannot be written") as caught:
            asked()
        assert (caught.value.code, caught.value.exit_code) == ("E-STATE-PUSH", ExitCode.UNREACHABLE)


def hook(repository: Path, name: str, text: str) -> None:
    path = repository / "hooks" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def test_a_push_that_is_not_allowed_is_not_taken_for_another_run(clones: tuple[Path, Path], tmp_path: Path):
    hook(tmp_path / "origin.git", "pre-receive", "exit 1")
    with pytest.raises(StateError, match="cannot be written") as caught:
        amend(BranchStore(str(clones[0]), "main"), claimed("one"))
    assert caught.value.exit_code is ExitCode.UNREACHABLE


def test_a_push_whose_answer_is_lost_has_happened(clones: tuple[Path, Path], tmp_path: Path, monkeypatch):
    """git says that it failed, and the branch has moved all the same."""
    real = shutil.which("git")
    program = tmp_path / "bin" / "git"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\n{real} "$@" || exit $?\nfor one in "$@"; do test "$one" != push || exit 1; done\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    assert amend(BranchStore(str(clones[0]), "main"), claimed("one")).claims == {"one": "now"}
    monkeypatch.undo()
    assert BranchStore(str(clones[1]), "main").load().claims == {"one": "now"}


def test_what_cannot_be_written_to_the_disk_is_an_error_of_state(repository: Path, monkeypatch: pytest.MonkeyPatch):
    store = BranchStore(str(repository), "main")
    store.load()
    store.check_writable()
    assert git(repository, "for-each-ref", "--format=%(refname)") == "refs/heads/main", "trying writes no branch"

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(commits.gitpython.Commit, "create_from_tree", full)
    for asked in (store.check_writable, lambda: store.save(ONE)):
        with pytest.raises(StateError, match="No space left on device"):
            asked()


def test_a_folder_that_is_no_repository(tmp_path: Path):
    with pytest.raises(SocialSyncError, match="not a git repository") as caught:
        BranchStore(str(tmp_path), "main").load()
    assert caught.value.exit_code is ExitCode.UNREACHABLE


def test_branches_that_are_called_alike_are_not_read(clones: tuple[Path, Path]):
    amend(BranchStore(str(clones[0]), "main"), claimed("one"))
    git(clones[0], "push", "-q", "origin", f"main:refs/heads/a/refs/heads/{BRANCH}", f"main:refs/tags/{CLAIMS}")
    assert amend(BranchStore(str(clones[1]), "main"), claimed("two")).claims == {"one": "now", "two": "now"}


def test_nothing_that_the_repository_brings_is_run_and_no_variable_leads_elsewhere(
    clones: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    clone, seen = clones[0], tmp_path / "seen"
    for name in ("pre-push", "reference-transaction", "post-checkout"):
        hook(clone / ".git", name, f"echo {name} >> {seen}")
    git(tmp_path, "init", "-q", "elsewhere")
    for name, value in {
        "GIT_DIR": tmp_path / "elsewhere" / ".git",
        "GIT_WORK_TREE": tmp_path,
        "GIT_OBJECT_DIRECTORY": tmp_path / "elsewhere" / ".git" / "objects",
        "GIT_COMMON_DIR": tmp_path / "elsewhere" / ".git",
        "GIT_INDEX_FILE": tmp_path / "nowhere",
    }.items():
        monkeypatch.setenv(name, str(value))
    amend(BranchStore(str(clone), "main"), lambda _: ONE)
    assert BranchStore(str(clones[1]), "main").load() == ONE
    assert not seen.exists()


def test_a_site_in_a_folder_of_the_repository(clones: tuple[Path, Path]):
    folder = clones[0] / "social"
    folder.mkdir()
    amend(BranchStore(str(folder), "main"), lambda _: ONE)
    assert BranchStore(str(folder), "main").load() == ONE
    assert BranchStore(str(clones[1]), "main").load() == ONE


# --- claims, which outlive the rest ---------------------------------------------------------------------


def test_claims_outlive_every_way_of_removing_state(clones: tuple[Path, Path]):
    clone, other = clones
    amend(BranchStore(str(clone), "main"), lambda _: replace(ONE, claims={}))
    amend(BranchStore(str(clone), "main"), claimed("one"))
    amend(BranchStore(str(clone), "main"), lambda state: replace(state, commit="c2"))
    # Put back to how it was before the claim, then removed altogether.
    git(clone, "push", "-q", "--force", "origin", f"{BRANCH}~1:refs/heads/{BRANCH}")
    assert BranchStore(str(other), "main").load() == replace(ONE, claims={"one": "now"})
    git(clone, "push", "-q", "origin", f":refs/heads/{BRANCH}")
    assert BranchStore(str(other), "main").load() == State(site="main", claims={"one": "now"})


def test_a_claim_writes_nothing_but_itself(repository: Path):
    amend(BranchStore(str(repository), "main"), claimed("one"))
    assert git(repository, "for-each-ref", "--format=%(refname:short)", "refs/heads/social*") == CLAIMS
    amend(BranchStore(str(repository), "main"), lambda state: replace(state, commit="c1"))
    assert git(repository, "rev-list", "--count", CLAIMS) == "1"
    assert "one" not in git(repository, "show", f"{BRANCH}:main.json")


def test_claims_in_a_file_of_an_older_version_are_kept_and_move(repository: Path):
    tip = commits.with_file(str(repository), "", "main.json", encode(ONE), "as it was written before")
    git(repository, "update-ref", f"refs/heads/{BRANCH}", tip)
    assert BranchStore(str(repository), "main").load() == ONE
    amend(BranchStore(str(repository), "main"), lambda state: replace(state, commit="c2"))
    git(repository, "branch", "-q", "-D", BRANCH)
    assert BranchStore(str(repository), "main").load().claims == {"one": "then"}


def test_a_claim_that_is_given_back_is_gone(clones: tuple[Path, Path]):
    amend(BranchStore(str(clones[0]), "main"), claimed("one"))
    amend(BranchStore(str(clones[0]), "main"), lambda state: replace(state, claims={}))
    assert BranchStore(str(clones[1]), "main").load() == EMPTY


@pytest.mark.parametrize("text", ["{", "[]", '{"version": 2, "site": "main", "claims": {}}', '{"version": 1}'])
def test_claims_that_cannot_be_read_are_not_none(text: str, repository: Path, tmp_path: Path):
    tip = commits.with_file(str(repository), "", "main.json", text.encode(), "x")
    git(repository, "update-ref", f"refs/heads/{CLAIMS}", tip)
    (tmp_path / "x" / "claims").mkdir(parents=True)
    (tmp_path / "x" / "claims" / "main.json").write_text(text)
    for store in (BranchStore(str(repository), "main"), FileStore(str(tmp_path / "x"), "main")):
        with pytest.raises(StateError, match=r"main\.json cannot be read") as caught:
            store.load()
        assert caught.value.exit_code is ExitCode.INVALID
        assert "Do not remove it" in caught.value.hint


def test_claims_of_an_emulator_site_outlive_its_state_too(tmp_path: Path):
    amend(FileStore(str(tmp_path), "main"), lambda _: ONE)
    (tmp_path / "state" / "main.json").unlink()
    assert FileStore(str(tmp_path), "main").load() == replace(EMPTY, claims=ONE.claims)


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

    def check_writable(self) -> None: ...


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


def test_two_runs_that_write_the_same_in_the_same_second_are_two(clones: tuple[Path, Path]):
    """Their commits would be one, so that the push of the second one would seem to have won."""
    for number in range(5):
        one, other = (BranchStore(str(clone), "main") for clone in clones)
        before = one.load()
        assert other.load() == before
        claimed_by_both = replace(before, claims={f"k{number}": "2026-11-24T09:00:00Z"})
        one.save(claimed_by_both)
        with pytest.raises(Superseded):
            other.save(claimed_by_both)
