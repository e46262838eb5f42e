"""The table of operations on accounts, features and generated content."""

from socialsync.emulator import accounts, generated, quota
from socialsync.emulator.operation import PUBLISHER, TEXT, URL, Operation, body_of, fixed, op

_ASSET = body_of(
    ("id", "type"),
    id=TEXT,
    type={
        "type": "string",
        "enum": ["STORES_PRODUCT", "STORES_CATEGORY", "STORES_COUPON", "BLOG_POST", "EVENT", "BOOKINGS_SERVICE"],
    },
)

ACCOUNTS: tuple[Operation, ...] = (
    op(
        "GET",
        f"{PUBLISHER}/accounts",
        accounts.list_accounts,
        "D",
        query={"channelName": TEXT},
        errors=("UNSUPPORTED_CHANNEL", "USER_NOT_EXIST_FOR_CHANNEL", "USER_IS_DISCONNECTED", "NO_PAGES_FOR_USER"),
    ),
    # Features; before the channel routes, whose first segment is open.
    op(
        "GET",
        f"{PUBLISHER}/features",
        quota.get_features_data,
        "D",
        query={"featureTypes": {"type": "array", "items": TEXT}},
    ),
    op("GET", f"{PUBLISHER}/features/{{featureType}}", quota.get_feature_data, "D"),
    # Generation
    op(
        "POST",
        f"{PUBLISHER}/generate-post-data",
        generated.generate_post_data,
        "D",
        errors=("UNSUPPORTED_CHANNEL",),
        body=fixed(
            body_of(
                userInput={"type": "string", "maxLength": 10_000},
                siteAssets={"type": "array", "maxItems": 1, "items": _ASSET},
                media={
                    "type": "array",
                    "items": body_of(("type", "url"), type={"type": "string", "enum": ["IMAGE"]}, url=URL),
                },
                channels={"type": "array", "items": TEXT},
            )
        ),
    ),
    op(
        "POST",
        f"{PUBLISHER}/generate-text",
        generated.generate_text,
        "W",
        body=fixed(
            body_of(
                ("userInput",),
                userInput={"type": "string", "minLength": 1},
                channelName=TEXT,
                tone=TEXT,
                languageCode=TEXT,
                additionalContent=body_of(url=URL, withHashtags={"type": "boolean"}, addLinkInBio={"type": "boolean"}),
            )
        ),
    ),
    op(
        "POST",
        f"{PUBLISHER}/generate-image",
        generated.generate_image,
        "D",
        body=fixed(body_of(("userInput",), userInput={"type": "string", "minLength": 1}, imageUrl=URL)),
    ),
    op(
        "GET",
        f"{PUBLISHER}/generated-image/{{executionId}}",
        generated.get_generated_image,
        "W",
        errors=("GENERATED_IMAGE_NOT_FOUND",),
    ),
    op(
        "GET",
        f"{PUBLISHER}/{{channelName}}/long-lived-token-status",
        accounts.get_long_lived_token_status,
        "D",
        errors=("UNSUPPORTED_CHANNEL",),
    ),
    op(
        "GET",
        f"{PUBLISHER}/{{channelName}}/connect-url",
        accounts.get_connect_url,
        "D",
        errors=("INELIGIBLE_FOR_FEATURE", "UNSUPPORTED_CHANNEL"),
    ),
    op(
        "PATCH",
        f"{PUBLISHER}/{{channelName}}/settings",
        accounts.update_account_settings,
        "D",
        writes=True,
        body=fixed({"type": "object"}),
        errors=("UNSUPPORTED_CHANNEL",),
    ),
    op(
        "DELETE",
        f"{PUBLISHER}/{{channelName}}/account",
        accounts.disconnect_account,
        "D",
        writes=True,
        errors=("UNSUPPORTED_CHANNEL", "USER_NOT_EXIST_FOR_CHANNEL"),
    ),
)
