"""A team at work: a repository set up by `init`, its pull requests and merges, and what the workflows make of them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from socialsync.emulator.handle import SITE, EmulatorProcess

from .forge import Forge, Pull
from .runner import MAIN, Run, Runner

KEY = "IST.workflow-canary-51c0ffee9d3a77e2"
"""The key that the environment holds: no byte of it may be found in anything that is written."""
TOOL = "acme/socialsync@0123456789abcdef0123456789abcdef01234567"
CONFIG = f"""\
namespace: acme
timezone: Europe/Berlin
people: [mia, jon]
sites:
  main:
    wix: {SITE}
    accounts:
      facebook: "700800900"
      linkedin: "urn:li:organization:90411822"
"""
_GH = """\
#!{python}
# The two commands of GitHub's own tool that a workflow uses.
import os, sys, urllib.request
words = sys.argv[1:]
if words[:2] == ["workflow", "disable"]:
    url = f"{{os.environ['GITHUB_API_URL']}}/repos/{{os.environ['GH_REPO']}}/actions/workflows/{{words[2]}}/disable"
    token = {{"Authorization": f"Bearer {{os.environ['GH_TOKEN']}}"}}
    urllib.request.urlopen(urllib.request.Request(url, method="PUT", headers=token))
elif words[:2] != ["run", "list"]:
    sys.exit(f"nobody fakes gh {{words}}")
"""

# The machine's clock, as far as the tool asks for it, moved on by whole days.
_CLOCK = """\
import os
from datetime import timedelta

from socialsync import clock

