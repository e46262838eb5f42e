"""The emulator in process, with a wall clock that only moves when a test moves it."""

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from socialsync.emulator.app import create_app
from socialsync.emulator.clock import parse_instant
from socialsync.emulator.core import Emulator
from socialsync.emulator.options import Options

SITE = "0b6f2c1e-7a55-4d0e-9d5e-3c1f0a7e9b21"
NOW = "2026-11-24T09:00:00.000Z"
FIXTURES = Path(__file__).parents[2] / "fixtures" / "wix"


class Wall:
    """Seconds since 1970, as told."""

    def __init__(self) -> None:
        self.seconds = parse_instant(NOW) / 1000

    def __call__(self) -> float:
        return self.seconds


@dataclass(frozen=True, kw_only=True)
class Got:
    status: int
    headers: httpx.Headers
    content: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.content)

    @property
    def code(self) -> str | None:
        """The application code, or the rule of the first field violation."""
        details = self.json.get("details", {})
        if "applicationError" in details:
            return str(details["applicationError"]["code"])
        violations = details.get("validationError", {}).get("fieldViolations", [])
        return violations[0]["violatedRule"] if violations else None


class Api:
    """Speaks to the application without a socket."""

    def __init__(self, options: Options | None = None) -> None:
        self.wall = Wall()
        self.emulator = Emulator(options or Options(seed=1), wall=self.wall)
        self.app = create_app(self.emulator)
        self.loop = asyncio.new_event_loop()
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://127.0.0.1:8090")
        self.site = SITE

    def close(self) -> None:
        self.loop.run_until_complete(self.client.aclose())
        self.loop.close()
        self.emulator.close()

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": "emulator-key", "wix-site-id": self.site, "Content-Type": "application/json"}

    async def send(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Got:
        content = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        given = self.headers if headers is None else headers
        response = await self.client.request(method, path, content=content, headers=given)
        return Got(status=response.status_code, headers=response.headers, content=response.content)

    def __call__(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Got:
        if not path.startswith(("/social", "/site-media", "/promote", "/_emulator", "/upload", "http")):
            path = f"/social-publisher/v1{path}"
        return self.loop.run_until_complete(self.send(method, path, body, headers))

    def control(self, method: str, path: str, body: Any = None) -> Any:
        got = self(method, f"/_emulator/{path}", body)
        assert got.status == 200, got.content
        return got.json

    def set(self, **settings: Any) -> None:
        self.control("PUT", "settings", settings)

    def advance(self, by: str) -> None:
        self.control("POST", "clock/advance", {"by": by})

    def draft(self, reference: str | None = None, **more: Any) -> dict[str, Any]:
        item = {**post("Hallo"), **more, **({"referenceId": reference} if reference else {})}
        got = self("POST", "/items", {"item": item})
        assert got.status == 200, got.content
        return dict(got.json["item"])

    def scheduled(self, date: str = "2026-12-01T08:00:00Z", **more: Any) -> dict[str, Any]:
        draft = self.draft(**more)
        got = self("POST", "/publish-by-id", {"id": draft["id"], "scheduledDate": date})
        assert got.status == 200, got.content
        return dict(got.json["item"])

    def with_status(self, status: str) -> str:
        """The id of an item that has reached this status in the usual way."""
        if status == "DRAFT":
            return str(self.draft()["id"])
        item = self.scheduled()
        if status == "CANCELED":
            self("PATCH", f"/items/{item['id']}/cancel", {})
        elif status == "DELETED":
            self("DELETE", f"/items/{item['id']}")
        elif status != "SCHEDULED":
            slow = {"IN_QUEUE": "in_queue_seconds", "PROCESSING": "processing_seconds"}.get(status)
            self.set(**({slow: 60} if slow else {"publish_outcome": {"*": status}}))
            self.control("PUT", "clock", {"now": "2026-12-01T08:00:30Z"})
        return str(item["id"])

    def status_of(self, item: str) -> str:
        found = [entry for entry in self.control("GET", "items")["items"] if entry["id"] == item]
        return str(found[0]["status"])

    def log(self) -> list[dict[str, Any]]:
        return list(self.control("GET", "requests")["requests"])

    def feed(self) -> list[dict[str, Any]]:
        return list(self.control("GET", "feed")["feed"])


def post(caption: str) -> dict[str, Any]:
    account = "urn:li:organization:90411822"
    return {
        "channel": {"name": "LINKEDIN", "accountId": account},
        "type": "POST",
        "linkedinPost": {"caption": caption, "authorId": account},
    }


def fixture(name: str) -> Any:
    return json.loads((FIXTURES / name).read_text(encoding="utf-8"))
