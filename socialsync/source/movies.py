"""MP4 and MOV: the boxes that say size, length, codec and sound, read in passing (ISO/IEC 14496-12)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from struct import unpack, unpack_from

from socialsync.source.bytestream import Broken, ByteStream


@dataclass(frozen=True, kw_only=True, slots=True)
class Movie:
    """Pixels with the rotation applied, seconds, frames a second; 0 where the file does not say."""

    width: int
    height: int
    seconds: float
    fps: float
    codec: str
    traits: tuple[str, ...] = ()


@dataclass(kw_only=True, slots=True)
class _Track:
    """What is found of one track while its boxes go by."""

    handler: bytes = b""
    width: int = 0
    height: int = 0
    turned: bool = False
    seconds: float = 0.0
    samples: int = 0
    codec: str = ""


@dataclass(kw_only=True, slots=True)
class _Found:
    """What is found of the file while its boxes go by."""

    tracks: list[_Track]
    seconds: float = 0.0


_CODECS = {
    b"avc1": "h264",
    b"avc3": "h264",
    b"hvc1": "hevc",
    b"hev1": "hevc",
    b"dvh1": "hevc",
    b"dvhe": "hevc",
    b"vp08": "vp8",
    b"vp09": "vp9",
    b"av01": "av1",
    b"mp4v": "mpeg4",
}
_TRACKS = 100
_END = 1 << 64  # of the file, which is not known in advance


def movie(stream: ByteStream) -> Movie:
    """All boxes of the file; what is missing or contradicts itself is Broken."""
    found: _Found | None = None
    data_first = data = False
    for kind, end in _boxes(stream, _END):
        if kind == b"mdat":
            data = True
            data_first = found is None
        elif kind == b"moov":
            found = _moov(stream, end)
        elif kind == b"moof":
            raise Broken("is cut into pieces for streaming")
    if found is None or not data:
        raise Broken("ends too early: a part of the video is missing")
    pictures = [track for track in found.tracks if track.handler == b"vide" and track.width and track.height]
    if not pictures:
        raise Broken("has no picture, only sound or nothing")
    video = pictures[0]
    silent = all(track.handler != b"soun" for track in found.tracks)
    traits = (("index-last",) if data_first else ()) + (("silent",) if silent else ())
    return Movie(
        width=video.height if video.turned else video.width,
        height=video.width if video.turned else video.height,
        seconds=round(found.seconds or video.seconds, 3),
        fps=round(video.samples / video.seconds, 3) if video.seconds else 0.0,
        codec=video.codec,
        traits=traits,
    )


def _boxes(stream: ByteStream, end: int) -> Iterator[tuple[bytes, int]]:
    """(kind, end) of each box up to `end`; what the caller leaves of a box is skipped."""
    while stream.position < end and (end != _END or stream.peek(1)):
        start = stream.position
        size, kind = unpack(">I4s", stream.take(8))
        if size == 1:
            size = unpack(">Q", stream.take(8))[0]
        if size == 0 and end == _END:  # the last box goes on to the end of the file
            yield kind, _END
            stream.finish()
            return
        stop = start + size
        if not stream.position <= stop <= end:
            raise Broken("is damaged: a part is larger than what holds it")
        yield kind, stop
        if stream.position > stop:
            raise Broken("is damaged: a part is shorter than its content")
        stream.skip(stop - stream.position)


def _moov(stream: ByteStream, end: int) -> _Found:
    found = _Found(tracks=[])
    for kind, stop in _boxes(stream, end):
        match kind:
            case b"mvhd":
                found.seconds = _duration(stream)
            case b"trak":
                track = _Track()
                found.tracks.append(track)
                _track(stream, stop, track)
                if len(found.tracks) > _TRACKS:
                    raise Broken(f"claims more than {_TRACKS} tracks")
            case b"mvex":
                raise Broken("is cut into pieces for streaming")
            case b"cmov":
                raise Broken("has a compressed index, which hardly anything can read")
            case _:
                pass
    return found


def _track(stream: ByteStream, end: int, track: _Track, depth: int = 0) -> None:
    """The boxes of a track, down to trak/mdia/minf/stbl and no deeper."""
    for kind, stop in _boxes(stream, end):
        match kind:
            case b"tkhd":
                version = stream.take(4)[0]
                stream.skip(32 if version == 1 else 20)
                stream.skip(16)
                a, b, c, d = unpack(">ii4xii16x", stream.take(36))
                track.turned = a == 0 and d == 0 and b != 0 and c != 0
                track.width, track.height = (side >> 16 for side in unpack(">II", stream.take(8)))
            case b"mdia" | b"minf" | b"stbl" if depth < 3:
                _track(stream, stop, track, depth + 1)
            case b"mdhd":
                track.seconds = _duration(stream)
            case b"hdlr":
                # In QuickTime files a second one, below minf, names the handler of the data.
                track.handler = track.handler or unpack(">8x4s", stream.take(12))[0]
            case b"stsd":
                count, _, code = unpack(">4xII4s", stream.take(16))
                track.codec = _CODECS.get(code, _printable(code)) if count else ""
            case b"stsz" | b"stz2":
                track.samples = unpack(">4x4xI", stream.take(12))[0]
            case _:
                pass


def _duration(stream: ByteStream) -> float:
    """Seconds of an mvhd or mdhd; 0 if it says none."""
    if stream.take(4)[0] == 1:
        scale, duration = unpack(">16xIQ", stream.take(28))
        unknown = duration == 0xFFFFFFFFFFFFFFFF
    else:
        scale, duration = unpack(">8xII", stream.take(16))
        unknown = duration == 0xFFFFFFFF
    return 0.0 if unknown or not scale else float(duration / scale)


def _printable(code: bytes) -> str:
    return "".join(chr(byte) if chr(byte).isalnum() and byte < 128 else "?" for byte in code)


def brands(head: bytes) -> frozenset[bytes]:
    """The brands that the file type box at the start of `head` names; empty if there is none."""
    if head[4:8] != b"ftyp" or len(head) < 16:
        return frozenset()
    size = min(unpack_from(">I", head)[0], len(head))
    return frozenset({head[8:12], *(head[at : at + 4] for at in range(16, size - 3, 4))})
