"""A request that has come in whole, and its coming in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from socialsync.emulator.admission import BODY_LIMIT
from socialsync.emulator.core import Emulator, Upload
from socialsync.emulator.faults import Arrival
from socialsync.emulator.operation import Operation
from socialsync.emulator.uploads import Receiver
from socialsync.emulator.wire import Receive, Scope, parse_json


@dataclass(frozen=True, kw_only=True)
class Received:
    """A request that has come in whole."""

    operation: str | None
    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    params: Mapping[str, str]
    base_url: str
    body: bytes
    upload: Upload | None = None
    # The methods that the path does have, when it has not this one.
    allow: str | None = None

    def arrival(self, emulator: Emulator) -> Arrival:
        """The request as faults and holds look at it, with the number that it would have in the log now."""
        row = emulator.store.one("select coalesce(max(number), 0) + 1 as number from request")
        body = "" if self.upload is not None else self.body.decode("utf-8", "replace")
        return Arrival(
            number=0 if row is None else row["number"],
            operation=self.operation or "",
            method=self.method,
            path=self.path,
            site=self.headers.get("wix-site-id", "").lower(),
            body=body,
        )

    def shown_body(self) -> Any:
        """What the log keeps: JSON as it is, bytes as digest and size."""
        if self.upload is not None:
            return {"sha256": self.upload.sha256, "size": self.upload.size}
        if not self.body:
            return None
        try:
            return parse_json(self.body)
        except ValueError:
            return {"text": self.body[:2000].decode("utf-8", "replace"), "size": len(self.body)}


async def receive_whole(
    operation: Operation | None, scope: Scope, receive: Receive, receiver: Receiver
) -> Received | None:
    """None if the client went away before its request was in."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    raw = operation is not None and operation.raw
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        chunk = message.get("body", b"")
        if raw:
            receiver.write(chunk)
        elif len(body) <= BODY_LIMIT:
            body += chunk
        if not message.get("more_body", False):
            break
    host = headers.get("host") or "emulator"
    mime = headers.get("content-type", "").split(";")[0].strip().lower()
    return Received(
        operation=None if operation is None else operation.name,
        method=scope["method"],
        path=scope["path"],
        query=scope["query_string"].decode("latin-1"),
        headers=headers,
        params=dict(scope.get("path_params") or {}),
        base_url=f"{scope.get('scheme', 'http')}://{host}/",
        body=bytes(body),
        upload=receiver.upload(mime) if raw else None,
        allow=scope.get("emulator.allow"),
    )
