"""Commits that no work tree takes part in, made by GitPython in this process: no program runs and no key is shown."""

from __future__ import annotations

import configparser
import io
import os
from itertools import chain

import git as gitpython
from git.objects.fun import tree_to_stream
from gitdb import IStream, LooseObjectDB  # type: ignore[import-untyped]

from socialsync.source import git

_AUTHOR = gitpython.Actor("socialsync", "socialsync@users.noreply.github.com")
_FILE = 0o100644


class NotWritten(git.GitError):
    """The commit could not be made: no room, no permission, or a repository that GitPython cannot write to."""


def with_file(root: str, parent: str, name: str, data: bytes, message: str) -> str:
    """The id of a new commit on top of `parent` ("" for a first one), the same but for the file `name` at its root. No
    branch is moved. Raises git.GitError."""
    listed = git.run(root, "ls-tree", "--full-tree", "-z", parent).split(b"\0")[:-1] if parent else []
    folder, objects = git.run(root, "rev-parse", "--absolute-git-dir", "--git-path", "objects").splitlines()
    try:
        repository = gitpython.Repo(os.fsdecode(folder))
        # By itself it would run `git hash-object` with our whole environment, keys and GIT_OBJECT_DIRECTORY too.
        repository.odb = LooseObjectDB(os.path.join(root, os.fsdecode(objects)))

        def stored(kind: bytes, content: bytes) -> bytes:
            return bytes(repository.odb.store(IStream(kind, len(content), io.BytesIO(content))).binsha)

        ours = (stored(b"blob", data), _FILE, name)
        entries = {entry[2]: entry for entry in chain(map(_entry, listed), [ours])}
        tree = io.BytesIO()
        tree_to_stream([entries[each] for each in sorted(entries, key=os.fsencode)], tree.write)
        made = gitpython.Commit.create_from_tree(
            repository,
            gitpython.Tree(repository, stored(b"tree", tree.getvalue())),
            message,
            [gitpython.Commit(repository, bytes.fromhex(parent))] if parent else [],
            author=_AUTHOR,
            committer=_AUTHOR,
        )
    except (OSError, ValueError, gitpython.GitError, configparser.Error) as error:
        raise NotWritten(
            f"nothing can be written to this clone: {error}",
            hint="Is there room on the disk, and may this user write into .git?",
        ) from error
    return str(made.hexsha)


def _entry(listed: bytes) -> tuple[bytes, int, str]:
    described, name = listed.split(b"\t", 1)
    mode, _, identity = described.split()
    return bytes.fromhex(identity.decode()), int(mode, 8), os.fsdecode(name)
