"""The service's own error codes in plain words: what happened and what to do, whatever HTTP status carried them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """One application code, for people."""

    message: str
    hint: str = ""


# Codes and meanings: API reference, section 1.3; the media codes: section 7.5. The status is no part of the key:
# the service answers some of these with 400, 409 or 428 depending on the route.
REFUSALS: Mapping[str, Refusal] = {
    "ITEM_NOT_EXISTS": Refusal(
        message="the service knows no such post",
        hint="It was removed in the dashboard, or belongs to another site.",
    ),
    "ITEM_IS_DELETED": Refusal(
        message="the post was deleted at the service",
        hint="Someone deleted it in the dashboard; raise `attempt` to post it again.",
    ),
    "ITEM_IS_PUBLISHED": Refusal(
        message="too late: the post went out already",
        hint="A published post is history; look at it on the channel.",
    ),
    "REFERENCE_ID_ALREADY_EXIST": Refusal(
        message="the service holds another post of this identity already",
        hint="Nothing was sent twice; run again to see which one it is.",
    ),
    "INELIGIBLE_FOR_FEATURE": Refusal(
        message="the site's plan does not allow this, or its quota is used up",
        hint="Wait for the new period or raise the plan; nothing was sent.",
    ),
    "PUBLISH_LIMIT_EXCEEDED": Refusal(
        message="too many publications in a short time",
        hint="The service limits the rate; run again in a few minutes.",
    ),
    "SCHEDULED_TIME_ALREADY_PASSED": Refusal(
        message="the scheduled time has passed",
        hint="Nothing was sent; write a new time.",
    ),
    "UNSUPPORTED_CHANNEL": Refusal(
        message="the service does not post to this channel (any more)",
        hint="Remove the channel from the post.",
    ),
    "USER_NOT_EXIST_FOR_CHANNEL": Refusal(
        message="the channel was never connected to this site",
        hint="Connect it in the Wix dashboard, then run again.",
    ),
    "USER_IS_DISCONNECTED": Refusal(
        message="the channel's connection has lapsed",
        hint="Connect it again in the Wix dashboard, then run again.",
    ),
    "NO_PAGES_FOR_USER": Refusal(
        message="the channel is connected, but no page was granted",
        hint="Connect it again in the Wix dashboard and tick the page.",
    ),
    "FILE_NOT_FOUND": Refusal(
        message="the site's Media Manager has no such file",
        hint="Look its id up there, and correct the `wix:` line.",
    ),
    "SITE_QUOTA_EXCEEDED": Refusal(
        message="the site's media storage is full",
        hint="Remove files in the Media Manager or raise the plan.",
    ),
    "MISMATCH_MIME_TYPE": Refusal(
        message="the file is not what its name says",
        hint="Save it in the format of its extension.",
    ),
    "ZERO_FILE_SIZE": Refusal(message="the file is empty"),
    "UNSUPPORTED_FILE_FORMAT": Refusal(
        message="the service does not take this file format",
        hint="Save it as JPEG, PNG or MP4.",
    ),
    "FILE_SIZE_OVER_LIMIT": Refusal(
        message="the file is larger than the service takes",
        hint="Save it smaller.",
    ),
}
