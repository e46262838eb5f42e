"""The suite's own command: lists cases, runs them over the cores, resumes, replays one by its id, prints counts.

`python -m tests.acceptance.run --all` runs everything; `--suite S1`, `--case ID`, `--sample N`, `--pairs` less; results
are kept in `.acceptance/results.jsonl`, and with `--resume` what has passed there is not run again.
"""

import argparse
import multiprocessing
import os
import random
import sys
import time
import traceback
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import Any

from . import kept
from .bench import Bench, Seen, Suite
from .faults import pairs

MODULES = (
    "idempotence",
    "matrix",
    "kills",
    "interleavings",
    "moves",
    "scenes",
    "moments",
    "gates",
    "local",
    "moments_local",
    "service_limits",
    "model",
    "load",
)
SUITES: dict[str, Suite] = {
    suite.name: suite for module in MODULES for suite in import_module(f".{module}", __package__).SUITES
}
LONGEST = ("S22", "S23")
LARGEST = "S1"
TELL_EVERY = 60.0  # seconds


def ids(suite: Suite, bench: Bench) -> list[str]:
    return ["/".join((suite.name, *parts)) for parts in suite.cases(bench)]


def ordered(cases: list[str], seed: int) -> list[str]:
    """The longest first, so that they do not end alone; then everything rare, mixed; the great matrix last: a run that
    is interrupted has seen something of every suite."""

    def rank(case: str) -> int:
        suite = case.split("/")[0]
        return 0 if suite in LONGEST else 2 if suite == LARGEST else 1

    mixed = list(cases)
    random.Random(seed).shuffle(mixed)
    return sorted(mixed, key=rank)


def first_of_pairs(cases: Iterable[str]) -> list[str]:
    """Of the matrix one case for each (call, fault) pair: the first."""
    chosen: dict[tuple[str, str], str] = {}
    for case in cases:
        *_, place, fault = case.split("/")
        chosen.setdefault((place.split("-", 1)[1], fault), case)
    return list(chosen.values())


def carry_out(bench: Bench, case: str) -> dict[str, Any]:
    """One case by its id: what it was, how it ended, how long it took."""
    name, *parts = case.split("/")
    seen, started, error = Seen(), time.monotonic(), ""
    try:
        SUITES[name].run(bench, tuple(parts), seen)
    except Exception as failure:
        error = str(failure) or repr(failure)
        if not isinstance(failure, AssertionError):
            error = traceback.format_exc()
        bench.close()  # nothing of a failed case may reach the next one
    took = round(time.monotonic() - started, 3)
    return {"id": case, "ok": not error, "seconds": took, "error": error, "pairs": sorted(seen.pairs),
            "numbers": seen.numbers}  # fmt: skip


_bench: Bench | None = None
_recorded: Mapping[str, tuple[str, ...]] = {}


def _start(recorded: Mapping[str, tuple[str, ...]]) -> None:
    global _recorded
    _recorded = recorded


def _work(case: str) -> dict[str, Any]:
    global _bench
    if _bench is None:
        _bench = Bench(recorded=_recorded)
    return carry_out(_bench, case)


def _chosen(arguments: argparse.Namespace, bench: Bench) -> list[str]:
    if arguments.case:
        return list(arguments.case)
    if arguments.pairs:
        return first_of_pairs(ids(SUITES[LARGEST], bench))
    found = [case for name in arguments.suite or SUITES for case in ids(SUITES[name], bench)]
    if arguments.sample:
        found = sampled(found, arguments.sample, arguments.seed)
    return found if arguments.list else ordered(found, arguments.seed)


