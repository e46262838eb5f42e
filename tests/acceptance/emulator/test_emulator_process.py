"""The emulator as a process: its start, its end, its database, its wire, its holds, seen from outside."""

import http.client
import json
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from socialsync.emulator.handle import SITE, EmulatorProcess

Start = Callable[..., EmulatorProcess]
ACCOUNT = "urn:li:organization:90411822"
CREATE = {"operation": "create_draft_item"}


def item(caption: str = "Hallo", reference: str | None = None) -> dict[str, Any]:
    made: dict[str, Any] = {
        "channel": {"name": "LINKEDIN", "accountId": ACCOUNT},
        "type": "POST",
        "linkedinPost": {"caption": caption, "authorId": ACCOUNT},
    }
    return {"item": {**made, "referenceId": reference} if reference else made}


def create(emulator: EmulatorProcess, reference: str | None = None) -> dict[str, Any]:
    status, body = emulator.call("POST", "/items", item(reference=reference))
    assert status == 200, body
    return dict(body["item"])


class Raw:
    """One TCP connection, so that a test sees what the wire does."""

    def __init__(self, emulator: EmulatorProcess, path: str, body: Any, method: str = "POST") -> None:
        parts = urlsplit(emulator.url)
        data = json.dumps(body).encode()
        self.socket = socket.create_connection((parts.hostname, parts.port), timeout=10)
        headers = "".join(f"{name}: {value}\r\n" for name, value in emulator.headers.items())
        head = f"{method} /social-publisher/v1{path} HTTP/1.1\r\nHost: {parts.netloc}\r\n{headers}"
        self.socket.sendall(f"{head}Content-Length: {len(data)}\r\n\r\n".encode() + data)

    def read_all(self) -> bytes:
        with self.socket:
            parts = []
            while part := self.socket.recv(65_536):
                parts.append(part)
        return b"".join(parts)


def test_the_first_line_is_its_address_and_the_rest_of_stdout_is_silence() -> None:
    command = [sys.executable, "-m", "socialsync.emulator", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        first = json.loads(child.stdout.readline())
        assert set(first) == {"emulator", "control", "version"}
        assert first["control"] == first["emulator"] + "/_emulator/"
        parts = urlsplit(first["emulator"])
        assert parts.hostname == "127.0.0.1"
        connection = http.client.HTTPConnection(parts.hostname, parts.port or 0, timeout=10)
        connection.request("GET", "/_emulator/clock")
        assert connection.getresponse().read()
        connection.close()
        child.terminate()
        out, err = child.communicate(timeout=10)
    assert (child.returncode, out, err) == (0, "", "")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--profile", "none"], "there is no profile"),
        (["--settings", "/nonexistent.json"], "No such file"),
        (["--db", "/nonexistent/emulator.db"], "unable to open"),
        (["--db", __file__], "file is not a database"),
    ],
)
def test_a_start_that_cannot_be_says_why(arguments: list[str], says: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "socialsync.emulator", *arguments],
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_the_end_of_its_input_ends_it(start_emulator: Start) -> None:
    process = start_emulator()
    assert process.stop() == 0


def test_a_killed_emulator_leaves_its_database_whole(start_emulator: Start, tmp_path: Path) -> None:
    """Every acknowledged write is there after kill -9, and so is one whose answer never came."""
    path = str(tmp_path / "emulator.db")
    first = start_emulator("--db", path, "--seed", "1")
    made = [create(first, f"r{number}")["id"] for number in range(20)]
    first.hold(when="after", **CREATE)
    unanswered = Raw(first, "/items", item(reference="unanswered"))
    assert first.wait_for_hold()[0]["waiting"]
    first.kill()
    assert ends_without_answer(unanswered)
    second = start_emulator("--db", path)
    found = second.items()
    assert [entry["id"] for entry in found[:-1]] == made
    assert found[-1]["referenceId"] == "unanswered"
    log = second.requests()
    assert len(log) == 21
    assert all(entry["committed"] for entry in log)


def ends_without_answer(raw: Raw) -> bool:
    """A reset, or an end without a byte."""
    try:
        return raw.read_all() == b""
    except ConnectionResetError:
        return True


def test_what_is_held_before_the_commit_dies_with_the_process(start_emulator: Start, tmp_path: Path) -> None:
    path = str(tmp_path / "emulator.db")
    first = start_emulator("--db", path)
    first.hold(when="before", **CREATE)
    held = Raw(first, "/items", item())
    assert first.wait_for_hold()[0]["waiting"]
    first.kill()
    held.socket.close()
    second = start_emulator("--db", path)
    assert (second.items(), second.requests()) == ([], [])


def test_faults_and_clock_and_profile_outlive_the_process(start_emulator: Start, tmp_path: Path) -> None:
    path = str(tmp_path / "emulator.db")
    first = start_emulator("--db", path, "--profile", "slow")
    first.set_clock("2027-01-01T00:00:00Z")
    first.fault("reply", status=503)
    first.kill()
    second = start_emulator("--db", path)
    assert second.control("GET", "clock")["now"] == "2027-01-01T00:00:00.000Z"
    assert second.control("GET", "profile")["profile"] == "slow"
    assert second.call("GET", "/accounts?channelName=GBP")[0] == 503


@pytest.mark.parametrize(("when", "items"), [("before", 0), ("after", 1)])
def test_a_reset_before_and_after_the_commit(emulator: EmulatorProcess, when: str, items: int) -> None:
    emulator.fault("reset", when=when, **CREATE)
    with pytest.raises(ConnectionResetError):
        Raw(emulator, "/items", item()).read_all()
    assert len(emulator.items()) == items
    (entry,) = emulator.requests()
    assert (entry["status"], entry["committed"]) == (None, bool(items))
    assert emulator.faults()[0]["fired"] == 1


