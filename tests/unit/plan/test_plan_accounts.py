"""From an alias to the account that the service offers under it now."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fakes import ACCOUNT

from socialsync.model.accounts import AccountInfo, Connection, TokenStatus
from socialsync.model.intents import Target
from socialsync.plan.accounts import pinned_id, resolve

TARGET = Target(channel="facebook", type="post", account="berlin")
BERLIN = replace(ACCOUNT, second_id="3")
ALONE = AccountInfo(channel="facebook", account_id="7")


def offered(*accounts: AccountInfo, token: TokenStatus = TokenStatus.VALID) -> dict[str, Connection]:
    return {"facebook": Connection(channel="facebook", token=token, accounts=accounts)}


@pytest.mark.parametrize(
    ("pinned", "expected"),
    [("1/2", ACCOUNT), ("1/3", BERLIN), ("2", ACCOUNT), ("3", BERLIN), ("7", ALONE)],
)
def test_found(pinned: str, expected: AccountInfo):
    assert resolve(TARGET, pinned, offered(ACCOUNT, BERLIN, ALONE)) == expected


def test_an_account_id_alone_where_it_offers_one_entry():
    assert resolve(TARGET, "1", offered(ACCOUNT)) == ACCOUNT


@pytest.mark.parametrize(
    ("pinned", "connections", "words"),
    [
        ("1", offered(ACCOUNT, BERLIN), "names several of the site's accounts; write one of: 1/2, 1/3"),
        ("9", offered(ACCOUNT), "the id 9 of facebook@berlin is not among the site's accounts (1/2)"),
        ("9", offered(), "(none)"),
        ("1/2", {}, "is not offered by this site"),
        ("1/2", offered(ACCOUNT, token=TokenStatus.NEVER_CREATED), "was never connected"),
        ("1/2", offered(ACCOUNT, token=TokenStatus.INVALID), "must be reconnected"),
        ("1/2", offered(ACCOUNT, token=TokenStatus.DISCONNECTED), "is disconnected"),
    ],
)
def test_not_found(pinned: str, connections: dict[str, Connection], words: str):
    reason = resolve(TARGET, pinned, connections)
    assert isinstance(reason, str)
    assert words in reason


def test_how_it_is_written():
    assert (pinned_id(ACCOUNT), pinned_id(ALONE)) == ("1/2", "7")
