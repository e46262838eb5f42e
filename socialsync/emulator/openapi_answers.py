"""What each operation answers and how a call looks, for the OpenAPI description."""

from typing import Any

from socialsync.emulator.openapi_schemas import TEXT, listed, of, ref
from socialsync.emulator.validation import Schema

COUNT: Schema = {"type": "integer", "minimum": 0}

_BULK = of(
    results=listed(of(itemMetadata=of(originalIndex=COUNT, success={"type": "boolean"}))),
    bulkActionMetadata=of(totalSuccesses=COUNT, totalFailures=COUNT, undetailedFailures=COUNT),
)
_FEATURE = of(type=TEXT, enabled={"type": "boolean"})
_FILES = of(files=listed(ref("File")), nextCursor=of(hasNext={"type": "boolean"}))
_NOTHING: Schema = {"type": "object", "maxProperties": 0}
_ITEM, _ITEMS, _FILE = of(item=ref("Item")), of(items=listed(ref("Item"))), of(file=ref("File"))
_RESULTS = of(results=listed({"type": "object"}))

# What each operation answers with 200, by default settings.
ANSWERS: dict[str, Schema] = {
    "create_draft_item": _ITEM,
    "get_items": _ITEMS,
    "query_items": of(items=listed(ref("Item")), pagingMetadata=of(count=COUNT, offset=COUNT, total=COUNT)),
    "get_item": _ITEM,
    "update_item": _ITEM,
    "delete_item": _NOTHING,
    "publish_item": _ITEM,
    "publish_item_by_id": _ITEM,
    "bulk_publish_items": _BULK,
    "reschedule_item": _ITEM,
    "cancel_scheduled_item": _ITEM,
    "list_accounts": of(accounts=listed(of(channelName=TEXT))),
    "get_features_data": of(features=listed(_FEATURE), monetizationEnabled={"type": "boolean"}),
    "get_feature_data": of(featureData=_FEATURE, monetizationEnabled={"type": "boolean"}),
    "generate_post_data": _RESULTS,
    "generate_text": _RESULTS,
    "generate_image": of(status=TEXT, executionId=TEXT),
    "get_generated_image": of(status={"type": "string", "enum": ["IN_PROGRESS", "READY", "FAILED"]}),
    "get_long_lived_token_status": of(
        status={"type": "string", "enum": ["NEVER_CREATED", "VALID", "INVALID", "DISCONNECTED"]}
    ),
    "get_connect_url": of(connectUrl=TEXT),
    "update_account_settings": _NOTHING,
    "disconnect_account": _NOTHING,
    "schedule_drafts": _ITEMS,
    "generate_file_upload_url": of(uploadUrl=TEXT),
    "generate_file_resumable_upload_url": of(uploadProtocol=TEXT, uploadUrl=TEXT, uploadToken=TEXT),
    "import_file": _FILE,
    "bulk_import_files": _BULK,
    "get_file": _FILE,
    "get_files": of(files=listed(ref("File"))),
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
