"""GitHub's API as the tool meets it: whose comment is whose, every page, every refusal, and no token in any message."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from socialsync.errors import Denied, IncompleteRead, SocialSyncError, Unreachable, UsageError
from socialsync.github import BOT, GitHub, Pull, Remark, call_heartbeat

TOKEN = "ghs_canary0123456789"
MARKER = "<!-- socialsync:test"


class Wire:
    """Answers by method and path; remembers what was asked."""

    def __init__(self, answer: Callable[[httpx.Request], httpx.Response]) -> None:
        self.asked: list[httpx.Request] = []
        self._answer = answer

    def github(self) -> GitHub:
        def handle(request: httpx.Request) -> httpx.Response:
            self.asked.append(request)
            return self._answer(request)

        return GitHub(
            api="https://api.github.com",
            repository="acme/posts",
            token=TOKEN,
            transport=httpx.MockTransport(handle),
        )


def lists(entries: list[Any]) -> Wire:
    """A wire that pages through `entries`."""

    def answer(request: httpx.Request) -> httpx.Response:
        size, page = int(request.url.params["per_page"]), int(request.url.params["page"])
        return httpx.Response(200, json=entries[(page - 1) * size : page * size])

    return Wire(answer)


def comment(number: int, body: str, login: str | None = BOT) -> dict[str, Any]:
    user = {"login": login} if login is not None else None
    return {"id": number, "body": body, "user": user, "html_url": f"https://github.com/c/{number}"}


@pytest.mark.parametrize("api", ["http://api.github.com", "ftp://api.github.com", "api.github.com", ""])
def test_the_token_goes_only_over_https_or_to_this_machine(api: str) -> None:
    with pytest.raises(UsageError, match="https"):
        GitHub(api=api, repository="acme/posts", token=TOKEN)
    for good in ("https://api.github.com", "http://127.0.0.1:8080"):
        with GitHub(api=good, repository="acme/posts", token=TOKEN):
            pass


@pytest.mark.parametrize(
    ("comments", "found"),
    [
        ([], None),
        ([comment(1, f"{MARKER} -->")], 1),
        ([comment(1, f"{MARKER} -->", "mallory"), comment(2, f"{MARKER} -->")], 2),
        ([comment(1, f"{MARKER} -->", "github-actions"), comment(2, f"{MARKER} -->", None)], None),
        ([comment(1, f" {MARKER} -->"), comment(2, f"x\n{MARKER} -->")], None),
        ([comment(number, "chat", "mia") for number in range(250)] + [comment(999, f"{MARKER} -->")], 999),
    ],
)
def test_our_comment_is_found_by_who_wrote_it_and_how_it_begins(comments: list[Any], found: int | None) -> None:
    with lists(comments).github() as github:
        remark = github.comment(7, MARKER)
    assert (remark.id if remark is not None else None) == found


def test_an_issue_is_ours_and_no_pull_request() -> None:
    entries = [
        {"number": 1, "body": f"{MARKER} -->", "user": {"login": BOT}, "pull_request": {}},
        {"number": 2, "body": f"{MARKER} -->", "user": {"login": "mallory"}},
        {"number": 3, "body": f"{MARKER} -->", "user": {"login": BOT}, "html_url": "u"},
    ]
    wire = lists(entries)
    with wire.github() as github:
        assert github.issue(MARKER) == Remark(id=3, body=f"{MARKER} -->", url="u")
    assert dict(wire.asked[0].url.params)["state"] == "open"


def test_pull_requests_are_taken_apart() -> None:
    data = {"number": 4, "head": {"sha": "a" * 40, "repo": None}, "base": {"ref": "main"}, "merged_at": None}
    with lists([data]).github() as github:
        assert github.open_pulls(owner="mallory", branch="x") == (
            Pull(number=4, head="a" * 40, base="main", source="", merged=False),
        )


def test_a_moved_file_counts_under_both_names() -> None:
    files = [{"filename": "b.yaml", "previous_filename": "a.yaml"}, {"filename": "c.yaml"}]
    with lists(files).github() as github:
        assert github.paths_of(4) == ("b.yaml", "a.yaml", "c.yaml")


def test_what_was_not_read_to_its_end_is_an_error() -> None:
    with lists([comment(number, "chat") for number in range(6000)]).github() as github, pytest.raises(IncompleteRead):
        github.comment(7, MARKER)


def test_what_is_written() -> None:
    wire = Wire(lambda request: httpx.Response(200, json=comment(5, json.loads(request.content)["body"])))
    with wire.github() as github:
        made = github.add_comment(7, "Hello")
        github.change_comment(made, "Bye")
        github.change_issue(Remark(id=9, body="", url=""), "Over", closed=True)
    sent = [(each.method, each.url.path, json.loads(each.content)) for each in wire.asked]
    assert sent == [
        ("POST", "/repos/acme/posts/issues/7/comments", {"body": "Hello"}),
        ("PATCH", "/repos/acme/posts/issues/comments/5", {"body": "Bye"}),
        ("PATCH", "/repos/acme/posts/issues/9", {"body": "Over", "state": "closed", "state_reason": "completed"}),
    ]
    assert {each.headers["Authorization"] for each in wire.asked} == {f"Bearer {TOKEN}"}


def broken(_: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError(f"no route to {TOKEN}")


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (lambda _: httpx.Response(401, json={"message": TOKEN}), Denied),
        (lambda _: httpx.Response(403, json={}), Denied),
        (lambda _: httpx.Response(404, json={}), Denied),
        (lambda _: httpx.Response(422, json={"message": TOKEN}), Unreachable),
        (lambda _: httpx.Response(302, headers={"Location": "https://evil.example"}), Unreachable),
        (lambda _: httpx.Response(500, text=TOKEN), Unreachable),
        (lambda _: httpx.Response(200, text=f"<html>{TOKEN}"), Unreachable),
        (lambda _: httpx.Response(200, json={"not": "a list"}), IncompleteRead),
        (broken, Unreachable),
    ],
)
def test_every_refusal_is_told_without_the_token(
    answer: Callable[[httpx.Request], httpx.Response], error: type[SocialSyncError]
) -> None:
    with Wire(answer).github() as github, pytest.raises(error) as raised:
        github.comment(7, MARKER)
    assert TOKEN not in f"{raised.value.message} {raised.value.hint} {raised.value.__cause__!r}"


def test_a_setting_that_may_not_be_seen_is_none() -> None:
    with Wire(lambda _: httpx.Response(403, json={})).github() as github:
        assert github.look("/environments/x") is None


def test_a_heartbeat_is_never_named() -> None:
    secret = "http://hooks.example/secret-token"
    with pytest.raises(UsageError) as raised:
        call_heartbeat(secret)
    assert "secret-token" not in raised.value.message
    with pytest.raises(Unreachable) as unreached:
        call_heartbeat("http://127.0.0.1:9/secret-token")
    assert "secret-token" not in unreached.value.message
