"""The loaded data with the look-ups that several rules need.

Finds no problems itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from shoulders.catalog import Catalog
from shoulders.data import Data, Loaded, R, identity
from shoulders.model import Person, Record, Text, Work
from shoulders.problems import Choices, Problem, expected, shortened
from shoulders.safeyaml import Location

NOT_PROSE = frozenset(["tex"])
MAX_BROKEN_TEXT = 1_000_000  # characters that are searched for a name


@dataclass(frozen=True)
class Checked:
    """The loaded data with the look-ups that several rules need."""

    data: Data
    demos: Mapping[str, str] = field(default_factory=dict)  # name of the demo -> key of the work
    concepts: frozenset[str] = frozenset()  # names of the concept pages

    @cached_property
    def catalog(self) -> Catalog:
        """The records as a catalog."""
        return to_catalog(self.data)

    @cached_property
    def keys(self) -> Choices:
        """Every key and former key, those of broken entries included."""
        return Choices({*self.catalog.by_key, *self.catalog.aliases, *self.data.broken})

    @cached_property
    def records(self) -> list[Loaded[Record]]:
        """All records of all files."""
        data = self.data
        return [*data.works, *data.people, *data.venues, *data.topics, *data.lists]

    @cached_property
    def unread(self) -> list[Loaded[Record]]:
        """The records whose texts were not found well written before."""
        return [loaded for loaded in self.records if not self.data.memory.is_well_written(loaded.mark)]

    @cached_property
    def texts(self) -> list[tuple[Loaded[Record], Location, Text]]:
        """Every text of unread records that stands in both languages, with its record and its place there."""
        return [(loaded, place, value) for loaded, place, value in self._values if isinstance(value, Text)]

    @cached_property
    def strings(self) -> list[tuple[Loaded[Record], Location, str]]:
        """Every text of unread records in one language or in none, with its record and its place there."""
        return [(loaded, place, value) for loaded, place, value in self._values if isinstance(value, str)]

    @cached_property
    def _values(self) -> list[tuple[Loaded[Record], Location, str | Text]]:
        return [(loaded, place, value) for loaded in self.unread for place, value in _walk(loaded.record, ())]

    def remember(self, found: Iterable[Problem]) -> None:
        """Of all records whose texts were read, remember those that are well written; `found` are all problems."""
        badly = {(problem.path, problem.id) for problem in found}
        for loaded in self.unread:
            if (loaded.path, identity(loaded.record)) not in badly:
                self.data.memory.note_well_written(loaded.mark)

    def may_be_used(self, *names: str) -> bool:
        """Whether a work that could not be read may be what uses a name."""
        return self._may_say(Work, *names)

    def may_be_known(self, name: str) -> bool:
        """Whether a person that could not be read may be who is called so."""
        return self._may_say(Person, name)

    def _may_say(self, kind: type[Record], *names: str) -> bool:
        texts = self.data.broken_text.get(kind, [])
        if kind in self.data.unread or sum(map(len, texts)) > MAX_BROKEN_TEXT:
            return True
        return any(name in text for text in texts for name in names)

    def is_wrong(self, loaded: Loaded[Record], *names: str) -> bool:
        """Whether one of the fields had a fault when it was read, so that rules cannot go by its value."""
        return any((loaded.path, shortened(identity(loaded.record)), name) in self.data.wrong for name in names)

    def told(self, problem: Problem) -> bool:
        """Whether the field had a fault already when it was read: one fault, one problem."""
        top = re.split(r"[.\[]", problem.field, maxsplit=1)[0]
        return (problem.path, problem.id, top) in self.data.wrong


def _walk(record: Record, location: Location) -> Iterator[tuple[Location, str | Text]]:
    """Every text inside a record."""
    for name in type(record).model_fields:
        value = getattr(record, name)
        if isinstance(value, str) and name not in NOT_PROSE:
            yield (*location, name), value
        elif isinstance(value, Record):
            yield from _inside(value, (*location, name))
        elif isinstance(value, tuple):
            for number, part in enumerate(value):
                if isinstance(part, str):
                    yield (*location, name, number), part
                elif isinstance(part, Record):
                    yield from _inside(part, (*location, name, number))


def _inside(record: Record, location: Location) -> Iterator[tuple[Location, str | Text]]:
    if isinstance(record, Text):
        yield location, record
    yield from _walk(record, location)


def to_catalog(data: Data, demos: Mapping[str, str] | None = None) -> Catalog:
    """The records without their places; `demos` gives the key of the work that each demo shows."""
    names: dict[str, list[str]] = {}
    for name, key in sorted((demos or {}).items()):
        names.setdefault(key, []).append(name)
    return Catalog(
        works=tuple(loaded.record for loaded in data.works),
        people=tuple(loaded.record for loaded in data.people),
        venues=tuple(loaded.record for loaded in data.venues),
        topics=tuple(loaded.record for loaded in data.topics),
        lists=tuple(loaded.record for loaded in data.lists),
        demos={key: tuple(found) for key, found in names.items()},
    )


def normal_title(title: str) -> str:
    """A title without case, accents, spaces and punctuation, to tell whether two are the same."""
    plain = unicodedata.normalize("NFKD", title).casefold()
    return "".join(c for c in plain if c.isalnum())


def place(loaded: Loaded[Record]) -> str:
    """Where another record stands, for a message."""
    return f"{identity(loaded.record)} ({loaded.path}:{loaded.block.line})"


def repeated(found: Iterable[tuple[Loaded[R], Location, str]], what: str) -> Iterator[Problem]:
    """A problem for every value that another record has, ignoring case."""
    first: dict[str, Loaded[R]] = {}
    for loaded, location, value in found:
        other = first.setdefault(value.casefold(), loaded)
        if other is not loaded:
            yield loaded.problem(location, f"expected {what} of its own, got '{value}', which {place(other)} has")


def dangling(
    loaded: Loaded[R], points: Iterable[tuple[str | int, ...]], what: str, known: Choices
) -> Iterator[Problem]:
    """A problem for every value, the last part of a point, that is not known."""
    for *location, value in points:
        if value not in known:
            yield loaded.problem(tuple(location), expected(what, value, known))
