"""Pictures and videos are measured from their bytes; what is damaged, disguised or hostile is a MediaError."""

import hashlib
import struct
import tracemalloc
import zlib
from contextlib import suppress
from io import BytesIO, RawIOBase
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from socialsync.model.intents import MediaKind
from socialsync.source.media import MediaError, MediaFacts, probe, ref

MEDIA = Path(__file__).parents[3] / "posts" / "media"


def facts(data: bytes, name: str) -> MediaFacts:
    return probe(BytesIO(data), name)


# --- files made here, byte by byte ---------------------------------------------------------------


def segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def exif(orientation: int, order: str = ">") -> bytes:
    mark = b"MM" if order == ">" else b"II"
    tiff = mark + struct.pack(f"{order}HIH", 42, 8, 1) + struct.pack(f"{order}HHIHxx", 0x0112, 3, 1, orientation)
    return segment(0xE1, b"Exif\0\0" + tiff)


def jpeg(width: int = 640, height: int = 480, components: int = 3, extra: bytes = b"", start: int = 0xC0) -> bytes:
    frame = segment(start, struct.pack(">BHHB", 8, height, width, components) + bytes(3 * components))
    return b"\xff\xd8" + extra + frame + segment(0xDA, bytes(6)) + b"\x01\x02\xff\x00\x03\xff\xd9"


def chunk(kind: bytes, body: bytes = b"") -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int = 640, height: int = 480, colour: int = 2, extra: bytes = b"") -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + extra + chunk(b"IDAT", b"x") + chunk(b"IEND")


def gif(frames: int = 1, alpha: bool = False) -> bytes:
    control = b"!\xf9\x04" + bytes([alpha, 0, 0, 0]) + b"\0"
    image = b"," + bytes(8) + b"\x80" + bytes(6) + b"\x02\x02\x4c\x01\0"
    return b"GIF89a" + struct.pack("<HHBBB", 320, 200, 0xF0, 0, 0) + bytes(6) + (control + image) * frames + b";"


def riff(*chunks: tuple[bytes, bytes]) -> bytes:
    body = b"".join(kind + struct.pack("<I", len(data)) + data + bytes(len(data) % 2) for kind, data in chunks)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I", len(body) + 8) + kind + body


