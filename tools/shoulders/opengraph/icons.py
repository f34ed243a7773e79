"""The site's icons from its SVG files: PNG for telephones, ICO for what asks for no other, and the mark for pictures.

Draws nothing of its own: resvg does, which is given no font and no file to look for.
"""

from __future__ import annotations

import re
import struct
import zlib

import resvg_py

from shoulders.opengraph.canvas import Mask

TOUCH, SMALL = 180, 32  # the sizes that Apple's and the oldest browsers' icons have


def touch_icon(svg: str) -> bytes:
    """The picture as PNG, as telephones show it among their own: without round corners or holes."""
    return _png(svg, TOUCH, background=_tile(svg))


def favicon(svg: str) -> bytes:
    """The picture as ICO: a PNG behind a directory of one entry."""
    picture = _png(svg, SMALL)
    head = struct.pack("<HHH", 0, 1, 1)
    return head + struct.pack("<BBBBHHII", SMALL, SMALL, 0, 0, 1, 32, len(picture), len(head) + 16) + picture


def mark(svg: str, size: int) -> Mask:
    """Where the picture is opaque, in a square, whatever its colours."""
    return Mask(0, 0, size, size, alpha(_png(svg, size)))


def alpha(png: bytes) -> bytes:
    """How opaque each pixel is, of a PNG file with eight bits of red, green, blue and alpha, as resvg writes them."""
    data, place = b"", len(b"\x89PNG\r\n\x1a\n")
    while place < len(png):
        length, name = struct.unpack_from(">I4s", png, place)
        body = png[place + 8 : place + 8 + length]
        if name == b"IHDR":
            width, _, *kind = struct.unpack(">IIBBBBB", body)
            if kind != [8, 6, 0, 0, 0]:
                raise ValueError(f"expected eight bits of red, green, blue and alpha, got {kind}")
        data += body if name == b"IDAT" else b""
        place += length + 12
    data = zlib.decompress(data)
    above, opaque = bytes(width * 4), b""
    for start in range(0, len(data), 1 + width * 4):
        above = _unfiltered(data[start], data[start + 1 : start + 1 + width * 4], above)
        opaque += above[3::4]
    return opaque


def _unfiltered(kind: int, row: bytes, above: bytes) -> bytes:
    """A row of pixels of four bytes, which a PNG file keeps as differences from those at the left and above."""
    pixels = bytearray(4)  # what is left of the first pixel
    for place, (byte, up) in enumerate(zip(row, above, strict=True)):
        left, corner = pixels[place], above[place - 4] if place >= 4 else 0
        near = min((left, up, corner), key=lambda one: abs(left + up - corner - one))  # the first of equals
        pixels.append((byte + (0, left, up, (left + up) // 2, near)[kind]) & 255)
    return bytes(pixels[4:])


def _tile(svg: str) -> str:
    """The colour of what comes first in the picture, which all else stands on."""
    found = re.search(r'fill="(#[0-9a-fA-F]{3,6})"', svg)
    if not found:
        raise ValueError("expected a picture whose first fill is a colour like #1d4e4a")
    return found[1]


def _png(svg: str, size: int, *, background: str | None = None) -> bytes:
    return bytes(
        resvg_py.svg_to_bytes(svg_string=svg, width=size, height=size, background=background, skip_system_fonts=True)
    )
