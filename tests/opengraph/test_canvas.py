"""The file of a picture: its size, its colours, its pixels, and nothing else."""

from __future__ import annotations

import re
import struct
import zlib

import pytest
from tests.opengraph.pictures import CARD, chunks

from shoulders.opengraph import canvas
from shoulders.opengraph.canvas import HEIGHT, PAPER, WIDTH, Canvas, Mask
from shoulders.opengraph.draw import draw


def test_it_is_a_picture_of_the_size_that_the_heads_name_and_nothing_else():
    pixels = draw(CARD)
    parts = dict(chunks(canvas.png(pixels)))
    assert list(parts) == [b"IHDR", b"PLTE", b"IDAT", b"IEND"], "no date, no programme"
    assert struct.unpack(">IIBBBBB", parts[b"IHDR"]) == (1200, 630, 8, 3, 0, 0, 0)
    rows = zlib.decompress(parts[b"IDAT"])
    assert b"".join(rows[y * (WIDTH + 1) + 1 : (y + 1) * (WIDTH + 1)] for y in range(HEIGHT)) == pixels
    assert max(pixels) < len(parts[b"PLTE"]) // 3
    assert parts[b"PLTE"][:3].hex() == PAPER[1:]


def test_the_colours_are_those_of_the_site(root):
    css = (root / "docs/overrides/assets/shoulders.css").read_text("utf-8")
    light = css[css.index("[data-md-color-scheme] {") : css.index("@media screen")]
    value = dict(re.findall(r"--([\w-]+): (#[0-9a-f]+)", light))
    names = {"ink": "md-default-fg-color", "soft": "md-default-fg-color--light", "rule": "sh-rule"}
    names |= {"brand": "md-primary-fg-color", "good": "sh-good", "bad": "sh-bad"}
    lanes = {f"lane-{number}": f"sh-lane-{number}" for number in range(10)}
    names |= lanes | {"lane--1": "md-default-fg-color--light"}
    assert {ink: value[name] for ink, name in names.items()} == canvas.INKS
    assert value["md-default-bg-color"] == PAPER
    assert sum(name.startswith("sh-lane-") for name in value) == len(lanes)


def test_ink_is_printed_over_what_is_there_only_where_it_comes_through():
    sheet = Canvas()
    sheet.print("ink", Mask(10, 5, 2, 1, b"\xff\x00"))
    sheet.print("bad", Mask(10, 5, 2, 1, b"\x00\xff"))
    ink, bad = (canvas._FIRST[name] + canvas.SHADES - 1 for name in ("ink", "bad"))
    assert list(sheet.pixels[5 * WIDTH + 9 : 5 * WIDTH + 13]) == [0, ink, bad, 0]


@pytest.mark.parametrize(("x", "y"), [(-2, 5), (5, -2), (WIDTH - 2, 5), (5, HEIGHT - 2), (-9, -9), (WIDTH, HEIGHT)])
def test_what_lies_outside_is_not_drawn(x, y):
    sheet = Canvas()
    sheet.print("ink", Mask(x, y, 4, 4, b"\xff" * 16))
    inside = max(0, min(WIDTH, x + 4) - max(0, x)) * max(0, min(HEIGHT, y + 4) - max(0, y))
    assert len(sheet.pixels) == WIDTH * HEIGHT
    assert sum(map(bool, sheet.pixels)) == inside
