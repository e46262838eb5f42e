"""A complete listing of a site's items, or IncompleteRead: offset pages are no snapshot, so they overlap and must fit.

An item that appears or vanishes while the pages are read shifts the rest; then the end of one page is not the start of
the next, or an id comes twice, or the total moves, and the listing starts again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from socialsync.errors import IncompleteRead
from socialsync.remote.wix.failures import Refused
from socialsync.remote.wix.replies import JsonObject

PAGE = 100  # the largest that is common at the service; 50, its default, where it refuses that
SMALL_PAGE = 50
OVERLAP = 10
MAX_PAGES = 4_000
RESTARTS = 3

Query = Callable[[Mapping[str, Any]], JsonObject]
"""api.query_items of one site."""


class Listing:
    """Lists one site's items. What the service refuses (a filter, the sort, the page size) is left off from then on."""

    def __init__(self, query: Query, out_of_time: Callable[[], bool]) -> None:
        self._query = query
        self._out_of_time = out_of_time
        self._page = PAGE
        self._sort = True
        self._refused: set[str] = set()  # fields that cannot be filtered by

    def all(self, field: str = "", values: Collection[str] = ()) -> tuple[list[JsonObject], bool]:
        """All items, or those whose `field` is one of `values`; and whether that filter was in force.

        The caller filters again: a service that ignores a filter returns more, never less.
        """
        for _ in range(1 + RESTARTS):
            filtered = bool(field) and field not in self._refused
            filter_ = {field: {"$in": sorted(values)}} if filtered else {}
            try:
                found = self._once(filter_)
            except Refused as refusal:
                self._leave_off(refusal, field if filtered else "")
                return self.all(field, values)
            if found is not None:
                return found, filtered
        raise IncompleteRead(
            f"the list of posts changed {1 + RESTARTS} times while it was read",
            hint="Nothing was written. Run again in a few minutes.",
        )

    def _once(self, filter_: Mapping[str, Any]) -> list[JsonObject] | None:
        """One pass over the pages; None if something moved meanwhile."""
        found: list[JsonObject] = []
        ids: set[str] = set()
        total: int | None = None
        largest = 0  # items on a page
        for number in range(MAX_PAGES):
            if self._out_of_time():
                raise IncompleteRead(
                    f"the list of posts was not complete when the run's time was up ({len(found)} read)",
                    hint="Nothing was written. Run again; if it stays so, the site has too many posts for one run.",
                )
            # Never more than half of what a page holds, or a service of tiny pages would show nothing new for ever.
            offset = max(0, len(found) - min(OVERLAP, largest // 2))
            data = self._query(self._body(filter_, offset))
            items: list[JsonObject] = data["items"]
            largest = max(largest, len(items))
            seen = [item["id"] for item in found[offset:]]
            fresh = items[len(seen) :]
            fresh_ids = {item["id"] for item in fresh}
            if [item["id"] for item in items[: len(seen)]] != seen or len(fresh_ids) < len(fresh) or fresh_ids & ids:
                return None
            now = _total(data)
            if number > 0 and now != total:
                return None
            total = now
            found += fresh
            ids |= fresh_ids
            if not fresh or len(found) == total:
                # The service may cut pages shorter than asked, so a short page alone is not the end.
                return found if total is None or total == len(found) else None
        raise IncompleteRead(
            f"the list of posts has no end: {MAX_PAGES} pages and still more",
            hint="Nothing was written. Run again later.",
        )

    def _body(self, filter_: Mapping[str, Any], offset: int) -> JsonObject:
        body: JsonObject = {"paging": {"limit": self._page, "offset": offset}}
        if filter_:
            body["filter"] = filter_
        if self._sort:
            body["sort"] = [{"fieldName": "id", "order": "ASC"}]
        return body

    def _leave_off(self, refusal: Refused, field: str) -> None:
        """Give up what the refusal names; a refusal that names nothing of ours is passed on."""
        if refusal.http_status != 400:
            raise refusal
        told = refusal.detail.lower()
        if "limit" in told and self._page != SMALL_PAGE:
            self._page = SMALL_PAGE
        elif "sort" in told and self._sort:
            self._sort = False
        elif field and "filter" in told:
            self._refused.add(field)
        else:
            raise refusal


def _total(data: JsonObject) -> int | None:
    """The count of all pages, if the service tells one that can be believed (API reference, section 5)."""
    for name in ("pagingMetadata", "metadata"):
        paging = data.get(name)
        if isinstance(paging, dict) and not paging.get("tooManyToCount"):
            total = str(paging.get("total", ""))
            if total.isascii() and total.isdigit():
                return int(total)
    return None
