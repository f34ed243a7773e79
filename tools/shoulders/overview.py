"""The timeline at a glance, for the home page: how many works were first public in each year of each lane.

Counts only; the template and the style sheet make dots of it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from shoulders.catalog import Catalog
from shoulders.lineage import lane_number
from shoulders.model import Topic

NAMED = 6
"""At most so many years are named below the columns."""


@dataclass(frozen=True, slots=True)
class Dot:
    """A year of a lane in which there are works."""

    column: int
    size: float
    """Its diameter, that of the largest being 1: the area tells how many works there are."""


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane with its dots."""

    number: int
    topic: Topic
    dots: tuple[Dot, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """A column for each year in which there are works, counted from 1, and the lanes that have any."""

    years: tuple[int, ...]
    lanes: tuple[Lane, ...]

    @property
    def named(self) -> list[tuple[int, int]]:
        """Columns with their years, the last one among them and the others equally far apart."""
        step = -(-len(self.years) // NAMED) or 1
        return [(column, year) for column, year in enumerate(self.years, 1) if (len(self.years) - column) % step == 0]


def overview(catalog: Catalog) -> Overview:
    """How the works of a catalog spread over years and lanes; those without a topic are in none."""
    years = tuple(sorted(catalog.works_of_year))
    counts = Counter((lane_number(catalog, work), work.year_public) for work in catalog.works)
    most = max(counts.values(), default=1)

    def dots(lane: int) -> tuple[Dot, ...]:
        found = ((column, counts[lane, year]) for column, year in enumerate(years, 1))
        return tuple(Dot(column, (count / most) ** 0.5) for column, count in found if count)

    drawn = ((number, topic, dots(number)) for number, topic in enumerate(catalog.lanes))
    return Overview(years, tuple(Lane(*lane) for lane in drawn if lane[2]))
