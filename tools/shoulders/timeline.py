"""Works by year and lane with the edges between them, drawn as SVG: one picture for screens, one for phones.

Pictures take their colours from the page's style sheet, so that one picture serves light, dark and print.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from shoulders import words
from shoulders.catalog import Catalog, Descent
from shoulders.lineage import Linker, lane_number, lanes, linked_text, picture, shorten
from shoulders.model import EDGE_TYPES, Language, Work


@dataclass(frozen=True, slots=True)
class _Node:
    work: Work
    lane: int
    x: float
    y: float


def pictures(
    catalog: Catalog, works: Sequence[Work], language: Language, link: Linker, verified: Collection[str] = ()
) -> Markup:
    """The given works by year and lane with the edges between them: wide for a screen, tall for a phone.

    Works whose keys are in `verified` are ringed.
    """
    t = words.translator(language)
    present = {lane_number(catalog, work) for work in works}
    shown = [(number, lane) for number, lane in enumerate(lanes(catalog)) if number in present]
    names = {number: lane.name.get(language) for number, lane in shown}
    if -1 in present:
        names[-1] = "…"
    keys = {work.key for work in works}
    edges = [d for d in catalog.descents if d.later.key in keys and d.earlier.key in keys]
    label = t("timeline_label")
    wide = _wide(catalog, works, names, edges, label, link, verified)
    tall = _tall(catalog, works, names, edges, label, link, verified)
    key = "".join(
        f'<li><svg viewBox="0 0 34 10" width="34" height="10" aria-hidden="true">'
        f'<path class="sh-line sh-line--{kind}" d="M1 5H33"/></svg> {escape(t(kind))}</li>'
        for kind in EDGE_TYPES
        if any(d.edge.type == kind for d in edges)
    )
    colours = "".join(
        f'<li class="sh-lane-{n}"><span class="sh-dot"></span> {escape(name)}</li>' for n, name in names.items()
    )
    if not keys.isdisjoint(verified):
        key += f'<li><svg viewBox="-10 -10 20 20" width="20" height="20" aria-hidden="true">{_dot(0, 0, True)}</svg>'
        key += f" {escape(t('runs_verified'))}</li>"
    legend = f'<ul class="sh-legend">{colours}{key}</ul>'
    wide = f'<div class="sh-timeline__wide" tabindex="0" role="region" aria-label="{escape(label)}">{wide}</div>'
    markup = f'<div class="sh-timeline">{wide}<div class="sh-timeline__tall">{tall}</div>{legend}</div>'
    return Markup(markup)  # noqa: S704 - every text is escaped


_COLUMN, _LINE, _LEFT, _TOP = 126.0, 25.0, 176.0, 30.0


def _wide(
    catalog: Catalog,
    works: Sequence[Work],
    names: dict[int, str],
    edges: Sequence[Descent],
    label: str,
    link: Linker,
    verified: Collection[str],
) -> str:
    cells: dict[tuple[int, int], list[Work]] = defaultdict(list)
    for work in works:
        cells[lane_number(catalog, work), work.year_public].append(work)
    years = sorted({work.year_public for work in works})
    columns = {year: _LEFT + number * _COLUMN for number, year in enumerate(years)}
    nodes: dict[str, _Node] = {}
    body: list[str] = []
    y = _TOP
    width = _LEFT + len(years) * _COLUMN
    for band, (lane, name) in enumerate(names.items()):
        rows = max((len(found) for (number, _), found in cells.items() if number == lane), default=1)
        height = rows * _LINE + 14
        body.append(
            f'<rect class="sh-band sh-band--{band % 2}" x="0" y="{y:g}" width="{width:g}" height="{height:g}"/>'
            f'<text class="sh-lane-name sh-lane-{lane}" x="10" y="{y + 22:g}">{escape(shorten(name, 10.4))}</text>'
        )
        for year in years:
            for row, work in enumerate(cells.get((lane, year), ())):
                nodes[work.key] = _Node(work, lane, columns[year] + 8, y + 7 + row * _LINE + _LINE / 2)
        y += height
    for number, year in enumerate(years):
        x = columns[year]
        gap = number and year - years[number - 1] > 1
        grid = "sh-grid sh-grid--gap" if gap else "sh-grid"
        body.append(
            f'<line class="{grid}" x1="{x - 4:g}" y1="{_TOP:g}" x2="{x - 4:g}" y2="{y:g}"/>'
            f'<text class="sh-tick" x="{x + 2:g}" y="20">{year}</text>'
        )
    body += [_arc(nodes[d.earlier.key], nodes[d.later.key], d) for d in edges]
    for node in nodes.values():
        dot = _dot(node.x, node.y, node.work.key in verified)
        text = shorten(node.work.short, (_COLUMN - 24) / 12.5)
        body.append(linked_text(node.work, text, node.x + 10, node.y + 4.3, link(node.work.key), node.lane, dot))
    return picture(width, y + 6, label, body, "sh-timeline__svg")


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


_STEP, _TALL_WIDTH = 30.0, 356.0


def _tall(
    catalog: Catalog,
    works: Sequence[Work],
    names: dict[int, str],
    edges: Sequence[Descent],
    label: str,
    link: Linker,
    verified: Collection[str],
) -> str:
    place = {lane: 52.0 + number * 13 for number, lane in enumerate(names)}
    text_x = 52.0 + len(names) * 13 + 6
    nodes: dict[str, _Node] = {}
    body: list[str] = []
    year = 0
    y = 18.0
    for work in works:
        if work.year_public != year:
            year = work.year_public
            body.append(
                f'<line class="sh-grid" x1="0" y1="{y - 14:g}" x2="{_TALL_WIDTH:g}" y2="{y - 14:g}"/>'
                f'<text class="sh-tick" x="0" y="{y + 4.3:g}">{year}</text>'
            )
        lane = lane_number(catalog, work)
        nodes[work.key] = _Node(work, lane, place[lane], y)
        y += _STEP
    for descent in edges:
        start, end = nodes[descent.earlier.key], nodes[descent.later.key]
        bend = min(34.0, 10 + (end.y - start.y) / 20)
        curve = f"C{start.x - bend:g} {start.y + 10:g} {end.x - bend:g} {end.y - 10:g} {end.x:g} {end.y:g}"
        body.append(_edge(start, descent, curve))
    for node in nodes.values():
        dot = _dot(node.x, node.y, node.work.key in verified)
        text = shorten(node.work.short, (_TALL_WIDTH - text_x) / 14)
        body.append(linked_text(node.work, text, text_x, node.y + 4.6, link(node.work.key), node.lane, dot))
    return picture(_TALL_WIDTH, y, label, body, "sh-timeline__svg")
