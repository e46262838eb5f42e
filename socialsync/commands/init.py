"""`init`: a repository that validates from the first minute, with its configuration and a first post."""

from __future__ import annotations

import argparse
import contextlib
import os
import re
from collections.abc import Mapping

from socialsync import __version__, cells
from socialsync.commands.environment import Environment
from socialsync.commands.workspace import CONFIG, open_worktree
from socialsync.commands.writing import Written, write_new
from socialsync.config import Settings
from socialsync.errors import UsageError
from socialsync.keys import fits
from socialsync.source import git, scaffold, setups, times
from socialsync.source.setups import TOOL, SetUp

_NAMESPACE = re.compile(r"[a-z0-9][a-z0-9-]{0,19}\Z")
_IGNORED = ".gitignore"
# Where `preview` writes if no other folder is named; `.socialsync/` holds everything else that is left here.
_PREVIEWS = "build/"
_GITHUB_NAME = re.compile(r"[A-Za-z0-9](?:-?[A-Za-z0-9]){0,38}\Z")
_SITE_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")


def run(arguments: argparse.Namespace, environment: Environment) -> Written:
    """Write what is missing in the folder, and nothing over a file that is there; make it a git repository.

    With `set_up` also what GitHub needs, from the configuration that is there or is written now. Raises UsageError if
    an argument does not fit, or if there is a configuration already and no set-up to add to it.
    """
    root = os.path.normpath(os.path.join(arguments.directory, arguments.folder))
    configured = os.path.lexists(os.path.join(root, CONFIG))
    set_up = _set_up(arguments)
    if configured and set_up is None:
        raise UsageError(
            f"{os.path.join(root, CONFIG)} exists already; nothing was written",
            hint="Add sites and accounts to it by hand; `socialsync new` writes a post, `init --set-up` the workflows.",
            code="E-EXISTS",
        )
    written: list[str] = []
    advice: list[str] = []
    if not configured:
        written, advice = _configure(arguments, root)
    if set_up is not None:
        more, steps = _add(set_up, arguments, root, environment)
        written += more
        advice += steps
    return Written(paths=tuple(written), advice=tuple(advice))


def _configure(arguments: argparse.Namespace, root: str) -> tuple[list[str], list[str]]:
    _check(arguments.namespace or "", arguments.timezone, arguments.wix or "")
    files = scaffold.repository(
        namespace=arguments.namespace,
        timezone=arguments.timezone,
        wix=arguments.wix or "",
        people=_people(arguments),
        cells=cells.packaged(),
        config_schema=(cells.schemas_dir() / "config.schema.json").read_text(encoding="utf-8"),
    )
    files[_IGNORED] += f"# what `socialsync preview` writes\n{_PREVIEWS}\n"
    os.makedirs(root, exist_ok=True)
    new_repository = _make_repository(root)
    written, there = _write_missing(root, files)
    return written, _advice(arguments, there, new_repository)


def _add(
    set_up: SetUp, arguments: argparse.Namespace, root: str, environment: Environment
) -> tuple[list[str], list[str]]:
    """The files of a set-up, from what socialsync.yaml says, and the settings that remain to be made."""
    settings = open_worktree(root, environment).settings
    branch, why = _main_branch(root)
    keys = list(dict.fromkeys(site.key_env for site in settings.sites.values()))
    files = setups.files(
        set_up,
        tool=arguments.tool,
        version=__version__,
        branch=branch,
        people=settings.people,
        sites=settings.sites.values(),
        keys=keys,
        cells=settings.cells,
    )
    links = setups.README in files
    own = links and _has_readme_of_its_own(root)
    if own:
        files[setups.BESIDE] = files.pop(setups.README)
    written, there = _write_missing(root, files)
    lines = [f"left {path} as it is" for path in there]
    if own and setups.BESIDE in written:
        lines.append(f"link {setups.BESIDE}, with a “new post” link for each channel, from your {setups.README}")
    lines += ["", f"the workflows are for the branch {branch}: {why}"]
    if missing := _missing(set_up, settings, links=links):
        lines += ["", "not there yet:", *(f"  {line}" for line in missing)]
    lines += ["", "in the browser:", *(f"  {step}" for step in setups.settings(set_up, branch, keys))]
    if lost := setups.LOST[set_up]:
        lines += ["", f"what this set-up does not give: {lost}"]
    return written, lines


def _missing(set_up: SetUp, settings: Settings, *, links: bool) -> list[str]:
    """What the set-up cannot do yet, and what to write for it."""
    lines = [
        f"site {site.name} is an emulator: nothing is posted until `wix: SITE_ID` stands in place of `emulator: true`"
        for site in settings.sites.values()
        if site.emulator
    ]
    if set_up is SetUp.TEAM and not settings.people:
        lines.append(
            f"no CODEOWNERS was written, so there is no code owner whose approval could be asked for: write "
            f"`people: [mia, jon]` (GitHub names) into {CONFIG} and run this again"
        )
    if not links:
        lines.append(
            f"no {setups.README} with “new post” links was written, as there is no account yet: copy the lines of "
            f"`socialsync accounts` into {CONFIG} and run this again"
        )
    return lines


