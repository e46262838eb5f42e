"""What the site's plan still allows (API reference 7.2)."""

from __future__ import annotations

from typing import Any

from socialsync.errors import IncompleteRead
from socialsync.model.accounts import Quota
from socialsync.remote.wix import api
from socialsync.remote.wix.client import Client
from socialsync.remote.wix.replies import JsonObject

FEATURES = ("PUBLISH_POST", "SCHEDULE_POST")


def quotas(client: Client) -> tuple[Quota, ...]:
    """One Quota for each of FEATURES. Raises Unreachable, Denied or IncompleteRead, also when one is not told."""
    told = {feature.get("type"): feature for feature in api.features(client, FEATURES)}
    missing = [name for name in FEATURES if name not in told]
    if missing:
        raise IncompleteRead(
            f"the service did not tell the plan's quota of {' and '.join(missing)}",
            hint="Nothing was written. Run again later.",
        )
    return tuple(_quota(name, told[name]) for name in FEATURES)


def _quota(name: str, data: JsonObject) -> Quota:
    """Disabled: nothing is left. No quota, or a limit of 0 (a known misreport of unlimited plans): unmetered."""
    enabled = data.get("enabled") is True
    info = data.get("quotaInfo")
    if not isinstance(info, dict):
        info = {}
    limit = _whole(info.get("limit"))
    used = _whole(info.get("currentUsage"))
    period = info.get("period")
    remaining: int | None = None
    if not enabled:
        remaining = 0
    elif limit > 0:
        left = info.get("remainingUsage")
        remaining = max(0, limit - used) if left is None else _whole(left)
    return Quota(
        feature=name,
        enabled=enabled,
        limit=limit,
        used=used,
        remaining=remaining,
        period=period if isinstance(period, str) and limit > 0 else "",
    )


def _whole(value: Any) -> int:
    """A count, whether the service writes it as a number or as text; 0 if it is none."""
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0
