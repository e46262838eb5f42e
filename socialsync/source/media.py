"""What a picture or video is, from its bytes alone and in one pass: kind, pixels, seconds, digest."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from socialsync.errors import ExitCode, SocialSyncError
from socialsync.model.intents import MediaKind, MediaRef
from socialsync.source.bytestream import Broken, ByteStream
from socialsync.source.movies import Movie, brands, movie
from socialsync.source.pictures import Picture, gif, jpeg, png, webp


class MediaError(SocialSyncError):
    """A file that cannot be sent as it is: `code` E-MEDIA-TYPE, E-MEDIA-FORMAT or E-MEDIA-BROKEN."""

    exit_code = ExitCode.INVALID
    code = "E-MEDIA-BROKEN"


@dataclass(frozen=True, kw_only=True, slots=True)
class MediaFacts:
    """One file, measured; the fields are those of model.MediaRef."""

    kind: MediaKind
    mime: str
    size: int  # bytes
    digest: str  # SHA-256, hex
    width: int  # pixels as shown
    height: int
    seconds: float = 0.0
    fps: float = 0.0
    codec: str = ""
    frames: int = 0
    traits: tuple[str, ...] = ()


def ref(facts: MediaFacts, path: str) -> MediaRef:
    """The file at `path` as content names it."""
    return MediaRef(
        kind=facts.kind,
        digest=facts.digest,
        path=path,
        mime=facts.mime,
        size=facts.size,
        width=facts.width,
        height=facts.height,
        seconds=facts.seconds,
        fps=facts.fps,
        codec=facts.codec,
        frames=facts.frames,
        traits=facts.traits,
    )


_EXTENSIONS = {
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
    "mp4": "video/mp4",
    "m4v": "video/mp4",
    "mov": "video/quicktime",
}
_READERS: dict[str, Callable[[ByteStream], Picture | Movie]] = {
    "image/jpeg": jpeg,
    "image/png": png,
    "image/gif": gif,
    "image/webp": webp,
    "video/mp4": movie,
    "video/quicktime": movie,
}
_NAMES = {
    "image/jpeg": ("a JPEG picture", ".jpg"),
    "image/png": ("a PNG picture", ".png"),
    "image/gif": ("a GIF picture", ".gif"),
    "image/webp": ("a WebP picture", ".webp"),
    "video/mp4": ("an MP4 video", ".mp4"),
    "video/quicktime": ("a QuickTime video", ".mov"),
}
_AS_PICTURE = "Save it as JPEG or PNG."
_AS_VIDEO = "Export it as MP4 with H.264."
_REFUSED = (  # what a file starts with, what it is, what to do
    (b"BM", "This is a BMP picture, which no channel takes", _AS_PICTURE),
    (b"II*\0", "This is a TIFF or raw picture, which no channel takes", _AS_PICTURE),
    (b"MM\0*", "This is a TIFF picture, which no channel takes", _AS_PICTURE),
    (b"8BPS", "This is a Photoshop file, which no channel takes", _AS_PICTURE),
    (b"<svg", "This is an SVG drawing, which no channel takes", _AS_PICTURE),
    (b"<?xml", "This is an XML or SVG file, which no channel takes", _AS_PICTURE),
    (b"\xff\x0a", "This is a JPEG XL picture, which no channel takes", _AS_PICTURE),
    (b"\0\0\0\x0cJXL ", "This is a JPEG XL picture, which no channel takes", _AS_PICTURE),
    (b"%PDF", "This is a PDF, which cannot be posted", "Save each page as a picture."),
    (b"\x1aE\xdf\xa3", "This is a WebM or Matroska video, whose size and length cannot be read here", _AS_VIDEO),
    (b"OggS", "This is an Ogg file, which no channel takes", _AS_VIDEO),
    (b"FLV", "This is a Flash video, which no channel takes", _AS_VIDEO),
    (b"ID3", "This is a sound, which cannot be posted", "Make a video of it."),
)
_HEIF = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_AVIF = frozenset({b"avif", b"avis"})
_FIRST_BOXES = frozenset({b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"})


def probe(data: BinaryIO, name: str) -> MediaFacts:
    """Measure the file that `data` reads from its start to its end; `name` gives the extension.

    Raises MediaError, and nothing else, for bytes that cannot be posted as they are. Needs no seeking; memory stays
    below some hundred KiB whatever the file says.
    """
    stream = ByteStream(data)
    head = stream.peek(512)
    mime = _sniff(head)
    _check_extension(mime, name)
    try:
        found = _READERS[mime](stream)
        if not found.width or not found.height:
            raise Broken("has no size")
    except (Broken, struct.error) as error:
        what = str(error) if isinstance(error, Broken) else "is damaged"
        raise MediaError(
            f"{name} {what}.", hint="Save or export it again, and open it to see that it is whole."
        ) from None
    digest, size = stream.finish()
    if isinstance(found, Movie):
        return MediaFacts(
            kind=MediaKind.VIDEO,
            mime=mime,
            size=size,
            digest=digest,
            width=found.width,
            height=found.height,
            seconds=found.seconds,
            fps=found.fps,
            codec=found.codec,
            traits=found.traits,
        )
    return MediaFacts(
        kind=MediaKind.IMAGE,
        mime=mime,
        size=size,
        digest=digest,
        width=found.width,
        height=found.height,
        frames=found.frames,
        traits=found.traits,
    )


def _sniff(head: bytes) -> str:
    """The MIME type that the first bytes show."""
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "image/webp"
    if brands(head) & _AVIF:
        raise _refused("This is an AVIF picture, which no channel takes", _AS_PICTURE)
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF:
        raise _refused("This is a HEIC picture, which no channel takes", f"{_AS_PICTURE} Phones can be set to do so.")
    if head[4:8] in _FIRST_BOXES:
        return "video/quicktime" if head[4:8] != b"ftyp" or head[8:12] == b"qt  " else "video/mp4"
    if not head:
        raise MediaError("The file is empty.", hint="Save it again, or take it out of the post.")
    for start, what, hint in _REFUSED:
        if head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(start) or head.startswith(start):
            raise _refused(what, hint)
    raise _refused("This is no picture or video that can be read", f"{_AS_PICTURE} Videos: {_AS_VIDEO}")


def _check_extension(mime: str, name: str) -> None:
    stem, dot, extension = name.rpartition("/")[2].rpartition(".")
    if _EXTENSIONS.get(extension.lower()) == mime:
        return
    what, right = _NAMES[mime]
    renamed = (stem if dot else extension) + right
    raise MediaError(
        f"This is {what}, but its name says otherwise.", hint=f"Rename it to {renamed}.", code="E-MEDIA-TYPE"
    )


def _refused(what: str, hint: str) -> MediaError:
    return MediaError(f"{what}.", hint=hint, code="E-MEDIA-FORMAT")
