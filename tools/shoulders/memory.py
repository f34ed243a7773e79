"""Sound records, kept from one run to the next: what did not change is neither parsed nor read through again.

A record is known by its kind and its text.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path

from shoulders import kept, model

KINDS = [kind for kind in vars(model).values() if isinstance(kind, type) and issubclass(kind, model.Record)]
FOLDER = kept.FOLDER / "records"
"""Where a project keeps its records."""
SHELVES = "0123456789abcdef"
"""Records are kept in as many files, by the first digit of their mark: a change writes one of them anew."""


def mark(kind: type[model.Record], text: str) -> str:
    """What a record of a kind is known by."""
    return hashlib.sha256(f"{kind.__name__}\n{text}".encode()).hexdigest()[:32]


class Memory:
    """The sound records by their marks, and which of them are also well written.

    Args:
        folder: where they are kept; without one, they are remembered as long as this object is.
        shelves: those that are read and written here, where other processes see to the others.
    """

    def __init__(self, folder: Path | None = None, shelves: str = SHELVES) -> None:
        self._folder = folder
        self._records: dict[str, model.Record] = {}
        self._well_written: set[str] = set()
        self._asked: set[str] = set()
        self._changed: set[str] = set()  # shelves
        for name in shelves if folder else ():
            self._take(name)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known."""
        return not self._records

    def find(self, mark: str) -> model.Record | None:
        """The record of a mark, where it was sound."""
        self._asked.add(mark)
        return self._records.get(mark)

    def keep(self, mark: str, record: model.Record) -> None:
        """Remember a sound record."""
        self._records[mark] = record
        self._changed.add(mark[0])

    def is_well_written(self, mark: str) -> bool:
        """Whether the rules on how texts are written had nothing to say of a record."""
        return mark in self._well_written

    def note_well_written(self, mark: str) -> None:
        """Remember that they had nothing to say of a record; of one that is not sound this is not remembered."""
        if mark in self._records:
            self._well_written.add(mark)
            self._changed.add(mark[0])

    def save(self) -> None:
        """Keep what is new, where the disk takes it; what was not asked for since the last time goes with that."""
        if self._changed:
            self._records = {mark: record for mark, record in self._records.items() if mark in self._asked}
            self._well_written &= self._asked
        for name in self._changed if self._folder else ():
            self._put(name)
        self._changed.clear()
        self._asked.clear()

    def _put(self, name: str) -> None:
        records = {mark: record for mark, record in self._records.items() if mark[0] == name}
        written = [mark for mark in records if mark in self._well_written]
        with suppress(OSError):
            kept.write_value(self._path(name), (records, written))

    def _take(self, name: str) -> None:
        if found := kept.read_value(self._path(name), KINDS):
            records, written = found
            self._records |= records
            self._well_written |= {*written}

    def _path(self, name: str) -> Path:
        return (self._folder or Path()) / f"{name}.pickle"
