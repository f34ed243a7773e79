"""Works by year and lane with the edges between them, drawn as SVG for pages read without scripts.

One picture for screens, one for phones, and above a thousand works their density instead. Scripts draw their own from
`lineage_data`. Colours come from the page's style sheet, so that one picture serves light, dark and print.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import count

from markupsafe import Markup, escape

from shoulders import words
from shoulders.catalog import Catalog, Descent
from shoulders.lineage import Linker, lane_number, linked_text, picture, shorten
from shoulders.model import EDGE_TYPES, Language, Work

LIMIT = 1000
"""How many works are drawn one by one."""


@dataclass(frozen=True, slots=True)
class _Node:
    work: Work
    lane: int
    x: float
    y: float


@dataclass(frozen=True)
class _Scene:
    """What is drawn: works in time order, the lanes they are in, the edges between them."""

    catalog: Catalog
    works: Sequence[Work]
    names: dict[int, str]
    edges: Sequence[Descent]
    label: str
    link: Linker
    verified: Collection[str]

    def lane(self, work: Work) -> int:
        return lane_number(self.catalog, work)

    def cells(self) -> dict[tuple[int, int], list[Work]]:
        """The works of each lane and year."""
        found: dict[tuple[int, int], list[Work]] = defaultdict(list)
        for work in self.works:
            found[self.lane(work), work.year_public].append(work)
        return found


def pictures(
    catalog: Catalog, works: Sequence[Work], language: Language, link: Linker, verified: Collection[str] = ()
) -> Markup:
    """The given works, in time order, by year and lane with the edges between them: for a screen and for a phone.

    Works whose keys are in `verified` are ringed.
    """
    scene = _scene(catalog, works, language, link, verified)
    if len(works) > LIMIT:
        drawn = f'<div class="sh-timeline__wide" {_scrolls(scene)}>{_density(scene)}</div>'
    else:
        wide, tall = _wide(scene), _tall(scene)
        drawn = f'<div class="sh-timeline__wide" {_scrolls(scene)}>{wide}</div>'
        drawn += f'<div class="sh-timeline__tall">{tall}</div>'
    return Markup(drawn + _legend(scene, language))  # noqa: S704 - every text is escaped


def _scene(
    catalog: Catalog, works: Sequence[Work], language: Language, link: Linker, verified: Collection[str]
) -> _Scene:
    present = {lane_number(catalog, work) for work in works}
    names = {number: lane.name.get(language) for number, lane in enumerate(catalog.lanes) if number in present}
    if -1 in present:
        names[-1] = "…"
    keys = {work.key for work in works}
    edges = [d for d in catalog.descents if d.later.key in keys and d.earlier.key in keys]
    label = words.translator(language)("timeline_label")
    return _Scene(catalog, works, names, edges, label, link, verified)


def _scrolls(scene: _Scene) -> str:
    return f'tabindex="0" role="region" aria-label="{escape(scene.label)}"'


def _legend(scene: _Scene, language: Language) -> str:
    t = words.translator(language)
    entries = [
        f'<li class="sh-lane-{n}"><span class="sh-dot"></span> {escape(name)}</li>' for n, name in scene.names.items()
    ]
    if len(scene.works) <= LIMIT:
        types = {descent.edge.type for descent in scene.edges}
        entries += [
            f'<li><svg viewBox="0 0 34 10" width="34" height="10" aria-hidden="true">'
            f'<path class="sh-line sh-line--{kind}" d="M1 5H33"/></svg> {escape(t(kind))}</li>'
            for kind in EDGE_TYPES
            if kind in types
        ]
        if not {work.key for work in scene.works}.isdisjoint(scene.verified):
            dot = f'<svg viewBox="-10 -10 20 20" width="20" height="20" aria-hidden="true">{_dot(0, 0, True)}</svg>'
            entries.append(f"<li>{dot} {escape(t('runs_verified'))}</li>")
    return f'<ul class="sh-legend">{"".join(entries)}</ul>'


# wide --------------------------------------------------------------------------------------------

_COLUMN, _LINE, _LEFT, _TOP, _BAND = 118.0, 24.0, 176.0, 30.0, 14.0
_ASPECT = 2.2


def rows(cells: Iterable[tuple[tuple[int, int], int]]) -> int:
    """How many works stand below each other in a year of a lane before a further column begins.

    Takes how many works each (lane, year) holds. As few as leave the picture not much wider than high.

    >>> rows([((0, 2000), 1), ((0, 2001), 1)]), rows([((0, 2000), 9), ((1, 2000), 2)])
    (1, 5)
    """
    counted = list(cells)
    most: Counter[int] = Counter()
    for (_, year), number in counted:
        most[year] = max(most[year], number)
    for limit in count(1):
        columns = {year: -(-number // limit) for year, number in most.items()}
        heights: Counter[int] = Counter()
        for (lane, year), number in counted:
            heights[lane] = max(heights[lane], -(-number // columns[year]))
        height = _LINE * heights.total() + _BAND * len(heights)
        if limit >= max(most.values(), default=0) or _COLUMN * sum(columns.values()) <= _ASPECT * height:
            return limit
    raise AssertionError("count() does not end")


def _wide(scene: _Scene) -> str:
    cells = scene.cells()
    limit = rows((cell, len(found)) for cell, found in cells.items())
    years = sorted({year for _, year in cells})
    columns: dict[int, int] = {}
    starts: dict[int, float] = {}
    x = _LEFT
    for year in years:
        most = max(len(cells.get((lane, year), ())) for lane in scene.names)
        columns[year], starts[year] = -(-most // limit), x
        x += columns[year] * _COLUMN
    body: list[str] = []
    nodes: dict[str, _Node] = {}
    y = _TOP
    for band, (lane, name) in enumerate(scene.names.items()):
        deep = max((-(-len(cells.get((lane, year), ())) // columns[year]) for year in years), default=1)
        height = deep * _LINE + _BAND
        body.append(
            f'<rect class="sh-band sh-band--{band % 2}" x="0" y="{y:g}" width="{x:g}" height="{height:g}"/>'
            f'<text class="sh-lane-name sh-lane-{lane}" x="10" y="{y + 22:g}">{escape(shorten(name, 10.4))}</text>'
        )
        for year in years:
            found = cells.get((lane, year), ())
            per = -(-len(found) // columns[year]) or 1
            for number, work in enumerate(found):
                place = starts[year] + 8 + number // per * _COLUMN, y + 7 + (number % per + 0.5) * _LINE
                nodes[work.key] = _Node(work, lane, *place)
        y += height
    body += _years(starts, y)
    body += [_arc(nodes[d.earlier.key], nodes[d.later.key], d) for d in scene.edges]
    body += [_named(scene, node, node.x + 10, 4.3, (_COLUMN - 22) / 12.5) for node in nodes.values()]
    return picture(x, y + 6, scene.label, body, "sh-timeline__svg")


def _years(starts: dict[int, float], bottom: float) -> list[str]:
    """The name of each year, and a line where it begins, dashed where years are left out before it."""
    years = list(starts)
    return [
        f'<line class="sh-grid{" sh-grid--gap" if number and year - years[number - 1] > 1 else ""}" '
        f'x1="{x - 4:g}" y1="{_TOP:g}" x2="{x - 4:g}" y2="{bottom:g}"/>'
        f'<text class="sh-tick" x="{x + 2:g}" y="20">{year}</text>'
        for number, (year, x) in enumerate(starts.items())
    ]


def _named(scene: _Scene, node: _Node, x: float, below: float, room: float) -> str:
    """A work's dot and its name, which leads to its page."""
    dot = _dot(node.x, node.y, node.work.key in scene.verified)
    text = shorten(node.work.short, room)
    return linked_text(node.work, text, x, node.y + below, scene.link(node.work.key), node.lane, dot)


