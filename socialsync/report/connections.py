"""The page of `accounts`: what is connected, and the lines to paste into socialsync.yaml."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from itertools import count

from socialsync import keys
from socialsync.cells import Cells
from socialsync.model.accounts import AccountInfo, Connection, TokenStatus
from socialsync.model.reports import Report, SiteReport
from socialsync.report import changes, words
from socialsync.report.entries import account_forms
from socialsync.report.view import Entry, Fact, Page, Section, Sign
from socialsync.report.visible import flat, visible


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
    title = f"{connected:,} of {total:,} channels connected" if total else "No channel could be asked for"
    return Page(title=title, sections=tuple(sections))


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
    lines, nameless = _lines(channel, fresh, pinned, _room(channel, site, cells)) if valid else ([], [])
    lost += [f"No name for {name} is short enough: namespace and name of the site are too long." for name in nameless]
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
        paste="\n".join(lines),
        paste_intro="To post there, write this in socialsync.yaml, under accounts:",
    )


def _forms(account: AccountInfo) -> tuple[str, ...]:
    return account_forms(account.account_id, account.second_id)


def _described(account: AccountInfo, value: str) -> str:
    return " · ".join(filter(None, (value, account.name, "default at Wix" if account.default else "")))


def _room(channel: str, site: SiteReport, cells: Cells) -> int:
    """How long the name of an account may be, as it is part of every key; below -1 not even the bare channel fits."""
    types = [cell.type for cell in cells.of_channel(channel)] or [""]
    return min(keys.room_for_account(site.namespace, site.site, channel, type_) for type_ in types)


def _lines(channel: str, fresh: list[AccountInfo], pinned: Mapping[str, str], room: int) -> tuple[list[str], list[str]]:
    """One line of YAML per account: the bare channel for the default or only one, `channel@name` for the rest. Beside
    them the accounts for which no alias is short enough."""
    taken = set(pinned)
    lines, nameless = [], []
    for account in sorted(fresh, key=lambda account: not account.default):
        alias = next((each for each in _aliases(channel, account.name, room) if each not in taken), None)
        if alias is None:
            nameless.append(account.name or _forms(account)[0])
            continue
        taken.add(alias)
        comment = flat(visible(f"{account.name} {'(default at Wix)' if account.default else ''}"))
        # A JSON string is a YAML string, whatever the service put into an id.
        lines.append(f"{alias}: {json.dumps(_forms(account)[0])}" + (f"  # {comment}" if comment else ""))
    return lines, nameless


def _aliases(channel: str, name: str, room: int) -> Iterator[str]:
    """`facebook`, then `facebook@berlin` from a page called Berlin, then that with a number; none that validate would
    refuse."""
    if room >= -1:
        yield channel
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "account"
    if room > 0:
        yield f"{channel}@{slug[:room].rstrip('-')}"
    for number in count(2):
        end = str(number)
        if len(end) > room:
            return
        head = slug[: max(room - len(end) - 1, 0)].rstrip("-")
        yield f"{channel}@{head}-{end}" if head else f"{channel}@{end}"
