"""Instants in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from socialsync.report import times

NOW = datetime(2026, 11, 24, 23, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("distance", "said"),
    [
        (timedelta(days=3, hours=4, minutes=59), "in 3 d 4 h"),
        (timedelta(days=3), "in 3 d"),
        (timedelta(hours=4, minutes=12), "in 4 h 12 min"),
        (timedelta(hours=2), "in 2 h"),
        (timedelta(minutes=12, seconds=59), "in 13 min"),
        (timedelta(hours=7, seconds=-1), "in 7 h"),
        (timedelta(hours=7, seconds=1), "in 7 h"),
        (timedelta(days=7, seconds=-20), "in 7 d"),
        (timedelta(hours=-7, seconds=-1), "7 h ago"),
        (timedelta(seconds=59), "now"),
        (timedelta(seconds=-59), "now"),
        (timedelta(hours=-2), "2 h ago"),
        (timedelta(days=-20), "20 d ago"),
        (timedelta(days=90), "in 2 months"),
        (timedelta(days=1500), "in 4 years"),
    ],
)
def test_relative(distance: timedelta, said: str) -> None:
    assert times.relative(NOW + distance, NOW) == said


@pytest.mark.parametrize(
    ("now", "instant", "said"),
    [
        ("2026-11-28T10:00Z", "2027-03-28T09:00Z", "in 4 months"),
        ("2026-11-28T08:00Z", "2027-03-27T09:00Z", "in 3 months"),
        ("2026-08-31T08:00Z", "2026-11-30T09:00Z", "in 3 months"),
        ("2026-12-31T08:00Z", "2027-02-28T09:00Z", "in 2 months"),
        ("2026-07-01T08:00Z", "2026-08-31T09:00Z", "in 61 d"),
        ("2026-11-28T08:00Z", "2028-11-27T09:00Z", "in 23 months"),
        ("2026-11-28T08:00Z", "2028-11-28T09:00Z", "in 2 years"),
        ("2027-03-28T09:00Z", "2026-11-28T08:00Z", "4 months ago"),
        ("2026-07-02T08:00Z", "2026-05-03T09:00Z", "59 d ago"),
    ],
)
def test_months_are_those_of_the_calendar(now: str, instant: str, said: str) -> None:
    assert times.relative(datetime.fromisoformat(instant), datetime.fromisoformat(now)) == said


@pytest.mark.parametrize(
    ("instant", "zone", "said"),
    [
        (datetime(2026, 12, 1, 8, 0, tzinfo=UTC), "Europe/Berlin", "Tue 1 Dec 2026, 09:00 Europe/Berlin · 08:00 UTC"),
        (
            datetime(2026, 11, 30, 23, 30, tzinfo=UTC),
            "Europe/Berlin",
            "Tue 1 Dec 2026, 00:30 Europe/Berlin · Mon 30 Nov, 23:30 UTC",
        ),
        (datetime(2026, 7, 1, 7, 0, 5, tzinfo=UTC), "UTC", "Wed 1 Jul 2026, 07:00:05 UTC"),
        # Both hours of the night when the clocks go back: only UTC tells them apart.
        (
            datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
            "Europe/Berlin",
            "Sun 25 Oct 2026, 02:30 Europe/Berlin · 00:30 UTC",
        ),
        (
            datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
            "Europe/Berlin",
            "Sun 25 Oct 2026, 02:30 Europe/Berlin · 01:30 UTC",
        ),
    ],
)
def test_full(instant: datetime, zone: str, said: str) -> None:
    assert times.full(instant, zone) == said


@pytest.mark.parametrize("name", ["Nowhere/Land", "../../etc/passwd", "", "\0"])
def test_an_unknown_zone_is_shown_in_utc(name: str) -> None:
    assert times.local(NOW, name) == "Tue 24 Nov 2026, 23:00"
