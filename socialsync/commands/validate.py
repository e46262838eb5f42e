"""`validate`: all Problems of the files on disk at once; no network, no clock."""

from __future__ import annotations

import argparse
import gc
import os
from collections.abc import Container, Sequence

from socialsync.commands.environment import Environment
from socialsync.commands.workspace import InvalidInput, Workspace, history, open_worktree, states_here
from socialsync.errors import ExitCode, UsageError
from socialsync.model.problems import Severity
from socialsync.model.reports import Report
from socialsync.source import changed, checking, paths, posts
from socialsync.source.tree import WorkTree


def run(arguments: argparse.Namespace, environment: Environment) -> Report:
    """Problems of all files, shown for PATHS if any are given; limits only for what is not history.

    Raises UsageError where nothing of the repository stands at one of PATHS.
    """
    try:
        workspace = open_worktree(arguments.directory, environment)
    except InvalidInput as error:
        return Report(verb="validate", problems=error.problems, exit_code=ExitCode.INVALID)
    wanted = _wanted(arguments.paths, workspace.root)
    final = history(states_here(workspace))
    if arguments.changed:
        loaded = posts.load(workspace.settings, workspace.tree, history=final)
        found = loaded.judged(changed.touched(loaded, workspace.root, arguments.changed))
        of = [path for _, path in posts.files(workspace.settings, workspace.tree) if paths.inside(path, wanted)]
        counted = (len(of), sum(paths.inside(intent.location.path, wanted) for intent in loaded.intents))
    else:
        checked = _check(workspace, final, wanted)
        found, counted = checked.problems, (checked.posts, checked.targets)
    shown = [problem for problem in found if paths.inside(problem.location.path, wanted)]
    wrong = any(problem.severity is Severity.ERROR for problem in shown)
    return Report(
        verb="validate",
        problems=tuple(shown),
        exit_code=ExitCode.INVALID if wrong else ExitCode.OK,
        checked_posts=counted[0],
        checked_targets=counted[1],
    )


def _wanted(named: Sequence[str], root: str) -> list[str]:
    """The paths asked for, from the repository's root; all of it if none is named."""
    if not named:
        return ["."]
    wanted = [os.path.relpath(os.path.abspath(path), root).replace(os.sep, "/") for path in named]
    for path, written in zip(wanted, named, strict=True):
        if path.split("/")[0] == ".." or not os.path.lexists(os.path.join(root, path)):
            raise UsageError(
                f"nothing of this repository stands at {written!r}",
                hint="Name files or folders of the repository; without any, everything is looked at.",
                code="E-NO-PATH",
            )
    return wanted


def _check(workspace: Workspace, final: Container[str], below: Sequence[str]) -> checking.Checked:
    """Every post, by all processors. Nothing here makes cycles, and looking for some costs a third of the time."""
    gc.disable()
    try:
        assert isinstance(workspace.tree, WorkTree), "validate reads the files on disk"
        return checking.check(
            workspace.settings, workspace.tree, history=final, processes=os.cpu_count() or 1, below=below
        )
    finally:
        gc.enable()
