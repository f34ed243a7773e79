"""The icons are pictures of their sizes, made from the one that stands in SVG."""

from __future__ import annotations

import struct

import pytest
from tests.opengraph.pictures import SQUARE, chunks

from shoulders.opengraph import icons


@pytest.fixture(params=["favicon.svg", "logo.svg"])
def svg(root, request):
    return (root / "docs/overrides/assets" / request.param).read_text("utf-8")


def test_the_mark_is_where_the_picture_is_opaque():
    half = icons.mark(SQUARE.format("M0 0h4v8H0z"), 16)
    assert half.cover == (b"\xff" * 8 + b"\x00" * 8) * 16
    corner = icons.mark(SQUARE.format("M0 0h8l-8 8z"), 8)
    assert all(corner.cover[y * 8 + x] == (255 if x + y < 7 else 0) for y in range(8) for x in range(8) if x + y != 7)
    assert all(0 < corner.cover[y * 8 + 7 - y] < 255 for y in range(8))


def test_the_icon_of_old_browsers_is_one_small_picture(svg):
    ico = icons.favicon(svg)
    assert struct.unpack_from("<HHHBBBBHHII", ico) == (0, 1, 1, 32, 32, 0, 0, 1, 32, len(ico) - 22, 22)
    assert struct.unpack(">IIBBBBB", dict(chunks(ico[22:]))[b"IHDR"])[:2] == (32, 32)
    assert len(ico) < 3000


def test_the_icon_of_telephones_has_no_holes(root):
    svg = (root / "docs/overrides/assets/favicon.svg").read_text("utf-8")
    icon = icons.touch_icon(svg)
    assert struct.unpack(">IIBBBBB", dict(chunks(icon))[b"IHDR"])[:2] == (180, 180)
    assert set(icons.alpha(icon)) == {255}
    assert len(icon) < 8000


def test_a_picture_without_ground_is_refused():
    with pytest.raises(ValueError, match="expected a picture whose first fill is a colour"):
        icons.touch_icon('<svg xmlns="http://www.w3.org/2000/svg"/>')
