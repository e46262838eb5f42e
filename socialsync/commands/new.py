"""`new`: a new post file, valid from the start, with a comment for every field."""

from __future__ import annotations

import argparse

from socialsync.commands.environment import Environment
from socialsync.commands.workspace import InvalidInput, Workspace, open_worktree
from socialsync.commands.writing import Written, write_new
from socialsync.errors import ExitCode, UsageError
from socialsync.keys import POST_ID
from socialsync.model import Report, Site
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
    site = sites[0]
    path = f"{site.posts}{arguments.id}.yaml"
    targets = arguments.channels.split(",") if arguments.channels else _default_targets(site, workspace)
    files = scaffold.post(arguments.id, path=path, schedule="draft", targets=targets)
    write_new(workspace.root, files)
    return Written(
        paths=(path,),
        advice=("Give it a text and, in place of draft, a date; then run `socialsync validate`.",),
    )


def _default_targets(site: Site, workspace: Workspace) -> list[str]:
    """Every account that a plain text can go to, so that the new file is valid before anything is added."""
    cells = {alias: workspace.settings.cells.get(alias.partition("@")[0]) for alias in site.accounts}
    plain = [
        alias for alias, cell in cells.items() if cell is not None and set(cell.schema.get("required", ())) <= {"text"}
    ]
    return plain or list(site.accounts)
