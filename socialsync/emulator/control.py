"""The control routes under /_emulator/: never subject to faults, never in the request log."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from email.utils import formatdate
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from socialsync.emulator import accounts, dashboard, transfer
from socialsync.emulator.channels import ChannelError
from socialsync.emulator.clock import parse_duration, parse_instant
from socialsync.emulator.errors import ServiceError
from socialsync.emulator.faults import FaultError
from socialsync.emulator.service import Service
from socialsync.emulator.settings import SettingsError, profiles
from socialsync.emulator.views import Views
from socialsync.emulator.wire import parse_json

Handler = Callable[[Request], Awaitable[Any]]


class ControlError(Exception):
    """A control request that cannot be understood."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


class Control:
    """What a test or a person orders from the emulator."""

    def __init__(self, service: Service, refuse: Callable[[float], None]) -> None:
        self._service = service
        self._emulator = service.emulator
        self._store = service.emulator.store
        self._refuse = refuse
        self._views = Views(service.emulator)

    def routes(self) -> list[BaseRoute]:
        views = self._views
        table: tuple[tuple[str, str, Handler], ...] = (
            ("GET", "clock", self.clock),
            ("PUT", "clock", self.set_clock),
            ("POST", "clock/advance", self.advance),
            ("GET", "profile", self.profile),
            ("PUT", "profile", self.set_profile),
            ("GET", "settings", self.settings),
            ("PUT", "settings", self.set_settings),
            ("GET", "faults", self.faults),
            ("POST", "faults", self.add_fault),
            ("DELETE", "faults", self.clear_faults),
            ("GET", "holds", self.holds),
            ("POST", "holds", self.add_hold),
            ("DELETE", "holds", self.clear_holds),
            ("POST", "holds/{id:int}/release", self.release),
            ("POST", "refuse", self.refuse),
            ("POST", "dashboard/{action}", self.dashboard),
            ("GET", "requests", views.requests),
            ("GET", "feed", views.feed),
            ("GET", "items", views.items),
            ("GET", "sites", views.sites),
            ("GET", "accounts", views.accounts),
            ("GET", "dump", views.dump),
            ("POST", "load", self.load),
            ("POST", "reset", self.reset),
            ("GET", "openapi.json", views.openapi),
            ("GET", "connect", self.connect),
            ("GET", "media/{id}", views.media),
            ("GET", "page/{name}", views.page),
            ("GET", "dashboard", views.page),
            ("GET", "", views.index),
        )
        made: list[BaseRoute] = [Route("/", self._guarded(views.page), methods=["GET"])]
        made += [
            Route(f"/_emulator/{path}", self._guarded(handler), methods=[method]) for method, path, handler in table
        ]
        made.append(Route("/_emulator/{path:path}", self._guarded(self.unknown), methods=None))
        return made

    def _guarded(self, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            answered = await decide(request)
            answered.headers["Date"] = formatdate(self._emulator.clock.now() / 1000, usegmt=True)
            return answered

        async def decide(request: Request) -> Response:
            try:
                result = await handler(request)
            except (ControlError, ServiceError) as error:
                text = error.message if isinstance(error, ServiceError) else str(error)
                body = error.body() if isinstance(error, ServiceError) else {"message": text}
                return JSONResponse({**body, "error": text}, status_code=error.status)
            except (SettingsError, FaultError, ChannelError, ValueError) as error:
                return JSONResponse({"error": str(error)}, status_code=400)
            return result if isinstance(result, Response) else JSONResponse(result)

        return answer

    async def _body(self, request: Request) -> dict[str, Any]:
        raw = await request.body()
        try:
            body = parse_json(raw or b"{}")
        except ValueError as error:
            raise ControlError(f"the body is no JSON: {error}") from error
        if not isinstance(body, dict):
            raise ControlError("the body is no JSON object")
        return body

    # Time

    async def clock(self, _: Request) -> Any:
        return self._emulator.clock.state()

    async def set_clock(self, request: Request) -> Any:
        body = await self._body(request)
        unknown = set(body) - {"now", "speed", "mode"}
        if unknown or body.get("mode") not in (None, "real", "set"):
            raise ControlError("a clock is {now: ISO, speed: number, mode: real or set}")
        speed = body.get("speed")
        if speed is not None and (
            isinstance(speed, bool) or not isinstance(speed, (int, float)) or not 0 <= speed <= 1e6
        ):
            raise ControlError("speed is a number from 0 (frozen) to 1000000")
        with self._store.transaction():
            if body.get("mode") == "real":
                self._emulator.clock.follow_wall()
            else:
                now = None if body.get("now") is None else parse_instant(str(body["now"]))
                self._emulator.clock.set(now=now, speed=speed)
        self._views.settle()
        return self._emulator.clock.state()

    async def advance(self, request: Request) -> Any:
        body = await self._body(request)
        if set(body) != {"by"}:
            raise ControlError("say how far: {by: 1d2h} or {by: seconds}")
        with self._store.transaction():
            self._emulator.clock.advance(parse_duration(body["by"]))
        self._views.settle()
        return self._emulator.clock.state()

    # Behaviour

    async def profile(self, _: Request) -> Any:
        known = {name: profile["meaning"] for name, profile in profiles().items()}
        return {"profile": self._emulator.settings.profile, "profiles": known}

    async def set_profile(self, request: Request) -> Any:
        body = await self._body(request)
        with self._changing():
            self._emulator.choose_profile(str(body.get("profile", "")))
        return await self.profile(request)

    async def settings(self, _: Request) -> Any:
        return self._emulator.settings.describe()

    async def set_settings(self, request: Request) -> Any:
        body = await self._body(request)
        with self._changing():
            self._emulator.change_settings(body)
        return {name: self._emulator.settings[name] for name in body}

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """A change of what all else rests on: in one transaction, and forgotten in memory too when it fails."""
        try:
            with self._store.transaction():
                yield
        except BaseException:
            self._emulator.reload()
            raise

    async def faults(self, _: Request) -> Any:
        return {"faults": self._service.faults.show()}

    async def add_fault(self, request: Request) -> Any:
        body = await self._body(request)
        with self._store.transaction():
            return {"id": self._service.faults.add(body)}

    async def clear_faults(self, request: Request) -> Any:
        fault = request.query_params.get("id")
        if fault is not None and not fault.isdecimal():
            raise ControlError("id is a number")
        with self._store.transaction():
            self._service.faults.clear(None if fault is None else int(fault))
        return await self.faults(request)

    async def holds(self, request: Request) -> Any:
        """`?wait=SECONDS` answers as soon as some request waits in a hold."""
        wait = request.query_params.get("wait")
        if wait is not None:
            await self._service.holds.caught(min(float(wait), 60))
        return {"holds": self._service.holds.show()}

    async def add_hold(self, request: Request) -> Any:
        return {"id": self._service.holds.add(await self._body(request))}

    async def clear_holds(self, request: Request) -> Any:
        self._service.holds.clear()
        return await self.holds(request)

    async def release(self, request: Request) -> Any:
        if not self._service.holds.release(request.path_params["id"]):
            raise ControlError("there is no such hold", 404)
        return {"holds": self._service.holds.show()}

    async def refuse(self, request: Request) -> Any:
        body = await self._body(request)
        seconds = body.get("seconds", 1)
        if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or not 0 <= seconds <= 60:
            raise ControlError("seconds is a number up to 60")
        self._refuse(seconds)
        return {"refusing_for_seconds": seconds}

    async def dashboard(self, request: Request) -> Any:
        body = await self._body(request)
        self._views.settle()
        with self._store.transaction():
            return dashboard.act(self._emulator, request.path_params["action"], body)

    # State as a whole

    async def load(self, request: Request) -> Any:
        body = await self._body(request)
        with self._changing():
            return transfer.load(self._emulator, body)

    async def reset(self, _: Request) -> Any:
        self._service.holds.clear()
        self._refuse(0)
        with self._changing():
            self._emulator.reset()
        return {"reset": True}

    async def connect(self, request: Request) -> Any:
        with self._store.transaction():
            channel = accounts.follow_link(
                self._emulator, request.query_params.get("state", ""), self._emulator.clock.now()
            )
        return Response(f"{channel} is connected. You may close this window.\n", media_type="text/plain")

    async def unknown(self, request: Request) -> Any:
        raise ControlError(f"there is no {request.method} {request.url.path}; see docs/emulator.md", 404)
