"""A fake of GitHub's REST API on loopback: what a token may do is checked, and comments and issues are kept."""

from __future__ import annotations

import json
import re
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

BOT = "github-actions[bot]"
_LONGEST = 65_536
_RANK = {"none": 0, "read": 1, "write": 2}


@dataclass
class Pull:
    number: int
    head: str
    branch: str
    source: str
    base: str = "main"
    state: str = "open"
    merged_at: str | None = None
    paths: list[str] = field(default_factory=list)
    commits: list[str] = field(default_factory=list)  # on the main branch, after the merge


@dataclass
class Forge:
    """One repository. `log` holds every request with what it sent, `denied` those that a token may not make."""

    repository: str = "acme/posts"
    pulls: dict[int, Pull] = field(default_factory=dict)
    comments: list[dict[str, Any]] = field(default_factory=list)
    issues: list[dict[str, Any]] = field(default_factory=list)
    tokens: dict[str, dict[str, str]] = field(default_factory=dict)
    disabled: set[str] = field(default_factory=set)
    log: list[tuple[str, str, Any]] = field(default_factory=list)
    denied: list[tuple[str, str]] = field(default_factory=list)
    beats: int = 0
    _ids: int = 1000

    def __post_init__(self) -> None:
        forge = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer("GET")

            def do_POST(self) -> None:
                self._answer("POST")

            def do_PATCH(self) -> None:
                self._answer("PATCH")

            def do_PUT(self) -> None:
                self._answer("PUT")

            def _answer(self, method: str) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                token = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
                status, value = forge.answer(method, self.path, token, json.loads(body) if body else None)
                data = json.dumps(value).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, format: str, *_: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def token(self, permissions: dict[str, str]) -> str:
        """A job's token with exactly these permissions."""
        self._ids += 1
        name = f"ghs_{self._ids}"
        self.tokens[name] = permissions
        return name

    def comment_of(self, number: int) -> str:
        """The body of the bot's only comment there; a second one would be an error."""
        (body,) = [each["body"] for each in self.comments if each["number"] == number and each["user"]["login"] == BOT]
        return str(body)

    def writes(self) -> list[tuple[str, str, Any]]:
        return [each for each in self.log if each[0] != "GET"]

    # --- routes ---------------------------------------------------------------------------------

    def answer(self, method: str, target: str, token: str, body: Any) -> tuple[int, Any]:
        parts = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        path = unquote(parts.path)
        self.log.append((method, target, body))
        if path == "/heartbeat":
            self.beats += 1
            return 200, {}
        prefix = f"/repos/{self.repository}"
        if token not in self.tokens or not path.startswith(prefix):
            return 404, {"message": "Not Found"}
        for verb, pattern, needs, route in _ROUTES:
            found = re.fullmatch(pattern, path.removeprefix(prefix))
            if found is None or verb != method:
                continue
            if not any(self._may(token, *need) for need in needs):
                self.denied.append((method, path))
                return 403, {"message": "Resource not accessible by integration"}
            return getattr(self, route)(query=query, body=body, found=found)  # type: ignore[no-any-return]
        raise AssertionError(f"nobody fakes {method} {path}")

    def _may(self, token: str, scope: str, level: str) -> bool:
        return _RANK[self.tokens[token].get(scope, "none")] >= _RANK[level]

    def _list_pulls(self, *, query: dict[str, str], **_: Any) -> tuple[int, Any]:
        owner, branch = query["head"].split(":", 1)
        found = [
            pull
            for pull in self.pulls.values()
            if pull.state == query["state"] and pull.branch == branch and pull.source.partition("/")[0] == owner
        ]
        return 200, _page([_pull(each) for each in found], query)

    def _commit_pulls(self, *, query: dict[str, str], found: re.Match[str], **_: Any) -> tuple[int, Any]:
        return 200, _page([_pull(each) for each in self.pulls.values() if found[1] in each.commits], query)

    def _files(self, *, query: dict[str, str], found: re.Match[str], **_: Any) -> tuple[int, Any]:
        paths = self.pulls[int(found[1])].paths
        return 200, _page([{"filename": path, "status": "modified"} for path in paths], query)

    def _list_comments(self, *, query: dict[str, str], found: re.Match[str], **_: Any) -> tuple[int, Any]:
        return 200, _page([each for each in self.comments if each["number"] == int(found[1])], query)

    def _add_comment(self, *, body: Any, found: re.Match[str], **_: Any) -> tuple[int, Any]:
        if len(body["body"]) > _LONGEST:
            return 422, {"message": "Body is too long"}
        made = self.say(int(found[1]), BOT, body["body"])
        return 201, made

    def say(self, number: int, login: str, body: str) -> dict[str, Any]:
        """A comment by anybody."""
        self._ids += 1
        made = {"id": self._ids, "number": number, "user": {"login": login}, "body": body, "html_url": f"#{self._ids}"}
        self.comments.append(made)
        return made

    def _edit_comment(self, *, body: Any, found: re.Match[str], **_: Any) -> tuple[int, Any]:
        if len(body["body"]) > _LONGEST:
            return 422, {"message": "Body is too long"}
        (old,) = [each for each in self.comments if each["id"] == int(found[1])]
        old["body"] = body["body"]
        return 200, old

    def _list_issues(self, *, query: dict[str, str], **_: Any) -> tuple[int, Any]:
        found = [each for each in self.issues if each["state"] == query["state"]]
        return 200, _page([each for each in found if each["user"]["login"] == query["creator"]], query)

    def _open_issue(self, *, body: Any, **_: Any) -> tuple[int, Any]:
        self._ids += 1
        made = {**body, "number": self._ids, "state": "open", "user": {"login": BOT}, "html_url": f"issue {self._ids}"}
        assert len(made["body"]) <= _LONGEST
        self.issues.append(made)
        return 201, made

    def _edit_issue(self, *, body: Any, found: re.Match[str], **_: Any) -> tuple[int, Any]:
        (old,) = [each for each in self.issues if each["number"] == int(found[1])]
        assert len(body["body"]) <= _LONGEST
        old.update(body)
        return 200, old

    def _disable(self, *, found: re.Match[str], **_: Any) -> tuple[int, Any]:
        self.disabled.add(found[1])
        return 200, {}


