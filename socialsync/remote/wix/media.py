"""The site's files of ours: found by the digest in their name, uploaded once, hashed while they stream.

A file is named `sha256-<64 hex digits><extension>` in the folder `/socialsync`, so that its name alone tells which
picture of the repository it is, also to a run that has no State.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import BinaryIO

from socialsync.clock import Clock
from socialsync.errors import IncompleteRead, ReplyClass, SocialSyncError, WriteError
from socialsync.model.intents import MediaRef
from socialsync.model.items import RemoteMedia
from socialsync.remote.ports import OpenMedia
from socialsync.remote.wix import api
from socialsync.remote.wix.client import Client
from socialsync.remote.wix.failures import Refused, part_of_write
from socialsync.remote.wix.replies import JsonObject, one_line

FOLDER = "/socialsync"
READY_SECONDS = 180.0
MAX_PAGES = 1_000
_CHUNK = 64 * 1024
_PREFIX = "sha256-"
_NAME = re.compile(r"sha256-([0-9a-f]{64})(?:\.[a-z0-9]+)?\Z")
_EXTENSIONS: Mapping[str, str] = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "video/mp4": ".mp4",
    "video/quicktime": ".mov",
    "video/webm": ".webm",
}


def name_of(ref: MediaRef) -> str:
    """What the file is called at the service."""
    return f"{_PREFIX}{ref.digest}{_EXTENSIONS.get(ref.mime, '')}"


class MediaFolder:
    """One site's files, by digest and by file id. The folder is searched at most once a run, and only if asked for
    something that `known` (State) does not tell."""

    def __init__(self, client: Client, clock: Clock, known: Iterable[RemoteMedia]) -> None:
        self._client = client
        self._clock = clock
        self._by_digest: dict[str, RemoteMedia] = {}
        self._digests: dict[str, str] = {}  # by file id
        self._sizes: dict[str, str] = {}  # by file id
        self._pending: dict[str, JsonObject] = {}  # by digest: found, but not READY yet
        self._searched = False
        self._foreign: dict[str, RemoteMedia] = {}  # by file id: the `wix:` entries of posts
        for media in known:
            self._note(media)
        self._unseen = set(self._by_digest)  # what only State tells: a person may have tidied it away since

    def digest_of(self, file_id: str) -> str:
        """The digest of one of our files; empty for any other. Raises what reading the folder raises."""
        if file_id not in self._digests and not self._searched:
            self._search()
        return self._digests.get(file_id, "")

    def held(self, ref: MediaRef) -> RemoteMedia | None:
        """The file, if the site holds it READY."""
        if ref.digest not in self._by_digest and not self._searched:
            self._search()
        media = self._by_digest.get(ref.digest)
        if media is None:
            return None
        size = self._sizes.get(media.file_id, "")
        # Anyone may give a file our name; another size is certainly another picture.
        return media if not ref.size or size in ("", str(ref.size)) else None

    def foreign(self, ref: MediaRef) -> RemoteMedia:
        """The file of a `wix:` entry. Raises WriteError if the site has none of this id, or cannot tell."""
        if ref.file_id not in self._foreign:
            with part_of_write(ReplyClass.NOT_SENT):
                url = _url(api.get_file(self._client, ref.file_id))
            self._foreign[ref.file_id] = RemoteMedia(digest="", file_id=ref.file_id, url=url)
        return self._foreign[ref.file_id]

    def learn(self, media: Iterable[RemoteMedia]) -> None:
        """Files that a caller knows, so that an item that holds them is decoded without asking."""
        for entry in media:
            self._note(entry)

    def upload(self, ref: MediaRef, open_media: OpenMedia) -> RemoteMedia:
        """Put the file there and wait until it is READY, unless it is there already.

        Raises WriteError, also when the bytes are not those that were planned.
        """
        with part_of_write(ReplyClass.NOT_SENT):
            self._look_for(ref)
            held = self.held(ref)
        if held is not None:
            return held
        file = self._pending.get(ref.digest) or self._put(ref, open_media)
        with part_of_write(ReplyClass.UNKNOWN):
            media = self._when_ready(ref, file)
        self._digests[media.file_id] = media.digest
        self._by_digest[media.digest] = media
        self._sizes[media.file_id] = str(ref.size)
        return media

    def _look_for(self, ref: MediaRef) -> None:
        """Of a file that is about to be used, believe State only what the service says as well."""
        if ref.digest not in self._unseen:
            return
        try:
            file = api.get_file(self._client, self._by_digest[ref.digest].file_id)
        except Refused:
            file = {}
        self._unseen.discard(ref.digest)
        if not _usable(file, ref):
            del self._by_digest[ref.digest]

    def _put(self, ref: MediaRef, open_media: OpenMedia) -> JsonObject:
        """Upload the bytes: the descriptor of the new file."""
        with part_of_write(ReplyClass.NOT_SENT):
            url = api.media_upload_url(
                self._client, ref.path, name=name_of(ref), mime=ref.mime, size=ref.size, folder=FOLDER
            )
        with open_media(ref) as file:
            try:
                return api.put_file(
                    self._client, ref.path, url, chunks=_hashed(file, ref), size=ref.size, mime=ref.mime
                )
            except WriteError as error:
                arrived = self._look_again(ref) if error.reply is ReplyClass.UNKNOWN else None
                if arrived is None:
                    raise
                return arrived

    def _when_ready(self, ref: MediaRef, file: JsonObject) -> RemoteMedia:
        """Poll a new file, ever more slowly."""
        ends = self._clock.monotonic() + READY_SECONDS
        wait = 0.5
        while (status := file.get("operationStatus")) != "READY":
            if status == "FAILED":
                raise WriteError(
                    f"{ref.path}: the service could not process the file",
                    reply=ReplyClass.REJECTED,
                    hint="Save it again in another format or size.",
                    code="E-MEDIA",
                )
            if self._clock.monotonic() + wait > ends or self._client.out_of_time(wait):
                raise WriteError(
                    f"{ref.path}: the service is still processing the file",
                    reply=ReplyClass.UNKNOWN,
                    hint="Run again in a few minutes; it is not uploaded twice.",
                    code="E-MEDIA",
                )
            self._clock.sleep(wait)
            wait = min(5.0, wait * 2)
            file = api.get_file(self._client, file["id"])
        return RemoteMedia(digest=ref.digest, file_id=file["id"], url=_url(file))

    def _look_again(self, ref: MediaRef) -> JsonObject | None:
        """The descriptor of a file whose upload had no answer; None if it did not arrive, or that cannot be told."""
        try:
            files = list(self._pages(name_of(ref)))
        except SocialSyncError:
            return None
        mine = (file for file in files if file.get("displayName") == name_of(ref) and isinstance(file.get("id"), str))
        return next((file for file in mine if str(file.get("sizeInBytes", "")) in ("", str(ref.size))), None)

    def _search(self) -> None:
        for file in self._pages(_PREFIX):
            self._note_file(file)
        self._searched = True

    def _pages(self, text: str) -> Iterator[JsonObject]:
        """All files whose name holds `text`."""
        cursor = ""
        for _ in range(MAX_PAGES):
            page = api.search_files(self._client, text, cursor=cursor)
            yield from page["files"]
            cursor = _next_cursor(page)
            if not cursor:
                return
        raise IncompleteRead("the list of media files has no end", hint="Nothing was written. Run again later.")

    def _note_file(self, file: JsonObject) -> None:
        name = _NAME.match(str(file.get("displayName", "")))
        if name and isinstance(file.get("id"), str) and file.get("state", "OK") == "OK":
            self._digests[file["id"]] = name[1]
            self._sizes[file["id"]] = str(file.get("sizeInBytes", ""))
            if file.get("operationStatus") == "PENDING":
                self._pending[name[1]] = file
            elif file.get("operationStatus") == "READY" and isinstance(file.get("url"), str):
                if name[1] in self._unseen:  # seen now; and if it is another file than State's, this one is there
                    self._unseen.discard(name[1])
                    del self._by_digest[name[1]]
                self._note(RemoteMedia(digest=name[1], file_id=file["id"], url=file["url"]))

    def _note(self, media: RemoteMedia) -> None:
        self._digests[media.file_id] = media.digest
        self._by_digest.setdefault(media.digest, media)


def _hashed(file: BinaryIO, ref: MediaRef) -> Iterator[bytes]:
    """The file's bytes; the last piece is only let go when the whole is what was planned, so that other bytes never
    become a complete upload."""
    digest = hashlib.sha256()
    held = b""
    size = 0
    while chunk := file.read(_CHUNK):
        if held:
            yield held
        held = chunk
        digest.update(chunk)
        size += len(chunk)
        if size > ref.size:
            break
    if size != ref.size or digest.hexdigest() != ref.digest:
        raise WriteError(
            f"{one_line(ref.path)}: the file is not the one that was planned (its bytes changed meanwhile)",
            reply=ReplyClass.NOT_SENT,
            hint="Plan again with the file as it is now.",
            code="E-MEDIA-CHANGED",
        )
    yield held


def _usable(file: JsonObject, ref: MediaRef) -> bool:
    there = file.get("operationStatus") == "READY" and file.get("state", "OK") == "OK"
    return there and str(file.get("sizeInBytes", ref.size)) == str(ref.size)


def _url(file: JsonObject) -> str:
    url = file.get("url")
    if not isinstance(url, str) or not url.startswith(("https://", "http://")):
        raise IncompleteRead("the service named no address for a media file", hint="Run again later.")
    return url


def _next_cursor(page: JsonObject) -> str:
    """The cursor of the next page, from either place where the service's lists carry it; empty at the end."""
    for name in ("nextCursor", "pagingMetadata"):
        paging = page.get(name)
        if isinstance(paging, dict) and paging.get("hasNext") is not False:
            cursors = paging.get("cursors")
            cursor = cursors.get("next") if isinstance(cursors, dict) else None
            if isinstance(cursor, str) and cursor:
                return cursor
    return ""
