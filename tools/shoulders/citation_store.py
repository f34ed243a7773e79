"""Formatted citations kept from one run to the next, known by all that was asked and by what answered."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from contextlib import suppress
from dataclasses import fields
from pathlib import Path

from shoulders import kept
from shoulders.catalog import Catalog
from shoulders.exports.fields import Reference, resolve
from shoulders.model import Work

SPARE = 600  # entries of a file that nobody asks for before they go
PROSE = {"summary", "note", "equations", "edges"}  # of which no citation tells
FACTS = tuple(field.name for field in fields(Reference) if field.name != "work")


class CitationStore:
    """The markup of works in all styles, remembered by everything that it was made from, in sixteen files."""

    def __init__(self, folder: Path | None, made_by: bytes) -> None:
        self._folder = folder / "citations" if folder else None
        self._made_by = hashlib.sha256(made_by).digest()
        self._shelves: dict[str, dict[str, list[str]]] = {}
        self._changed: set[str] = set()

    def mark(self, catalog: Catalog, work: Work) -> str:
        """What stands for a work and all that is known of it."""
        both = [resolve(catalog, work, native=native) for native in (False, True)]
        facts = [getattr(reference, name) for reference in both for name in FACTS]
        said = work.model_dump_json(exclude=PROSE)
        return hashlib.sha256(self._made_by + f"{said}{facts}".encode()).hexdigest()

    def of(self, mark: str) -> dict[str, list[str]]:
        """The shelf on which a mark belongs."""
        name = mark[0]
        if name not in self._shelves:
            known = kept.read(self._folder / f"{name}.json") if self._folder else b""
            self._shelves[name] = json.loads(known or b"{}")
        return self._shelves[name]

    def put(self, mark: str, markup: list[str]) -> None:
        """Remember something new."""
        self.of(mark)[mark] = markup
        self._changed.add(mark[0])

    def save(self, asked: Collection[str]) -> None:
        """Keep what is new, where the disk takes it; of what nobody asked for, no more than is spare."""
        for name in self._changed if self._folder else ():
            shelf = self._shelves[name]
            wanted = [mark for mark in asked if mark[0] == name]
            if wanted and len(shelf) > len(wanted) + SPARE:
                shelf = {mark: shelf[mark] for mark in wanted}
            with suppress(OSError):
                kept.write(Path(self._folder or "") / f"{name}.json", json.dumps(shelf, sort_keys=True).encode())
