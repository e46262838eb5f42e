"""Where files are read from: the work tree, or one commit; both never follow a symbolic link."""

from __future__ import annotations

import copy
import io
import os
import stat
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import BinaryIO, Protocol

from socialsync.source import git
from socialsync.source.objects import Objects

_READ = 32 * 1024  # a larger buffer costs an mmap and its page faults for every file


class Entry(StrEnum):
    """What stands at a path."""

    FILE = "file"
    FOLDER = "folder"
    LINK = "link"  # at the path or on the way to it
    OTHER = "other"  # device, pipe, submodule
    NONE = "none"


class Tree(Protocol):
    """The files of a repository; paths are from its root, with `/`, already checked not to leave it."""

    root: str

    def expect(self, paths: Iterable[str]) -> None:
        """These files will be read next, in about this order."""

    def paths(self, folder: str) -> list[str]:
        """All paths below `folder`, sorted; links and unreadable things included, so that they can be refused."""

    def names(self, folder: str) -> list[str]:
        """The names that stand directly in `folder`; none if there is no such folder."""

    def entry(self, path: str) -> Entry:
        """What stands at `path`."""

    def blob(self, path: str) -> str:
        """The git blob id of a file, or "" where the tree does not know it."""

    def read(self, path: str, limit: int = -1) -> bytes | None:
        """A file's bytes (at most `limit` and one more), or None if no regular file stands there."""

    def open(self, path: str) -> BinaryIO:
        """A file for reading. Raises FileNotFoundError if no regular file stands there."""


class WorkTree:
    """The files on disk below `root`."""

    def __init__(self, root: str) -> None:
        self.root = root

    def expect(self, paths: Iterable[str]) -> None:
        """The disk's own cache reads ahead."""

    def paths(self, folder: str) -> list[str]:
        found: list[str] = []
        waiting = [folder.rstrip("/")]
        while waiting:
            here = waiting.pop()
            try:
                entries = os.scandir(os.path.join(self.root, here))
            except (FileNotFoundError, NotADirectoryError):
                continue
            with entries:
                for entry in entries:
                    path = f"{here}/{entry.name}" if here else entry.name
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(path)
                    else:
                        found.append(path)
        found.sort()
        return found

    def names(self, folder: str) -> list[str]:
        try:
            return os.listdir(os.path.join(self.root, folder))
        except (FileNotFoundError, NotADirectoryError):
            return []

    def entry(self, path: str) -> Entry:
        here = self.root
        mode = 0
        for part in path.split("/"):
            here = os.path.join(here, part)
            try:
                mode = os.lstat(here).st_mode
            except (FileNotFoundError, NotADirectoryError):
                return Entry.NONE
            if stat.S_ISLNK(mode):
                return Entry.LINK
        if stat.S_ISREG(mode):
            return Entry.FILE
        return Entry.FOLDER if stat.S_ISDIR(mode) else Entry.OTHER

    def blob(self, path: str) -> str:  # noqa: ARG002
        return ""

    def read(self, path: str, limit: int = -1) -> bytes | None:
        try:
            descriptor = os.open(f"{self.root}/{path}", os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError:
            return None
        try:
            data = os.read(descriptor, _READ)
            if len(data) == _READ:
                parts = [data]
                size = len(data)
                while (limit < 0 or size <= limit) and (more := os.read(descriptor, 1 << 20)):
                    parts.append(more)
                    size += len(more)
                data = b"".join(parts)
            return data if limit < 0 else data[: limit + 1]
        except OSError:  # a folder, or a pipe that nobody writes to
            return None
        finally:
            os.close(descriptor)

    def open(self, path: str) -> BinaryIO:
        if self.entry(path) is not Entry.FILE:
            raise FileNotFoundError(path)
        return os.fdopen(os.open(f"{self.root}/{path}", os.O_RDONLY | os.O_NOFOLLOW), "rb")


class GitTree:
    """The files of one commit, from one `git ls-tree` and one `git cat-file --batch`, which ends with it."""

    def __init__(self, root: str, commit: str) -> None:
        """Raises git.GitError if there is no such commit."""
        self.root = root
        self.commit = git.commit(root, commit)
        self._entries = dict(_listing(git.run(root, "ls-tree", "-r", "-z", "--full-tree", self.commit)))
        self._objects = Objects(root)

    def again(self) -> GitTree:
        """The same files for another process, which must not share this one's pipes."""
        other = copy.copy(self)
        other._objects = Objects(self.root)
        return other

    def __enter__(self) -> GitTree:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        self._objects.close()

    def expect(self, paths: Iterable[str]) -> None:
        self._objects.expect(blob for path in paths if (blob := self.blob(path)))

    def paths(self, folder: str) -> list[str]:
        below = folder.rstrip("/") + "/"
        return [path for path in self._entries if path.startswith(below) or below == "/"]

    def names(self, folder: str) -> list[str]:
        below = folder.rstrip("/") + "/" if folder.strip("/") else ""
        cut = len(below)
        return list(dict.fromkeys(path[cut:].split("/", 1)[0] for path in self._entries if path.startswith(below)))

    def entry(self, path: str) -> Entry:
        mode = self._entries.get(path, ("", ""))[0]
        match mode:
            case "100644" | "100755":
                return Entry.FILE
            case "120000":
                return Entry.LINK
            case "":
                parents = [path[:index] for index, sign in enumerate(path) if sign == "/"]
                if any(self._entries.get(parent, ("", ""))[0] == "120000" for parent in parents):
                    return Entry.LINK
                return Entry.FOLDER if self.names(path) else Entry.NONE
            case _:
                return Entry.OTHER

    def blob(self, path: str) -> str:
        return self._entries.get(path, ("", ""))[1]

    def read(self, path: str, limit: int = -1) -> bytes | None:
        if self.entry(path) is not Entry.FILE:
            return None
        data = self._objects.read(self.blob(path))
        return data if limit < 0 else data[: limit + 1]

    def open(self, path: str) -> BinaryIO:
        data = self.read(path)
        if data is None:
            raise FileNotFoundError(path)
        return io.BytesIO(data)


def _listing(output: bytes) -> Iterator[tuple[str, tuple[str, str]]]:
    for line in output.split(b"\0"):
        if line:
            facts, _, path = line.partition(b"\t")
            mode, _, blob = facts.decode().split(" ")
            yield os.fsdecode(path), (mode, blob)
