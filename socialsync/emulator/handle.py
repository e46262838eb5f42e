"""A running emulator process as a test holds it: started, told, asked, killed."""

import http.client
import json
import os
import signal
import subprocess
import sys
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode, urlsplit

from socialsync.emulator.options import DEFAULT_KEY

SITE = "0b6f2c1e-7a55-4d0e-9d5e-3c1f0a7e9b21"


class EmulatorProcess:
    """One child process on a free port; it ends with this object, and with the process that holds it."""

    def __init__(self, *arguments: str, key: str = DEFAULT_KEY, site: str = SITE) -> None:
        self.key = key
        self.site = site
        self.process = subprocess.Popen(
            [sys.executable, "-m", "socialsync.emulator", "--port", "0", "--stdin-tether", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            self.stop()
            raise RuntimeError(f"the emulator did not start with {' '.join(arguments) or 'no options'}")
        self.url: str = json.loads(line)["emulator"]
        parts = urlsplit(self.url)
        assert parts.hostname is not None
        # One connection that stays: it also works while new ones are refused.
        self._connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> int:
        """Lets it end by itself; its exit code."""
        if hasattr(self, "_connection"):
            self._connection.close()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()
        try:
            return self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()

    def kill(self) -> None:
        """As a crash: nothing is flushed or closed."""
        os.kill(self.process.pid, signal.SIGKILL)
        self.stop()

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": self.key, "wix-site-id": self.site, "Content-Type": "application/json"}

    def request(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        """One plain HTTP request; bytes go as they are, everything else as JSON."""
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        try:
            self._connection.request(method, path, data, headers if headers is not None else self.headers)
            response = self._connection.getresponse()
            return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
        except BaseException:
            self._connection.close()
            raise

    def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """A request to the Publisher service by its path there: its status and JSON."""
        status, _, data = self.request(method, f"/social-publisher/v1{path}", body)
        return status, json.loads(data or b"null")

    def control(self, method: str, path: str, body: Any = None) -> Any:
        status, _, data = self.request(method, f"/_emulator/{path}", body)
        answer = json.loads(data)
        if status != 200:
            raise ValueError(f"{method} {path}: {answer.get('error')}")
        return answer

    # What tests say most often

    def set_clock(self, now: str, speed: float = 0) -> None:
        """Frozen unless a speed is given."""
        self.control("PUT", "clock", {"now": now, "speed": speed})

    def advance(self, by: str | float) -> None:
        self.control("POST", "clock/advance", {"by": by})

    def set(self, **settings: Any) -> None:
        self.control("PUT", "settings", settings)

    def choose(self, profile: str) -> None:
        self.control("PUT", "profile", {"profile": profile})

    def fault(self, do: str, **rule: Any) -> int:
        return int(self.control("POST", "faults", {"do": do, **rule})["id"])

    def faults(self) -> list[dict[str, Any]]:
        return list(self.control("GET", "faults")["faults"])

    def hold(self, **rule: Any) -> int:
        return int(self.control("POST", "holds", rule)["id"])

    def wait_for_hold(self, seconds: float = 10) -> list[dict[str, Any]]:
        """Answers as soon as some request waits in a hold."""
        return list(self.control("GET", f"holds?wait={seconds}")["holds"])

    def release(self, hold: int) -> None:
        self.control("POST", f"holds/{hold}/release")

    def dashboard(self, action: str, **given: Any) -> dict[str, Any]:
        return dict(self.control("POST", f"dashboard/{action}", given))

    def requests(self, since: int = 0) -> list[dict[str, Any]]:
        return list(self.control("GET", f"requests?since={since}")["requests"])

    def feed(self, site: str | None = None) -> list[dict[str, Any]]:
        return self._listed("feed", site)

    def items(self, site: str | None = None) -> list[dict[str, Any]]:
        return self._listed("items", site)

    def _listed(self, name: str, site: str | None) -> list[dict[str, Any]]:
        query = "" if site is None else "?" + urlencode({"site": site})
        return list(self.control("GET", f"{name}{query}")[name])

    def reset(self) -> None:
        self.control("POST", "reset")
