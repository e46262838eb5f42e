"""Requests, counted in the emulator's own log: what a plan costs beside history, what a post costs to make."""

from __future__ import annotations

import os
import subprocess
import sysconfig
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bench.figures import Figure
from socialsync.commands.connection import EMULATOR_KEY, emulator_site_id
from socialsync.emulator.handle import EmulatorProcess
from socialsync.model.sites import Site

TOOL = str(Path(sysconfig.get_path("scripts")) / "socialsync")
STEP = 10_000
READS = ("get_", "list_", "query_")

CONFIG = """\
namespace: bench
timezone: Europe/Berlin
sites:
  main:
    emulator: true
    accounts: {facebook: "700800900"}
"""
POST = """\
id: post-{number}
schedule: 2090-01-{day:02d} 09:00
text: |
  Post number {number}, {word}.
channels: [facebook]
"""


class Shop:
    """A content repository and the emulator it talks to."""

    def __init__(self, folder: Path, emulator: EmulatorProcess) -> None:
        self.folder = folder
        self._emulator = emulator
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "SOCIALSYNC_"))},
            "SOCIALSYNC_API": emulator.url,
        }
        (folder / "posts").mkdir(parents=True)
        (folder / "socialsync.yaml").write_text(CONFIG, encoding="utf-8")
        (folder / ".gitignore").write_text(".socialsync/\n", encoding="utf-8")
        self._git("init", "-q", "-b", "main")

    def write(self, numbers: range, word: str) -> None:
        """Posts with these numbers, committed."""
        for number in numbers:
            text = POST.format(number=number, day=number % 28 + 1, word=word)
            (self.folder / "posts" / f"{number}.yaml").write_text(text, encoding="utf-8")
        self._git("add", "-A")
        self._git("commit", "-qm", word)

    def requests(self, verb: str) -> Counter[str]:
        """Run a command; how often each operation was asked for. Raises RuntimeError if it does not succeed."""
        seen = max((entry["number"] for entry in self._emulator.requests()), default=0)
        done = subprocess.run([TOOL, verb], cwd=self.folder, env=self._environment, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"socialsync {verb}: {done.stdout}{done.stderr}")
        return Counter(entry["operation"] for entry in self._emulator.requests(seen))

    def _git(self, *arguments: str) -> None:
        who = ("-c", "user.name=bench", "-c", "user.email=bench@example.com", "-c", "gc.auto=0")
        subprocess.run(["git", *who, *arguments], cwd=self.folder, check=True)


def measure(*, quick: bool) -> Iterator[Figure]:
    history = 10_000 if quick else 100_000
    site = emulator_site_id("bench", Site(name="main"))
    with tempfile.TemporaryDirectory() as folder, EmulatorProcess(key=EMULATOR_KEY, site=site) as emulator:
        shop = Shop(Path(folder) / "shop", emulator)
        shop.write(range(1), "first")
        shop.requests("apply")  # the first run lists everything, so it is not like the others
        shop.write(range(1, 11), "second")
        few = shop.requests("apply")
        shop.write(range(11, 41), "third")
        more = shop.requests("apply")
        yield Figure(
            name="requests to make and schedule one post",
            measured=(more.total() - few.total()) / 20,
            at_most=2,
            note=f"{more.total()} for 30 posts, {few.total()} for 10: the rest is constant",
        )
        shop.write(range(5), "fourth")
        few = shop.requests("apply")
        shop.write(range(10), "fifth")
        more = shop.requests("apply")
        yield Figure(
            name="requests to change one post",
            measured=(more.total() - few.total()) / 5,
            at_most=2,
            note=f"{more.total()} for 10 posts, {few.total()} for 5",
        )
        without = shop.requests("plan")
        for start in range(0, history, STEP):
            _publish(emulator, start, min(STEP, history - start))
        beside = shop.requests("plan")
        yield Figure(
            name=f"requests of a plan, more beside {history:,} published items",
            measured=beside.total() - without.total(),
            at_most=0,
            note=f"{beside.total()} with, {without.total()} without",
            digits=0,
        )
        yield Figure(
            name="writes of a plan",
            measured=sum(number for name, number in (without + beside).items() if not name.startswith(READS)),
            at_most=0,
            note=", ".join(f"{number} {name}" for name, number in sorted(beside.items())),
            digits=0,
        )


def _publish(emulator: EmulatorProcess, start: int, count: int) -> None:
    """History: published items under names of ours."""
    item = {
        "referenceId": f"ss1.bench.main.old-{start}-{{n}}.facebook-post.a1",
        "channel": {"name": "FACEBOOK", "accountId": "100200300400500"},
        "type": "POST",
        "status": "PUBLISHED",
        "schedulingInfo": {"scheduledDate": "2020-01-01T09:00:00Z"},
        "facebookPost": {"caption": "Long ago", "pageId": "700800900"},
    }
    emulator.control("POST", "load", {"site": emulator.site, "items": [item], "repeat": count})
