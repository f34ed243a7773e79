"""A picture of few colours, and its PNG file: areas and masks of ink on paper.

Knows no text and no layout. Every ink has a few shades between paper and itself for the soft edges of what is drawn,
so that each pixel is one byte and the file small; the file holds nothing but the picture, so that it is the same
whenever it is made.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

WIDTH, HEIGHT = 1200, 630
SHADES = 6

PAPER = "#fbfaf6"
LANES = ("#b45309", "#1d4ed8", "#be185d", "#15803d", "#7c3aed", "#0e7490", "#b91c1c", "#4d7c0f", "#856900", "#57534e")
INKS = {
    "ink": "#1f2421",
    "soft": "#55605b",
    "rule": "#dedbd0",
    "brand": "#1c4a46",
    "good": "#166534",
    "bad": "#9f1239",
    "lane--1": "#55605b",
    **{f"lane-{number}": colour for number, colour in enumerate(LANES)},
}
"""The light colours of the site's style sheet."""
_FIRST = {name: 1 + SHADES * number for number, name in enumerate(INKS)}


@dataclass(frozen=True, slots=True)
class Mask:
    """How much of each pixel of a rectangle is covered, 0 to 255, row by row from the top."""

    x: int
    y: int
    width: int
    height: int
    cover: bytes


def _mix(colour: str, part: float) -> bytes:
    paper, ink = bytes.fromhex(PAPER[1:]), bytes.fromhex(colour[1:])
    return bytes(round(one + (other - one) * part) for one, other in zip(paper, ink, strict=True))


_PALETTE = _mix(PAPER, 1) + b"".join(
    _mix(colour, (shade + 1) / SHADES) for colour in INKS.values() for shade in range(SHADES)
)
_SHADING = {
    name: bytes(first - 1 + level if (level := round(cover * SHADES / 255)) else 0 for cover in range(256))
    for name, first in _FIRST.items()
}


class Canvas:
    """The pixels of one picture, blank paper at first. What lies outside is not drawn."""

    def __init__(self) -> None:
        self.pixels = bytearray(WIDTH * HEIGHT)

    def fill(self, ink: str, *, x: int, y: int, width: int, height: int) -> None:
        """Cover a rectangle."""
        self.print(ink, Mask(x, y, width, height, b"\xff" * (width * height)))

    def print(self, ink: str, mask: Mask) -> None:
        """Print ink through a mask; where nothing of it comes through, what was there stays."""
        shades = mask.cover.translate(_SHADING[ink])
        left, right = max(0, mask.x), min(WIDTH, mask.x + mask.width)
        for y in range(max(0, mask.y), min(HEIGHT, mask.y + mask.height)) if left < right else ():
            start = (y - mask.y) * mask.width - mask.x
            row, place = shades[start + left : start + right], slice(y * WIDTH + left, y * WIDTH + right)
            under = self.pixels[place]
            self.pixels[place] = row if under.count(0) == len(under) else bytes(map(max, row, under))


def png(pixels: bytes) -> bytes:
    """The file of a picture."""
    rows = b"".join(b"\0" + pixels[y * WIDTH : (y + 1) * WIDTH] for y in range(HEIGHT))
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 3, 0, 0, 0)
    parts = ((b"IHDR", header), (b"PLTE", _PALETTE), (b"IDAT", zlib.compress(rows, 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts
    )
