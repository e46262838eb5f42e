"""The ASGI application: the services' routes, the control routes and the dashboard page over one emulator."""

from typing import Any

from starlette.applications import Starlette
from starlette.routing import Route

from socialsync.emulator.control import Control
from socialsync.emulator.core import Emulator
from socialsync.emulator.operations import OPERATIONS, Operation
from socialsync.emulator.service import Service
from socialsync.emulator.wire import Receive, Scope, Send

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


class Endpoint:
    """One operation as an ASGI application."""

    def __init__(self, service: Service, operation: Operation | None) -> None:
        self._service = service
        self._operation = operation

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._service.serve(self._operation, scope, receive, send)


def create_app(emulator: Emulator, front: Any = None) -> Starlette:
    """`front` is the TCP server, where there is one: some faults are its business."""
    service = Service(emulator)
    control = Control(service, front)
    routes = [*control.routes()]
    for operation in OPERATIONS:
        route = Route(operation.path, Endpoint(service, operation), methods=[operation.method], name=operation.name)
        # Starlette adds HEAD to every GET; the services document none.
        route.methods = {operation.method}
        routes.append(route)
    routes.append(Route("/{path:path}", Endpoint(service, None), methods=METHODS))
    app = Starlette(routes=routes)
    app.router.redirect_slashes = False
    app.state.emulator = emulator
    app.state.service = service
    return app
