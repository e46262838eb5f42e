"""`preview`: the posts of the work tree as HTML pages or as a calendar file; no network."""

from __future__ import annotations

import argparse
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack

from socialsync.commands.environment import Environment
from socialsync.commands.workspace import InvalidInput, Workspace, history, intents_at, open_worktree, states_here
from socialsync.commands.writing import Written
from socialsync.errors import ExitCode, UsageError
from socialsync.model.intents import Intent, MediaRef
from socialsync.model.problems import Problem, Severity
from socialsync.model.reports import Report
from socialsync.report import ics
from socialsync.report.preview import cards, differences, pages
from socialsync.report.preview.differences import Compared
from socialsync.source import documents, git, posts
from socialsync.source.tree import Entry, GitTree, Tree

OUT = "build/preview"
# What makes a folder ours, so that nothing else is ever replaced.
MARKER = ".socialsync-preview"
CALENDAR = "posts.ics"
_MAIN = ("origin/HEAD", "origin/main", "main", "HEAD")


def run(arguments: argparse.Namespace, environment: Environment) -> Report | Written:
    """Write the preview of all posts; those with problems are in it and are marked."""
    try:
        workspace = open_worktree(arguments.directory, environment)
    except InvalidInput as error:
        return Report(verb="preview", problems=error.problems, exit_code=ExitCode.INVALID)
    out = _out(workspace, arguments)
    loaded = posts.load(workspace.settings, workspace.tree, history=history(states_here(workspace)))
    if arguments.form == "ics":
        return _calendar(workspace, loaded, out, environment)
    commit = _base(workspace, arguments.base)
    base = intents_at(workspace, commit, loaded) if commit else None
    pairs = differences.compared(loaded.intents, base, _unread(loaded))

    def make(folder: str) -> None:
        environment.progress("copying pictures and videos")
        files = _copied(_media(pairs), workspace, commit, folder)
        environment.progress("drawing pages")
        for name, text in pages.pages(_preview(workspace, loaded, pairs, commit, files)).items():
            _write(os.path.join(folder, name), text)

    _replaced(out, make)
    return Written(paths=(os.path.join(out, "index.html"),), advice=_advice(loaded))


# --- what is shown ------------------------------------------------------------------------------


def _base(workspace: Workspace, revision: str | None) -> str:
    """The commit to compare with: where this branch left `revision`, by default the main branch; "" if there is none.
    Raises GitError for a revision that does not exist."""
    if revision is not None:
        return git.merge_base(workspace.root, revision, "HEAD")
    for candidate in _MAIN:
        try:
            return git.merge_base(workspace.root, candidate, "HEAD")
        except git.GitError:
            continue
    return ""


def _unread(loaded: posts.Loaded) -> frozenset[str]:
    """Files of which a part or all could not be read."""
    return frozenset(problem.location.path for problem in loaded.problems if problem.severity is Severity.ERROR)


def _preview(
    workspace: Workspace, loaded: posts.Loaded, pairs: tuple[Compared, ...], commit: str, files: frozenset[str]
) -> pages.Preview:
    read = {intent.location.path for intent in loaded.intents}
    of_file: dict[str, list[Problem]] = {}
    for problem in loaded.problems:
        of_file.setdefault(problem.location.path, []).append(problem)
    current = {pair.intent.key: pair.intent for pair in pairs if differences.Sort.REMOVED not in pair.sorts}
    return pages.Preview(
        pairs=pairs,
        problems={key: _of(intent, loaded, of_file) for key, intent in current.items()},
        broken=pages.broken(loaded.problems, read, _lines(workspace.tree, of_file.keys() - read)),
        cells=workspace.settings.cells,
        owner=workspace.settings.namespace,
        zone=workspace.settings.timezone,
        base=commit[:12],
        files=files,
    )


def _of(intent: Intent, loaded: posts.Loaded, of_file: Mapping[str, Sequence[Problem]]) -> tuple[Problem, ...]:
    return posts.ordered([*of_file.get(intent.location.path, ()), *loaded.findings.get(intent.key, ())])


def _lines(tree: Tree, paths: Iterable[str]) -> dict[str, list[str]]:
    return {
        path: data[: documents.POST_BYTES].decode("utf-8", "replace").split("\n")
        for path in paths
        if (data := tree.read(path, documents.POST_BYTES)) is not None
    }


def _advice(loaded: posts.Loaded) -> tuple[str, ...]:
    wrong = sum(problem.severity is Severity.ERROR for problem in loaded.judged())
    return ("Problems are shown in place; `socialsync validate` lists them.",) if wrong else ()


