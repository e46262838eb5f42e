"""The ASGI application: the services' routes, the control routes and the dashboard page over one emulator."""

from collections.abc import Callable

from starlette.applications import Starlette
from starlette.routing import Route

from socialsync.emulator.control import Control
from socialsync.emulator.core import Emulator
from socialsync.emulator.operation import Operation
from socialsync.emulator.operations import OPERATIONS
from socialsync.emulator.service import Service
from socialsync.emulator.wire import Receive, Scope, Send

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"]


class Endpoint:
    """One operation as an ASGI application, or what is none: an unknown path, or another method of a known one."""

    def __init__(self, service: Service, operation: Operation | None, allow: str | None = None) -> None:
        self._service = service
        self._operation = operation
        self._allow = allow

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["emulator.allow"] = self._allow
        await self._service.serve(self._operation, scope, receive, send)


def create_app(emulator: Emulator, refuse: Callable[[float], None] = lambda _: None) -> Starlette:
    """`refuse` lets the port refuse connections for some seconds, where there is a port."""
    service = Service(emulator, refuse)
    control = Control(service, refuse)
    routes = [*control.routes()]
    for operation in OPERATIONS:
        route = Route(operation.path, Endpoint(service, operation), methods=[operation.method], name=operation.name)
        # Starlette adds HEAD to every GET; the services document none.
        route.methods = {operation.method}
        routes.append(route)
    for path in dict.fromkeys(operation.path for operation in OPERATIONS):
        known = sorted(operation.method for operation in OPERATIONS if operation.path == path)
        routes.append(Route(path, Endpoint(service, None, ", ".join(known)), methods=METHODS))
    routes.append(Route("/{path:path}", Endpoint(service, None), methods=METHODS))
    app = Starlette(routes=routes)
    app.router.redirect_slashes = False
    app.state.emulator = emulator
    app.state.service = service
    return app
