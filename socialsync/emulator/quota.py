"""What the site's plan allows: features, their quotas by period, and what has been used."""

from datetime import UTC, datetime, timedelta
from typing import Any

from socialsync.emulator.core import Call, Emulator
from socialsync.emulator.errors import FieldViolation, invalid, refuse

KNOWN = ("PUBLISH_POST", "SCHEDULE_POST", "AI_TOOLS", "CONNECT_CHANNEL")
_FIXED = {"MILLISECOND": 1, "SECOND": 1000, "MINUTE": 60_000, "HOUR": 3_600_000, "DAY": 86_400_000}


def period_start(now: int, period: str) -> int:
    if period in _FIXED:
        return now - now % _FIXED[period]
    moment = datetime.fromtimestamp(now / 1000, UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    if period == "WEEK":
        moment -= timedelta(days=moment.weekday())
    elif period == "MONTH":
        moment = moment.replace(day=1)
    elif period == "YEAR":
        moment = moment.replace(month=1, day=1)
    else:
        return 0
    return int(moment.timestamp() * 1000)


def _plan(emulator: Emulator, feature: str) -> dict[str, Any]:
    plan: dict[str, Any] = emulator.settings["features"].get(feature, {"enabled": False})
    return plan


def _used(emulator: Emulator, site: str, feature: str, start: int) -> int:
    if feature == "CONNECT_CHANNEL":
        row = emulator.store.one("select count(*) as used from connection where site=? and status='VALID'", site)
    else:
        row = emulator.store.one("select used from usage where site=? and feature=? and period=?", site, feature, start)
    return 0 if row is None else int(row["used"])


def check(emulator: Emulator, site: str, feature: str, now: int) -> None:
    plan = _plan(emulator, feature)
    if not plan.get("enabled"):
        raise refuse("INELIGIBLE_FOR_FEATURE", f"{feature} is not part of the plan")
    limit = plan.get("limit")
    if limit and _used(emulator, site, feature, period_start(now, plan.get("period", "NO_PERIOD"))) >= limit:
        raise refuse("INELIGIBLE_FOR_FEATURE", f"The quota of {feature} is used up")


def consume(emulator: Emulator, site: str, feature: str, now: int) -> list[Any]:
    """Counts one unit; what it returns gives the unit back."""
    start = period_start(now, _plan(emulator, feature).get("period", "NO_PERIOD"))
    emulator.store.run("insert into usage values(?,?,?,1) on conflict do update set used=used+1", site, feature, start)
    return [feature, start]


def restore(emulator: Emulator, site: str, charge: list[Any] | None) -> None:
    if charge is not None:
        emulator.store.run(
            "update usage set used=max(0, used-1) where site=? and feature=? and period=?", site, *charge
        )


def _feature(call: Call, feature: str) -> dict[str, Any]:
    plan = _plan(call.emulator, feature)
    shown: dict[str, Any] = {"type": feature, "enabled": bool(plan.get("enabled"))}
    period = plan.get("period", "NO_PERIOD")
    if plan.get("limit"):
        used = _used(call.emulator, call.site, feature, period_start(call.now, period))
        left = max(0, plan["limit"] - used)
        shown["quotaInfo"] = {"limit": plan["limit"], "currentUsage": used, "remainingUsage": left, "period": period}
    elif call.settings["unmetered_quota"] == "zero":
        shown["quotaInfo"] = {"limit": 0, "currentUsage": 0, "remainingUsage": 0, "period": period}
    return shown


def _known(call: Call, feature: str) -> str:
    if feature not in KNOWN and feature not in call.settings["features"]:
        text = f"must be one of {', '.join(KNOWN)}"
        raise invalid([FieldViolation(field="featureType", description=text, rule="INVALID_ENUM")])
    return feature


def get_feature_data(call: Call) -> dict[str, Any]:
    return {"featureData": _feature(call, _known(call, call.params["featureType"])), "monetizationEnabled": True}


def get_features_data(call: Call) -> dict[str, Any]:
    features = call.every("featureTypes")
    if not 1 <= len(features) <= 20:
        text = "must be given 1 to 20 times"
        raise invalid([FieldViolation(field="featureTypes", description=text, rule="OUT_OF_RANGE")])
    return {"features": [_feature(call, _known(call, name)) for name in features], "monetizationEnabled": True}
