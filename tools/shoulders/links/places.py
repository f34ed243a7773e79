"""Every address outside that the catalog or a hand-written page leads to, and where it stands there.

Asks nobody: whether something is at the other end is the work of `asking`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser
from itertools import chain
from pathlib import Path
from urllib.parse import quote

import markdown

from shoulders.data import Data, Loaded, field_name, identity
from shoulders.ids import check_url
from shoulders.model import LANGUAGES, Person, Venue, Work
from shoulders.safeyaml import Location
from shoulders.textfile import TextError, read_text

EXTENSIONS = ("admonition", "attr_list", "footnotes", "tables", "pymdownx.details", "pymdownx.superfences")
"""Those of the site's that have a say in what is a link and what is code."""


@dataclass(frozen=True, order=True, slots=True)
class Place:
    """Where an address stands: file, line, whose it is, in which field; and the day on which the work was added."""

    path: str
    line: int
    id: str = ""
    field: str = ""
    added: str = ""


def find(data: Data, root: Path) -> dict[str, tuple[Place, ...]]:
    """Every address with its places, in order."""
    places: dict[str, list[Place]] = {}
    for address, place in chain(_in_catalog(data), _in_pages(root)):
        places.setdefault(address, []).append(place)
    return {address: tuple(sorted(places[address])) for address in sorted(places)}


def strays(addresses: Collection[str], data: Data, root: Path) -> list[str]:
    """Those that stand nowhere; the pages are read only for what the catalog does not have."""
    left = set(addresses) - {address for address, _ in _in_catalog(data)} if addresses else set()
    return sorted(left - {address for address, _ in _in_pages(root)}) if left else []


def added(places: Collection[Place]) -> str:
    """The day on which the first work with the address joined the catalog; empty where it is of no work."""
    return min((place.added for place in places if place.added), default="")


def _in_catalog(data: Data) -> Iterator[tuple[str, Place]]:
    for loaded in data.works:
        for location, address in of_work(loaded.record):
            yield address, _place(loaded, location, loaded.record.added)
    for known in data.people:
        for location, address in of_person(known.record):
            yield address, _place(known, location)
    for venue in data.venues:
        if venue.record.url:
            yield venue.record.url, _place(venue, ("url",))


def _place(loaded: Loaded[Work] | Loaded[Person] | Loaded[Venue], location: Location, added: str = "") -> Place:
    line = loaded.block.line_of(location)
    return Place(loaded.path, line, identity(loaded.record), field_name(location), added)


def of_work(work: Work) -> Iterator[tuple[Location, str]]:
    """Every address that the page of a work leads to, with the field from which it comes."""
    identifiers = {
        "arxiv": f"https://arxiv.org/abs/{work.arxiv}",
        "acl": f"https://aclanthology.org/{work.acl}",
        "openreview": f"https://openreview.net/forum?id={work.openreview}",
        "doi": f"https://doi.org/{work.doi}",
    }
    for field, address in identifiers.items():
        if getattr(work, field):
            yield (field,), address
    for field in ("url", "pdf", "code"):
        if address := getattr(work, field):
            yield (field,), address
    for number, link in enumerate(work.links):
        yield ("links", number, "url"), link.url
    if work.retracted and work.retracted.url:
        yield ("retracted", "url"), work.retracted.url
    for number, source in enumerate(work.sources):
        yield ("sources", number), source


def of_person(person: Person) -> Iterator[tuple[Location, str]]:
    """Every address that the page of a person leads to."""
    if person.orcid:
        yield ("orcid",), f"https://orcid.org/{person.orcid}"
    if person.url:
        yield ("url",), person.url


def _in_pages(root: Path) -> Iterator[tuple[str, Place]]:
    for language in LANGUAGES:
        for file in sorted((root / "docs" / language).rglob("*.md")):
            try:
                text = read_text(file)
            except (OSError, TextError):
                continue  # `check` names it
            for address, line in of_page(text):
                yield address, Place(file.relative_to(root).as_posix(), line)


def of_page(text: str) -> Iterator[tuple[str, int]]:
    """Every address outside that a page in Markdown leads to or shows a picture from, and its line."""
    if "://" not in text:
        return
    reader = _Reader()
    reader.feed(markdown.markdown(text, extensions=list(EXTENSIONS)))
    for written in dict.fromkeys(reader.addresses):
        place = max(text.find(written), text.find(escape(written)), 0)
        address = quote(written, safe="!#$%&'()*+,/:;=?@[]~")
        try:
            yield check_url(address), text.count("\n", 0, place) + 1
        except ValueError:
            continue  # it leads to no page of the web


class _Reader(HTMLParser):
    """Collects the addresses outside that HTML leads to."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Keep where a link or a picture leads."""
        wanted = {"a": "href", "img": "src"}.get(tag)
        for name, value in attributes:
            if name == wanted and value and value.startswith(("http://", "https://")):
                self.addresses.append(value)
