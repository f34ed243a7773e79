"""Which work an entry of a bibliography is, and which entries are the same work, in the catalog or not.

Editions of a book are different works.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from shoulders.catalog import Catalog
from shoulders.exports.fields import resolve
from shoulders.matching import Finder, same_family
from shoulders.model import Work
from shoulders.problems import shortened
from shoulders.readers import Entry
from shoulders.rules.checked import normal_title

BOOKS = ("book", "collection", "mvbook", "proceedings")


def find_work(finder: Finder, entry: Entry) -> Work | None:
    """The one work that an entry is; None when it may be several."""
    works = finder.find(entry)
    return works[0] if len(works) == 1 else None


def published(catalog: Catalog, work: Work) -> str:
    """The sentence on an entry that cites the preprint of a work that has been published."""
    place = resolve(catalog, work, native=True).container or "elsewhere"
    return f"expected the published version ({shortened(place)}, {work.year}), got the preprint"


def duplicates(finder: Finder, entries: Iterable[Entry]) -> Iterator[tuple[Entry, Entry]]:
    """Each entry that is the same work as an earlier one with another key, and that one."""
    first: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        earlier = [first.setdefault(mark, entry) for mark in _marks(finder, entry)]
        same = next((other for other in earlier if _may_be_same(entry, other)), entry)
        if same.key.casefold() != entry.key.casefold():  # a key that stands twice is a fault of its own
            yield entry, same


def _marks(finder: Finder, entry: Entry) -> Iterator[tuple[str, str]]:
    """What an entry shares with every other entry of the same work; chapters share the ISBN of their book."""
    if work := find_work(finder, entry):  # the catalog tells works apart that share a title and an author
        yield "work", work.key
        return
    found = {"doi": entry.doi, "arxiv": entry.arxiv, "acl": entry.acl}
    if entry.type not in BOOKS and entry.authors:
        found["title"] = normal_title(entry.title)
    for name, value in found.items():
        if value:
            yield name, value.casefold()


def _may_be_same(entry: Entry, other: Entry) -> bool:
    authors = not entry.authors or not other.authors or same_family(entry.authors[0], other.authors[0])
    return entry is not other and authors and entry.edition == other.edition
