"""Web addresses as a reviewer reads them: refused where the place it leads to is not the one that it seems to name."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

from socialsync.source.words import shown

# Letters, digits, dashes and dots before the path, ending in letters: nearly every address, and nothing to judge in it.
_PLAIN = re.compile(r"https?://(?:[a-z0-9-]+\.)+[a-z]+(?:[/?#][^\s\\]*)?").fullmatch


def complaint(link: str) -> tuple[str, str] | None:
    """Message and hint if `link` is no address that can be judged by reading it."""
    if _PLAIN(link):
        return None
    if any(sign.isspace() for sign in link) or "\\" in link:
        return f"{shown(link)} holds a blank or “\\”.", "Write the address as the browser shows it."
    try:
        parts = urlsplit(link)
        host = parts.hostname or ""
        parts.port  # noqa: B018  # raises for a port that is none
    except ValueError:
        return f"{shown(link)} is not a web address.", "Write the address as the browser shows it."
    if parts.scheme not in ("https", "http") or not host:
        return f"{shown(link)} is not a web address.", "Write it with “https://”."
    if "@" in parts.netloc:
        return f"{shown(link)} names a user before “@”; it leads to {shown(host)}.", "Leave the part up to “@” out."
    if "%" in host or "." not in host or _is_number(host):
        return f"{shown(host)} is not the name of a public web site.", "Write the address as the browser shows it."
    for label in host.split("."):
        scripts = _scripts(label)
        if len(scripts) > 1:
            mixed = " and ".join(sorted(scripts))
            return f"{shown(label)} mixes {mixed} letters, which look alike.", "Type the address anew."
    return None


def _is_number(host: str) -> bool:
    import ipaddress

    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host.rpartition(".")[2].isdigit() or host.rpartition(".")[2].startswith("0x")
    return True


def _scripts(label: str) -> set[str]:
    """The alphabets in `label`, by the first word of the letters' names: LATIN, CYRILLIC, GREEK, …"""
    if label.isascii():
        return set()
    return {unicodedata.name(sign, "?").split()[0].capitalize() for sign in label if sign.isalpha()}
