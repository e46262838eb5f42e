"""`new`: a new post file for channels that there are, with what they need to be filled in."""

from __future__ import annotations

import argparse
from collections.abc import Iterable

from socialsync.cells import Cell
from socialsync.commands.environment import Environment
from socialsync.commands.workspace import InvalidInput, Workspace, open_worktree
from socialsync.commands.writing import Written, write_new
from socialsync.errors import ExitCode, UsageError
from socialsync.keys import POST_ID
from socialsync.model.reports import Report
from socialsync.model.sites import Site
from socialsync.source import scaffold
from socialsync.source.words import accounts_near, listed, shown, suggest, there_are


def run(arguments: argparse.Namespace, environment: Environment) -> Report | Written:
    """Write posts/<id>.yaml for the site asked for; never over an existing file. Raises UsageError for a channel that
    `validate` would refuse."""
    if not POST_ID.match(arguments.id):
        raise UsageError(
            f"{arguments.id!r} cannot be a post's id",
            hint="Use 2 to 63 lower-case letters, digits and dashes, such as winter-sale-2030.",
            code="E-ID",
        )
    try:
        workspace = open_worktree(arguments.directory, environment)
    except InvalidInput as error:
        return Report(verb="new", problems=error.problems, exit_code=ExitCode.INVALID)
    sites = workspace.sites(arguments.site)
    if len(sites) > 1:
        choices = listed([f"--site {site.name}" for site in sites], "or")
        raise UsageError("there is more than one site", hint=f"Say which: {choices}.", code="E-WHICH-SITE")
    site = sites[0]
    if not site.accounts:
        hint = "`socialsync accounts` prints the lines to put into socialsync.yaml."
        raise UsageError(f"the site {site.name} has no accounts yet", hint=hint, code="E-ACCOUNT")
    path = f"{site.posts}{arguments.id}.yaml"
    named = arguments.channels is not None
    targets = _named(arguments.channels.split(","), site, workspace) if named else _default(site, workspace)
    needed = {name: set(cell.schema.get("required", ())) - {"text"} for name, cell in targets.items()}
    media = f"{site.posts}media/my-picture.jpg" if any("media" in fields for fields in needed.values()) else ""
    write_new(workspace.root, scaffold.post(arguments.id, path=path, schedule="draft", targets=targets, media=media))
    return Written(paths=(path,), advice=tuple(_advice(needed, [] if named else site.accounts)))


def _advice(needed: dict[str, set[str]], accounts: Iterable[str]) -> list[str]:
    lines = [f"{name} needs {listed(sorted(fields))}: fill it in." for name, fields in needed.items() if fields]
    if left := [alias for alias in accounts if alias not in needed]:
        lines.append(f"Left out, for they take more than a text: {', '.join(left)}; --channels names them.")
    return [*lines, "Give it a text and, in place of draft, a date; then run `socialsync validate`."]


def _named(names: Iterable[str], site: Site, workspace: Workspace) -> dict[str, Cell]:
    """The targets called so, each of which the site must have an account for."""
    found: dict[str, Cell] = {}
    for name in (name.strip() for name in names):
        if name in found:
            raise UsageError(f"{shown(name)} is named twice", hint="Name each once.", code="E-CHANNEL")
        found[name] = _cell(name, site, workspace)
    return found


def _cell(name: str, site: Site, workspace: Workspace) -> Cell:
    cells, accounts = workspace.settings.cells, list(site.accounts)
    cell_name, at, account = name.partition("@")
    channel, _, type_ = cell_name.partition("/")
    cell = cells.get(channel, type_)
    if cell is None:
        types = [each.name for each in cells.of_channel(channel)]
        channels = sorted({each.channel for each in cells if not each.closed})
        near = suggest(name, [*accounts, *channels]) or f"{there_are(accounts)}."
        hint = f"Write {listed(types, 'or')}." if types else near
        raise UsageError(f"{shown(name)} is not a channel", hint=hint, code="E-CHANNEL")
    if cell.closed:
        raise UsageError(cell.closed.rstrip("."), code="E-CHANNEL-CLOSED")
    if (alias := f"{channel}{at}{account}") not in site.accounts:
        hint = accounts_near(alias, accounts)
        raise UsageError(f"there is no account {shown(alias)} in socialsync.yaml", hint=hint, code="E-ACCOUNT")
    return cell


def _default(site: Site, workspace: Workspace) -> dict[str, Cell]:
    """Every account that a plain text can go to, so that the new file is valid before anything is added."""
    cells = {alias: workspace.settings.cells.get(alias.partition("@")[0]) for alias in site.accounts}
    usual = {alias: cell for alias, cell in cells.items() if cell is not None and not cell.closed}
    return {alias: cell for alias, cell in usual.items() if set(cell.schema.get("required", ())) <= {"text"}} or usual
