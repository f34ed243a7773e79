"""Which work of the catalog an entry of somebody's bibliography is.

Compares nothing but what tells works apart: identifiers, title with first author, the address of what is only there.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from shoulders.catalog import Catalog
from shoulders.exports.fields import latin_title
from shoulders.ids import isbn_13, slugify
from shoulders.model import Work
from shoulders.names import Name
from shoulders.readers import Entry
from shoulders.rules.checked import normal_title

IDENTIFIERS = ("doi", "acl", "arxiv", "openreview")


@dataclass(frozen=True)
class Finder:
    """Finds works; its indexes are built once."""

    catalog: Catalog

    def find(self, entry: Entry) -> tuple[Work, ...]:
        """The works that the entry may be, by the strongest sign first; more than one when its signs disagree."""
        found: dict[str, Work] = {}
        for mark in _marks_of_entry(entry):
            for work in self._by_mark.get(mark, ()):
                found.setdefault(work.key, work)
        if found:
            return tuple(found.values())
        same_title = self._by_title.get(normal_title(entry.title), ())
        wrote = tuple(work for work in same_title if self._wrote(work, entry))
        return wrote or tuple(self._by_mark.get(("url", _plain_address(entry.url)), ()))

    def _wrote(self, work: Work, entry: Entry) -> bool:
        """Whether the first authors agree, as far as both are known."""
        ours = [credit.name for credit in self.catalog.credits[work.key]]
        return not ours or not entry.authors or same_family(ours[0], entry.authors[0])

    @cached_property
    def _by_mark(self) -> dict[tuple[str, str], list[Work]]:
        index: dict[tuple[str, str], list[Work]] = defaultdict(list)
        for work in self.catalog.works:
            for key in (work.key, *work.aliases):
                index["key", key].append(work)
            marks = {name: getattr(work, name) for name in IDENTIFIERS}
            if work.isbn and work.entry_type == "book":
                marks["isbn"] = isbn_13(work.isbn)
            if work.url and work.entry_type in ("software", "online"):
                marks["url"] = _plain_address(work.url)
            for name, value in marks.items():
                if value:
                    index[name, value.casefold()].append(work)
        return index

    @cached_property
    def _by_title(self) -> dict[str, list[Work]]:
        index: dict[str, list[Work]] = defaultdict(list)
        for work in self.catalog.works:
            for title in {normal_title(title) for title in titles(work)}:
                index[title].append(work)
        return index


def titles(work: Work) -> list[str]:
    """The title of a work as printed, in Latin script and in the other language."""
    other = [work.translated.en, work.translated.zh] if work.translated else []
    return [title for title in (work.title, latin_title(work), work.romanised, *other) if title]


def same_family(ours: Name, theirs: Name) -> bool:
    """Whether two family names are spelled alike but for accents, particles and hyphens."""

    def plain(text: str) -> str:
        return slugify(text).replace("-", "")

    mine = {plain(ours.family), plain(ours.family_full), plain(ours.native)} - {""}
    return bool(mine & {plain(theirs.family), plain(theirs.family_full)})


def _marks_of_entry(entry: Entry) -> Iterator[tuple[str, str]]:
    for name in ("key", *IDENTIFIERS):
        if value := getattr(entry, name):
            yield name, value.casefold()
    if entry.isbn and entry.type == "book":
        yield "isbn", isbn_13(entry.isbn)


def _plain_address(url: str) -> str:
    return re.sub(r"^https?://(?:www\.)?", "", url.casefold()).rstrip("/").removesuffix(".git")
