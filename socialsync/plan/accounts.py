"""From an alias in socialsync.yaml to the account, page, board or location that Wix offers under it now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from socialsync.model.accounts import AccountInfo, Connection, TokenStatus
from socialsync.model.intents import Target

_STATES = {
    TokenStatus.NEVER_CREATED: "was never connected",
    TokenStatus.INVALID: "must be reconnected",
    TokenStatus.DISCONNECTED: "is disconnected",
}


def pinned_id(account: AccountInfo) -> str:
    """How an account is written in socialsync.yaml: `<account id>`, or `<account id>/<page, board, location id>`."""
    return f"{account.account_id}/{account.second_id}" if account.second_id else account.account_id


def resolve(target: Target, pinned: str, connections: Mapping[str, Connection]) -> AccountInfo | str:
    """The account pinned for the target's alias, or one plain sentence saying why there is none.

    `pinned` is the full form of `pinned_id`, or a page, board or location id alone, or an account id alone where
    the channel offers just one entry under it. Wix's own, changeable default is never used.
    """
    connection = connections.get(target.channel)
    if connection is None or connection.token is not TokenStatus.VALID:
        state = _STATES[connection.token] if connection is not None else "is not offered by this site"
        code = f" ({connection.error})" if connection is not None and connection.error else ""
        return f"the channel {target.channel} {state} at Wix{code}; connect it there, nothing else is needed here"
    matches = _matches(connection.accounts, pinned)
    if len(matches) == 1:
        return matches[0]
    offered = ", ".join(pinned_id(account) for account in connection.accounts) or "none"
    if matches:
        return f"the id {pinned} of {target.alias} names several of the site's accounts; write one of: {offered}"
    return f"the id {pinned} of {target.alias} is not among the site's accounts ({offered})"


def _matches(accounts: Iterable[AccountInfo], pinned: str) -> list[AccountInfo]:
    accounts = tuple(accounts)
    for form in (pinned_id, lambda account: account.second_id, lambda account: account.account_id):
        matches = [account for account in accounts if form(account) == pinned]
        if matches:
            return matches
    return []
