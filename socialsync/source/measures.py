"""What the limits of a cell measure, and the words for one that is broken; a new measure is added here alone.

Every function takes a rule and what it is about and returns one sentence, or "" if the rule is kept; one about all
media together says before it which of them (None: all) the sentence names. Facts that are
not known (of a file that is only at Wix) break nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from urllib.parse import urlsplit

from socialsync.cells import Rule
from socialsync.model.intents import MediaKind, MediaRef
from socialsync.model.problems import Severity
from socialsync.source.filemeasures import named, shape, size, takes
from socialsync.source.words import listed, shown
from socialsync.textunits import MOST_UNITS, UNIT_WORDS, TextUnit, hashtags, length, mentions, prefix

# --- of a text: (rule, value) -------------------------------------------------------------------


def _length(rule: Rule, text: str) -> str:
    most = int(rule.max or 0)
    if len(text) * MOST_UNITS[rule.unit] <= most:
        return ""
    unit = TextUnit(rule.unit)
    size = length(text, unit)
    if size <= most:
        return ""
    tail = text[len(prefix(text, unit, most)) :]
    cut = tail if len(tail) <= 40 else f"{tail[:40]}…"
    if rule.severity is not Severity.ERROR:
        return f"The {rule.field} has {size:,} {UNIT_WORDS[unit]}; {takes(rule)} at most {most:,}, up to {shown(cut)}."
    over = f"{size - most:,} too long: {size:,} of at most {most:,} {UNIT_WORDS[unit]}"
    return f"The {rule.field} is {over}; from {shown(cut)} on it does not fit."


def _hashtags(rule: Rule, text: str) -> str:
    if text.count("#") <= (rule.max or 0):
        return ""
    number = len(hashtags(text))
    return _too_many(rule, number, f"The {rule.field} has {number} hashtags")


def _mentions(rule: Rule, text: str) -> str:
    if text.count("@") <= (rule.max or 0):
        return ""
    number = len(mentions(text))
    return _too_many(rule, number, f"The {rule.field} has {number} mentions")


def _characters(rule: Rule, text: str) -> str:
    found = [f"“{sign}”" for sign in rule.values if sign in text]
    return f"The {rule.field} holds {listed(found)}, which is refused." if found else ""


def _pattern(rule: Rule, text: str) -> str:
    for pattern in rule.values:
        found = _compiled(pattern).search(text)
        if found:
            return f"The {rule.field} holds {shown(found.group())}."
    return ""


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _hosts(rule: Rule, link: str) -> str:
    written = link.lower()
    if not any(name in written for name in rule.values):  # nearly always, and far cheaper than taking the link apart
        return ""
    try:
        host = (urlsplit(link).hostname or "").removeprefix("www.")
    except ValueError:  # an address that is none: the cell's schema has its say about that
        return ""
    refused = any(host == name or host.endswith(f".{name}") for name in rule.values)
    return f"The {rule.field} leads to {shown(host)}." if refused else ""


# --- of all media together: (rule, refs) --------------------------------------------------------

_OfAll = tuple[int | None, str]


def _count(rule: Rule, refs: tuple[MediaRef, ...]) -> _OfAll:
    what = {"video": "video", "image": "picture"}.get(rule.applies, "file")
    found = f"There is 1 {what}" if len(refs) == 1 else f"There are {len(refs)} {what}s"
    return None, f"{found}; it takes none." if rule.max == 0 else _too_many(rule, len(refs), found)


def _mixed(_: Rule, refs: tuple[MediaRef, ...]) -> _OfAll:
    return None, "Pictures and videos stand side by side." if len({ref.kind for ref in refs}) > 1 else ""


def _duplicates(_: Rule, refs: tuple[MediaRef, ...]) -> _OfAll:
    seen: set[str] = set()
    for index, ref in enumerate(refs):
        if ref.token in seen:
            return index, f"{named(ref)} stands there twice."
        seen.add(ref.token)
    return None, ""


def _same_ratio(_: Rule, refs: tuple[MediaRef, ...]) -> _OfAll:
    known = [(index, ref) for index, ref in enumerate(refs) if ref.width and ref.height]
    for index, ref in known[1:]:
        first = known[0][1]
        if abs(shape(ref) / shape(first) - 1) > 0.01:
            return index, f"{named(ref)} ({size(ref)}) has another shape than the first ({size(first)})."
    return None, ""


OF_TEXT: dict[str, Callable[[Rule, str], str]] = {
    "length": _length,
    "hashtags": _hashtags,
    "mentions": _mentions,
    "characters": _characters,
    "pattern": _pattern,
    "hosts": _hosts,
}
OF_ALL: dict[str, Callable[[Rule, tuple[MediaRef, ...]], _OfAll]] = {
    "count": _count,
    "mixed": _mixed,
    "duplicates": _duplicates,
    "same_ratio": _same_ratio,
}
_ANOTHER = "or write another one for this target below “channels:”."
HINTS = {
    "length": f"Shorten it, {_ANOTHER}",
    "hashtags": f"Take some out, {_ANOTHER}",
    "mentions": f"Take some out, {_ANOTHER}",
    "characters": f"Leave it out, {_ANOTHER}",
    "pattern": f"Leave it out, {_ANOTHER}",
    "hosts": "Write another address.",
    "count": "Take some out, or write other “media” for this target below “channels:”.",
    "mixed": "Keep the pictures or the video, or write other “media” for this target below “channels:”.",
    "duplicates": "Take one of the two out.",
    "same_ratio": "Crop them alike.",
    "mime": "Save it in another format.",
    "codec": "Export it again, best with H.264.",
    "traits": "Save it without.",
    "alt": "Shorten it.",
    "ratio": "Crop it.",
    "bytes": "Save it in another size or quality.",
    "seconds": "Take another part of it.",
    "fps": "Export it again, best with 30 frames a second.",
    "bitrate": "Export it again with a lower bit rate.",
    "frames": "Save it with fewer frames.",
    **dict.fromkeys(("width", "height", "short_side", "long_side", "pixels"), "Save it in another size."),
}
"""What to do where a rule's own message does not say it."""


def _too_many(rule: Rule, number: int, found: str) -> str:
    return "" if rule.max is None or number <= rule.max else f"{found}; {takes(rule)} at most {rule.max:g}."


def of_kind(refs: tuple[MediaRef, ...], applies: str) -> tuple[int, ...]:
    """Which of a target's media a rule speaks of: `video`, `single-video`, `carousel`, …; all for ""."""
    if not applies:
        return tuple(range(len(refs)))
    how, _, what = applies.rpartition("-")
    if applies == "carousel":
        how, what = "carousel", ""
    if (how == "single" and len(refs) != 1) or (how == "carousel" and len(refs) < 2):
        return ()
    if not what:
        return tuple(range(len(refs)))
    kind = MediaKind.VIDEO if what == "video" else MediaKind.IMAGE
    return tuple(index for index, ref in enumerate(refs) if ref.kind is kind)
