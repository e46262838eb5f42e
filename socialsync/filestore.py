"""State of an emulator site: files below `.socialsync/`, beside the checkout they belong to."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from socialsync.state import State, encode
from socialsync.statestore import BRANCH, CLAIMS, StateError, changed, whole

_FOLDERS = {BRANCH: "state", CLAIMS: "claims"}


class FileStore:
    """State of an emulator site, in `.socialsync/state/<site>.json`; its claims in `.socialsync/claims/`."""

    def __init__(self, folder: str, site: str) -> None:
        self._site = site
        self._paths = {part: Path(folder) / name / f"{site}.json" for part, name in _FOLDERS.items()}
        self._read: dict[str, bytes] = {}

    def load(self) -> State:
        self._read = {}
        for part in _FOLDERS:
            with self._reported(part) as path, contextlib.suppress(FileNotFoundError):
                self._read[part] = path.read_bytes()
        return whole(self._site, self._read, lambda part: str(self._paths[part]))

    def save(self, state: State) -> None:
        for part, data in changed(state, self._read):
            self._write(part, data)
            self._read[part] = data

    def check_writable(self) -> None:
        with self._reported(BRANCH) as path:
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=path.parent) as stream:
                stream.write(encode(State(site=self._site)))

    def _write(self, part: str, data: bytes) -> None:
        with self._reported(part) as path:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=".state-")
            try:
                with os.fdopen(handle, "wb") as stream:
                    stream.write(data)
                    stream.flush()
                    os.fsync(stream.fileno())
                os.replace(name, path)
            except BaseException:
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(name)
                raise

    @contextlib.contextmanager
    def _reported(self, part: str) -> Iterator[Path]:
        path = self._paths[part]
        try:
            yield path
        except OSError as error:
            raise StateError(
                f"{path} cannot be read or written: {error.strerror or error}",
                hint="Is there room on the disk, and may this user write there?",
            ) from error
