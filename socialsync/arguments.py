"""What every verb takes on the command line."""

from __future__ import annotations

import argparse
import re
import sys
from typing import NoReturn

from socialsync.errors import ExitCode
from socialsync.verbs import USAGE, VERBS, VERSION, overview

EXAMPLES = {
    "init": "socialsync init --namespace acme --timezone Europe/Berlin\n"
    "  socialsync init --set-up team --tool OWNER/NAME@COMMIT",
    "new": "socialsync new winter-sale-2030 --channels instagram,facebook",
    "renew": "socialsync renew winter-sale-2030\n  socialsync renew --stopped\n"
    "  socialsync renew winter-sale-2030 --channel instagram --schedule '2030-12-02 09:00'",
    "validate": "socialsync validate\n  socialsync validate posts/2026 --format github",
    "rules": "socialsync rules\n  socialsync rules IG-POST-TEXT-LENGTH",
    "diff": "socialsync diff\n  socialsync diff origin/main --format markdown",
    "preview": "socialsync preview\n  socialsync preview --base origin/main --out build/preview\n"
    "  socialsync preview --format ics",
    "plan": "socialsync plan\n  socialsync plan --site main --format json",
    "apply": "socialsync apply\n  socialsync apply --expect 3f9a2c41d0be",
    "status": "socialsync status\n  socialsync status --check",
    "accounts": "socialsync accounts",
    "comment": "socialsync comment report.json",
    "issue": "socialsync issue verify report.json",
    "doctor": "socialsync doctor\n  socialsync doctor --offline\n  socialsync doctor --probe",
    "stop": "socialsync stop --site main\n  socialsync stop --all-sites",
    "emulator": "socialsync emulator --port 8090\n  socialsync emulator clock --advance 1d",
}


class _Parser(argparse.ArgumentParser):
    """A command line that does not fit is invalid input: argparse's own 2 would say that a plan has changes."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(ExitCode.INVALID, f"{self.prog}: {message}\n")


def _digest(text: str) -> str:
    """The start of a plan's digest, long enough to name it. An empty one (a variable that was never set) must not
    pass for "whatever the plan is"."""
    if not re.fullmatch("[0-9a-f]{12,64}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not the start of a plan's digest: 12 to 64 digits, 0-9 and a-f")
    return text


class _Top(_Parser):
    """The help of the whole tool is told by verbs.py, which must not wait for argparse."""

    def error(self, message: str) -> NoReturn:
        """For a word that is no command the one that was probably meant, not a list of all."""
        found = re.match("argument COMMAND: invalid choice: '(.*?)'", message)
        if found is not None:
            from difflib import get_close_matches

            near = get_close_matches(found[1], VERBS, n=1)
            hint = f"Did you mean {near[0]}?" if near else "`socialsync --help` lists the commands."
            message = f"{found[1]!r} is not a command. {hint}"
        super().error(message)

    def format_help(self) -> str:
        return overview()


def parse(argv: list[str]) -> argparse.Namespace:
    """The arguments of one command line. Ends the process for `--help` and for a line that does not fit."""
    return parser(argv).parse_args(argv)


def parser(argv: list[str]) -> argparse.ArgumentParser:
    """The parser for one command line: of its verbs only those that can be meant are built."""
    top = _Top(prog="socialsync", usage=USAGE)
    top.add_argument("--version", action="version", version=VERSION)
    top.add_argument("-C", dest="directory", default=".", metavar="DIR")
    verbs = top.add_subparsers(dest="verb", metavar="COMMAND", required=True, parser_class=_Parser, prog=top.prog)
    for name, says in VERBS.items():
        if name not in argv:
            verbs.add_parser(name)
            continue
        verb = verbs.add_parser(
            name,
            description=says[0].upper() + says[1:] + ".",
            epilog=f"examples:\n  {EXAMPLES[name]}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        _ARGUMENTS[name](verb)
    return top


def _emulator_arguments(verb: argparse.ArgumentParser) -> None:
    from socialsync.commands import emulator

    emulator.add_arguments(verb)


def _init_arguments(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("folder", nargs="?", default=".", help="where (default: here)")
    verb.add_argument("--namespace", help="a short name that is part of every post's identity, for ever")
    verb.add_argument("--timezone", default="Europe/Berlin", help="IANA zone of the dates (default: %(default)s)")
    verb.add_argument("--wix", metavar="SITE_ID", help="the Wix site; without it the site is an emulator")
    verb.add_argument("--people", metavar="NAMES", help="GitHub names, comma-separated: who is told, who reviews")
    verb.add_argument("--set-up", choices=("team", "solo", "private"), help="write what GitHub needs (docs/set-up.md)")
    verb.add_argument("--tool", metavar="OWNER/NAME@COMMIT", help="the socialsync that the workflows install")


def _new_arguments(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("id", help="the post's id for life, such as winter-sale-2030")
    verb.add_argument("--channels", help="comma-separated, such as instagram,facebook@berlin (default: all accounts)")
    _site(verb)


def _renew_arguments(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("posts", metavar="ID", nargs="*", help="the ids of the posts")
    verb.add_argument("--stopped", action="store_true", help="all that is called off though its file wants it")
    verb.add_argument("--channel", help="only this one, as the file names it (default: all that ended)")
    verb.add_argument("--schedule", metavar="TIME", help="when, such as '2030-12-02 09:00' (default: as it stands)")


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
    verb.add_argument(
        "--expect", type=_digest, metavar="DIGEST", help="refuse, with nothing written, if the plan is another one"
    )
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


def _issue_arguments(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("section", choices=("apply", "verify", "drift"), help="which run the report is of")
    verb.add_argument("report", metavar="REPORT", help="what that run left with --report")


def _doctor_arguments(verb: argparse.ArgumentParser) -> None:
    how = verb.add_mutually_exclusive_group()
    how.add_argument("--offline", action="store_true", help="ask nobody: only what this clone and the variables say")
    how.add_argument(
        "--probe", action="store_true", help="ask each site the API's open questions with drafts, deleted again"
    )
    _format(verb, "text", "json")


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
    "renew": _renew_arguments,
    "validate": _validate_arguments,
    "rules": _rules_arguments,
    "diff": _diff_arguments,
    "preview": _preview_arguments,
    "plan": _plan_arguments,
    "apply": _apply_arguments,
    "status": _status_arguments,
    "accounts": _accounts_arguments,
    "comment": _comment_arguments,
    "issue": _issue_arguments,
    "doctor": _doctor_arguments,
    "stop": _stop_arguments,
    "emulator": _emulator_arguments,
}
