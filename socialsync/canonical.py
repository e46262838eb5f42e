"""The one canonical form of content: it is what is compared, fingerprinted and sent."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from socialsync.model.intents import Content, FieldValue


def canonical_text(text: str) -> str:
    """NFC, LF line ends, outer blanks cut; idempotent."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    # Every part of a normalised text is normalised (UAX 15), so cutting may come last.
    return unicodedata.normalize("NFC", text).strip()


def canonical_instant(instant: datetime) -> str:
    """`2026-12-01T08:00:00Z`: UTC, whole seconds."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def content_fields(content: Content) -> dict[str, FieldValue]:
    """The fields of a content that are not empty; absent and empty are the same to every channel."""
    fields: dict[str, FieldValue] = {}
    if content.text:
        fields["text"] = content.text
    if content.title:
        fields["title"] = content.title
    if content.link:
        fields["link"] = content.link
    if content.media:
        fields["media"] = tuple(ref.token for ref in content.media)
    fields.update(content.extras)
    return fields


# Made once: `json.dumps` makes one for every value that it is called with.
_ENCODER = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def fingerprint(value: Any) -> str:
    """SHA-256 (hex) of a JSON value; the order of keys does not matter."""
    return hashlib.sha256(_ENCODER.encode(value).encode()).hexdigest()


def field_fingerprints(fields: Mapping[str, FieldValue]) -> dict[str, str]:
    """Per field 16 hex digits of its fingerprint: what State keeps in place of the text."""
    return {name: fingerprint(value)[:16] for name, value in sorted(fields.items())}


def short_fingerprint(fields: Mapping[str, FieldValue], at: datetime | None) -> str:
    """Eight hex digits that name one state of a post in a waiver."""
    return fingerprint([sorted(fields.items()), canonical_instant(at) if at else None])[:8]
