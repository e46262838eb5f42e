"""A client of another language, which shares no code with ours, finds the service that the API reference describes."""

import shutil
import subprocess
from pathlib import Path

import pytest

from socialsync.emulator.handle import EmulatorProcess

CLIENT = Path(__file__).with_name("client.mjs")
CHECKS = 33


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed: the JavaScript client cannot run")
def test_the_javascript_client(emulator: EmulatorProcess) -> None:
    done = subprocess.run(["node", str(CLIENT), emulator.url], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("\nok ") + done.stdout.startswith("ok ") == CHECKS
    assert done.stdout.endswith(f"{CHECKS} checks, 0 failed\n")