def _dot(x: float, y: float, ringed: bool) -> str:
    ring = f'<circle class="sh-ring" cx="{x:g}" cy="{y:g}" r="8"/>' if ringed else ""
    return f'<circle cx="{x:g}" cy="{y:g}" r="5"/>{ring}'


def _arc(start: _Node, end: _Node, descent: Descent) -> str:
    if end.x > start.x:
        bend = max(36.0, (end.x - start.x) / 2)
        curve = f"C{start.x + bend:g} {start.y:g} {end.x - bend:g} {end.y:g} {end.x:g} {end.y:g}"
    else:  # within one year: a bow to the left
        bend = 12 + abs(end.y - start.y) / 8
        curve = f"C{start.x - bend:g} {start.y:g} {end.x - bend:g} {end.y:g} {end.x:g} {end.y:g}"
    return _edge(start, descent, curve)


def _edge(start: _Node, descent: Descent, curve: str) -> str:
    return (
        f'<path class="sh-line sh-line--{descent.edge.type} sh-lane-{start.lane}" '
        f'data-from="{escape(descent.earlier.key)}" data-to="{escape(descent.later.key)}" '
        f'd="M{start.x:g} {start.y:g}{curve}"/>'
    )


# tall --------------------------------------------------------------------------------------------

_STEP, _TALL_WIDTH = 30.0, 356.0


