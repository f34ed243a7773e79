"""The whole catalog with its reverse indexes, built once: who wrote what, and who builds on whom.

Assumes records that passed `rules`; what points nowhere is left out of the indexes rather than raised.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from shoulders.ids import slugify
from shoulders.model import (
    Author,
    Edge,
    Kind,
    Person,
    ReadingList,
    Topic,
    Venue,
    Work,
)
from shoulders.names import Name, has_cjk, parse_name


@dataclass(frozen=True, slots=True)
class Credit:
    """An author of one work: the name as this work prints it, and the page of the person."""

    name: Name
    person: str


@dataclass(frozen=True, slots=True)
class Descent:
    """An edge with both ends: `later` stands on `earlier`."""

    later: Work
    earlier: Work
    edge: Edge


@dataclass(frozen=True)
class Catalog:
    """All records, in the order of the files."""

    works: tuple[Work, ...] = ()
    people: tuple[Person, ...] = ()
    venues: tuple[Venue, ...] = ()
    topics: tuple[Topic, ...] = ()
    lists: tuple[ReadingList, ...] = ()
    demos: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # key of the work -> names of its demos

    @cached_property
    def by_key(self) -> dict[str, Work]:
        """Works by key; no aliases."""
        return {work.key: work for work in self.works}

    @cached_property
    def derived(self) -> dict[Hashable, Any]:
        """What others find out about works of the catalog, each thing once: theirs to fill, never to be relied on."""
        return {}

    @cached_property
    def aliases(self) -> dict[str, str]:
        """Former keys and the key each stands for now."""
        return {alias: work.key for work in self.works for alias in work.aliases}

    def find(self, key: str) -> Work | None:
        """The work of a key or of a former key."""
        return self.by_key.get(self.aliases.get(key, key))

    @cached_property
    def venue(self) -> dict[str, Venue]:
        """Venues by id."""
        return {venue.id: venue for venue in self.venues}

    @cached_property
    def venue_named(self) -> dict[str, Venue]:
        """Venues by each of their names, in either language; the first one where two share a name."""
        named: dict[str, Venue] = {}
        for venue in self.venues:
            for name in (venue.name, venue.short, venue.name_zh):
                if name:
                    named.setdefault(name, venue)
        return named

    @cached_property
    def topic(self) -> dict[str, Topic]:
        """Topics by id."""
        return {topic.id: topic for topic in self.topics}

    @cached_property
    def lanes(self) -> tuple[Topic, ...]:
        """The topics of the first level, in the order of the file: each has a lane of the timeline."""
        return tuple(topic for topic in self.topics if not topic.parent)

    @cached_property
    def lane_of_topic(self) -> dict[str, int]:
        """The number of each topic's lane: that of its root."""
        numbers = {topic.id: number for number, topic in enumerate(self.lanes)}
        return {topic.id: numbers.get(topic.parent or topic.id, -1) for topic in self.topics}

    @cached_property
    def chronological(self) -> tuple[Work, ...]:
        """Works by the date of first publication, then by key."""
        return tuple(sorted(self.works, key=lambda work: (work.first_public, work.key)))

    @cached_property
    def unverified(self) -> tuple[Work, ...]:
        """Works for which no second source was found, oldest first."""
        return tuple(work for work in self.chronological if not work.verified)

    @cached_property
    def partly_unverified(self) -> tuple[Work, ...]:
        """Other works of which some fields come from one source only, oldest first."""
        return tuple(work for work in self.chronological if work.verified and work.unverified)

    @cached_property
    def directory(self) -> Directory:
        """Who the printed names are."""
        return Directory(self.people)

    @cached_property
    def credits(self) -> dict[str, tuple[Credit, ...]]:
        """The authors of each work by its key."""
        return {work.key: self.credit(work.authors) for work in self.works}

    def credit(self, authors: Iterable[Author]) -> tuple[Credit, ...]:
        """The given authors (or editors, or translators) with their names parsed and their pages."""
        return tuple(self.directory.credit(author) for author in authors)

    @cached_property
    def works_of_person(self) -> dict[str, tuple[Work, ...]]:
        """What each person wrote, edited or translated, oldest first, by the person's slug."""
        found: dict[str, list[Work]] = defaultdict(list)
        for work in self.chronological:
            people = self.credit((*work.authors, *work.editors, *work.translators))
            for slug in dict.fromkeys(credit.person for credit in people):
                found[slug].append(work)
        return {slug: tuple(works) for slug, works in sorted(found.items())}

    @cached_property
    def person_names(self) -> dict[str, Name]:
        """The name at the head of each person's page."""
        names: dict[str, Name] = {}
        for work in self.chronological:
            for credit in self.credit((*work.authors, *work.editors, *work.translators)):
                names.setdefault(credit.person, credit.name)
        return names | {p.id: p.parsed for p in self.people if p.id in names}

    @cached_property
    def works_of_venue(self) -> dict[str, tuple[Work, ...]]:
        """What was published where, oldest first."""
        return self._group(lambda work: [work.venue] if work.venue and work.venue in self.venue else [])

    @cached_property
    def works_of_year(self) -> dict[int, tuple[Work, ...]]:
        """Works by the year they were first public."""
        found: dict[int, list[Work]] = defaultdict(list)
        for work in self.chronological:
            found[int(work.first_public[:4])].append(work)
        return {year: tuple(works) for year, works in sorted(found.items())}

    @cached_property
    def works_of_topic(self) -> dict[str, tuple[Work, ...]]:
        """Works on a topic or on one of its subtopics, oldest first."""

        def topics(work: Work) -> Iterable[str]:
            direct = [name for name in work.topics if name in self.topic]
            return [*direct, *(parent for name in direct if (parent := self.topic[name].parent))]

        return self._group(topics)

    def works_of_kind(self, kind: Kind) -> tuple[Work, ...]:
        """All works of one kind, oldest first."""
        return tuple(work for work in self.chronological if work.kind == kind)

    @cached_property
    def lists_of_work(self) -> dict[str, tuple[ReadingList, ...]]:
        """The reading lists that hold a work."""
        found: dict[str, list[ReadingList]] = defaultdict(list)
        for reading_list in self.lists:
            for key in dict.fromkeys(self.aliases.get(item.key, item.key) for item in reading_list.items):
                found[key].append(reading_list)
        return {key: tuple(lists) for key, lists in found.items()}

    @cached_property
    def descents(self) -> tuple[Descent, ...]:
        """Every edge with both its works, oldest later work first."""
        return tuple(
            Descent(work, earlier, edge)
            for work in self.chronological
            for edge in work.edges
            if (earlier := self.find(edge.to))
        )

    @cached_property
    def builds_on(self) -> dict[str, tuple[Descent, ...]]:
        """What a work stands on."""
        found: dict[str, list[Descent]] = defaultdict(list)
        for descent in self.descents:
            found[descent.later.key].append(descent)
        return {key: tuple(descents) for key, descents in found.items()}

    @cached_property
    def led_to(self) -> dict[str, tuple[Descent, ...]]:
        """What stands on a work."""
        found: dict[str, list[Descent]] = defaultdict(list)
        for descent in self.descents:
            found[descent.earlier.key].append(descent)
        return {key: tuple(descents) for key, descents in found.items()}

    @cached_property
    def companions(self) -> dict[str, tuple[Work, ...]]:
        """Companion readings of a work: what explains it."""
        return self._group(lambda work: [found.key for key in work.explains if (found := self.find(key))])

    @cached_property
    def translations(self) -> dict[str, tuple[Work, ...]]:
        """Translations of a work that have entries of their own."""
        return self._group(
            lambda work: [original.key] if work.translation_of and (original := self.find(work.translation_of)) else []
        )

    def _group(self, keys_of: Callable[[Work], Iterable[str]]) -> dict[str, tuple[Work, ...]]:
        found: dict[str, list[Work]] = defaultdict(list)
        for work in self.chronological:
            for key in dict.fromkeys(keys_of(work)):
                found[key].append(work)
        return {key: tuple(works) for key, works in sorted(found.items())}


