"""The headers of JPEG, PNG, GIF and WebP: size as shown, frames, and what a channel may mind.

Own readers rather than a library: what is needed is some 150 lines, while Pillow decodes untrusted files in C and costs
more to import than a whole run, and header-only libraries (imagesize) know neither truncation nor colour nor frames.
"""

from __future__ import annotations

from dataclasses import dataclass
from struct import unpack, unpack_from

from socialsync.source.bytestream import Broken, ByteStream


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """Pixels with the orientation applied; `frames` above 1 is an animation; `traits` as in model.MediaRef."""

    width: int
    height: int
    frames: int = 1
    traits: tuple[str, ...] = ()


_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_BARE = frozenset({0x01, *range(0xD0, 0xD8)})
_START_OF_SCAN, _END_OF_IMAGE = 0xDA, 0xD9


def jpeg(stream: ByteStream) -> Picture:
    """Segments up to the first scan, then the mark that ends the picture."""
    stream.take(2)
    width = height = orientation = 0
    traits: set[str] = set()
    while True:
        if stream.take(1) != b"\xff":
            raise Broken("is damaged: a JPEG segment does not start where it should")
        while (marker := stream.take(1)[0]) == 0xFF:
            pass
        if marker in _JPEG_BARE:
            continue
        if marker == _END_OF_IMAGE:
            raise Broken("is damaged: it ends before the picture starts")
        size = unpack(">H", stream.take(2))[0] - 2
        if size < 0:
            raise Broken("is damaged: a JPEG segment has no size")
        if marker == _START_OF_SCAN:
            break
        body = stream.take(size)
        if marker in _JPEG_FRAMES:
            height, width, components = unpack_from(">xHHB", body)
            if components == 4:
                traits.add("cmyk")
        elif marker == 0xE1 and body.startswith(b"Exif\0\0"):
            orientation = _orientation(body[6:])
        elif marker == 0xE2 and body.startswith(b"MPF\0"):
            traits.add("several-pictures")
    stream.until(b"\xff\xd9")
    if orientation >= 5:  # a quarter turn
        width, height = height, width
    return Picture(width=width, height=height, traits=tuple(sorted(traits)))


def _orientation(tiff: bytes) -> int:
    """EXIF's orientation, 1 to 8; 0 if there is none that can be read."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None or len(tiff) < 8:
        return 0
    at = unpack_from(order + "I", tiff, 4)[0]
    if at + 2 > len(tiff):
        return 0
    for index in range(unpack_from(order + "H", tiff, at)[0]):
        entry = tiff[at + 2 + index * 12 :][:12]
        if len(entry) < 12:
            return 0
        tag, kind, _, value = unpack(order + "HHIHxx", entry)
        if tag == 0x0112 and kind == 3:
            return int(value) if 1 <= value <= 8 else 0
    return 0


def png(stream: ByteStream) -> Picture:
    """Chunks up to IEND."""
    stream.take(8)
    size, kind = unpack(">I4s", stream.take(8))
    if kind != b"IHDR" or size != 13:
        raise Broken("is damaged: a PNG must start with its header")
    width, height, colour = unpack(">IIxBxxx4x", stream.take(17))
    frames = 1
    alpha = colour in (4, 6)
    while kind != b"IEND":
        size, kind = unpack(">I4s", stream.take(8))
        if kind == b"acTL" and size == 8:
            frames = unpack(">I4x", stream.take(8))[0]
            size = 0
        alpha = alpha or kind == b"tRNS"
        stream.skip(size + 4)
    return Picture(width=width, height=height, frames=frames, traits=("alpha",) if alpha else ())


def gif(stream: ByteStream) -> Picture:
    """Blocks up to the trailer."""
    width, height, packed = unpack("<6xHHBxx", stream.take(13))
    _gif_colours(stream, packed)
    frames, alpha = 0, False
    while (block := stream.take(1)) != b";":
        if block == b"!":
            if stream.take(1) == b"\xf9":  # graphic control: a size, then flags
                flags = stream.peek(2)[1:]
                alpha = alpha or bool(flags and flags[0] & 1)
        elif block == b",":
            frames += 1
            _gif_colours(stream, stream.take(9)[8])
            stream.take(1)
        else:
            raise Broken("is damaged: a GIF block of no known kind")
        while length := stream.take(1)[0]:
            stream.skip(length)
    return Picture(width=width, height=height, frames=frames, traits=("alpha",) if alpha else ())


def _gif_colours(stream: ByteStream, packed: int) -> None:
    if packed & 0x80:
        stream.skip(3 << (packed & 7) + 1)


def webp(stream: ByteStream) -> Picture:
    """Chunks up to the size that the file states."""
    end = unpack("<4xI4x", stream.take(12))[0] + 8
    width = height = frames = 0
    alpha = False
    while stream.position < end:
        kind, size = unpack("<4sI", stream.take(8))
        stop = stream.position + size + size % 2
        match kind:
            case b"VP8X":
                flags, across, down = unpack("<B3x3s3s", stream.take(10))
                width, height = (int.from_bytes(side, "little") + 1 for side in (across, down))
                alpha = bool(flags & 0x10)
            case b"VP8 " if not width:
                start, across, down = unpack("<3x3sHH", stream.take(10))
                if start != b"\x9d\x01\x2a":
                    raise Broken("is damaged: a WebP picture does not start where it should")
                width, height = across & 0x3FFF, down & 0x3FFF
            case b"VP8L" if not width:
                start, packed = unpack("<BI", stream.take(5))
                if start != 0x2F:
                    raise Broken("is damaged: a WebP picture does not start where it should")
                width, height = (packed & 0x3FFF) + 1, (packed >> 14 & 0x3FFF) + 1
                alpha = bool(packed >> 28 & 1)
            case b"ANMF":
                frames += 1
            case _:  # colour profile, metadata, and the single frames' own headers
                pass
        if stream.position > stop:
            raise Broken("is damaged: a WebP chunk is too short")
        stream.skip(stop - stream.position)
    return Picture(width=width, height=height, frames=max(frames, 1), traits=("alpha",) if alpha else ())
