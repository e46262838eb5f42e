"""The table of all operations: route, body, error codes, handler; router, checks and OpenAPI page read it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from socialsync.emulator import accounts, generated, item_routes, media, query, quota, uploads
from socialsync.emulator.core import Call, Emulator, Reply
from socialsync.emulator.validation import Schema

PUBLISHER = "/social-publisher/v1"
MEDIA = "/site-media/v1"
PLAN = "/promote/marketing-plan-service/v1"

Handler = Callable[[Call], dict[str, Any] | Reply]
BodySchema = Callable[[Emulator], Schema]

_TEXT: Schema = {"type": "string"}
_GUID: Schema = {"type": "string", "format": "uuid"}
_DATE: Schema = {"type": "string", "format": "date-time"}
_URL: Schema = {"type": "string", "format": "uri"}
_LABELS: Schema = {"type": "array", "maxItems": 50, "items": _TEXT}


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


def _object(required: tuple[str, ...] = (), **properties: Schema) -> Schema:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(required),
        "properties": properties,
    }


def _item_body(emulator: Emulator) -> Schema:
    return _object(("item",), item=emulator.item_schema)


def _bulk_body(emulator: Emulator) -> Schema:
    entries = {"type": "array", "minItems": 1, "items": emulator.item_schema}
    return _object(("items",), items=entries, itemExtras={"type": "object"})


def _fixed(schema: Schema) -> BodySchema:
    return lambda _: schema


_PAGING = _object(limit={"type": "integer", "minimum": 1}, offset={"type": "integer", "minimum": 0, "maximum": 2**31})
_SORT = {
    "type": "array",
    "maxItems": 5,
    "items": _object(("fieldName",), fieldName=_TEXT, order={"type": "string", "enum": ["ASC", "DESC"]}),
}
_QUERY = _object(
    query=_object(filter={"type": "object"}, sort=_SORT, paging=_PAGING, fields={"type": "array", "items": _TEXT})
)
_UPLOAD = {
    "mimeType": {"type": "string", "maxLength": 100, "minLength": 1},
    "fileName": {"type": "string", "maxLength": 1000},
    "sizeInBytes": {"type": "string", "maxLength": 20},
    "parentFolderId": _TEXT,
    "filePath": {"type": "string", "maxLength": 100},
    "labels": _LABELS,
    "private": {"type": "boolean"},
    "externalInfo": {"type": "object"},
}
_IMPORT = {
    **{name: schema for name, schema in _UPLOAD.items() if name not in ("fileName", "sizeInBytes")},
    "url": _URL,
    "displayName": {"type": "string", "maxLength": 1000},
    "mediaType": _TEXT,
    "urlParams": {"type": "object"},
    "urlHeaders": {"type": "object"},
}
_MEDIA_PAGING = _object(limit={"type": "integer", "minimum": 1, "maximum": 100}, cursor=_TEXT)
_SETTINGS_BODY: Schema = {"type": "object"}
_MEDIA_RULES = ("UNSUPPORTED_FILE_FORMAT", "ZERO_FILE_SIZE", "FILE_SIZE_OVER_LIMIT")
_PUBLISH_ERRORS = (
    "REFERENCE_ID_ALREADY_EXIST",
    "INELIGIBLE_FOR_FEATURE",
    "PUBLISH_LIMIT_EXCEEDED",
    "SCHEDULED_TIME_ALREADY_PASSED",
    "UNSUPPORTED_CHANNEL",
    "USER_IS_DISCONNECTED",
    "CHANNEL_REJECTED",
)
_ASSET = _object(
    ("id", "type"),
    id=_TEXT,
    type={
        "type": "string",
        "enum": ["STORES_PRODUCT", "STORES_CATEGORY", "STORES_COUPON", "BLOG_POST", "EVENT", "BOOKINGS_SERVICE"],
    },
)


def _op(method: str, path: str, handler: Handler, evidence: str, **more: Any) -> Operation:
    return Operation(name=handler.__name__, method=method, path=path, handler=handler, evidence=evidence, **more)


OPERATIONS: tuple[Operation, ...] = (
    # Items
    _op(
        "POST",
        f"{PUBLISHER}/items",
        item_routes.create_draft_item,
        "D",
        writes=True,
        body=_item_body,
        errors=("REFERENCE_ID_ALREADY_EXIST", "CHANNEL_REJECTED"),
    ),
    _op("GET", f"{PUBLISHER}/items", item_routes.get_items, "G", query={"ids": {"type": "array", "items": _GUID}}),
    _op("POST", f"{PUBLISHER}/items/query", query.query_items, "D", body=_fixed(_QUERY)),
    _op("GET", f"{PUBLISHER}/items/{{id}}", item_routes.get_item, "G", errors=("ITEM_NOT_EXISTS",)),
    _op(
        "PATCH",
        f"{PUBLISHER}/items/{{id}}",
        item_routes.update_item,
        "D",
        writes=True,
        body=_item_body,
        errors=("ITEM_NOT_EXISTS", "ITEM_CANNOT_BE_UPDATED"),
    ),
    _op(
        "DELETE",
        f"{PUBLISHER}/items/{{id}}",
        item_routes.delete_item,
        "D",
        writes=True,
        errors=("ITEM_NOT_EXISTS", "ITEM_IS_DELETED", "ITEM_IS_PROCESSING"),
    ),
    _op(
        "POST",
        f"{PUBLISHER}/publish",
        item_routes.publish_item,
        "D",
        writes=True,
        body=_item_body,
        errors=_PUBLISH_ERRORS,
    ),
    _op(
        "POST",
        f"{PUBLISHER}/publish-by-id",
        item_routes.publish_item_by_id,
        "D",
        writes=True,
        body=_fixed(_object(("id",), id=_GUID, scheduledDate=_DATE)),
        errors=(
            *_PUBLISH_ERRORS,
            "ITEM_NOT_EXISTS",
            "ITEM_IS_DELETED",
            "ITEM_IS_PUBLISHED",
            "ITEM_IS_PROCESSING",
            "ITEM_IS_CANCELED",
            "ITEM_HAS_FAILED",
        ),
    ),
    _op("POST", f"{PUBLISHER}/bulk/publish", item_routes.bulk_publish_items, "D", writes=True, body=_bulk_body),
    _op(
        "POST",
        f"{PUBLISHER}/items/{{id}}/reschedule",
        item_routes.reschedule_item,
        "D",
        writes=True,
        body=_fixed(_object(("scheduledDate",), scheduledDate=_DATE)),
        errors=(
            "ITEM_NOT_EXISTS",
            "ITEM_IS_PUBLISHED",
            "ITEM_IS_DELETED",
            "ITEM_IS_NOT_SCHEDULED",
            "SCHEDULED_TIME_ALREADY_PASSED",
        ),
    ),
    _op(
        "PATCH",
        f"{PUBLISHER}/items/{{id}}/cancel",
        item_routes.cancel_scheduled_item,
        "D",
        writes=True,
        body=_fixed(_object()),
        errors=(
            "ITEM_NOT_EXISTS",
            "ITEM_IS_PUBLISHED",
            "ITEM_IS_DELETED",
            "ITEM_IS_NOT_SCHEDULED",
            "ITEM_ALREADY_CANCELED",
        ),
    ),
    # Accounts
    _op(
        "GET",
        f"{PUBLISHER}/accounts",
        accounts.list_accounts,
        "D",
        query={"channelName": _TEXT},
        errors=("UNSUPPORTED_CHANNEL", "USER_NOT_EXIST_FOR_CHANNEL", "USER_IS_DISCONNECTED", "NO_PAGES_FOR_USER"),
    ),
    # Features; before the channel routes, whose first segment is open.
    _op(
        "GET",
        f"{PUBLISHER}/features",
        quota.get_features_data,
        "D",
        query={"featureTypes": {"type": "array", "items": _TEXT}},
    ),
    _op("GET", f"{PUBLISHER}/features/{{featureType}}", quota.get_feature_data, "D"),
    # Generation
    _op(
        "POST",
        f"{PUBLISHER}/generate-post-data",
        generated.generate_post_data,
        "D",
        errors=("UNSUPPORTED_CHANNEL",),
        body=_fixed(
            _object(
                userInput={"type": "string", "maxLength": 10_000},
                siteAssets={"type": "array", "maxItems": 1, "items": _ASSET},
                media={
                    "type": "array",
                    "items": _object(("type", "url"), type={"type": "string", "enum": ["IMAGE"]}, url=_URL),
                },
                channels={"type": "array", "items": _TEXT},
            )
        ),
    ),
    _op(
        "POST",
        f"{PUBLISHER}/generate-text",
        generated.generate_text,
        "W",
        body=_fixed(
            _object(
                ("userInput",),
                userInput={"type": "string", "minLength": 1},
                channelName=_TEXT,
                tone=_TEXT,
                languageCode=_TEXT,
                additionalContent=_object(url=_URL, withHashtags={"type": "boolean"}, addLinkInBio={"type": "boolean"}),
            )
        ),
    ),
    _op(
        "POST",
        f"{PUBLISHER}/generate-image",
        generated.generate_image,
        "D",
        body=_fixed(_object(("userInput",), userInput={"type": "string", "minLength": 1}, imageUrl=_URL)),
    ),
    _op(
        "GET",
        f"{PUBLISHER}/generated-image/{{executionId}}",
        generated.get_generated_image,
        "W",
        errors=("GENERATED_IMAGE_NOT_FOUND",),
    ),
    _op(
        "GET",
        f"{PUBLISHER}/{{channelName}}/long-lived-token-status",
        accounts.get_long_lived_token_status,
        "D",
        errors=("UNSUPPORTED_CHANNEL",),
    ),
    _op(
        "GET",
        f"{PUBLISHER}/{{channelName}}/connect-url",
        accounts.get_connect_url,
        "D",
        errors=("INELIGIBLE_FOR_FEATURE", "UNSUPPORTED_CHANNEL"),
    ),
    _op(
        "PATCH",
        f"{PUBLISHER}/{{channelName}}/settings",
        accounts.update_account_settings,
        "D",
        writes=True,
        body=_fixed(_SETTINGS_BODY),
        errors=("UNSUPPORTED_CHANNEL",),
    ),
    _op(
        "DELETE",
        f"{PUBLISHER}/{{channelName}}/account",
        accounts.disconnect_account,
        "D",
        writes=True,
        errors=("UNSUPPORTED_CHANNEL", "USER_NOT_EXIST_FOR_CHANNEL"),
    ),
    # The marketing plan's side door
    _op(
        "POST",
        f"{PLAN}/marketing-plan/schedule-drafts",
        item_routes.schedule_drafts,
        "D",
        writes=True,
        body=_fixed(_object(("draftIds",), draftIds={"type": "array", "minItems": 1, "maxItems": 20, "items": _GUID})),
        errors=("INELIGIBLE_FOR_FEATURE",),
    ),
    # Media
    _op(
        "POST",
        f"{MEDIA}/files/generate-upload-url",
        uploads.generate_file_upload_url,
        "D",
        body=_fixed(_object(("mimeType",), **_UPLOAD)),
        errors=_MEDIA_RULES,
    ),
    _op(
        "POST",
        f"{MEDIA}/files/generate-resumable-upload-url",
        uploads.generate_file_resumable_upload_url,
        "D",
        body=_fixed(_object(("mimeType",), **_UPLOAD, uploadProtocol={"type": "string", "enum": ["TUS"]})),
        errors=_MEDIA_RULES,
    ),
    _op(
        "POST",
        f"{MEDIA}/files/import",
        uploads.import_file,
        "D",
        writes=True,
        body=_fixed(_object(("url",), **_IMPORT)),
        errors=("UNSUPPORTED_FILE_FORMAT", "SITE_QUOTA_EXCEEDED"),
    ),
    _op(
        "POST",
        f"{MEDIA}/bulk/files/import-v2",
        uploads.bulk_import_files,
        "D",
        writes=True,
        body=_fixed(
            _object(
                ("importFileRequests",),
                returnEntity={"type": "boolean"},
                importFileRequests={
                    "type": "array",
                    "minItems": 1,
                    "maxItems": 100,
                    "items": _object(("url",), **_IMPORT),
                },
            )
        ),
    ),
    _op(
        "GET", f"{MEDIA}/files/get-file-by-id", media.get_file, "D", query={"fileId": _TEXT}, errors=("FILE_NOT_FOUND",)
    ),
    _op(
        "POST",
        f"{MEDIA}/files/get-files",
        media.get_files,
        "D",
        body=_fixed(_object(("fileIds",), fileIds={"type": "array", "minItems": 1, "maxItems": 100, "items": _TEXT})),
    ),
    _op(
        "POST",
        f"{MEDIA}/files/search",
        media.search_files,
        "D",
        body=_fixed(
            _object(
                search={"type": "string", "maxLength": 200},
                mediaTypes={"type": "array", "items": _TEXT},
                rootFolder={"type": "string", "enum": ["MEDIA_ROOT", "TRASH_ROOT", "VISITOR_UPLOADS_ROOT"]},
                private={"type": "boolean"},
                paging=_MEDIA_PAGING,
                sort=_object(fieldName=_TEXT, order={"type": "string", "enum": ["ASC", "DESC"]}),
            )
        ),
    ),
    _op(
        "GET",
        f"{MEDIA}/files",
        media.list_files,
        "D",
        query={
            "parentFolderId": _TEXT,
            "mediaTypes": {"type": "array", "items": _TEXT},
            "sort.fieldName": _TEXT,
            "sort.order": _TEXT,
            "paging.limit": {"type": "integer"},
            "paging.cursor": _TEXT,
        },
    ),
    Operation(
        name="get_file_by_path",
        method="GET",
        path=f"{MEDIA}/files/{{id}}",
        handler=media.get_file,
        evidence="W",
        errors=("FILE_NOT_FOUND",),
    ),
    # Upload addresses
    _op("POST", "/upload/resumable", uploads.start_resumable_upload, "G", writes=True, keyless=True),
    _op("HEAD", "/upload/resumable/{token}", uploads.get_resumable_upload, "G", keyless=True),
    _op(
        "PATCH",
        "/upload/resumable/{token}",
        uploads.continue_resumable_upload,
        "G",
        writes=True,
        keyless=True,
        raw=True,
    ),
    _op(
        "PUT",
        "/upload/{token}",
        uploads.upload_file,
        "D",
        writes=True,
        keyless=True,
        raw=True,
        errors=("MISMATCH_MIME_TYPE", "ZERO_FILE_SIZE", "FILE_SIZE_OVER_LIMIT", "SITE_QUOTA_EXCEEDED"),
    ),
)

BY_NAME: Mapping[str, Operation] = {operation.name: operation for operation in OPERATIONS}
