"""`new`: a new post file, valid from the start, with a comment for every field."""

from __future__ import annotations

import argparse
import os

from socialsync.commands.environment import Environment
from socialsync.commands.workspace import InvalidInput, open_worktree
from socialsync.commands.writing import Written, write_new
from socialsync.errors import ExitCode, UsageError
from socialsync.keys import POST_ID
from socialsync.model import Report
from socialsync.source import scaffold


def run(arguments: argparse.Namespace, environment: Environment) -> Report | Written:
    """Write posts/<id>.yaml for the site asked for; never over an existing file."""
    if not POST_ID.match(arguments.id):
        raise UsageError(
            f"{arguments.id!r} cannot be a post's id",
            hint="Use 2 to 63 lower-case letters, digits and dashes, such as winter-sale-2026.",
            code="E-ID",
        )
    try:
        workspace = open_worktree(arguments.directory, environment)
    except InvalidInput as error:
        return Report(verb="new", problems=error.problems, exit_code=ExitCode.INVALID)
    sites = workspace.sites(arguments.site)
    if len(sites) > 1:
        raise UsageError("there is more than one site", hint=f"Say which: --site {sites[0].name}", code="E-WHICH-SITE")
    path = os.path.join(sites[0].posts, f"{arguments.id}.yaml")
    channels = tuple(arguments.channels.split(",")) if arguments.channels else ()
    text = scaffold.post(
        arguments.id, settings=workspace.settings, site=sites[0], channels=channels, now=environment.clock.now()
    )
    write_new(workspace.root, {path: text})
    return Written(paths=(path,), advice=("Edit it, then run `socialsync validate`.",))
