"""Every picture and icon of the site with its address.

Writes nothing; `stamp` does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from shoulders import addresses
from shoulders.model import Language
from shoulders.opengraph import design, icons, store
from shoulders.opengraph.design import Card, Cover
from shoulders.view import View

Wanted = tuple[Language, str, Card | Cover]
"""A picture: in which language, where it goes, and what it says."""


def wanted_pictures(views: Mapping[Language, View]) -> list[Wanted]:
    """The picture of the site and of each work in each language, with its address: at each key that a work ever had."""
    return [(language, address, words) for language, view in views.items() for address, words in _words(view)]


def pictures(
    wanted: Sequence[Wanted], *, mark: str = "", cache: Path | None = None
) -> Iterator[tuple[Language, str, bytes]]:
    """The file of each picture with its language and address.

    `mark` is the site's, as SVG; `cache` is a folder that may be deleted at any time.
    """
    files = store.files([words for *_, words in wanted], mark, cache)
    for (language, address, _), file in zip(wanted, files, strict=True):
        yield language, address, file


def _words(view: View) -> Iterator[tuple[str, Card | Cover]]:
    yield addresses.SITE_PICTURE, design.cover(view)
    for work in view.catalog.works:
        words = design.card(view, work)
        yield from ((addresses.picture(key), words) for key in (work.key, *work.aliases))


def icon_files(svg: str) -> Iterator[tuple[str, bytes]]:
    """The site's icons with their addresses, from the one that stands in SVG."""
    yield addresses.FAVICON, icons.favicon(svg)
    yield addresses.TOUCH_ICON, icons.touch_icon(svg)
