"""Where State is kept: files for an emulator site, branches for a real one; what was claimed in a place of its own."""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Protocol

from socialsync import claims
from socialsync.errors import ExitCode, SocialSyncError, Superseded
from socialsync.source import git
from socialsync.state import State, decode, encode

BRANCH = "socialsync-state"
CLAIMS = "socialsync-state-claims"
_FOLDERS = {BRANCH: "state", CLAIMS: "claims"}


class StateError(SocialSyncError):
    """State cannot be reached, read or written; what was sent to the service is not in doubt because of it."""

    exit_code = ExitCode.UNREACHABLE
    code = "E-STATE"


class Unreadable(StateError):
    """State is there, and says nothing that this version can read."""

    exit_code = ExitCode.INVALID


class Store(Protocol):
    """Where State is kept."""

    def load(self) -> State:
        """The state, empty if there is none yet. Raises SocialSyncError if it is there but cannot be read."""

    def save(self, state: State) -> None:
        """Write it as a whole or not at all. Raises Superseded if another run wrote in between, StateError if it
        cannot be written."""

    def check_writable(self) -> None:
        """Raises StateError if `save` would fail for want of room, of permission or of an answer: to be asked before
        anything is sent to the service that would then be forgotten."""


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


def _whole(site: str, read: Mapping[str, bytes], place: Callable[[str], str]) -> State:
    """The state from its two files, as far as they are there; `place` says where each lies."""
    try:
        state = decode(read[BRANCH], site, place(BRANCH)) if BRANCH in read else State(site=site)
        claimed = claims.decode(read[CLAIMS], site, place(CLAIMS)) if CLAIMS in read else {}
    except SocialSyncError as error:
        raise Unreadable(error.message, hint=error.hint) from error
    return replace(state, claims={**state.claims, **claimed})


def _changed(state: State, read: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """The parts of `state` that are not as they were read, claims first: no claim may be forgotten because the rest
    could not be written."""
    for part, data in _parts(state).items():
        if data != read.get(part, _parts(State(site=state.site))[part]):
            yield part, data


def _parts(state: State) -> dict[str, bytes]:
    return {CLAIMS: claims.encode(state.site, state.claims), BRANCH: encode(replace(state, claims={}))}


class FileStore:
    """State of an emulator site, in `.socialsync/state/<site>.json`; its claims in `.socialsync/claims/`."""

    def __init__(self, folder: str, site: str) -> None:
        self._site = site
        self._paths = {part: Path(folder) / name / f"{site}.json" for part, name in _FOLDERS.items()}
        self._read: dict[str, bytes] = {}

    def load(self) -> State:
        self._read = {}
        for part in _FOLDERS:
            with self._reported(part) as path, contextlib.suppress(FileNotFoundError):
                self._read[part] = path.read_bytes()
        return _whole(self._site, self._read, lambda part: str(self._paths[part]))

    def save(self, state: State) -> None:
        for part, data in _changed(state, self._read):
            self._write(part, data)
            self._read[part] = data

    def check_writable(self) -> None:
        with self._reported(BRANCH) as path:
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=path.parent) as stream:
                stream.write(encode(State(site=self._site)))

    def _write(self, part: str, data: bytes) -> None:
        with self._reported(part) as path:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=".state-")
            try:
                with os.fdopen(handle, "wb") as stream:
                    stream.write(data)
                    stream.flush()
                    os.fsync(stream.fileno())
                os.replace(name, path)
            except BaseException:
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(name)
                raise

    @contextlib.contextmanager
    def _reported(self, part: str) -> Iterator[Path]:
        path = self._paths[part]
        try:
            yield path
        except OSError as error:
            raise StateError(
                f"{path} cannot be read or written: {error.strerror or error}",
                hint="Is there room on the disk, and may this user write there?",
            ) from error


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
        return _whole(self._site, self._read, lambda branch: f"{branch}:{self._name}")

    def save(self, state: State) -> None:
        for branch, data in _changed(state, self._read):
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
        tracked = {branch: self._rev(f"refs/remotes/origin/{branch}") for branch in _FOLDERS if self._offline}
        found = {branch: tracked.get(branch) or self._rev(f"refs/heads/{branch}") for branch in _FOLDERS}
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
        found = git.remote_refs(self._root, "origin", *(f"refs/heads/{branch}" for branch in _FOLDERS))
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
