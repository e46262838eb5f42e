"""How many small changes of what decides, what writes and what names a post the unit tests notice, and which they miss.

`python -m tests.mutants.score` tries a sample, `--seed N` another one, `--all` every change; files may be named to try
those alone. Each change is made in memory, in a process of its own that runs the tests which reach the changed line,
the quickest first, until one fails. `equivalent.toml` lists changes that change nothing, each with the reason; they
are tried as well, but not counted.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import multiprocessing
import os
import sys
import time
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.machinery import SourceFileLoader
from multiprocessing.connection import Connection, wait
from pathlib import Path
from types import CodeType
from typing import Any

from .mutate import Enums, Mutant, enums_of, mutants, mutated

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "socialsync"
FILES = (
    *sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.glob("plan/*.py")),
    "apply.py", "steps.py", "writes.py", "transitions.py", "timing.py", "twins.py", "keys.py", "canonical.py",
    "remote/wix/replies.py",
)  # fmt: skip
ENUMS = ("model.py", "errors.py", "remote/wix/replies.py")
TESTS = (
    "plan", "test_apply.py", "test_writes.py", "test_transitions.py", "test_timing.py", "test_keys.py",
    "test_canonical.py", "test_single_faults.py", "test_random_worlds.py", "remote/test_wix_replies.py",
)  # fmt: skip
SAMPLE = 150
WANTED = 0.9
# Loaded before the processes part, so that each begins with them; nothing of socialsync may be among them.
SHARED = ("pytest", "hypothesis.strategies", "httpx", "git", "jsonschema", "jsonschema_rs", "jinja2", "yaml")
PYTEST = ("-x", "-q", "-p", "no:cacheprovider")
# A change may make a loop endless; the machine may be busy with other things.
PATIENCE = 30.0


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """One run of all tests without a change: by file and line the tests that ran it, by test its seconds."""

    reached: Mapping[str, Mapping[int, Sequence[str]]]
    seconds: Mapping[str, float]

    def tests(self, mutant: Mutant) -> list[str]:
        """Those that may notice the change, the quickest first."""
        lines = self.reached.get(mutant.file, {})
        chosen = lines if mutant.reach is None else mutant.reach
        return sorted({test for line in chosen for test in lines.get(line, ())}, key=lambda test: self.seconds[test])


class _Timed:
    """Tells the coverage which test runs, and how long it took."""

    def __init__(self, coverage: Any) -> None:
        self.coverage = coverage
        self.seconds: dict[str, float] = {}

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self.coverage.switch_context(nodeid)
        self.seconds[nodeid] = -time.perf_counter()

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        self.seconds[nodeid] += time.perf_counter()


class _Only:
    """Runs the chosen tests in the chosen order."""

    def __init__(self, tests: Sequence[str]) -> None:
        self.place = {test: place for place, test in enumerate(tests)}

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        items[:] = sorted((one for one in items if one.nodeid in self.place), key=lambda one: self.place[one.nodeid])


def _record(tell: Connection) -> None:
    import coverage
    import pytest

    paths = {str(PACKAGE / file): file for file in FILES}
    recorder = coverage.Coverage(data_file=None, include=list(paths), config_file=False)
    timed = _Timed(recorder)
    recorder.start()
    failed = pytest.main([*PYTEST, *(f"tests/unit/{name}" for name in TESTS)], plugins=[timed])
    recorder.stop()
    data = recorder.get_data()
    reached = {
        file: {line: [test for test in tests if test] for line, tests in data.contexts_by_lineno(path).items()}
        for path, file in paths.items()
    }
    tell.send(None if failed else Recorded(reached=reached, seconds=timed.seconds))


def _try(path: str, code: CodeType, tests: Sequence[str], tell: Connection) -> None:
    import pytest

    usual = SourceFileLoader.get_code

    def get_code(loader: SourceFileLoader, name: str) -> CodeType | None:
        return code if loader.path == path else usual(loader, name)

    SourceFileLoader.get_code = get_code  # type: ignore[method-assign, assignment]
    files = dict.fromkeys(test.partition("::")[0] for test in tests)
    outcome = pytest.main([*PYTEST, *files], plugins=[_Only(tests)])
    assert outcome != pytest.ExitCode.NO_TESTS_COLLECTED, "those tests were recorded"
    tell.send("survived" if outcome == 0 else "noticed")


def _apart(work: Callable[..., None], *arguments: object) -> tuple[Any, Connection]:
    """`work` in a process of its own that says nothing, and where its answer will arrive."""
    context = multiprocessing.get_context("fork")
    answer, tell = context.Pipe(duplex=False)

    def quiet() -> None:
        for stream in (1, 2):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
        work(*arguments, tell)

    process = context.Process(target=quiet)
    process.start()
    tell.close()
    return process, answer


def _tried(chosen: Sequence[Mutant], recorded: Recorded, enums: Enums, at_once: int) -> Iterator[tuple[Mutant, str]]:
    """Each change and what became of it, as soon as it is known."""
    left = list(reversed(chosen))
    running: dict[Connection, tuple[Mutant, Any, float]] = {}
    while left or running:
        while left and len(running) < at_once:
            mutant = left.pop()
            tests = recorded.tests(mutant)
            if not tests:
                yield mutant, "survived"
                continue
            path = str(PACKAGE / mutant.file)
            code = compile(mutated(_source(mutant.file), mutant.number, enums), path, "exec")
            process, answer = _apart(_try, path, code, tests)
            limit = PATIENCE + 10 * sum(recorded.seconds[test] for test in tests)
            running[answer] = mutant, process, time.monotonic() + limit
        ready = set(wait(list(running), timeout=1.0))
        for answer in [one for one in running if one in ready]:
            mutant, process, _ = running.pop(answer)
            verdict = answer.recv()
            process.join()
            yield mutant, verdict
        for answer, (mutant, process, limit) in list(running.items()):
            if time.monotonic() > limit:
                process.kill()
                process.join()
                del running[answer]
                yield mutant, "took too long"


def _source(file: str) -> str:
    return (PACKAGE / file).read_text(encoding="utf-8")


def _sample(found: Sequence[Mutant], seed: int, count: int) -> list[Mutant]:
    """Chosen by name, so that a change of the code elsewhere leaves the sample as it is."""
    ranked = sorted(found, key=lambda mutant: hashlib.sha256(f"{seed} {mutant.name}".encode()).digest())
    return sorted(ranked[:count], key=lambda mutant: (FILES.index(mutant.file), mutant.number))


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.mutants.score")
    asked.add_argument("files", nargs="*", choices=[*FILES, []], metavar="FILE", help="these alone, e.g. timing.py")
    asked.add_argument("--all", action="store_true", help="every change, not a sample")
    asked.add_argument("--seed", type=int, default=0, help="another sample")
    asked.add_argument("--sample", type=int, default=SAMPLE, metavar="N", help=f"its size; {SAMPLE} by default")
    asked.add_argument("--at-once", type=int, default=2, metavar="N", help="processes; 2 by default")
    options = asked.parse_args()
    os.chdir(ROOT)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # none is needed, and each costs time
    for name in SHARED:
        importlib.import_module(name)
    assert "socialsync" not in sys.modules, "what is shared is not changed"

    enums = {name: members for file in ENUMS for name, members in enums_of(_source(file)).items()}
    found = [mutant for file in FILES for mutant in mutants(file, _source(file), enums)]
    listed = tomllib.loads((ROOT / "tests/mutants/equivalent.toml").read_text(encoding="utf-8"))
    if unknown := set(listed) - {mutant.name for mutant in found}:
        raise SystemExit("equivalent.toml lists what is no change any more:\n" + "\n".join(sorted(unknown)))
    asked_for = [mutant for mutant in found if mutant.file in (options.files or FILES)]
    chosen = asked_for if options.all else _sample(asked_for, options.seed, options.sample)

    process, answer = _apart(_record)
    recorded = answer.recv()
    process.join()
    if recorded is None:
        raise SystemExit("the tests fail without any change")
    began, survived, not_so = time.monotonic(), 0, 0
    for mutant, verdict in _tried(chosen, recorded, enums, options.at_once):
        if mutant.name in listed:
            not_so += verdict != "survived"
            print("" if verdict == "survived" else f"listed, but {verdict}: {mutant.name}\n", end="", flush=True)
        elif verdict == "survived":
            survived += 1
            print(f"survived: line {mutant.line}: {mutant.name}", flush=True)
    counted = sum(mutant.name not in listed for mutant in chosen)
    score = (counted - survived) / counted if counted else 1.0
    print(f"{counted - survived} of {counted} changes noticed, {score:.1%}, in {time.monotonic() - began:.0f} s "
          f"({len(found)} in all, {len(listed)} of them listed as equivalent)")  # fmt: skip
    return 1 if score < WANTED or not_so else 0


if __name__ == "__main__":
    sys.exit(main())
