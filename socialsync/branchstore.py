"""State of a real site: branches of the repository, read from `origin` and pushed there by compare and swap."""

from __future__ import annotations

import secrets
from functools import cached_property

from socialsync.errors import Superseded
from socialsync.source import git
from socialsync.state import State, encode
from socialsync.statestore import BRANCH, PARTS, StateError, changed, whole


class BranchStore:
    """State on branches of their own, `socialsync-state` and `socialsync-state-claims`, which share no history with the
    posts and never touch the work tree.

    With a remote `origin` they are read from there and pushed there, fast-forward only: the push is a compare and
    swap. `offline` reads what this clone has and asks no remote.
    """

    def __init__(self, root: str, site: str, *, offline: bool = False) -> None:
        self._root = root
        self._site = site
        self._name = f"{site}.json"
        self._offline = offline
        # Two runs that write the same on top of the same in the same second would make one and the same commit, and
        # each would take the other's push for its own.
        self._run = secrets.token_hex(8)
        self._tips: dict[str, str] = {}
        self._read: dict[str, bytes] = {}

    def load(self) -> State:
        self._tips = self._fetched() if self._remote else self._local()
        self._read = {branch: data for branch, tip in self._tips.items() if (data := self._blob(tip)) is not None}
        return whole(self._site, self._read, lambda branch: f"{branch}:{self._name}")

    def save(self, state: State) -> None:
        for branch, data in changed(state, self._read):
            message = f"{self._site}: state after {state.commit[:12] or 'a run'}\n\nRun: {self._run}\n"
            commit = self._commit(branch, data, message)
            self._swap(branch, commit)
            self._tips[branch], self._read[branch] = commit, data

    def check_writable(self) -> None:
        commit = self._commit(BRANCH, encode(State(site=self._site)), "can this be written?")
        if remote := self._remote:
            try:
                git.run(self._root, "push", "--quiet", "--dry-run", remote, f"+{commit}:refs/heads/{BRANCH}")
            except git.GitError as error:
                raise _not_written(BRANCH, error) from error

    def _commit(self, branch: str, data: bytes, message: str) -> str:
        from socialsync.source import commits  # brings GitPython, which only a run with something to remember needs

        try:
            return commits.with_file(self._root, self._tips.get(branch, ""), self._name, data, message)
        except git.GitError as error:
            raise _not_written(branch, error) from error

    @cached_property
    def _remote(self) -> str:
        return "origin" if not self._offline and git.has_remote(self._root, "origin") else ""

    def _local(self) -> dict[str, str]:
        # What the last fetch brought is what others can see too; a branch of this clone comes second.
        tracked = {branch: self._rev(f"refs/remotes/origin/{branch}") for branch in PARTS if self._offline}
        found = {branch: tracked.get(branch) or self._rev(f"refs/heads/{branch}") for branch in PARTS}
        return {branch: tip for branch, tip in found.items() if tip}

    def _fetched(self) -> dict[str, str]:
        try:
            tips = self._at_remote()
            moved = [branch for branch, tip in tips.items() if tip != self._rev(f"refs/remotes/origin/{branch}")]
            if moved:
                wanted = (f"+refs/heads/{branch}:refs/remotes/origin/{branch}" for branch in moved)
                git.run(self._root, "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "origin", *wanted)
        except git.GitError as error:
            raise StateError(
                f"the branch {BRANCH} cannot be fetched from origin: {error.message}",
                hint="Is the remote reachable, and may this job read it?",
            ) from error
        # What has just been fetched may be newer than what the remote listed.
        return {**tips, **{branch: self._rev(f"refs/remotes/origin/{branch}") for branch in moved}}

    def _at_remote(self) -> dict[str, str]:
        found = git.remote_refs(self._root, "origin", *(f"refs/heads/{branch}" for branch in PARTS))
        return {ref.removeprefix("refs/heads/"): tip for ref, tip in found.items()}

    def _rev(self, ref: str) -> str:
        try:
            return git.commit(self._root, ref)
        except git.NoCommit:
            return ""

    def _blob(self, tip: str) -> bytes | None:
        """The site's file in one commit."""
        listed = git.run(self._root, "ls-tree", "--full-tree", tip, "--", self._name).split()
        return git.run(self._root, "cat-file", "blob", listed[2].decode()) if listed else None

    def _swap(self, branch: str, commit: str) -> None:
        """Move the branch from what was read to `commit`, if nobody else has moved it."""
        ref, tip = f"refs/heads/{branch}", self._tips.get(branch, "")
        try:
            if self._remote:
                # The lease makes the push a compare and swap on the very tip that was read; never a real force.
                lease = f"--force-with-lease={ref}:{tip}"
                git.run(self._root, "push", "--quiet", lease, "origin", f"{commit}:{ref}")
                git.run(self._root, "update-ref", ref, commit)
            else:
                git.run(self._root, "update-ref", ref, commit, tip or "0" * len(commit))
        except git.GitError as error:
            self._settle(branch, commit, error)

    def _settle(self, branch: str, commit: str, error: git.GitError) -> None:
        """What became of a write that git says has failed: an answer can get lost, so it is looked at."""
        try:
            found = self._at_remote() if self._remote else self._local()
        except git.GitError as still:
            raise _not_written(branch, still) from error
        if found.get(branch, "") == commit:
            return
        if found.get(branch, "") == self._tips.get(branch, ""):
            raise _not_written(branch, error) from error
        raise Superseded(
            f"the branch {branch} was written by another run", hint="Run again.", code="E-STATE-PUSH"
        ) from error


def _not_written(branch: str, error: git.GitError) -> StateError:
    return StateError(
        f"the branch {branch} cannot be written: {error.message}",
        hint="Is the remote reachable, may the apply job write contents, and is there room on the disk?",
        code="E-STATE-PUSH",
    )
