"""All arguments; the only place that prints, reads the environment or exits.

Nothing heavy is imported before a verb is known: `--version` and `--help` cost little more than a bare interpreter.
"""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING, NoReturn

from socialsync import __version__

if TYPE_CHECKING:
    from socialsync.commands.environment import Environment
    from socialsync.commands.writing import Written
    from socialsync.errors import SocialSyncError
    from socialsync.model import Report


_VERBS = {
    "init": "a repository, its configuration and a first post",
    "new": "a new post",
    "validate": "all problems at once, with file, line and column; never any network",
    "rules": "every limit of every channel, with source and date",
    "diff": "what this change means, from git alone",
    "preview": "a calendar and every post as its channel would show it, as HTML; never any network",
    "plan": "what apply would do, nothing written",
    "apply": "carry the plan out",
    "status": "every post with its live state and address",
    "accounts": "channels, connections and pages, with the lines to paste",
    "comment": "what a pull request does, or did, in its comment",
    "stop": "cancel everything that is scheduled, then pause",
    "emulator": "the Wix Items API on this machine",
}
_EXAMPLES = {
    "init": "socialsync init --namespace acme --timezone Europe/Berlin",
    "new": "socialsync new winter-sale-2026 --channels instagram,facebook",
    "validate": "socialsync validate\n  socialsync validate posts/2026 --format github",
    "rules": "socialsync rules\n  socialsync rules IG-CAPTION-LENGTH",
    "diff": "socialsync diff\n  socialsync diff origin/main --format markdown",
    "preview": "socialsync preview\n  socialsync preview --base origin/main --out build/preview\n"
    "  socialsync preview --format ics",
    "plan": "socialsync plan\n  socialsync plan --site main --format json",
    "apply": "socialsync apply\n  socialsync apply --expect 3f9a2c41d0be",
    "status": "socialsync status\n  socialsync status --check",
    "accounts": "socialsync accounts",
    "comment": "socialsync comment report.json",
    "stop": "socialsync stop --site main\n  socialsync stop --all-sites",
    "emulator": "socialsync emulator --port 8090\n  socialsync emulator clock --advance 1d",
}
_EPILOG = """\
exit codes: 0 done or nothing to do, 2 plan has changes (--detailed-exitcode), 3 invalid input, 4 cannot reach or not
allowed, 5 remote not read completely, 6 some changes failed, 7 some outcome unknown: run again, 8 conflict or stale,
9 needs a decision, 10 duplicate found, 11 another apply is at work, 1 bug
"""


def main() -> NoReturn:
    """Run the command line and exit with its code."""
    sys.exit(run(sys.argv[1:]))


def run(argv: list[str]) -> int:
    """Carry out one command line; the exit code."""
    arguments = _parser(argv).parse_args(argv)
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
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return int(ExitCode.OK)


# --- arguments ----------------------------------------------------------------------------------


