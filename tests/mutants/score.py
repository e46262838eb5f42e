"""How many small changes of what decides, what writes and what names a post the unit tests notice, and which they miss.

`python -m tests.mutants.score` tries a sample, `--seed N` another one, `--all` every change; files may be named to try
those alone. `equivalent.toml` lists changes that change nothing, each with the reason; they are tried as well, but not
counted.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
import time
import tomllib
from collections.abc import Sequence
from typing import TextIO

from .mutate import Mutant, enums_of, mutants, mutated
from .trial import PACKAGE, ROOT, Trials

UNIT = ROOT / "tests/unit"
FILES = (
    *sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.glob("plan/*.py")),
    "apply.py", "steps.py", "immediate.py", "writes.py", "transitions.py", "timing.py", "twins.py", "keys.py",
    "canonical.py",
    "remote/wix/replies.py",
)  # fmt: skip
ENUMS = (
    *sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.glob("model/*.py")),
    "errors.py",
    "remote/wix/replies.py",
)
TESTS = (
    # Without the laws of the planner, which draw hundreds of plans: examples alone must notice.
    *sorted(path.relative_to(UNIT).as_posix() for path in UNIT.glob("plan/test_*.py") if path.name != "test_laws.py"),
    "test_apply.py", "test_writes.py", "test_late_looks.py", "test_transitions.py", "test_timing.py", "test_keys.py",
    "test_canonical.py", "test_single_faults.py", "test_random_worlds.py", "remote/test_wix_replies.py",
)  # fmt: skip
SAMPLE = 300
WANTED = 0.9


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.mutants.score")
    asked.add_argument("files", nargs="*", choices=[*FILES, []], metavar="FILE", help="these alone, e.g. timing.py")
    asked.add_argument("--all", action="store_true", help="every change, not a sample")
    asked.add_argument("--seed", type=int, default=0, help="another sample")
    asked.add_argument("--sample", type=int, default=SAMPLE, metavar="N", help=f"its size; {SAMPLE} by default")
    options = asked.parse_args()
    os.chdir(ROOT)
    sources = {file: (PACKAGE / file).read_text(encoding="utf-8") for file in {*FILES, *ENUMS}}
    enums = {name: members for file in ENUMS for name, members in enums_of(sources[file]).items()}
    found = [mutant for file in FILES for mutant in mutants(file, sources[file], enums)]
    listed = _equivalent()
    stale = listed - {mutant.name for mutant in found}
    asked_for = [mutant for mutant in found if mutant.file in (options.files or FILES)]
    chosen = asked_for if options.all else _sample(asked_for, options.seed, options.sample)
    survived, wrong = [], sorted(stale)
    out = _quiet()
    for name in stale:
        print(f"listed as equivalent, but no change of the code as it is: {name}", file=out, flush=True)

    def work(trials: Trials) -> None:
        for mutant in chosen:
            tree = mutated(sources[mutant.file], mutant.number, enums)
            how = trials.noticed(mutant, compile(tree, str(PACKAGE / mutant.file), "exec"))
            if mutant.name in listed and how:
                wrong.append(mutant.name)
                print(f"listed as equivalent, but noticed: {mutant.name}", file=out, flush=True)
            elif mutant.name not in listed and not how:
                survived.append(mutant)
                print(f"survived: line {mutant.line}: {mutant.name}", file=out, flush=True)

    began = time.monotonic()
    Trials(FILES, work).run(f"tests/unit/{name}" for name in TESTS)
    counted = sum(mutant.name not in listed for mutant in chosen)
    score = (counted - len(survived)) / counted if counted else 1.0
    print(
        f"{counted - len(survived)} of {counted} changes noticed, {score:.1%}, in {time.monotonic() - began:.0f} s "
        f"({len(found)} in all, {len(listed)} of them listed as equivalent)",
        file=out,
    )
    return 1 if wrong or score < WANTED else 0


def _equivalent() -> set[str]:
    listed = tomllib.loads((ROOT / "tests/mutants/equivalent.toml").read_text(encoding="utf-8"))["equivalent"]
    assert all(one["because"] for one in listed), "each with its reason"
    return {one["change"] for one in listed}


def _sample(found: Sequence[Mutant], seed: int, count: int) -> list[Mutant]:
    """Chosen by name, so that a change of the code elsewhere leaves the sample as it is."""
    ranked = sorted(found, key=lambda mutant: hashlib.sha256(f"{seed} {mutant.name}".encode()).digest())
    return sorted(ranked[:count], key=lambda mutant: (FILES.index(mutant.file), mutant.number))


def _quiet() -> TextIO:
    """Where to print; what the tests print goes nowhere."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return out


if __name__ == "__main__":
    sys.exit(main())
