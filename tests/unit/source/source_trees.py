"""A repository in memory: what a test writes is what the source reads."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from typing import BinaryIO

from socialsync import config
from socialsync.source import posts
from socialsync.source.posts import Loaded
from socialsync.source.tree import Entry

CONFIG = """\
namespace: acme
timezone: Europe/Berlin
late: 30m
sites:
  main:
    emulator: true
    accounts:
      instagram: "17840000000000001"
      facebook: "700800900"
      facebook@berlin: "700800901"
      linkedin: "urn:li:organization:90411822"
      pinterest@gifts: "4455/99887766"
      gbp: "1122/555666"
      tiktok: "0f0e0d0c-1111-4222-8333-444455556666"
      youtube: "UCabcdefghijklmnopqrstuv"
"""


class MemoryTree:
    """A Tree of given files; a value of None is a symbolic link."""

    root = "memory"

    def __init__(self, files: Mapping[str, str | bytes | None], blobs: Mapping[str, str] | None = None) -> None:
        self.files = {path: data.encode() if isinstance(data, str) else data for path, data in files.items()}
        self.blobs = blobs or {}
        self.reads: list[str] = []

    def expect(self, paths: Iterable[str]) -> None:
        """Nothing here is far away."""

    def paths(self, folder: str) -> list[str]:
        return sorted(path for path in self.files if path.startswith(folder.rstrip("/") + "/"))

    def names(self, folder: str) -> list[str]:
        below = folder + "/" if folder else ""
        return sorted({path[len(below) :].split("/")[0] for path in self.files if path.startswith(below)})

    def entry(self, path: str) -> Entry:
        if path not in self.files:
            return Entry.FOLDER if self.names(path) else Entry.NONE
        return Entry.LINK if self.files[path] is None else Entry.FILE

    def blob(self, path: str) -> str:
        return self.blobs.get(path, "")

    def read(self, path: str, limit: int = -1) -> bytes | None:
        self.reads.append(path)
        data = self.files.get(path)
        return data if data is None or limit < 0 else data[: limit + 1]

    def open(self, path: str) -> BinaryIO:
        data = self.read(path)
        assert data is not None
        return io.BytesIO(data)


Files = Mapping[str, str | bytes | None]


def load_posts(files: Files, **options: object) -> Loaded:
    """The posts of a repository with CONFIG and these files."""
    tree = MemoryTree({config.FILE: CONFIG, **files})
    settings, problems = config.load(tree)
    assert settings is not None, problems
    return posts.load(settings, tree, **options)  # type: ignore[arg-type]


def load_post(text: str, **options: object) -> Loaded:
    """The posts of a repository with this one."""
    return load_posts({"posts/post.yaml": text}, **options)
