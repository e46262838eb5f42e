"""Months as people hang them on a wall: days from Monday on, each with what goes out on it."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from socialsync.model.problems import Severity
from socialsync.report.preview.cards import Card
from socialsync.report.preview.differences import Sort

# More would make a day of a wall calendar taller than a screen; the rest is behind a link.
_ENTRIES = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One post at one time, on all channels that it has at that time."""

    url: str
    time: str
    post: str
    thumbnail: str
    channels: tuple[tuple[str, str], ...]  # cell ("instagram-post") and its title with the account
    sorts: tuple[Sort, ...]
    off: bool
    worst: Severity | None
    when: str
    draft: bool
    tokens: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    """`entries` are those that have room, `more` the number of the others, `url` where all of them are."""

    date: date
    entries: tuple[Entry, ...] = ()
    more: int = 0
    url: str = ""
    tokens: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Month:
    """`days` are all days of the month; `column` is the first one's, Monday 1."""

    name: str  # "2030-12"
    title: str  # "December 2030"
    column: int
    days: tuple[Day, ...]
    posts: int
    tokens: tuple[str, ...]


_NAMES = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def month_name(day: date) -> str:
    return f"{day:%Y-%m}"


def month_title(day: date) -> str:
    return f"{_NAMES[day.month - 1]} {day.year}"


def day_title(day: date) -> str:
    """`Monday, 2 December 2030`."""
    return f"{_DAYS[day.weekday()]}, {day.day} {month_title(day)}"


def months(cards: Iterable[Card], urls: Mapping[str, str]) -> list[Month]:
    """The months that have posts. `cards` are dated and in order; `urls`: where each card is, by its id."""
    return [_month(list(group), urls) for _, group in groupby(cards, lambda card: month_name(_day(card)))]


def entries(cards: Iterable[Card], urls: Mapping[str, str]) -> list[Entry]:
    """Cards in order as entries; those of one post stand together as far as the same happens to them."""
    return [
        _entry(list(group), urls)
        for _, group in groupby(cards, lambda card: (card.at, card.site, card.post, card.sorts))
    ]


def joined(tokens: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """All words of several, each once."""
    return tuple(sorted({word for words in tokens for word in words}))


def _month(cards: list[Card], urls: Mapping[str, str]) -> Month:
    first = _day(cards[0]).replace(day=1)
    filled = {day: _filled(day, list(group), urls) for day, group in groupby(cards, _day)}
    length = monthrange(first.year, first.month)[1]
    dates = [first.replace(day=number) for number in range(1, length + 1)]
    return Month(
        name=month_name(first),
        title=month_title(first),
        column=first.weekday() + 1,
        days=tuple(filled.get(each, Day(date=each)) for each in dates),
        posts=len({card.post for card in cards}),
        tokens=joined(card.tokens for card in cards),
    )


def _filled(day: date, cards: list[Card], urls: Mapping[str, str]) -> Day:
    shown = entries(cards, urls)
    return Day(
        date=day,
        entries=tuple(shown[:_ENTRIES]),
        more=len(shown[_ENTRIES:]),
        url=urls[cards[0].id],
        tokens=joined(card.tokens for card in cards),
    )


def _entry(cards: list[Card], urls: Mapping[str, str]) -> Entry:
    pictures = (picture for card in cards for picture in card.pictures if not picture.video)
    return Entry(
        url=urls[cards[0].id],
        time=cards[0].time,
        post=cards[0].post,
        thumbnail=next((picture.file for picture in pictures), ""),
        channels=tuple(dict.fromkeys((card.cell, card.where) for card in cards)),
        sorts=cards[0].sorts,
        off=all(card.off for card in cards),
        worst=next((card.worst for card in cards if card.worst is Severity.ERROR), cards[0].worst),
        when=cards[0].when,
        draft=cards[0].draft,
        tokens=joined(card.tokens for card in cards),
    )


def _day(card: Card) -> date:
    assert card.day is not None, "only dated posts stand in a calendar"
    return card.day
