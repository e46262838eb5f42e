"""A connection to one site: the service itself, or an emulator started for the command."""

from __future__ import annotations

import hashlib
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from importlib.util import find_spec
from urllib.parse import urlsplit

from socialsync.commands.environment import API, Environment
from socialsync.commands.workspace import Workspace
from socialsync.errors import ClockSkew, Denied, UsageError
from socialsync.model.sites import Site
from socialsync.remote.ports import Reader
from socialsync.remote.wix.adapter import Adapter, connect
from socialsync.state import State

SERVICE = "https://www.wixapis.com"
EMULATOR_KEY = "emulator-key"
DEADLINE_SECONDS = 20 * 60.0
"""A run's time at the service; afterwards no request is sent."""

CLOSING_SECONDS = 4 * 60.0
"""What of that is kept for settling the last write and for the audit after it."""

_SKEW = timedelta(seconds=60)


@contextmanager
def connected(workspace: Workspace, site: Site, state: State, environment: Environment) -> Iterator[Adapter]:
    """The adapter for one site; an embedded emulator lives exactly as long.

    Raises Denied without a key, UsageError for an address in SOCIALSYNC_API that is not on this machine.
    """
    address = environment.variables.get(API, "")
    if address and _host(address) not in ("127.0.0.1", "::1", "localhost"):
        raise UsageError(
            f"{API} may only name an emulator on this machine, not {address!r}",
            hint=f"Unset {API} to use Wix itself.",
            code="E-API",
        )
    if site.emulator and not address:
        with (
            _emulator(workspace, site, environment) as started,
            _adapter(workspace, site, state, environment, started) as adapter,
        ):
            yield adapter
        return
    with _adapter(workspace, site, state, environment, address or SERVICE) as adapter:
        yield adapter


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:  # what is no address names no machine
        return ""


def check_clock(reader: Reader, site: Site, environment: Environment) -> None:
    """Refuse to work with a clock that is more than a minute off; an emulator's clock may be set at will."""
    theirs = reader.server_time()
    if site.emulator or theirs is None:
        return
    ours = environment.clock.now()
    if abs(theirs - ours) > _SKEW:
        raise ClockSkew(
            f"this machine's clock says {ours:%Y-%m-%d %H:%M:%S} UTC, the service's {theirs:%Y-%m-%d %H:%M:%S}",
            hint="Set the clock of this machine; nothing was written.",
        )


def emulator_site_id(namespace: str, site: Site) -> str:
    """A stable id for an emulator site, shaped like Wix's."""
    digits = hashlib.sha256(f"{namespace}/{site.name}".encode()).hexdigest()
    return "-".join((digits[:8], digits[8:12], f"4{digits[13:16]}", f"8{digits[17:20]}", digits[20:32]))


def _adapter(workspace: Workspace, site: Site, state: State, environment: Environment, address: str) -> Adapter:
    if site.emulator:
        key, site_id = EMULATOR_KEY, emulator_site_id(workspace.settings.policy.namespace, site)
    else:
        key, site_id = environment.variables.get(site.key_env, ""), site.wix
        if not key:
            raise Denied(
                f"the environment variable {site.key_env} holds no key",
                hint=f"Put the Wix API key of site {site.name} into {site.key_env}; it must not stand in a file.",
                code="E-NO-KEY",
            )
    return connect(
        site_id=site_id,
        key=key,
        base_url=address,
        cells=workspace.settings.cells,
        clock=environment.clock,
        random=random.Random(),
        known_media=state.known_media,
        rate_per_minute=None if address != SERVICE else 200,
        deadline_seconds=DEADLINE_SECONDS,
    )


@contextmanager
def _emulator(workspace: Workspace, site: Site, environment: Environment) -> Iterator[str]:
    """A child process that serves this site from `.socialsync/emulator-<site>.db` and ends with us."""
    if find_spec("starlette") is None or find_spec("uvicorn") is None:
        raise UsageError(
            f"site {site.name} is an emulator, but the emulator is not installed",
            hint="pip install 'socialsync[emulator]'",
            code="E-NO-EMULATOR",
        )
    os.makedirs(workspace.folder, exist_ok=True)
    database = os.path.join(workspace.folder, f"emulator-{site.name}.db")
    command = [sys.executable, "-m", "socialsync.emulator", "--port", "0", "--db", database, "--stdin-tether"]
    keys = {each.key_env for each in workspace.settings.sites.values()}
    with subprocess.Popen(
        command,
        env={name: value for name, value in environment.variables.items() if name not in keys},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,  # Ctrl-C is for us; the tether ends it
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        try:
            line = child.stdout.readline()
            if not line:
                raise UsageError(
                    "the emulator did not start",
                    hint=f"If another one has {os.path.relpath(database)} open, such as its dashboard, end that with "
                    "Ctrl+C and run again; they exclude each other.",
                    code="E-NO-EMULATOR",
                )
            yield str(json.loads(line)["emulator"])
        finally:
            child.stdin.close()
