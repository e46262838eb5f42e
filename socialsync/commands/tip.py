"""Whether HEAD is what `apply` may carry out: the tip of the branch that merges go to, and no commit of the past."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property

from socialsync.clock import Clock
from socialsync.errors import Superseded
from socialsync.model.intents import Waiver
from socialsync.plan.waivers import Book
from socialsync.source import git

HISTORY = "GATE-HISTORY"


class Tip:
    """The default branch of `origin`, asked again at most every `every` seconds. Without a remote there is nothing to
    lose against and HEAD always counts as the tip."""

    def __init__(self, root: str, commit: str, variables: Mapping[str, str], clock: Clock, every: float) -> None:
        self._root = root
        self._commit = commit
        self._clock = clock
        self._every = every
        self._variables = variables
        self._asked = float("-inf")
        self._default = ""
        self.newer = ""  # the commit that took its place, or "not there", once that is so

    @cached_property
    def _branch(self) -> str:
        return git.branch(self._root) or self._variables.get("GITHUB_REF_NAME", "")

    @cached_property
    def _has_remote(self) -> bool:
        return git.has_remote(self._root, "origin")

    @property
    def named(self) -> str:
        """The branch that was asked for."""
        return f"origin/{self._default}" if self._default else "any branch (HEAD is detached)"

    def is_ours(self) -> bool:
        """False as soon as that branch names another commit, or no longer exists. Raises git.GitError."""
        if self.newer or not self._has_remote:
            return not self.newer
        now = self._clock.monotonic()
        if now - self._asked >= self._every:
            self._default, tip = git.remote_tip(self._root, "origin", self._branch)
            self._asked = now
            if tip != self._commit:
                self.newer = tip or "not there"
        return not self.newer


def is_contained(root: str, applied: str, here: str) -> bool:
    """Whether `here` has the commit applied last in its history, or there is nothing to compare. Raises GitError."""
    return not (here and applied) or git.is_ancestor(root, applied, here)


def refuse_the_past(root: str, applied: str, here: str, waivers: Iterable[Waiver], today: date) -> None:
    """Raises Superseded for a commit that does not contain the one applied last: a re-run or a slow queue must not undo
    what a newer one did. Where history was rewritten, or another branch was applied, no run would ever be right again:
    an exception in socialsync.yaml, which is reviewed, lets it through."""
    if is_contained(root, applied, here):
        return
    book = Book(today)
    if book.waived(waivers, HISTORY, (applied[:12],)):
        return
    holding = git.remote_branches(root, applied)
    where = f" (it is on {', '.join(holding)})" if holding else ""
    raise Superseded(
        f"commit {applied[:12]}{where} was applied already and this one, {here[:12]}, does not contain it",
        hint="Apply the newest commit of the branch, or merge that one. If its history was rewritten, or that one was "
        f"never meant to be merged, write into socialsync.yaml: {book.line(HISTORY, applied[:12])}",
    )
