"""From the words of a picture to its pixels: where each stands, how large, in which typeface and ink.

Knows no catalog and no file. Words that are too long take smaller type, then more lines, and are cut in the end:
nothing leaves the margins.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import uharfbuzz as hb

from shoulders.names import has_cjk
from shoulders.opengraph.canvas import HEIGHT, LANES, Canvas, Mask
from shoulders.opengraph.design import Card, Cover
from shoulders.opengraph.fonts import EM, Typeface, typefaces
from shoulders.opengraph.lines import fit, shorten

BAR = 22  # how wide the lane is, at the left edge
LEFT, RIGHT = 90, 1120
TOP, BOTTOM = 70, 572
MEASURE = RIGHT - LEFT
SIZES = ((100, 1), (88, 2), (80, 2), (72, 3), (64, 3), (58, 4), (52, 4), (46, 5), (42, 5), (38, 6), (34, 7), (30, 8))
"""Sizes of a title, each with the most lines that look well."""

Mark = Callable[[int], Mask]
"""The site's mark at the size asked for."""


def draw(words: Card | Cover, mark: Mark | None = None) -> bytes:
    """The pixels of a picture, by default without the site's mark."""
    canvas = Canvas()
    if isinstance(words, Card):
        _card(words, canvas, mark)
    else:
        _cover(words, canvas, mark)
    return bytes(canvas.pixels)


def _card(words: Card, canvas: Canvas, mark: Mark | None) -> None:
    lane = f"lane-{words.lane % len(LANES) if words.lane >= 0 else -1}"
    canvas.fill(lane, x=0, y=0, width=BAR, height=HEIGHT)
    state = _state(words, canvas)
    _kicker(words, canvas, lane, state - LEFT)
    block = _Block(TOP + 52, BOTTOM - 74)
    block.add(_names(words, typefaces()["text"], 32), "text", "soft", sizes=((32, 1),), leading=1.3, above=24)
    if words.translated:
        block.add(words.translated, "serif", "soft", sizes=((36, 1), (30, 2)), leading=1.3, above=14)
    block.add(words.title, "title", "ink", sizes=SIZES, leading=1.34 if has_cjk(words.title) else 1.15)
    block.print(canvas)
    _footer(words.place, words.site, canvas)
    if mark:
        _place(canvas, mark(38), right=RIGHT, middle=BOTTOM - 10)


def _cover(words: Cover, canvas: Canvas, mark: Mark | None) -> None:
    count = max(1, min(words.lanes, len(LANES)))
    for number in range(count):
        top, end = HEIGHT * number // count, HEIGHT * (number + 1) // count
        canvas.fill(f"lane-{number}", x=0, y=top, width=BAR, height=end - top)
    block = _Block(TOP - 10, BOTTOM - 74)
    sentences = re.findall(r".+?[.。](?:\s+|$)|.+", words.line)[:3]
    for number, sentence in reversed(list(enumerate(sentences))):
        above = 0 if number else 34
        block.add(sentence, "serif", "ink", sizes=((38, 1), (32, 2), (26, 3)), leading=1.4, above=above)
    block.add(words.other, "serif", "soft", sizes=((48, 1), (34, 2)), leading=1.3, above=2)
    block.add(words.name, "title", "brand", sizes=((132, 1), (104, 1), (80, 2), (48, 3)), leading=1.2)
    block.print(canvas)
    _footer(words.facts, "", canvas)
    if mark:
        _place(canvas, mark(250), right=RIGHT, middle=TOP + 130)


def _kicker(words: Card, canvas: Canvas, lane: str, width: int) -> None:
    """The lane's topic, and the name that the field uses where the title does not begin with it."""
    strong, text = typefaces()["strong"], typefaces()["text"]
    topic = shorten(strong.printable(words.topic), strong, width * EM // 28)
    x = _print(canvas, strong, topic, lane, x=LEFT, baseline=TOP + 22, size=28)
    nickname = text.printable(words.nickname)
    if nickname and (room := (width - (x - LEFT)) * EM // 28) > 3 * EM:
        said = shorten(f"\u2002·\u2002{nickname}", text, room)
        _print(canvas, text, said, "ink", x=x, baseline=TOP + 22, size=28)


def _state(words: Card, canvas: Canvas) -> int:
    """That the idea runs, or that the work was retracted, at the right; where that begins."""
    face = typefaces()["strong"]
    if not words.said:
        return RIGHT
    said = ("▶\u2002" if words.state == "good" else "") + face.printable(words.said)
    said = shorten(said, face, MEASURE // 2 * EM // 26)
    x = RIGHT - face.width(said) * 26 // EM
    _print(canvas, face, said, words.state, x=x, baseline=TOP + 22, size=26)
    return x - 40


def _names(words: Card, face: Typeface, size: int) -> str:
    """As many names as fit one line, and how many more there are."""
    names = []
    for name, latin, comma in words.names:
        shown = face.printable(name)
        names.append((shown if shown == name else face.printable(latin), comma))
    for count in range(len(names), 0, -1):
        text = "".join(name + comma for name, comma in names[:count]).rstrip(" ,、")
        if count < len(names):
            text += " " + words.more.replace("{n}", str(len(names) - count))
        if face.width(text) * size <= MEASURE * EM:
            return text
    return shorten(names[0][0], face, MEASURE * EM // size)


def _place(canvas: Canvas, mark: Mask, *, right: int, middle: int) -> None:
    canvas.print("brand", Mask(right - mark.width, middle - mark.height // 2, mark.width, mark.height, mark.cover))


def _footer(left: str, right: str, canvas: Canvas) -> None:
    """A rule; below it where and when at the left, whose picture this is at the right."""
    canvas.fill("rule", x=LEFT, y=BOTTOM - 52, width=MEASURE, height=2)
    face, serif = typefaces()["text"], typefaces()["serif"]
    end = RIGHT
    if right:
        name = shorten(serif.printable(right), serif, MEASURE // 2 * EM // 28)
        end -= serif.width(name) * 28 // EM + 54  # room for the mark
        _print(canvas, serif, name, "brand", x=end, baseline=BOTTOM, size=28)
    said = shorten(face.printable(left), face, max(0, end - 40 - LEFT) * EM // 28)
    _print(canvas, face, said, "soft", x=LEFT, baseline=BOTTOM, size=28)


class _Block:
    """Texts one below the other between two heights, put together from the last to the first.

    So the first, which is the title, gets the room that the others leave.
    """

    def __init__(self, top: int, bottom: int) -> None:
        self._top, self._room = top, float(bottom - top)
        self._lines: list[tuple[Typeface, str, str, int, float]] = []  # face, text, ink, size, way down from the last

    def add(
        self, text: str, face: str, ink: str, *, sizes: Sequence[tuple[int, int]], leading: float, above: int = 0
    ) -> None:
        """Put a text above the others, at the largest of the sizes at which it fits."""
        typeface = typefaces()[face]
        high = [(size, min(most, int((self._room - above) / (size * leading)))) for size, most in sizes]
        fitting = [(size, most) for size, most in high if most > 0]
        if not fitting:
            return
        setting = fit(typeface.printable(text), typeface, MEASURE, sizes=fitting)
        for number, line in reversed(list(enumerate(setting.lines))):
            down = setting.size * leading + (0 if number else above)
            self._lines.insert(0, (typeface, line, ink, setting.size, down))
            self._room -= down

    def print(self, canvas: Canvas) -> None:
        """Print the texts in the middle of their room, a little above it."""
        y = self._top + self._room * 0.42
        for face, line, ink, size, down in self._lines:
            y += down
            _print(canvas, face, line, ink, x=LEFT, baseline=round(y - size * 0.22), size=size)


def _print(canvas: Canvas, face: Typeface, text: str, ink: str, *, x: int, baseline: int, size: int) -> int:
    """Print a line of text; where it ends."""
    glyphs, width = face.shape(text)
    scale = size / EM
    raster = hb.RasterDraw()
    for glyph in glyphs:
        raster.transform = (scale, 0, 0, scale, x + glyph.x * scale, glyph.y * scale - baseline)
        raster.draw_glyph(glyph.font, glyph.id)
    image = raster.render()
    box, buffer = image.extents, image.buffer
    if box.width and box.height:  # its rows stand from the bottom to the top
        rows = [buffer[row * box.stride : row * box.stride + box.width] for row in range(box.height)]
        canvas.print(ink, Mask(box.x_origin, -box.y_origin - box.height, box.width, box.height, b"".join(rows[::-1])))
    return x + width * size // EM
