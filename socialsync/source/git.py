"""Plain `git`, asked safely: commits, merge bases and changed paths of one repository, branches of its remote."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable

from socialsync.errors import ExitCode, SocialSyncError

_SAFE = ("-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "core.quotePath=false")
_SECONDS = 120.0
"""What one call may take: a remote that never answers must not hold a run, and its lock, for ever."""

# How the caller reaches a remote; all other GIT_* would point git at another repository, index or object store.
_REACH = frozenset({"GIT_ASKPASS", "GIT_SSH", "GIT_SSH_COMMAND"})
_hidden: set[str] = set()

# Ids that have been found to be commits, by repository: what they name never changes, and a run asks for them often.
_commits: set[tuple[str, str]] = set()
_contained: set[tuple[str, str, str]] = set()


class GitError(SocialSyncError):
    """The repository cannot answer: no repository, no such commit, a history that is cut off."""

    exit_code = ExitCode.UNREACHABLE
    code = "E-GIT"


class NoCommit(GitError):
    """What was named is no commit of this repository."""

    exit_code = ExitCode.INVALID


def hide(names: Iterable[str]) -> None:
    """Keep these variables, which hold keys, from every git that is started from now on: what the configuration of a
    machine makes git run (credential helpers, filters, ssh) has no business with them."""
    _hidden.update(names)


def command(root: str, *arguments: str) -> list[str]:
    """The command line for git in `root`: nothing that the repository configures is run."""
    return ["git", "-C", root, *_SAFE, *arguments]


def environment() -> dict[str, str]:
    """The child's environment: ours without keys and without the GIT_* that change what is asked."""
    ours = {
        name: value
        for name, value in os.environ.items()
        if name not in _hidden and (name in _REACH or not name.startswith("GIT_"))
    }
    return ours | {
        "LC_ALL": "C",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_TERMINAL_PROMPT": "0",
    }


def run(root: str, *arguments: str) -> bytes:
    """What git prints. Raises GitError with git's own words."""
    done = _done(root, arguments)
    if done.returncode != 0:
        raise GitError(f"git {arguments[0]}: {_said(done.stderr)}", hint=_hint(root))
    return done.stdout


def _said(errors: bytes) -> str:
    """The line that says what went wrong: others before it are the remote's, others after it advice."""
    lines = [line.strip() for line in errors.decode(errors="replace").strip().splitlines()]
    told = (line for line in lines if line.startswith(("fatal: ", "error: ", "! [")))
    return next(told, lines[-1] if lines else "failed")


def _done(root: str, arguments: Iterable[str]) -> subprocess.CompletedProcess[bytes]:
    arguments = tuple(arguments)
    try:
        return subprocess.run(
            command(root, *arguments),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=environment(),
            check=False,
            timeout=_SECONDS,
        )
    except FileNotFoundError:
        raise GitError("git is not installed.", hint="Install git and run again.") from None
    except subprocess.TimeoutExpired:
        raise GitError(
            f"git {arguments[0]} did not end within {_SECONDS:.0f} seconds",
            hint="Is the remote reachable, and does it wait for nobody's password?",
        ) from None


def commit(root: str, ref: str = "HEAD") -> str:
    """The full id of the commit that `ref` names. Raises NoCommit, or GitError where there is no repository."""
    if (root, ref) in _commits:
        return ref
    done = _done(root, ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}"))
    if done.returncode == 0:
        found = done.stdout.decode().strip()
        _commits.add((root, found))
        return found
    run(root, "rev-parse", "--git-dir")  # no repository is another matter
    if ref == "HEAD":
        raise NoCommit("Nothing is committed yet.", hint="git add -A && git commit -m 'Our first post'")
    raise NoCommit(f"There is no commit or branch “{ref}” here.", hint=_missing(root, ref))


def branch(root: str) -> str:
    """The branch that HEAD is on; "" for a detached HEAD."""
    done = _done(root, ("symbolic-ref", "--quiet", "HEAD"))
    return done.stdout.decode().strip().removeprefix("refs/heads/") if done.returncode == 0 else ""


