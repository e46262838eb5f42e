"""What the limits of a cell measure, and the words for one that is broken; a new measure is added here alone.

Every function takes a rule and what it is about and returns one sentence, or "" if the rule is kept. Facts that are
not known (of a file that is only at Wix) break nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from math import floor
from urllib.parse import urlsplit

from socialsync.cells import Rule
from socialsync.model import MediaKind, MediaRef, Severity
from socialsync.source.words import listed, shown
from socialsync.textunits import UNIT_WORDS, TextUnit, hashtags, length, mentions, prefix

_FORMATS = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/gif": "GIF",
    "image/webp": "WebP",
    "video/mp4": "MP4",
    "video/quicktime": "MOV",
    "h264": "H.264",
    "hevc": "H.265",
}
_TRAITS = {
    "alpha": "has transparent parts",
    "cmyk": "has print colours (CMYK)",
    "silent": "has no sound",
    "index-last": "has its index at the end",
    "several-pictures": "holds several pictures",
}


# --- of a text: (rule, value) -------------------------------------------------------------------


def _length(rule: Rule, text: str) -> str:
    most = int(rule.max or 0)
    if len(text) * 4 <= most:  # no unit makes more than four of a character
        return ""
    unit = TextUnit(rule.unit)
    size = length(text, unit)
    if size <= most:
        return ""
    tail = text[len(prefix(text, unit, most)) :]
    cut = tail if len(tail) <= 40 else f"{tail[:40]}…"
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
    try:
        host = (urlsplit(link).hostname or "").removeprefix("www.")
    except ValueError:  # an address that is none: the cell's schema has its say about that
        return ""
    refused = any(host == name or host.endswith(f".{name}") for name in rule.values)
    return f"The {rule.field} leads to {shown(host)}." if refused else ""


# --- of all media together: (rule, refs) --------------------------------------------------------


def _count(rule: Rule, refs: tuple[MediaRef, ...]) -> str:
    what = "videos" if rule.applies == "video" else "pictures" if rule.applies == "image" else "pictures and videos"
    if rule.max == 0:
        return f"There {'is one' if len(refs) == 1 else f'are {len(refs)}'} of the {what}, and none can be sent."
    return _too_many(rule, len(refs), f"There are {len(refs)} {what}")


def _mixed(_: Rule, refs: tuple[MediaRef, ...]) -> str:
    return "Pictures and videos stand side by side." if len({ref.kind for ref in refs}) > 1 else ""


def _duplicates(_: Rule, refs: tuple[MediaRef, ...]) -> str:
    seen: set[str] = set()
    for ref in refs:
        if ref.token in seen:
            return f"{named(ref)} stands there twice."
        seen.add(ref.token)
    return ""


def _same_ratio(_: Rule, refs: tuple[MediaRef, ...]) -> str:
    known = [ref for ref in refs if ref.width and ref.height]
    for ref in known[1:]:
        if abs(_shape(ref) / _shape(known[0]) - 1) > 0.01:
            return f"{named(ref)} ({_size(ref)}) has another shape than the first ({_size(known[0])})."
    return ""


# --- of one picture or video: (rule, ref) -------------------------------------------------------


def _mime(rule: Rule, ref: MediaRef) -> str:
    if not ref.mime or ref.mime in rule.values:
        return ""
    return f"{named(ref)} is a {_format(ref.mime)} file; {_takes(rule)} {listed([*map(_format, rule.values)], 'or')}."


def _codec(rule: Rule, ref: MediaRef) -> str:
    if not ref.codec or ref.codec in rule.values:
        return ""
    allowed = listed([*map(_format, rule.values)], "or")
    return f"{named(ref)} is encoded as {_format(ref.codec)}; {_takes(rule)} {allowed}."


def _traits(rule: Rule, ref: MediaRef) -> str:
    found = [_TRAITS.get(trait, f"is “{trait}”") for trait in rule.values if trait in ref.traits]
    return f"{named(ref)} {listed(found)}." if found else ""


def _alt(rule: Rule, ref: MediaRef) -> str:
    over = length(ref.alt, TextUnit(rule.unit)) - int(rule.max or 0)
    return f"The alt text of {named(ref)} is {over:,} characters too long." if over > 0 else ""


def _ratio(rule: Rule, ref: MediaRef) -> str:
    if not ref.width or not ref.height:
        return ""
    # Two places, as the networks write it: 1200 x 628 is meant by 1.91:1 though it is 1.9108.
    shape = round(_shape(ref), 2)
    if rule.min is not None and shape < rule.min:
        crop = f"{ref.width} x {floor(ref.width / rule.min)}"
    elif rule.max is not None and shape > rule.max:
        crop = f"{floor(ref.height * rule.max)} x {ref.height}"
    else:
        return ""
    bounds = _bounds(rule, lambda value: f"{value:g}:1")
    return f"{named(ref)} has the shape {shape:g}:1 ({_size(ref)}); {_takes(rule)} {bounds}, such as {crop}."


def _number(measured: Callable[[MediaRef], float], says: str, unit: Callable[[float], str]) -> Each:
    """A measure that is one number of a file, 0 if it is not known."""

    def measure(rule: Rule, ref: MediaRef) -> str:
        value = measured(ref)
        if not value or ((rule.min is None or rule.min <= value) and (rule.max is None or value <= rule.max)):
            return ""
        return f"{named(ref)} {says.format(unit(value))}; {_takes(rule)} {_bounds(rule, unit)}."

    return measure


Each = Callable[[Rule, MediaRef], str]


def _bytes_words(value: float) -> str:
    for size, name in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if value >= size:
            # Never rounded down to a limit that is exceeded: 8,000,001 bytes are not “8 MB”.
            return f"{value / size:.3g} {name}" if value % (size / 100) == 0 else f"{value:,.0f} bytes"
    return f"{value:.0f} bytes"


def _pixels_words(value: float) -> str:
    return f"{value:,.0f} pixels"


def _seconds_words(value: float) -> str:
    return f"{value:g} s"


def _bitrate(ref: MediaRef) -> float:
    return ref.size * 8 / ref.seconds if ref.seconds else 0


OF_TEXT: dict[str, Callable[[Rule, str], str]] = {
    "length": _length,
    "hashtags": _hashtags,
    "mentions": _mentions,
    "characters": _characters,
    "pattern": _pattern,
    "hosts": _hosts,
}
OF_ALL: dict[str, Callable[[Rule, tuple[MediaRef, ...]], str]] = {
    "count": _count,
    "mixed": _mixed,
    "duplicates": _duplicates,
    "same_ratio": _same_ratio,
}
OF_EACH: dict[str, Each] = {
    "mime": _mime,
    "codec": _codec,
    "traits": _traits,
    "alt": _alt,
    "ratio": _ratio,
    "bytes": _number(lambda ref: ref.size, "has {}", _bytes_words),
    "width": _number(lambda ref: ref.width, "is {} wide", _pixels_words),
    "height": _number(lambda ref: ref.height, "is {} high", _pixels_words),
    "short_side": _number(lambda ref: min(ref.width, ref.height), "is {} on its shorter side", _pixels_words),
    "long_side": _number(lambda ref: max(ref.width, ref.height), "is {} on its longer side", _pixels_words),
    "pixels": _number(lambda ref: ref.width * ref.height, "has {}", _pixels_words),
    "seconds": _number(lambda ref: ref.seconds, "lasts {}", _seconds_words),
    "fps": _number(lambda ref: ref.fps, "has {}", lambda value: f"{value:g} frames a second"),
    "bitrate": _number(
        lambda ref: ref.size * 8 / ref.seconds if ref.seconds else 0,
        "has {}",
        lambda value: f"{value / 1e6:.4g} Mbit/s",
    ),
    "frames": _number(lambda ref: ref.frames, "has {}", lambda value: f"{value:.0f} frame{'s'[: value != 1]}"),
}

HINTS = {
    "length": "Shorten it, or write a shorter one for this target below “channels:”.",
    "hashtags": "Take some out, or write another text for this target below “channels:”.",
    "mentions": "Take some out, or write another text for this target below “channels:”.",
    "characters": "Write it without, or write another one for this target below “channels:”.",
    "count": "Take some out, or write other “media” for this target below “channels:”.",
    "mixed": "Keep the pictures or the video, or write other “media” for this target below “channels:”.",
    "bytes": "Save it smaller.",
    "ratio": "Crop it.",
}
"""What to do where a rule's own message does not say it."""


