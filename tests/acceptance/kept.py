"""What the suite keeps in `.acceptance`: results with the package they were seen on, recordings while they are true."""

import hashlib
import json
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
FOLDER = Path(".acceptance")
PACKAGE = ("socialsync", "schemas")
SUITE = ("tests/acceptance",)
RECORDINGS = "recordings.json"


def package() -> str:
    """The commit of the package under test; if its files are not those of the commit, their digest too."""
    try:
        commit, changed = _git("rev-parse", "--short=12", "HEAD"), _git("status", "--porcelain", "--", *PACKAGE)
    except (OSError, subprocess.CalledProcessError):
        commit, changed = "no commit", "unknown"
    return f"{commit} + {_digest(PACKAGE)[:8]}" if changed else commit


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def _digest(folders: Iterable[str]) -> str:
    """Of every file's name and bytes."""
    digest = hashlib.sha256()
    for path in sorted(path for folder in folders for path in (ROOT / folder).rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(f"{path.relative_to(ROOT)}\0{path.stat().st_size}\0".encode() + path.read_bytes())
    return digest.hexdigest()


# --- recordings -----------------------------------------------------------------------------------


def sources() -> str:
    """What a recording depends on: the package and the suite, as they are on the disk."""
    return _digest(PACKAGE + SUITE)


def load_recordings(made_by: str) -> dict[str, tuple[str, ...]]:
    """Those made by these sources; none if anything has changed since."""
    path = FOLDER / RECORDINGS
    kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {"sources": "", "calls": {}}
    return {name: tuple(calls) for name, calls in kept["calls"].items()} if kept["sources"] == made_by else {}


def save_recordings(made_by: str, recorded: Mapping[str, tuple[str, ...]]) -> None:
    FOLDER.mkdir(exist_ok=True)
    kept = {"sources": made_by, "calls": dict(sorted(recorded.items()))}
    (FOLDER / RECORDINGS).write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


# --- results --------------------------------------------------------------------------------------


def load_results() -> dict[str, dict[str, Any]]:
    """The last result of each case, by its id."""
    path = FOLDER / "results.jsonl"
    found = {}
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        try:
            result = json.loads(line)
        except ValueError:
            continue  # a run that was killed left half a line
        found[result["id"]] = result
    return found


def save_result(result: Mapping[str, Any]) -> None:
    """At once, so that a run that is killed has lost nothing."""
    FOLDER.mkdir(exist_ok=True)
    with (FOLDER / "results.jsonl").open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(result) + "\n")
