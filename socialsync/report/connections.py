"""The page of `accounts`: what is connected, and the lines to paste into socialsync.yaml."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Container, Mapping

from socialsync.cells import Cells
from socialsync.model.accounts import AccountInfo, Connection, TokenStatus
from socialsync.model.reports import Report, SiteReport
from socialsync.report import changes, words
from socialsync.report.entries import account_forms
from socialsync.report.view import Entry, Fact, Page, Section, Sign
from socialsync.report.visible import flat, visible

# An alias is part of every key, where room is scarce (DESIGN section 5, promise 1).
_ALIAS_LENGTH = 16


def accounts(report: Report, cells: Cells) -> Page:
    """Per channel its connection, its accounts, and which of them git knows under which alias."""
    sections: list[Section] = []
    connected = total = 0
    for site in report.sites:
        label = changes.site_label(report, site)
        sections += changes.failure_section(site, label)
        connected += sum(connection.token is TokenStatus.VALID for connection in site.connections)
        total += len(site.connections)
        entries = tuple(_entry(connection, site, cells) for connection in site.connections)
        if entries:
            sections.append(Section(title=f"{label}Channels", entries=entries))
    return Page(title=f"{connected:,} of {total:,} channels connected", sections=tuple(sections))


def _entry(connection: Connection, site: SiteReport, cells: Cells) -> Entry:
    """One channel: the aliases in use, those that lead nowhere, and the lines for what is not pinned yet."""
    channel = connection.channel
    pinned = {alias: site.aliases[alias] for alias in sorted(site.aliases) if alias.partition("@")[0] == channel}
    valid = connection.token is TokenStatus.VALID
    facts, lost, used = [], [], set()
    for alias, value in pinned.items():
        account = next((one for one in connection.accounts if value in _forms(one)), None)
        if account is not None and valid:
            used.add(_forms(account)[0])
            facts.append(Fact(label=alias, value=_described(account, value)))
        elif valid:
            lost.append(f"{alias} ({value}) is not among the accounts of this site any more; its posts are held.")
        else:
            facts.append(Fact(label=alias, value=f"{value} · its posts are held until the channel is connected"))
    fresh = [account for account in connection.accounts if _forms(account)[0] not in used]
    if valid and not connection.accounts:
        lost.append("It offers no account, page or board that can be posted to.")
    state = words.TOKEN[connection.token]
    closed = next((cell.closed for cell in cells.of_channel(channel) if cell.closed), "")
    return Entry(
        sign=Sign.DECIDE if lost or (pinned and not valid) else Sign.DONE if valid else Sign.QUIET,
        what=f"{channel}: {state}",
        post=connection.error,
        advice=(*lost, *([closed] if closed else [])),
        facts=tuple(facts),
        paste="\n".join(_lines(channel, fresh, pinned)) if valid else "",
        paste_intro="To post there, write this in socialsync.yaml, under accounts:",
    )


def _forms(account: AccountInfo) -> tuple[str, ...]:
    return account_forms(account.account_id, account.second_id)


def _described(account: AccountInfo, value: str) -> str:
    return " · ".join(filter(None, (value, account.name, "default at Wix" if account.default else "")))


def _lines(channel: str, fresh: list[AccountInfo], pinned: Mapping[str, str]) -> list[str]:
    """One line of YAML per account: the bare channel for the default or only one, `channel@name` for the rest."""
    taken = set(pinned)
    lines = []
    ordered = sorted(fresh, key=lambda account: not account.default)
    for account in ordered:
        alias = channel if channel not in taken else _alias(channel, account.name, taken)
        taken.add(alias)
        comment = flat(visible(f"{account.name} {'(default at Wix)' if account.default else ''}"))
        # A JSON string is a YAML string, whatever the service put into an id.
        lines.append(f"{alias}: {json.dumps(_forms(account)[0])}" + (f"  # {comment}" if comment else ""))
    return lines


def _alias(channel: str, name: str, taken: Container[str]) -> str:
    """`facebook@berlin` from a page called Berlin; numbered where that is taken."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_ALIAS_LENGTH].rstrip("-") or "account"
    alias, number = f"{channel}@{slug}", 2
    while alias in taken:
        alias, number = f"{channel}@{slug}-{number}", number + 1
    return alias
