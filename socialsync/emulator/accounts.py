"""The account operations: who is connected, connect and disconnect, defaults."""

import json
import sqlite3
from typing import Any

from socialsync.emulator import quota
from socialsync.emulator.channels import Channel, follow
from socialsync.emulator.core import Call, Emulator
from socialsync.emulator.errors import FieldViolation, ServiceError, invalid, refuse
from socialsync.emulator.lifecycle import connection_status

_DEFAULT_PATHS = {
    "defaultAccountId": "id",
    "defaultPageId": "page.id",
    "defaultBoardId": "board.id",
    "defaultLocationId": "location.id",
    "defaultChannelId": "id",
}


def _channel(call: Call, name: str | None) -> Channel:
    channel = call.emulator.channels.get(name or "")
    if channel is None:
        raise refuse("UNSUPPORTED_CHANNEL", f"There is no channel {name or '(none given)'}")
    return channel


def connection(emulator: Emulator, site: str, channel: str) -> sqlite3.Row:
    row = emulator.store.one("select * from connection where site=? and channel=?", site, channel)
    if row is None:
        # A channel that was added by a setting after the site was opened, and without accounts.
        emulator.store.run("insert into connection values(?,?,'NEVER_CREATED',null,'[]')", site, channel)
        return connection(emulator, site, channel)
    return row


def list_accounts(call: Call) -> dict[str, Any]:
    channel = _channel(call, call.first("channelName"))
    status = connection_status(call.emulator, call.site, channel.name, call.now)
    if status == "NEVER_CREATED":
        raise refuse("USER_NOT_EXIST_FOR_CHANNEL", f"{channel.name} was never connected")
    if status != "VALID":
        raise refuse("USER_IS_DISCONNECTED", f"{channel.name} is not connected any more")
    accounts = json.loads(connection(call.emulator, call.site, channel.name)["accounts"])
    if not accounts and call.settings["no_pages"] != "empty":
        raise refuse("NO_PAGES_FOR_USER")
    return {"accounts": [{"channelName": channel.name, channel.account_key: account} for account in accounts]}


def get_long_lived_token_status(call: Call) -> dict[str, Any]:
    channel = _channel(call, call.params["channelName"])
    return {"status": connection_status(call.emulator, call.site, channel.name, call.now)}


def get_connect_url(call: Call) -> dict[str, Any]:
    channel = _channel(call, call.params["channelName"])
    if not channel.connect_url or channel.name in call.settings["dead_channels"]:
        raise refuse("UNSUPPORTED_CHANNEL", f"{channel.name} can't be connected by a URL")
    if connection_status(call.emulator, call.site, channel.name, call.now) != "VALID":
        quota.check(call.emulator, call.site, "CONNECT_CHANNEL", call.now)
    row = call.store.one("select count(*) as n from connect_link")
    state = call.emulator.new_id("connect", 0 if row is None else row["n"])
    expires = call.now + call.settings["connect_url_seconds"] * 1000
    call.store.run("insert into connect_link values(?,?,?,?,0)", state, call.site, channel.name, expires)
    return {"connectUrl": f"{call.base_url}_emulator/connect?state={state}"}


def follow_link(emulator: Emulator, state: str, now: int) -> str:
    """What a person's browser does with a connect URL: good for one success, and not for long."""
    row = emulator.store.one("select * from connect_link where state=?", state)
    if row is None or row["used"] or row["expires"] <= now:
        raise ServiceError(status=410, message="This link was used or has expired; ask for a fresh one")
    if connection_status(emulator, row["site"], row["channel"], now) != "VALID":
        quota.check(emulator, row["site"], "CONNECT_CHANNEL", now)
    emulator.store.run("update connect_link set used=1 where state=?", state)
    connect(emulator, row["site"], row["channel"])
    return str(row["channel"])


def connect(
    emulator: Emulator, site: str, channel: str, accounts: list[Any] | None = None, expires: int | None = None
) -> None:
    known = json.loads(connection(emulator, site, channel)["accounts"])
    chosen = accounts if accounts is not None else known or list(emulator.channels[channel].accounts)
    if not chosen and accounts is None:
        chosen = [{"id": emulator.number_for("account", channel), "displayName": "Acme", "settings": {"default": True}}]
    emulator.store.run(
        "update connection set status='VALID', expires=?, accounts=? where site=? and channel=?",
        *(expires, json.dumps(chosen), site, channel),
    )


def disconnect_account(call: Call) -> dict[str, Any]:
    channel = _channel(call, call.params["channelName"])
    if connection(call.emulator, call.site, channel.name)["status"] == "NEVER_CREATED":
        raise refuse("USER_NOT_EXIST_FOR_CHANNEL", f"{channel.name} was never connected")
    call.store.run("update connection set status='DISCONNECTED' where site=? and channel=?", call.site, channel.name)
    return {}


def update_account_settings(call: Call) -> dict[str, Any]:
    channel = _channel(call, call.params["channelName"])
    given = call.body.get(channel.account_key)
    if not isinstance(given, dict) or set(call.body) != {channel.account_key} or set(given) != {channel.default_by}:
        text = f"must be {{{channel.account_key}: {{{channel.default_by}: ...}}}}"
        raise invalid([FieldViolation(field=channel.account_key, description=text, rule="INVALID_ARGUMENT")])
    set_default(call.emulator, call.site, channel, given[channel.default_by])
    return {}


def set_default(emulator: Emulator, site: str, channel: Channel, wanted: Any) -> None:
    accounts = json.loads(connection(emulator, site, channel.name)["accounts"])
    path = _DEFAULT_PATHS.get(channel.default_by, "id")
    if wanted not in [follow(account, path) for account in accounts]:
        field = f"{channel.account_key}.{channel.default_by}"
        raise invalid([FieldViolation(field=field, description="is not on the site", rule="INVALID_ARGUMENT")])
    for account in accounts:
        account["settings"] = {**account.get("settings", {}), "default": follow(account, path) == wanted}
    emulator.store.run(
        "update connection set accounts=? where site=? and channel=?", json.dumps(accounts), site, channel.name
    )
