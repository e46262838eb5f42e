"""The style sheet: one written by hand, and the rules that follow from data: colours, shapes, filters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from socialsync.cells import Cells
from socialsync.report.preview.cards import Card

_COLOUR = re.compile(r"#[0-9a-f]{6}")
_PLAIN = "#5b6472"


def stylesheet(cards: Sequence[Card], cells: Cells, written: str) -> str:
    """`written` with what these cards need. Names come from keys and channel files and are quoted where they stand."""
    rules = [*_colours(cells), *_shapes(cards), *_filters(cards)]
    return f"{written}\n/* From the channel files and the posts. */\n" + "\n".join(rules) + "\n"


def _colours(cells: Cells) -> Iterator[str]:
    for cell in cells:
        colour = cell.look.colour if _COLOUR.fullmatch(cell.look.colour) else _PLAIN
        yield f".cell-{cell.channel}-{cell.type} {{ --brand: {colour}; --on-brand: {_readable(colour)}; }}"


def _readable(colour: str) -> str:
    """White where it can be read on `colour` (WCAG 2: a contrast of 4.5), else black."""
    red, green, blue = (_linear(int(colour[place : place + 2], 16) / 255) for place in (1, 3, 5))
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return "#ffffff" if 1.05 / (luminance + 0.05) >= 4.5 else "#000000"


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _shapes(cards: Iterable[Card]) -> Iterator[str]:
    for shape in sorted({picture.frame for card in cards for picture in card.pictures}):
        yield f".{shape} {{ aspect-ratio: {int(shape[1:]) / 1000:g}; }}"


def _filters(cards: Iterable[Card]) -> Iterator[str]:
    """A choice in the filter hides everything without that word; both together ask for the word of both."""
    names = sorted({word for card in cards for word in card.tokens if not word.endswith("!")})
    hide = "{ display: none; }"
    yield f'body:has(#only:checked) [data-f]:not([data-f~="!"]) {hide}'
    for name in names:
        yield f'body:has(#{name}:checked) [data-f]:not([data-f~="{name}"]) {hide}'
        yield f'body:has(#{name}:checked):has(#only:checked) [data-f]:not([data-f~="{name}!"]) {hide}'
        yield f'body:has(#{name}:checked) .page:not([data-has~="{name}"]) .nothing {{ display: block; }}'
        changed = f'body:has(#{name}:checked):has(#only:checked) .page:not([data-has~="{name}!"]) .nothing'
        yield f"{changed} {{ display: block; }}"
    yield 'body:has(#only:checked) .page:not([data-has~="!"]) .nothing { display: block; }'
