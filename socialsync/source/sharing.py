"""All posts of a commit, read by two processes where there are enough of them to pay."""

from __future__ import annotations

import os
from collections.abc import Container, Mapping

from socialsync.config import Settings
from socialsync.source import forking, posts
from socialsync.source.forking import CAN_FORK, WORTH_A_FORK
from socialsync.source.posts import Loaded, Part
from socialsync.source.tree import GitTree, Tree


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
    alone = (processors or os.cpu_count() or 1) < 2 or not CAN_FORK
    if alone or len(named) < WORTH_A_FORK or not isinstance(tree, GitTree):
        part = posts.read(settings, tree, named, history=history, known_media=known_media)
        return posts.whole(settings, tree, len(named), part)
    # Its half costs this process the unpacking of the other one, so that is the smaller.
    mine = len(named) * 11 // 20

    def rest() -> Part:
        with tree.again() as own:
            return posts.read(settings, own, named[mine:], history=history, known_media=known_media)

    other = forking.started(rest)
    first = posts.read(settings, tree, named[:mine], history=history, known_media=known_media)
    second = other.result()
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
