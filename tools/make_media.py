"""Draw the pictures and videos of the example posts: SVG from the code below, turned into JPEG, PNG and MP4 by ffmpeg.

python -m tools.make_media [FFMPEG]     writes posts/media/; ffmpeg needs librsvg, libx264 and aac, as Debian's has
"""

from __future__ import annotations

import math
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

MEDIA = Path(__file__).parent.parent / "posts" / "media"
RATE = 30  # frames a second
NIGHT, DUSK, SNOW, SHADE = "#1f3a5f", "#f4b393", "#ffffff", "#dbe7f3"
CLAY, WOOD, CREAM, INK = "#c8744a", "#8a5a3b", "#f7efe2", "#2b2b33"
BLUE, GREEN, OCHRE = "#2f6fb0", "#4f8a6b", "#d69a2d"


def svg(width: int, height: int, body: str, top: str, bottom: str) -> str:
    """A picture on a background that runs from one colour to another."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
        f'<defs><linearGradient id="g" x2="0" y2="1"><stop stop-color="{top}"/><stop offset="1" stop-color="{bottom}"/>'
        f'</linearGradient></defs><rect width="{width}" height="{height}" fill="url(#g)"/>{body}</svg>'
    )


def mug(x: float, y: float, size: float, colour: str, tilt: float = 0) -> str:
    """A mug whose foot stands at x, y; `size` is its height."""
    w, h = size * 0.8, size
    return (
        f'<g transform="translate({x} {y}) rotate({tilt})">'
        f'<path d="M {w * 0.42} {-h * 0.78} c {w * 0.55} {-h * 0.1} {w * 0.55} {h * 0.68} 0 {h * 0.52}" fill="none" '
        f'stroke="{colour}" stroke-width="{w * 0.12}"/>'
        f'<path d="M {-w / 2} {-h} L {-w * 0.44} {-h * 0.1} Q {-w * 0.42} 0 {-w * 0.3} 0 L {w * 0.3} 0 '
        f'Q {w * 0.42} 0 {w * 0.44} {-h * 0.1} L {w / 2} {-h} Z" fill="{colour}"/>'
        f'<path d="M {w * 0.12} {-h} L {w * 0.1} 0 L {w * 0.3} 0 Q {w * 0.42} 0 {w * 0.44} {-h * 0.1} '
        f'L {w / 2} {-h} Z" fill="#000" opacity=".12"/>'
        f'<path d="M {-w * 0.475} {-h * 0.62} Q 0 {-h * 0.5} {w * 0.475} {-h * 0.62} L {w * 0.468} {-h * 0.5} '
        f'Q 0 {-h * 0.38} {-w * 0.468} {-h * 0.5} Z" fill="{CREAM}" opacity=".85"/>'
        f'<ellipse cy="{-h}" rx="{w / 2}" ry="{h * 0.09}" fill="{CREAM}"/>'
        f'<ellipse cy="{-h}" rx="{w * 0.43}" ry="{h * 0.065}" fill="{WOOD}"/></g>'
    )


def steam(x: float, y: float, size: float, phase: float = 0) -> str:
    """Three strands that rise from x, y."""
    strands = []
    for index in (-1, 0, 1):
        sway = size * 0.12 * math.sin(phase + index)
        strands.append(
            f'<path d="M {x + index * size * 0.22} {y} c {-size * 0.15 + sway} {-size * 0.2} {size * 0.15 + sway} '
            f'{-size * 0.3} 0 {-size * 0.55}" fill="none" stroke="#fff" stroke-width="{size * 0.05}" '
            f'stroke-linecap="round" opacity=".6"/>'
        )
    return "".join(strands)


def hills(width: int, height: int, line: float) -> str:
    """Snow below `line`, with hills and firs behind it."""
    y = height * line
    firs = "".join(
        f'<path d="M {x} {y - tall} l {tall * 0.26} {tall * 0.5} h {-tall * 0.52} z M {x} {y - tall * 0.7} '
        f'l {tall * 0.34} {tall * 0.72} h {-tall * 0.68} z" fill="{NIGHT}"/>'
        for x, tall in ((width * 0.12, width * 0.3), (width * 0.26, width * 0.2), (width * 0.88, width * 0.26))
    )
    return (
        f'<path d="M 0 {y} Q {width * 0.3} {y - width * 0.2} {width * 0.6} {y} '
        f'Q {width * 0.8} {y - width * 0.16} {width} {y} V {height} H 0 Z" fill="{SHADE}" opacity=".7"/>{firs}'
        f'<path d="M 0 {y + width * 0.02} Q {width * 0.35} {y - width * 0.07} {width * 0.7} {y + width * 0.02} '
        f'Q {width * 0.85} {y + width * 0.05} {width} {y} V {height} H 0 Z" fill="{SNOW}"/>'
    )


def flakes(width: int, height: int, number: int, seed: int) -> str:
    """Snow in the air, the same for the same seed."""
    chance = random.Random(seed)
    return "".join(
        f'<circle cx="{chance.random() * width:.0f}" cy="{chance.random() * height:.0f}" '
        f'r="{width * (0.003 + chance.random() * 0.007):.1f}" fill="#fff" opacity=".9"/>'
        for _ in range(number)
    )


def winter(width: int, height: int) -> str:
    """A blue mug in fresh snow."""
    size, foot = width * 0.42, height * 0.8
    mound = f'<ellipse cx="{width / 2}" cy="{foot}" rx="{width * 0.36}" ry="{width * 0.05}" fill="{SHADE}"/>'
    body = hills(width, height, 0.62) + mound + mug(width / 2, foot, size, BLUE)
    body += (
        f'<ellipse cx="{width / 2}" cy="{foot + width * 0.02}" rx="{width * 0.25}" ry="{width * 0.03}" fill="#fff"/>'
    )
    body += steam(width / 2, foot - size * 1.08, size * 0.8) + flakes(width, height, 90, 7)
    return svg(width, height, body, NIGHT, DUSK)


def shelf(width: int, height: int, colours: list[str]) -> str:
    """Mugs on a shelf."""
    size, foot = width * 0.52 / len(colours) ** 0.7, height * 0.66
    board = f'<rect y="{foot}" width="{width}" height="{height * 0.05}" fill="{WOOD}"/>'
    shade = f'<rect y="{foot + height * 0.05}" width="{width}" height="{height * 0.02}" fill="#000" opacity=".12"/>'
    step = width / len(colours)
    mugs = "".join(mug(step * (index + 0.44), foot, size, colour) for index, colour in enumerate(colours))
    window = (
        f'<g transform="translate({width * 0.5} {height * 0.15})"><circle r="{width * 0.16}" fill="#fff" opacity=".7"/>'
        f'<path d="M {-width * 0.16} 0 H {width * 0.16} M 0 {-width * 0.16} V {width * 0.16}" stroke="{CREAM}" '
        f'stroke-width="{width * 0.012}"/></g>'
    )
    return svg(width, height, window + board + shade + mugs, CREAM, "#ecd9be")


def shop(width: int, height: int) -> str:
    """A shop front with a striped awning and mugs in the window."""
    x, y, w, h = width * 0.12, height * 0.3, width * 0.76, height * 0.55
    stripe = w / 10
    awning = "".join(
        f'<path d="M {x + index * stripe} {y - height * 0.08} h {stripe} v {height * 0.13} '
        f'a {stripe / 2} {stripe / 2} 0 0 1 {-stripe} 0 z" fill="{CLAY if index % 2 == 0 else CREAM}"/>'
        for index in range(10)
    )
    glass = f'<rect x="{x + w * 0.05}" y="{y + h * 0.15}" width="{w * 0.55}" height="{h * 0.6}" fill="#fdf3d8"/>'
    door = (
        f'<rect x="{x + w * 0.68}" y="{y + h * 0.15}" width="{w * 0.24}" height="{h * 0.85}" fill="{GREEN}"/>'
        f'<rect x="{x + w * 0.71}" y="{y + h * 0.22}" width="{w * 0.18}" height="{h * 0.35}" fill="#fdf3d8"/>'
        f'<circle cx="{x + w * 0.71}" cy="{y + h * 0.66}" r="{w * 0.012}" fill="{OCHRE}"/>'
    )
    shown = "".join(
        mug(x + w * (0.15 + index * 0.165), y + h * 0.74, h * 0.27, colour)
        for index, colour in enumerate((BLUE, OCHRE, CLAY))
    )
    front = f'<rect x="{x}" y="{y}" width="{w}" height="{h}" fill="{NIGHT}"/>'
    street = f'<rect y="{y + h}" width="{width}" height="{height}" fill="#b9b4ad"/>'
    sun = f'<circle cx="{width * 0.86}" cy="{height * 0.14}" r="{height * 0.07}" fill="{OCHRE}"/>'
    return svg(width, height, sun + street + front + glass + shown + door + awning, "#bfe0f2", "#f5e7cf")


def wheel(width: int, height: int, done: float) -> str:
    """A bowl that grows on a potter's wheel; `done` runs from 0 to 1."""
    x, y = width / 2, height * 0.68
    tall = width * (0.1 + 0.34 * done)
    wide = width * (0.2 + 0.06 * math.sin(done * math.pi))
    turn = done * 12 * math.pi
    rings = "".join(
        f'<ellipse cx="{x}" cy="{y - tall * part}" rx="{wide * (1 + 0.15 * part) * 0.98}" ry="{wide * 0.14}" '
        f'fill="none" stroke="#000" stroke-opacity=".1" stroke-width="{width * 0.008}"/>'
        for part in (0.25, 0.5, 0.75)
    )
    mark = x + width * 0.3 * math.cos(turn), y + width * 0.07 * math.sin(turn) + width * 0.02
    body = (
        f'<rect x="{x - width * 0.06}" y="{y}" width="{width * 0.12}" height="{height}" fill="{INK}"/>'
        f'<ellipse cx="{x}" cy="{y + width * 0.05}" rx="{width * 0.36}" ry="{width * 0.1}" fill="{INK}"/>'
        f'<ellipse cx="{x}" cy="{y + width * 0.02}" rx="{width * 0.36}" ry="{width * 0.1}" fill="#6b6f78"/>'
        f'<circle cx="{mark[0]}" cy="{mark[1]}" r="{width * 0.015}" fill="{CREAM}"/>'
        f'<path d="M {x - wide} {y} Q {x - wide * 1.05} {y - tall * 0.5} {x - wide * 1.15} {y - tall} '
        f"H {x + wide * 1.15} Q {x + wide * 1.05} {y - tall * 0.5} {x + wide} {y} "
        f'A {wide} {wide * 0.16} 0 0 1 {x - wide} {y} Z" fill="{CLAY}"/>{rings}'
        f'<ellipse cx="{x}" cy="{y - tall}" rx="{wide * 1.15}" ry="{wide * 0.17}" fill="#a85c38"/>'
    )
    return svg(width, height, body, CREAM, "#e9c9a5")


