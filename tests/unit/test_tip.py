"""What apply may carry out: the tip of the branch that merges go to, and nothing from before the last apply."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from fakes import NOW, WAIVER, Clock
from source.source_repository import Repository

from socialsync.commands.tip import Tip, is_contained, refuse_the_past
from socialsync.errors import ExitCode, Superseded
from socialsync.model.intents import Waiver
from socialsync.source import git

TODAY = date(2026, 11, 24)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """With an `origin`, whose main has this one commit."""
    (tmp_path / "work").mkdir()
    made = Repository(tmp_path / "work")
    made.commit({"a": "1"})
    made.git("clone", "-q", "--bare", made.root, str(tmp_path / "origin.git"))
    made.git("remote", "add", "origin", str(tmp_path / "origin.git"))
    return made


def tip(repository: Repository, clock: Clock | None = None, *, ref: str = "", every: float = 60.0) -> Tip:
    variables = {"GITHUB_REF_NAME": ref} if ref else {}
    return Tip(repository.root, git.commit(repository.root), variables, clock or Clock(NOW), every)


def test_what_is_merged_and_pushed_may_be_applied(repository: Repository) -> None:
    assert tip(repository).is_ours()
    repository.git("checkout", "-q", "--detach")
    assert tip(repository).is_ours()


def test_without_a_remote_everything_may(repository: Repository) -> None:
    repository.git("remote", "remove", "origin")
    repository.commit({"a": "2"})
    assert tip(repository).is_ours()


def test_a_pushed_branch_that_is_not_merged_may_not(repository: Repository) -> None:
    merged = git.commit(repository.root)
    repository.git("checkout", "-q", "-b", "exp")
    repository.commit({"a": "2"})
    repository.git("push", "-q", "origin", "exp")
    for asked in (tip(repository), tip(repository, ref="exp")):
        assert not asked.is_ours()
        assert (asked.named, asked.newer) == ("origin/main", merged)


def test_nor_what_is_not_pushed(repository: Repository) -> None:
    merged = git.commit(repository.root)
    repository.commit({"a": "2"})
    asked = tip(repository)
    assert not asked.is_ours()
    assert asked.newer == merged


def test_names_that_end_alike_change_nothing(repository: Repository) -> None:
    other = git.commit(repository.root)
    newest = repository.commit({"a": "2"})
    repository.git("push", "-q", "origin", "main", f"{other}:refs/heads/a/refs/heads/main", f"{other}:refs/tags/main")
    repository.git("tag", "main", other)
    assert tip(repository).is_ours()
    repository.git("checkout", "-q", "--detach", other)
    asked = tip(repository)
    assert not asked.is_ours(), "the old commit is the tip of a branch, but not of main"
    assert asked.newer == newest


def test_it_is_asked_again_after_a_while_and_stays_lost(repository: Repository) -> None:
    clock = Clock(NOW)
    asked = tip(repository, clock)
    old = git.commit(repository.root)
    assert asked.is_ours()
    newer = repository.commit({"a": "2"})
    repository.git("push", "-q", "origin", "main")
    clock.sleep(59)
    assert asked.is_ours()
    clock.sleep(1)
    assert not asked.is_ours()
    assert asked.newer == newer
    repository.git("push", "-q", "--force", "origin", f"{old}:main")
    clock.sleep(60)
    assert not asked.is_ours()


def test_a_remote_without_a_default_branch(repository: Repository, tmp_path: Path) -> None:
    repository.git("--git-dir", str(tmp_path / "origin.git"), "symbolic-ref", "HEAD", "refs/heads/never")
    assert tip(repository).is_ours()
    repository.git("checkout", "-q", "--detach")
    assert tip(repository, ref="main").is_ours()
    asked = tip(repository)
    assert not asked.is_ours()
    assert (asked.named, asked.newer) == ("any branch (HEAD is detached)", "not there")


# --- the commit applied last -----------------------------------------------------------------------


def refuse(repository: Repository, applied: str, *waivers: Waiver) -> None:
    refuse_the_past(repository.root, applied, git.commit(repository.root), waivers, TODAY)


def waiver(applied: str, until: date | None = None) -> Waiver:
    return Waiver(rule="GATE-HISTORY", subject=applied[:12], until=until, reason="why", location=WAIVER.location)


def test_what_contains_it_goes_on(repository: Repository) -> None:
    applied = git.commit(repository.root)
    refuse(repository, applied)
    repository.commit({"a": "2"})
    refuse(repository, applied)
    refuse(repository, "")
    refuse_the_past(repository.root, applied, "", (), TODAY)


def test_an_older_commit_is_refused(repository: Repository) -> None:
    applied = repository.commit({"a": "2"})
    repository.git("reset", "-q", "--hard", "HEAD^")
    with pytest.raises(Superseded) as caught:
        refuse(repository, applied)
    assert caught.value.exit_code is ExitCode.CONFLICT
    assert applied[:12] in caught.value.message


def test_a_commit_of_another_branch_names_it_and_the_way_out(repository: Repository) -> None:
    repository.git("checkout", "-q", "-b", "exp")
    applied = repository.commit({"a": "2"})
    repository.git("push", "-q", "origin", "exp")
    repository.git("checkout", "-q", "main")
    repository.commit({"a": "3"})
    with pytest.raises(Superseded, match="it is on origin/exp") as caught:
        refuse(repository, applied)
    assert f'allow: [{{rule: GATE-HISTORY, for: "{applied[:12]}", until: 2026-12-' in caught.value.hint


def test_the_exception_lets_exactly_that_commit_go(repository: Repository) -> None:
    gone = "1" * 40  # of a history that was rewritten
    assert not is_contained(repository.root, gone, git.commit(repository.root))
    refuse(repository, gone, waiver(gone))
    for other in (waiver("2" * 40), waiver(gone, until=date(2026, 11, 23))):
        with pytest.raises(Superseded, match="commit 111111111111 was applied already"):
            refuse(repository, gone, other)
