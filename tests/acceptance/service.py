"""One emulator process as the suite holds it: started, ordered about and asked for its two records."""

import http.client
import json
import subprocess
import sys
from typing import Any
from urllib.parse import urlsplit

KEY = "IST.suite-canary-7f3a9c51d2e84b60"
"""The key the suite gives to the command: no byte of it may be found in anything that is written."""

EMULATOR_KEY = "emulator-key"
WRITES = frozenset(
    {
        "create_draft_item", "update_item", "delete_item", "publish_item", "publish_item_by_id", "bulk_publish_items",
        "reschedule_item", "cancel_scheduled_item",
    }
)  # fmt: skip


class Service:
    """A child process on a free port, in memory; it ends with this object, and with the process that holds it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "socialsync.emulator", "--port", "0", "--stdin-tether", "--seed", "1",
             "--key", KEY, "--key", EMULATOR_KEY],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True,
        )  # fmt: skip
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the emulator did not start")
        self.url: str = json.loads(line)["emulator"]
        parts = urlsplit(self.url)
        self._connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=120)

    def close(self) -> None:
        self._connection.close()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """One order; raises ValueError with the emulator's own words."""
        status, data = self._request(method, f"/_emulator/{path}", body, {"Content-Type": "application/json"})
        answer = json.loads(data)
        if status != 200:
            raise ValueError(f"{method} {path} {body}: {answer.get('error')}")
        return answer

    def api(self, site: str, method: str, path: str, body: Any = None) -> Any:
        """A request that is not the command's: another program with access to the same site."""
        headers = {"Authorization": KEY, "wix-site-id": site, "Content-Type": "application/json"}
        status, data = self._request(method, f"/social-publisher/v1{path}", body, headers)
        if status != 200:
            raise ValueError(f"{method} {path}: {status} {data[:300]!r}")
        return json.loads(data or b"null")

    def upload(self, site: str, name: str, data: bytes) -> str:
        """A JPEG that a person put into the media manager: its file id."""
        headers = {"Authorization": KEY, "wix-site-id": site, "Content-Type": "application/json"}
        wanted = {"mimeType": "image/jpeg", "fileName": name, "filePath": "/by-hand"}
        _, answer = self._request("POST", "/site-media/v1/files/generate-upload-url", wanted, headers)
        path = json.loads(answer)["uploadUrl"].removeprefix(self.url)
        _, answer = self._request("PUT", path, data, {"Content-Type": "image/jpeg"})
        return str(json.loads(answer)["file"]["id"])

    def _request(self, method: str, path: str, body: Any, headers: dict[str, str]) -> tuple[int, bytes]:
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        self._connection.request(method, path, data, headers)
        response = self._connection.getresponse()
        return response.status, response.read()

    # What cases say most often

    def reset(self) -> None:
        self.control("DELETE", "holds")
        self.control("POST", "reset")

    def settings(self, **values: Any) -> None:
        self.control("PUT", "settings", values)

    def fault(self, **rule: Any) -> int:
        return int(self.control("POST", "faults", rule)["id"])

    def fired(self) -> dict[int, int]:
        """How often each armed fault was met."""
        return {fault["id"]: fault["fired"] for fault in self.control("GET", "faults")["faults"]}

    def clear_faults(self) -> None:
        self.control("DELETE", "faults")

    def hold(self, **rule: Any) -> int:
        return int(self.control("POST", "holds", rule)["id"])

    def held(self, seconds: float) -> list[dict[str, Any]]:
        """The holds, as soon as some request waits in one of them, or when the time is over."""
        return list(self.control("GET", f"holds?wait={seconds}")["holds"])

    def release(self, hold: int) -> None:
        self.control("POST", f"holds/{hold}/release")

    def clear_holds(self) -> None:
        self.control("DELETE", "holds")

    def dashboard(self, action: str, **given: Any) -> dict[str, Any]:
        return dict(self.control("POST", f"dashboard/{action}", given))

    def requests(self, since: int = 0) -> list[dict[str, Any]]:
        return list(self.control("GET", f"requests?since={since}")["requests"])

    def last_request(self) -> int:
        found = self.requests()
        return int(found[-1]["number"]) if found else 0

    def feed(self, site: str) -> list[dict[str, Any]]:
        return list(self.control("GET", f"feed?site={site}")["feed"])

    def items(self, site: str) -> list[dict[str, Any]]:
        """Every item as it is, deleted ones included, without lag or dialect."""
        return list(self.control("GET", f"items?site={site}")["items"])