def test_a_truncated_reply_announces_more_than_it_brings(emulator: EmulatorProcess) -> None:
    emulator.fault("truncate", bytes=20, **CREATE)
    head, _, body = Raw(emulator, "/items", item()).read_all().partition(b"\r\n\r\n")
    length = int(next(line for line in head.split(b"\r\n") if line.startswith(b"content-length")).split()[1])
    assert len(body) == 20 < length
    assert len(emulator.items()) == 1


def test_a_dripping_reply_comes_whole_and_in_pieces(emulator: EmulatorProcess) -> None:
    emulator.fault("drip", bytes=100, seconds=0.01, **CREATE)
    status, _, data = emulator.request("POST", "/social-publisher/v1/items", item())
    assert (status, json.loads(data)["item"]["status"]) == (200, "DRAFT")


@pytest.mark.parametrize(("when", "items"), [("before", 0), ("after", 1)])
def test_silence_lasts_until_the_client_gives_up(emulator: EmulatorProcess, when: str, items: int) -> None:
    emulator.fault("silence", when=when, **CREATE)
    raw = Raw(emulator, "/items", item())
    raw.socket.settimeout(0.2)
    with pytest.raises(TimeoutError):
        raw.read_all()
    assert len(emulator.items()) == items
    create(emulator)


def test_a_port_that_refuses_and_comes_back(emulator: EmulatorProcess) -> None:
    parts = urlsplit(emulator.url)
    emulator.control("POST", "refuse", {"seconds": 60})
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((parts.hostname, parts.port), timeout=5)
    # The connection that exists goes on, for the control too.
    assert emulator.call("GET", "/accounts?channelName=GBP")[0] == 200
    emulator.control("POST", "refuse", {"seconds": 0})
    assert b"DRAFT" in http_body(Raw(emulator, "/items", item()))


def test_a_connection_that_is_refused_at_a_chosen_request(emulator: EmulatorProcess) -> None:
    """The request before it is answered as usual; the next one finds nobody."""
    parts = urlsplit(emulator.url)
    emulator.fault("refuse", seconds=60, **CREATE)
    first = Raw(emulator, "/items", item())
    assert b"connection: close" in first.read_all().lower()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((parts.hostname, parts.port), timeout=5)
    assert len(emulator.items()) == 1
    emulator.reset()
    socket.create_connection((parts.hostname, parts.port), timeout=5).close()


def test_two_clients_are_interleaved_at_will(emulator: EmulatorProcess) -> None:
    """The first to arrive is held before its commit: the second wins, the first meets the conflict."""
    hold = emulator.hold(when="before", contains="first", **CREATE)
    got: list[bytes] = []
    first = Raw(emulator, "/items", item("first", reference="same"))
    reader = threading.Thread(target=lambda: got.append(http_body(first)))
    reader.start()
    emulator.wait_for_hold()
    assert emulator.call("POST", "/items", item("second", reference="same"))[0] == 200
    emulator.release(hold)
    reader.join(10)
    assert b"REFERENCE_ID_ALREADY_EXIST" in got[0]
    assert [entry["linkedinPost"]["caption"] for entry in emulator.items()] == ["second"]


def http_body(raw: Raw) -> bytes:
    """One reply of a connection that stays open."""
    data = b""
    with raw.socket:
        while b"\r\n\r\n" not in data or b"}" not in data:
            data += raw.socket.recv(65_536)
    return data


def test_stopping_ends_requests_that_are_held(start_emulator: Start) -> None:
    process = start_emulator()
    process.hold(when="before", **CREATE)
    held = Raw(process, "/items", item())
    process.wait_for_hold()
    assert process.stop() == 0
    held.socket.close()


def test_a_large_upload_stays_out_of_memory(start_emulator: Start, tmp_path: Path) -> None:
    """48 MiB go through; the process grows by much less than twice that."""
    process = start_emulator("--db", str(tmp_path / "emulator.db"))
    path = "/site-media/v1/files/generate-upload-url"
    _, _, asked = process.request("POST", path, {"mimeType": "video/mp4", "fileName": "clip.mp4"})
    url = json.loads(asked)["uploadUrl"]
    before = resident(process)
    chunk = b"v" * (1 << 20)
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port or 0, timeout=60)
    connection.request(
        "PUT", parts.path, (chunk for _ in range(48)), {"Content-Type": "video/mp4"}, encode_chunked=True
    )
    file = json.loads(connection.getresponse().read())["file"]
    connection.close()
    assert file["sizeInBytes"] == str(48 << 20)
    assert resident(process) - before < 80 << 20


def resident(process: EmulatorProcess) -> int:
    status = Path(f"/proc/{process.process.pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) << 10


def test_only_the_sites_and_keys_of_the_start_exist(start_emulator: Start) -> None:
    process = start_emulator("--site", SITE, "--key", "one", "--key", "two")
    for key, site, status in (
        ("one", SITE, 200),
        ("two", SITE, 200),
        ("emulator-key", SITE, 401),
        ("one", SITE[::-1], 403),
    ):
        headers = {"Authorization": key, "wix-site-id": site}
        got = process.request("GET", "/social-publisher/v1/accounts?channelName=GBP", headers=headers)
        assert got[0] == status


def test_the_same_seed_gives_the_same_ids(start_emulator: Start) -> None:
    ids = [create(start_emulator("--seed", seed))["id"] for seed in ("5", "5", "6")]
    assert ids[0] == ids[1] != ids[2]


def test_a_port_that_is_taken(emulator: EmulatorProcess) -> None:
    port = str(urlsplit(emulator.url).port)
    done = subprocess.run(
        [sys.executable, "-m", "socialsync.emulator", "--port", port],
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "in use" in done.stderr