def _tall(scene: _Scene) -> str:
    place = {lane: 52.0 + number * 13 for number, lane in enumerate(scene.names)}
    text_x = 52.0 + len(place) * 13 + 6
    nodes: dict[str, _Node] = {}
    body: list[str] = []
    year = 0
    y = 18.0
    for work in scene.works:
        if work.year_public != year:
            year = work.year_public
            body.append(
                f'<line class="sh-grid" x1="0" y1="{y - 14:g}" x2="{_TALL_WIDTH:g}" y2="{y - 14:g}"/>'
                f'<text class="sh-tick" x="0" y="{y + 4.3:g}">{year}</text>'
            )
        nodes[work.key] = _Node(work, scene.lane(work), place[scene.lane(work)], y)
        y += _STEP
    for descent in scene.edges:
        start, end = nodes[descent.earlier.key], nodes[descent.later.key]
        bend = min(34.0, 10 + (end.y - start.y) / 20)
        curve = f"C{start.x - bend:g} {start.y + 10:g} {end.x - bend:g} {end.y - 10:g} {end.x:g} {end.y:g}"
        body.append(_edge(start, descent, curve))
    body += [_named(scene, node, text_x, 4.6, (_TALL_WIDTH - text_x) / 14) for node in nodes.values()]
    return picture(_TALL_WIDTH, y, scene.label, body, "sh-timeline__svg")


# density -----------------------------------------------------------------------------------------

_CELL, _CELL_LINE = 46.0, 34.0


def _density(scene: _Scene) -> str:
    """How many works each year of each lane holds, the more the darker."""
    cells = {cell: len(found) for cell, found in scene.cells().items()}
    years = sorted({year for _, year in cells})
    starts = {year: _LEFT + number * _CELL for number, year in enumerate(years)}
    most = max(cells.values())
    bottom = _TOP + len(scene.names) * _CELL_LINE
    body = _years(starts, bottom)
    for row, (lane, name) in enumerate(scene.names.items()):
        y = _TOP + row * _CELL_LINE
        body.append(
            f'<text class="sh-lane-name sh-lane-{lane}" x="10" y="{y + 21:g}">{escape(shorten(name, 10.4))}</text>'
        )
        for year in years:
            if number := cells.get((lane, year)):
                shade = 0.12 + 0.6 * (number / most) ** 0.5
                size = f'width="{_CELL - 2:g}" height="{_CELL_LINE - 2:g}"'
                body.append(
                    f'<g class="sh-cell sh-lane-{lane}"><rect x="{starts[year] - 3:g}" y="{y + 1:g}" {size} '
                    f'fill-opacity="{shade:.2f}"/>'
                    f'<text x="{starts[year] + _CELL / 2 - 4:g}" y="{y + 21:g}">{number}</text></g>'
                )
    return picture(_LEFT + len(years) * _CELL, bottom + 6, scene.label, body, "sh-timeline__svg")
