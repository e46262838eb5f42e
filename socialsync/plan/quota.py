"""What the site's plan still allows: the nearest posts get it, the rest waits and says so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from socialsync.errors import ExitCode
from socialsync.model import Change, ChangeKind, Quota

SCHEDULING = "SCHEDULE_POST"
PUBLISHING = "PUBLISH_POST"

# Until then waiting for quota is nobody's emergency: the period may turn, somebody may cancel another post.
_PATIENCE = timedelta(hours=48)


def feature(change: Change) -> str:
    """The plan feature that a change uses, or "" for none."""
    match change.kind:
        case ChangeKind.CREATE | ChangeKind.SCHEDULE if change.at is not None:
            return SCHEDULING
        case ChangeKind.PUBLISH:
            return PUBLISHING
        case _:
            return ""


def uses(changes: Iterable[Change]) -> dict[str, int]:
    """How many units of each feature these changes use."""
    used: dict[str, int] = {}
    for change in changes:
        if name := feature(change):
            used[name] = used.get(name, 0) + 1
    return used


def limit(changes: Sequence[Change], quotas: Iterable[Quota], now: datetime) -> tuple[Change, ...]:
    """Hold what the quotas do not cover; the posts that go out first come first."""
    by_feature = {quota.feature: quota for quota in quotas}
    left = {name: quota.remaining for name, quota in by_feature.items()}
    held: set[str] = set()
    for change in sorted(changes, key=lambda change: (change.at or now, change.key)):
        name = feature(change)
        quota = by_feature.get(name)
        if quota is None:
            continue
        remaining = left[name]
        if not quota.enabled or remaining == 0:
            held.add(change.key)
        elif remaining is not None:
            left[name] = remaining - 1
    return tuple(
        _wait(change, by_feature, now) if change.key in held and feature(change) else change for change in changes
    )


def _wait(change: Change, quotas: dict[str, Quota], now: datetime) -> Change:
    quota = quotas[feature(change)]
    what = "scheduling" if quota.feature == SCHEDULING else "publishing"
    if not quota.enabled:
        reason, message = "NO-" + what.upper(), f"the site's Wix plan does not include {what} through the API"
        if quota.feature == SCHEDULING:
            message += "; with delivery: local the posts wait as drafts and are published when due"
    else:
        reason = "QUOTA"
        period = f" this {quota.period.lower()}" if quota.period not in ("", "NO_PERIOD") else ""
        message = f"the Wix plan's {quota.limit} for {what}{period} are used up; it waits for the next ones"
    soon = change.at is None or change.at - now < _PATIENCE
    attention = ExitCode.FAILED if soon or not quota.enabled else ExitCode.OK
    return replace(
        change, kind=ChangeKind.HOLD, wanted=change.kind, reason=reason, message=message, attention=int(attention)
    )