def _has_readme_of_its_own(root: str) -> bool:
    """Whether there is a README without our links, such as the one that GitHub makes."""
    path = os.path.join(root, setups.README)
    if not os.path.isfile(path):
        return False
    with open(path, encoding="utf-8", errors="replace") as stream:
        return setups.NEW_POST not in stream.read()


def _write_missing(root: str, files: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """What was written, and what was there already and so was left as it is."""
    there = [path for path in files if os.path.lexists(os.path.join(root, path))]
    missing = {path: text for path, text in files.items() if path not in there}
    write_new(root, missing)
    return list(missing), there


def _set_up(arguments: argparse.Namespace) -> SetUp | None:
    if arguments.set_up is None:
        return None
    if not TOOL.match(arguments.tool or ""):
        raise UsageError(
            f"{arguments.tool!r} does not name a commit of socialsync" if arguments.tool else "--tool is needed",
            hint="Say --tool owner/name@commit: the repository that socialsync comes from and the 40 characters of the "
            "release's commit. The workflows install exactly that.",
            code="E-TOOL",
        )
    return SetUp(arguments.set_up)


def _people(arguments: argparse.Namespace) -> tuple[str, ...]:
    """The GitHub names, written with or without `@`, between commas or blanks. Raises UsageError."""
    names = tuple(name.removeprefix("@") for name in re.split(r"[,\s]+", arguments.people or "") if name)
    if wrong := [name for name in names if not _GITHUB_NAME.match(name)]:
        raise UsageError(
            f"{wrong[0]!r} is not a GitHub name",
            hint="Say --people mia,jon: at most 39 letters, digits and single dashes each.",
            code="E-PEOPLE",
        )
    return names


def _main_branch(root: str) -> tuple[str, str]:
    """The branch that merges go to, whichever one we are on, and how that is known."""
    remote = "refs/remotes/origin/"
    with contextlib.suppress(git.GitError):
        head = git.run(root, "symbolic-ref", "--quiet", f"{remote}HEAD").decode().strip()
        return head.removeprefix(remote), "origin calls it the default"
    for name in ("main", "master"):
        for ref in (f"refs/heads/{name}", f"{remote}{name}"):
            with contextlib.suppress(git.GitError):
                git.commit(root, ref)
                return name, "it is there, and origin names no default here (`git remote set-head origin --auto` asks)"
    return git.branch(root) or "main", "there is neither main nor master yet, and this one is checked out"


def _check(namespace: str, timezone: str, wix: str) -> None:
    if not _NAMESPACE.match(namespace) or not fits(namespace, "main", "facebook", "post", ""):
        what = f"{namespace!r} cannot be a namespace" if namespace else "a namespace is needed"
        raise UsageError(
            what,
            hint="Say --namespace with 1 to 20 lower-case letters, digits and dashes, such as --namespace acme. "
            "It becomes part of the name of every post at Wix and is never changed.",
            code="E-NAMESPACE",
        )
    if (complaint := times.zone_problem(timezone)) is not None:
        raise UsageError(complaint[0].rstrip("."), hint=complaint[1], code="E-ZONE")
    if wix and not _SITE_ID.match(wix):
        raise UsageError(
            f"{wix!r} is not the id of a Wix site",
            hint="It follows /dashboard/ in the address of the site's dashboard: 8-4-4-4-12 digits and letters a to f.",
            code="E-SITE-ID",
        )


def _make_repository(root: str) -> bool:
    """Whether `root` had to be made a git repository. Raises UsageError inside another one."""
    try:
        top = git.run(root, "rev-parse", "--show-toplevel").decode().strip()
    except git.GitError:
        git.run(root, "init", "--quiet", "--initial-branch", "main")
        return True
    if os.path.realpath(top) != os.path.realpath(root):
        raise UsageError(
            f"{os.path.abspath(root)} lies inside the git repository {top}",
            hint=f"{CONFIG} belongs to the root of a repository: run `socialsync init` there, or elsewhere.",
            code="E-INSIDE-GIT",
        )
    return False


def _advice(arguments: argparse.Namespace, there: list[str], new_repository: bool) -> list[str]:
    lines = [f"left {path} as it is" for path in there]
    if _IGNORED in there:
        lines.append(f"add these lines to {_IGNORED}: .socialsync/ and {_PREVIEWS}")
    go = [] if arguments.folder == "." else [f"cd {arguments.folder}"]
    if arguments.wix:
        steps = [
            *go,
            "put the API key of the site into the environment variable WIX_API_KEY",
            f"socialsync accounts        and copy its lines into {CONFIG}",
        ]
    else:
        steps = [*go, "socialsync accounts        the channels of the emulator that plays the site"]
    steps += [
        "socialsync validate        whether the posts are all right",
        "git add -A && git commit -m 'Our first post'",
        "socialsync plan            what would happen",
        "socialsync apply           make it so",
    ]
    opening = "a new git repository; next:" if new_repository else "next:"
    return [*lines, "", opening, *(f"  {step}" for step in steps)]
