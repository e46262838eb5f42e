"""All figures in one table; exit code 1 if one is not held."""

from __future__ import annotations

import argparse
import compileall
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from bench import pull_request, requests, startup, validation
from bench.figures import Figure

HERE = Path(__file__).parent


def load(*, quick: bool) -> Iterator[Figure]:
    """The emulator's own bench, which prints its figures and says by its exit code whether they hold."""
    items = 20_000 if quick else 100_000
    done = subprocess.run([sys.executable, str(HERE / "emulator.py"), str(items)], capture_output=True, text=True)
    print(done.stdout + done.stderr, file=sys.stderr)
    yield Figure(
        name=f"laws of the emulator not held at {items:,} items",
        measured=done.stdout.count("NOT HELD") if done.returncode in (0, 1) else 1,
        at_most=0,
        note="`python bench/emulator.py` prints them",
        digits=0,
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller sizes, fewer rounds")
    quick = parser.parse_args().quick
    # As an installed wheel is; a checkout stays uncompiled where Python is told to write no bytecode.
    compileall.compile_dir(HERE.parent / "socialsync", quiet=1)
    figures: list[Figure] = []
    for part in (startup.measure, validation.measure, pull_request.measure, requests.measure, load):
        for figure in part(quick=quick):
            figures.append(figure)
            print(f"… {figure.name}", file=sys.stderr)
    width = max(len(figure.name) for figure in figures)
    print(f"\n{'figure':{width}}  {'target':>8}  {'measured':>8}  verdict   how")
    for figure in figures:
        target = f"≤ {figure.at_most:g}"
        verdict = "held" if figure.held else "NOT HELD"
        print(f"{figure.name:{width}}  {target:>8}  {figure.measured:8.{figure.digits}f}  {verdict:8}  {figure.note}")
    if not any("ajv" in figure.name for figure in figures):
        print("\nnpm is not installed, so nothing was compared with ajv-cli")
    return 0 if all(figure.held for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
