"""From checkout to comment: what a pull request of 10 posts among 10,000 waits for, by the workflows' own commands.

The repository is one of a real site, as a runner has it: the posts in git, State on its branch as an apply left it.
GitHub is a server on loopback that takes the comment.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sysconfig
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from typing import Any

from bench import corpus
from bench.figures import Figure, run
from socialsync import __version__, config
from socialsync.branchstore import BranchStore
from socialsync.canonical import content_fields, field_fingerprints
from socialsync.model.intents import Intent
from socialsync.model.items import Record, Status
from socialsync.source import posts
from socialsync.source.tree import GitTree
from socialsync.state import Settled, State

BUILD = Path(__file__).parent.parent / "build" / "bench"
TOOL = str(Path(sysconfig.get_path("scripts")) / "socialsync")
SITE = "0b6f2c1e-7a55-4c3e-9d0e-1f2a3b4c5d6e"
REPOSITORY = "bench/posts"
BRANCH = "ten-posts"
CHANGED = 10
# Of 10 posts on about two channels each; the comment must name all of them.
LEAST = 10


class GitHub:
    """The one pull request, without a comment yet; `bodies` are those that were written."""

    def __init__(self, head: str, paths: list[str]) -> None:
        self.bodies: list[str] = []
        pull = {
            "number": 1,
            "head": {"sha": head, "ref": BRANCH, "repo": {"full_name": REPOSITORY}},
            "base": {"ref": "main"},
            "merged_at": None,
        }
        lists: Mapping[str, Any] = {"/pulls": [pull], "/pulls/1/files": [{"filename": path} for path in paths]}
        bodies = self.bodies

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path = self.path.partition("?")[0].removeprefix(f"/repos/{REPOSITORY}")
                self._answer(200, lists.get(path, []))

            def do_POST(self) -> None:
                said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                bodies.append(said["body"])
                self._answer(201, {"id": 1, "body": said["body"], "html_url": "#1"})

            def _answer(self, status: int, value: object) -> None:
                data = json.dumps(value).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, format: str, *_: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def measure(*, quick: bool) -> Iterator[Figure]:
    count, rounds = (2_000, 3) if quick else (10_000, 7)
    folder = repository(count)
    with job(folder) as (github, environment):
        lines = commands(folder)
        seconds: dict[str, list[float]] = {name: [] for name in lines}
        for _ in range(rounds + 1):
            for name, line in lines.items():
                done = run(line, folder=folder, environment=environment)
                if done.exit_code:
                    raise RuntimeError(f"socialsync {name} ends with {done.exit_code}")
                seconds[name].append(done.seconds)
        named = min(body.count("\n#### ") for body in github.bodies)
        if len(github.bodies) != rounds + 1 or named < LEAST:
            raise RuntimeError(f"{len(github.bodies)} comments, the shortest with {named} posts")
    each = {name: median(times[1:]) for name, times in seconds.items()}
    yield Figure(
        name=f"seconds from checkout to comment, {CHANGED} of {count:,} posts changed",
        measured=median(map(sum, zip(seconds["diff"][1:], seconds["comment"][1:], strict=True))),
        at_most=2.0,
        note=", ".join(f"{name} {taken:.2f} s" for name, taken in each.items()) + f", {os.cpu_count()} cores",
    )


def commands(folder: Path) -> dict[str, list[str]]:
    """By verb, the lines of validate.yml and comment.yml; the preview is an artifact that no comment waits for."""
    report = str(folder.parent / f"{folder.name}.report.json")
    preview = str(folder.parent / f"{folder.name}.preview")
    return {
        "diff": [TOOL, "diff", "main", "--format", "github", "--report", report],
        "comment": [TOOL, "comment", report],
        "preview": [TOOL, "preview", "--base", "main", "--out", preview],
    }


@contextmanager
def job(folder: Path) -> Iterator[tuple[GitHub, dict[str, str]]]:
    """GitHub, and the variables of a job that looks at the pull request."""
    head = _git(folder, "rev-parse", BRANCH).strip()
    paths = _git(folder, "diff", "--name-only", "main", BRANCH).splitlines()
    event = folder.parent / f"{folder.name}.event.json"
    source = {"head_repository": {"full_name": REPOSITORY}, "head_branch": BRANCH, "head_sha": head, "html_url": "#"}
    event.write_text(json.dumps({"workflow_run": source}), encoding="utf-8")
    github = GitHub(head, paths)
    outside = {name: value for name, value in os.environ.items() if not name.startswith(("GIT", "SOCIALSYNC_"))}
    try:
        yield (
            github,
            outside
            | {
                "GITHUB_API_URL": github.url,
                "GITHUB_EVENT_PATH": str(event),
                "GITHUB_REF_NAME": "main",
                "GITHUB_REPOSITORY": REPOSITORY,
                "GITHUB_STEP_SUMMARY": os.devnull,
                "GITHUB_TOKEN": "none",
            },
        )
    finally:
        github.close()


def repository(count: int) -> Path:
    """A repository of that many posts on the branch of the pull request; made once."""
    folder = BUILD / f"pull-request-{count}"
    if (folder / ".git" / "packed-refs").exists():  # the last step has been taken
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    corpus.write(str(folder), count)
    settings = folder / "socialsync.yaml"
    settings.write_text(corpus.CONFIG.replace("emulator: true", f"wix: {SITE}"), encoding="utf-8")
    _git(folder, "init", "-q", "-b", "main")
    _commit(folder, "posts")
    _remember(folder)
    _git(folder, "checkout", "-q", "-b", BRANCH)
    paths = sorted((folder / "posts").rglob("*.yaml"))
    for path in paths[:: count // CHANGED][:CHANGED]:
        text = path.read_text(encoding="utf-8").replace("\nschedule: 203", "\nschedule: 204", 1)
        path.write_text(text.replace("text: |\n", "text: |\n  New: ", 1), encoding="utf-8")
    _commit(folder, "ten posts")
    _git(folder, "gc", "-q")  # a checkout brings its objects in one pack
    return folder


def _remember(folder: Path) -> None:
    """State on its branch, as an apply of this commit leaves it."""
    with GitTree(str(folder), "HEAD") as tree:
        settings, problems = config.load(tree)
        assert settings is not None, problems
        intents = posts.load(settings, tree).intents
    (site,) = settings.sites.values()
    commit = _git(folder, "rev-parse", "HEAD").strip()
    state = State(
        site=site.name,
        namespace=settings.policy.namespace,
        wix=site.wix,
        commit=commit,
        at=datetime.now(UTC),
        records={intent.key: _record(number, intent, commit) for number, intent in enumerate(intents)},
        settled=Settled(commit=commit, tool=__version__, apart=frozenset()),
    )
    BranchStore(str(folder), site.name).save(state)


def _record(number: int, intent: Intent, commit: str) -> Record:
    return Record(
        key=intent.key,
        item_id=f"00000000-0000-4000-8000-{number:012d}",
        status=Status.SCHEDULED,
        cell=intent.target.cell,
        post_id=intent.post_id,
        target=str(intent.target),
        fingerprints=field_fingerprints(content_fields(intent.content)),
        at=intent.timing.at,
        commit=commit,
        account="100200300400500/700800900",
        path=intent.location.path,
    )


def _commit(folder: Path, message: str) -> None:
    _git(folder, "add", "-A")
    _git(folder, "commit", "-qm", message)


def _git(folder: Path, *arguments: str) -> str:
    who = ("-c", "user.name=bench", "-c", "user.email=bench@example.com", "-c", "gc.auto=0")
    return subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout
