"""The service's error codes, their statuses and their bodies, as far as the documentation tells them."""

from dataclasses import dataclass, field
from typing import Any

# code: (status, text, evidence). Evidence: D documented, W Wix recipe, C client, G guess.
CODES: dict[str, tuple[int, str, str]] = {
    "ITEM_NOT_EXISTS": (404, "Couldn't find the item", "D"),
    "ITEM_IS_DELETED": (428, "Item is deleted", "D"),
    "ITEM_IS_PUBLISHED": (428, "Item is already published", "W"),
    "REFERENCE_ID_ALREADY_EXIST": (409, "Reference id already exists", "W"),
    "INELIGIBLE_FOR_FEATURE": (428, "Not eligible", "W"),
    "PUBLISH_LIMIT_EXCEEDED": (429, "Publish limit exceeded", "W"),
    "SCHEDULED_TIME_ALREADY_PASSED": (400, "Scheduled time already passed", "W"),
    "UNSUPPORTED_CHANNEL": (428, "Channel is not supported", "W"),
    "USER_NOT_EXIST_FOR_CHANNEL": (400, "User does not exist for channel", "W"),
    "USER_IS_DISCONNECTED": (400, "User is disconnected", "C"),
    "NO_PAGES_FOR_USER": (428, "No pages for user", "W"),
    "GENERATED_IMAGE_NOT_FOUND": (404, "Generated image not found", "W"),
    "CHANNEL_REJECTED": (428, "The channel rejected the post", "W"),
    "ITEM_IS_PROCESSING": (428, "Item is being published", "G"),
    "ITEM_IS_NOT_SCHEDULED": (428, "Item is not scheduled", "G"),
    "ITEM_IS_CANCELED": (428, "Item is canceled", "G"),
    "ITEM_ALREADY_CANCELED": (409, "Item is already canceled", "G"),
    "ITEM_HAS_FAILED": (428, "Item has failed", "G"),
    "ITEM_CANNOT_BE_UPDATED": (400, "Item can't be updated in its status", "G"),
    "SITE_QUOTA_EXCEEDED": (400, "The site's media quota is exceeded", "D"),
    "MISMATCH_MIME_TYPE": (400, "The media type differs from the declared one", "D"),
    "ZERO_FILE_SIZE": (400, "The file is empty", "D"),
    "UNSUPPORTED_FILE_FORMAT": (400, "The file format is not supported", "D"),
    "FILE_SIZE_OVER_LIMIT": (400, "The file is too large", "D"),
    "FILE_NOT_FOUND": (404, "File not found", "G"),
    "UNAUTHENTICATED": (401, "Unauthenticated", "D"),
    "PERMISSION_DENIED": (403, "Permission denied", "D"),
}


@dataclass(frozen=True, kw_only=True)
class FieldViolation:
    field: str
    description: str
    rule: str

    def body(self) -> dict[str, Any]:
        return {"field": self.field, "description": self.description, "violatedRule": self.rule}


@dataclass(kw_only=True)
class ServiceError(Exception):
    """A refusal in the service's own words."""

    status: int
    message: str
    code: str | None = None
    description: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    violations: list[FieldViolation] = field(default_factory=list)
    html: bool = False
    # Seconds after which there is room again, for a 429.
    wait: int = 1
    # Whether the caller left the documented interface (the request log says so), or met a legal refusal.
    breach: bool = False

    def body(self) -> dict[str, Any]:
        if self.violations:
            details = {"validationError": {"fieldViolations": [v.body() for v in self.violations]}}
            return {"message": self.message, "details": details}
        if self.code is None:
            return {"message": self.message}
        error = {"code": self.code, "description": self.description or self.message, "data": self.data}
        return {"message": self.message, "details": {"applicationError": error}}


def refuse(outcome: str, description: str = "", **data: Any) -> ServiceError:
    """`CODE` with its usual status, or `409 CODE` to answer it with another one."""
    status, _, code = outcome.rpartition(" ")
    usual, message, _ = CODES.get(code, (428, code, "G"))
    return ServiceError(
        status=int(status) if status else usual, message=message, code=code, description=description, data=data
    )


def unparsable(reason: str) -> ServiceError:
    return ServiceError(status=400, message="Failed to parse request message", description=reason, breach=True)


def invalid(violations: list[FieldViolation], *, breach: bool = True) -> ServiceError:
    text = "; ".join(f"{v.field} {v.description}" for v in violations)
    return ServiceError(status=400, message=text, violations=violations, breach=breach)


HTML_PAGE = """<!DOCTYPE html>
<html lang="en"><head><title>Error {status}</title><meta name="robots" content="noindex"></head>
<body><h1>Something went wrong</h1><p>Error {status}. Please try again in a few minutes.</p></body></html>
"""
