"""The suite's own command: lists cases, runs them over the cores, resumes, replays one by its id, prints counts.

`python -m tests.acceptance.run --all` runs everything; `--suite S1`, `--case ID`, `--sample N` less; results are kept
in `.acceptance/results.jsonl`, and with `--resume` what has passed there is not run again.
"""

import argparse
import json
import multiprocessing
import os
import random
import sys
import time
import traceback
from collections import Counter, defaultdict
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Any

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
    "service_limits",
    "model",
    "load",
)
FOLDER = Path(".acceptance")
SUITES: dict[str, Suite] = {
    suite.name: suite for module in MODULES for suite in import_module(f".{module}", __package__).SUITES
}


def ids(suite: Suite, bench: Bench) -> list[str]:
    return ["/".join((suite.name, *parts)) for parts in suite.cases(bench)]


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


def _work(case: str) -> dict[str, Any]:
    global _bench
    if _bench is None:
        _bench = Bench()
    return carry_out(_bench, case)


def _chosen(arguments: argparse.Namespace) -> list[str]:
    if arguments.case:
        return list(arguments.case)
    bench = Bench()
    try:
        found = [case for name in arguments.suite or SUITES for case in ids(SUITES[name], bench)]
    finally:
        bench.close()
    if arguments.sample:
        found = sampled(found, arguments.sample, arguments.seed)
    return found


def sampled(cases: list[str], share: int, seed: int) -> list[str]:
    """About one in `share`, by the seed and the id, so that the choice is the same whatever else is in the list."""
    return [case for case in cases if random.Random(f"{seed}/{case}").randrange(share) == 0]


def _results(path: Path) -> dict[str, dict[str, Any]]:
    found = {}
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            result = json.loads(line)
            found[result["id"]] = result
    return found


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.acceptance.run", description="The failure suite.")
    parser.add_argument("--all", action="store_true", help="every case of every suite")
    parser.add_argument("--suite", action="append", choices=list(SUITES), help="this suite; repeatable")
    parser.add_argument("--case", action="append", metavar="ID", help="replay this case; repeatable")
    parser.add_argument("--sample", type=int, metavar="N", help="about one case in N")
    parser.add_argument("--seed", type=int, default=0, help="of the sample (default %(default)s)")
    parser.add_argument("--jobs", type=int, default=3 * (os.cpu_count() or 1), help="at a time (default %(default)s)")
    parser.add_argument("--resume", action="store_true", help="leave out what has passed")
    parser.add_argument("--list", action="store_true", help="print the ids and counts only")
    arguments = parser.parse_args(argv)
    if not (arguments.all or arguments.suite or arguments.case):
        parser.error("say --all, --suite NAME or --case ID")
    cases = _chosen(arguments)
    if arguments.list:
        print("\n".join(cases))
        print(Counter(case.split("/")[0] for case in cases), file=sys.stderr)
        return 0
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / "results.jsonl"
    passed = _results(path) if arguments.resume else {}
    todo = [case for case in cases if not passed.get(case, {}).get("ok")]
    results = [passed[case] for case in cases if case not in set(todo)]
    with path.open("a", encoding="utf-8") as stream:
        for result in _carried_out(todo, arguments):
            stream.write(json.dumps(result) + "\n")
            stream.flush()
            results.append(result)
            if not result["ok"]:
                print(f"FAILED {result['id']}\n  {result['error']}", flush=True)
    return summary(results)


def _carried_out(cases: list[str], arguments: argparse.Namespace) -> Iterable[dict[str, Any]]:
    if len(cases) == 1 or arguments.jobs == 1:
        yield from map(_work, cases)
        return
    # Long and short cases mixed, by a fixed shuffle, so that the last minute is not one worker's.
    random.Random(arguments.seed).shuffle(cases)
    with multiprocessing.get_context("spawn").Pool(min(arguments.jobs, len(cases))) as pool:
        yield from pool.imap_unordered(_work, cases)


def summary(results: list[dict[str, Any]]) -> int:
    """Counts per suite and of the pairs; 0 if all passed."""
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    hit: set[tuple[str, str]] = set()
    for result in results:
        suite = counted[result["id"].split("/")[0]]
        suite["cases"] += 1
        suite["passed" if result["ok"] else "failed"] += 1
        suite["ms"] += round(result["seconds"] * 1000)
        hit |= {(call, fault) for call, fault in result["pairs"]}
    print(f"{'suite':14} {'cases':>7} {'passed':>7} {'failed':>7} {'seconds':>9}")
    for name, numbers in counted.items():
        print(f"{name:14} {numbers['cases']:7} {numbers['passed']:7} {numbers['failed']:7} {numbers['ms'] / 1000:9.1f}")
    total = sum(numbers["cases"] for numbers in counted.values())
    failed = sum(numbers["failed"] for numbers in counted.values())
    print(f"{'all':14} {total:7} {total - failed:7} {failed:7}")
    if hit:
        possible = set(pairs())
        print(f"(call, fault) pairs hit: {len(hit & possible)} of {len(possible)}")
        for call, fault in sorted(possible - hit)[:20]:
            print(f"  not hit: {call} {fault}")
    return 1 if failed or not total else 0


if __name__ == "__main__":
    sys.exit(main())
