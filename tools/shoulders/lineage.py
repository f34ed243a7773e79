"""Lanes, and the pieces of which pictures of lineage are made: text cut to fit, linked names, signs of edges.

Draws no whole picture: `ego` draws that of one work, `timeline` that of many. Colours come from the page's style sheet,
so that one picture serves light, dark and print.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from anyascii import anyascii
from markupsafe import escape

from shoulders.catalog import Catalog
from shoulders.model import EdgeType, Work

Linker = Callable[[str], str]


@lru_cache(maxsize=65536)
def sort_key(text: str) -> str:
    """Text as an index sorts it: without accents and case."""
    return anyascii(text).casefold()


# lanes -------------------------------------------------------------------------------------------


def lane_number(catalog: Catalog, work: Work) -> int:
    """The number of a work's lane, that of its first topic, or -1 for none."""
    return catalog.lane_of_topic.get(work.topics[0], -1) if work.topics else -1


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


SIGNS: Mapping[EdgeType, str] = {
    "extends": "M-4 0H4M0-4V4",  # plus
    "simplifies": "M-4 0H4",  # minus
    "replaces": "M-4 0H4M.5-3.5L4 0L.5 3.5",  # arrow
    "compares": "M-4-2H4M-4 2H4",  # equals
    "critiques": "M-3-3L3 3M3-3L-3 3",  # cross
}
"""What tells the types of edges apart besides their lines, drawn so that no font has to hold it."""


def sign(kind: EdgeType, x: float, y: float) -> str:
    """The sign of a type of edge, at a place."""
    return f'<g class="sh-sign" transform="translate({x:g} {y:g})"><circle r="7"/><path d="{SIGNS[kind]}"/></g>'
