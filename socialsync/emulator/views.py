"""What the control routes show without changing anything: records, items, sites, pages, files."""

from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from socialsync.emulator import lifecycle, record, transfer
from socialsync.emulator.core import Emulator
from socialsync.emulator.dialect import show_item
from socialsync.emulator.errors import ServiceError
from socialsync.emulator.items import item_of
from socialsync.emulator.openapi import describe

PAGE = Path(__file__).with_name("page")


class Views:
    """The reading half of the control routes."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._store = emulator.store

    def settle(self) -> None:
        with self._store.transaction():
            lifecycle.settle(self._emulator, self._emulator.clock.now())

    def _filtered(self, request: Request, table: str) -> list[Any]:
        """`since=N`: after this number; `last=N`: only so many, the newest; `site=ID`: only of this site."""
        since, last = (request.query_params.get(name, "0") for name in ("since", "last"))
        if not (since.isdecimal() and last.isdecimal()):
            raise ServiceError(status=400, message="since and last are numbers")
        site = request.query_params.get("site")
        condition = "" if site is None else " and site=?"
        values = [int(since), *([] if site is None else [site.lower()])]
        sql = f"select * from {table} where number>?{condition} order by number"
        if int(last):
            return self._store.all(f"{sql} desc limit ?", *values, int(last))[::-1]
        return self._store.all(sql, *values)

    async def requests(self, request: Request) -> Any:
        return {"requests": [record.show_request(row) for row in self._filtered(request, "request")]}

    async def feed(self, request: Request) -> Any:
        self.settle()
        return {"feed": [record.show_feed(row) for row in self._filtered(request, "feed")]}

    async def items(self, request: Request) -> Any:
        """All items as they are, tombstones included and without lag or dialect."""
        self.settle()
        plain = transfer.plain_settings()
        return {
            "items": [
                {
                    **show_item(
                        plain,
                        self._emulator.channels,
                        item_of(row),
                        created=row["created"],
                        updated=row["updated"],
                    ),
                    "site": row["site"],
                    "number": row["number"],
                }
                for row in self._filtered(request, "item")
            ]
        }

    async def sites(self, _: Request) -> Any:
        counted = self._store.all(
            "select site.id, count(item.number) as items, min(item.reference) as reference"
            " from site left join item on item.site=site.id group by site.id"
        )
        return {"sites": [dict(row) for row in counted]}

    async def accounts(self, request: Request) -> Any:
        """Every channel's connection and accounts on a site, connected or not."""
        rows = self._store.all("select * from connection where site=?", request.query_params.get("site", "").lower())
        return {
            "accounts": [
                {"channel": row["channel"], "status": row["status"], "accounts": record.parse(row["accounts"])}
                for row in rows
            ]
        }

    async def dump(self, _: Request) -> Any:
        return transfer.dump(self._emulator)

    async def openapi(self, _: Request) -> Any:
        return describe(self._emulator)

    async def media(self, request: Request) -> Any:
        row = self._store.one("select mime, bytes from file where id=?", request.path_params["id"])
        if row is None:
            raise ServiceError(status=404, message="there is no such file")
        return Response(row["bytes"], media_type=row["mime"], headers={"X-Content-Type-Options": "nosniff"})

    async def page(self, request: Request) -> Any:
        name = request.path_params.get("name", "index.html")
        path = PAGE / name
        if name != Path(name).name or not path.is_file():
            raise ServiceError(status=404, message="there is no such page")
        return FileResponse(path, headers={"Cache-Control": "no-cache"})

    async def index(self, request: Request) -> Any:
        """Where things are, and numbers that tell whether anything changed."""
        self.settle()
        base = str(request.base_url)
        counts = self._store.one(
            "select (select max(number) from request) as requests, (select max(number) from feed) as feed"
        )
        return {
            "emulator": base.rstrip("/"),
            "control": f"{base}_emulator/",
            "dashboard": base,
            "version": 1,
            "clock": self._emulator.clock.state(),
            "changes": self._store.items_version,
            **({} if counts is None else dict(counts)),
        }
