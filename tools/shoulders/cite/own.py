"""A bibliography of the author's own: what its entries say, and where each stands in the file.

Changes nothing in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from shoulders.cite import CiteError
from shoulders.cite.source import Source, read
from shoulders.problems import Problem
from shoulders.readers import Bibliography, bibtex
from shoulders.readers.bibtex_syntax import Block, Parsed, parse


@dataclass(frozen=True)
class Own:
    """A bibliography of the author's own."""

    source: Source

    @cached_property
    def _parsed(self) -> Parsed:
        return parse(self.source.text)

    @cached_property
    def bibliography(self) -> Bibliography:
        """What its entries say."""
        return bibtex.understood(self._parsed)

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """Where everything that is well formed stands in it."""
        return tuple(block for block in self._parsed.blocks if block.sound)

    @cached_property
    def entries(self) -> dict[str, Block]:
        """Its entries by key, the first where a key stands twice."""
        entries: dict[str, Block] = {}
        for block in self.blocks:
            if block.key:
                entries.setdefault(block.key, block)
        return entries

    @classmethod
    def open(cls, path: Path) -> Own:
        """The bibliography at `path`.

        Raises:
            CiteError: when there is none.
        """
        own = cls(read(path))
        if not own.bibliography.entries and not own.bibliography.faults:
            raise CiteError(f"{path}: expected entries of BibTeX, got none")
        return own

    def copy(self, block: Block) -> bytes:
        """An entry as it stands in the file."""
        return f"{self.source.original[block.start : block.end]}\n".encode(self.source.encoding)

    def problem(self, key: str, field: str, message: str) -> Problem:
        """What is to be said of an entry."""
        return Problem(str(self.source.path), self.source.line(self.entries[key].start), key, field, message)
