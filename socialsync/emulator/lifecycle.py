"""How an item becomes public: scheduled, due, queued, processed, published or failed; settled lazily."""

import sqlite3

from socialsync.emulator import items, quota, record
from socialsync.emulator.clock import parse_instant, render_instant
from socialsync.emulator.content import content_of, media_urls
from socialsync.emulator.core import FILE_ID, Emulator
from socialsync.emulator.errors import ServiceError, refuse
from socialsync.emulator.items import Item


def settle(emulator: Emulator, now: int) -> bool:
    """Carries out, in the order of their times, all transitions that are due; inside the caller's transaction."""
    moved = False
    while True:
        row = emulator.store.one("select * from item where due<=? order by due, number limit 1", now)
        if row is None:
            return moved
        moved = True
        _step(emulator, row, row["due"])


def _step(emulator: Emulator, row: sqlite3.Row, time: int) -> None:
    item = items.item_of(row)
    if row["status"] == "SCHEDULED":
        waits = round(emulator.settings["in_queue_seconds"] * 1000)
        if waits:
            item["status"] = "IN_QUEUE"
            items.save(emulator, row, item, now=time, due=time + waits)
            return
    if row["status"] in ("SCHEDULED", "IN_QUEUE"):
        refusal = _refusal_at_fire(emulator, row["site"], item, time)
        if refusal is not None:
            _fail(emulator, row["site"], item, *refusal)
            items.save(emulator, row, item, now=time)
            return
        due = _process(emulator, row["site"], item, time)
        items.save(emulator, row, item, now=time, due=due)
        return
    _finish(emulator, row["site"], item, time)
    items.save(emulator, row, item, now=time)


def _process(emulator: Emulator, site: str, item: Item, time: int) -> int | None:
    """Begins the publication; returns when it ends, or None if it is over or never ends."""
    item["status"] = "PROCESSING"
    if _outcome(emulator, item) == "STUCK":
        return None
    waits: int = round(emulator.settings["processing_seconds"] * 1000)
    if waits:
        return time + waits
    _finish(emulator, site, item, time)
    return None


def _outcome(emulator: Emulator, item: Item) -> str:
    outcomes = emulator.settings["publish_outcome"]
    outcome: str = outcomes.get(item["channel"]["name"], outcomes.get("*", "PUBLISHED"))
    return outcome


def _finish(emulator: Emulator, site: str, item: Item, time: int) -> None:
    outcome = _outcome(emulator, item)
    if outcome in ("FAILED", "FAILED_BUT_LIVE"):
        if outcome == "FAILED_BUT_LIVE":
            record.publish(emulator, site, item, time)
        _fail(emulator, site, item, "PUBLISH_FAILED", "The channel did not accept the post")
        return
    item["status"] = "PUBLISHED"
    give_permalink(emulator, item)
    record.publish(emulator, site, item, time)


def give_permalink(emulator: Emulator, item: Item) -> None:
    channel = emulator.channels[item["channel"]["name"]]
    number = emulator.number_for("external", item["id"])
    item["channel"]["externalItemId"] = channel.external_id.replace("{id}", number)
    item["channel"]["externalItemUrl"] = channel.permalink.replace("{id}", number)


def _fail(emulator: Emulator, site: str, item: Item, code: str, text: str) -> None:
    item["status"] = "FAILED"
    item["publicationError"] = {"code": code, "description": text}
    charge = item.pop("_charge", None)
    if emulator.settings["failure_restores_quota"]:
        quota.restore(emulator, site, charge)


def connection_status(emulator: Emulator, site: str, channel: str, at: int) -> str:
    row = emulator.store.one("select status, expires from connection where site=? and channel=?", site, channel)
    if row is None:
        return "NEVER_CREATED"
    expired = row["status"] == "VALID" and row["expires"] is not None and row["expires"] <= at
    return "INVALID" if expired else str(row["status"])


def _platform_refusal(emulator: Emulator, site: str, item: Item) -> tuple[str, str] | None:
    """What the network itself would say: unknown account, missing page, media that is not there."""
    channel = emulator.channels[item["channel"]["name"]]
    row = emulator.store.one("select accounts from connection where site=? and channel=?", site, channel.name)
    accounts = [] if row is None else record.parse(row["accounts"])
    own = [a for a in accounts if a.get("id") == item["channel"].get("accountId")]
    if not own:
        return "CHANNEL_REJECTED", f"The account {item['channel'].get('accountId')} was not found"
    content = content_of(emulator.channels, item)
    second = channel.second
    if second is not None and not any(second.accepts(content.get(second.field), account) for account in own):
        return "CHANNEL_REJECTED", second.rejection
    return None


