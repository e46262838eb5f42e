"""The words of the reports: every phrase that stands for a value of the model, in one place."""

from __future__ import annotations

from collections.abc import Sequence

from socialsync.model.accounts import TokenStatus
from socialsync.model.intents import MediaKind, TimingKind
from socialsync.model.items import Status
from socialsync.model.plans import ChangeKind, Origin, OutcomeKind
from socialsync.model.problems import Location, Severity
from socialsync.textunits import UNIT_WORDS

BANNER = "EMULATOR: nothing was sent to Wix"

PAUSED = (
    "Writing is paused (pause: true in socialsync.yaml, or SOCIALSYNC_PAUSE=1): nothing is written until that is taken "
    "out."
)
STOPPED = "Writing is paused: pause: true stands in socialsync.yaml now. Commit it, so that no later run goes on."

# What a change is called before the merge and, word for word, after it.
CHANGE = {
    ChangeKind.CREATE: "New",
    ChangeKind.UPDATE: "Changed",
    ChangeKind.SCHEDULE: "Draft gets its date",
    ChangeKind.RESCHEDULE: "Moved",
    ChangeKind.PUBLISH: "Goes out now",
    ChangeKind.CANCEL: "Called off",
    ChangeKind.DELETE: "Deleted",
    ChangeKind.FORGET: "No longer managed",
    ChangeKind.KEEP: "Left as it is",
    ChangeKind.HOLD: "Needs a decision",
}
# The same in a sum: "3 new, 1 called off".
COUNT = {
    ChangeKind.HOLD: "needs a decision|need a decision",
    ChangeKind.DELETE: "deleted",
    ChangeKind.CANCEL: "called off",
    ChangeKind.PUBLISH: "goes out now|go out now",
    ChangeKind.CREATE: "new",
    ChangeKind.SCHEDULE: "gets its date|get their date",
    ChangeKind.RESCHEDULE: "moved",
    ChangeKind.UPDATE: "changed",
    ChangeKind.FORGET: "no longer managed",
    ChangeKind.KEEP: "left as it is|left as they are",
}
# The headings of an apply, and the same in a sum; what was meant to be left alone stands under its change's kind.
OUTCOME: dict[OutcomeKind | ChangeKind, str] = {
    OutcomeKind.UNKNOWN: "Not known whether it happened",
    OutcomeKind.FAILED: "Failed",
    OutcomeKind.STALE: "Changed meanwhile, so not touched",
    ChangeKind.HOLD: "Needs a decision",
    OutcomeKind.SKIPPED: "Not done",
    OutcomeKind.DONE: "Done",
    ChangeKind.FORGET: "For your information",
}
OUTCOME_COUNT: dict[OutcomeKind | ChangeKind, str] = {
    OutcomeKind.UNKNOWN: "not known",
    OutcomeKind.FAILED: "failed",
    OutcomeKind.STALE: "changed meanwhile",
    ChangeKind.HOLD: COUNT[ChangeKind.HOLD],
    OutcomeKind.SKIPPED: "not done",
    OutcomeKind.DONE: "done",
    ChangeKind.FORGET: COUNT[ChangeKind.FORGET],
    ChangeKind.KEEP: COUNT[ChangeKind.KEEP],
}
# A change that did not happen, or not for certain.
NOT_DONE = {
    ChangeKind.CREATE: "New",
    ChangeKind.UPDATE: "Change",
    ChangeKind.SCHEDULE: "Date for a draft",
    ChangeKind.RESCHEDULE: "Move",
    ChangeKind.PUBLISH: "Publish",
    ChangeKind.CANCEL: "Call off",
    ChangeKind.DELETE: "Delete",
    ChangeKind.FORGET: "No longer managed",
    ChangeKind.KEEP: "Left as it is",
    ChangeKind.HOLD: "Needs a decision",
}
STATUS = {
    Status.DRAFT: "draft",
    Status.SCHEDULED: "scheduled",
    Status.IN_QUEUE: "going out now",
    Status.PROCESSING: "going out now",
    Status.PUBLISHED: "public",
    Status.CANCELED: "called off",
    Status.FAILED: "failed",
    Status.DELETED: "deleted",
    Status.OTHER: "in a state this version does not know",
}
TOKEN = {
    TokenStatus.VALID: "connected",
    TokenStatus.INVALID: "must be connected again in the Wix dashboard",
    TokenStatus.DISCONNECTED: "was disconnected",
    TokenStatus.NEVER_CREATED: "was never connected",
}
SEVERITY_COUNT = {Severity.ERROR: "error|errors", Severity.WARNING: "warning|warnings", Severity.NOTE: "note|notes"}
ASKED = {
    ChangeKind.CREATE: "a new post",
    ChangeKind.UPDATE: "this change",
    ChangeKind.SCHEDULE: "a date for the draft",
    ChangeKind.RESCHEDULE: "another time",
    ChangeKind.PUBLISH: "publishing now",
    ChangeKind.CANCEL: "calling it off",
    ChangeKind.DELETE: "deleting it",
}
ORIGIN = {
    Origin.GIT: "changed in git",
    Origin.DRIFT: "changed in the dashboard; will be put back to what git says",
    Origin.BOTH: "changed in git and in the dashboard; git wins",
    Origin.NONE: "",
}
UNDATED = {TimingKind.DRAFT: "no date", TimingKind.ASAP: "as soon as possible"}
MEDIA = {MediaKind.IMAGE: "Picture", MediaKind.VIDEO: "Video"}
FEATURE = {"PUBLISH_POST": "Publishing", "SCHEDULE_POST": "Scheduling"}
PERIOD = {
    "MINUTE": " this minute",
    "HOUR": " this hour",
    "DAY": " today",
    "WEEK": " this week",
    "MONTH": " this month",
    "YEAR": " this year",
}

