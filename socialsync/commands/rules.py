"""`rules`: every limit with its source and date, or one of them explained."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable

from socialsync import cells
from socialsync.cells import Cells, Rule
from socialsync.commands.environment import Environment
from socialsync.commands.workspace import CONFIG, open_worktree
from socialsync.errors import UsageError
from socialsync.model.reports import Report
from socialsync.source.words import suggest


def run(arguments: argparse.Namespace, environment: Environment) -> Report:
    """The rules of the cells in use, or the one called CODE."""
    known = tuple(rule for cell in cells_in_use(arguments.directory, environment) for rule in cell.rules)
    if arguments.rule is None:
        return Report(verb="rules", rules=known)
    chosen = tuple(rule for rule in known if rule.code == arguments.rule.upper())
    if not chosen:
        raise UsageError(f"there is no rule {arguments.rule}", hint=_elsewhere(arguments.rule, known), code="E-NO-RULE")
    return Report(verb="rules", rules=chosen)


def _elsewhere(code: str, known: Iterable[Rule]) -> str:
    """Where a code is explained that is no limit of a channel."""
    if code.upper().startswith("E-"):
        return "Only limits of channels are rules; what else is wrong `socialsync validate` says with what to write."
    if near := suggest(code, [rule.code for rule in known]):
        return near
    return "Only limits of channels are rules; what waits for a decision is explained in docs/decisions.md."


def cells_in_use(directory: str, environment: Environment) -> Cells:
    """The packaged cells, and those that the repository adds if we stand in one."""
    if not os.path.isfile(os.path.join(directory, CONFIG)):
        return cells.packaged()
    return open_worktree(directory, environment).settings.cells