def named(ref: MediaRef) -> str:
    """The file as an editor knows it."""
    return ref.path or f"wix: {ref.file_id}"


def _takes(rule: Rule) -> str:
    """What the channel does with what keeps the rule, which an advice does not make a condition."""
    return "it takes" if rule.severity is Severity.ERROR else "best is"


def _too_many(rule: Rule, number: int, found: str) -> str:
    return "" if rule.max is None or number <= rule.max else f"{found}; {_takes(rule)} at most {rule.max:g}."


def _bounds(rule: Rule, words: Callable[[float], str]) -> str:
    if rule.min is None:
        return f"at most {words(rule.max or 0)}"
    return f"at least {words(rule.min)}" if rule.max is None else f"{words(rule.min)} to {words(rule.max)}"


def _format(value: str) -> str:
    return _FORMATS.get(value, value)


def _shape(ref: MediaRef) -> float:
    return ref.width / ref.height


def _size(ref: MediaRef) -> str:
    return f"{ref.width} x {ref.height}"


def of_kind(refs: tuple[MediaRef, ...], applies: str) -> tuple[MediaRef, ...]:
    """Those of a target's media that a rule speaks of: `video`, `single-video`, `carousel`, …; all for ""."""
    if not applies:
        return refs
    how, _, what = applies.rpartition("-")
    if applies == "carousel":
        how, what = "carousel", ""
    if (how == "single" and len(refs) != 1) or (how == "carousel" and len(refs) < 2):
        return ()
    if not what:
        return refs
    kind = MediaKind.VIDEO if what == "video" else MediaKind.IMAGE
    return tuple(ref for ref in refs if ref.kind is kind)