def sampled(cases: list[str], share: int, seed: int) -> list[str]:
    """About one in `share`, by the seed and the id, so that the choice is the same whatever else is in the list."""
    return [case for case in cases if random.Random(f"{seed}/{case}").randrange(share) == 0]


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.acceptance.run", description="The failure suite.")
    parser.add_argument("--all", action="store_true", help="every case of every suite")
    parser.add_argument("--suite", action="append", choices=list(SUITES), help="this suite; repeatable")
    parser.add_argument("--case", action="append", metavar="ID", help="replay this case; repeatable")
    parser.add_argument("--pairs", action="store_true", help=f"one case of {LARGEST} for each (call, fault) pair")
    parser.add_argument("--sample", type=int, metavar="N", help="about one case in N")
    parser.add_argument("--seed", type=int, default=0, help="of the sample and the order (default %(default)s)")
    parser.add_argument("--jobs", type=int, default=4 * (os.cpu_count() or 1), help="at a time (default %(default)s)")
    parser.add_argument("--resume", action="store_true", help="leave out what has passed, on whatever commit")
    parser.add_argument("--list", action="store_true", help="print the ids and counts only")
    arguments = parser.parse_args(argv)
    if not (arguments.all or arguments.suite or arguments.case or arguments.pairs):
        parser.error("say --all, --suite NAME, --pairs or --case ID")
    package, sources = kept.package(), kept.sources()
    recorded = kept.load_recordings(sources)
    bench = Bench(recorded=recorded)
    try:
        cases = _chosen(arguments, bench)
    finally:
        bench.close()
    if bench.recorded != recorded:
        kept.save_recordings(sources, bench.recorded)
    if arguments.list:
        print("\n".join(cases))
        print(Counter(case.split("/")[0] for case in cases), file=sys.stderr)
        return 0
    before = kept.load_results() if arguments.resume else {}
    passed = {case: before[case] for case in cases if before.get(case, {}).get("ok")}
    results = list(passed.values())
    todo = [case for case in cases if case not in passed]
    for result in _told(_carried_out(todo, arguments.jobs, bench.recorded), len(todo)):
        result["package"] = package
        kept.save_result(result)
        results.append(result)
        if not result["ok"]:
            print(f"FAILED {result['id']}\n  {result['error']}", flush=True)
    return summary(results)


def _carried_out(cases: list[str], jobs: int, recorded: Mapping[str, tuple[str, ...]]) -> Iterable[dict[str, Any]]:
    if len(cases) <= 1 or jobs == 1:
        _start(recorded)
        yield from map(_work, cases)
        return
    context = multiprocessing.get_context("spawn")
    with context.Pool(min(jobs, len(cases)), _start, (recorded,)) as pool:
        yield from pool.imap_unordered(_work, cases)


def _told(results: Iterable[dict[str, Any]], count: int) -> Iterable[dict[str, Any]]:
    """The same results; once a minute a line says how far it is."""
    started = last = time.monotonic()
    failed = 0
    for number, result in enumerate(results, 1):
        failed += not result["ok"]
        yield result
        now = time.monotonic()
        if now - last >= TELL_EVERY:
            last = now
            print(
                f"{number} of {count}, {failed} failed, {number / (now - started):.2f}/s", file=sys.stderr, flush=True
            )


def summary(results: list[dict[str, Any]]) -> int:
    """Counts per suite, per package and of the pairs; 0 if all passed."""
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    packages: dict[str, Counter[bool]] = defaultdict(Counter)
    hit: set[tuple[str, str]] = set()
    for result in results:
        suite = counted[result["id"].split("/")[0]]
        suite["cases"] += 1
        suite["passed" if result["ok"] else "failed"] += 1
        suite["ms"] += round(result["seconds"] * 1000)
        packages[result.get("package", "a commit that was not noted")][result["ok"]] += 1
        hit |= {(call, fault) for call, fault in result["pairs"]}
    for result in results:
        if SUITES[result["id"].split("/")[0]].tells:
            print(f"{result['id']}: {', '.join(f'{name} {value}' for name, value in result['numbers'].items())}")
    print(f"{'suite':14} {'cases':>7} {'passed':>7} {'failed':>7} {'seconds':>9}")
    for name in sorted(counted, key=list(SUITES).index):
        numbers = counted[name]
        print(f"{name:14} {numbers['cases']:7} {numbers['passed']:7} {numbers['failed']:7} {numbers['ms'] / 1000:9.1f}")
    total = sum(numbers["cases"] for numbers in counted.values())
    failed = sum(numbers["failed"] for numbers in counted.values())
    print(f"{'all':14} {total:7} {total - failed:7} {failed:7}")
    for name, ended in sorted(packages.items()):
        print(f"on {name}: {ended[True]} passed, {ended[False]} failed")
    if hit:
        possible = set(pairs())
        print(f"(call, fault) pairs hit {len(hit & possible)} of {len(possible)}")
        if len(missed := sorted(possible - hit)) < len(possible) / 10:
            print("".join(f"  not hit: {call} {fault}\n" for call, fault in missed), end="")
    return 1 if failed or not total else 0


if __name__ == "__main__":
    sys.exit(main())
