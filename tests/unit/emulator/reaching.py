"""Every error code with the request that produces it: the tests run these, docs/emulator.md lists them."""

from collections.abc import Callable

from emulator_api import Api, Got, post

UNKNOWN = "00000000-0000-4000-8000-000000000000"
PAST = "2026-11-24T08:00:00Z"
FUTURE = "2026-12-01T08:00:00Z"

Reach = Callable[[Api], Got]


def item_not_exists(api: Api) -> Got:
    return api("DELETE", f"/items/{UNKNOWN}")


def item_is_deleted(api: Api) -> Got:
    return api("DELETE", f"/items/{api.with_status('DELETED')}")


def item_is_published(api: Api) -> Got:
    return api("PATCH", f"/items/{api.with_status('PUBLISHED')}/cancel", {})


def reference_on_create(api: Api) -> Got:
    api.draft(reference="r1")
    return api("POST", "/items", {"item": {**post("x"), "referenceId": "r1"}})


def reference_on_publish(api: Api) -> Got:
    api.set(reference_id_enforced_on="publish", reference_id_held_by="live")
    first, second = api.draft(reference="r1"), api.draft(reference="r1")
    assert api("POST", "/publish-by-id", {"id": first["id"]}).status == 200
    return api("POST", "/publish-by-id", {"id": second["id"]})


def no_plan(api: Api) -> Got:
    api.set(features={"SCHEDULE_POST": {"enabled": False}})
    return api("POST", "/publish-by-id", {"id": api.draft()["id"], "scheduledDate": FUTURE})


def quota_used_up(api: Api) -> Got:
    api.set(features={"PUBLISH_POST": {"enabled": True, "limit": 1, "period": "MONTH"}})
    assert api("POST", "/publish", {"item": post("one")}).status == 200
    return api("POST", "/publish", {"item": post("two")})


def too_many_channels(api: Api) -> Got:
    api.control("PUT", "profile", {"profile": "free-plan"})
    return api("GET", "/LINKEDIN/connect-url")


def too_many_publications(api: Api) -> Got:
    api.set(publish_limit_per_minute=1)
    assert api("POST", "/publish", {"item": post("one")}).status == 200
    return api("POST", "/publish", {"item": post("two")})


def past_on_publish(api: Api) -> Got:
    return api("POST", "/publish-by-id", {"id": api.draft()["id"], "scheduledDate": PAST})


def past_on_reschedule(api: Api) -> Got:
    return api("POST", f"/items/{api.scheduled()['id']}/reschedule", {"scheduledDate": PAST})


def no_channel_name(api: Api) -> Got:
    return api("GET", "/accounts")


def dead_channel(api: Api) -> Got:
    item = {"channel": {"name": "TWITTER", "accountId": "31337"}, "type": "POST", "twitterPost": {"caption": "x"}}
    return api("POST", "/publish", {"item": item})


def google_by_url(api: Api) -> Got:
    return api("GET", "/GBP/connect-url")


def never_connected(api: Api) -> Got:
    return api("GET", "/accounts?channelName=TWITTER")


def disconnected(api: Api) -> Got:
    assert api("DELETE", "/LINKEDIN/account").status == 200
    return api("GET", "/accounts?channelName=LINKEDIN")


def publish_disconnected(api: Api) -> Got:
    api("DELETE", "/LINKEDIN/account")
    return api("POST", "/publish", {"item": post("x")})


def no_pages(api: Api) -> Got:
    api.set(no_pages="NO_PAGES_FOR_USER")
    api.control("POST", "dashboard/connect", {"site": api.site, "channel": "FACEBOOK", "accounts": []})
    return api("GET", "/accounts?channelName=FACEBOOK")


def no_image(api: Api) -> Got:
    return api("GET", f"/generated-image/{UNKNOWN}")


def no_author(api: Api) -> Got:
    item = post("x")
    del item["linkedinPost"]["authorId"]
    return api("POST", "/publish", {"item": item})


