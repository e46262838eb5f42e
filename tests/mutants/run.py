"""Applies each seeded bug to a copy of the package and runs its cases there: they pass without it and fail with it.

`python -m tests.mutants.run` runs all of them, `python -m tests.mutants.run NAME` those named.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from .bugs import BUGS, Bug

ROOT = Path(__file__).parents[2]


def copied(folder: Path, bug: Bug | None) -> Path:
    """A copy of the package, the bug in it, that comes first on the import path."""
    for name in ("socialsync", "schemas", "posts", "tests"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    if bug is not None:
        path = folder / "socialsync" / bug.file
        text = path.read_text(encoding="utf-8")
        if text.count(bug.old) != 1:
            raise SystemExit(f"{bug.name}: {bug.file} holds the text to change {text.count(bug.old)} times, not once")
        path.write_text(text.replace(bug.old, bug.new), encoding="utf-8")
    return folder


def failing(folder: Path, cases: list[str]) -> set[str]:
    """Which of the cases fail on the package in `folder`."""
    arguments = [argument for case in cases for argument in ("--case", case)]
    done = subprocess.run(
        [sys.executable, "-m", "tests.acceptance.run", *arguments],
        cwd=folder, env={**os.environ, "PYTHONPATH": str(folder)}, capture_output=True, text=True,
    )  # fmt: skip
    failed = {line.split()[1] for line in done.stdout.splitlines() if line.startswith("FAILED ")}
    if done.returncode not in (0, 1) or (done.returncode == 1 and not failed):
        raise SystemExit(f"the cases could not be run: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return failed


def checked(bugs: list[Bug]) -> int:
    cases = sorted({case for bug in bugs for case in bug.cases})
    with tempfile.TemporaryDirectory() as folder:
        already = failing(copied(Path(folder), None), cases)
    survived = 0
    for bug in bugs:
        with tempfile.TemporaryDirectory() as folder:
            caught = failing(copied(Path(folder), bug), list(bug.cases))
        missed = [case for case in bug.cases if case not in caught]
        spoiled = [case for case in bug.cases if case in already]
        survived += bool(missed or spoiled)
        verdict = "survived " + ", ".join(missed) if missed else f"fails without it: {spoiled}" if spoiled else "caught"
        print(f"{bug.name:26} {verdict}", flush=True)
    print(f"{len(bugs) - survived} of {len(bugs)} caught")
    return 1 if survived else 0


def main() -> int:
    chosen = [bug for bug in BUGS if not sys.argv[1:] or bug.name in sys.argv[1:]]
    return checked(chosen)


if __name__ == "__main__":
    sys.exit(main())
