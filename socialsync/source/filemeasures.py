"""What a limit measures of one picture or video, and the words for one that is broken; see measures.py."""

from __future__ import annotations

from collections.abc import Callable
from math import floor

from socialsync.cells import Rule
from socialsync.model.intents import MediaRef
from socialsync.model.problems import Severity
from socialsync.source.words import listed
from socialsync.textunits import TextUnit, length

Each = Callable[[Rule, MediaRef], str]

_FORMATS = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/gif": "GIF",
    "image/webp": "WebP",
    "video/mp4": "MP4",
    "video/quicktime": "MOV",
    "h264": "H.264",
    "hevc": "H.265",
    "vp8": "VP8",
    "vp9": "VP9",
    "av1": "AV1",
    "mpeg4": "MPEG-4 Visual",
}
_TRAITS = {
    "alpha": "has transparent parts",
    "cmyk": "has print colours (CMYK)",
    "silent": "has no sound",
    "index-last": "has its index at the end",
    "several-pictures": "holds several pictures",
}


def _mime(rule: Rule, ref: MediaRef) -> str:
    if not ref.mime or ref.mime in rule.values:
        return ""
    return f"{named(ref)} is a {_format(ref.mime)} file; {takes(rule)} {listed([*map(_format, rule.values)], 'or')}."


def _codec(rule: Rule, ref: MediaRef) -> str:
    if not ref.codec or ref.codec in rule.values:
        return ""
    allowed = listed([*map(_format, rule.values)], "or")
    return f"{named(ref)} is encoded as {_format(ref.codec)}; {takes(rule)} {allowed}."


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
    found = round(shape(ref), 2)
    if rule.min is not None and found < rule.min:
        crop = f"{ref.width} x {floor(ref.width / rule.min)}"
    elif rule.max is not None and found > rule.max:
        crop = f"{floor(ref.height * rule.max)} x {ref.height}"
    else:
        return ""
    bounds = _bounds(rule, lambda value: f"{value:g}:1")
    return f"{named(ref)} has the shape {found:g}:1 ({size(ref)}); {takes(rule)} {bounds}, such as {crop}."


def _number(measured: Callable[[MediaRef], float], says: str, unit: Callable[[float], str]) -> Each:
    """A measure that is one number of a file, 0 if it is not known."""

    def measure(rule: Rule, ref: MediaRef) -> str:
        value = measured(ref)
        if not value or ((rule.min is None or rule.min <= value) and (rule.max is None or value <= rule.max)):
            return ""
        return f"{named(ref)} {says.format(unit(value))}; {takes(rule)} {_bounds(rule, unit)}."

    return measure


def _bytes_words(value: float) -> str:
    for unit, name in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if value >= unit:
            # Never rounded down to a limit that is exceeded: 8,000,001 bytes are not “8 MB”.
            return f"{value / unit:g} {name}" if value % (unit / 100) == 0 else f"{value:,.0f} bytes"
    return f"{value:.0f} bytes"


def _pixels_words(value: float) -> str:
    return f"{value:,.0f} pixels"


def _seconds_words(value: float) -> str:
    return f"{value / 60:g} min" if value >= 120 and value % 60 == 0 else f"{value:g} s"


def _bitrate(ref: MediaRef) -> float:
    return ref.size * 8 / ref.seconds if ref.seconds else 0


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
    "fps": _number(lambda ref: ref.fps, "has {} frames a second", lambda value: f"{value:g}"),
    "bitrate": _number(_bitrate, "has {} Mbit/s", lambda value: f"{value / 1e6:.4g}"),
    "frames": _number(lambda ref: ref.frames, "has {}", lambda value: f"{value:.0f} frame{'s'[: value != 1]}"),
}


def named(ref: MediaRef) -> str:
    """The file as an editor knows it."""
    return ref.path or f"wix: {ref.file_id}"


def takes(rule: Rule) -> str:
    """What the channel does with what keeps the rule, which an advice does not make a condition."""
    return "it takes" if rule.severity is Severity.ERROR else "best is"


def _bounds(rule: Rule, words: Callable[[float], str]) -> str:
    if rule.min is None:
        return f"at most {words(rule.max or 0)}"
    return f"at least {words(rule.min)}" if rule.max is None else f"{words(rule.min)} to {words(rule.max)}"


def _format(value: str) -> str:
    return _FORMATS.get(value, value)


def shape(ref: MediaRef) -> float:
    return ref.width / ref.height


def size(ref: MediaRef) -> str:
    return f"{ref.width} x {ref.height}"
