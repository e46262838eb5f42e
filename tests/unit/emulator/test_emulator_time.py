"""The virtual clock, and settling: what is due happens once, in order, at its time, however the time went by."""

import pytest
from emulator_api import NOW, Api, post
from hypothesis import given, settings
from hypothesis import strategies as st

from socialsync.emulator.clock import parse_duration, parse_instant, render_instant
from socialsync.emulator.core import Emulator
from socialsync.emulator.options import Options

MINUTE = 60_000


def test_the_clock_follows_the_wall_until_it_is_set(api: Api) -> None:
    assert api.control("GET", "clock") == {"now": NOW, "speed": 1.0, "mode": "real"}
    api.wall.seconds += 5
    assert api.control("GET", "clock")["now"] == "2026-11-24T09:00:05.000Z"
    api.control("PUT", "clock", {"now": "2027-01-01T00:00:00Z", "speed": 0})
    api.wall.seconds += 5
    assert api.control("GET", "clock")["now"] == "2027-01-01T00:00:00.000Z"
    api.control("PUT", "clock", {"speed": 60})
    api.wall.seconds += 5
    assert api.control("GET", "clock")["now"] == "2027-01-01T00:05:00.000Z"
    api.advance("1d2h")
    assert api.control("GET", "clock") == {"now": "2027-01-02T02:05:00.000Z", "speed": 60, "mode": "set"}
    assert api.control("PUT", "clock", {"mode": "real"})["now"] == "2026-11-24T09:00:15.000Z"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "clock", {"now": "2027-01-01"}),
        ("PUT", "clock", {"now": "tomorrow"}),
        ("PUT", "clock", {"speed": -1}),
        ("PUT", "clock", {"speed": "fast"}),
        ("PUT", "clock", {"time": "2027-01-01T00:00:00Z"}),
        ("POST", "clock/advance", {"by": "soon"}),
        ("POST", "clock/advance", {"by": "-90000d"}),
        ("POST", "clock/advance", {}),
    ],
)
def test_a_clock_that_cannot_be_is_refused_in_words(api: Api, method: str, path: str, body: dict) -> None:
    got = api(method, f"/_emulator/{path}", body)
    assert got.status == 400
    assert got.json["error"]
    assert api.control("GET", "clock")["now"] == NOW


def test_the_clock_and_all_else_survive_a_restart(tmp_path: object) -> None:
    path = f"{tmp_path}/emulator.db"
    first = Api(Options(db=path, seed=3))
    first.control("PUT", "clock", {"now": "2027-01-01T00:00:00Z", "speed": 0})
    first.set(processing_seconds=60)
    item = first.scheduled("2027-02-01T00:00:00Z")
    first.close()
    second = Api(Options(db=path))
    assert second.control("GET", "clock") == {"now": "2027-01-01T00:00:00.000Z", "speed": 0, "mode": "set"}
    assert second("GET", f"/items/{item['id']}").json["item"] == item
    second.control("PUT", "clock", {"now": "2027-02-01T00:00:59Z"})
    assert second.status_of(item["id"]) == "PROCESSING"
    second.close()


def test_the_durations_are_passed_through_one_after_another(api: Api) -> None:
    api.set(in_queue_seconds=20, processing_seconds=60)
    item = api.scheduled("2026-12-01T08:00:00Z")["id"]
    seen = []
    for now in ("07:59:59.999", "08:00:00", "08:00:19.999", "08:00:20", "08:01:19.999", "08:01:20"):
        api.control("PUT", "clock", {"now": f"2026-12-01T{now}Z", "speed": 0})
        seen.append(api("GET", f"/items/{item}").json["item"]["status"])
    assert seen == ["SCHEDULED", "IN_QUEUE", "IN_QUEUE", "PROCESSING", "PROCESSING", "PUBLISHED"]
    assert [entry["time"] for entry in api.feed()] == ["2026-12-01T08:01:20.000Z"]


def test_what_was_settled_late_carries_its_due_time(api: Api) -> None:
    item = api.scheduled("2026-12-01T08:00:00Z")
    api.control("PUT", "clock", {"now": "2027-06-01T00:00:00Z", "speed": 0})
    (entry,) = api.feed()
    assert (entry["time"], entry["item"]) == ("2026-12-01T08:00:00.000Z", item["id"])


