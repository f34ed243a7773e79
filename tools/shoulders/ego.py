"""The picture of one work's lineage: what it stands on at the left, what stands on it at the right.

Knows no timeline; takes its colours from the page's style sheet. Of many heirs it draws those that matter most to
others, says how many it leaves out, and leads to the list that holds all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup, escape

from shoulders import words
from shoulders.catalog import Catalog, Descent
from shoulders.lineage import Linker, lane_number, linked_text, picture, shorten, sign
from shoulders.model import EDGE_TYPES, EdgeType, Language, Work

LIMIT = 20
"""How many works stand on a side of the picture; the lists below it hold all."""

_ROW, _TOP, _BOX = 27.0, 8.0, 11.0


@dataclass(frozen=True, slots=True)
class _Frame:
    """The sizes of one of the two pictures: the work stands between its sides or, where that is too narrow, above."""

    name: str
    width: float
    gap: float
    font: float
    above: bool

    @property
    def column(self) -> float:
        """How wide a box is."""
        return (self.width - self.gap) / 2 if self.above else (self.width - 2 * self.gap) / 3

    @property
    def right(self) -> float:
        """Where the boxes of the right side begin."""
        return self.width - self.column


_FRAMES = (_Frame("sh-ego__wide", 660.0, 62.0, 13.0, False), _Frame("sh-ego__narrow", 344.0, 52.0, 12.0, True))


@dataclass(frozen=True, slots=True)
class _Side:
    """The edges drawn on a side, in time order, and what stands for those that are not."""

    shown: tuple[Descent, ...]
    more: int
    anchor: str

    @property
    def rows(self) -> int:
        return len(self.shown) + bool(self.more)


def ego_picture(catalog: Catalog, work: Work, language: Language, link: Linker) -> Markup:
    """What a work stands on (left) and what stands on it (right), wide and narrow."""
    t = words.translator(language)
    on = sorted(catalog.builds_on.get(work.key, ()), key=lambda d: (d.earlier.first_public, d.earlier.key))
    to = sorted(catalog.led_to.get(work.key, ()), key=lambda d: (d.later.first_public, d.later.key))
    sides = (_side(catalog, on, "builds-on", True), _side(catalog, to, "led-to", False))
    label = f"{t('lineage_picture')} {work.short}"
    pictures = "".join(_draw(catalog, work, sides, label, t("ego_more"), link, frame) for frame in _FRAMES)
    used = {descent.edge.type for side in sides for descent in side.shown}
    key = "".join(
        f'<li><svg viewBox="-18 -8 36 16" width="36" height="16" aria-hidden="true">'
        f'<path class="sh-line sh-line--{kind}" d="M-18 0H18"/>{sign(kind, 0, 0)}</svg> {escape(t(kind))}</li>'
        for kind in EDGE_TYPES
        if kind in used
    )
    return Markup(f'<div class="sh-ego">{pictures}<ul class="sh-legend">{key}</ul></div>')  # noqa: S704 - escaped


def _side(catalog: Catalog, descents: Sequence[Descent], anchor: str, earlier: bool) -> _Side:
    """All edges of a side, or those to the works on which most others stand."""
    if len(descents) <= LIMIT:
        return _Side(tuple(descents), 0, anchor)

    def weight(numbered: tuple[int, Descent]) -> tuple[int, int]:
        number, descent = numbered
        other = descent.earlier if earlier else descent.later
        return (-len(catalog.led_to.get(other.key, ())), number)

    chosen = {number for number, _ in sorted(enumerate(descents), key=weight)[: LIMIT - 1]}
    shown = tuple(descent for number, descent in enumerate(descents) if number in chosen)
    return _Side(shown, len(descents) - len(shown), anchor)


def _draw(
    catalog: Catalog,
    work: Work,
    sides: tuple[_Side, _Side],
    label: str,
    more: str,
    link: Linker,
    frame: _Frame,
) -> str:
    rows = max(sides[0].rows, sides[1].rows, 1)
    start = 44.0 if frame.above else 0.0
    height = start + rows * _ROW + _TOP
    own = (frame.width / 2 - frame.column / 2, 15.0 if frame.above else height / 2)
    lines: list[str] = []
    boxes: list[str] = []
    for side, x in zip(sides, (0.0, frame.right), strict=True):
        top = start + _ROW / 2 if frame.above else own[1] + (1 - side.rows) * _ROW / 2
        for row, descent in enumerate(side.shown):
            other = descent.later if x else descent.earlier
            place = (x, top + row * _ROW)
            lines.append(_line(descent.edge.type, place, own, frame))
            boxes.append(_box(other, link(other.key), lane_number(catalog, other), place, frame))
        if side.more:
            boxes.append(_more(more.replace("{n}", str(side.more)), side, (x, top + len(side.shown) * _ROW)))
    boxes.append(_box(work, "", lane_number(catalog, work), own, frame))
    return picture(frame.width, height, label, [*lines, *boxes], frame.name)


@lru_cache(1 << 12)
def _line(kind: EdgeType, place: tuple[float, float], own: tuple[float, float], frame: _Frame) -> str:
    """An edge from a box to the work itself, with the sign of its type at the box."""
    x, y = place
    outward = -1 if x else 1
    edge = x or frame.column  # of the box, on the side of the work itself
    near = edge + outward * 16  # a straight piece carries the sign
    if frame.above:
        spine = frame.width / 2
        curve = f"H{near:g}Q{spine:g} {y:g} {spine:g} {y - 10:g}V{own[1] + _BOX:g}"
    else:
        end = own[0] if not x else own[0] + frame.column
        bend = (near + end) / 2
        curve = f"H{near:g}C{bend:g} {y:g} {bend:g} {own[1]:g} {end:g} {own[1]:g}"
    return f'<path class="sh-line sh-line--{kind}" d="M{edge:g} {y:g}{curve}"/>{sign(kind, edge + outward * 9, y)}'


def _box(work: Work, href: str, lane: int, place: tuple[float, float], frame: _Frame) -> str:
    x, y = place
    size = f'width="{frame.column - 1:g}" height="{2 * _BOX:g}" rx="5"'
    shape = f'<rect x="{x + 0.5:g}" y="{y - _BOX:g}" {size}/>'
    label = shorten(work.short, (frame.column - 26) / frame.font)
    if href:
        return linked_text(work, label, x + 10, y + 4.5, href, lane, shape)
    text = f'<text x="{x + 10:g}" y="{y + 4.5:g}">{escape(label)}</text>'
    return f'<g class="sh-node sh-node--self sh-lane-{lane}">{shape}{text}</g>'


def _more(text: str, side: _Side, place: tuple[float, float]) -> str:
    x, y = place
    return (
        f'<a class="sh-ego__more" href="#{side.anchor}"><text x="{x + 10:g}" y="{y + 4.5:g}">{escape(text)}</text></a>'
    )
