"""The contents of git's objects, from one `git cat-file --batch` that works ahead of what is read."""

from __future__ import annotations

import contextlib
import subprocess
import weakref
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice

from socialsync.source import git

# So many requests fit into a pipe many times over: git never waits for us to take a content while we wait for it to
# take a request.
_AHEAD = 64


class Objects:
    """One repository's; not to be shared between processes. The child ends with it."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._start_anew()

    def _start_anew(self) -> None:
        self._batch: subprocess.Popen[bytes] | None = None
        self._coming: Iterator[str] = iter(())
        self._asked: deque[str] = deque()
        self._early: dict[str, bytes | None] = {}  # what came before it was read

    def expect(self, blobs: Iterable[str]) -> None:
        """These will be read next, in about this order. Waiting for each answer in turn costs more than the reading."""
        self._coming = iter(blobs)

    def read(self, blob: str) -> bytes:
        """The content. Raises GitError for one that is not in this clone."""
        if len(self._asked) < _AHEAD // 2:
            self._ask(islice(self._coming, _AHEAD - len(self._asked)))
        if blob not in self._early and blob not in self._asked:
            self._ask([blob])
        while blob not in self._early:
            first = self._asked.popleft()
            self._early[first] = self._answer()
        data = self._early.pop(blob)
        if data is None:
            raise git.GitError(
                f"The object {blob} is not in this clone.", hint="Fetch it: a partial clone cannot be applied."
            )
        return data

    def close(self) -> None:
        """End the child; another read starts a new one."""
        if self._batch is not None:
            _stop(self._batch)
        self._start_anew()

    def _ask(self, blobs: Iterable[str]) -> None:
        wanted = list(blobs)
        if not wanted:
            return
        pipe = self._child().stdin
        assert pipe is not None
        pipe.write("".join(f"{blob}\n" for blob in wanted).encode())
        pipe.flush()
        self._asked.extend(wanted)

    def _answer(self) -> bytes | None:
        pipe = self._child().stdout
        assert pipe is not None
        head = pipe.readline().split()
        if len(head) != 3:
            return None
        data = pipe.read(int(head[2]) + 1)
        return data[:-1]

    def _child(self) -> subprocess.Popen[bytes]:
        if self._batch is None:
            self._batch = subprocess.Popen(
                git.command(self._root, "cat-file", "--batch"),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=git.environment(),
                start_new_session=True,  # Ctrl-C is for the tool, which then still ends what it has begun
            )
            weakref.finalize(self, _stop, self._batch)
        return self._batch


def _stop(batch: subprocess.Popen[bytes]) -> None:
    """Also one that is amid a long answer that nobody reads: its pipe breaks."""
    for pipe in (batch.stdout, batch.stdin):
        if pipe is not None:
            with contextlib.suppress(BrokenPipeError):
                pipe.close()
    batch.wait()
