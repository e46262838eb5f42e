"""Query Items: pages, filters, sorts, totals, lag and tombstones."""

from typing import Any

import pytest
from emulator_api import Api, post


def query(api: Api, **query: Any) -> Any:
    got = api("POST", "/items/query", {"query": query})
    assert got.status == 200, got.content
    return got.json


def ids(answer: Any) -> list[str]:
    return [item["id"] for item in answer["items"]]


def load(api: Api, count: int) -> list[str]:
    api.control("POST", "load", {"site": api.site, "items": [post("x")], "repeat": count})
    return [item["id"] for item in api.control("GET", "items")["items"]]


@pytest.mark.parametrize("order", ["created", "created_descending"])
@pytest.mark.parametrize("size", [1, 7, 50, 100])
def test_the_pages_are_the_whole_once_and_in_order(api: Api, size: int, order: str) -> None:
    everything = load(api, 123)
    api.set(query_order=order)
    found: list[str] = []
    while True:
        page = query(api, paging={"limit": size, "offset": len(found)})
        assert page["pagingMetadata"] == {"count": len(page["items"]), "offset": len(found), "total": 123}
        if not page["items"]:
            break
        found += ids(page)
    assert found == (everything if order == "created" else everything[::-1])


def test_the_documented_defaults_and_the_limit(api: Api) -> None:
    load(api, 60)
    assert len(query(api)["items"]) == 50
    assert api("POST", "/items/query", {}).json["pagingMetadata"]["offset"] == 0
    over = {"query": {"paging": {"limit": 101}}}
    assert api("POST", "/items/query", over).code == "OUT_OF_RANGE"
    api.set(query_over_limit="clamp", query_max_limit=20)
    assert len(query(api, paging={"limit": 101})["items"]) == 20


@pytest.mark.parametrize(
    ("form", "shown"), [("given", {"count": 1, "offset": 0, "total": 1}), ("absent", {"count": 1, "offset": 0}),
                        ("too_many", {"count": 1, "offset": 0, "tooManyToCount": True})],
)  # fmt: skip
def test_the_total_by_switch(api: Api, form: str, shown: dict[str, Any]) -> None:
    api.draft()
    api.set(query_total=form, query_metadata_name="metadata")
    assert query(api)["metadata"] == shown


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"status": "SCHEDULED"}, "bc"),
        ({"status": {"$in": ["DRAFT", "SCHEDULED"]}}, "abc"),
        ({"status": {"$ne": "DRAFT"}}, "bc"),
        ({"schedulingInfo.scheduledDate": {"$gte": "2026-12-02T08:00:00Z"}}, "c"),
        ({"schedulingInfo.scheduledDate": {"$lt": "2026-12-02T10:00:00+02:00"}}, "b"),
        ({"schedulingInfo.scheduledDate": {"$exists": False}}, "a"),
        ({"referenceId": {"$startsWith": "key."}}, "abc"),
        ({"referenceId": "key.b"}, "b"),
        (
            {
                "$or": [
                    {"referenceId": "key.a"},
                    {"$and": [{"status": "SCHEDULED"}, {"$not": {"referenceId": "key.b"}}]},
                ]
            },
            "ac",
        ),
        ({"channel.name": "LINKEDIN", "external": False, "type": "POST"}, "abc"),
        ({"channel.accountId": "another"}, ""),
    ],
)
def test_filters(api: Api, condition: dict[str, Any], expected: str) -> None:
    api.draft(reference="key.a")
    api.scheduled("2026-12-01T08:00:00Z", reference="key.b")
    api.scheduled("2026-12-02T08:00:00Z", reference="key.c")
    found = query(api, filter=condition)
    assert "".join(item["referenceId"][-1] for item in found["items"]) == expected
    assert found["pagingMetadata"]["total"] == len(expected)


@pytest.mark.parametrize(
    "body",
    [
        {"filter": {"linkedinPost.caption": "x"}},
        {"sort": [{"fieldName": "linkedinPost.caption"}]},
        {"filter": {"status": {"$near": 1}}},
        {"filter": {"schedulingInfo.scheduledDate": "soon"}},
        {"filter": {"$or": []}},
        {"filter": {"status": ["DRAFT"]}},
    ],
)
def test_what_cannot_be_asked(api: Api, body: dict[str, Any]) -> None:
    assert api("POST", "/items/query", {"query": body}).status == 400


def test_the_declared_fields_are_a_switch(api: Api) -> None:
    api.set(filterable=["status"], sortable=[])
    assert query(api, filter={"status": "DRAFT"})["items"] == []
    assert (
        "not declared as filterable" in api("POST", "/items/query", {"query": {"filter": {"id": "x"}}}).json["message"]
    )
    sort = {"query": {"sort": [{"fieldName": "id"}]}}
    assert "not declared as sortable" in api("POST", "/items/query", sort).json["message"]


def test_sorting_by_date_and_back_from_either_end(api: Api) -> None:
    dates = [f"2026-12-{day:02d}T08:00:00Z" for day in (5, 1, 9, 3, 7)]
    for date in dates:
        api.scheduled(date)
    for order, expected in (("ASC", sorted(dates)), ("DESC", sorted(dates, reverse=True))):
        sort = [{"fieldName": "schedulingInfo.scheduledDate", "order": order}]
        pages = [query(api, sort=sort, paging={"limit": 2, "offset": offset}) for offset in (0, 2, 4)]
        found = [item["schedulingInfo"]["scheduledDate"] for page in pages for item in page["items"]]
        assert found == [date.replace("Z", ".000Z") for date in expected]


@pytest.mark.parametrize("moves", ["wall", "virtual"])
def test_a_lagging_listing_ends_by_the_wall_or_by_the_virtual_clock(api: Api, moves: str) -> None:
    api.control("PUT", "clock", {"now": "2026-11-24T09:00:00Z", "speed": 0})
    api.set(listing_lag_seconds=2)
    item = api.draft()

    def wait(seconds: float) -> None:
        if moves == "wall":
            api.wall.seconds += seconds
        else:
            api.advance(f"{seconds}s")

    assert ids(query(api)) == []
    assert api("GET", f"/items/{item['id']}").status == 200
    wait(1.9)
    assert ids(query(api)) == []
    wait(0.1)
    assert ids(query(api)) == [item["id"]]
    api("POST", "/publish-by-id", {"id": item["id"], "scheduledDate": "2026-12-01T08:00:00Z"})
    assert [entry["status"] for entry in query(api)["items"]] == ["DRAFT"]
    assert ids(query(api, filter={"status": "SCHEDULED"})) == []
    wait(2)
    assert ids(query(api, filter={"status": "SCHEDULED"})) == [item["id"]]


def test_a_lag_counted_in_queries(api: Api) -> None:
    api.set(listing_lag_queries=2)
    item = api.draft()
    assert [ids(query(api)) for _ in range(3)] == [[], [], [item["id"]]]


def test_later_writes_lag_again(api: Api) -> None:
    api.set(listing_lag_seconds=2)
    item = api.draft()
    api.wall.seconds += 3
    api("POST", "/publish-by-id", {"id": item["id"], "scheduledDate": "2026-12-01T08:00:00Z"})
    assert [entry["status"] for entry in query(api)["items"]] == ["DRAFT"]


@pytest.mark.parametrize(("tombstones", "listed", "status"), [("hidden", 0, 404), ("shown", 1, 200)])
def test_tombstones(api: Api, tombstones: str, listed: int, status: int) -> None:
    api.set(tombstones=tombstones)
    item = api.with_status("DELETED")
    assert len(query(api)["items"]) == listed
    assert api("GET", f"/items/{item}").status == status
    assert len(api("GET", f"/items?ids={item}").json["items"]) == listed
