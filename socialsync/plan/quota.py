"""What the site's plan still allows: the nearest posts get it, the rest waits and says so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from socialsync.errors import ExitCode
from socialsync.model.accounts import Quota
from socialsync.model.plans import Change, ChangeKind

SCHEDULING = "SCHEDULE_POST"
PUBLISHING = "PUBLISH_POST"

# Until then waiting for quota is nobody's emergency: the period may turn, somebody may cancel another post.
_PATIENCE = timedelta(hours=48)


def feature(change: Change, delivery: str, now: datetime) -> str:
    """The plan feature that a change uses, or "" for none."""
    match change.kind:
        case ChangeKind.CREATE | ChangeKind.SCHEDULE | ChangeKind.PUBLISH if change.at is not None:
            if delivery == "wix":
                return SCHEDULING
            return PUBLISHING if change.at <= now else ""
        case _:
            return ""


def limit(changes: Sequence[Change], quotas: Iterable[Quota], delivery: str, now: datetime) -> tuple[Change, ...]:
    """Hold what the quotas do not cover; the posts that go out first come first."""
    left = {quota.feature: quota for quota in quotas}
    judged: dict[int, Change] = {}
    for index, change in sorted(enumerate(changes), key=lambda one: (one[1].at or now, one[1].key)):
        quota = left.get(feature(change, delivery, now))
        if quota is None:
            continue
        if not quota.enabled or quota.remaining == 0:
            judged[index] = _wait(change, quota, now)
        elif quota.remaining is not None:
            left[quota.feature] = replace(quota, remaining=quota.remaining - 1)
    return tuple(judged.get(index, change) for index, change in enumerate(changes))


def _wait(change: Change, quota: Quota, now: datetime) -> Change:
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
        change, kind=ChangeKind.HOLD, wanted=change.kind, reason=reason, message=message, attention=attention
    )
