"""Checks a JSON body against the small part of JSON Schema that the operations are described in."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from socialsync.emulator.errors import FieldViolation

Schema = dict[str, Any]

_TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
}
_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
# Whether something is a URL is all the service is said to check; blanks and control characters make it none.
_URL = re.compile(r"https?://[^\s/?#]+[^\s]*", re.IGNORECASE)


def is_guid(text: str) -> bool:
    return _GUID.fullmatch(text) is not None


def check(value: Any, schema: Schema, path: str = "", *, strict: bool = True) -> list[FieldViolation]:
    """All violations; null counts as absent, as in the JSON form of protobuf. Not strict: unknown fields pass."""
    return list(_violations(value, schema, path, strict))


def _violations(value: Any, schema: Schema, path: str, strict: bool) -> Iterator[FieldViolation]:
    kind = schema.get("type")
    if kind is not None:
        wrong = not isinstance(value, _TYPES[kind]) or (isinstance(value, bool) and kind != "boolean")
        if wrong:
            yield FieldViolation(field=path or "body", description=f"must be of type {kind}", rule="INVALID_TYPE")
            return
    if isinstance(value, dict):
        yield from _in_object(value, schema, path, strict)
    elif isinstance(value, list):
        yield from _in_array(value, schema, path, strict)
    elif isinstance(value, str):
        yield from _in_string(value, schema, path)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        low, high = schema.get("minimum"), schema.get("maximum")
        if (low is not None and value < low) or (high is not None and value > high):
            yield FieldViolation(field=path, description=f"must be between {low} and {high}", rule="OUT_OF_RANGE")


def _in_object(value: dict[str, Any], schema: Schema, path: str, strict: bool) -> Iterator[FieldViolation]:
    properties: dict[str, Schema] = schema.get("properties", {})
    for name in schema.get("required", ()):
        if value.get(name) is None:
            yield FieldViolation(field=_join(path, name), description="must not be empty", rule="REQUIRED_FIELD")
    for name, inner in value.items():
        if name in properties:
            if inner is not None:
                yield from _violations(inner, properties[name], _join(path, name), strict)
        elif strict and schema.get("additionalProperties", True) is False:
            yield FieldViolation(field=_join(path, name), description="is not a known field", rule="UNKNOWN_FIELD")


def _in_array(value: list[Any], schema: Schema, path: str, strict: bool) -> Iterator[FieldViolation]:
    least, most = schema.get("minItems", 0), schema.get("maxItems")
    if len(value) < least or (most is not None and len(value) > most):
        text = f"must have between {least} and {'any number of' if most is None else most} entries"
        yield FieldViolation(field=path, description=text, rule="OUT_OF_RANGE")
        return
    inner: Schema = schema.get("items", {})
    for index, entry in enumerate(value):
        yield from _violations(entry, inner, f"{path}[{index}]", strict)


def _in_string(value: str, schema: Schema, path: str) -> Iterator[FieldViolation]:
    if "enum" in schema and value not in schema["enum"]:
        values = ", ".join(schema["enum"])
        yield FieldViolation(field=path, description=f"must be one of {values}", rule="INVALID_ENUM")
    if len(value) < schema.get("minLength", 0):
        yield FieldViolation(field=path, description="must not be empty", rule="MIN_LENGTH")
    most = schema.get("maxLength")
    if most is not None and len(value) > most:
        text = f"has {len(value)} characters, at most {most} are allowed"
        yield FieldViolation(field=path, description=text, rule="MAX_LENGTH")
    form = schema.get("format")
    if form is not None and not _has_format(value, form):
        yield FieldViolation(field=path, description=f"is not a valid {form}", rule="FORMAT")


def _has_format(value: str, form: str) -> bool:
    if form == "uuid":
        return is_guid(value)
    if form == "uri":
        return _URL.fullmatch(value) is not None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return False
    # A date without a time of day or without an offset is no instant.
    return moment.tzinfo is not None and "T" in value and 1970 < moment.year < 9000


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
