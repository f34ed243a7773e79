"""What was read of the data files: records with their places, and every problem met on the way.

Reads nothing itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from shoulders.memory import Memory
from shoulders.model import Person, ReadingList, Record, Topic, Venue, Work
from shoulders.problems import Problem, shortened
from shoulders.safeyaml import Block, Location

R = TypeVar("R", bound=Record)
R_co = TypeVar("R_co", bound=Record, covariant=True)


@dataclass(frozen=True, slots=True)
class Loaded(Generic[R_co]):
    """A record with the place it came from."""

    record: R_co
    path: str
    block: Block
    mark: str  # what the record is remembered by

    def problem(self, location: Location, message: str) -> Problem:
        """A problem of this record at a field."""
        return Problem(self.path, self.block.line_of(location), identity(self.record), field_name(location), message)


@dataclass
class Data:
    """Everything read, with the problems met on the way.

    A record with faults in fields it can do without stands among the others, less those fields, so that `rules`
    find its other faults in the same run.
    """

    works: list[Loaded[Work]] = field(default_factory=list)
    people: list[Loaded[Person]] = field(default_factory=list)
    venues: list[Loaded[Venue]] = field(default_factory=list)
    topics: list[Loaded[Topic]] = field(default_factory=list)
    lists: list[Loaded[ReadingList]] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)  # names of records that have faults
    broken_text: dict[type[Record], list[str]] = field(default_factory=dict)  # what those of a kind say
    wrong: set[tuple[str, str, str]] = field(default_factory=set)  # path, name, field: told already
    unread: set[type[Record]] = field(default_factory=set)  # kinds of which a file could not be read
    problems: list[Problem] = field(default_factory=list)
    memory: Memory = field(default_factory=Memory, repr=False)

    def of(self, kind: type[R]) -> list[Loaded[R]]:
        """The records of a kind."""
        lists: dict[type[Record], list[Any]] = {
            Work: self.works,
            Person: self.people,
            Venue: self.venues,
            Topic: self.topics,
            ReadingList: self.lists,
        }
        return lists[kind]


def identity(record: Record) -> str:
    """The key of a work, or the id of another record."""
    return str(getattr(record, "key", None) or getattr(record, "id", ""))


def field_name(location: Iterable[str | int]) -> str:
    """A field's name for people: `edges[2].to`, counted from 1."""
    name = ""
    for step in location:
        word = step if isinstance(step, int) else shortened(step)
        name += f"[{word + 1}]" if isinstance(word, int) else f".{word}" if name else word
    return name
