"""What a channel makes of a post: which part of a picture it shows, and where it folds a text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from socialsync.cells import Look
from socialsync.model.intents import Content, MediaKind, MediaRef
from socialsync.textunits import tag_spans

# From here on a cut is worth a word.
_CUT = 0.02
# What is drawn where nothing is known of a picture's shape.
_SQUARE = 1.0
_JOINERS = frozenset("\u200d\ufe0e\ufe0f")
_STOPS = ".,;:!?)]}…"
_ADDRESS = re.compile(r"https?://[^\s\"'<>`\\]+")


def look_of(look: Look, content: Content) -> Look:
    """How this very content looks: a single video can look otherwise than pictures."""
    alone = len(content.media) == 1 and content.media[0].kind is MediaKind.VIDEO
    return look.video if alone and look.video is not None else look


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """The window in which a picture is shown; `ratio` is width:height, `note` what that does to the picture."""

    ratio: float
    note: str = ""


def frames(look: Look, media: tuple[MediaRef, ...]) -> list[Frame]:
    """One window per picture; in a carousel all have the shape of the first."""
    if look.several == "grid" and len(media) > 1:
        return [Frame(ratio=_SQUARE) for _ in media]
    shapes = [_clamped(_ratio(ref) or look.max_ratio or _SQUARE, look) for ref in media]
    return [Frame(ratio=shapes[0], note=_note(look, _ratio(ref), shapes[0])) for ref in media]


def _ratio(ref: MediaRef) -> float:
    return ref.width / ref.height if ref.width and ref.height else 0.0


def _clamped(ratio: float, look: Look) -> float:
    return max(look.min_ratio, min(ratio, look.max_ratio or ratio))


def _note(look: Look, ratio: float, frame: float) -> str:
    """`cropped left and right, 18% is not shown`; nothing where the picture fits."""
    if not ratio:
        return ""
    lost = 1 - min(ratio / frame, frame / ratio)
    if lost < _CUT:
        return ""
    sides = ratio > frame
    if look.fit == "contain":
        return "shown with borders above and below" if sides else "shown with borders left and right"
    return f"cropped {'left and right' if sides else 'at top and bottom'}, {lost:.0%} is not shown"


def folded(text: str, look: Look) -> tuple[str, str]:
    """The text before and behind the fold; together they are the text."""
    if look.fold_characters is None:
        return text, ""
    limit = look.fold_characters
    if look.fold_lines:
        ends = [place for place, sign in enumerate(text) if sign == "\n"]
        if len(ends) >= look.fold_lines:
            limit = min(limit, ends[look.fold_lines - 1])
    if len(text) <= limit:
        return text, ""
    cut = _between_words(text, limit)
    return text[:cut], text[cut:]


def _between_words(text: str, limit: int) -> int:
    """The last blank before `limit`, or `limit` itself in a very long word, never within an emoji."""
    if text[limit].isspace():
        return limit
    blank = max(text.rfind(" ", 0, limit), text.rfind("\n", 0, limit))
    if blank > limit // 2:
        return blank
    while limit and (text[limit] in _JOINERS or text[limit - 1] in _JOINERS):
        limit -= 1
    return limit


def host(link: str) -> str:
    """The name that a link's card shows: `example.com`."""
    try:
        return (urlsplit(link).hostname or link).removeprefix("www.")
    except ValueError:
        return link


def address(link: str) -> str:
    """The link if a page may point to it: an address of the web, and nothing else; else empty."""
    return link if _ADDRESS.fullmatch(link) else ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """A run of text; `marked` where the channel shows it in a colour: hashtags, mentions, addresses."""

    text: str
    marked: bool


def pieces(text: str) -> list[Piece]:
    """The text in runs; joined they are the text."""
    found: list[Piece] = []
    done = 0
    for start, end in _marked(text):
        if start < done:  # a hashtag within an address is part of it
            continue
        found += [Piece(text=text[done:start], marked=False), Piece(text=text[start:end], marked=True)]
        done = end
    found.append(Piece(text=text[done:], marked=False))
    return [piece for piece in found if piece.text]


def _marked(text: str) -> list[tuple[int, int]]:
    """Where addresses, hashtags and mentions start and end; a stop after an address is none of it."""
    found = _ADDRESS.finditer(text)
    addresses = [(each.start(), each.start() + len(each.group().rstrip(_STOPS))) for each in found]
    return sorted([*addresses, *tag_spans(text)])
