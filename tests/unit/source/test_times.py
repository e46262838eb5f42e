"""Times: one instant or a refusal that names what could be written instead."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socialsync.source import times


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("2026-12-01 09:00", "2026-12-01T08:00:00+00:00"),
        ("2026-12-01T09:00", "2026-12-01T08:00:00+00:00"),
        ("2026-07-01 09:00:30", "2026-07-01T07:00:30+00:00"),
        ("2026-12-01 09:00Z", "2026-12-01T09:00:00+00:00"),
        ("2026-12-01T09:00:00-05:30", "2026-12-01T14:30:00+00:00"),
        ("2026-12-01 09:00 +01:00", "2026-12-01T08:00:00+00:00"),
        ("2026-10-25 02:30+02:00", "2026-10-25T00:30:00+00:00"),
        ("2026-10-25 02:30+01:00", "2026-10-25T01:30:00+00:00"),
        ("2026-03-29 01:59", "2026-03-29T00:59:00+00:00"),
        ("2026-03-29 03:00", "2026-03-29T01:00:00+00:00"),
    ],
)
def test_a_time_is_one_instant(written: str, instant: str) -> None:
    assert times.instant(written, "Europe/Berlin").isoformat() == instant


@pytest.mark.parametrize(
    "written",
    [
        *("2026-W13-7 09:00", "20260329T0230", "2026-03-29T02:30,5", "2026-03-29T12:30:00.5", "2026-03-29 9:00"),
        *("2026-12-01", "09:00", "2026-12-01 24:00", "2026-12-01 09:60", "2026-12-01 09:00:60", "2026-02-29 09:00"),
        *("2026-12-01 09:00+01:00:30", "2026-12-01 09:00+1", "2026-12-01 09:00+25:00", "2026-12-01 09:00+01:75"),
        *("0001-01-01 00:00", "9999-12-31 23:59", "1999-12-31 23:59", "2100-01-01 00:00", "2026-13-01 09:00"),
        *("", "now", "ASAP", " 2026-12-01 09:00", "2026-12-01 09:00\n", "２０２６-12-01 09:00", "2026-12-01  09:00"),
    ],
)
def test_everything_else_is_no_time(written: str) -> None:
    with pytest.raises(times.NotATime) as refused:
        times.instant(written, "Europe/Berlin")
    assert refused.value.code == "E-TIME-FORMAT"
    assert refused.value.hint


ZONE = "and the zone in a line of its own, like “timezone: Europe/Berlin”."


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("2026-12-01 9:00", "Did you mean “2026-12-01 09:00”?"),
        ("2026-12-1 09:00", "Did you mean “2026-12-01 09:00”?"),
        ("2026-12-01 09.00", "Did you mean “2026-12-01 09:00”?"),
        ("2026-12-01  09:00:30", "Did you mean “2026-12-01 09:00:30”?"),
        ("2026-12-01T09:00+0100", "Did you mean “2026-12-01 09:00+01:00”?"),
        ("01.12.2026 9:00", "Did you mean “2026-12-01 09:00”?"),
        ("1.12.2026, 09:00", "Did you mean “2026-12-01 09:00”?"),
        ("ASAP", "Did you mean “asap”?"),
        ("Draft", "Did you mean “draft”?"),
        ("2026-12-01", "A time of day is missing, like “2026-12-01 09:00”."),
        ("2026-12-01 09:00 CET", f"Write “2026-12-01 09:00”, {ZONE}"),
        ("2026-12-01 09:00 Europe/Paris", f"Write “2026-12-01 09:00”, {ZONE}"),
        ("12/01/2026 09:00", "Write it like “2030-12-01 09:00”, or “asap” or “draft”."),
        ("2026-31-12 9:00", "Write it like “2030-12-01 09:00”, or “asap” or “draft”."),
        ("tomorrow", "Write it like “2030-12-01 09:00”, or “asap” or “draft”."),
    ],
)
def test_the_time_that_was_meant_is_shown(written: str, hint: str) -> None:
    with pytest.raises(times.NotATime) as refused:
        times.instant(written, "Europe/Berlin")
    assert refused.value.hint == hint


@pytest.mark.parametrize("name", ["CET", "EST", "MET", "WET", "MST", "HST", "EET", "EST5EDT", "PST8PDT"])
def test_an_abbreviation_is_no_place(name: str) -> None:
    complaint = times.zone_problem(name)
    assert complaint is not None
    assert complaint[1] == "It names no place: write the one where you are, like “Europe/Berlin”, or “UTC”."


@pytest.mark.parametrize(
    ("written", "zone", "choices"),
    [
        ("2026-03-29 02:30", "Europe/Berlin", ("2026-03-29 01:59", "2026-03-29 03:00")),
        ("2026-03-29T02:00", "Europe/Berlin", ("2026-03-29 01:59", "2026-03-29 03:00")),
        ("2026-03-08 02:59", "America/New_York", ("2026-03-08 01:59", "2026-03-08 03:00")),
        ("2026-10-04 02:10", "Australia/Lord_Howe", ("2026-10-04 01:59", "2026-10-04 02:30")),
        ("2011-12-30 12:00", "Pacific/Apia", ("2011-12-29 23:59", "2011-12-31 00:00")),
    ],
)
def test_a_time_that_the_clocks_skip_names_both_neighbours(written: str, zone: str, choices: tuple[str, ...]) -> None:
    with pytest.raises(times.NotATime) as refused:
        times.instant(written, zone)
    assert (refused.value.code, refused.value.choices) == ("E-TIME-GAP", choices)
    before, after = (times.instant(choice, zone) for choice in choices)
    assert after - before == timedelta(minutes=1)


@pytest.mark.parametrize(
    ("written", "zone", "choices"),
    [
        ("2026-10-25 02:30", "Europe/Berlin", ("2026-10-25 02:30+02:00", "2026-10-25 02:30+01:00")),
        ("2026-11-01 01:00", "America/New_York", ("2026-11-01 01:00-04:00", "2026-11-01 01:00-05:00")),
        ("2026-04-05 01:45", "Australia/Lord_Howe", ("2026-04-05 01:45+11:00", "2026-04-05 01:45+10:30")),
    ],
)
def test_a_time_that_comes_twice_names_both(written: str, zone: str, choices: tuple[str, ...]) -> None:
    with pytest.raises(times.NotATime) as refused:
        times.instant(written, zone)
    assert (refused.value.code, refused.value.choices) == ("E-TIME-TWICE", choices)
    first, second = (times.instant(choice, zone, agree=True) for choice in choices)
    assert first < second


def test_an_offset_must_be_the_zones_own_where_both_are_written() -> None:
    assert times.instant("2026-12-01 09:00+02:00", "Europe/Berlin").hour == 7
    with pytest.raises(times.NotATime) as refused:
        times.instant("2026-12-01 09:00+02:00", "Europe/Berlin", agree=True)
    assert (refused.value.code, refused.value.choices) == ("E-TIME-OFFSET", ("2026-12-01 08:00+01:00",))


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        *((name, "Write it like") for name in ("localtime", "posixrules", "Factory", "Etc/GMT+5", "")),
        *((name, "Write it like") for name in ("../../etc/passwd", "/etc/localtime", "a\0b", "Z")),
        ("europe/berlin", "“Europe/Berlin”"),
        ("Europe/Berlim", "“Europe/Berlin”"),
        ("Asia/Calcutta", "“Asia/Kolkata”"),
        ("Europe/Kiev", "“Europe/Kyiv”"),
        ("US/Eastern", "“America/New_York”"),
    ],
)
def test_only_names_of_places_are_zones(name: str, hint: str) -> None:
    complaint = times.zone_problem(name)
    assert complaint is not None
    assert hint in complaint[1] or "Did you mean" in complaint[1]


@pytest.mark.parametrize(
    "name", ["UTC", "Europe/Berlin", "Europe/Oslo", "America/Argentina/Buenos_Aires", "Asia/Kolkata"]
)
def test_places_are_zones(name: str) -> None:
    assert times.zone_problem(name) is None


def answered(wall: str, zone: str) -> datetime | str:
    """The instant, or the code of the refusal."""
    try:
        return times.instant(wall, zone)
    except times.NotATime as refused:
        return refused.code


def expected(instants: list[datetime]) -> datetime | str:
    """What must be answered for a wall time that is shown at these instants."""
    match instants:
        case []:
            return "E-TIME-GAP"
        case [only]:
            return only
        case _:
            return "E-TIME-TWICE"


ZONES = st.sampled_from(sorted(times.zone_names()))
WALLS = st.datetimes(datetime(2024, 1, 1), datetime(2035, 12, 31)).map(
    lambda wall: wall.replace(second=0, microsecond=0)
)


@settings(derandomize=True, max_examples=1500)
@given(ZONES, WALLS)
def test_an_instant_shows_the_wall_time_that_was_written_or_is_refused(zone: str, wall: datetime) -> None:
    info = times.zone_info(zone)
    near = {wall.replace(tzinfo=UTC) + timedelta(minutes=15 * quarter) for quarter in range(-120, 121)}
    instants = {at for at in near if at.astimezone(info).replace(tzinfo=None) == wall}
    assert answered(wall.strftime("%Y-%m-%d %H:%M"), zone) == expected(sorted(instants))


TRANSITIONS = [
    (zone, moment)
    for zone in (
        "Europe/Berlin",
        "America/New_York",
        "Australia/Lord_Howe",
        "Africa/Casablanca",
        "America/Nuuk",
        "Asia/Gaza",
    )
    for year in range(2024, 2036)
    for moment in [datetime(year, 1, 1) + timedelta(hours=hour) for hour in range(0, 366 * 24, 24)]
]


def test_around_every_change_of_clocks_each_quarter_hour_is_right_or_refused() -> None:
    """The day's offsets are remembered (times.py); this walks every change of six zones in twelve years past it."""
    checked = 0
    for zone, day in TRANSITIONS:
        info = times.zone_info(zone)
        start, end = (day.replace(tzinfo=UTC) + timedelta(hours=hours) for hours in (0, 24))
        if start.astimezone(info).utcoffset() == end.astimezone(info).utcoffset():
            continue
        instants: dict[str, list[datetime]] = {}
        for quarter in range(-40 * 4, 64 * 4):
            at = start + timedelta(minutes=15 * quarter)
            instants.setdefault(at.astimezone(info).strftime("%Y-%m-%d %H:%M"), []).append(at)
        walls = [day + timedelta(minutes=15 * quarter) for quarter in range(-12 * 4, 36 * 4)]
        for wall in (wall.strftime("%Y-%m-%d %H:%M") for wall in walls):
            real = instants.get(wall, [])
            checked += 1
            assert answered(wall, zone) == expected(real), (zone, wall)
    assert checked > 15_000


@pytest.mark.parametrize(
    ("written", "seconds"), [("30m", 1800), ("3h", 10800), ("2d", 172800), ("0m", None), ("3", None), ("1.5h", None)]
)
def test_durations(written: str, seconds: int | None) -> None:
    assert times.seconds(written) == seconds