def test_a_connection_that_ends_before_the_date_fails_the_item_and_gives_the_quota_back(api: Api) -> None:
    api.set(features={"SCHEDULE_POST": {"enabled": True, "limit": 5, "period": "YEAR"}})
    item = api.scheduled("2026-12-01T08:00:00Z")["id"]
    used = api("GET", "/features/SCHEDULE_POST").json["featureData"]["quotaInfo"]["currentUsage"]
    api.control(
        "POST", "dashboard/connect", {"site": api.site, "channel": "LINKEDIN", "expires": "2026-12-01T07:00:00Z"}
    )
    api.control("PUT", "clock", {"now": "2026-12-02T00:00:00Z", "speed": 0})
    failed = api("GET", f"/items/{item}").json["item"]
    assert failed["status"] == "FAILED"
    assert failed["publicationError"]["code"] == "USER_IS_DISCONNECTED"
    assert api.feed() == []
    left = api("GET", "/features/SCHEDULE_POST").json["featureData"]["quotaInfo"]["currentUsage"]
    assert (used, left) == (1, 0)


@pytest.mark.parametrize(
    ("outcome", "status", "public"),
    [("FAILED", "FAILED", 0), ("FAILED_BUT_LIVE", "FAILED", 1), ("STUCK", "PROCESSING", 0)],
)
def test_publications_that_do_not_end_well(api: Api, outcome: str, status: str, public: int) -> None:
    api.set(publish_outcome={"LINKEDIN": outcome})
    item = api.scheduled("2026-12-01T08:00:00Z")["id"]
    api.control("PUT", "clock", {"now": "2027-12-01T08:00:00Z", "speed": 0})
    assert api.status_of(item) == status
    assert len(api.feed()) == public


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [("1d2h", 93_600_000), ("90s", 90_000), ("-5m", -300_000), ("1.5h", 5_400_000), (2, 2000), (0.25, 250)],
)
def test_durations(text: str | float, milliseconds: int) -> None:
    assert parse_duration(text) == milliseconds


@given(st.integers(min_value=parse_instant("1971-01-01T00:00:00Z"), max_value=parse_instant("8000-01-01T00:00:00Z")))
def test_instants_are_rendered_and_read_without_loss(milliseconds: int) -> None:
    assert parse_instant(render_instant(milliseconds)) == milliseconds


@settings(max_examples=30, deadline=None)
@given(
    dates=st.lists(st.integers(min_value=1, max_value=500), min_size=1, max_size=8),
    steps=st.lists(st.integers(min_value=0, max_value=90), max_size=12),
    queue=st.sampled_from([0, 45]),
    processing=st.sampled_from([0, 75]),
)
def test_settling_does_not_depend_on_when_one_looks(
    dates: list[int], steps: list[int], queue: int, processing: int
) -> None:
    """Any number of looks in between, or none: the feed is the same, complete, once each, in order, never early."""
    api = Api()
    try:
        api.set(in_queue_seconds=queue, processing_seconds=processing)
        start = parse_instant(NOW)
        for minutes in dates:
            api(
                "POST",
                "/publish",
                {"item": {**post("x"), "schedulingInfo": {"scheduledDate": render_instant(start + minutes * MINUTE)}}},
            )
        elapsed = 0
        for minutes in steps:
            api.advance(f"{minutes}m")
            elapsed += minutes
            due = sorted(start + m * MINUTE + (queue + processing) * 1000 for m in dates)
            expected = [render_instant(time) for time in due if time <= start + elapsed * MINUTE]
            assert [entry["time"] for entry in api.feed()] == expected
        api.advance("30d")
        assert [entry["time"] for entry in api.feed()] == [
            render_instant(time) for time in due_of(start, dates, queue + processing)
        ]
    finally:
        api.close()


def due_of(start: int, dates: list[int], seconds: int) -> list[int]:
    return sorted(start + minutes * MINUTE + seconds * 1000 for minutes in dates)


def test_a_database_has_one_emulator(tmp_path: object) -> None:
    from socialsync.emulator.store import DatabaseError

    path = f"{tmp_path}/emulator.db"
    first = Emulator(Options(db=path))
    with pytest.raises(DatabaseError, match="another emulator"):
        Emulator(Options(db=path))
    first.close()
    Emulator(Options(db=path)).close()


def test_a_file_of_another_version_is_left_alone(tmp_path: object) -> None:
    import sqlite3

    from socialsync.emulator.store import DatabaseError

    path = f"{tmp_path}/emulator.db"
    with sqlite3.connect(path) as other:
        other.execute("pragma user_version=999")
    other.close()
    with pytest.raises(DatabaseError, match="another version"):
        Emulator(Options(db=path))
