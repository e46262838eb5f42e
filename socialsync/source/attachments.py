"""Media entries of a post (`file:`, `wix:`) as MediaRefs: found, not followed out of the repository, probed once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from socialsync.canonical import canonical_text
from socialsync.model.intents import MediaKind, MediaRef
from socialsync.model.problems import Problem
from socialsync.source import paths
from socialsync.source.documents import Document, Path
from socialsync.source.tree import Entry, Tree
from socialsync.source.words import shown

_PICTURES = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".heic", ".avif")
_LFS = b"version https://git-lfs.github.com/spec/"


class Attachments:
    """The media files of one tree; each is read at most once, and those known by their blob id not at all."""

    def __init__(self, tree: Tree, known: Mapping[str, str]) -> None:
        """`known`: git blob id -> SHA-256 of files that were read before."""
        self._tree = tree
        self._known = known
        self._folders: dict[str, frozenset[str]] = {}
        self._probed: dict[str, MediaRef | tuple[str, str, str]] = {}

    def refs(
        self, entries: Iterable[Mapping[str, Any]], document: Document, path: Path, *, history: bool
    ) -> tuple[tuple[MediaRef, ...], list[int], list[Problem]]:
        """The files of one `media` list, and which entry each stands in: what cannot be had is left out.

        For `history` nothing is judged.
        """
        refs: list[MediaRef] = []
        indices: list[int] = []
        problems: list[Problem] = []
        for index, entry in enumerate(entries):
            alt = canonical_text(entry.get("alt") or "")
            if "wix" in entry:
                refs.append(MediaRef(kind=_kind(entry["wix"], MediaKind.VIDEO), file_id=entry["wix"], alt=alt))
                indices.append(index)
                continue
            found = self._ref(entry["file"], history)
            if isinstance(found, MediaRef):
                refs.append(_with_alt(found, alt) if alt else found)
                indices.append(index)
            elif not history:
                code, message, hint = found
                place = document.place((*path, index, "file"))
                problems.append(Problem(code=code, message=message, location=place, hint=hint))
        return tuple(refs), indices, problems

    def _ref(self, path: str, history: bool) -> MediaRef | tuple[str, str, str]:
        """The file, or code, message and hint."""
        found = self._probed.get(path)
        if found is not None:
            return found
        if history and (digest := self._known.get(self._tree.blob(path))) is not None:
            return MediaRef(kind=_kind(path, MediaKind.VIDEO), digest=digest, path=path)
        found = self._probed[path] = self._probe(path)
        return found

    def _probe(self, path: str) -> MediaRef | tuple[str, str, str]:
        complaint = paths.complaint(path)
        if complaint is not None:
            return ("E-PATH", *complaint)
        match self._tree.entry(path):
            case Entry.FILE if path.rpartition("/")[2] in self._names(path.rpartition("/")[0]):
                return self._facts(path)
            case Entry.LINK:
                return "E-MEDIA-LINK", f"{shown(path)} is a symbolic link.", "Commit the file itself."
            case Entry.FOLDER | Entry.OTHER:
                return "E-MEDIA-MISSING", f"{shown(path)} is not a file.", "Name the picture or video itself."
            case Entry.FILE | Entry.NONE:
                hint = paths.nearest(path, self._names(path.rpartition("/")[0]))
                return "E-MEDIA-MISSING", f"There is no file {shown(path)}.", hint

    def _names(self, folder: str) -> frozenset[str]:
        """The names in a folder as they are written, which a case-insensitive disk does not insist on."""
        if folder not in self._folders:
            self._folders[folder] = frozenset(self._tree.names(folder))
        return self._folders[folder]

    def _facts(self, path: str) -> MediaRef | tuple[str, str, str]:
        from socialsync.source import media

        with self._tree.open(path) as stream:
            if stream.read(len(_LFS)) == _LFS:
                hint = "Fetch it with `git lfs pull` (`lfs: true` in actions/checkout)."
                return "E-MEDIA-LFS", f"{shown(path)} is a Git LFS pointer; the file itself is not here.", hint
            stream.seek(0)
            try:
                return media.ref(media.probe(stream, path), path)
            except media.MediaError as error:
                return error.code, error.message, error.hint


def _with_alt(ref: MediaRef, alt: str) -> MediaRef:
    from dataclasses import replace

    return replace(ref, alt=alt)


def _kind(name: str, otherwise: MediaKind) -> MediaKind:
    """By the name's ending: Wix's ids of pictures have one, its ids of videos have none."""
    return MediaKind.IMAGE if name.lower().endswith(_PICTURES) else otherwise