class Directory:
    """Tells from a printed name who it is: by `people.yaml` where it says so, else by the name itself."""

    def __init__(self, people: Iterable[Person]) -> None:
        self._credits: dict[tuple[str | None, ...], Credit] = {}
        self._people = {person.id: person for person in people}
        self._printed: dict[str, list[Person]] = defaultdict(list)
        for person in self._people.values():
            for printed in (person.name, *person.variants, person.native or person.name):
                named = self._printed[self.normal(printed)]
                if person not in named:
                    named.append(person)

    @staticmethod
    def normal(printed: str) -> str:
        """Equal for `Given Family` and `Family, Given`; an organisation's name, commas and all, stays as it is."""
        try:
            return parse_name(printed).display.casefold()
        except ValueError:
            return " ".join(printed.split()).casefold()

    def knows(self, printed: str) -> bool:
        """Whether `people.yaml` holds this printed name."""
        return self.normal(printed) in self._printed

    def namesakes(self, author: Author) -> tuple[Person, ...]:
        """All people of `people.yaml` who go by the name as printed."""
        return tuple(self._printed.get(self.normal(author.organisation or author.name or ""), ()))

    def get(self, slug: str) -> Person | None:
        """The record of a person, where there is one."""
        return self._people.get(slug)

    def credit(self, author: Author) -> Credit:
        """The name of an author as the work prints it, and the slug of the person's page; resolved once each."""
        mark = (author.name, author.organisation, author.person)
        found = self._credits.get(mark)
        if found is None:
            found = self._credits[mark] = self._resolve(author)
        return found

    def _resolve(self, author: Author) -> Credit:
        printed = author.organisation or author.name or ""
        person = self._people.get(author.person) if author.person else next(iter(self.namesakes(author)), None)
        if author.organisation:
            native = person.native or "" if person else ""
            name = Name(family=author.organisation, native=native, organisation=True)
        elif person and (has_cjk(printed) or person.organisation):
            name = person.parsed
        else:
            native = person.native or "" if person else ""
            name = replace(parse_name(printed), native=native)
        return Credit(name, person.id if person else author.person or slugify(name.display))
