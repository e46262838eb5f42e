"""All posts of a commit, read by two processes where there are enough of them to pay."""

from __future__ import annotations

import os
from collections.abc import Container, Mapping, Sequence

from socialsync.config import Settings
from socialsync.model.sites import Site
from socialsync.source import posts
from socialsync.source.posts import Loaded, Part
from socialsync.source.tree import GitTree, Tree

WORTH_A_FORK = 2000  # files; below, a second process costs more than it saves


def load(
    settings: Settings,
    tree: Tree,
    *,
    history: Container[str] = (),
    known_media: Mapping[str, str] = {},
    only: Container[str] | None = None,
    processors: int | None = None,
) -> Loaded:
    """What posts.load says, word for word; `processors` is the machine's own number unless said."""
    named = [(site, path) for site, path in posts.files(settings, tree) if only is None or path in only]
    alone = (processors or os.cpu_count() or 1) < 2 or not hasattr(os, "fork")
    if alone or len(named) < WORTH_A_FORK or not isinstance(tree, GitTree):
        part = posts.read(settings, tree, named, history=history, known_media=known_media)
        return posts.whole(settings, tree, len(named), part)
    # Its half costs this process the unpacking of the other one, so that is the smaller.
    mine = len(named) * 11 // 20
    pid, pipe = _fork(settings, tree, named[mine:], history, known_media)
    first = posts.read(settings, tree, named[:mine], history=history, known_media=known_media)
    second = _join(pid, pipe)
    part = Part(
        ids=first.ids + second.ids,
        intents=first.intents + second.intents,
        problems=first.problems + second.problems,
        findings={
            key: first.findings.get(key, ()) + second.findings.get(key, ())
            for key in (*first.findings, *second.findings)
        },
    )
    return posts.whole(settings, tree, len(named), part)


def _fork(
    settings: Settings,
    tree: GitTree,
    named: Sequence[tuple[Site, str]],
    history: Container[str],
    known_media: Mapping[str, str],
) -> tuple[int, int]:
    """Start a process that reads these files and writes what they say; its id and the pipe to read from."""
    import pickle

    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        return pid, reading
    status = 1
    try:
        os.close(reading)
        with tree.again() as own:
            part = posts.read(settings, own, named, history=history, known_media=known_media)
        with os.fdopen(writing, "wb") as pipe:
            pickle.dump(part, pipe, pickle.HIGHEST_PROTOCOL)
        status = 0
    finally:
        os._exit(status)  # never back into the caller's code, whatever happened


def _join(pid: int, reading: int) -> Part:
    """What the process read. Raises RuntimeError if it died: posts that are missing are never taken for removed."""
    import pickle

    with os.fdopen(reading, "rb") as pipe:
        written = pipe.read()
    _, status = os.waitpid(pid, 0)
    if status != 0:
        raise RuntimeError(f"a process that read posts ended with status {status}")
    part = pickle.loads(written)
    assert isinstance(part, Part)
    return part
