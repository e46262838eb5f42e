#!/usr/bin/env python3
"""The tour: the example shop's posts carried out on the emulator, then changed, moved and removed, a day later public.

`make demo`, or `python -m tools.demo [FOLDER]`. Works in FOLDER (default build/demo), which it makes anew; nothing
leaves this machine. Every step runs a command of the tool as a user types it and must end with the exit code it names.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import textwrap
import time
from collections.abc import Mapping
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
DATABASE = ".socialsync/emulator-demo.db"
SUNDAY = "2030-12-01T08:00:00Z"  # the day before the example posts begin to go out
MARK = ".made-by-demo"
WIDTH = 100

BROKEN = """\
id: new-year
schedule: 2031-01-01 09:00
text: |
  Happy new year! #pottery
medai:
  - file: posts/media/winter-hero.jpg
channels:
  instagram:
  facebok:
"""


class StepFailed(Exception):
    """A command did not end as it should; the demo stops there."""


class Tour:
    """Runs the steps in one folder and shows them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.outputs = folder.with_name(f"{folder.name}-output")
        self._steps = 0
        self._runs = 0
        self._colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        self._environment = {
            **os.environ,
            "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", ""))),
            "COLUMNS": str(WIDTH),
            # A demo on a machine where nobody has told git who they are.
            "GIT_AUTHOR_NAME": "Mia",
            "GIT_AUTHOR_EMAIL": "mia@example.com",
            "GIT_COMMITTER_NAME": "Mia",
            "GIT_COMMITTER_EMAIL": "mia@example.com",
            "GIT_CONFIG_GLOBAL": os.devnull,
        }
        for name in ("SOCIALSYNC_API", "SOCIALSYNC_PAUSE"):
            self._environment.pop(name, None)
        if self._colour:
            self._environment["FORCE_COLOR"] = "1"

    def prepare(self) -> None:
        """The example content as a git repository of its own."""
        for folder in (self.folder, self.outputs):
            if folder.exists():
                if not (folder / MARK).exists():
                    raise StepFailed(f"{folder} is there already and was not made by the demo; remove it first")
                shutil.rmtree(folder)
            folder.mkdir(parents=True)
            (folder / MARK).touch()
        shutil.copytree(REPOSITORY / "posts", self.folder / "posts")
        shutil.copy(REPOSITORY / "socialsync.yaml", self.folder)
        (self.folder / ".gitignore").write_text(f".socialsync/\n{MARK}\n", encoding="utf-8")
        self._quietly("git", "init", "-q", "-b", "main")
        self.commit("Our posts for December")

    def step(self, title: str, *said: str) -> None:
        self._steps += 1
        print(f"\n\n{self._bold(f'{self._steps}. {title}')}\n")
        for paragraph in said:
            print(textwrap.fill(paragraph, WIDTH, break_on_hyphens=False))

    def say(self, *lines: str) -> None:
        print()
        for line in lines:
            print(textwrap.fill(line, WIDTH, break_on_hyphens=False, subsequent_indent=" " * _indent(line)))

    def run(self, *command: str, exits: int = 0, shows: int = 0) -> str:
        """Run a command of the tool, show it and up to `shows` lines of its output (0: all), check its exit code."""
        print(f"\n{self._bold('$ ' + ' '.join(command))}", flush=True)
        done = subprocess.run(
            command, cwd=self.folder, env=self._environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self._runs += 1
        kept = self.outputs / f"{self._runs:02d}-{command[1].lstrip('-')}.txt"
        kept.write_text(done.stdout, encoding="utf-8")
        lines = done.stdout.rstrip("\n").split("\n")
        if shows and len(lines) > shows:
            more = len(lines) - shows
            lines = [*lines[:shows], "", f"  […] {more} more lines like these, all of them in {_short(kept)}"]
        print("\n".join(f"  {line}".rstrip() for line in lines), flush=True)
        if done.returncode != exits:
            raise StepFailed(
                f"`{' '.join(command)}` ended with exit code {done.returncode}, not {exits}; "
                f"its whole output is in {_short(kept)}"
            )
        print(f"  {self._dim(f'(exit code {exits})')}")
        return done.stdout

    def edit(self, path: str, change: Mapping[str, str]) -> None:
        """Replace texts in a post; each must be there."""
        file = self.folder / path
        text = file.read_text(encoding="utf-8")
        for old, new in change.items():
            if old not in text:
                raise StepFailed(f"{path} does not contain {old!r} any more; the demo must follow the example posts")
            text = text.replace(old, new)
        file.write_text(text, encoding="utf-8")

    def commit(self, message: str) -> None:
        self._quietly("git", "add", "-A")
        self._quietly("git", "commit", "-q", "-m", message)

    def _quietly(self, *command: str) -> None:
        done = subprocess.run(command, cwd=self.folder, env=self._environment, capture_output=True, text=True)
        if done.returncode:
            raise StepFailed(f"`{' '.join(command)}` failed: {done.stderr.strip()}")

    def _bold(self, text: str) -> str:
        return f"\x1b[1m{text}\x1b[0m" if self._colour else text

    def _dim(self, text: str) -> str:
        return f"\x1b[2m{text}\x1b[0m" if self._colour else text


def tell(tour: Tour) -> None:
    """The story, from an empty channel to a day later."""
    tour.say(
        "A small pottery keeps its social-media posts as YAML files in git. You watch it use socialsync. The Wix "
        "service is played by an emulator on this machine: nothing is sent to Wix, no account is needed.",
        "",
        f"  The posts   {_short(tour.folder)}/posts",
        f"  Everything below is also kept, a file a command, in {_short(tour.outputs)}",
    )
    tour.step(
        "Which channels are there?",
        "The accounts that this site may post to. socialsync.yaml names each by its id, so that nobody's click in a "
        "dashboard can send a post to another page.",
    )
    tour.run("socialsync", "accounts", shows=16)

    tour.step(
        "Are the posts all right?",
        "Every mistake in every file at once, before anything else. It needs no network and no key.",
    )
    tour.run("socialsync", "validate")

    tour.step(
        "What would happen?",
        "The plan compares the files with what is live. The emulator's clock is set to the Sunday before the sale. "
        "With --detailed-exitcode, 2 means: there is something to do.",
    )
    tour.run("socialsync", "emulator", "clock", "--set", SUNDAY, "--speed", "0", "--db", DATABASE)
    tour.run("socialsync", "plan", "--detailed-exitcode", exits=2, shows=40)

    tour.step("Do it", "Every post is made, given its date and confirmed by reading what the service says back.")
    tour.run("socialsync", "apply", shows=16)

    tour.step("Again: nothing happens", "Git and the channels agree, so there is nothing to do, however often it runs.")
    tour.run("socialsync", "plan", "--detailed-exitcode")
    tour.run("socialsync", "apply")

    tour.step(
        "Plans change",
        "In one commit the post about the glazes gets a better question, the studio tour moves to the evening, and "
        "the file of the workshop stories is removed. This is what its pull request would show:",
    )
    tour.edit("posts/glaze-colours.yaml", {"Three glazes, one mug": "Three glazes, and which mug is yours?"})
    tour.edit("posts/studio-tour.yaml", {"schedule: 2030-12-09 12:00": "schedule: 2030-12-09 19:30"})
    (tour.folder / "posts/workshop-story.yaml").unlink()
    tour.commit("A better question, a later tour, no stories")
    tour.run("socialsync", "plan", "--detailed-exitcode", exits=2)
    tour.say("Merged. The same plan, carried out:")
    tour.run("socialsync", "apply")

    tour.step(
        "One day later",
        "The emulator's clock goes forward by a day and two hours. What was due has gone out by itself.",
    )
    tour.run("socialsync", "emulator", "clock", "--advance", "1d2h", "--db", DATABASE)
    tour.run("socialsync", "status", "--check")
    tour.say("Published posts are history. There is nothing left to do about them, and nothing goes out twice:")
    tour.run("socialsync", "plan", "--detailed-exitcode")
    tour.run("socialsync", "apply")

    tour.step("A slip of the pen", "Somebody writes this into posts/new-year.yaml:")
    print("\n" + textwrap.indent(BROKEN, "  │ ").rstrip())
    (tour.folder / "posts/new-year.yaml").write_text(BROKEN, encoding="utf-8")
    tour.run("socialsync", "validate", exits=3)
    tour.say("With such a file, plan and apply do nothing at all. The slip is taken out again:")
    (tour.folder / "posts/new-year.yaml").unlink()
    tour.run("socialsync", "validate")


def close(tour: Tour, seconds: float) -> None:
    tool = _short(Path(sys.executable).parent / "socialsync")
    print(f"\n\nThat was the tour, in {seconds:.0f} seconds.\n")
    print("Look at it in the dashboard of the emulator (the month, every item, what went public):\n")
    print(f"  {tool} emulator --db {_short(tour.folder)}/{DATABASE}")
    print("  and open http://127.0.0.1:8090/ in a browser; Ctrl+C ends it\n")
    print("Try it yourself: edit a post and look again. --worktree reads what is not committed yet:\n")
    print(f"  {tool} -C {_short(tour.folder)} plan --worktree\n")
    print("Write posts of your own: docs/getting-started.md")


def _short(path: Path) -> str:
    """From here, if it lies below; a path to paste."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def main(arguments: list[str]) -> int:
    tour = Tour(Path(arguments[0]).absolute() if arguments else REPOSITORY / "build" / "demo")
    started = time.monotonic()
    try:
        tour.prepare()
        tell(tour)
    except StepFailed as failure:
        print(f"\nThe demo stopped: {failure}", file=sys.stderr)
        return 1
    close(tour, time.monotonic() - started)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
