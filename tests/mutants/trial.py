"""Tries one change after another: the tests are loaded and run once, then each change has a process of its own.

A change inside a function is put into the function where it is. What runs on import, and what may be cached, is
imported anew with the change in it.
"""

from __future__ import annotations

import importlib
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import coverage
import pytest

from .mutate import Mutant

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "socialsync"
PYTEST = ("-x", "-q", "-s", "-p", "no:cacheprovider", "--assert=plain")
# A change may make a loop endless: so many seconds of a processor beyond what its tests take, and so much memory.
PATIENCE = 5
MEMORY = 2 << 30


class Trials:
    """All tests in one process (a plugin of pytest), as `work` finds them: recorded once, then tried on changes."""

    def __init__(self, files: Iterable[str], work: Callable[[Trials], None]) -> None:
        self._paths = {str(PACKAGE / file): file for file in files}
        self._work = work
        self._recorder = coverage.Coverage(data_file=None, include=list(self._paths), config_file=False)
        self._seconds: dict[str, float] = {}
        self._items: dict[str, Any] = {}
        self._reached: dict[str, dict[int, list[str]]] = {}
        self._failed = ""  # the first test that did
        self._trouble = "the tests could not be loaded"

    def run(self, tests: Iterable[str]) -> None:
        os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # none is needed, and each costs time
        self._recorder.start()
        if pytest.main([*PYTEST, *tests], plugins=[self]) != pytest.ExitCode.OK:
            raise SystemExit(self._trouble)

    # --- hooks of pytest ---

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        for item, after in zip(session.items, [*session.items[1:], None], strict=True):
            self._recorder.switch_context(item.nodeid)
            began = time.process_time()
            self._once(item, after)
            self._seconds[item.nodeid], self._items[item.nodeid] = time.process_time() - began, item
        self._recorder.stop()
        if self._failed:
            self._trouble = f"a test fails without any change: {self._failed}"
            return False
        data = self._recorder.get_data()
        for path, file in self._paths.items():
            lines = data.contexts_by_lineno(path)
            self._reached[file] = {line: [test for test in tests if test] for line, tests in lines.items()}
        self._work(self)
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._failed = self._failed or (report.nodeid if report.failed else "")

    def _once(self, item: pytest.Item, after: pytest.Item | None = None) -> None:
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)

    # --- trying ---

    def noticed(self, mutant: Mutant, code: CodeType) -> str:
        """How the tests that reach the change notice it, the quickest first; "" if they do not."""
        lines = self._reached[mutant.file]
        reaching = {test for line in (mutant.reach or lines) for test in lines.get(line, ())}
        if mutant.reach is None:  # a test may look at what is made on import, and run no line of the module
            files = {test.partition("::")[0] for test in reaching}
            reaching = {test for test in self._items if test.partition("::")[0] in files}
        tests = sorted(reaching, key=self._seconds.__getitem__)
        child = os.fork()
        if not child:
            end = 2
            try:
                resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
                signal.setitimer(signal.ITIMER_PROF, PATIENCE + 3 * sum(self._seconds[test] for test in tests))
                end = int(
                    self._anew(mutant, code, tests) if mutant.reach is None else self._in_place(mutant, code, tests)
                )
            except MemoryError:
                end = 1
            finally:
                os._exit(end)
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGPROF:
            return "endless"
        if not os.WIFEXITED(status) or os.WEXITSTATUS(status) not in (0, 1):
            self._trouble = f"could not be tried: {mutant.name}"
            raise RuntimeError(self._trouble)
        return "failed" if os.WEXITSTATUS(status) else ""

    def _in_place(self, mutant: Mutant, code: CodeType, tests: Sequence[str]) -> bool:
        there: Any = importlib.import_module(_module(mutant.file))
        for name in mutant.place.split("."):
            there = vars(there)[name]
            code = next(one for one in code.co_consts if isinstance(one, CodeType) and one.co_name == name)
            if isinstance(there, FunctionType):
                there.__code__ = code
                break
        for test in tests:
            self._once(self._items[test])
            if self._failed:
                return True
        return False

    def _anew(self, mutant: Mutant, code: CodeType, tests: Sequence[str]) -> bool:
        for name, module in list(sys.modules.items()):
            if (getattr(module, "__file__", None) or "").startswith(
                (f"{PACKAGE}/", f"{ROOT}/tests/unit/", f"{ROOT}/tests/conftest")
            ):
                del sys.modules[name]
        path, usual = str(PACKAGE / mutant.file), SourceFileLoader.get_code

        def get_code(loader: SourceFileLoader, name: str) -> CodeType | None:
            return code if loader.path == path else usual(loader, name)

        SourceFileLoader.get_code = get_code  # type: ignore[method-assign, assignment]
        files = dict.fromkeys(test.partition("::")[0] for test in tests)
        outcome = pytest.main([*PYTEST, *files], plugins=[_Only(tests)])
        assert outcome != pytest.ExitCode.NO_TESTS_COLLECTED, "those tests were recorded"
        return outcome != pytest.ExitCode.OK


class _Only:
    """Runs the chosen tests in the chosen order."""

    def __init__(self, tests: Sequence[str]) -> None:
        self.place = {test: place for place, test in enumerate(tests)}

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        items[:] = sorted((one for one in items if one.nodeid in self.place), key=lambda one: self.place[one.nodeid])


def _module(file: str) -> str:
    return "socialsync." + file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
