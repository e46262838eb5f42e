"""Where State is kept: a file for an emulator site, the branch `socialsync-state` for a real one."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from socialsync.errors import SocialSyncError, Superseded
from socialsync.state import State, decode, encode

if TYPE_CHECKING:
    import git

BRANCH = "socialsync-state"
_AUTHOR = "socialsync <socialsync@users.noreply.github.com>"


class Store(Protocol):
    """Where State is kept."""

    def load(self) -> State:
        """The state, empty if there is none yet. Raises SocialSyncError if it is there but cannot be read."""

    def save(self, state: State) -> None:
        """Write it as a whole or not at all. Raises Superseded if another run wrote in between."""


def amend(store: Store, change: Callable[[State], State], *, tries: int = 3) -> State:
    """Change the state as it is now: read, changed and written again if another run wrote in between, so that nothing
    either of them saw confirmed is lost. The state as it then is; Superseded if others write all the time."""
    while True:
        before = store.load()
        after = change(before)
        if after == before:
            return before
        try:
            store.save(after)
        except Superseded:
            tries -= 1
            if not tries:
                raise
        else:
            return after


class FileStore:
    """State of an emulator site, in `.socialsync/state/<site>.json`."""

    def __init__(self, folder: str, site: str) -> None:
        self._path = Path(folder) / "state" / f"{site}.json"
        self._site = site

    def load(self) -> State:
        try:
            data = self._path.read_bytes()
        except FileNotFoundError:
            return State(site=self._site)
        return decode(data, self._site, str(self._path))

    def save(self, state: State) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=".state-")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(encode(state))
                stream.flush()
                os.fsync(stream.fileno())
            os.replace(name, self._path)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(name)
            raise


class BranchStore:
    """State on the branch `socialsync-state`, which shares no history with the posts and never touches the work tree.

    With a remote `origin` it is read from there and pushed there, fast-forward only: the push is a compare and swap.
    `offline` reads what this clone has and asks no remote.
    """

    def __init__(self, root: str, site: str, *, offline: bool = False) -> None:
        import git

        self._repo = git.Repo(root, search_parent_directories=True)
        self._site = site
        self._name = f"{site}.json"
        has_origin = "origin" in [remote.name for remote in self._repo.remotes]
        self._remote = "origin" if has_origin and not offline else ""
        self._offline = offline
        self._tip = ""

    def load(self) -> State:
        self._tip = self._fetch() if self._remote else self._local()
        if not self._tip:
            return State(site=self._site)
        listing = self._git().ls_tree(self._tip, "--", self._name)
        if not listing:
            return State(site=self._site)
        blob = listing.split()[2]
        data = self._repo.git.cat_file("blob", blob, stdout_as_string=False, strip_newline_in_stdout=False)
        return decode(data, self._site, f"{BRANCH}:{self._name}")

    def save(self, state: State) -> None:
        blob = self._write_blob(encode(state))
        entries = [] if not self._tip else self._git().ls_tree(self._tip).splitlines()
        kept = [entry for entry in entries if entry.split("\t", 1)[1] != self._name]
        tree = self._feed(["mktree"], "\n".join([*kept, f"100644 blob {blob}\t{self._name}"]) + "\n")
        parents = ["-p", self._tip] if self._tip else []
        who, address = _AUTHOR[:-1].split(" <")
        names = {
            "GIT_AUTHOR_NAME": who,
            "GIT_AUTHOR_EMAIL": address,
            "GIT_COMMITTER_NAME": who,
            "GIT_COMMITTER_EMAIL": address,
        }
        message = f"{self._site}: state after {state.commit[:12] or 'a run'}"
        with self._repo.git.custom_environment(**names):
            commit = self._git().commit_tree(tree, *parents, "-m", message)
        if self._remote:
            self._push(commit)
            self._git().update_ref(f"refs/heads/{BRANCH}", commit)
        else:
            self._swap(commit)
        self._tip = commit

    def _local(self) -> str:
        # What the last fetch brought is what others can see too; a branch of this clone comes second.
        tracked = self._rev(f"refs/remotes/origin/{BRANCH}") if self._offline else ""
        return tracked or self._rev(f"refs/heads/{BRANCH}")

    def _fetch(self) -> str:
        import git

        tracking = f"refs/remotes/{self._remote}/{BRANCH}"
        try:
            known = self._git().ls_remote(self._remote, f"refs/heads/{BRANCH}")
            if not known:
                return ""
            self._git().fetch("--quiet", "--no-tags", self._remote, f"+refs/heads/{BRANCH}:{tracking}")
        except git.GitCommandError as error:
            raise SocialSyncError(
                f"the branch {BRANCH} cannot be fetched from {self._remote}",
                hint="Is the remote reachable, and may this job read it?",
                code="E-STATE",
            ) from error
        return self._rev(tracking)

    def _push(self, commit: str) -> None:
        import git

        lease = f"--force-with-lease=refs/heads/{BRANCH}:{self._tip}"
        try:
            # The lease makes the push a compare and swap on the very tip that was read; never a real force.
            self._git().push("--quiet", lease, self._remote, f"{commit}:refs/heads/{BRANCH}")
        except git.GitCommandError as error:
            raise Superseded(
                f"the branch {BRANCH} could not be pushed: another run has written it, or this job may not",
                hint="Run again; give the apply job permission to write contents.",
                code="E-STATE-PUSH",
            ) from error

    def _swap(self, commit: str) -> None:
        import git

        try:
            self._git().update_ref(f"refs/heads/{BRANCH}", commit, self._tip or "0" * len(commit))
        except git.GitCommandError as error:
            raise Superseded(
                f"the branch {BRANCH} was written by another run", hint="Run again.", code="E-STATE-PUSH"
            ) from error

    def _rev(self, ref: str) -> str:
        import git

        try:
            return str(self._git().rev_parse("--verify", "--quiet", f"{ref}^{{commit}}"))
        except git.GitCommandError:
            return ""

    def _write_blob(self, data: bytes) -> str:
        return self._feed(["hash-object", "-w", "--stdin"], data.decode())

    def _feed(self, command: list[str], text: str) -> str:
        with tempfile.TemporaryFile() as stream:
            stream.write(text.encode())
            stream.seek(0)
            return str(self._repo.git.execute(["git", *command], istream=stream))

    def _git(self) -> git.Git:
        return self._repo.git
