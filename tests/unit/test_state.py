"""State as a file: read back as it was written, refused when it is not whole, never taken for empty."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from fakes import NOW, key_of, record
from hypothesis import given, settings
from hypothesis import strategies as st

from socialsync.errors import SocialSyncError
from socialsync.model.items import Record, RemoteMedia, Status
from socialsync.model.sites import Site
from socialsync.state import Drift, KnownMedia, Settled, State, decode, encode

TEXT = st.text(max_size=8)
INSTANTS = st.none() | st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)).map(
    lambda one: one.replace(microsecond=0, tzinfo=UTC)
)


def records(key: str) -> st.SearchStrategy[Record]:
    return st.builds(
        Record,
        key=st.just(key),
        item_id=TEXT,
        status=st.sampled_from(Status),
        cell=TEXT,
        post_id=TEXT,
        target=TEXT,
        fingerprints=st.dictionaries(TEXT, TEXT, max_size=2),
        at=INSTANTS,
        commit=TEXT,
        permalink=TEXT,
        account=TEXT,
        path=TEXT,
        error=TEXT,
    )


DRIFTS = st.builds(
    Drift,
    fields=st.dictionaries(TEXT, st.none() | TEXT, max_size=2),
    status=st.sampled_from(Status),
    at=INSTANTS,
    live=TEXT,
)


def with_drifts(state: State, drifts: list[Drift]) -> State:
    """Of some of the records, as it can only be."""
    return replace(state, drifts=dict(zip(state.records, drifts, strict=False)))


PLAIN = st.builds(
    State,
    site=st.just("main"),
    namespace=TEXT,
    wix=TEXT,
    service=TEXT,
    commit=TEXT,
    at=INSTANTS,
    records=st.fixed_dictionaries({}, optional={key: records(key) for key in (key_of("one"), key_of("two"))}),
    media=st.dictionaries(TEXT, st.builds(KnownMedia, file_id=TEXT, url=TEXT, blob=TEXT), max_size=2),
    claims=st.dictionaries(TEXT, TEXT, max_size=2),
    noted=st.dictionaries(TEXT, TEXT, max_size=2),
    settled=st.none() | st.builds(Settled, commit=TEXT, tool=TEXT, apart=st.frozensets(TEXT, max_size=2)),
)
STATES = st.builds(with_drifts, PLAIN, st.lists(DRIFTS, max_size=2))
FULL = State(
    site="main",
    namespace="acme",
    wix="id",
    commit="c0ffee",
    at=NOW,
    records={key_of("two"): record(key=key_of("two")), key_of("one"): record(key=key_of("one"))},
    drifts={key_of("two"): Drift(fields={"text": "ab12", "link": None}, status=Status.DRAFT, at=None, live="12345678")},
    media={
        "ab": KnownMedia(file_id="f", url="https://example.com/f", blob="b"),
        "cd": KnownMedia(file_id="g", url="u"),
    },
    claims={"k": "then"},
    noted={"k": "MISSED"},
    settled=Settled(commit="c0ffee", tool="1.0", apart=frozenset({"posts/b.yaml", "posts/a.yaml"})),
)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(STATES)
def test_read_back_as_written(state: State):
    assert decode(encode(state), "main", "here") == state
    assert encode(decode(encode(state), "main", "here")) == encode(state)


def test_a_file_that_reads_as_a_diff():
    text = encode(FULL).decode()
    assert text.index(key_of("one")) < text.index(key_of("two"))
    assert text.endswith("}\n")
    assert json.loads(text)["version"] == 1


def test_a_file_from_before_drift_was_kept_and_one_without_any():
    plain = encode(replace(FULL, drifts={}))
    assert b"drift" not in plain
    assert decode(plain, "main", "here").drifts == {}


def test_a_file_from_before_anything_was_settled():
    value = json.loads(encode(FULL))
    del value["settled"]
    assert decode(json.dumps(value).encode(), "main", "here").settled is None


BROKEN = {
    "empty": b"",
    "cut off": encode(FULL)[:-20],
    "no object": b"[]",
    "a list of records": encode(FULL).replace(b'"records": {', b'"records": [], "x": {'),
    "another site": encode(FULL).replace(b'"site": "main"', b'"site": "other"'),
    "no version": encode(FULL).replace(b'"version"', b'"versoin"'),
    "an unknown status": encode(FULL).replace(b'"SCHEDULED"', b'"SOMETHING"'),
    "a drift of an unknown status": encode(FULL).replace(b'"DRAFT"', b'"SOMETHING"'),
    "half a drift": encode(FULL).replace(b'"live"', b'"lives"'),
    "half of what is settled": encode(FULL).replace(b'"apart"', b'"apartt"'),
    "a broken instant": encode(FULL).replace(b"2026-12-01T08:00:00Z", b"yesterday"),
    "a field too many": encode(FULL).replace(b'"file_id": "f"', b'"file_id": "f", "x": 1'),
    "not UTF-8": b"\xff\xfe",
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_what_is_not_whole_is_an_error(data: bytes):
    with pytest.raises(SocialSyncError, match="here cannot be read") as caught:
        decode(data, "main", "here")
    assert caught.value.code == "E-STATE"
    assert "put it back as it was" in caught.value.hint


def test_a_newer_version_is_left_alone():
    with pytest.raises(SocialSyncError, match="newer socialsync") as caught:
        decode(encode(FULL).replace(b'"version": 1', b'"version": 2'), "main", "here")
    assert "Update" in caught.value.hint


def test_what_is_known_of_media():
    assert RemoteMedia(digest="ab", file_id="f", url="https://example.com/f") in FULL.known_media
    assert FULL.digests_by_blob == {"b": "ab"}


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (State(site="main"), ""),
        (FULL, ""),
        (State(site="main", namespace="old", wix="id"), "namespace old, site id"),
        (State(site="main", namespace="acme", wix="old"), "namespace acme, site old"),
        (State(site="main", namespace="acme"), "namespace acme, site emulator"),
        (State(site="main", namespace="acme", wix="id", service="wix"), ""),
        (
            State(site="main", namespace="acme", wix="id", service="emulator"),
            "namespace acme, site id (a rehearsal on an emulator)",
        ),
    ],
)
def test_moved(state: State, expected: str):
    assert state.moved_from("acme", Site(name="main", wix="id")) == expected


def test_of_another_site_only_the_claims_are_believed():
    claimed = replace(FULL, namespace="acme", wix="id", claims={"k": "2026-11-24T09:00:00Z"})
    assert claimed.about(Site(name="main", wix="id")) == claimed
    elsewhere = claimed.about(Site(name="main", wix="other"))
    assert (elsewhere.records, elsewhere.drifts, elsewhere.media, elsewhere.noted) == ({}, {}, {}, {})
    assert elsewhere.claims == claimed.claims
    assert elsewhere.moved_from("acme", Site(name="main", wix="other"))


def test_a_rehearsal_is_another_site():
    real = replace(FULL, namespace="acme", wix="id", service="wix")
    assert not real.about(Site(name="main", wix="id", rehearsed=True)).records
