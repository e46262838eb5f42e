"""The two append-only records: the log of requests, and the feed of what went public with the bytes it carried."""

import json
import sqlite3
from dataclasses import dataclass, field
from typing import Any

from socialsync.emulator.clock import render_instant
from socialsync.emulator.content import content_of, media_urls, own_second
from socialsync.emulator.core import FILE_ID, Emulator


def parse(text: str) -> Any:
    return json.loads(text)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One request as the log keeps it."""

    site: str | None
    operation: str | None
    method: str
    path: str
    query: str
    body: str | None
    status: int | None
    code: str | None
    committed: bool | None
    time: int
    duration_ms: float
    violations: list[str] = field(default_factory=list)
    fault: int | None = None
    note: str | None = None


def log(emulator: Emulator, entry: Entry) -> None:
    emulator.store.run(
        "insert into request(site, operation, method, path, query, body, status, code, committed, time, duration_ms,"
        " violations, fault, note) values(?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        *(entry.site, entry.operation, entry.method, entry.path, entry.query, entry.body, entry.status, entry.code),
        *(None if entry.committed is None else int(entry.committed), entry.time, entry.duration_ms),
        *(json.dumps(entry.violations), entry.fault, entry.note),
    )


def publish(emulator: Emulator, site: str, item: dict[str, Any], time: int) -> None:
    """One line of the public feed: what the world sees on the channel from `time` on."""
    content = content_of(emulator.channels, item)
    media = []
    for url in media_urls(content):
        match = FILE_ID.search(url)
        file = match and emulator.store.one("select id, digest, mime from file where id=?", match[1])
        media.append(
            {
                "url": url,
                "fileId": file["id"] if file else None,
                "digest": file["digest"] if file else None,
                "mime": file["mime"] if file else None,
            }
        )
    emulator.store.run(
        "insert into feed(site, time, channel, account, second, type, content, media, item, reference, external, url)"
        " values(?,?,?,?,?,?,?,?,?,?,?,?)",
        *(site, time, item["channel"]["name"], item["channel"].get("accountId")),
        *(own_second(emulator.channels, item), item["type"], json.dumps(content, ensure_ascii=False)),
        *(json.dumps(media), item["id"], item.get("referenceId"), int(bool(item.get("external")))),
        item["channel"].get("externalItemUrl"),
    )


def show_request(row: sqlite3.Row) -> dict[str, Any]:
    body = None if row["body"] is None else parse(row["body"])
    committed = None if row["committed"] is None else bool(row["committed"])
    return {
        **dict(row),
        "body": body,
        "committed": committed,
        "time": render_instant(row["time"]),
        "violations": parse(row["violations"]),
    }


def show_feed(row: sqlite3.Row) -> dict[str, Any]:
    return {
        **dict(row),
        "time": render_instant(row["time"]),
        "content": parse(row["content"]),
        "media": parse(row["media"]),
        "external": bool(row["external"]),
    }
