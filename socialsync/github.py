"""GitHub's REST API as far as it is needed: one comment, one issue, and which pull request a commit came from.

Everything that comes back is data of strangers: only numbers, ids, names and our own texts are taken from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote, urlsplit

import httpx

from socialsync import __version__
from socialsync.errors import Denied, IncompleteRead, Unreachable, UsageError

BOT = "github-actions[bot]"
"""Who a workflow's own token writes as. Nobody else's comment is ever taken for ours, whatever it says."""

_PAGE = 100
_MOST_PAGES = 50
_TIMEOUT = httpx.Timeout(20.0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Pull:
    """A pull request: `head` is its newest commit, `source` the repository that it comes from."""

    number: int
    head: str
    base: str  # the branch it goes to
    source: str  # owner/name; empty if that repository is gone
    merged: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Remark:
    """A comment or issue of ours: what it says now."""

    id: int
    body: str
    url: str


class GitHub:
    """One repository, by the token of the job. Every method raises Denied, Unreachable or IncompleteRead."""

    def __init__(self, *, api: str, repository: str, token: str, transport: httpx.BaseTransport | None = None) -> None:
        """`api` is https, or http on this machine; `repository` is owner/name."""
        where = urlsplit(api)
        loopback = where.hostname in ("127.0.0.1", "::1", "localhost")
        if where.scheme != "https" and not (where.scheme == "http" and loopback):
            raise UsageError(f"GITHUB_API_URL must begin with https, not {api!r}", code="E-GITHUB-URL")
        self._root = f"/repos/{quote(repository)}"
        self._client = httpx.Client(
            base_url=api,
            transport=transport or httpx.HTTPTransport(retries=2),
            timeout=_TIMEOUT,
            trust_env=False,
            headers={
                "Authorization": f"Bearer {token}",
                "Accept": "application/vnd.github+json",
                "X-GitHub-Api-Version": "2022-11-28",
                "User-Agent": f"socialsync/{__version__}",
            },
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    # --- pull requests --------------------------------------------------------------------------

    def open_pulls(self, *, owner: str, branch: str) -> tuple[Pull, ...]:
        """The open pull requests from a branch of that owner's repository."""
        query = {"state": "open", "head": f"{owner}:{branch}"}
        return tuple(_pull(each) for each in self._pages("/pulls", query))

    def pulls_of(self, commit: str) -> tuple[Pull, ...]:
        """The pull requests that brought a commit into the repository."""
        return tuple(_pull(each) for each in self._pages(f"/commits/{quote(commit)}/pulls", {}))

    def paths_of(self, number: int) -> tuple[str, ...]:
        """Every path that a pull request adds, changes, removes or moves away (GitHub names at most 3,000)."""
        found = list(self._pages(f"/pulls/{number}/files", {}))
        return tuple(str(each[name]) for each in found for name in ("filename", "previous_filename") if name in each)

    # --- the comment ----------------------------------------------------------------------------

    def comment(self, number: int, marker: str) -> Remark | None:
        """Our own comment at an issue or pull request, found by who wrote it and how it begins."""
        for each in self._pages(f"/issues/{number}/comments", {}):
            if _ours(each, marker):
                return _written(each)
        return None

    def add_comment(self, number: int, body: str) -> Remark:
        """A new comment; people are told of it."""
        return _written(self._call("POST", f"/issues/{number}/comments", json={"body": body}))

    def change_comment(self, comment: Remark, body: str) -> Remark:
        """Another text for a comment of ours; nobody is told."""
        return _written(self._call("PATCH", f"/issues/comments/{comment.id}", json={"body": body}))

    # --- the issue ------------------------------------------------------------------------------

    def issue(self, marker: str) -> Remark | None:
        """Our own open issue; its `id` is its number."""
        for each in self._pages("/issues", {"state": "open", "creator": BOT}):
            if "pull_request" not in each and _ours(each, marker):
                return _issue(each)
        return None

    def open_issue(self, title: str, body: str, assignees: tuple[str, ...]) -> Remark:
        """A new issue. People who cannot be assigned to it are left out by GitHub, without an error."""
        return _issue(self._call("POST", "/issues", json={"title": title, "body": body, "assignees": list(assignees)}))

    def change_issue(self, issue: Remark, body: str, *, closed: bool = False) -> None:
        """Another text; with `closed`, and its end."""
        done = {"state": "closed", "state_reason": "completed"} if closed else {}
        self._call("PATCH", f"/issues/{issue.id}", json={"body": body, **done})

    # --- settings -------------------------------------------------------------------------------

    def look(self, path: str) -> Mapping[str, Any] | None:
        """Whatever stands below the repository at `path`; None where it is not, or not for this token."""
        try:
            found = self._call("GET", path)
        except Denied:
            return None
        return found if isinstance(found, dict) else None

    # --- the wire -------------------------------------------------------------------------------

    def _pages(self, path: str, query: Mapping[str, str]) -> Iterator[Mapping[str, Any]]:
        for page in range(1, _MOST_PAGES + 1):
            found = self._call("GET", path, params={**query, "per_page": str(_PAGE), "page": str(page)})
            if not isinstance(found, list):
                raise IncompleteRead(f"GitHub answered {path} with something that is no list", code="E-GITHUB")
            yield from found
            if len(found) < _PAGE:
                return
        raise IncompleteRead(f"GitHub has more than {_PAGE * _MOST_PAGES:,} entries at {path}", code="E-GITHUB")

    def _call(self, method: str, path: str, **more: Any) -> Any:
        try:
            reply = self._client.request(method, self._root + path, **more)
            if reply.is_success:
                return reply.json()
        except httpx.HTTPError as error:
            raise Unreachable(f"GitHub cannot be reached: {type(error).__name__}", code="E-GITHUB") from None
        except ValueError:
            raise Unreachable(f"GitHub answered {method} {path} with no JSON", code="E-GITHUB") from None
        if reply.status_code in (401, 403, 404):
            raise Denied(
                f"GitHub refuses {method} {path} ({reply.status_code})",
                hint="Does the job's `permissions` name what this needs? docs/hardening.md lists it per job.",
                code="E-GITHUB-DENIED",
            )
        raise Unreachable(f"GitHub answered {method} {path} with {reply.status_code}", code="E-GITHUB")


