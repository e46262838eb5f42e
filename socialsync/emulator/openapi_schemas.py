"""The schemas of the OpenAPI description: what is sent, and the items and errors that are answered."""

from socialsync.emulator.channels import content_keys
from socialsync.emulator.core import Emulator
from socialsync.emulator.settings import STATUSES
from socialsync.emulator.validation import Schema

TEXT: Schema = {"type": "string"}


def of(**properties: Schema) -> Schema:
    """An object that has all these."""
    return {"type": "object", "required": list(properties), "properties": properties}


def listed(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


def ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def body_sent(emulator: Emulator, schema: Schema) -> Schema:
    """The Item is described once, wherever it stands."""
    if schema == emulator.item_schema:
        return ref("ItemToWrite")
    changed = dict(schema)
    if "properties" in schema:
        changed["properties"] = {name: body_sent(emulator, inner) for name, inner in schema["properties"].items()}
    if "items" in schema:
        changed["items"] = body_sent(emulator, schema["items"])
    return changed if changed.get("$ref") else nullable(changed)


def nullable(schema: Schema) -> Schema:
    """Optional properties may be null, which counts as absent."""
    changed = dict(schema)
    required = schema.get("required", ())
    if "properties" in schema:
        changed["properties"] = {
            name: nullable(inner) if name in required else _or_null(nullable(inner))
            for name, inner in schema["properties"].items()
        }
    if "items" in schema:
        changed["items"] = nullable(schema["items"])
    return changed


def _or_null(schema: Schema) -> Schema:
    if not isinstance(schema.get("type"), str):
        return schema
    changed = {**schema, "type": [schema["type"], "null"]}
    if "enum" in schema:
        changed["enum"] = [*schema["enum"], None]
    return changed


def item_shown(emulator: Emulator) -> Schema:
    channel = of(name={"type": "string", "enum": list(emulator.channels)}, accountId=TEXT)
    shown = of(
        id={"type": "string", "format": "uuid"},
        status={"type": "string", "enum": list(STATUSES)},
        channel=channel,
        type=TEXT,
        external={"type": "boolean"},
    )
    shown["oneOf"] = [{"required": [key]} for key in content_keys(emulator.channels)]
    return shown


def error_shown() -> Schema:
    violation = {
        "type": "object",
        "required": ["field", "description"],
        "properties": dict.fromkeys(("field", "description", "violatedRule"), TEXT),
    }
    application = of(code=TEXT, description=TEXT, data={"type": "object"})
    validation = of(fieldViolations=listed(violation))
    details = {"type": "object", "properties": {"applicationError": application, "validationError": validation}}
    return {"type": "object", "properties": {"message": TEXT, "details": details}, "additionalProperties": False}
