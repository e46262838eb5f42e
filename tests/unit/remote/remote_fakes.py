"""What the tests of remote/ share: a clock that only moves when slept on, a scripted service, bodies and intents."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from socialsync import cells
from socialsync.model.intents import Content, Intent, Target, Timing, TimingKind
from socialsync.model.problems import Location
from socialsync.remote.wix.client import Client
from socialsync.remote.wix.http import Request
from socialsync.remote.wix.replies import Fault, Reply

SITE = "0b6f2c1e-7a55-4d0e-9d5e-3c1f0a7e9b21"
KEY = "IST.canary-Key/+0123456789=="
ITEM = "5c2f6a0e-91d7-4a3b-8a44-0f6f2f9e1d10"
START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
LOOPBACK = "http://127.0.0.1:1"


class FakeClock:
    """Stands still except while it sleeps."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.slept: list[float] = []

    def now(self) -> datetime:
        return START + timedelta(seconds=self.seconds - 1000.0)

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.slept.append(seconds)
        self.seconds += seconds


def reply(body: Any, status: int = 200, retry_after: str = "") -> Reply:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Reply(status=status, body=raw, content_type="application/json", retry_after=retry_after)


def refusal(code: str, status: int, description: str = "told") -> Reply:
    body = {"message": "m", "details": {"applicationError": {"code": code, "description": description, "data": {}}}}
    return reply(body, status)


def violation(field: str, description: str, status: int = 400) -> Reply:
    violations = [{"field": field, "description": description, "violatedRule": "INVALID_ARGUMENT"}]
    return reply({"message": "m", "details": {"validationError": {"fieldViolations": violations}}}, status)


class Script:
    """A service that answers with what it is given, in order, and keeps what it was sent."""

    def __init__(self, answers: Iterable[Reply | Fault] | Callable[[Request], Reply | Fault]) -> None:
        self._answer = answers if callable(answers) else None
        self._answers = [] if callable(answers) else list(answers)
        self.requests: list[Request] = []

    def __call__(self, request: Request) -> Reply | Fault:
        self.requests.append(request)
        return self._answer(request) if self._answer is not None else self._answers.pop(0)

    def bodies(self) -> list[Any]:
        return [json.loads(request.content) for request in self.requests if isinstance(request.content, bytes)]


def client(send: Callable[[Request], Reply | Fault], clock: FakeClock | None = None, **changes: Any) -> Client:
    arguments: dict[str, Any] = {
        "send": send,
        "site_id": SITE,
        "key": KEY,
        "base_url": "https://www.wixapis.com",
        "clock": clock or FakeClock(),
        "random": Random(7),
        "rate_per_minute": None,
        "deadline_seconds": 1200.0,
    }
    return Client(**(arguments | changes))


def intent(cell: cells.Cell, content: Content, key: str = "ss1.acme.main.sale.x.a1") -> Intent:
    return Intent(
        key=key,
        site="main",
        post_id="sale",
        target=Target(channel=cell.channel, type=cell.type),
        content=content,
        timing=Timing(kind=TimingKind.DRAFT),
        location=Location(path="posts/sale.yaml"),
    )