IDENTITY = (0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
QUARTER = (0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000)


def track(
    handler: bytes = b"vide", *, matrix: tuple[int, ...] = IDENTITY, code: bytes = b"avc1", long: bool = False
) -> bytes:
    """A track of 300 samples in 10 seconds."""
    sides = (1920 << 16, 1080 << 16) if handler == b"vide" else (0, 0)
    head = struct.pack(">B3x16xI", 1, 1) + bytes(12) if long else struct.pack(">B3x8xI", 0, 1) + bytes(8)
    tkhd = box(b"tkhd", head, bytes(16), struct.pack(">9i2I", *matrix, *sides))
    mdhd = struct.pack(">B3x16xIQ", 1, 600, 6000) if long else struct.pack(">B3x8xII", 0, 600, 6000)
    stsd = box(b"stsd", struct.pack(">4xI", 1), box(code, bytes(30)))
    stbl = box(b"stbl", stsd, box(b"stsz", struct.pack(">4xII", 1, 300)))
    mdia = box(b"mdia", box(b"mdhd", mdhd), box(b"hdlr", bytes(8), handler, bytes(12)), box(b"minf", stbl))
    return box(b"trak", tkhd, mdia)


MVHD = box(b"mvhd", struct.pack(">B3x8xII", 0, 1000, 10_000), bytes(80))
MDAT = box(b"mdat", b"frames")
FTYP = box(b"ftyp", b"isom", bytes(4), b"mp42")


def mp4(*tracks: bytes, ftyp: bytes = FTYP) -> bytes:
    return ftyp + box(b"moov", MVHD, *(tracks or (track(), track(b"soun", code=b"mp4a")))) + MDAT


# --- what is measured ----------------------------------------------------------------------------

EXAMPLES = {
    "winter-hero.jpg": ("image/jpeg", 1080, 1350),
    "winter-story.jpg": ("image/jpeg", 1080, 1920),
    "winter-pin.jpg": ("image/jpeg", 1000, 1500),
    "workshop-story.jpg": ("image/jpeg", 1080, 1920),
    "glaze-all.jpg": ("image/jpeg", 1080, 1350),
    "glaze-blue.jpg": ("image/jpeg", 1080, 1350),
    "glaze-green.jpg": ("image/jpeg", 1080, 1350),
    "shop-front.png": ("image/png", 1200, 900),
    "wheel-clip.mp4": ("video/mp4", 720, 1280),
    "studio-tour.mp4": ("video/mp4", 1280, 720),
}


def test_all_example_media_are_known_and_small() -> None:
    assert {path.name for path in MEDIA.iterdir()} == set(EXAMPLES)
    assert all(path.stat().st_size < 200_000 for path in MEDIA.iterdir())


@pytest.mark.parametrize("name", EXAMPLES)
def test_example_media(name: str) -> None:
    data = (MEDIA / name).read_bytes()
    found = facts(data, name)
    assert (found.mime, found.width, found.height) == EXAMPLES[name]
    assert (found.size, found.digest) == (len(data), hashlib.sha256(data).hexdigest())
    if found.kind is MediaKind.VIDEO:
        assert 6 <= found.seconds < 6.1
        assert (found.codec, found.fps, found.frames, found.traits) == ("h264", 30, 0, ())
    else:
        assert (found.seconds, found.fps, found.codec, found.frames, found.traits) == (0, 0, "", 1, ())


@pytest.mark.parametrize(
    ("data", "size", "frames", "traits"),
    [
        (jpeg(), (640, 480), 1, ()),
        (jpeg(start=0xC2), (640, 480), 1, ()),
        (jpeg(components=4), (640, 480), 1, ("cmyk",)),
        (jpeg(extra=exif(1)), (640, 480), 1, ()),
        (jpeg(extra=exif(3)), (640, 480), 1, ()),
        (jpeg(extra=exif(4)), (640, 480), 1, ()),
        (jpeg(extra=exif(5)), (480, 640), 1, ()),
        (jpeg(extra=exif(6)), (480, 640), 1, ()),
        (jpeg(extra=exif(8, "<")), (480, 640), 1, ()),
        (jpeg(extra=exif(9)), (640, 480), 1, ()),
        (jpeg(extra=segment(0xE1, b"Exif\0\0MM\0*\xff\xff\xff\xff")), (640, 480), 1, ()),
        (jpeg(extra=segment(0xE2, b"MPF\0")), (640, 480), 1, ("several-pictures",)),
        (jpeg(extra=b"\xff\xff" + segment(0xE0, b"JFIF\0")), (640, 480), 1, ()),
        (jpeg() + b"after the end", (640, 480), 1, ()),
    ],
)
def test_jpeg(data: bytes, size: tuple[int, int], frames: int, traits: tuple[str, ...]) -> None:
    found = facts(data, "a.JPEG")
    assert ((found.width, found.height), found.frames, found.traits) == (size, frames, traits)


@pytest.mark.parametrize(
    ("data", "name", "size", "frames", "traits"),
    [
        (png(), "a.png", (640, 480), 1, ()),
        (png(colour=6), "a.png", (640, 480), 1, ("alpha",)),
        (png(colour=3, extra=chunk(b"tRNS", b"\0")), "a.png", (640, 480), 1, ("alpha",)),
        (png(extra=chunk(b"acTL", struct.pack(">II", 12, 0))), "a.png", (640, 480), 12, ()),
        (gif(), "a.gif", (320, 200), 1, ()),
        (gif(3, alpha=True), "a.gif", (320, 200), 3, ("alpha",)),
        (riff((b"VP8 ", bytes(3) + b"\x9d\x01\x2a" + struct.pack("<HH", 640, 480))), "a.webp", (640, 480), 1, ()),
        (riff((b"VP8L", struct.pack("<BI", 0x2F, 639 | 479 << 14 | 1 << 28))), "a.webp", (640, 480), 1, ("alpha",)),
        (
            riff(
                (b"VP8X", b"\x12\0\0\0" + (639).to_bytes(3, "little") + (479).to_bytes(3, "little")),
                (b"ANMF", b"x"),
                (b"ANMF", b"xy"),
                (b"EXIF", b""),
            ),
            "a.webp",
            (640, 480),
            2,
            ("alpha",),
        ),
    ],
)
def test_png_gif_and_webp(data: bytes, name: str, size: tuple[int, int], frames: int, traits: tuple[str, ...]) -> None:
    found = facts(data, name)
    assert ((found.width, found.height), found.frames, found.traits) == (size, frames, traits)


SOUND = track(b"soun", code=b"mp4a")


@pytest.mark.parametrize(
    ("data", "name", "expected"),
    [
        (mp4(), "a.mp4", (1920, 1080, "h264", ())),
        (mp4(track(long=True), SOUND), "a.m4v", (1920, 1080, "h264", ())),
        (mp4(track(matrix=QUARTER), SOUND), "a.mp4", (1080, 1920, "h264", ())),
        (mp4(SOUND, track(code=b"hvc1")), "a.mp4", (1920, 1080, "hevc", ())),
        (mp4(track(code=b"ap\xffn")), "a.mp4", (1920, 1080, "ap?n", ("silent",))),
        (mp4(ftyp=box(b"ftyp", b"qt  ", bytes(4))), "a.mov", (1920, 1080, "h264", ())),
        (mp4(ftyp=box(b"wide")), "a.MOV", (1920, 1080, "h264", ())),
        (FTYP + MDAT + box(b"moov", MVHD, track(), SOUND), "a.mp4", (1920, 1080, "h264", ("index-last",))),
        (
            FTYP + box(b"moov", MVHD, track(), SOUND) + struct.pack(">I4sQ", 1, b"mdat", 20) + b"data",
            "a.mp4",
            (1920, 1080, "h264", ()),
        ),
        (
            FTYP + box(b"moov", MVHD, track(), SOUND) + struct.pack(">I4s", 0, b"mdat") + b"to the end",
            "a.mp4",
            (1920, 1080, "h264", ()),
        ),
    ],
)
def test_movies(data: bytes, name: str, expected: tuple[int, int, str, tuple[str, ...]]) -> None:
    found = facts(data, name)
    assert (found.width, found.height, found.codec, found.traits) == expected
    assert (found.kind, found.seconds, found.fps, found.size) == (MediaKind.VIDEO, 10, 30, len(data))
    assert found.digest == hashlib.sha256(data).hexdigest()


def test_the_end_of_a_jpeg_is_found_wherever_it_stands() -> None:
    data = jpeg()
    scan = data.index(b"\x01\x02\xff\x00")
    for before in range(65_500, 65_560):  # around the 64 KiB that are looked at in one go
        assert facts(data[:scan] + bytes(before) + b"\xff\xd9", "a.jpg").size == scan + before + 2


def test_a_ref_carries_every_fact() -> None:
    found = facts(mp4(), "posts/media/a.mp4")
    made = ref(found, "posts/media/a.mp4")
    assert made.path == "posts/media/a.mp4"
    for name in MediaFacts.__slots__:
        assert getattr(made, name) == getattr(found, name)


# --- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "name", "code", "words"),
    [
        (png(), "posts/media/a.jpg", "E-MEDIA-TYPE", "a.png"),
        (jpeg(), "a.mp4", "E-MEDIA-TYPE", "a.jpg"),
        (mp4(), "a", "E-MEDIA-TYPE", "a.mp4"),
        (mp4(ftyp=box(b"ftyp", b"qt  ", bytes(4))), "a.mp4", "E-MEDIA-TYPE", "a.mov"),
        (b"", "a.jpg", "E-MEDIA-BROKEN", "empty"),
        (b"hello", "a.jpg", "E-MEDIA-FORMAT", "no picture or video"),
        (box(b"ftyp", b"heic", bytes(4), b"mif1"), "a.heic", "E-MEDIA-FORMAT", "HEIC"),
        (box(b"ftyp", b"mif1", bytes(4), b"heic"), "a.jpg", "E-MEDIA-FORMAT", "HEIC"),
        (box(b"ftyp", b"avif", bytes(4), b"mif1"), "a.avif", "E-MEDIA-FORMAT", "AVIF"),
        (b"BM" + bytes(60), "a.bmp", "E-MEDIA-FORMAT", "BMP"),
        (b"\xef\xbb\xbf\n<svg/>", "a.svg", "E-MEDIA-FORMAT", "SVG"),
        (b"\x1aE\xdf\xa3" + bytes(60), "a.webm", "E-MEDIA-FORMAT", "MP4"),
        (jpeg()[:-2], "a.jpg", "E-MEDIA-BROKEN", "ends too early"),
        (png()[:-20], "a.png", "E-MEDIA-BROKEN", "ends too early"),
        (gif()[:-1], "a.gif", "E-MEDIA-BROKEN", "ends too early"),
        (mp4()[:-1], "a.mp4", "E-MEDIA-BROKEN", "ends too early"),
        (FTYP + MDAT, "a.mp4", "E-MEDIA-BROKEN", "part of the video is missing"),
        (FTYP + box(b"moov", MVHD, track()), "a.mp4", "E-MEDIA-BROKEN", "part of the video is missing"),
        (mp4(SOUND), "a.mp4", "E-MEDIA-BROKEN", "no picture"),
        (FTYP + box(b"moov", MVHD, box(b"mvex")) + MDAT, "a.mp4", "E-MEDIA-BROKEN", "streaming"),
        (jpeg(width=0), "a.jpg", "E-MEDIA-BROKEN", "no size"),
        (b"\xff\xd8\xff\xd9", "a.jpg", "E-MEDIA-BROKEN", "damaged"),
        (b"\xff\xd8" + segment(0xC0, b"\x08\x01"), "a.jpg", "E-MEDIA-BROKEN", "damaged"),
        (riff((b"VP8 ", bytes(10))), "a.webp", "E-MEDIA-BROKEN", "damaged"),
    ],
)
def test_refused(data: bytes, name: str, code: str, words: str) -> None:
    with pytest.raises(MediaError) as caught:
        facts(data, name)
    assert caught.value.code == code
    assert words in f"{caught.value.message} {caught.value.hint}"
    assert caught.value.hint


