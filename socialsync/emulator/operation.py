"""What one operation is: route, body, error codes, handler; and the words the tables of operations are written in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from socialsync.emulator.core import Call, Emulator, Reply
from socialsync.emulator.validation import Schema

PUBLISHER = "/social-publisher/v1"

Handler = Callable[[Call], dict[str, Any] | Reply]
BodySchema = Callable[[Emulator], Schema]

TEXT: Schema = {"type": "string"}
GUID: Schema = {"type": "string", "format": "uuid"}
DATE: Schema = {"type": "string", "format": "date-time"}
URL: Schema = {"type": "string", "format": "uri"}


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One documented method of the services."""

    name: str
    method: str
    path: str
    handler: Handler
    evidence: str
    writes: bool = False
    body: BodySchema | None = None
    query: Mapping[str, Schema] = field(default_factory=dict)
    errors: tuple[str, ...] = ()
    # An upload address takes bytes and no key.
    raw: bool = False
    keyless: bool = False


def body_of(required: tuple[str, ...] = (), **properties: Schema) -> Schema:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(required),
        "properties": properties,
    }


def fixed(schema: Schema) -> BodySchema:
    return lambda _: schema


def op(method: str, path: str, handler: Handler, evidence: str, **more: Any) -> Operation:
    return Operation(name=handler.__name__, method=method, path=path, handler=handler, evidence=evidence, **more)