def tour(width: int, height: int, done: float) -> str:
    """A walk along the shelf, mugs and steam; `done` runs from 0 to 1."""
    foot = height * 0.72
    colours = [BLUE, OCHRE, CLAY, GREEN, BLUE, CLAY, OCHRE]
    step = width * 0.3
    start = width * 0.2 - done * step * (len(colours) - 3.2)
    mugs = "".join(
        mug(start + step * index, foot, height * 0.34, colour)
        + steam(start + step * index, foot - height * 0.38, height * 0.2, done * 20 + index)
        for index, colour in enumerate(colours)
    )
    board = f'<rect y="{foot}" width="{width}" height="{height * 0.06}" fill="{WOOD}"/>'
    return svg(width, height, board + mugs, NIGHT, "#3f6b8f")


def picture(ffmpeg: str, name: str, drawing: str) -> None:
    """Write one JPEG or PNG."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "drawing.svg")
        source.write_text(drawing, encoding="utf-8")
        how = ["-q:v", "3", "-pix_fmt", "yuvj420p"] if name.endswith(".jpg") else ["-pix_fmt", "rgb24"]
        run(ffmpeg, "-i", str(source), *how, "-frames:v", "1", str(MEDIA / name))


def video(ffmpeg: str, name: str, frame: Callable[[float], str], seconds: int, notes: tuple[int, ...]) -> None:
    """Write one MP4: drawn frames, and a soft chord, for a video without sound is refused here and there."""
    with tempfile.TemporaryDirectory() as folder:
        for index, done in enumerate(steps(seconds * RATE)):
            Path(folder, f"{index:04}.svg").write_text(frame(done), encoding="utf-8")
        chord = "+".join(f"0.06*sin({note}*2*PI*t)" for note in notes)
        sound = f"aevalsrc='{chord}':d={seconds},afade=d=1,afade=t=out:st={seconds - 1}:d=1"
        run(
            ffmpeg,
            *("-framerate", str(RATE), "-i", f"{folder}/%04d.svg", "-f", "lavfi", "-i", sound),
            *("-c:v", "libx264", "-preset", "veryslow", "-crf", "29", "-pix_fmt", "yuv420p", "-threads", "1"),
            *("-c:a", "aac", "-b:a", "48k", "-shortest", "-movflags", "+faststart", str(MEDIA / name)),
        )


def steps(number: int) -> Iterator[float]:
    """From 0 to 1."""
    return (index / (number - 1) for index in range(number))


def run(ffmpeg: str, *arguments: str) -> None:
    """Run ffmpeg so that the same drawings give the same bytes; its complaints go to stderr."""
    exact = ("-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact", "-map_metadata", "-1")
    subprocess.run([ffmpeg, "-v", "error", "-y", *arguments[:-1], *exact, arguments[-1]], check=True)


def main(ffmpeg: str = "ffmpeg") -> None:
    """Draw everything."""
    MEDIA.mkdir(parents=True, exist_ok=True)
    picture(ffmpeg, "winter-hero.jpg", winter(1080, 1350))
    picture(ffmpeg, "winter-story.jpg", winter(1080, 1920))
    picture(ffmpeg, "winter-pin.jpg", winter(1000, 1500))
    picture(ffmpeg, "workshop-story.jpg", wheel(1080, 1920, 0.8))
    picture(ffmpeg, "shop-front.png", shop(1200, 900))
    picture(ffmpeg, "glaze-blue.jpg", shelf(1080, 1350, [BLUE]))
    picture(ffmpeg, "glaze-green.jpg", shelf(1080, 1350, [GREEN]))
    picture(ffmpeg, "glaze-all.jpg", shelf(1080, 1350, [BLUE, GREEN, OCHRE]))
    video(ffmpeg, "wheel-clip.mp4", lambda done: wheel(720, 1280, done), 6, (220, 277, 330))
    video(ffmpeg, "studio-tour.mp4", lambda done: tour(1280, 720, done), 6, (196, 247, 294))


if __name__ == "__main__":
    main(*sys.argv[1:])