DEEP = b"".join(struct.pack(">I4s", 8 * (40_000 - level), b"mdia") for level in range(40_000))
HOSTILE = [
    (FTYP + struct.pack(">I4sQ", 1, b"moov", 1 << 63), "a.mp4"),
    (FTYP + struct.pack(">I4s", 0xFFFFFFF0, b"mdat"), "a.mp4"),
    (FTYP + box(b"moov", box(b"trak", DEEP)) + MDAT, "a.mp4"),
    (FTYP + box(b"moov", box(b"trak") * 100_000) + MDAT, "a.mp4"),
    (FTYP + box(b"moov", struct.pack(">I4s", 0, b"trak")) + MDAT, "a.mp4"),
    (FTYP + box(b"moov", struct.pack(">I4s", 4, b"trak")) + MDAT, "a.mp4"),
    (b"\x89PNG\r\n\x1a\n" + struct.pack(">I4s", 0xFFFFFFFF, b"IHDR"), "a.png"),
    (b"RIFF" + struct.pack("<I", 0xFFFFFFFF) + b"WEBPVP8X" + struct.pack("<I", 1), "a.webp"),
    (b"\xff\xd8" + b"\xff" * 300_000, "a.jpg"),
    (b"GIF89a" + bytes(7) + b"!\xff" + b"\xff" * 300_000, "a.gif"),
]