def no_media_at_create(api: Api) -> Got:
    api.set(media_required_on="create")
    instagram = {"channel": {"name": "INSTAGRAM", "accountId": "17840000000000001"}, "type": "POST"}
    return api("POST", "/items", {"item": {**instagram, "instagramPost": {"caption": "x"}}})


def processing(api: Api) -> Got:
    return api("POST", "/publish-by-id", {"id": api.with_status("PROCESSING")})


def not_scheduled(api: Api) -> Got:
    return api("PATCH", f"/items/{api.draft()['id']}/cancel", {})


def publish_canceled(api: Api) -> Got:
    return api("POST", "/publish-by-id", {"id": api.with_status("CANCELED")})


def cancel_twice(api: Api) -> Got:
    return api("PATCH", f"/items/{api.with_status('CANCELED')}/cancel", {})


def publish_failed(api: Api) -> Got:
    return api("POST", "/publish-by-id", {"id": api.with_status("FAILED")})


def update_published(api: Api) -> Got:
    return api("PATCH", f"/items/{api.with_status('PUBLISHED')}", {"item": {"linkedinPost": {"caption": "x"}}})


def upload(api: Api, data: bytes, mime: str = "image/png", **more: object) -> Got:
    asked = api("POST", "/site-media/v1/files/generate-upload-url", {"mimeType": "image/png", **more})
    if asked.status != 200:
        return asked
    return api("PUT", asked.json["uploadUrl"], data, {"Content-Type": mime})


def media_quota(api: Api) -> Got:
    api.set(media_site_bytes=3)
    return upload(api, b"four")


def other_type(api: Api) -> Got:
    return upload(api, b"x", mime="image/jpeg")


def no_bytes(api: Api) -> Got:
    return upload(api, b"")


def bad_format(api: Api) -> Got:
    return api("POST", "/site-media/v1/files/generate-upload-url", {"mimeType": "text/html"})


def too_large(api: Api) -> Got:
    api.set(media_max_bytes=3)
    return upload(api, b"x", sizeInBytes="4")


def no_file(api: Api) -> Got:
    return api("GET", "/site-media/v1/files/get-file-by-id?fileId=none")


def no_key(api: Api) -> Got:
    return api("GET", "/accounts", headers={"wix-site-id": api.site})


def no_such_site(api: Api) -> Got:
    return api("GET", "/accounts", headers={"Authorization": "emulator-key", "wix-site-id": "not-a-guid"})


