"""The command line's entry; the only place that prints, reads the environment or exits (arguments.py parses).

Nothing heavy is imported before a verb is known, not even argparse: the suites start this tens of thousands of times.
"""

from __future__ import annotations

import gc
import os
import sys

from socialsync.verbs import VERSION, overview

_REST = "for which there is no room here; `--format json` has all"
_UNPRINTED = 12  # ExitCode.UNPRINTED, which must not be loaded for `--help`

TYPE_CHECKING = False  # typing itself would cost a tenth of the start
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable
    from typing import NoReturn

    from socialsync.commands.environment import Environment
    from socialsync.commands.writing import Written
    from socialsync.errors import SocialSyncError
    from socialsync.model.reports import Report


def main() -> NoReturn:
    """Run the command line and exit with its code."""
    _ready_streams()
    code = run(sys.argv[1:])
    gc.freeze()  # at its end Python looks through all that is left for cycles, which costs a tenth of a small run
    sys.exit(code)


def run(argv: list[str]) -> int:
    """Carry out one command line; the exit code."""
    match argv:
        case ["--version"]:
            return 0 if _print(f"{VERSION}\n") else _UNPRINTED
        case ["--help" | "-h"]:
            return 0 if _print(overview()) else _UNPRINTED
        case _:
            from socialsync.arguments import parse

            arguments = parse(argv)
    if arguments.verb == "emulator":
        from socialsync.commands import emulator

        return emulator.run(arguments, _print)
    from socialsync.errors import ExitCode, SocialSyncError

    try:
        return _dispatch(arguments)
    except SocialSyncError as error:
        _complain(error)
        if getattr(arguments, "format", "") == "json" and arguments.verb != "doctor":
            _print(_as_json(error, arguments.verb))
        return int(error.exit_code)
    except KeyboardInterrupt:
        _say("stopped")
        return int(ExitCode.INTERRUPTED)


# --- running ------------------------------------------------------------------------------------


def _dispatch(arguments: argparse.Namespace) -> int:
    from importlib import import_module

    from socialsync.errors import ExitCode, worst
    from socialsync.model.reports import Report

    signals: list[int] = []
    environment = _environment(signals)
    if arguments.verb in ("apply", "stop"):
        _stop_gently(signals)
    elif getattr(arguments, "probe", False):
        _stop_like_a_person()
    result = import_module(f"socialsync.commands.{arguments.verb}").run(arguments, environment)
    environment.progress("")
    told = _print_report(result, arguments, environment) if isinstance(result, Report) else _print_written(result)
    codes = [result.exit_code, ExitCode.OK if told else ExitCode.UNPRINTED]
    if isinstance(result, Report):
        codes += [ExitCode(128 + number) for number in signals[:1]]
    return int(worst(codes))


def _stop_gently(signals: list[int]) -> None:
    """The first signal lets the write under way end and starts no other; the second one stops at once."""
    import signal

    def note(number: int, _: object) -> None:
        if signals:
            raise KeyboardInterrupt
        signals.append(number)

    signal.signal(signal.SIGTERM, note)
    signal.signal(signal.SIGINT, note)


def _stop_like_a_person() -> None:
    """SIGTERM as Ctrl-C, so that a probe takes its drafts away before it ends."""
    import signal

    signal.signal(signal.SIGTERM, signal.default_int_handler)


def _environment(signals: list[int]) -> Environment:
    from socialsync.clock import SystemClock
    from socialsync.commands.environment import Environment

    return Environment(
        variables=os.environ,
        clock=SystemClock(),
        progress=_progress if sys.stderr.isatty() else lambda _: None,
        log=_say,
        stopping=lambda: bool(signals),
    )


def _progress(line: str) -> None:
    """One line that the next one overwrites."""
    _say(f"\r\x1b[K{line[:100]}", end="")


# --- printing -----------------------------------------------------------------------------------


def _ready_streams() -> None:
    """A stream that lacks a character gets its number, and one that was closed takes everything: nothing that is
    printed may end a run that has written."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115
        else:
            stream.reconfigure(errors="backslashreplace")


def _print_report(report: Report, arguments: argparse.Namespace, environment: Environment) -> bool:
    """Whether all of it could be written. First the file: other jobs work with it."""
    import shutil

    from socialsync.commands.rules import cells_in_use
    from socialsync.errors import SocialSyncError
    from socialsync.report import render

    try:
        cells = cells_in_use(arguments.directory, environment)
    except SocialSyncError:  # the report is about a configuration that cannot be read
        from socialsync.cells import packaged

        cells = packaged()
    format_ = getattr(arguments, "format", "text")
    told = True
    if path := getattr(arguments, "report", None):
        from socialsync.commands import handover

        told = _written(f"the report could not be written to {path}", lambda: handover.write(report, path))
    text = render(
        report,
        format=format_,
        cells=cells,
        colour=format_ == "text" and _colour(),
        rest=_REST,
        width=min(shutil.get_terminal_size((100, 24)).columns, 120),
    )
    told &= _print(text)
    if format_ == "github" and (summary := os.environ.get("GITHUB_STEP_SUMMARY")):
        # GitHub shows nothing at all of a page of more than 1 MiB.
        page = render(report, format="markdown", cells=cells, posts_url=_posts_url(), limit=900_000, rest=_REST)
        told &= _written("the summary of the job could not be written", lambda: _append(summary, page))
    return told


def _print(text: str) -> bool:
    """Write the result; whether that could be done. A reader that has seen enough (`| head`) changes nothing."""

    def write() -> None:
        try:
            sys.stdout.write(text)
            sys.stdout.flush()
        except OSError as error:
            # What is left in the buffer must not be tried, and complained of, once more at the end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            if not isinstance(error, BrokenPipeError):
                raise

    return _written("the result could not be written to standard output", write)


def _append(path: str, text: str) -> None:
    with open(path, "a", encoding="utf-8") as stream:
        stream.write(text)


def _written(otherwise: str, write: Callable[[], None]) -> bool:
    """Whether it could be written; if not, one line says so. What was done before is done."""
    try:
        write()
    except OSError as error:
        _say(f"E-OUTPUT: {otherwise}: {error.strerror}")
        return False
    return True


def _say(line: str, end: str = "\n") -> None:
    """A line on standard error, which may be gone or full: no reason to end a run that writes."""
    try:
        print(line, end=end, file=sys.stderr, flush=True)
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


def _posts_url() -> str:
    """Where GitHub shows the files of the commit that the job looks at."""
    where = [os.environ.get(name, "") for name in ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_SHA")]
    return f"{where[0]}/{where[1]}/blob/{where[2]}/" if all(where) else ""


def _colour() -> bool:
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (sys.stdout.isatty() and os.environ.get("TERM") != "dumb")


def _print_written(written: Written) -> bool:
    lines = [*(f"wrote {path}" for path in written.paths), *written.advice]
    return _print("".join(f"{line}\n" for line in lines))


def _complain(error: SocialSyncError) -> None:
    _say(f"{error.code}: {error.message}")
    if error.hint:
        _say(f"  {error.hint}")


def _as_json(error: SocialSyncError, verb: str) -> str:
    """What ended the command before there was a report, as one."""
    from socialsync.model.problems import Location, Problem
    from socialsync.model.reports import Report
    from socialsync.report import machine

    problem = Problem(code=error.code, message=error.message, hint=error.hint, location=Location(path="."))
    return machine.render(Report(verb=verb, problems=(problem,), exit_code=error.exit_code))
