"""Figures of demos: drawings only. Whatever could run, load or link is refused, not removed.

Also makes the drawing for dark pages of the one for light pages.
"""

from __future__ import annotations

import re
from typing import Any
from xml.parsers import expat

MAX_BYTES = 512 * 1024
INK, DARK_INK = "#24292f", "#e1e4e8"
"""The colour of text and axes as demos draw them, and what takes its place on dark pages."""

_NAMESPACE = "http://www.w3.org/2000/svg"
_ELEMENTS = frozenset(
    "svg g defs path rect circle ellipse line polyline polygon text tspan clipPath use title desc "
    "linearGradient stop".split()
)
_ATTRIBUTES = frozenset(
    "id class style transform d x y x1 y1 x2 y2 cx cy r rx ry dx dy points width height viewBox version fill stroke "
    "opacity fill-opacity stroke-opacity stroke-width stroke-linecap stroke-linejoin stroke-dasharray font-size "
    "font-family font-weight font-style text-anchor clip-path clip-rule fill-rule offset stop-color stop-opacity "
    "gradientUnits preserveAspectRatio".split()
)
_XLINK = "http://www.w3.org/1999/xlink"
_URL = re.compile(r"url\s*\(", re.IGNORECASE)
_LOCAL_URL = re.compile(r"url\(#[\w.-]+\)")
_STYLE = "*{stroke-linejoin: round; stroke-linecap: butt}"  # the one sheet that matplotlib writes


class FigureError(ValueError):
    """A figure that the site does not show."""


def check(text: str) -> None:
    """Make sure that a figure only draws.

    Raises:
        FigureError: naming the first thing that does more.
    """
    if len(text.encode("utf-8")) > MAX_BYTES:
        raise FigureError(f"figure: expected at most {MAX_BYTES >> 10} KiB, got more")
    checker = _Checker()
    try:
        checker.parser.Parse(text, True)
    except expat.ExpatError as error:
        raise FigureError(f"figure: expected SVG: {error}") from None


def dark(text: str) -> str:
    """The figure for dark pages."""
    return text.replace(INK, DARK_INK)


class _Checker:
    """Refuses on sight, so that entities are never expanded."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text
        self.parser.EntityDeclHandler = self.entity
        self.parser.ProcessingInstructionHandler = self.instruction
        self.path: list[str] = []
        self.sheet = ""

    def start(self, full: str, attributes: dict[str, str]) -> None:
        namespace, _, name = full.rpartition(" ")
        self.path.append(name)
        if not self.path[1:] and name != "svg":
            raise FigureError(f"figure: expected an svg element, got '{name}'")
        if namespace != _NAMESPACE or (name not in _ELEMENTS and name != "style"):
            raise FigureError(f"figure: expected a drawing, got the element '{name}'")
        for key, value in attributes.items():
            _check_attribute(name, key, value)

    def end(self, _: str) -> None:
        if self.path.pop() == "style":
            if self.sheet.strip() != _STYLE:
                raise FigureError("figure: expected no style sheet of its own, got one")
            self.sheet = ""

    def text(self, data: str) -> None:
        if self.path[-1:] == ["style"]:
            self.sheet += data

    def entity(self, *_: Any) -> None:
        raise FigureError("figure: expected no entity, got one")

    def instruction(self, *_: Any) -> None:
        raise FigureError("figure: expected no processing instruction, got one")


def _check_attribute(element: str, key: str, value: str) -> None:
    namespace, _, name = key.rpartition(" ")
    if name == "href" and namespace in ("", _XLINK):
        good = element == "use" and re.fullmatch(r"#[\w.-]+", value) is not None
    elif name == "type" and element == "style":
        good = value == "text/css"
    else:
        plain = not _URL.search(_LOCAL_URL.sub("", value)) and "\\" not in value and "@" not in value
        good = plain and not namespace and name in _ATTRIBUTES
    if not good:
        raise FigureError(f"figure: expected a drawing, got the attribute {name}='{value[:60]}' of '{element}'")
