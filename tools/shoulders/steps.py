"""Reading lists as paths: where a work stands in one, and what of the list to read before it."""

from __future__ import annotations

from dataclasses import dataclass

from shoulders.catalog import Catalog
from shoulders.model import Item, ReadingList, Work


@dataclass(frozen=True, slots=True)
class Step:
    """Where a work stands in a reading list."""

    item: Item
    number: int
    count: int
    previous: Work | None
    next: Work | None


@dataclass(frozen=True)
class Path:
    """A reading list with the works of its items."""

    steps: tuple[tuple[Item, Work], ...]
    numbers: dict[str, int]  # the place of each work, from 0; where it stands twice, the first

    @classmethod
    def of(cls, catalog: Catalog, reading_list: ReadingList) -> Path:
        """The path that a reading list is."""
        steps = tuple((item, work) for item in reading_list.items if (work := catalog.find(item.key)))
        numbers: dict[str, int] = {}
        for number, (_, work) in enumerate(steps):
            numbers.setdefault(work.key, number)
        return cls(steps, numbers)

    def step(self, key: str) -> Step:
        """Where a work of the list stands. Raises `KeyError` for another."""
        number = self.numbers[key]
        before = self.steps[number - 1][1] if number else None
        after = self.steps[number + 1][1] if number + 1 < len(self.steps) else None
        return Step(self.steps[number][0], number + 1, len(self.steps), before, after)

    def before(self, catalog: Catalog, work: Work) -> list[Work]:
        """The works of the list that come before this one and on which it stands, in the order of the list."""
        here = self.numbers.get(work.key, 0)
        found = {descent.earlier.key: descent.earlier for descent in catalog.builds_on.get(work.key, ())}
        earlier = {self.numbers[key]: other for key, other in found.items() if self.numbers.get(key, here) < here}
        return [earlier[number] for number in sorted(earlier)]
