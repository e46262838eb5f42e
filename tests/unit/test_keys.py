"""Keys: identity from git alone, in a form that every service accepts, the same for all attempts of a post."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socialsync.keys import (
    MAX_ATTEMPT,
    fits,
    key,
    namespace_prefix,
    room_for_account,
    room_for_post_id,
    site_of,
    target_part,
)

PARTS = st.from_regex(r"[a-z0-9][a-z0-9-]{0,15}", fullmatch=True)
IDS = st.from_regex(r"[a-z0-9][a-z0-9-]{1,62}", fullmatch=True)
SHAPE = re.compile(r"ss1\.[a-z0-9-]+\.[a-z0-9-]+\.[a-z0-9-]+\.[a-z0-9-]+\.a[0-9]+\Z")
GIVEN = {"namespace": "acme", "site": "main", "post_id": "winter-sale-2026", "channel": "facebook", "type_": "post"}
law = settings(derandomize=True, max_examples=300, deadline=None)


def make(**changes: object) -> str:
    return key(**({**GIVEN, "account": "", "attempt": 1} | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "ss1.acme.main.winter-sale-2026.facebook-post.a1"),
        ({"account": "berlin"}, "ss1.acme.main.winter-sale-2026.facebook-post-berlin.a1"),
        ({"attempt": 12}, "ss1.acme.main.winter-sale-2026.facebook-post.a12"),
        ({"post_id": "a-very-long-id-for-a-winter-sale-2026"}, "ss1.acme.main.a-very-lon-xzdi4oht.facebook-post.a1"),
    ],
    ids=["bare channel", "account", "attempt", "long id"],
)
def test_examples_that_must_never_change(changes: dict[str, object], expected: str):
    assert make(**changes) == expected


@law
@given(PARTS, PARTS, IDS, PARTS, st.integers(1, MAX_ATTEMPT))
def test_charset_length_and_shape(namespace: str, site: str, post_id: str, account: str, attempt: int):
    if not fits(namespace, site, "facebook", "post", account):
        with pytest.raises(ValueError, match="too long"):
            make(namespace=namespace, site=site, post_id=post_id, account=account, attempt=attempt)
        return
    made = make(namespace=namespace, site=site, post_id=post_id, account=account, attempt=attempt)
    assert SHAPE.match(made)
    assert len(made) <= 64
    assert made.startswith(namespace_prefix(namespace, site))
    first = make(namespace=namespace, site=site, post_id=post_id, account=account, attempt=1)
    assert first.removesuffix(".a1") == made.removesuffix(f".a{attempt}"), "all attempts are written alike"


@law
@given(PARTS, PARTS, st.integers(0, 70))
def test_the_room_for_an_account_is_the_longest_that_fits(namespace: str, site: str, length: int):
    room = room_for_account(namespace, site, "facebook", "post")
    if length:
        assert fits(namespace, site, "facebook", "post", "a" * length) == (length <= room)


@law
@given(IDS, IDS)
def test_two_ids_have_two_keys(one: str, other: str):
    assert (make(post_id=one) == make(post_id=other)) == (one == other)


@law
@given(st.text("ab-", min_size=40, max_size=60), st.text("ab-", min_size=40, max_size=60))
def test_two_long_ids_with_one_beginning_have_two_keys(one: str, other: str):
    long = "the-same-beginning-of-"
    assert (make(post_id=(long + one)[:63]) == make(post_id=(long + other)[:63])) == (
        (long + one)[:63] == (long + other)[:63]
    )


def test_an_id_is_shortened_only_where_it_must_be():
    room = room_for_post_id("acme", "main", "facebook", "post", "")
    assert make(post_id="x" * room).split(".")[3] == "x" * room
    assert len(make(post_id="x" * (room + 1)).split(".")[3]) == 19
    assert len(make(post_id="x" * room, attempt=999)) == 64


def test_a_key_needs_room_for_a_shortened_id():
    """`ss1.`, the namespace, `.main.`, 19 characters of the id, `.facebook-post` and `.a999` are just 64."""
    longest = "n" * (64 - len("ss1.") - len(".main.") - 19 - len(".facebook-post") - len(".a999"))
    assert fits(longest, "main", "facebook", "post", "")
    assert len(make(namespace=longest, post_id="x" * 40, attempt=MAX_ATTEMPT)) == 64
    assert not fits(longest + "n", "main", "facebook", "post", "")
    with pytest.raises(ValueError, match="too long"):
        make(namespace=longest + "n")


def test_the_last_attempt():
    assert make(attempt=999).endswith(".a999")
    with pytest.raises(ValueError, match="not an attempt"):
        make(attempt=1000)


def test_a_bare_channel_is_no_account():
    assert target_part("facebook", "post", "") != target_part("facebook", "post", "x")


@pytest.mark.parametrize(
    "changes",
    [
        {"namespace": "Acme"},
        {"namespace": ""},
        {"namespace": "-a"},
        {"site": "a.b"},
        {"site": "main\n"},
        {"account": "Berlin"},
        {"channel": "face book"},
        {"post_id": "x"},
        {"post_id": "x" * 64},
        {"post_id": "Über"},
        {"post_id": "ok\n"},
        {"attempt": 0},
        {"attempt": MAX_ATTEMPT + 1},
    ],
    ids=str,
)
def test_what_cannot_be_a_key(changes: dict[str, object]):
    with pytest.raises(ValueError, match="not a"):
        make(**changes)


def test_a_key_tells_its_site_to_its_namespace_alone():
    made = make(site="shop")
    assert site_of(made, "acme") == "shop"
    assert site_of(made, "acm") == ""
    assert site_of("", "acme") == ""
