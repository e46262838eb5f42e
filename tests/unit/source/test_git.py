"""What is asked of git gets the answer to that question, and the children that answer never see a key."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from source_repository import Repository

from socialsync.errors import ExitCode
from socialsync.source import git


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    (tmp_path / "work").mkdir()
    made = Repository(tmp_path / "work")
    made.commit({"a.txt": "a"})
    return made


@pytest.fixture
def origin(repository: Repository, tmp_path: Path) -> str:
    """A bare remote of `repository` whose default branch is main."""
    folder = str(tmp_path / "origin.git")
    repository.git("clone", "-q", "--bare", repository.root, folder)
    repository.git("remote", "add", "origin", folder)
    return folder


def program(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


# --- the tip of a remote ---------------------------------------------------------------------------


def test_the_tip_is_that_of_the_default_branch(repository: Repository, origin: str) -> None:
    merged = git.commit(repository.root)
    repository.git("checkout", "-q", "-b", "exp")
    repository.commit({"a.txt": "b"})
    repository.git("push", "-q", "origin", "exp")
    assert git.remote_tip(repository.root, "origin", "exp") == ("main", merged)
    repository.git("--git-dir", origin, "symbolic-ref", "HEAD", "refs/heads/exp")
    assert git.remote_tip(repository.root, "origin", "main") == ("exp", git.commit(repository.root))


@pytest.mark.usefixtures("origin")
@pytest.mark.parametrize("name", ["a/refs/heads/main", "x/HEAD", "HEAD"])
def test_no_other_ref_answers_for_it(repository: Repository, name: str) -> None:
    merged = git.commit(repository.root)
    other = repository.commit({"a.txt": "b"})
    repository.git("push", "-q", "origin", f"{other}:refs/heads/{name}", f"{other}:refs/tags/main")
    assert git.remote_tip(repository.root, "origin", "main") == ("main", merged)
    assert git.remote_refs(repository.root, "origin", "refs/heads/main") == {"refs/heads/main": merged}


def test_a_remote_without_a_default_branch_is_asked_for_ours(repository: Repository, origin: str) -> None:
    repository.git("--git-dir", origin, "symbolic-ref", "HEAD", "refs/heads/never-pushed")
    repository.git("push", "-q", "origin", "main:refs/heads/a/refs/heads/main", "main:refs/heads/0/refs/heads/gone")
    assert git.remote_tip(repository.root, "origin", "main") == ("main", git.commit(repository.root))
    assert git.remote_tip(repository.root, "origin", "gone") == ("gone", "")
    assert git.remote_tip(repository.root, "origin", "") == ("", "")


def test_a_tag_of_the_same_name_does_not_change_the_branch(repository: Repository) -> None:
    repository.git("tag", "main")
    assert git.branch(repository.root) == "main"
    repository.git("checkout", "-q", "--detach")
    assert git.branch(repository.root) == ""


# --- what git's children get to see -----------------------------------------------------------------


def test_keys_are_kept_from_what_git_runs(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(git, "_hidden", set())
    monkeypatch.setenv("SHOP_KEY", "secret-key")
    monkeypatch.setenv("OTHER", "seen")
    seen = tmp_path / "seen"
    # A credential helper is configured for the machine, and runs: with all it needs but the key.
    program(tmp_path / "helper", f'echo "$SHOP_KEY,$OTHER" > {seen}')
    repository.git("config", "alias.see", f"!{tmp_path / 'helper'}")
    git.run(repository.root, "see")
    assert seen.read_text() == "secret-key,seen\n"
    git.hide(["SHOP_KEY"])
    git.run(repository.root, "see")
    assert seen.read_text() == ",seen\n"


def test_how_the_caller_reaches_a_remote_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_SSH_COMMAND", "ssh -i deploy")
    monkeypatch.setenv("GIT_OBJECT_DIRECTORY", "/elsewhere")
    ours = git.environment()
    assert ours["GIT_SSH_COMMAND"] == "ssh -i deploy"
    assert "GIT_OBJECT_DIRECTORY" not in ours
    assert ours["GIT_TERMINAL_PROMPT"] == "0"


def test_a_git_that_does_not_answer_is_not_waited_for(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path / "bin" / "git", "exec sleep 20")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    monkeypatch.setattr(git, "_SECONDS", 0.2)
    begun = time.monotonic()
    with pytest.raises(git.GitError, match="git remote did not end") as refused:
        git.has_remote(repository.root, "origin")
    assert refused.value.exit_code is ExitCode.UNREACHABLE
    assert time.monotonic() - begun < 15


# --- the words --------------------------------------------------------------------------------------


def test_a_wrong_base_is_invalid_input_and_named(repository: Repository) -> None:
    for asked in (
        lambda: git.commit(repository.root, "nope"),
        lambda: git.merge_base(repository.root, "nope", "HEAD"),
        lambda: git.merge_base(repository.root, "HEAD", "nope"),
        lambda: git.changed(repository.root, "nope", None),
    ):
        with pytest.raises(git.GitError, match="There is no commit or branch “nope” here") as refused:
            asked()
        assert refused.value.exit_code is ExitCode.INVALID
        assert "git fetch origin nope" in refused.value.hint


def test_a_repository_without_a_commit_says_so(tmp_path: Path) -> None:
    with pytest.raises(git.GitError, match="Nothing is committed yet") as refused:
        git.commit(Repository(tmp_path).root)
    assert refused.value.exit_code is ExitCode.INVALID
    assert "git commit" in refused.value.hint


def test_a_folder_without_a_repository_is_another_matter(tmp_path: Path) -> None:
    with pytest.raises(git.GitError, match="not a git repository") as refused:
        git.commit(str(tmp_path), "nope")
    assert refused.value.exit_code is ExitCode.UNREACHABLE


def test_commits_without_a_common_one_are_not_called_missing(repository: Repository) -> None:
    tree = repository.git("rev-parse", "HEAD^{tree}")
    alone = repository.git("commit-tree", tree, "-m", "alone")
    with pytest.raises(git.GitError, match="git merge-base: failed"):
        git.merge_base(repository.root, alone, "HEAD")


def test_of_many_lines_the_one_that_says_what_is_wrong(repository: Repository, origin: str) -> None:
    with pytest.raises(git.GitError, match="git ls-remote: fatal: '/nowhere' does not appear to be a git repository"):
        git.run(repository.root, "ls-remote", "/nowhere")
    program(Path(origin, "hooks", "pre-receive"), "echo much; echo more; exit 1")
    with pytest.raises(git.GitError, match=r"remote rejected.*pre-receive hook declined"):
        git.run(repository.root, "push", "origin", "main:refs/heads/other")
