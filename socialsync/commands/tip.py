"""Whether HEAD is still the tip of its branch at the remote: a run of an older commit must not go on."""

from __future__ import annotations

from collections.abc import Mapping

from socialsync.clock import Clock
from socialsync.source import git


class Tip:
    """One branch at `origin`, asked again at most every `every` seconds. Without a remote there is nothing to lose
    against and HEAD always counts as the tip."""

    def __init__(self, root: str, commit: str, variables: Mapping[str, str], clock: Clock, every: float) -> None:
        self._root = root
        self._commit = commit
        self._clock = clock
        self._every = every
        self._branch = git.branch(root) or variables.get("GITHUB_REF_NAME", "")
        self._remote = git.has_remote(root, "origin")
        self._asked = float("-inf")
        self.newer = ""  # the commit that took its place, or "none", once that is so

    @property
    def named(self) -> str:
        return f"origin/{self._branch}" if self._branch else "any branch (HEAD is detached)"

    def is_ours(self) -> bool:
        """False as soon as the remote's branch names another commit, or no longer exists. Raises git.GitError."""
        if not self._remote or self.newer:
            return not self.newer
        now = self._clock.monotonic()
        if now - self._asked >= self._every:
            tip = git.remote_tip(self._root, "origin", self._branch) if self._branch else ""
            self._asked = now
            if tip != self._commit:
                self.newer = tip or "none"
        return not self.newer
