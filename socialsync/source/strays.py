"""Posts that lie in no site's folder: nobody would post them, and nobody would miss them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from socialsync.config import Settings
from socialsync.model.problems import Location, Problem
from socialsync.source import documents, paths
from socialsync.source.tree import Entry, Tree
from socialsync.source.words import listed

_FIELD = rb"(?m)^(id|schedule|channels):"
_ENOUGH = 2  # of these fields: a file with one alone may be anything


def problems(settings: Settings, tree: Tree) -> list[Problem]:
    """Every file beside the sites' folders that looks like a post; of the whole repository where a site's folder is
    not there, for then its name may be what is wrong."""
    folders = [site.posts for site in settings.sites.values()]
    if all(tree.entry(folder.rstrip("/")) is Entry.FOLDER for folder in folders):
        around = {parent for folder in folders if (parent := folder.rstrip("/").rpartition("/")[0])}
    else:
        around = {""}
    found = sorted({path for parent in around for path in _outside(tree, parent, folders)})
    return [_problem(path, folders) for path in found if _looks_like_a_post(tree, path)]


def _outside(tree: Tree, folder: str, folders: list[str]) -> Iterator[str]:
    """The YAML files below `folder` that lie in none of `folders`, which are not walked: they may be large."""
    for name in tree.names(folder):
        path = f"{folder}/{name}" if folder else name
        if name.startswith(".") or f"{path}/" in folders:
            continue
        if paths.names_a_post(name):
            yield path
        elif tree.entry(path) is Entry.FOLDER:
            yield from _outside(tree, path, folders)


def _looks_like_a_post(tree: Tree, path: str) -> bool:
    return len(set(re.findall(_FIELD, tree.read(path, documents.POST_BYTES) or b""))) >= _ENOUGH


def _problem(path: str, folders: list[str]) -> Problem:
    return Problem(
        code="E-FOLDER",
        message="This post lies in no site's folder, so nobody would post it.",
        location=Location(path=path, line=1, column=1),
        hint=f"Move it to {listed(folders, 'or')}, or start its name with “_” to leave it out.",
    )
