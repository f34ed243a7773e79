"""Who stands on whose shoulders, drawn as SVG: lanes, the picture of one work, the timeline.

Pictures take their colours from the page's style sheet, so that one picture serves light, dark and print.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from anyascii import anyascii
from markupsafe import Markup, escape

from shoulders import words
from shoulders.catalog import Catalog, Descent
from shoulders.model import EDGE_TYPES, Language, Topic, Work

Linker = Callable[[str], str]


@lru_cache(maxsize=65536)
def sort_key(text: str) -> str:
    """Text as an index sorts it: without accents and case."""
    return anyascii(text).casefold()


# lanes -------------------------------------------------------------------------------------------


def lanes(catalog: Catalog) -> tuple[Topic, ...]:
    """The topics of the first level, in the order of the file."""
    return tuple(topic for topic in catalog.topics if not topic.parent)


def lane_of_topic(catalog: Catalog, topic_id: str) -> int:
    """The number of a topic's lane, or -1 for none."""
    topic = catalog.topic.get(topic_id)
    if topic is None:
        return -1
    root = topic.parent or topic.id
    return next((number for number, lane in enumerate(lanes(catalog)) if lane.id == root), -1)


def lane_number(catalog: Catalog, work: Work) -> int:
    """The number of a work's lane, that of its first topic, or -1 for none."""
    return lane_of_topic(catalog, work.topics[0]) if work.topics else -1


# text --------------------------------------------------------------------------------------------


def character_width(character: str) -> float:
    """About how wide a character is, in em, set in a plain sans-serif face."""
    if ord(character) > 0x2E7F:
        return 1.0
    if character in "iljt.,:;'|! -":
        return 0.34
    return 0.68 if character.isupper() else 0.56


@lru_cache(maxsize=65536)
def shorten(text: str, width: float) -> str:
    """The text, cut with an ellipsis where it is wider than `width` em."""
    used, fitting = 0.0, 0
    for number, character in enumerate(text, 1):
        used += character_width(character)
        if used <= width - 0.9:
            fitting = number
        if used > width:
            return text[:fitting].rstrip(" ,:;-") + "…"
    return text


def _link(work: Work, label: str, x: float, y: float, href: str, lane: int, extra: str = "") -> str:
    return (
        f'<a href="{escape(href)}" class="sh-node sh-lane-{lane}" data-key="{escape(work.key)}">'
        f"<title>{escape(work.title)} ({work.first_public[:4]})</title>{extra}"
        f'<text x="{x:g}" y="{y:g}">{escape(label)}</text></a>'
    )


def _svg(width: float, height: float, label: str, body: Iterable[str], name: str) -> str:
    return (
        f'<svg class="{name}" viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}" '
        f'style="--w:{width:g}px" '
        f'role="group" aria-label="{escape(label)}">{"".join(body)}</svg>'
    )


# one work ----------------------------------------------------------------------------------------

EGO_LIMIT = 30  # on each side; the lists below the picture hold all
_ROW = 26


def ego_picture(catalog: Catalog, work: Work, language: Language, link: Linker) -> Markup:
    """What a work stands on (left) and what stands on it (right), wide and narrow."""
    on = sorted(catalog.builds_on.get(work.key, ()), key=lambda d: (d.earlier.first_public, d.earlier.key))
    to = sorted(catalog.led_to.get(work.key, ()), key=lambda d: (d.later.first_public, d.later.key))
    label = f"{words.translator(language)('lineage_picture')} {work.short}"
    pictures = [_ego(catalog, work, on[:EGO_LIMIT], to[:EGO_LIMIT], label, link, width) for width in (660.0, 344.0)]
    return Markup(f'<div class="sh-ego">{pictures[0]}{pictures[1]}</div>')  # noqa: S704 - every text is escaped


