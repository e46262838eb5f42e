"""Keys: the identity of an item, computed from git alone and never parsed back (DESIGN section 5, promise 1)."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache

PREFIX = "ss1"
MAX_LENGTH = 64
# A long post id becomes its first 10 characters, a dash and 40 bits of its digest.
_HEAD = 10
_SHORT_ID = _HEAD + 1 + 8
# The widest attempt, `.a999`, is reserved, so that raising the attempt never changes how the id is written.
_ATTEMPT = 5
MAX_ATTEMPT = 999

PART = re.compile(r"[a-z0-9][a-z0-9-]*\Z")
POST_ID = re.compile(r"[a-z0-9][a-z0-9-]{1,62}\Z")


def namespace_prefix(namespace: str, site: str) -> str:
    """What every key of this namespace and site starts with."""
    return f"{PREFIX}.{namespace}.{site}."


def site_of(key: str, namespace: str) -> str:
    """The site for which this namespace made the key; empty if it did not. The one thing that is read out of a key, to
    notice that a site was given another name."""
    before = f"{PREFIX}.{namespace}."
    return key.removeprefix(before).split(".", 1)[0] if key.startswith(before) else ""


def target_part(channel: str, type_: str, account: str) -> str:
    """`facebook-post-berlin`; a bare channel has no account part, which no alias can imitate."""
    return f"{channel}-{type_}-{account}" if account else f"{channel}-{type_}"


def room_for_post_id(namespace: str, site: str, channel: str, type_: str, account: str) -> int:
    """How many characters of the 64 are left for the post id; below 19 no key can be built."""
    fixed = len(namespace_prefix(namespace, site)) + 1 + len(target_part(channel, type_, account)) + _ATTEMPT
    return MAX_LENGTH - fixed


def room_for_account(namespace: str, site: str, channel: str, type_: str) -> int:
    """How many characters the account's name in an alias may have; at 0 only the bare channel is short enough, below 0
    perhaps not even that: `fits` says so."""
    return room_for_post_id(namespace, site, channel, type_, "") - _SHORT_ID - len("-")


@cache
def fits(namespace: str, site: str, channel: str, type_: str, account: str) -> bool:
    """Whether namespace, site and account are short enough together for a key."""
    return room_for_post_id(namespace, site, channel, type_, account) >= _SHORT_ID


def key(*, namespace: str, site: str, post_id: str, channel: str, type_: str, account: str, attempt: int) -> str:
    """`ss1.<namespace>.<site>.<post id>.<channel>-<type>[-<account>].a<attempt>`, at most 64 characters.

    Raises ValueError for parts outside `[a-z0-9-]` or too long together: callers check `fits` first.
    """
    before, after, room = _frame(namespace, site, channel, type_, account)
    if not POST_ID.match(post_id):
        raise ValueError(f"not a post id: {post_id!r}")
    if not 1 <= attempt <= MAX_ATTEMPT:
        raise ValueError(f"not an attempt: {attempt!r}")
    written = post_id if len(post_id) <= room else _shorten(post_id)
    return f"{before}{written}{after}{attempt}"


@cache
def _frame(namespace: str, site: str, channel: str, type_: str, account: str) -> tuple[str, str, int]:
    """What stands before and after the post id, and its room: the same few for the thousands of posts of a site."""
    target = target_part(channel, type_, account)
    for part in (namespace, site, target):
        if not PART.match(part):
            raise ValueError(f"not a key part: {part!r}")
    if not fits(namespace, site, channel, type_, account):
        raise ValueError(f"namespace, site and account are too long together for {target}")
    return (
        namespace_prefix(namespace, site),
        f".{target}.a",
        room_for_post_id(namespace, site, channel, type_, account),
    )


@cache
def _shorten(post_id: str) -> str:
    digest = base64.b32encode(hashlib.sha256(post_id.encode()).digest()[:5]).decode().lower()
    return f"{post_id[:_HEAD]}-{digest}"
