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
_PROPERTIES = frozenset(
    "fill fill-opacity fill-rule stroke stroke-opacity stroke-width stroke-linecap stroke-linejoin stroke-dasharray "
    "stroke-dashoffset stroke-miterlimit opacity font font-size font-family font-weight font-style font-stretch "
    "font-variant text-anchor stop-color stop-opacity".split()
)
_XLINK = "http://www.w3.org/1999/xlink"
_LOCAL = re.compile(r"#[\w.-]+")
_LOCAL_URL = re.compile(r"url\((#[\w.-]+)\)")
_FUNCTION = re.compile(r"[\w-]+\s*\(")
_FUNCTIONS = frozenset("translate scale rotate matrix skewx skewy rgb rgba".split())
_DOCTYPE = "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd"  # which matplotlib names and nobody fetches
_DEEPEST = 50
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
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.parser.EntityDeclHandler = self.entity
        self.parser.ProcessingInstructionHandler = self.instruction
        self.parser.CommentHandler = self.comment
        self.path: list[tuple[str, str]] = []  # names and ids
        self.sheet = ""
        self.pointed_at: set[str] = set()
        self.pointing: set[str] = set()  # ids of what points to another, or holds what does

    def start(self, full: str, attributes: dict[str, str]) -> None:
        namespace, _, name = full.rpartition(" ")
        self.path.append((name, attributes.get("id", "")))
        if len(self.path) == 1 and name != "svg":
            raise FigureError(f"figure: expected an svg element, got '{name}'")
        if namespace != _NAMESPACE or (name not in _ELEMENTS and name != "style"):
            raise FigureError(f"figure: expected a drawing, got the element '{name}'")
        if len(self.path) > _DEEPEST:
            raise FigureError(f"figure: expected at most {_DEEPEST} elements in each other, got more")
        for key, value in attributes.items():
            if targets := _check_attribute(name, key, value):
                self.pointed_at.update(targets)
                self.pointing.update(identity for _, identity in self.path if identity)

    def end(self, _: str) -> None:
        name, _ = self.path.pop()
        if name == "style":
            if self.sheet.strip() != _STYLE:
                raise FigureError("figure: expected no style sheet of its own, got one")
            self.sheet = ""
        # A piece that is used ten times by a piece that is used ten times by a piece ... is drawn for ever.
        if not self.path and (both := sorted(self.pointed_at & self.pointing)):
            raise FigureError(f"figure: expected pieces that point to no other, got '{both[0][:60]}'")

    def text(self, data: str) -> None:
        if self.path and self.path[-1][0] == "style":
            self.sheet += data

    def doctype(self, _: str, system: str | None, __: str | None, internal: int) -> None:
        if internal or system not in (None, _DOCTYPE):
            raise FigureError("figure: expected no document type of its own, got one")

    def entity(self, *_: Any) -> None:
        raise FigureError("figure: expected no entity, got one")

    def instruction(self, *_: Any) -> None:
        raise FigureError("figure: expected no processing instruction, got one")

    def comment(self, data: str) -> None:
        if "<" in data or ">" in data:  # which a parser of HTML takes for the end
            raise FigureError("figure: expected no markup in a comment, got some")


def _check_attribute(element: str, key: str, value: str) -> list[str]:
    """The ids to which an attribute points.

    Raises:
        FigureError: when it does more.
    """
    namespace, _, name = key.rpartition(" ")
    targets: list[str] = []
    if name == "href" and namespace in ("", _XLINK):
        good = element == "use" and _LOCAL.fullmatch(value) is not None
        targets = [value]
    elif name == "type" and element == "style":
        good = value == "text/css"
    elif name == "style":
        targets, good = _LOCAL_URL.findall(value), _plain(value) and all(map(_declares, value.split(";")))
    else:
        targets, good = _LOCAL_URL.findall(value), not namespace and name in _ATTRIBUTES and _plain(value)
    if not good:
        raise FigureError(f"figure: expected a drawing, got the attribute {name}='{value[:60]}' of '{element}'")
    return [target.removeprefix("#") for target in targets]


def _plain(value: str) -> bool:
    """Whether a value loads nothing: of all that looks like a function, only those that draw."""
    functions = {name.rstrip("( ").lower() for name in _FUNCTION.findall(_LOCAL_URL.sub("", value))}
    return functions <= _FUNCTIONS and "\\" not in value and "@" not in value


def _declares(text: str) -> bool:
    """Whether a declaration of style, or an empty one, is of a property of drawing."""
    return not text.strip() or text.partition(":")[0].strip() in _PROPERTIES