def _parser(argv: list[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="socialsync",
        description="Social-media posts live as YAML in git; a merge does what its pull request showed, once.",
        epilog=f"example:\n  socialsync plan\n\n{_EPILOG}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"socialsync {__version__}")
    parser.add_argument("-C", dest="directory", default=".", metavar="DIR", help="work in DIR instead of here")
    verbs = parser.add_subparsers(dest="verb", metavar="COMMAND", required=True)
    for name, says in _VERBS.items():
        verb = verbs.add_parser(
            name,
            help=says,
            description=says[0].upper() + says[1:] + ".",
            epilog=f"examples:\n  {_EXAMPLES[name]}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        if name == "emulator":
            if "emulator" in argv:  # its arguments are its own, and not needed by the other verbs
                from socialsync.commands import emulator

                emulator.add_arguments(verb)
        else:
            _ARGUMENTS[name](verb)
    return parser


def _init_arguments(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("folder", nargs="?", default=".", help="where (default: here)")
    verb.add_argument("--namespace", help="a short name that is part of every post's identity, for ever")
    verb.add_argument("--timezone", default="Europe/Berlin", help="IANA zone of the dates (default: %(default)s)")
    verb.add_argument("--wix", metavar="SITE_ID", help="the Wix site; without it the site is an emulator")


def _new_arguments(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("id", help="the post's id for life, such as winter-sale-2026")
    verb.add_argument("--channels", help="comma-separated, such as instagram,facebook@berlin (default: all accounts)")
    _site(verb)


def _validate_arguments(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("paths", nargs="*", metavar="PATH", help="show only problems below these")
    verb.add_argument("--changed", metavar="BASE", help="judge limits only in posts that differ from this commit")
    _format(verb, "text", "json", "markdown", "github", "sarif")


def _rules_arguments(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("rule", nargs="?", metavar="CODE", help="explain this one")
    _format(verb, "text", "json", "markdown")


def _diff_arguments(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("revision", nargs="?", metavar="BASE", help="commit or branch to compare with (default: main)")
    _site(verb)
    _format(verb, "text", "json", "markdown", "github")
    _handover(verb)


def _preview_arguments(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--base", metavar="COMMIT", help="mark what differs from this commit or branch (default: main)")
    verb.add_argument("--out", metavar="DIR", help="the folder to write (default: build/preview)")
    verb.add_argument("--format", choices=("html", "ics"), default="html", dest="form", help="default: %(default)s")


def _plan_arguments(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--base", metavar="COMMIT", help="the commit that changes are told from (default: the parent)")
    verb.add_argument("--detailed-exitcode", action="store_true", help="exit with 2 if anything would be written")
    _worktree(verb)
    _site(verb)
    _format(verb, "text", "json", "markdown", "github")
    _handover(verb)


def _apply_arguments(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--expect", metavar="DIGEST", help="refuse, with nothing written, if the plan is another one")
    _worktree(verb)
    _site(verb)
    _format(verb, "text", "json", "markdown", "github")
    _handover(verb)


def _status_arguments(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--check", action="store_true", help="exit with the code of what needs attention")
    _worktree(verb)
    _site(verb)
    _format(verb, "text", "json", "markdown", "github")
    _handover(verb)


def _accounts_arguments(verb: argparse.ArgumentParser) -> None:
    _site(verb)
    _format(verb, "text", "json", "markdown")


def _comment_arguments(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("report", metavar="REPORT", help="what another run left with --report")


def _stop_arguments(verb: argparse.ArgumentParser) -> None:
    which = verb.add_mutually_exclusive_group()
    which.add_argument("--site", metavar="NAME", help="stop this site")
    which.add_argument("--all-sites", action="store_true", help="stop every site of socialsync.yaml")
    _format(verb, "text", "json", "markdown", "github")
    _handover(verb)


def _site(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--site", metavar="NAME", help="one site of socialsync.yaml (default: all)")


def _worktree(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--worktree", action="store_true", help="read uncommitted files too (emulator sites only)")


def _format(verb: argparse.ArgumentParser, *formats: str) -> None:
    verb.add_argument("--format", choices=formats, default="text", help="default: %(default)s")


def _handover(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--report", metavar="FILE", help="leave the report there, for `comment` and `issue`")


_ARGUMENTS = {
    "init": _init_arguments,
    "new": _new_arguments,
    "validate": _validate_arguments,
    "rules": _rules_arguments,
    "diff": _diff_arguments,
    "preview": _preview_arguments,
    "plan": _plan_arguments,
    "apply": _apply_arguments,
    "status": _status_arguments,
    "accounts": _accounts_arguments,
    "comment": _comment_arguments,
    "stop": _stop_arguments,
}


# --- running ------------------------------------------------------------------------------------


def _dispatch(arguments: argparse.Namespace) -> int:
    from importlib import import_module

    from socialsync.model import Report

    signals: list[int] = []
    environment = _environment(signals)
    if arguments.verb in ("apply", "stop"):
        _stop_gently(signals)
    result = import_module(f"socialsync.commands.{arguments.verb}").run(arguments, environment)
    environment.progress("")
    if not isinstance(result, Report):
        _print_written(result)
        return 0
    _print_report(result, arguments, environment)
    return 128 + signals[0] if signals else int(result.exit_code)


def _stop_gently(signals: list[int]) -> None:
    """The first signal lets the write under way end and starts no other; the second one stops at once."""
    import signal

    def note(number: int, _: object) -> None:
        if signals:
            raise KeyboardInterrupt
        signals.append(number)

    signal.signal(signal.SIGTERM, note)
    signal.signal(signal.SIGINT, note)


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
    sys.stdout.write(text)
    sys.stdout.flush()
    if getattr(arguments, "report", None):
        from socialsync.commands import handover

        handover.write(report, arguments.report)
    if format_ == "github" and os.environ.get("GITHUB_STEP_SUMMARY"):
        # GitHub shows nothing at all of a page of more than 1 MiB.
        page = render(report, format="markdown", cells=cells, posts_url=_posts_url(), limit=900_000)
        with open(os.environ["GITHUB_STEP_SUMMARY"], "a", encoding="utf-8") as summary:
            summary.write(page)


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