def _refusal_at_fire(emulator: Emulator, site: str, item: Item, time: int) -> tuple[str, str] | None:
    name = item["channel"]["name"]
    if name in emulator.settings["dead_channels"]:
        return "UNSUPPORTED_CHANNEL", "The channel is no longer supported"
    status = connection_status(emulator, site, name, time)
    if status != "VALID":
        if emulator.settings["disconnected_at_fire"] == "PUBLISHED":
            return None
        return "USER_IS_DISCONNECTED", f"The channel's connection is {status}"
    return _platform_refusal(emulator, site, item) or _media_refusal(emulator, item, time)


def _media_refusal(emulator: Emulator, item: Item, time: int) -> tuple[str, str] | None:
    if emulator.settings["pending_media"] == "accept":
        return None
    for url in media_urls(content_of(emulator.channels, item)):
        match = FILE_ID.search(url)
        file = match and emulator.store.one("select ready, outcome from file where id=?", match[1])
        if file and (file["ready"] > time or file["outcome"] != "READY"):
            return "CHANNEL_REJECTED", f"The media file {match[1] if match else url} is not ready"
    return None


def require_media(emulator: Emulator, item: Item, *, at: str) -> None:
    if emulator.settings["media_required_on"] == at:
        channel = emulator.channels[item["channel"]["name"]]
        kind = channel.types[item["type"]]
        missing = kind.missing(item[kind.content])
        if missing is not None:
            raise refuse("CHANNEL_REJECTED" if at == "publish" else "400 CHANNEL_REJECTED", missing)


def future(emulator: Emulator, date: str, now: int, outcome: str) -> int:
    """The instant of a date that must be strictly in the future."""
    instant = parse_instant(date)
    if instant <= now + emulator.settings["minimum_lead_seconds"] * 1000:
        if outcome == "html":
            raise ServiceError(status=400, message="", code="SCHEDULED_TIME_ALREADY_PASSED", html=True)
        raise refuse(outcome, executeAt=render_instant(instant), now=render_instant(now))
    return instant


def release(emulator: Emulator, site: str, item: Item, *, now: int, date: str | None) -> int | None:
    """Publishes now, or schedules for `date`: changes the item, returns when its next transition is due."""
    name = item["channel"]["name"]
    if name in emulator.settings["dead_channels"]:
        raise refuse("UNSUPPORTED_CHANNEL", f"{name} is no longer supported")
    instant = None
    if date is not None:
        instant = future(emulator, date, now, emulator.settings["past_date_on_publish"])
    require_media(emulator, item, at="publish")
    status = connection_status(emulator, site, name, now)
    if status != "VALID":
        raise refuse("428 USER_IS_DISCONNECTED", f"The channel's connection is {status}")
    wait = emulator.exceeds(site, "publish", emulator.settings["publish_limit_per_minute"])
    if wait is not None:
        error = refuse("PUBLISH_LIMIT_EXCEEDED")
        error.wait = wait
        raise error
    feature = "SCHEDULE_POST" if instant is not None else "PUBLISH_POST"
    if item["status"] != "SCHEDULED" or instant is None:
        quota.check(emulator, site, feature, now)
    if instant is not None:
        item["schedulingInfo"] = {"scheduledDate": date}
        if item["status"] != "SCHEDULED":
            item["_charge"] = quota.consume(emulator, site, feature, now)
        item["status"] = "SCHEDULED"
        return instant
    refusal = _platform_refusal(emulator, site, item) or _media_refusal(emulator, item, now)
    if refusal is not None and emulator.settings["platform_rejection"] == "428":
        raise refuse(refusal[0], refusal[1])
    quota.restore(emulator, site, item.pop("_charge", None))
    if refusal is not None:
        _fail(emulator, site, item, *refusal)
        return None
    item["_charge"] = quota.consume(emulator, site, feature, now)
    return _process(emulator, site, item, now)
