"""`validate` against ajv-cli on the same files, with the rules that JSON Schema can say; memory; growth.

ajv-cli stops at no line and knows nothing of ids, accounts, dates or media; it is the peer people reach for.
"""

from __future__ import annotations

import shutil
import subprocess
import sysconfig
from collections.abc import Iterator
from pathlib import Path

from bench import corpus
from bench.figures import Figure, in_turn, milliseconds, ratio, run

ROOT = Path(__file__).parent.parent
BUILD = ROOT / "build" / "bench"
PEER = ("ajv-cli@5", "ajv-formats@3")
TOOL = str(Path(sysconfig.get_path("scripts")) / "socialsync")


def measure(*, quick: bool) -> Iterator[Figure]:
    count = 1_000 if quick else 10_000
    rounds = 3 if quick else 5
    folder, small, broken = (_corpus(name, size, bad) for name, size, bad in (
        (f"posts-{count}", count, 0), (f"posts-{count // 4}", count // 4, 0), (f"broken-{count}", count, 100),
    ))  # fmt: skip
    ours = [TOOL, "-C", str(folder), "validate"]
    peer = _peer(folder)
    if peer is None:
        mine, _ = in_turn(ours, ours, rounds)
    else:
        for command in (ours, peer):
            if code := run(command).exit_code:
                raise RuntimeError(f"{command[0]} finds fault with a valid corpus: exit code {code}")
        mine, theirs = in_turn(ours, peer, rounds)
        yield Figure(
            name=f"validate {count:,} posts / ajv-cli, wall",
            measured=ratio(mine, theirs),
            at_most=1.0,
            note=f"{milliseconds(mine):.0f} ms / {milliseconds(theirs):.0f} ms",
        )
    yield Figure(
        name=f"validate {count:,} posts, MiB of its largest process",
        measured=max(each.mebibytes for each in mine),
        at_most=64,
        note="peak resident set",
        digits=0,
    )
    large, quarter = in_turn(ours, [TOOL, "-C", str(small), "validate"], rounds)
    yield Figure(
        name=f"validate {count:,} posts / {count // 4:,} posts",
        measured=ratio(large, quarter),
        at_most=4.4,
        note=f"linear is 4; {milliseconds(large):.0f} ms / {milliseconds(quarter):.0f} ms",
    )
    planted = 3 * (count // 100)
    said = subprocess.run([TOOL, "-C", str(broken), "validate"], capture_output=True, text=True, check=False).stdout
    named = sum(": E-" in line for line in said.splitlines())
    yield Figure(
        name=f"mistakes not named, of {planted} certain ones in {count:,} posts",
        measured=max(0, planted - named),
        at_most=0,
        note=f"{named} named, each with line and column",
        digits=0,
    )


def _corpus(name: str, count: int, bad: int) -> Path:
    folder = BUILD / name
    if not (folder / "socialsync.yaml").exists():
        corpus.write(str(folder), count, bad=bad)
    return folder


def _peer(folder: Path) -> list[str] | None:
    """ajv-cli's command line for the same files, installed below build/; None without npm."""
    npm = shutil.which("npm")
    if npm is None:
        return None
    home = BUILD / "peer"
    if not (home / "node_modules").exists():
        home.mkdir(parents=True, exist_ok=True)
        subprocess.run([npm, "install", "--silent", "--no-audit", "--no-fund", *PEER], cwd=home, check=True)
    schema = str(ROOT / "schemas" / "post.schema.json")
    script = str(home / "node_modules" / ".bin" / "ajv")
    formats = str(home / "node_modules" / "ajv-formats")
    files = f"{folder}/posts/**/*.yaml"
    return [script, "validate", "-s", schema, "-d", files, "-c", formats, "--strict=false", "--all-errors"]
