"""Which channels are connected, and which accounts, pages, boards and locations they offer (API reference 7.1)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from socialsync.cells import Cell, Cells
from socialsync.model.accounts import AccountInfo, Connection, TokenStatus
from socialsync.remote.wix import api
from socialsync.remote.wix.client import Client
from socialsync.remote.wix.failures import Refused
from socialsync.remote.wix.replies import JsonObject

# What a refused list of accounts says about the connection itself.
_TOKEN_OF_REFUSAL = {
    "USER_NOT_EXIST_FOR_CHANNEL": TokenStatus.NEVER_CREATED,
    "USER_IS_DISCONNECTED": TokenStatus.DISCONNECTED,
    "NO_PAGES_FOR_USER": TokenStatus.VALID,
    "UNSUPPORTED_CHANNEL": TokenStatus.NEVER_CREATED,
}


def connection(client: Client, channel: str, cells: Cells) -> Connection:
    """One channel's connection; `channel` has at least one cell. Raises Unreachable, Denied or IncompleteRead."""
    of_channel = cells.of_channel(channel)
    name = of_channel[0].wire.channel
    try:
        told = api.token_status(client, name)
        if told not in TokenStatus.__members__:
            return Connection(channel=channel, token=TokenStatus.INVALID, error=told)
        token = TokenStatus(told)
        if token is not TokenStatus.VALID:
            return Connection(channel=channel, token=token)
        listed = api.list_accounts(client, name)
    except Refused as refusal:
        code = refusal.application_code
        if code not in _TOKEN_OF_REFUSAL:
            raise
        return Connection(channel=channel, token=_TOKEN_OF_REFUSAL[code], error=code)
    infos = tuple(info for entry in listed if (info := _account(entry, channel, of_channel)) is not None)
    return Connection(channel=channel, token=token, accounts=infos, error="" if infos else "NO_PAGES_FOR_USER")


def _account(entry: JsonObject, channel: str, cells: tuple[Cell, ...]) -> AccountInfo | None:
    """One entry of the list; None if it has no id or, where the channel posts to pages, no page."""
    wire = cells[0].wire.account
    data = entry.get(wire.key)
    account_id = _text(_at(data, "id"))
    second_id = _text(_at(data, wire.second)) if wire.second else ""
    if not account_id or (wire.second and not second_id):
        return None
    return AccountInfo(
        channel=channel,
        account_id=account_id,
        second_id=second_id,
        name=next((name for path in wire.name if (name := _text(_at(data, path)))), ""),
        default=_at(data, "settings.default") is True,
        options=dict(_options(data, cells)),
    )


def _options(data: Any, cells: tuple[Cell, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """YAML field -> the YAML values that this account allows, for the fields whose values depend on the account."""
    for cell in cells:
        for name, field in cell.wire.fields.items():
            allowed = _at(data, field.options) if field.options else None
            if isinstance(allowed, list):
                by_wire = {wire: value for value, wire in field.values.items()}
                yield name, tuple(by_wire.get(text, text) for text in map(_text, allowed))


def _at(data: Any, path: str) -> Any:
    for name in path.split("."):
        data = data.get(name) if isinstance(data, dict) else None
    return data


def _text(value: Any) -> str:
    """An id or name as text; numbers too, for the service writes ids either way."""
    match value:
        case str():
            return value
        case int() if not isinstance(value, bool):
            return json.dumps(value)
        case _:
            return ""
