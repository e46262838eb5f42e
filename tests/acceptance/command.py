"""Running the installed command: through its real entry point, or in a fork of a process that has imported it."""

import json
import os
import signal
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

SECONDS = 300.0  # longer than any run of the suite


@dataclass(frozen=True, kw_only=True)
class Result:
    """What one run left behind. `code` is negative for a signal; `report` is None if stdout is no JSON document."""

    code: int
    out: str
    err: str
    report: dict[str, Any] | None
    rss: int = 0  # KiB at most, where it was measured


class Running(Protocol):
    """A command that was started."""

    pid: int

    def wait(self, seconds: float = SECONDS) -> Result: ...


class Launcher(Protocol):
    """A way to start the command."""

    def start(self, argv: list[str], cwd: Path, env: Mapping[str, str]) -> Running: ...

    def close(self) -> None: ...


def signalled(running: Running, number: int = signal.SIGKILL) -> None:
    """Signals the whole process group, as a runner that is shut down does."""
    os.killpg(running.pid, number)


def read_result(code: int, out: Path, err: Path, rss: int = 0) -> Result:
    texts = [path.read_text(encoding="utf-8", errors="surrogateescape") for path in (out, err)]
    try:
        report = json.loads(texts[0])
    except ValueError:
        report = None
    for path in (out, err):
        path.unlink()
    return Result(code=code, out=texts[0], err=texts[1], report=report if isinstance(report, dict) else None, rss=rss)


class Installed:
    """The console script, as a person calls it."""

    def start(self, argv: list[str], cwd: Path, env: Mapping[str, str]) -> Running:
        return _Process(argv, cwd, env)

    def close(self) -> None:
        """Nothing is kept."""


class _Process:
    def __init__(self, argv: list[str], cwd: Path, env: Mapping[str, str]) -> None:
        self._out, self._err = _files()
        script = os.path.join(sysconfig.get_path("scripts"), "socialsync")
        with open(self._out, "wb") as out, open(self._err, "wb") as err:
            self._process = subprocess.Popen(
                [script, *argv], cwd=cwd, env=dict(env), stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                start_new_session=True,
            )  # fmt: skip
        self.pid = self._process.pid

    def wait(self, seconds: float = SECONDS) -> Result:
        try:
            code = self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(self.pid, signal.SIGKILL)
            self._process.wait()
            code = -signal.SIGKILL
        return read_result(code, self._out, self._err)


class Forked:
    """Forks of one process that has imported the command: the same entry point without the imports' cost."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, os.path.join(os.path.dirname(__file__), "zygote.py")],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True,
        )  # fmt: skip
        self._answer()

    def start(self, argv: list[str], cwd: Path, env: Mapping[str, str]) -> Running:
        out, err = _files()
        order = {"do": "start", "argv": argv, "cwd": str(cwd), "env": dict(env), "out": str(out), "err": str(err)}
        return _Fork(self, self._ask(order)["pid"], out, err)

    def wait(self, pid: int, seconds: float) -> tuple[int, int]:
        """Exit code and the most memory it had, in KiB."""
        answer = self._ask({"do": "wait", "pid": pid, "seconds": seconds})
        return answer["code"], answer["rss"]

    def close(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._process.wait()

    def _ask(self, order: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the command could not be imported; see its traceback above")
        answer: dict[str, Any] = json.loads(line)
        return answer


class _Fork:
    def __init__(self, forked: Forked, pid: int, out: Path, err: Path) -> None:
        self._forked, self.pid, self._out, self._err = forked, pid, out, err

    def wait(self, seconds: float = SECONDS) -> Result:
        code, rss = self._forked.wait(self.pid, seconds)
        return read_result(code, self._out, self._err, rss)


def _files() -> tuple[Path, Path]:
    made = []
    for name in ("out", "err"):
        handle, path = tempfile.mkstemp(prefix=f"socialsync-{name}-")
        os.close(handle)
        made.append(Path(path))
    return made[0], made[1]