_ROUTES = [
    ("GET", r"/pulls", [("pull-requests", "read")], "_list_pulls"),
    ("GET", r"/commits/([0-9a-f]{40})/pulls", [("pull-requests", "read")], "_commit_pulls"),
    ("GET", r"/pulls/(\d+)/files", [("pull-requests", "read")], "_files"),
    ("GET", r"/issues/(\d+)/comments", [("pull-requests", "read")], "_list_comments"),
    ("POST", r"/issues/(\d+)/comments", [("pull-requests", "write")], "_add_comment"),
    ("PATCH", r"/issues/comments/(\d+)", [("pull-requests", "write")], "_edit_comment"),
    ("GET", r"/issues", [("issues", "read")], "_list_issues"),
    ("POST", r"/issues", [("issues", "write")], "_open_issue"),
    ("PATCH", r"/issues/(\d+)", [("issues", "write")], "_edit_issue"),
    ("PUT", r"/actions/workflows/([\w.]+)/disable", [("actions", "write")], "_disable"),
]


def _pull(pull: Pull) -> dict[str, Any]:
    return {
        "number": pull.number,
        "head": {"sha": pull.head, "ref": pull.branch, "repo": {"full_name": pull.source}},
        "base": {"ref": pull.base},
        "merged_at": pull.merged_at,
    }


def _page(entries: list[Any], query: dict[str, str]) -> list[Any]:
    size, page = int(query["per_page"]), int(query["page"])
    return entries[(page - 1) * size : page * size]