WAITS = "Waits until writing goes on"
WAIT_COUNT = "waits until writing goes on|wait until writing goes on"

# What the line to paste brings about; a gate is opened.
_LET = "To let it happen"
_AIM = {
    "ACCOUNT-CHANGED": "To post it at the new account",
    "ADOPT-CHANGED": "To keep what was taken over",
    "CLAIMED": "To post it again",
    "CONFLICT": "To put back what git says",
    "DATE-REMOVED": "To call it off",
    "FAILED": "To post it again",
    "FINAL": "To post it again",
    "GONE": "To post it again",
    "MISSED": "To give it a new time",
    "PUBLISHED": "To post it again",
    "SCHEDULED-BY-HAND": "To call it off",
}

LINES = "`socialsync plan` shows the lines to paste, and where."

UNSEEN = "(changed at Wix; what it says there is not known here)"
"""Stands for what the service has in a field of which State holds only the fingerprint."""


def count(number: int, phrase: str) -> str:
    """`1 error`, `2 errors`: `phrase` is "one|many", or one form for both."""
    one, _, many = phrase.partition("|")
    return f"{number:,} {one if number == 1 or not many else many}"


def notes(number: int) -> str:
    """Where the notes are to be found."""
    told = count(number, SEVERITY_COUNT[Severity.NOTE])
    return f"{told}: see {'it' if number == 1 else 'them'} with `socialsync preview`, or with `--format json`"


def listing(parts: Sequence[str]) -> str:
    """`a, b and c`."""
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


def sentence(text: str) -> str:
    """With a capital letter and a full stop, as far as `text` has none and begins and ends in a word; a path or the id
    of a post stays as it is."""
    stop = "." if text[-1:].isalnum() or text[-1:] in ")'\"”" else ""
    opening, _, _ = text.partition(" ")
    named = "/" in opening or opening.endswith(":")
    return f"{text if named else text[:1].upper() + text[1:]}{stop}"


def label(name: str) -> str:
    """A field's name as a label: `call_to_action` -> `Call to action`."""
    return sentence(name.replace("_", " ")).rstrip(".")


def size(count_of_bytes: int) -> str:
    """`812 bytes`, `214 KB`, `3.4 MB`, `1.75 GB`; a thousand each, as file managers of editors count."""
    if count_of_bytes < 1000:
        return f"{count_of_bytes} bytes"
    if count_of_bytes < 999_500:
        return f"{count_of_bytes / 1000:.0f} KB"
    if count_of_bytes < 999_950_000:
        return f"{count_of_bytes / 1_000_000:.1f}".removesuffix(".0") + " MB"
    return f"{count_of_bytes / 1_000_000_000:.2f}".rstrip("0").removesuffix(".") + " GB"


def ratio(width: int, height: int) -> str:
    """`4:5` where small numbers say it exactly, else `1.91:1`."""
    for small in range(1, 22):
        if width * small % height == 0 and width * small // height <= 21:
            return f"{width * small // height}:{small}"
    return f"{width / height:.2f}:1"


def duration(seconds: float) -> str:
    """`7.5 s`, `1 min 30 s`."""
    if seconds < 60:
        return f"{seconds:.1f}".removesuffix(".0") + " s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if rest else f"{minutes} min"


def number(value: float) -> str:
    """`4,000`, `1.91`: no `.0` that nobody wrote."""
    return f"{value:,.0f}" if value == int(value) else f"{value:,}"


def unit(name: str) -> str:
    """A limit's unit in words; an unknown one as it is written, without underscores."""
    known = {each.value: spoken for each, spoken in UNIT_WORDS.items()}
    return known.get(name) or name.replace("_", " ")


def paste(line: str, at: Location | None, reason: str, *, target: bool, lines: int = 0) -> str:
    """What stands before the line that decides; `reason` is the code to look it up by, `target` whether `at` is the
    line of the channel that it belongs to, `lines` how many it takes the place of as a whole."""
    aim = f"{_AIM.get(reason, _LET)} ({reason})"
    if at is None:
        return f"{aim}, write this:"
    if not at.line:
        return f"{aim}, add this to {at.path} (or to its `allow` list, if there is one):"
    if lines:
        which = f"line {at.line}" if lines == 1 else f"lines {at.line} to {at.line + lines - 1}"
        return f"{aim}, write this in place of {which} of {at.path}:"
    if target:
        blanks = len(line) - len(line.lstrip(" "))
        indented = f"with {blanks} blanks before it" if blanks else "indented under it"
        return f"{aim}, write this on a new line below the channel at {at}, {indented}:"
    return f"{aim}, replace what stands at {at} with this:"


def subject(verb: str) -> str:
    """What a page is about, before the colon of its title."""
    return "This change" if verb == "diff" else verb.capitalize()