def _ego(
    catalog: Catalog,
    work: Work,
    on: Sequence[Descent],
    to: Sequence[Descent],
    label: str,
    link: Linker,
    width: float,
) -> str:
    gap = 46.0 if width > 400 else 20.0
    column = (width - 2 * gap) / 3
    size = 13.0 if width > 400 else 11.5
    room = (column - 22) / size
    rows = max(len(on), len(to), 1)
    height = rows * _ROW + 8
    middle = height / 2
    body = []
    for side, descents in ((0, on), (1, to)):
        top = middle - len(descents) * _ROW / 2
        for number, descent in enumerate(descents):
            other = descent.earlier if side == 0 else descent.later
            y = top + number * _ROW + _ROW / 2
            x = 0.0 if side == 0 else 2 * (column + gap)
            start, end = (column, column + gap) if side == 0 else (2 * column + gap, 2 * (column + gap))
            from_y, to_y = (y, middle) if side == 0 else (middle, y)
            bend = (start + end) / 2
            body.append(
                f'<path class="sh-line sh-line--{descent.edge.type}" '
                f'd="M{start:g} {from_y:g}C{bend:g} {from_y:g} {bend:g} {to_y:g} {end:g} {to_y:g}"/>'
            )
            lane = lane_number(catalog, other)
            body.append(_box(other, link(other.key), lane, (x, y), column, room))
    body.append(_box(work, "", lane_number(catalog, work), (column + gap, middle), column, room))
    return _svg(width, height, label, body, "sh-ego__wide" if width > 400 else "sh-ego__narrow")


def _box(work: Work, href: str, lane: int, place: tuple[float, float], width: float, room: float) -> str:
    x, y = place
    shape = f'<rect x="{x + 0.5:g}" y="{y - 10.5:g}" width="{width - 1:g}" height="21" rx="5"/>'
    label = shorten(work.short, room)
    if href:
        return _link(work, label, x + 11, y + 4.5, href, lane, shape)
    text = f'<text x="{x + 11:g}" y="{y + 4.5:g}">{escape(label)}</text>'
    return f'<g class="sh-node sh-node--self sh-lane-{lane}">{shape}{text}</g>'


# the timeline ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Node:
    work: Work
    lane: int
    x: float
    y: float


def timeline_pictures(catalog: Catalog, works: Sequence[Work], language: Language, link: Linker) -> Markup:
    """The given works by year and lane with the edges between them: wide for a screen, tall for a phone."""
    t = words.translator(language)
    present = {lane_number(catalog, work) for work in works}
    shown = [(number, lane) for number, lane in enumerate(lanes(catalog)) if number in present]
    names = {number: lane.name.get(language) for number, lane in shown}
    if -1 in present:
        names[-1] = "…"
    keys = {work.key for work in works}
    edges = [d for d in catalog.descents if d.later.key in keys and d.earlier.key in keys]
    label = t("timeline_label")
    wide = _wide(catalog, works, names, edges, label, link)
    tall = _tall(catalog, works, names, edges, label, link)
    key = "".join(
        f'<li><svg viewBox="0 0 34 10" width="34" height="10" aria-hidden="true">'
        f'<path class="sh-line sh-line--{kind}" d="M1 5H33"/></svg> {escape(t(kind))}</li>'
        for kind in EDGE_TYPES
        if any(d.edge.type == kind for d in edges)
    )
    colours = "".join(
        f'<li class="sh-lane-{n}"><span class="sh-dot"></span> {escape(name)}</li>' for n, name in names.items()
    )
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
        dot = f'<circle cx="{node.x:g}" cy="{node.y:g}" r="5"/>'
        text = shorten(node.work.short, (_COLUMN - 24) / 12.5)
        body.append(_link(node.work, text, node.x + 10, node.y + 4.3, link(node.work.key), node.lane, dot))
    return _svg(width, y + 6, label, body, "sh-timeline__svg")


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
        dot = f'<circle cx="{node.x:g}" cy="{node.y:g}" r="5"/>'
        text = shorten(node.work.short, (_TALL_WIDTH - text_x) / 14)
        body.append(_link(node.work, text, text_x, node.y + 4.6, link(node.work.key), node.lane, dot))
    return _svg(_TALL_WIDTH, y, label, body, "sh-timeline__svg")
