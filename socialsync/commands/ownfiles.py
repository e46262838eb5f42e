"""Files of ours that a post names by their id at Wix: one canonical form, however a post came to a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from socialsync.model.intents import Intent, MediaRef


def recognised(intent: Intent, digest_of: Callable[[str], str]) -> Intent:
    """The intent with the digest of every `wix:` entry that is a file which socialsync has put there, because an item
    that holds it is read as that file. `digest_of` is empty for a file that is none of ours."""
    media = intent.content.media
    named = tuple(_recognised(ref, digest_of) for ref in media)
    return intent if named == media else replace(intent, content=replace(intent.content, media=named))


def _recognised(ref: MediaRef, digest_of: Callable[[str], str]) -> MediaRef:
    return replace(ref, digest=digest_of(ref.file_id)) if ref.file_id and not ref.digest else ref