real = clock.SystemClock.now
clock.SystemClock.now = lambda self: real(self) + timedelta(days=int(os.environ.get("DAYS_LATER", "0")))
"""


def in_days(days: int, hour: int = 9) -> str:
    """A date as people write it, that many days from now."""
    return (datetime.now(UTC) + timedelta(days=days)).strftime(f"%Y-%m-%d {hour:02d}:00")


def post(post_id: str, *, schedule: str, text: str = "", channels: tuple[str, ...] = ("facebook",)) -> str:
    lines = [
        f"id: {post_id}",
        f"schedule: {schedule}",
        "text: |",
        *(f"  {line}" for line in (text or f"This is {post_id}.").split("\n")),
    ]
    return "\n".join([*lines, "channels:", *(f"  {channel}:" for channel in channels), ""])


class Team:
    """`clone` is where people commit; everything of GitHub's is `forge` and `runner`."""

    def __init__(self, root: Path, emulator: EmulatorProcess) -> None:
        self.root = root
        self.emulator = emulator
        self.bare = root / "posts.git"
        self.clone = root / "clone"
        self.forge = Forge()
        self._pulls = 0
        (root / "bin").mkdir()
        (root / "bin" / "gh").write_text(_GH.format(python=sys.executable))
        (root / "bin" / "gh").chmod(0o755)
        (root / "site").mkdir()
        (root / "site" / "sitecustomize.py").write_text(_CLOCK)
        self.git("init", "-q", "--bare", "-b", "main", str(self.bare), cwd=root)
        self.git("init", "-q", "-b", "main", str(self.clone), cwd=root)
        self.git("remote", "add", "origin", str(self.bare))
        self.write({"socialsync.yaml": CONFIG})
        self.tool("init", "--set-up", "team", "--tool", TOOL)
        self.commit("Set up")
        self.git("push", "-q", "origin", "main")
        self.runner = Runner(
            root=root,
            bare=self.bare,
            forge=self.forge,
            machine={"SOCIALSYNC_API": emulator.url, "PYTHONPATH": str(root / "site")},
            vault={"WIX_API_KEY": KEY},
            secrets={"SOCIALSYNC_HEARTBEAT": f"{self.forge.url}/heartbeat"},
        )

    # --- people ---------------------------------------------------------------------------------

    def git(self, *arguments: str, cwd: Path | None = None) -> str:
        who = {
            **{f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER") for what, value in _WHO.items()},
            "GIT_CONFIG_GLOBAL": os.devnull,
            "PATH": os.environ["PATH"],
        }
        done = subprocess.run(
            ["git", *arguments], cwd=cwd or self.clone, env=who, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def tool(self, *arguments: str) -> str:
        command = [str(Path(sys.executable).with_name("socialsync")), *arguments]
        done = subprocess.run(command, cwd=self.clone, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def write(self, files: Mapping[str, str | None]) -> None:
        for path, text in files.items():
            full = self.clone / path
            if text is None:
                full.unlink()
            else:
                full.parent.mkdir(parents=True, exist_ok=True)
                full.write_text(text)

    def commit(self, message: str) -> str:
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)
        return self.git("rev-parse", "HEAD")

    def open(self, files: Mapping[str, str | None], *, fork: str = "") -> Pull:
        """A pull request with these files, from a branch or from somebody's fork."""
        self._pulls += 1
        number = self._pulls
        self.git("checkout", "-q", "-B", f"change-{number}", "main")
        self.write(files)
        pull = Pull(number=number, head="", branch=f"change-{number}", source=fork or self.forge.repository)
        self.forge.pulls[number] = pull
        self._push(pull)
        return pull

    def push(self, pull: Pull, files: Mapping[str, str | None]) -> None:
        """One more commit on a pull request."""
        self.git("checkout", "-q", pull.branch)
        self.write(files)
        self._push(pull)

    def _push(self, pull: Pull) -> None:
        pull.head = self.commit(f"Change {pull.number}")
        pull.paths = self.git("diff", "--name-only", "main...HEAD").splitlines()
        if pull.source == self.forge.repository:
            self.git("push", "-q", "-f", "origin", pull.branch)
        self.git("push", "-q", "-f", "origin", f"HEAD:refs/pull/{pull.number}/head")
        self.git("checkout", "-q", "--detach", "main")
        self.git("merge", "-q", "--no-ff", "-m", f"Merge {pull.number}", pull.head)
        self.git("push", "-q", "-f", "origin", f"HEAD:refs/pull/{pull.number}/merge")
        self.git("checkout", "-q", "main")

    def merge(self, pull: Pull) -> str:
        """Merge it, as the button does."""
        self.git("checkout", "-q", "main")
        self.git("merge", "-q", "--no-ff", "-m", f"Merge pull request {pull.number}", pull.head)
        self.git("push", "-q", "origin", "main")
        pull.state, pull.merged_at = "closed", "2026-12-01T00:00:00Z"
        pull.commits = [self.tip(), pull.head]
        return self.tip()

    def tip(self) -> str:
        return self.git("rev-parse", "main")

    # --- workflows ------------------------------------------------------------------------------

    def check(self, pull: Pull) -> tuple[Run, Run]:
        """What GitHub runs for a push to a pull request: `validate`, and `comment` after it."""
        repository = self.forge.repository
        base = {"ref": "main", "sha": self.tip(), "repo": {"full_name": repository}}
        head = {"ref": pull.branch, "sha": pull.head, "repo": {"full_name": pull.source}}
        event = {"pull_request": {"number": pull.number, "base": base, "head": head}}
        merge = self.git("ls-remote", "origin", f"refs/pull/{pull.number}/merge").split()[0]
        validate = self.runner.run("validate", "pull_request", event, ref=f"refs/pull/{pull.number}/merge", sha=merge)
        return validate, self.comment(pull, validate)

    def comment(self, pull: Pull, validate: Run) -> Run:
        return self.runner.run("comment", "workflow_run", self.comment_event(pull, validate), ref=MAIN, sha=self.tip())

    def comment_event(self, pull: Pull, validate: Run) -> dict[str, Any]:
        return {
            "workflow_run": {
                "id": validate.number,
                "event": "pull_request",
                "conclusion": validate.conclusion,
                "head_sha": pull.head,
                "head_branch": pull.branch,
                "head_repository": {"full_name": pull.source},
                "html_url": f"https://github.com/{self.forge.repository}/actions/runs/{validate.number}",
            },
        }

    def on_main(self, workflow: str, *, sha: str = "", event: str = "", inputs: Any = None) -> Run:
        name = event or ("push" if workflow == "apply" else "workflow_dispatch")
        return self.runner.run(workflow, name, {}, ref=MAIN, sha=sha or self.tip(), inputs=inputs)

    # --- what is true ---------------------------------------------------------------------------

    def items(self) -> list[dict[str, Any]]:
        return list(self.emulator.control("GET", "items")["items"])

    def everything_written(self) -> bytes:
        """Every byte below the root, with git's objects unpacked, and everything that was sent to the forge."""
        parts = [repr(self.forge.log).encode(), repr([step for run in self.runner.runs for step in run.jobs]).encode()]
        for path in sorted(self.root.rglob("*")):
            if path.is_file() and not path.is_symlink() and "/objects/" not in str(path):
                parts.append(path.read_bytes())
        for git in (self.bare, self.clone):
            dump = ["git", "-C", str(git), "cat-file", "--batch-all-objects", "--batch"]
            parts.append(subprocess.run(dump, capture_output=True, check=True).stdout)
        return b"\0".join(parts)

    def days_pass(self, days: int) -> None:
        """At the service and on the runner's machine."""
        self.emulator.control("POST", "clock/advance", {"by": f"{days}d"})
        self.runner.machine["DAYS_LATER"] = str(int(self.runner.machine.get("DAYS_LATER", "0")) + days)

    def close(self) -> None:
        self.forge.close()


_WHO = {"NAME": "Mia", "EMAIL": "mia@example.com"}