# --- files --------------------------------------------------------------------------------------


def _out(workspace: Workspace, arguments: argparse.Namespace) -> str:
    """The folder to write. Raises UsageError if it is reached through a symbolic link that the repository holds."""
    named: str | None = arguments.out
    default = os.path.join(workspace.root, *OUT.split("/"))
    out = default if named is None else os.path.abspath(os.path.join(arguments.directory, named))
    inside = os.path.relpath(out, workspace.root).replace(os.sep, "/")
    if not inside.startswith("../") and workspace.tree.entry(inside) is Entry.LINK:
        raise UsageError(
            f"{inside} is or lies behind a symbolic link",
            hint="Name a folder with --out, or take the link away.",
            code="E-OUT-LINK",
        )
    return out


def _media(pairs: Iterable[Compared]) -> dict[str, MediaRef]:
    """The files that the cards show, by the name of their copy."""
    shown = {cards.media_name(ref): ref for pair in pairs for ref in pair.intent.content.media}
    return {name: ref for name, ref in shown.items() if name}


def _copied(media: Mapping[str, MediaRef], workspace: Workspace, commit: str, folder: str) -> frozenset[str]:
    """Copies the files into `folder`; the names of those that were there. What was removed is taken from `commit`."""
    done = set()
    os.mkdir(os.path.join(folder, "media"))
    with ExitStack() as stack:
        trees: list[Tree] = [workspace.tree]
        for name, ref in media.items():
            if not _copy(trees[0], ref, os.path.join(folder, name)):
                if not commit:
                    continue
                if len(trees) == 1:
                    trees.append(stack.enter_context(GitTree(workspace.root, commit)))
                if not _copy(trees[1], ref, os.path.join(folder, name)):
                    continue
            done.add(name)
    return frozenset(done)


def _copy(tree: Tree, ref: MediaRef, target: str) -> bool:
    """Whether the tree has the very file that `ref` means; then it is at `target`."""
    digest = hashlib.sha256()
    try:
        with tree.open(ref.path) as source, open(target, "xb") as copy:
            while block := source.read(1 << 20):
                digest.update(block)
                copy.write(block)
    except FileNotFoundError:
        return False
    if digest.hexdigest() == ref.digest:
        return True
    os.unlink(target)
    return False


def _replaced(out: str, make: Callable[[str], None]) -> None:
    """The folder `out` as `make` fills it: whole, or as it was before. Raises UsageError if it holds anything else."""
    taken = os.path.lexists(out)
    if taken and (os.path.islink(out) or not os.path.isdir(out) or not _ours(out)):
        raise UsageError(
            f"{out} is there already and is no preview; nothing was written",
            hint="Name another folder with --out, or take this one away.",
            code="E-OUT",
        )
    os.makedirs(os.path.dirname(out), exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".preview-", dir=os.path.dirname(out)) as beside:
        fresh = os.path.join(beside, "new")
        os.mkdir(fresh)
        make(fresh)
        _write(os.path.join(fresh, MARKER), "Made by `socialsync preview`, which replaces this folder as a whole.\n")
        if taken:
            os.rename(out, os.path.join(beside, "old"))
        os.rename(fresh, out)


def _ours(folder: str) -> bool:
    return os.path.isfile(os.path.join(folder, MARKER)) or set(os.listdir(folder)) <= {CALENDAR}


def _write(path: str, text: str) -> None:
    with open(path, "x", encoding="utf-8", newline="\n") as stream:
        stream.write(text)


def _calendar(workspace: Workspace, loaded: posts.Loaded, out: str, environment: Environment) -> Written:
    """Writes `posts.ics` into the folder and leaves everything else there alone."""
    dated = ics.dated(loaded.intents)
    text = ics.render(
        dated, cells=workspace.settings.cells, owner=workspace.settings.namespace, now=environment.clock.now()
    )
    os.makedirs(out, exist_ok=True)
    path = os.path.join(out, CALENDAR)
    with tempfile.TemporaryDirectory(prefix=".preview-", dir=out) as beside:
        fresh = os.path.join(beside, "new")
        _write(fresh, text)
        os.replace(fresh, path)
    left = len(loaded.intents) - len(dated)
    advice = (f"{left} without a date, called off or to be deleted: not in the calendar.",) if left else ()
    return Written(paths=(path,), advice=(*advice, *_advice(loaded)))