def call_heartbeat(url: str) -> None:
    """Tell a watchdog that a run went well, so that silence is noticed. Raises Unreachable; the address is a secret
    and never named."""
    if urlsplit(url).scheme != "https" and urlsplit(url).hostname != "127.0.0.1":
        raise UsageError("the heartbeat's address must begin with https", code="E-HEARTBEAT")
    try:
        reply = httpx.get(url, timeout=_TIMEOUT, trust_env=False)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Unreachable(f"the heartbeat could not be called: {type(error).__name__}", code="E-HEARTBEAT") from None
    if not reply.is_success:
        raise Unreachable(f"the heartbeat answered with {reply.status_code}", code="E-HEARTBEAT")


def _pull(data: Mapping[str, Any]) -> Pull:
    source = data["head"].get("repo") or {}
    return Pull(
        number=int(data["number"]),
        head=str(data["head"]["sha"]),
        base=str(data["base"]["ref"]),
        source=str(source.get("full_name", "")),
        merged=data.get("merged_at") is not None,
    )


def _ours(data: Mapping[str, Any], marker: str) -> bool:
    author = (data.get("user") or {}).get("login")
    return author == BOT and str(data.get("body") or "").startswith(marker)


def _written(data: Mapping[str, Any]) -> Remark:
    return Remark(id=int(data["id"]), body=str(data.get("body") or ""), url=str(data.get("html_url", "")))


def _issue(data: Mapping[str, Any]) -> Remark:
    return Remark(id=int(data["number"]), body=str(data.get("body") or ""), url=str(data.get("html_url", "")))
