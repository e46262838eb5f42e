"""The repository a command works in: its root, the tree it reads, its settings and the sites asked for."""

from __future__ import annotations

import os
from collections.abc import Container, Sequence
from dataclasses import dataclass, replace

from socialsync import config
from socialsync.branchstore import BranchStore
from socialsync.commands.environment import API, Environment
from socialsync.errors import ExitCode, SocialSyncError, UsageError
from socialsync.filestore import FileStore
from socialsync.model.intents import Intent
from socialsync.model.problems import Location, Problem, Severity
from socialsync.model.sites import Site
from socialsync.source import changed, git, posts, sharing
from socialsync.source.tree import GitTree, Tree, WorkTree
from socialsync.state import State
from socialsync.statestore import Store

CONFIG = "socialsync.yaml"
FOLDER = ".socialsync"


class InvalidInput(SocialSyncError):
    """The files have Problems; nothing was sent anywhere."""

    exit_code = ExitCode.INVALID
    code = "E-INVALID"

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("the files have problems")
        self.problems = tuple(problems)


@dataclass(frozen=True, kw_only=True, slots=True)
class Workspace:
    """`tree` is a commit (`commit` names it) or the work tree (`commit` is empty)."""

    root: str
    tree: Tree
    commit: str
    settings: config.Settings

    @property
    def folder(self) -> str:
        """Where this machine keeps what belongs to the checkout but not into git."""
        return os.path.join(self.root, FOLDER)

    def sites(self, name: str | None) -> tuple[Site, ...]:
        """The site called `name`, or all of them. Raises UsageError for an unknown name."""
        known = self.settings.sites
        if name is None:
            return tuple(known.values())
        if name not in known:
            raise UsageError(
                f"there is no site {name!r} in {CONFIG}", hint=f"The sites are: {', '.join(known)}.", code="E-SITE"
            )
        return (known[name],)

    def store(self, site: Site, *, offline: bool = False) -> Store:
        """Where the state of `site` is kept."""
        if site.emulator:
            return FileStore(self.folder, site.name)
        return BranchStore(self.root, site.name, offline=offline)


def find_root(start: str) -> str:
    """The folder with socialsync.yaml, at `start` or above. Raises UsageError."""
    here = os.path.abspath(start)
    while not os.path.isfile(os.path.join(here, CONFIG)):
        above = os.path.dirname(here)
        if above == here:
            raise UsageError(
                f"no {CONFIG} in {os.path.abspath(start)} or above it",
                hint="`socialsync init` writes one, with a first post.",
                code="E-NO-CONFIG",
            )
        here = above
    return here


def open_worktree(start: str, environment: Environment) -> Workspace:
    """The files as they are on disk."""
    root = find_root(start)
    return _workspace(root, WorkTree(root), "", environment)


def open_head(start: str, environment: Environment, *, worktree: bool = False) -> Workspace:
    """The files as HEAD has them; uncommitted changes to posts or configuration are an error.

    With `worktree` the files on disk, which only emulator sites may be planned from.
    """
    if worktree:
        workspace = open_worktree(start, environment)
        if real := [site.name for site in workspace.settings.sites.values() if not site.emulator]:
            raise UsageError(
                f"--worktree is for emulator sites, but {', '.join(real)} is a real one",
                hint="Commit the changes; plan and apply then read them.",
                code="E-WORKTREE",
            )
        return workspace
    root = find_root(start)
    commit = git.commit(root)
    workspace = _workspace(root, GitTree(root, commit), commit, environment)
    watched = [CONFIG, *(site.posts for site in workspace.settings.sites.values())]
    if dirty := git.dirty(root, watched):
        raise InvalidInput([_uncommitted(path) for path in dirty])
    return workspace


def parent(workspace: Workspace) -> str:
    """The commit that HEAD is compared with if nothing else is said: HEAD itself for a work tree, else its first
    parent; empty if there is none."""
    try:
        return git.commit(workspace.root, "HEAD^1" if workspace.commit else "HEAD")
    except git.GitError:
        return ""


def intents_at(workspace: Workspace, commit: str, loaded: posts.Loaded) -> dict[str, Intent]:
    """By key, what the files wanted at an earlier commit; nothing if there is none, or where they were invalid."""
    return changed.before(loaded, workspace.root, commit, workspace.commit or None) if commit else {}


def states_of(workspace: Workspace, sites: Sequence[Site]) -> tuple[dict[str, State], dict[str, SocialSyncError]]:
    """The states of these sites by name, and why some cannot be read: that stops those sites alone."""
    states, unread = {}, {}
    for site in sites:
        try:
            states[site.name] = workspace.store(site).load()
        except SocialSyncError as error:
            unread[site.name] = error
    return states, unread


def states_here(workspace: Workspace) -> list[State]:
    """What this clone knows of the sites' states; a folder that is no git repository knows nothing."""
    in_git = os.path.exists(os.path.join(workspace.root, ".git"))
    sites = [site for site in workspace.settings.sites.values() if in_git or site.emulator]
    return [workspace.store(site, offline=True).load() for site in sites]


def history(states: Sequence[State]) -> frozenset[str]:
    """The keys that are final at the service: of their posts only form and clashes are judged."""
    return frozenset(key for state in states for key, record in state.records.items() if record.status.final)


def load_valid(
    workspace: Workspace, states: Sequence[State], *, only: Container[str] | None = None
) -> tuple[posts.Loaded, tuple[Problem, ...]]:
    """All posts (or those in the files `only`), and the warnings about them. Raises InvalidInput for any error; history
    (final in State) has none but those of form."""
    known_media = {blob: digest for state in states for blob, digest in state.digests_by_blob.items()}
    loaded = sharing.load(
        workspace.settings, workspace.tree, history=history(states), known_media=known_media, only=only
    )
    found = loaded.judged()
    if any(problem.severity is Severity.ERROR for problem in found):
        raise InvalidInput(found)
    return loaded, found


def _workspace(root: str, tree: Tree, commit: str, environment: Environment) -> Workspace:
    settings, problems = config.load(tree)
    if settings is None or any(problem.severity is Severity.ERROR for problem in problems):
        raise InvalidInput(problems)
    if environment.paused:
        settings = replace(settings, policy=replace(settings.policy, pause=True))
    if environment.variables.get(API):
        sites = {name: replace(site, rehearsed=not site.emulator) for name, site in settings.sites.items()}
        settings = replace(settings, sites=sites)
    git.hide(site.key_env for site in settings.sites.values())
    return Workspace(root=root, tree=tree, commit=commit, settings=settings)


def _uncommitted(path: str) -> Problem:
    return Problem(
        code="E-UNCOMMITTED",
        message="changed on disk but not committed; plan and apply read only what is committed",
        location=Location(path=path),
        hint="Commit it, or put it aside with git stash.",
    )
