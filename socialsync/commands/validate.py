"""`validate`: all Problems of the files on disk at once; no network, no clock."""

from __future__ import annotations

import argparse
import gc
import os
from collections.abc import Container, Sequence

from socialsync.commands.environment import Environment
from socialsync.commands.workspace import InvalidInput, Workspace, history, open_worktree, states_here
from socialsync.errors import ExitCode
from socialsync.model import Problem, Report, Severity
from socialsync.source import changed, checking, posts
from socialsync.source.tree import WorkTree


def run(arguments: argparse.Namespace, environment: Environment) -> Report:
    """Problems of all files, shown for PATHS if any are given; limits only for what is not history."""
    try:
        workspace = open_worktree(arguments.directory, environment)
    except InvalidInput as error:
        return Report(verb="validate", problems=error.problems, exit_code=ExitCode.INVALID)
    final = history(states_here(workspace))
    if arguments.changed:
        loaded = posts.load(workspace.settings, workspace.tree, history=final)
        found = loaded.judged(changed.touched(loaded, workspace.root, arguments.changed))
        counted = (loaded.posts, len(loaded.intents))
    else:
        checked = _check(workspace, final)
        found, counted = checked.problems, (checked.posts, checked.targets)
    shown = _below(arguments.paths, found, workspace.root)
    wrong = any(problem.severity is Severity.ERROR for problem in shown)
    return Report(
        verb="validate",
        problems=tuple(shown),
        exit_code=ExitCode.INVALID if wrong else ExitCode.OK,
        checked_posts=counted[0],
        checked_targets=counted[1],
    )


def _check(workspace: Workspace, final: Container[str]) -> checking.Checked:
    """Every post, by all processors. Nothing here makes cycles, and looking for some costs a third of the time."""
    gc.disable()
    try:
        assert isinstance(workspace.tree, WorkTree), "validate reads the files on disk"
        return checking.check(workspace.settings, workspace.tree, history=final, processes=os.cpu_count() or 1)
    finally:
        gc.enable()


def _below(paths: Sequence[str], problems: tuple[Problem, ...], root: str) -> list[Problem]:
    if not paths:
        return list(problems)
    wanted = [os.path.relpath(os.path.abspath(path), root).replace(os.sep, "/") for path in paths]
    return [
        problem
        for problem in problems
        if any(path in (".", problem.location.path) or problem.location.path.startswith(f"{path}/") for path in wanted)
    ]
