"""The table of operations on media files, and of the addresses that take their bytes."""

from socialsync.emulator import media, uploads
from socialsync.emulator.operation import TEXT, URL, Operation, body_of, fixed, op
from socialsync.emulator.validation import Schema

MEDIA = "/site-media/v1"

_LABELS: Schema = {"type": "array", "maxItems": 50, "items": TEXT}
_UPLOAD = {
    "mimeType": {"type": "string", "maxLength": 100, "minLength": 1},
    "fileName": {"type": "string", "maxLength": 1000},
    "sizeInBytes": {"type": "string", "maxLength": 20},
    "parentFolderId": TEXT,
    "filePath": {"type": "string", "maxLength": 100},
    "labels": _LABELS,
    "private": {"type": "boolean"},
    "externalInfo": {"type": "object"},
}
_IMPORT = {
    **{name: schema for name, schema in _UPLOAD.items() if name not in ("fileName", "sizeInBytes")},
    "url": URL,
    "displayName": {"type": "string", "maxLength": 1000},
    "mediaType": TEXT,
    "urlParams": {"type": "object"},
    "urlHeaders": {"type": "object"},
}
_MEDIA_PAGING = body_of(limit={"type": "integer", "minimum": 1, "maximum": 100}, cursor=TEXT)
_MEDIA_RULES = ("UNSUPPORTED_FILE_FORMAT", "ZERO_FILE_SIZE", "FILE_SIZE_OVER_LIMIT")

FILES: tuple[Operation, ...] = (
    op(
        "POST",
        f"{MEDIA}/files/generate-upload-url",
        uploads.generate_file_upload_url,
        "D",
        body=fixed(body_of(("mimeType",), **_UPLOAD)),
        errors=_MEDIA_RULES,
    ),
    op(
        "POST",
        f"{MEDIA}/files/generate-resumable-upload-url",
        uploads.generate_file_resumable_upload_url,
        "D",
        body=fixed(body_of(("mimeType",), **_UPLOAD, uploadProtocol={"type": "string", "enum": ["TUS"]})),
        errors=_MEDIA_RULES,
    ),
    op(
        "POST",
        f"{MEDIA}/files/import",
        uploads.import_file,
        "D",
        writes=True,
        body=fixed(body_of(("url",), **_IMPORT)),
        errors=("UNSUPPORTED_FILE_FORMAT", "SITE_QUOTA_EXCEEDED"),
    ),
    op(
        "POST",
        f"{MEDIA}/bulk/files/import-v2",
        uploads.bulk_import_files,
        "D",
        writes=True,
        body=fixed(
            body_of(
                ("importFileRequests",),
                returnEntity={"type": "boolean"},
                importFileRequests={
                    "type": "array",
                    "minItems": 1,
                    "maxItems": 100,
                    "items": body_of(("url",), **_IMPORT),
                },
            )
        ),
    ),
    op("GET", f"{MEDIA}/files/get-file-by-id", media.get_file, "D", query={"fileId": TEXT}, errors=("FILE_NOT_FOUND",)),
    op(
        "POST",
        f"{MEDIA}/files/get-files",
        media.get_files,
        "D",
        body=fixed(body_of(("fileIds",), fileIds={"type": "array", "minItems": 1, "maxItems": 100, "items": TEXT})),
    ),
    op(
        "POST",
        f"{MEDIA}/files/search",
        media.search_files,
        "D",
        body=fixed(
            body_of(
                search={"type": "string", "maxLength": 200},
                mediaTypes={"type": "array", "items": TEXT},
                rootFolder={"type": "string", "enum": ["MEDIA_ROOT", "TRASH_ROOT", "VISITOR_UPLOADS_ROOT"]},
                private={"type": "boolean"},
                paging=_MEDIA_PAGING,
                sort=body_of(fieldName=TEXT, order={"type": "string", "enum": ["ASC", "DESC"]}),
            )
        ),
    ),
    op(
        "GET",
        f"{MEDIA}/files",
        media.list_files,
        "D",
        query={
            "parentFolderId": TEXT,
            "mediaTypes": {"type": "array", "items": TEXT},
            "sort.fieldName": TEXT,
            "sort.order": TEXT,
            "paging.limit": {"type": "integer"},
            "paging.cursor": TEXT,
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
)

UPLOADS: tuple[Operation, ...] = (
    op("POST", "/upload/resumable", uploads.start_resumable_upload, "G", writes=True, keyless=True),
    op("HEAD", "/upload/resumable/{token}", uploads.get_resumable_upload, "G", keyless=True),
    op(
        "PATCH",
        "/upload/resumable/{token}",
        uploads.continue_resumable_upload,
        "G",
        writes=True,
        keyless=True,
        raw=True,
    ),
    op(
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
