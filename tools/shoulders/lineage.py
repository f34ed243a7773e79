"""Who stands on whose shoulders, drawn as SVG: lanes, the pieces of pictures, the picture of one work.

Pictures take their colours from the page's style sheet, so that one picture serves light, dark and print.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from anyascii import anyascii
from markupsafe import Markup, escape

from shoulders import words
from shoulders.catalog import Catalog, Descent
from shoulders.model import Language, Topic, Work

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


def linked_text(work: Work, label: str, x: float, y: float, href: str, lane: int, extra: str = "") -> str:
    """A work's short name that leads to its page; `extra` is drawn before it."""
    return (
        f'<a href="{escape(href)}" class="sh-node sh-lane-{lane}" data-key="{escape(work.key)}">'
        f"<title>{escape(work.title)} ({work.first_public[:4]})</title>{extra}"
        f'<text x="{x:g}" y="{y:g}">{escape(label)}</text></a>'
    )


def picture(width: float, height: float, label: str, body: Iterable[str], name: str) -> str:
    """A picture of the given size from the pieces of its body."""
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
    return picture(width, height, label, body, "sh-ego__wide" if width > 400 else "sh-ego__narrow")


def _box(work: Work, href: str, lane: int, place: tuple[float, float], width: float, room: float) -> str:
    x, y = place
    shape = f'<rect x="{x + 0.5:g}" y="{y - 10.5:g}" width="{width - 1:g}" height="21" rx="5"/>'
    label = shorten(work.short, room)
    if href:
        return linked_text(work, label, x + 11, y + 4.5, href, lane, shape)
    text = f'<text x="{x + 11:g}" y="{y + 4.5:g}">{escape(label)}</text>'
    return f'<g class="sh-node sh-node--self sh-lane-{lane}">{shape}{text}</g>'
