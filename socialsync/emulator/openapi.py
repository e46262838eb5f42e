"""The OpenAPI 3.1 description, made from the table of operations: what is checked and what is described are one."""

import re
from typing import Any

from socialsync.emulator.core import Emulator
from socialsync.emulator.errors import CODES
from socialsync.emulator.openapi_answers import ANSWERS, EXAMPLES, LINKS
from socialsync.emulator.openapi_schemas import TEXT, body_sent, error_shown, item_shown, nullable, of, ref
from socialsync.emulator.operation import Operation
from socialsync.emulator.operations import OPERATIONS
from socialsync.emulator.validation import Schema

_LEVELS = {"D": "documented", "W": "Wix recipe", "C": "seen in a client", "G": "guess"}
_JSON = "application/json"


def describe(emulator: Emulator) -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(emulator, operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Emulator of the Wix Social Publisher and Media services",
            "version": "1",
            "description": "Written from the public documentation; guessed parts are marked. Not a product of Wix.",
        },
        "servers": [{"url": "http://127.0.0.1:8090"}],
        "security": [{"key": [], "site": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "key": {"type": "apiKey", "in": "header", "name": "Authorization"},
                "site": {"type": "apiKey", "in": "header", "name": "wix-site-id"},
            },
            "schemas": {
                "ItemToWrite": nullable(emulator.item_schema),
                "Item": item_shown(emulator),
                "File": of(
                    id=TEXT,
                    displayName=TEXT,
                    url=TEXT,
                    sizeInBytes=TEXT,
                    operationStatus={"type": "string", "enum": ["PENDING", "READY", "FAILED"]},
                ),
                "Error": error_shown(),
            },
        },
    }


def _operation(emulator: Emulator, operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.name.replace("_", " ").capitalize(),
        "description": f"Evidence: {_LEVELS[operation.evidence]}.",
        "parameters": [*_path_parameters(emulator, operation), *_query_parameters(operation)],
        "responses": _responses(operation),
    }
    if operation.keyless:
        described["security"] = []
    if operation.body is not None:
        body = {"schema": body_sent(emulator, operation.body(emulator))}
        if operation.name in EXAMPLES:
            body["example"] = EXAMPLES[operation.name]
        described["requestBody"] = {"required": True, "content": {_JSON: body}}
    if operation.raw:
        described["requestBody"] = {"required": True, "content": {"application/octet-stream": {}}}
    return described


def _path_parameters(emulator: Emulator, operation: Operation) -> list[dict[str, Any]]:
    known: dict[str, Schema] = {
        "channelName": {"type": "string", "enum": list(emulator.channels)},
        "featureType": {"type": "string", "enum": list(emulator.settings["features"])},
    }
    return [
        {"name": name, "in": "path", "required": True, "schema": known.get(name, TEXT)}
        for name in re.findall(r"\{(\w+)\}", operation.path)
    ]


def _query_parameters(operation: Operation) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "query", "required": False, "schema": schema} for name, schema in operation.query.items()
    ]


def _responses(operation: Operation) -> dict[str, Any]:
    """The statuses with the codes they carry; every refusal has the one error body."""
    refusals: dict[int, list[str]] = {}
    for code in operation.errors:
        refusals.setdefault(CODES[code][0], []).append(code)
    refusals.setdefault(400, []).append("invalid request")
    if operation.keyless:
        refusals.setdefault(404, []).append("unknown upload")
        refusals.setdefault(409, []).append("wrong offset")
        refusals.setdefault(413, []).append("more bytes than announced")
    else:
        refusals.setdefault(401, []).append("UNAUTHENTICATED")
        refusals.setdefault(403, []).append("PERMISSION_DENIED")
        refusals.setdefault(429, []).append("too many requests")
    for code in ("SCHEDULED_TIME_ALREADY_PASSED", "USER_IS_DISCONNECTED"):
        if code in operation.errors:
            # These come with another status on some operations.
            refusals.setdefault(428, []).append(code)
    error = {_JSON: {"schema": ref("Error")}}
    if operation.name in ANSWERS:
        answer: dict[str, Any] = {"description": "Done", "content": {_JSON: {"schema": ANSWERS[operation.name]}}}
        if operation.name in LINKS:
            answer["links"] = LINKS[operation.name]
        done = {"200": answer}
    else:
        done = {status: {"description": "Done"} for status in ("200", "201", "204")}
    return done | {
        str(status): {"description": ", ".join(dict.fromkeys(codes)), "content": error}
        for status, codes in sorted(refusals.items())
    }
