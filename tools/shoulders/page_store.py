"""Pages kept from one build to the next, known by all that they are made of.

What changes with the place of an entry in its file is no part of a kept page. Whoever lets a page show more adds it to
its mark here; the test that edits the data at random finds what of them was forgotten.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TypeVar
from zlib import crc32

from shoulders import kept
from shoulders.model import Work
from shoulders.view import View

T = TypeVar("T")
FOLDER = kept.FOLDER / "pages"
SHELVES = 64
"""Files in which the pages of a kind and a language are kept: what changed in one of them is written anew."""
Parts = dict[str, str]
"""What a page is put together from; or what the formats say of a work."""


def by_shelf(things: Iterable[T], name: Callable[[T], str]) -> Mapping[int, list[T]]:
    """Things by the shelves on which they belong, which depend on their names alone; `name` gives that of one."""
    shelves: dict[int, list[T]] = {}
    for thing in things:
        shelves.setdefault(crc32(name(thing).encode()) % SHELVES, []).append(thing)
    return shelves


class PageStore:
    """What is kept on one shelf. Without a file everything is made anew."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._kept: dict[str, Parts] = (file and kept.read_value(file)) or {}
        self._asked: dict[str, Parts] = {}

    def get(self, mark: str, make: Callable[[], Parts]) -> Parts:
        """What is kept under a mark, or else what is made now; without a mark it is made, and not kept."""
        if not mark or not self._file:
            return make()
        found = self._kept.get(mark)
        self._asked[mark] = make() if found is None else found
        return self._asked[mark]

    def save(self) -> None:
        """Keep what was asked for, where something is new and the disk takes it."""
        if self._file and not self._asked.keys() <= self._kept.keys():
            with suppress(OSError):
                kept.write_value(self._file, self._asked)


class Shelves:
    """Where the pages of one language are kept below `folder`, and under which marks."""

    def __init__(self, view: View, folder: Path) -> None:
        self.view, self._folder = view, folder
        self._site = _site(view)

    def store(self, kind: str, number: int) -> PageStore:
        """What is kept of pages of a kind on a shelf."""
        return PageStore(self._folder / f"{self.view.language}-{kind}-{number}.pickle")

    def mark_of_record(self, work: Work) -> str:
        """What stands for what an entry says by itself, with the records of its people; nothing where it has demos."""
        own = self.view.marks.get(work.key)
        return "" if own is None or work.key in self.view.catalog.demos else self._digest("record", own)

    def mark_of_work(self, work: Work) -> str:
        """What stands for all that the page of a work shows; nothing where demos are shown, for those are not kept."""
        view, catalog = self.view, self.view.catalog
        own = view.marks.get(work.key)
        if own is None or work.key in catalog.demos:
            return ""
        on = [descent.earlier for descent in catalog.builds_on.get(work.key, ())]
        to = [descent.later for descent in catalog.led_to.get(work.key, ())]
        heirs = [len(catalog.led_to.get(other.key, ())) for other in (*on, *to)]  # of many, those with most are drawn
        related = [(title, self._of(works)) for title, works in view.related(work)]
        steps = [view.step(found, work.key) for found in catalog.lists_of_work.get(work.key, ())]
        beside = [self._of(filter(None, (step.previous, step.next))) for step in steps]
        cited = view.citations.get(work.key)
        return self._digest(own, self._of(on), self._of(to), heirs, related, beside, cited)

    def mark_of_page(self, kind: str, id: str) -> str:
        """What stands for all that a page of another kind shows; nothing where such pages are not kept."""
        catalog = self.view.catalog
        if kind == "authors":
            names = catalog.person_names
            others = [names[other] for other, _ in self.view.coauthors(id)]  # as others of their works print them
            return self._digest(kind, id, self._of(catalog.works_of_person[id]), others)
        if kind == "venues":
            return self._digest(kind, id, self._of(catalog.works_of_venue[id]))
        if kind == "years":
            return self._digest(kind, id, self._of(catalog.works_of_year[int(id)]), list(catalog.works_of_year))
        if kind == "topics":
            entry_points = [found for key in catalog.topic[id].entry_points if (found := catalog.find(key))]
            return self._digest(kind, id, self._of(entry_points), self._of(catalog.works_of_topic.get(id, ())))
        return ""

    def _of(self, works: Iterable[Work]) -> list[str | None]:
        return [self.view.marks.get(work.key) for work in works]

    def _digest(self, own: object, *others: object) -> str:
        return hashlib.sha256(f"{self._site}{own!r}{others!r}".encode()).hexdigest()


def _site(view: View) -> str:
    """What stands for all but works that any page may show."""
    said = hashlib.sha256()  # what another version of our code kept is not read at all
    for part in _site_parts(view):
        said.update(f"{part}\n".encode())
    return said.hexdigest()


def _site_parts(view: View) -> Iterator[object]:
    catalog = view.catalog
    yield from (view.language, view.settings, sorted(view.gallery.verified_works))
    for record in (*catalog.people, *catalog.venues, *catalog.topics, *catalog.lists):
        yield record.model_dump_json()
    for concept in view.concepts.values():
        yield (concept.slug, sorted(concept.titles.items()), sorted(concept.cites))
    for address, link in sorted(view.dead.items()):
        yield (address, link.model_dump_json())