def has_remote(root: str, name: str) -> bool:
    """Whether a remote of that name is configured."""
    return name in run(root, "remote").decode().split()


def remote_refs(root: str, remote: str, *names: str) -> dict[str, str]:
    """What each of these full names of refs is at the remote now, as far as it has them. Raises GitError.

    git itself answers with every ref that *ends* like one that was asked for, such as a branch `a/refs/heads/main`.
    """
    lines = run(root, "ls-remote", "--end-of-options", remote, *names).decode().splitlines()
    found = {name: value for value, name in (line.split("\t", 1) for line in lines)}
    return {name: found[name] for name in names if name in found}


def remote_tip(root: str, remote: str, otherwise: str) -> tuple[str, str]:
    """The branch that the remote calls its default, where merges go, and its commit now; of a remote that calls none
    so (its HEAD names a branch that is not there) the branch `otherwise`. The commit is "" if there is no such branch.
    Raises GitError."""
    lines = run(root, "ls-remote", "--symref", "--end-of-options", remote, "HEAD").decode().splitlines()
    found = [line.split("\t", 1)[0] for line in lines if line.endswith("\tHEAD")]
    named = [value.removeprefix("ref: refs/heads/") for value in found if value.startswith("ref: ")]
    if named:
        return named[0], next(value for value in found if not value.startswith("ref: "))
    ref = f"refs/heads/{otherwise}"
    return otherwise, (remote_refs(root, remote, ref).get(ref, "") if otherwise else "")


def remote_branches(root: str, contained: str) -> list[str]:
    """The remote branches, as this clone knows them, that contain a commit; none for one that is not here."""
    done = _done(root, ("for-each-ref", "--format=%(refname:lstrip=2)", f"--contains={contained}", "refs/remotes"))
    return done.stdout.decode(errors="replace").split() if done.returncode == 0 else []


def merge_base(root: str, one: str, other: str) -> str:
    """The newest commit that both contain. Raises GitError, with the `fetch-depth` hint in a shallow clone."""
    try:
        return run(root, "merge-base", "--end-of-options", one, other).decode().strip()
    except GitError:
        for each in (one, other):
            commit(root, each)  # says which of them is none
        raise


def is_ancestor(root: str, older: str, newer: str) -> bool:
    """Whether `newer` contains the commit `older`; a commit that is not here is contained in nothing that is. Raises
    GitError where history is cut off before that can be told."""
    if (root, older, newer) in _contained:
        return True
    done = _done(root, ("merge-base", "--is-ancestor", older, newer))
    if done.returncode == 0:
        _contained.add((root, older, newer))
    if done.returncode and os.path.isfile(os.path.join(root, ".git", "shallow")):
        raise GitError(f"Whether {older[:12]} came before {newer[:12]} cannot be told here.", hint=_hint(root))
    return done.returncode == 0


def changed(root: str, base: str, head: str | None = "HEAD") -> frozenset[str]:
    """Paths that differ between two commits; between `base` and the work tree (new files too) if `head` is None."""
    if head is not None:
        return frozenset(changes(root, base, head))
    old = commit(root, base)
    edited = run(root, "diff", "-z", "--name-only", "--no-renames", "--no-ext-diff", "--no-textconv", old, "--")
    new = run(root, "ls-files", "-z", "--others", "--exclude-standard", "--full-name", ":/")
    return frozenset([*_paths(edited), *_paths(new)])


def changes(root: str, base: str, head: str) -> dict[str, str]:
    """By path that differs between two commits, how: `A` for added, `M`, `D` or `T` (another kind of thing)."""
    commits = commit(root, base), commit(root, head)
    said = _paths(run(root, "diff-tree", "-r", "-z", "--name-status", "--no-renames", *commits))
    return dict(zip(said[1::2], said[::2], strict=True))


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


def _missing(root: str, ref: str) -> str:
    if os.path.isfile(os.path.join(root, ".git", "shallow")):
        return _hint(root)
    return f"git fetch origin {ref}, or write origin/main to compare with what is merged."