# code, status, what produces it, how.
REACHING: tuple[tuple[str, int, str, Reach], ...] = (
    (
        "ITEM_NOT_EXISTS",
        404,
        "`DELETE /items/{unknown}` (also get, update, reschedule, cancel, publish by id)",
        item_not_exists,
    ),
    ("ITEM_IS_DELETED", 428, "`DELETE /items/{id}` twice (also reschedule, cancel, publish by id)", item_is_deleted),
    (
        "ITEM_IS_PUBLISHED",
        428,
        "`PATCH /items/{id}/cancel` after publication (also reschedule, publish by id)",
        item_is_published,
    ),
    ("REFERENCE_ID_ALREADY_EXIST", 409, "`POST /items` with a `referenceId` that exists", reference_on_create),
    (
        "REFERENCE_ID_ALREADY_EXIST",
        409,
        "`POST /publish-by-id` of the second of two drafts (profile `u2`)",
        reference_on_publish,
    ),
    (
        "INELIGIBLE_FOR_FEATURE",
        428,
        "`POST /publish-by-id` with a date without SCHEDULE_POST (profile `free-plan`)",
        no_plan,
    ),
    ("INELIGIBLE_FOR_FEATURE", 428, "`POST /publish` with the quota of PUBLISH_POST used up", quota_used_up),
    (
        "INELIGIBLE_FOR_FEATURE",
        428,
        "`GET /LINKEDIN/connect-url` with as many channels as the plan has",
        too_many_channels,
    ),
    (
        "PUBLISH_LIMIT_EXCEEDED",
        429,
        "`POST /publish` more often than `publish_limit_per_minute`",
        too_many_publications,
    ),
    (
        "SCHEDULED_TIME_ALREADY_PASSED",
        400,
        "`POST /publish-by-id` with a past date (428 and an HTML page by switch)",
        past_on_publish,
    ),
    ("SCHEDULED_TIME_ALREADY_PASSED", 428, "`POST /items/{id}/reschedule` to a past date", past_on_reschedule),
    ("UNSUPPORTED_CHANNEL", 428, "`GET /accounts` without `channelName`", no_channel_name),
    ("UNSUPPORTED_CHANNEL", 428, "`POST /publish` to TWITTER", dead_channel),
    ("UNSUPPORTED_CHANNEL", 428, "`GET /GBP/connect-url`", google_by_url),
    ("USER_NOT_EXIST_FOR_CHANNEL", 400, "`GET /accounts?channelName=TWITTER`", never_connected),
    (
        "USER_IS_DISCONNECTED",
        400,
        "`GET /accounts?channelName=LINKEDIN` after `DELETE /LINKEDIN/account`",
        disconnected,
    ),
    ("USER_IS_DISCONNECTED", 428, "`POST /publish` on a disconnected channel", publish_disconnected),
    ("NO_PAGES_FOR_USER", 428, "`GET /accounts?channelName=FACEBOOK` without pages, switch `no_pages`", no_pages),
    ("GENERATED_IMAGE_NOT_FOUND", 404, "`GET /generated-image/{unknown}`", no_image),
    ("CHANNEL_REJECTED", 428, "`POST /publish` of a LinkedIn post without `authorId`", no_author),
    (
        "CHANNEL_REJECTED",
        400,
        "`POST /items` without required media, switch `media_required_on: create`",
        no_media_at_create,
    ),
    ("ITEM_IS_PROCESSING", 428, "`POST /publish-by-id` of an item that is PROCESSING", processing),
    ("ITEM_IS_NOT_SCHEDULED", 428, "`PATCH /items/{id}/cancel` of a draft", not_scheduled),
    ("ITEM_IS_CANCELED", 428, "`POST /publish-by-id` of a canceled item", publish_canceled),
    ("ITEM_ALREADY_CANCELED", 409, "`PATCH /items/{id}/cancel` twice", cancel_twice),
    ("ITEM_HAS_FAILED", 428, "`POST /publish-by-id` of a failed item", publish_failed),
    ("ITEM_CANNOT_BE_UPDATED", 400, "`PATCH /items/{id}` of a published item", update_published),
    ("SITE_QUOTA_EXCEEDED", 400, "`PUT uploadUrl` over `media_site_bytes`", media_quota),
    ("MISMATCH_MIME_TYPE", 400, "`PUT uploadUrl` with another Content-Type than announced", other_type),
    ("ZERO_FILE_SIZE", 400, "`PUT uploadUrl` without bytes", no_bytes),
    ("UNSUPPORTED_FILE_FORMAT", 400, "`POST /files/generate-upload-url` for `text/html`", bad_format),
    ("FILE_SIZE_OVER_LIMIT", 400, "`POST /files/generate-upload-url` over `media_max_bytes`", too_large),
    ("FILE_NOT_FOUND", 404, "`GET /files/get-file-by-id` of an unknown file", no_file),
    ("UNAUTHENTICATED", 401, "any request without a known key", no_key),
    ("PERMISSION_DENIED", 403, "any request to an unknown site", no_such_site),
)


def table() -> str:
    """The rows as docs/emulator.md shows them."""
    from socialsync.emulator.errors import CODES

    rows = [f"| `{code}` | {status} | {CODES[code][2]} | {text} |" for code, status, text, _ in REACHING]
    return "\n".join(["| code | status | level | produced by |", "| --- | --- | --- | --- |", *rows])
