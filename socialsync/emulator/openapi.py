"""The OpenAPI 3.1 description, made from the table of operations: what is checked and what is described are one."""

import re
from typing import Any

from socialsync.emulator.channels import content_keys
from socialsync.emulator.core import Emulator
from socialsync.emulator.errors import CODES
from socialsync.emulator.operations import OPERATIONS, Operation
from socialsync.emulator.settings import STATUSES
from socialsync.emulator.validation import Schema

_LEVELS = {"D": "documented", "W": "Wix recipe", "C": "seen in a client", "G": "guess"}
_JSON = "application/json"
_TEXT: Schema = {"type": "string"}
_COUNT: Schema = {"type": "integer", "minimum": 0}


def _of(**properties: Schema) -> Schema:
    """An object that has all these."""
    return {"type": "object", "required": list(properties), "properties": properties}


def _list(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


_BULK = _of(
    results=_list(_of(itemMetadata=_of(originalIndex=_COUNT, success={"type": "boolean"}))),
    bulkActionMetadata=_of(totalSuccesses=_COUNT, totalFailures=_COUNT, undetailedFailures=_COUNT),
)
_FEATURE = _of(type=_TEXT, enabled={"type": "boolean"})
_FILES = _of(files=_list(_ref("File")), nextCursor=_of(hasNext={"type": "boolean"}))
_NOTHING: Schema = {"type": "object", "maxProperties": 0}
_ITEM, _ITEMS, _FILE = _of(item=_ref("Item")), _of(items=_list(_ref("Item"))), _of(file=_ref("File"))
_RESULTS = _of(results=_list({"type": "object"}))

# What each operation answers with 200, by default settings.
ANSWERS: dict[str, Schema] = {
    "create_draft_item": _ITEM,
    "get_items": _ITEMS,
    "query_items": _of(items=_list(_ref("Item")), pagingMetadata=_of(count=_COUNT, offset=_COUNT, total=_COUNT)),
    "get_item": _ITEM,
    "update_item": _ITEM,
    "delete_item": _NOTHING,
    "publish_item": _ITEM,
    "publish_item_by_id": _ITEM,
    "bulk_publish_items": _BULK,
    "reschedule_item": _ITEM,
    "cancel_scheduled_item": _ITEM,
    "list_accounts": _of(accounts=_list(_of(channelName=_TEXT))),
    "get_features_data": _of(features=_list(_FEATURE), monetizationEnabled={"type": "boolean"}),
    "get_feature_data": _of(featureData=_FEATURE, monetizationEnabled={"type": "boolean"}),
    "generate_post_data": _RESULTS,
    "generate_text": _RESULTS,
    "generate_image": _of(status=_TEXT, executionId=_TEXT),
    "get_generated_image": _of(status={"type": "string", "enum": ["IN_PROGRESS", "READY", "FAILED"]}),
    "get_long_lived_token_status": _of(
        status={"type": "string", "enum": ["NEVER_CREATED", "VALID", "INVALID", "DISCONNECTED"]}
    ),
    "get_connect_url": _of(connectUrl=_TEXT),
    "update_account_settings": _NOTHING,
    "disconnect_account": _NOTHING,
    "schedule_drafts": _ITEMS,
    "generate_file_upload_url": _of(uploadUrl=_TEXT),
    "generate_file_resumable_upload_url": _of(uploadProtocol=_TEXT, uploadUrl=_TEXT, uploadToken=_TEXT),
    "import_file": _FILE,
    "bulk_import_files": _BULK,
    "get_file": _FILE,
    "get_files": _of(files=_list(_ref("File"))),
    "search_files": _FILES,
    "list_files": _FILES,
    "get_file_by_path": _FILE,
    "upload_file": _FILE,
}


_ACCOUNT = "urn:li:organization:90411822"
_POST = {
    "channel": {"name": "LINKEDIN", "accountId": _ACCOUNT},
    "type": "POST",
    "linkedinPost": {"authorId": _ACCOUNT, "caption": "New opening hours from Monday."},
}
_DATE = "2040-12-01T07:30:00.000Z"
EXAMPLES: dict[str, Any] = {
    "create_draft_item": {"item": _POST},
    "publish_item": {"item": {**_POST, "schedulingInfo": {"scheduledDate": _DATE}}},
    "bulk_publish_items": {"items": [_POST]},
    "update_item": {"item": {"linkedinPost": {"caption": "New opening hours from Tuesday."}}},
    "reschedule_item": {"scheduledDate": _DATE},
    "query_items": {"query": {"filter": {"status": "SCHEDULED"}, "paging": {"limit": 50, "offset": 0}}},
    "generate_file_upload_url": {"mimeType": "image/png", "fileName": "mug.png", "filePath": "/social"},
    "import_file": {"url": "https://assets.example.org/mug.jpg"},
}
_ITEM_ID, _FILE_ID = "$response.body#/item/id", "$response.body#/file/id"
_BY_ID = ("get_item", "update_item", "delete_item", "reschedule_item", "cancel_scheduled_item")
_ITEM_LINKS = {
    **{name: {"operationId": name, "parameters": {"id": _ITEM_ID}} for name in _BY_ID},
    "publish_item_by_id": {"operationId": "publish_item_by_id", "requestBody": {"id": _ITEM_ID}},
}
LINKS: dict[str, Any] = {
    "create_draft_item": _ITEM_LINKS,
    "publish_item": _ITEM_LINKS,
    "import_file": {"get_file_by_path": {"operationId": "get_file_by_path", "parameters": {"id": _FILE_ID}}},
}


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
                "ItemToWrite": _nullable(emulator.item_schema),
                "Item": _item(emulator),
                "File": _of(
                    id=_TEXT,
                    displayName=_TEXT,
                    url=_TEXT,
                    sizeInBytes=_TEXT,
                    operationStatus={"type": "string", "enum": ["PENDING", "READY", "FAILED"]},
                ),
                "Error": _error(),
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
        body = {"schema": _body(emulator, operation.body(emulator))}
        if operation.name in EXAMPLES:
            body["example"] = EXAMPLES[operation.name]
        described["requestBody"] = {"required": True, "content": {_JSON: body}}
    if operation.raw:
        described["requestBody"] = {"required": True, "content": {"application/octet-stream": {}}}
    return described


def _body(emulator: Emulator, schema: Schema) -> Schema:
    """The Item is described once, wherever it stands."""
    if schema == emulator.item_schema:
        return _ref("ItemToWrite")
    changed = dict(schema)
    if "properties" in schema:
        changed["properties"] = {name: _body(emulator, inner) for name, inner in schema["properties"].items()}
    if "items" in schema:
        changed["items"] = _body(emulator, schema["items"])
    return changed if changed.get("$ref") else _nullable(changed)


def _nullable(schema: Schema) -> Schema:
    """Optional properties may be null, which counts as absent."""
    changed = dict(schema)
    required = schema.get("required", ())
    if "properties" in schema:
        changed["properties"] = {
            name: _nullable(inner) if name in required else _or_null(_nullable(inner))
            for name, inner in schema["properties"].items()
        }
    if "items" in schema:
        changed["items"] = _nullable(schema["items"])
    return changed


def _or_null(schema: Schema) -> Schema:
    if not isinstance(schema.get("type"), str):
        return schema
    changed = {**schema, "type": [schema["type"], "null"]}
    if "enum" in schema:
        changed["enum"] = [*schema["enum"], None]
    return changed


def _item(emulator: Emulator) -> Schema:
    channel = _of(name={"type": "string", "enum": list(emulator.channels)}, accountId=_TEXT)
    shown = _of(
        id={"type": "string", "format": "uuid"},
        status={"type": "string", "enum": list(STATUSES)},
        channel=channel,
        type=_TEXT,
        external={"type": "boolean"},
    )
    shown["oneOf"] = [{"required": [key]} for key in content_keys(emulator.channels)]
    return shown


def _path_parameters(emulator: Emulator, operation: Operation) -> list[dict[str, Any]]:
    known: dict[str, Schema] = {
        "channelName": {"type": "string", "enum": list(emulator.channels)},
        "featureType": {"type": "string", "enum": list(emulator.settings["features"])},
    }
    return [
        {"name": name, "in": "path", "required": True, "schema": known.get(name, _TEXT)}
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
    error = {_JSON: {"schema": _ref("Error")}}
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


def _error() -> Schema:
    violation = {
        "type": "object",
        "required": ["field", "description"],
        "properties": dict.fromkeys(("field", "description", "violatedRule"), _TEXT),
    }
    application = _of(code=_TEXT, description=_TEXT, data={"type": "object"})
    validation = _of(fieldViolations=_list(violation))
    details = {"type": "object", "properties": {"applicationError": application, "validationError": validation}}
    return {"type": "object", "properties": {"message": _TEXT, "details": details}, "additionalProperties": False}
