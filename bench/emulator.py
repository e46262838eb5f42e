"""How the emulator bears load: page times, creates, memory, start-up. The ratios hold; times are this machine's.

`python bench/emulator.py [ITEMS]` (default 100000), over loopback, on a database file.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from socialsync.emulator.handle import EmulatorProcess

ACCOUNT = "urn:li:organization:90411822"
POST = {
    "channel": {"name": "LINKEDIN", "accountId": ACCOUNT},
    "type": "POST",
    "linkedinPost": {"caption": "A caption of the usual length. " * 10, "authorId": ACCOUNT},
}
STEP = 20_000
# A page in the middle may not cost more than this, either.
LAST_TO_FIRST = 1.5
CREATE_GROWTH = 1.5


def timed(run: Callable[[], Any], times: int = 15) -> float:
    """Milliseconds, the median of several."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        found.append((time.perf_counter() - start) * 1000)
    return median(found)


def page(emulator: EmulatorProcess, offset: int, **query: Any) -> Callable[[], Any]:
    def run() -> None:
        body = {"query": {"paging": {"limit": 100, "offset": offset}, **query}}
        status, answer = emulator.call("POST", "/items/query", body)
        assert status == 200, answer
        assert len(answer["items"]) == 100

    return run


def create(emulator: EmulatorProcess) -> Callable[[], Any]:
    def run() -> None:
        status, answer = emulator.call("POST", "/items", {"item": POST})
        assert status == 200, answer

    return run


def memory(emulator: EmulatorProcess) -> float:
    status = Path(f"/proc/{emulator.process.pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


def fill(emulator: EmulatorProcess, count: int) -> None:
    scheduled = {**POST, "status": "SCHEDULED", "schedulingInfo": {"scheduledDate": "2090-01-01T00:00:00Z"}}
    item = {**scheduled, "referenceId": f"r{time.monotonic_ns()}.{{n}}"}
    emulator.control("POST", "load", {"site": emulator.site, "items": [item], "repeat": count})


def start_up() -> float:
    start = time.perf_counter()
    with EmulatorProcess() as emulator:
        emulator.control("GET", "clock")
        return (time.perf_counter() - start) * 1000


def side_by_side(one: Callable[[], Any], other: Callable[[], Any], times: int = 300) -> tuple[float, float]:
    """Medians of two things done in turns, so that a busy machine slows both alike."""
    found: tuple[list[float], list[float]] = ([], [])
    for _ in range(times):
        for run, kept in zip((one, other), found, strict=True):
            start = time.perf_counter()
            run()
            kept.append((time.perf_counter() - start) * 1000)
    return median(found[0]), median(found[1])


def main(count: int) -> int:
    failures = []
    print(f"start to first answer            {median([start_up() for _ in range(5)]):8.0f} ms")
    with (
        tempfile.TemporaryDirectory() as folder,
        EmulatorProcess("--db", f"{folder}/empty.db") as light,
        EmulatorProcess("--db", f"{folder}/full.db") as full,
    ):
        before = memory(full)
        for _ in range(count // STEP):
            fill(full, STEP)
        small, large = side_by_side(create(light), create(full))
        print(f"create, empty / {count} items     {small:8.2f} / {large:.2f} ms   ratio {large / small:.2f}")
        if large / small > CREATE_GROWTH:
            failures.append("the cost of a create grows")
        by_date = [{"fieldName": "schedulingInfo.scheduledDate", "order": "ASC"}]
        for name, query in (
            ("default order", {}),
            ("sorted by date", {"sort": by_date}),
            ("status filter", {"filter": {"status": "SCHEDULED"}}),
            ("filter and sort", {"filter": {"status": "SCHEDULED"}, "sort": by_date}),
        ):
            page(full, 0, **query)()
            first, last = side_by_side(page(full, 0, **query), page(full, count - 100, **query), 30)
            _, middle = side_by_side(page(full, 0, **query), page(full, count // 2, **query), 30)
            print(
                f"page of 100, {name:16s}    {first:7.2f} / {middle:.2f} / {last:.2f} ms first / middle / last"
                f"   ratio {last / first:.2f}"
            )
            if max(last, middle) / first > LAST_TO_FIRST:
                failures.append(f"{name}: pages are not flat")
        write, read = side_by_side(create(full), page(full, 0), 9)
        print(f"first page after a write         {read:8.2f} ms (a create {write:.2f})")
        start = time.perf_counter()
        for offset in range(0, count, 100):
            page(full, offset)()
        print(f"all pages, one after another     {count / (time.perf_counter() - start):8.0f} items/s")
        print(f"memory, empty / full             {before:8.0f} / {memory(full):.0f} MiB")
    for failure in failures:
        print(f"NOT HELD: {failure}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
