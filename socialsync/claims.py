"""Claims as a file: which immediate publishes may have been sent; the one memory that must not be lost."""

from __future__ import annotations

import json
from collections.abc import Mapping

from socialsync.errors import SocialSyncError

# Claims lie apart from the rest of State. All else in it may be lost, or put back to how it once was, and no post goes
# out twice for that; but a claim is the only thing that knows that a post may have been sent.

_VERSION = 1


def encode(site: str, claims: Mapping[str, str]) -> bytes:
    """The bytes of the file of claims, one a line."""
    data = {"version": _VERSION, "site": site, "claims": dict(sorted(claims.items()))}
    return (json.dumps(data, indent=1, ensure_ascii=False) + "\n").encode()


def decode(data: bytes, site: str, where: str) -> dict[str, str]:
    """The claims in a file's bytes. Raises SocialSyncError for one that is not whole, or newer."""
    try:
        value = json.loads(data)
        if (value["version"], value["site"]) != (_VERSION, site):
            raise ValueError(f"it is version {value['version']}, of {value['site']}")
        return {str(key): str(at) for key, at in value["claims"].items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SocialSyncError(
            f"{where} cannot be read: {error}",
            hint="Update socialsync, or restore the file from its git history. Do not remove it: it says which posts "
            "may have been sent already.",
            code="E-STATE",
        ) from error
