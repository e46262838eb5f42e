"""A listing is complete or an error, whatever the service does with pages, and costs about its pages."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from remote_fakes import Script, client, refusal, reply, violation

from socialsync.errors import IncompleteRead
from socialsync.remote.wix import api
from socialsync.remote.wix.http import Request
from socialsync.remote.wix.listing import MAX_PAGES, Listing
from socialsync.remote.wix.replies import Reply


def guid(number: int) -> str:
    return str(UUID(int=number))


class Pages:
    """A service that pages through `ids`, with the freedoms that the documentation leaves it."""

    def __init__(
        self,
        ids: list[int],
        *,
        most: int = 100,
        clamp: bool = True,
        total: str = "given",
        refuses: frozenset[str] = frozenset(),
        events: Mapping[int, tuple[str, int]] | None = None,
    ) -> None:
        self.ids = sorted(ids)
        self.most, self.clamp, self.total, self.refuses = most, clamp, total, refuses
        self.events = dict(events or {})
        self.queries: list[dict[str, Any]] = []
        self.always = set(ids)  # those that were there all the time

    def __call__(self, request: Request) -> Reply:
        assert isinstance(request.content, bytes)
        query = api_query(request)
        self.queries.append(query)
        for name in ("filter", "sort"):
            if name in query and name in self.refuses:
                word = {"filter": "filterable", "sort": "sortable"}[name]
                return violation("value", f"Field 'x' is not declared as {word}")
        limit, offset = query["paging"]["limit"], query["paging"]["offset"]
        if limit > self.most and not self.clamp:
            return violation("query.paging.limit", f"must be between 1 and {self.most}")
        shown = self.ids[offset : offset + min(limit, self.most)]
        body: dict[str, Any] = {"items": [{"id": guid(number), "status": "DRAFT"} for number in shown]}
        match self.total:
            case "given":
                body["pagingMetadata"] = {"count": len(shown), "offset": offset, "total": len(self.ids)}
            case "text":
                body["metadata"] = {"total": str(len(self.ids))}
            case "too-many":
                body["pagingMetadata"] = {"tooManyToCount": True, "total": 7}
        self._happen(len(self.queries))
        return reply(body)

    def _happen(self, number: int) -> None:
        kind, place = self.events.get(number, ("", 0))
        if kind == "insert":
            self.ids = sorted({*self.ids, place})
        elif kind == "delete" and self.ids:
            gone = self.ids.pop(place % len(self.ids))
            self.always.discard(gone)


def api_query(request: Request) -> dict[str, Any]:
    assert isinstance(request.content, bytes)
    query: dict[str, Any] = json.loads(request.content)["query"]
    return query


def listing(service: Any) -> Listing:
    talking = client(service)
    return Listing(lambda query: api.query_items(talking, query), talking.out_of_time)


def ids_of(found: list[dict[str, Any]]) -> list[str]:
    return [item["id"] for item in found]


services = st.builds(
    dict,
    most=st.sampled_from([1, 2, 10, 17, 50, 60, 99, 100, 1000]),
    clamp=st.booleans(),
    total=st.sampled_from(["given", "text", "too-many", "absent"]),
    refuses=st.frozensets(st.sampled_from(["filter", "sort"])),
).filter(lambda drawn: drawn["clamp"] or drawn["most"] >= 50)


@given(st.integers(0, 300) | st.integers(300, 700), services)
@settings(derandomize=True, deadline=None)
def test_every_item_comes_once_at_the_price_of_the_pages(count: int, drawn: dict[str, Any]) -> None:
    service = Pages(list(range(count)), **drawn)
    found, filtered = listing(service).all("status", ["DRAFT"])
    assert sorted(ids_of(found)) == [guid(number) for number in range(count)]
    assert filtered is ("filter" not in drawn["refuses"])
    if drawn["most"] >= 50:
        page = min(100, drawn["most"]) if drawn["clamp"] or drawn["most"] >= 100 else 50
        assert len(service.queries) <= math.ceil(count / page * 1.25) + 10


@given(
    st.integers(0, 400),
    services,
    st.dictionaries(
        st.integers(1, 30),
        st.tuples(st.sampled_from(["insert", "delete"]), st.integers(0, 2000)),
        max_size=6,
    ),
)
@settings(derandomize=True, deadline=None, max_examples=300)
def test_whatever_moves_meanwhile_nothing_that_stays_is_lost(
    count: int, drawn: dict[str, Any], events: dict[int, tuple[str, int]]
) -> None:
    service = Pages([3 * number for number in range(count)], **drawn, events=events)
    try:
        found, _ = listing(service).all("status", ["DRAFT"])
    except IncompleteRead:
        return
    ids = ids_of(found)
    assert len(ids) == len(set(ids))
    assert {guid(number) for number in service.always} <= set(ids)


def test_a_vanished_item_does_not_hide_the_one_that_slips_into_its_place() -> None:
    service = Pages(list(range(250)), total="absent", events={1: ("delete", 5)})
    found, _ = listing(service).all()
    assert ids_of(found) == [guid(number) for number in range(250) if number != 5]
    assert service.queries[2]["paging"]["offset"] == 0, "it started again"


def test_a_list_that_never_stands_still_is_incomplete() -> None:
    events = {number: ("insert", 1000 - number) for number in range(1, 100)}
    service = Pages(list(range(250)), events=events)
    with pytest.raises(IncompleteRead, match="changed 4 times"):
        listing(service).all()
    assert len(service.queries) == 8


def test_a_list_without_end_is_incomplete() -> None:
    def service(request: Request) -> Reply:
        offset = api_query(request)["paging"]["offset"]
        return reply({"items": [{"id": guid(offset + number), "status": "DRAFT"} for number in range(20)]})

    script = Script(service)
    with pytest.raises(IncompleteRead, match="no end"):
        listing(script).all()
    assert len(script.requests) == MAX_PAGES


@pytest.mark.parametrize("second", [[0, 1, 2, 90, 91], [90, 91, 92, 200, 200], [*range(90, 100), 5]])
def test_pages_that_repeat_or_do_not_fit_are_no_listing(second: list[int]) -> None:
    def service(request: Request) -> Reply:
        first = api_query(request)["paging"]["offset"] == 0
        return reply({"items": [{"id": guid(n), "status": "DRAFT"} for n in (range(100) if first else second)]})

    with pytest.raises(IncompleteRead, match="changed"):
        listing(service).all()


@pytest.mark.parametrize("total", [3, 1])
def test_a_total_that_does_not_fit_is_no_listing(total: int) -> None:
    items = [{"id": guid(n), "status": "DRAFT"} for n in range(2)]

    def service(request: Request) -> Reply:
        offset = api_query(request)["paging"]["offset"]
        return reply({"items": items[offset:], "pagingMetadata": {"total": total}})

    with pytest.raises(IncompleteRead):
        listing(service).all()


@pytest.mark.parametrize(
    "bad", [{"items": [{"id": "x", "status": "DRAFT"}]}, {"items": [{"id": guid(1)}]}, {"items": {}}, {}]
)
def test_a_page_of_another_shape_is_no_listing(bad: dict[str, Any]) -> None:
    with pytest.raises(IncompleteRead, match="unexpected form"):
        listing(Script([reply(bad)])).all()


def test_what_was_refused_once_is_not_asked_again() -> None:
    service = Pages(list(range(5)), most=50, clamp=False, refuses=frozenset({"filter", "sort"}))
    lister = listing(service)
    lister.all("status", ["DRAFT"])
    before = len(service.queries)
    lister.all("status", ["DRAFT"])
    assert len(service.queries) == before + 1
    assert service.queries[-1] == {"paging": {"limit": 50, "offset": 0}}


@pytest.mark.parametrize("answer", [refusal("ITEM_NOT_EXISTS", 404), violation("query", "is bad")])
def test_a_refusal_that_names_nothing_of_ours_is_passed_on(answer: Reply) -> None:
    script = Script([answer])
    with pytest.raises(IncompleteRead):
        listing(script).all("status", ["DRAFT"])
    assert len(script.requests) == 1


def test_the_filter_is_written_as_the_service_reads_it() -> None:
    service = Pages([1])
    listing(service).all("status", {"SCHEDULED", "DRAFT"})
    assert service.queries[0]["filter"] == {"status": {"$in": ["DRAFT", "SCHEDULED"]}}


def test_the_deadline_ends_a_listing() -> None:
    with pytest.raises(IncompleteRead, match="time was up"):
        listing_late().all()


def listing_late() -> Listing:
    talking = client(Script([]), deadline_seconds=0)
    return Listing(lambda query: api.query_items(talking, query), talking.out_of_time)