@pytest.mark.parametrize(("data", "name"), HOSTILE)
def test_hostile_files_cost_little(data: bytes, name: str) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(MediaError):
            facts(data, name)
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()


def test_a_large_file_is_never_held() -> None:
    class Large(RawIOBase):
        """A video whose data is 50 MB of zeros, read a little at a time."""

        def __init__(self) -> None:
            head = FTYP + box(b"moov", MVHD, track()) + struct.pack(">I4s", 50_000_008, b"mdat")
            self.left = [head, *[bytes(10_000)] * 5000]

        def read(self, _: int = -1) -> bytes:
            return self.left.pop(0) if self.left else b""

    stream = Large()
    tracemalloc.start()
    try:
        assert probe(stream, "a.mp4").size == 50_000_008 + len(FTYP + box(b"moov", MVHD, track()))  # type: ignore[arg-type]
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


SEEDS = [
    ("a.jpg", jpeg(extra=exif(6) + segment(0xE2, b"MPF\0"))),
    ("a.png", png(colour=6, extra=chunk(b"acTL", bytes(8)))),
    ("a.gif", gif(3, alpha=True)),
    ("a.webp", riff((b"VP8X", bytes(10)), (b"ANMF", b"xyz"), (b"VP8L", bytes(5)))),
    ("a.mp4", mp4()),
    ("a.mp4", (MEDIA / "wheel-clip.mp4").read_bytes()[:9000]),
    ("a.jpg", (MEDIA / "glaze-blue.jpg").read_bytes()[:2000]),
]


@given(st.data())
@hypothesis_settings(derandomize=True, max_examples=1500)
def test_mutated_files_raise_nothing_but_a_media_error(data: st.DataObject) -> None:
    name, seed = data.draw(st.sampled_from(SEEDS))
    changed = bytearray(seed)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, min(len(changed), 2000) - 1))
        new = data.draw(
            st.sampled_from([b"\0", b"\xff", b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x7f", b"moov", b"\0\0\0\1"])
        )
        changed[at : at + data.draw(st.sampled_from([0, len(new), 30]))] = new
    cut = data.draw(st.integers(1, len(changed)))
    for version in (bytes(changed), bytes(changed[:cut])):
        try:
            found = facts(version, name)
        except MediaError:
            continue
        assert found.size == len(version)
        assert found.digest == hashlib.sha256(version).hexdigest()
        assert found.width > 0
        assert found.height > 0
        assert found.seconds >= 0


@given(st.binary(max_size=200), st.sampled_from([b"", *(seed[:12] for _, seed in SEEDS)]))
@hypothesis_settings(derandomize=True)
def test_any_bytes_raise_nothing_but_a_media_error(data: bytes, start: bytes) -> None:
    for name in ("a.jpg", "a.png", "a.gif", "a.webp", "a.mp4", "a.mov"):
        with suppress(MediaError):
            assert facts(start + data, name).size == len(start + data)
