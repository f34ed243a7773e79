"""Words of invented pictures, and what can be read of one that was drawn."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from shoulders.catalog import Catalog
from shoulders.model import Person, Topic, Venue
from shoulders.opengraph import canvas
from shoulders.opengraph.canvas import HEIGHT, WIDTH
from shoulders.opengraph.design import Card, Cover
from shoulders.opengraph.draw import BAR, BOTTOM, LEFT, RIGHT, TOP
from shoulders.settings import Settings
from shoulders.view import View

SETTINGS = Settings("https://example.org/", "", "", {"en": "Sea", "zh": "海"}, {"en": "A sea.", "zh": "一片海。"})
CARD = Card(
    lane=2,
    topic="Tides",
    nickname="TIDE",
    title="On the Tides",
    translated="",
    names=(("Wu Lin", "Wu Lin", ", "), ("Imogen Ashdown", "Imogen Ashdown", ", ")),
    more="and {n} more",
    place="COW 2010",
    state="good",
    said="runs",
    site="Sea · 海",
)
COVER = Cover(name="Sea", other="海", line="A sea. It is wide.", facts="3 works", lanes=4)
SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path fill="#123456" d="{}"/></svg>'
MARK = SQUARE.format("M0 0h8v8H0z")


def chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The parts of a PNG file, each with its checksum right."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    place = 8
    while place < len(png):
        length, name = struct.unpack_from(">I4s", png, place)
        body = png[place + 8 : place + 8 + length]
        assert struct.unpack_from(">I", png, place + 8 + length) == (zlib.crc32(name + body),)
        yield name, body
        place += 12 + length


def box(pixels: bytes, ink: str | None = None) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of what is printed beside the bar: in one ink, or in any."""
    first = canvas._FIRST[ink] if ink else 0
    inked = bytes(value and (not ink or first <= value < first + canvas.SHADES) for value in range(256))
    rows = [pixels[y * WIDTH + BAR : (y + 1) * WIDTH].translate(inked) for y in range(HEIGHT)]
    printed = [y for y, row in enumerate(rows) if any(row)]
    left = min(BAR + rows[y].index(1) for y in printed)
    return left, printed[0], max(BAR + rows[y].rindex(1) for y in printed), printed[-1]


def in_margins(pixels: bytes) -> bool:
    """A glyph may reach a little over the edge of its line, as round letters do."""
    left, top, right, bottom = box(pixels)
    return left >= LEFT - 6 and right <= RIGHT + 6 and top >= TOP - 14 and bottom <= BOTTOM + 14


def view(*works, language="en", **more) -> View:
    topics = (
        Topic(id="sea", name={"en": "Sea", "zh": "海"}, summary={"en": "S.", "zh": "海。"}),
        Topic(id="tide", parent="sea", name={"en": "Tides", "zh": "潮"}, summary={"en": "T.", "zh": "潮。"}),
    )
    venues = (Venue(id="cow", kind="conference", name="Conference of Waves", short="COW", name_zh="浪会"),)
    people = (Person(id="lin-wu", name="Lin, Wu", native="林雾"),)
    return View(Catalog(works=works, topics=topics, venues=venues, people=people, **more), SETTINGS, language)
