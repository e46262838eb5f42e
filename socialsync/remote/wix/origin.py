"""Where requests may go: the service's own https origin or this machine; never an address from a repository file."""

from __future__ import annotations

import ipaddress
from urllib.parse import SplitResult, urlsplit

from socialsync.errors import UsageError

SERVICE = "https://www.wixapis.com"
# Hosts that an upload address of the service may name (API reference 7.5: wixmp.com; the others are Wix's as well).
_UPLOAD_DOMAINS = ("wixmp.com", "wix.com", "wixapis.com", "wixstatic.com")


def checked_origin(base_url: str) -> str:
    """`base_url` without a final slash. Raises UsageError unless it is the service or http on a loopback address."""
    url = base_url.rstrip("/")
    parts = _split(url)
    bare = parts is not None and not (parts.path or parts.query or parts.fragment or parts.username or parts.password)
    if url == SERVICE or (bare and is_loopback(url)):
        return url
    raise UsageError(
        f"requests with the key go to {SERVICE} or to this machine only, not to {base_url!r}",
        hint="Use the service itself, or an emulator on 127.0.0.1.",
        code="E-ORIGIN",
    )


def may_upload_to(url: str, *, origin: str) -> bool:
    """Whether an upload address that the service at `origin` gave is one of its own hosts (on https), or, for an
    emulator, on this machine."""
    if is_loopback(origin):
        return is_loopback(url)
    parts = _split(url)
    if parts is None or parts.scheme != "https" or parts.username is not None:
        return False
    host = parts.hostname or ""
    return any(host == domain or host.endswith(f".{domain}") for domain in _UPLOAD_DOMAINS)


def is_loopback(url: str) -> bool:
    """Whether `url` is plain http to this machine."""
    parts = _split(url)
    if parts is None or parts.scheme != "http":
        return False
    if parts.hostname == "localhost":
        return True
    try:
        return ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False


def _split(url: str) -> SplitResult | None:
    """The parts of `url`; None if it is none, or its port is no number."""
    if any(character <= " " or character == "\\" for character in url):
        return None
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts
