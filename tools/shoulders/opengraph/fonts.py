"""The typefaces of the pictures, from installed packages: which glyphs a text takes, and how wide it is.

Breaks no lines and draws nothing. A machine's own fonts are never looked at, so that a picture is the same everywhere.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import fontpkg_source_sans_3
import fontpkg_source_serif_4
import pylopdf_fonts_zh_cn
import uharfbuzz as hb
from anyascii import anyascii

from shoulders.names import has_cjk

EM = 1000  # the units in which every font here is drawn and measured
VERSIONS = tuple(
    f"{name} {version(name)}"
    for name in ("uharfbuzz", "fontpkg-source-sans-3", "fontpkg-source-serif-4", "pylopdf-fonts-zh-cn")
)
"""What decides how a text looks, besides our own code."""
EITHER = frozenset("“”‘’…—·")  # marks of both scripts, set as what stands beside them
NOTHING = frozenset(["Cc", "Cf", "Cn", "Co", "Cs", "Me", "Mn"])  # categories of characters that print nothing alone


@dataclass(frozen=True, slots=True)
class Glyph:
    """A glyph in its place on a line, in thousandths of an em from the line's beginning."""

    font: Any
    id: int
    x: int
    y: int


@dataclass(frozen=True, eq=False)
class Typeface:
    """A Latin font and, of the same design, a Chinese one that serves for what the Latin one lacks."""

    latin: Any
    chinese: Any
    _fonts: dict[str, Any] = field(default_factory=dict)  # what was looked up before
    _widths: dict[str, int] = field(default_factory=dict)

    def font_of(self, character: str) -> Any | None:
        """The font that has the character, or nothing."""
        if character not in self._fonts:
            having = (font for font in (self.latin, self.chinese) if font.get_nominal_glyph(ord(character)))
            self._fonts[character] = next(having, None)
        return self._fonts[character]

    def printable(self, text: str) -> str:
        """The text in characters that the fonts have: others in Latin letters, or left out where there are none."""
        return " ".join("".join(map(self._printable, unicodedata.normalize("NFC", text))).split())

    def _printable(self, character: str) -> str:
        if character.isspace():
            return " "
        if unicodedata.category(character) in NOTHING:
            return ""
        if self.font_of(character):
            return character
        return "".join(letter for letter in anyascii(character) if self.font_of(letter))

    def runs(self, text: str) -> list[tuple[Any, str]]:
        """The printable text in pieces, each with its font."""
        fonts = [self.font_of(one) for one in text]
        for place, one in enumerate(text):
            if one in EITHER and has_cjk(text[max(0, place - 1) : place + 2]):
                fonts[place] = self.chinese
        runs: list[tuple[Any, str]] = []
        for font, one in zip(fonts, text, strict=True):
            if runs and runs[-1][0] is font:
                runs[-1] = (font, runs[-1][1] + one)
            else:
                runs.append((font, one))
        return runs

    def shape(self, text: str) -> tuple[list[Glyph], int]:
        """The glyphs of a printable text on one line, kerned and joined, and the width of them all."""
        glyphs: list[Glyph] = []
        x = 0
        for font, piece in self.runs(text):
            buffer = hb.Buffer()
            buffer.add_str(piece)
            buffer.guess_segment_properties()
            buffer.language = "zh-Hans" if font is self.chinese else "en"
            hb.shape(font, buffer)
            for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
                glyphs.append(Glyph(font, info.codepoint, x + position.x_offset, position.y_offset))
                x += position.x_advance
        return glyphs, x

    def width(self, text: str) -> int:
        """How wide a printable text is, in thousandths of an em."""
        if text not in self._widths:
            self._widths[text] = self.shape(text)[1]
        return self._widths[text]


def _font(path: Path, *, bold: float = 0.0, **axes: float) -> Any:
    font = hb.Font(hb.Face(hb.Blob.from_file_path(str(path))))
    font.scale = (EM, EM)
    font.set_variations(axes)
    if bold:
        font.synthetic_bold = (bold, bold, True)
    return font


@lru_cache(maxsize=1)
def typefaces() -> dict[str, Typeface]:
    """The typefaces by what they are for; the fonts behind them are read when they are first asked for."""
    serif = next((fontpkg_source_serif_4.ROOT / "files").glob("SourceSerif4[[]*.ttf"))
    sans = next((fontpkg_source_sans_3.ROOT / "files").glob("SourceSans3[[]*.ttf"))
    serif_zh, sans_zh = pylopdf_fonts_zh_cn.serif_path(), pylopdf_fonts_zh_cn.sans_path()
    return {
        "title": Typeface(_font(serif, wght=600, opsz=60), _font(serif_zh, bold=0.022)),
        "serif": Typeface(_font(serif, wght=400, opsz=30), _font(serif_zh)),
        "text": Typeface(_font(sans, wght=400), _font(sans_zh)),
        "strong": Typeface(_font(sans, wght=600), _font(sans_zh, bold=0.022)),
    }
