"""Whether a request is let in: key, site, rate, parameters, body; everything undocumented is a violation."""

from typing import Any

from socialsync.emulator.core import Call
from socialsync.emulator.errors import FieldViolation, ServiceError, invalid, unparsable
from socialsync.emulator.operation import Operation
from socialsync.emulator.validation import check
from socialsync.emulator.wire import parse_json

BODY_LIMIT = 8 << 20


def admit(operation: Operation, call: Call, body: bytes) -> None:
    """Fills in the site and the body of the call, or raises what the service would answer."""
    if not operation.keyless:
        _authenticate(call)
        _limit(call)
    _check_query(operation, call)
    if operation.body is not None:
        call.body = _read_body(operation, call, body)


def _authenticate(call: Call) -> None:
    settings = call.settings
    if call.headers.get("authorization", "") not in call.emulator.keys:
        status = settings["missing_key_status"]
        raise ServiceError(status=status, message="Unauthenticated", code="UNAUTHENTICATED", breach=True)
    site = call.headers.get("wix-site-id", "")
    if "wix-account-id" in call.headers:
        raise ServiceError(status=400, message="wix-site-id or wix-account-id, but not both", breach=True)
    if not site:
        raise ServiceError(status=settings["missing_site_status"], message="wix-site-id is missing", breach=True)
    call.site = call.emulator.find_site(site)


def _limit(call: Call) -> None:
    wait = call.emulator.exceeds(call.site, "requests", call.settings["requests_per_minute"])
    if wait is not None:
        raise ServiceError(status=429, message="", wait=wait)


def _check_query(operation: Operation, call: Call) -> None:
    violations: list[FieldViolation] = []
    for name, text in call.query:
        schema = operation.query.get(name)
        if schema is not None:
            # A list is a parameter that is repeated.
            inner = schema.get("items", schema)
            value = int(text) if inner["type"] == "integer" and text.isdecimal() else text
            violations += check(value, inner, name)
        elif call.settings["unknown_fields"] == "refuse":
            violations.append(FieldViolation(field=name, description="is not a known parameter", rule="UNKNOWN_FIELD"))
    if violations:
        raise invalid(violations)


def _read_body(operation: Operation, call: Call, raw: bytes) -> Any:
    if call.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        raise unparsable("Content-Type is not application/json")
    if len(raw) > BODY_LIMIT:
        raise ServiceError(status=413, message="Payload too large", breach=True)
    try:
        body = parse_json(raw)
    except ValueError as error:
        raise unparsable(f"The body is no JSON: {error}") from error
    assert operation.body is not None
    strict = call.settings["unknown_fields"] == "refuse"
    violations = check(body, operation.body(call.emulator), strict=strict)
    if not call.settings["enforce_text_limits"]:
        violations = [violation for violation in violations if violation.rule != "MAX_LENGTH"]
    if violations:
        raise invalid(violations)
    return body
