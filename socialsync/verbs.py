"""The verbs, and the help that names them all: what must be told before anything is loaded."""

from __future__ import annotations

from socialsync import __version__

VERSION = f"socialsync {__version__}"
USAGE = "socialsync [-h] [--version] [-C DIR] COMMAND ..."
VERBS = {
    "init": "a repository, its configuration and a first post",
    "new": "a new post",
    "renew": "another attempt for a post that failed or was called off",
    "validate": "all problems at once, with file, line and column; never any network",
    "rules": "every limit of every channel, with source and date",
    "diff": "what this change means, from git alone",
    "preview": "a calendar and every post as its channel would show it, as HTML; never any network",
    "plan": "what apply would do, nothing written",
    "apply": "carry the plan out",
    "status": "every post with its live state and address",
    "accounts": "channels, connections and pages, with the lines to paste",
    "comment": "what a pull request does, or did, in its comment",
    "issue": "the one issue that says what needs a person",
    "doctor": "whether key, accounts, clock and settings are right",
    "stop": "cancel everything that is scheduled, then pause",
    "emulator": "the Wix Items API on this machine",
}
_ABOUT = "Social-media posts live as YAML in git; a merge does what its pull request showed, once."
_OPTIONS = """\
options:
  -h, --help  show this help, or with a command the help of that command
  --version   show the version
  -C DIR      work in DIR instead of here

example:
  socialsync plan
"""
_EXIT_CODES = """\
exit codes: 0 done or nothing to do, 2 plan has changes (--detailed-exitcode), 3 invalid input, 4 cannot reach or not
allowed, 5 remote not read completely, 6 some changes failed, 7 some outcome unknown: run again, 8 conflict or stale,
9 needs a decision, 10 duplicate found, 11 another apply is at work, 12 done, but not all of the result could be
written, 1 bug
"""


def overview() -> str:
    """The help of the whole tool."""
    width = max(map(len, VERBS))
    verbs = "".join(f"  {name:<{width}}  {says}\n" for name, says in VERBS.items())
    return f"usage: {USAGE}\n\n{_ABOUT}\n\ncommands:\n{verbs}\n{_OPTIONS}\n{_EXIT_CODES}"
