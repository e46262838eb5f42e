"""The OpenAPI 3.1 description, made from the table of operations: what is checked and what is described are one."""

import re
from typing import Any

from socialsync.emulator.core import Emulator
from socialsync.emulator.errors import CODES
from socialsync.emulator.operations import OPERATIONS, Operation

_LEVELS = {"D": "documented", "W": "Wix recipe", "C": "seen in a client", "G": "guess"}
_JSON = "application/json"


def describe(emulator: Emulator) -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(emulator, operation)
    # The two ways to read a file share a path with parameters of their own name.
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
            "schemas": {"Error": _error_schema()},
        },
    }


def _operation(emulator: Emulator, operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.name.replace("_", " ").capitalize(),
        "description": f"Evidence: {_LEVELS[operation.evidence]}.",
        "parameters": [*_path_parameters(operation), *_query_parameters(operation)],
        "responses": _responses(operation),
    }
    if operation.keyless:
        described["security"] = []
    if operation.body is not None:
        body = {"schema": operation.body(emulator)}
        described["requestBody"] = {"required": True, "content": {_JSON: body}}
    if operation.raw:
        described["requestBody"] = {"required": True, "content": {"*/*": {"schema": {}}}}
    return described


def _path_parameters(operation: Operation) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
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
    if operation.raw or operation.keyless:
        refusals.setdefault(404, []).append("unknown upload")
        refusals.setdefault(409, []).append("wrong offset")
        refusals.setdefault(413, []).append("more bytes than announced")
    else:
        refusals.setdefault(401, []).append("UNAUTHENTICATED")
        refusals.setdefault(403, []).append("PERMISSION_DENIED")
        refusals.setdefault(429, []).append("rate limit")
    error = {_JSON: {"schema": {"$ref": "#/components/schemas/Error"}}}
    done = {"200": {"description": "Done", "content": {_JSON: {"schema": {"type": "object"}}}}}
    if operation.path.startswith("/upload/resumable"):
        done = {status: {"description": "Done"} for status in ("200", "201", "204")}
    return done | {
        str(status): {"description": ", ".join(codes), "content": error} for status, codes in sorted(refusals.items())
    }


def _error_schema() -> dict[str, Any]:
    violation = {
        "type": "object",
        "required": ["field", "description"],
        "properties": {name: {"type": "string"} for name in ("field", "description", "violatedRule")},
    }
    application = {
        "type": "object",
        "required": ["code", "description"],
        "properties": {"code": {"type": "string"}, "description": {"type": "string"}, "data": {"type": "object"}},
    }
    validation = {"type": "object", "properties": {"fieldViolations": {"type": "array", "items": violation}}}
    details = {"type": "object", "properties": {"applicationError": application, "validationError": validation}}
    return {"type": "object", "properties": {"message": {"type": "string"}, "details": details}}
