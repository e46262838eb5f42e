"""The command line's entry; the only place that prints, reads the environment or exits (arguments.py parses).

Nothing heavy is imported before a verb is known, not even argparse: the suites start this tens of thousands of times.
"""

from __future__ import annotations

import gc
import os
import sys

from socialsync.verbs import VERSION, overview

TYPE_CHECKING = False  # typing itself would cost a tenth of the start
if TYPE_CHECKING:
    import argparse
    from typing import NoReturn

    from socialsync.commands.environment import Environment
    from socialsync.commands.writing import Written
    from socialsync.errors import SocialSyncError
    from socialsync.model.reports import Report


def main() -> NoReturn:
    """Run the command line and exit with its code."""
    code = run(sys.argv[1:])
    gc.freeze()  # at its end Python looks through all that is left for cycles, which costs a tenth of a small run
    sys.exit(code)


def run(argv: list[str]) -> int:
    """Carry out one command line; the exit code."""
    match argv:
        case ["--version"]:
            print(VERSION)
            return 0
        case ["--help" | "-h"]:
            print(overview(), end="")
            return 0
        case _:
            from socialsync.arguments import parse

            arguments = parse(argv)
    if arguments.verb == "emulator":
        from socialsync.commands import emulator

        return emulator.run(arguments)
    from socialsync.errors import ExitCode, SocialSyncError

    try:
        return _dispatch(arguments)
    except SocialSyncError as error:
        _complain(error)
        return int(error.exit_code)
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
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
    if not isinstance(result, Report):
        _print_written(result)
        return int(result.exit_code)
    _print_report(result, arguments, environment)
    stopped = [ExitCode(128 + number) for number in signals[:1]]
    return int(worst([*stopped, ExitCode(result.exit_code)]))


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
        log=lambda line: print(line, file=sys.stderr),
        stopping=lambda: bool(signals),
    )


def _progress(line: str) -> None:
    """One line that the next one overwrites."""
    print(f"\r\x1b[K{line[:100]}", end="", file=sys.stderr, flush=True)


def _print_report(report: Report, arguments: argparse.Namespace, environment: Environment) -> None:
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
    text = render(
        report,
        format=format_,
        cells=cells,
        colour=format_ == "text" and _colour(),
        width=min(shutil.get_terminal_size((100, 24)).columns, 120),
    )
    _print(text)
    if getattr(arguments, "report", None):
        from socialsync.commands import handover

        handover.write(report, arguments.report)
    if format_ == "github" and os.environ.get("GITHUB_STEP_SUMMARY"):
        # GitHub shows nothing at all of a page of more than 1 MiB.
        page = render(report, format="markdown", cells=cells, posts_url=_posts_url(), limit=900_000)
        with open(os.environ["GITHUB_STEP_SUMMARY"], "a", encoding="utf-8") as summary:
            summary.write(page)


def _print(text: str) -> None:
    """Write the result. A reader that has seen enough (`| head`) changes nothing about what was done."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _posts_url() -> str:
    """Where GitHub shows the files of the commit that the job looks at."""
    where = [os.environ.get(name, "") for name in ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_SHA")]
    return f"{where[0]}/{where[1]}/blob/{where[2]}/" if all(where) else ""


def _colour() -> bool:
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (sys.stdout.isatty() and os.environ.get("TERM") != "dumb")


def _print_written(written: Written) -> None:
    for path in written.paths:
        print(f"wrote {path}")
    for line in written.advice:
        print(line)


def _complain(error: SocialSyncError) -> None:
    print(f"{error.code}: {error.message}", file=sys.stderr)
    if error.hint:
        print(f"  {error.hint}", file=sys.stderr)
