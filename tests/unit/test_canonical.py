"""The canonical form: one text however it was typed, and fingerprints that only content decides."""

from __future__ import annotations

import hashlib
import unicodedata
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socialsync.canonical import (
    canonical_instant,
    canonical_text,
    content_fields,
    field_fingerprints,
    fingerprint,
    short_fingerprint,
)
from socialsync.model.intents import Content, MediaKind, MediaRef

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
BLANKS = st.text(" \t\n\r\u00a0\u2003\u2028", max_size=3)
law = settings(derandomize=True, max_examples=500, deadline=None)
MOMENT = datetime(2026, 12, 1, 8, 0, 0, 999999, tzinfo=UTC)


@law
@given(TEXTS)
def test_idempotent(text: str):
    once = canonical_text(text)
    assert canonical_text(once) == once
    assert once == once.strip()
    assert "\r" not in once
    assert unicodedata.is_normalized("NFC", once)


@law
@given(TEXTS, BLANKS, BLANKS)
def test_equal_however_it_is_typed(text: str, before: str, after: str):
    once = canonical_text(text)
    assert canonical_text(unicodedata.normalize("NFD", text)) == once
    assert canonical_text(unicodedata.normalize("NFC", text)) == once
    assert canonical_text(text.replace("\r", "").replace("\n", "\r\n")) == canonical_text(text.replace("\r", ""))
    assert canonical_text(before + text + after) == once


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\r\nb\rc\n", "a\nb\nc"),
        ("  a  b  ", "a  b"),
        ("Cafe\u0301", "Caf\u00e9"),
        ("\n\u0301x", "\u0301x"),
        ("", ""),
        (" \n ", ""),
    ],
)
def test_examples(text: str, expected: str):
    assert canonical_text(text) == expected


def test_instants_are_utc_and_whole_seconds():
    assert canonical_instant(MOMENT) == "2026-12-01T08:00:00Z"
    assert canonical_instant(MOMENT.astimezone(timezone(timedelta(hours=5, minutes=30)))) == "2026-12-01T08:00:00Z"


def test_only_what_is_there_is_a_field():
    picture = MediaRef(kind=MediaKind.IMAGE, digest="ab")
    at_wix = MediaRef(kind=MediaKind.VIDEO, file_id="v1", alt="not compared")
    assert content_fields(Content()) == {}
    assert content_fields(
        Content(text="t", title="T", link="l", media=(picture, at_wix), extras=(("privacy", "public"),))
    ) == {"text": "t", "title": "T", "link": "l", "media": ("sha256:ab", "wix:v1"), "privacy": "public"}


def test_fingerprints_are_what_they_were():
    assert fingerprint({"b": 1, "a": "ü"}) == fingerprint({"a": "ü", "b": 1})
    assert field_fingerprints({"text": "Hello"}) == {"text": "c25bf945aaff8fe1"}, "State holds these for ever"
    assert field_fingerprints({"media": ("a",)}) == field_fingerprints({"media": ["a"]})  # type: ignore[dict-item]
    assert short_fingerprint({"text": "Hello"}, None) != short_fingerprint({"text": "Hello"}, MOMENT)
    assert short_fingerprint({"text": "Hello"}, MOMENT) == short_fingerprint(
        {"text": "Hello"}, MOMENT.replace(microsecond=0)
    )
    assert len(short_fingerprint({}, None)) == 8


def test_what_is_hashed_is_compact_json_in_utf_8():
    compact = '{"a":"ü","b":[1,2]}'.encode()
    assert fingerprint({"b": [1, 2], "a": "ü"}) == hashlib.sha256(compact).hexdigest()
    state = b'[[["link","l"],["text","t"]],"2026-12-01T08:00:00Z"]'
    assert short_fingerprint({"text": "t", "link": "l"}, MOMENT) == hashlib.sha256(state).hexdigest()[:8]


@law
@given(
    st.dictionaries(st.sampled_from(["text", "title", "link"]), TEXTS),
    st.dictionaries(st.sampled_from(["text", "title", "link"]), TEXTS),
)
def test_equal_fields_have_equal_fingerprints_and_no_others(one: dict[str, str], other: dict[str, str]):
    assert (field_fingerprints(one) == field_fingerprints(other)) == (one == other)
    assert (short_fingerprint(one, None) == short_fingerprint(other, None)) == (one == other)
