"""A file read once from front to back: hashed and counted on the way, never held in memory, never beyond its end."""

from __future__ import annotations

import hashlib
from typing import BinaryIO

_CHUNK = 64 * 1024


class Broken(Exception):
    """The bytes are not what their format says; the message goes on after the file's name."""


class ByteStream:
    """The bytes of one file, in order."""

    def __init__(self, data: BinaryIO) -> None:
        self._data = data
        self._hash = hashlib.sha256()
        self._buffer = b""
        self._start = 0  # of what is not taken yet, in the buffer
        self.position = 0  # bytes taken or skipped

    def peek(self, count: int) -> bytes:
        """The next `count` bytes, or fewer at the end, without taking them."""
        while len(self._buffer) - self._start < count:
            chunk = self._data.read(_CHUNK)
            if not chunk:
                break
            self._hash.update(chunk)
            self._buffer = self._buffer[self._start :] + chunk
            self._start = 0
        return self._buffer[self._start : self._start + count]

    def take(self, count: int) -> bytes:
        """The next `count` bytes, which are few (a header's); Broken if there are fewer."""
        taken = self.peek(count)
        if len(taken) < count:
            raise Broken("ends too early")
        self._start += count
        self.position += count
        return taken

    def skip(self, count: int) -> None:
        """Go on by `count` bytes; Broken if there are fewer."""
        while count > 0:
            step = len(self.peek(min(count, _CHUNK)))
            if not step:
                raise Broken("ends too early")
            self._start += step
            self.position += step
            count -= step

    def until(self, mark: bytes) -> None:
        """Go on behind the next `mark`; Broken if there is none."""
        while True:
            found = self.peek(_CHUNK)
            at = found.find(mark)
            if at >= 0:
                return self.skip(at + len(mark))
            if len(found) < _CHUNK:
                raise Broken("ends too early")
            self.skip(len(found) - len(mark) + 1)

    def finish(self) -> tuple[str, int]:
        """Read to the end: SHA-256 in hex, and size in bytes, of the whole file."""
        while found := len(self.peek(_CHUNK)):
            self.skip(found)
        return self._hash.hexdigest(), self.position
