"""Plain `git`, asked safely: commits, merge bases and changed paths of one repository."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable

from socialsync.errors import ExitCode, SocialSyncError

_SAFE = ("-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "core.quotePath=false")


class GitError(SocialSyncError):
    """The repository cannot answer: no repository, no such commit, a history that is cut off."""

    exit_code = ExitCode.UNREACHABLE
    code = "E-GIT"


def command(root: str, *arguments: str) -> list[str]:
    """The command line for git in `root`: nothing that the repository configures is run."""
    return ["git", "-C", root, *_SAFE, *arguments]


def environment() -> dict[str, str]:
    """The child's environment: ours without GIT_*, which would point git at another repository."""
    return {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | {
        "LC_ALL": "C",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_TERMINAL_PROMPT": "0",
    }


def run(root: str, *arguments: str) -> bytes:
    """What git prints. Raises GitError with git's own last line."""
    try:
        done = subprocess.run(command(root, *arguments), capture_output=True, env=environment(), check=False)
    except FileNotFoundError:
        raise GitError("git is not installed.", hint="Install git and run again.") from None
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise GitError(f"git {arguments[0]}: {said[-1] if said else 'failed'}", hint=_hint(root))
    return done.stdout


def commit(root: str, ref: str = "HEAD") -> str:
    """The full id of the commit that `ref` names. Raises GitError."""
    return run(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}").decode().strip()


def branch(root: str) -> str:
    """The branch that HEAD is on; "" for a detached HEAD."""
    said = run(root, "rev-parse", "--abbrev-ref", "HEAD").decode().strip()
    return "" if said == "HEAD" else said


def has_remote(root: str, name: str) -> bool:
    """Whether a remote of that name is configured."""
    return name in run(root, "remote").decode().split()


def remote_tip(root: str, remote: str, branch_name: str) -> str:
    """The commit that the remote's branch names now; "" if there is no such branch. Raises GitError."""
    said = run(root, "ls-remote", "--end-of-options", remote, f"refs/heads/{branch_name}").decode().split()
    return said[0] if said else ""


def merge_base(root: str, one: str, other: str) -> str:
    """The newest commit that both contain. Raises GitError, with the `fetch-depth` hint in a shallow clone."""
    return run(root, "merge-base", "--end-of-options", one, other).decode().strip()


def is_ancestor(root: str, older: str, newer: str) -> bool:
    """Whether `newer` contains the commit `older`; a commit that is not here is contained in nothing that is. Raises
    GitError where history is cut off before that can be told."""
    arguments = ("merge-base", "--is-ancestor", older, newer)
    done = subprocess.run(command(root, *arguments), env=environment(), stderr=subprocess.DEVNULL, check=False)
    if done.returncode and os.path.isfile(os.path.join(root, ".git", "shallow")):
        raise GitError(f"Whether {older[:12]} came before {newer[:12]} cannot be told here.", hint=_hint(root))
    return done.returncode == 0


def changed(root: str, base: str, head: str | None = "HEAD") -> frozenset[str]:
    """Paths that differ between two commits; between `base` and the work tree (new files too) if `head` is None."""
    old = commit(root, base)
    if head is not None:
        between = run(root, "diff-tree", "-r", "-z", "--name-only", "--no-renames", old, commit(root, head))
        return frozenset(_paths(between))
    edited = run(root, "diff", "-z", "--name-only", "--no-renames", "--no-ext-diff", "--no-textconv", old, "--")
    new = run(root, "ls-files", "-z", "--others", "--exclude-standard", "--full-name", ":/")
    return frozenset([*_paths(edited), *_paths(new)])


def dirty(root: str, folders: Iterable[str]) -> tuple[str, ...]:
    """Paths below `folders` that are not as HEAD has them: edited, added, deleted or untracked; of ignored files only
    those that look like posts, which a person may take for published."""
    arguments = (
        "status",
        "--porcelain=v1",
        "-z",
        "--untracked-files=all",
        "--ignored=traditional",
        "--no-renames",
        "--",
    )
    said = _paths(run(root, *arguments, *(f":(top,literal){folder}" for folder in folders)))
    return tuple(sorted(e[3:] for e in said if e[:2] != "!!" or e.endswith((".yaml", ".yml"))))


def _paths(output: bytes) -> list[str]:
    return [os.fsdecode(path) for path in output.split(b"\0") if path]


def _hint(root: str) -> str:
    if os.path.isfile(os.path.join(root, ".git", "shallow")):
        return "This clone is shallow: fetch the whole history (fetch-depth: 0 in actions/checkout)."
    return "Is this a git repository with at least one commit, and does that branch or commit exist here?"
