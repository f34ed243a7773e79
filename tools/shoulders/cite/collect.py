"""The keys that documents use, in the order of their first use, through all files that belong to a document.

Follows a document into the files it includes, but never out of the folder of the main file.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from shoulders.cite import CiteError, Inclusion, Label, Mark
from shoulders.cite.source import Source, read
from shoulders.problems import Problem, expected

SUFFIXES: Mapping[str, str] = {
    ".tex": "latex",
    ".ltx": "latex",
    ".aux": "auxiliary",
    ".md": "markdown",
    ".markdown": "markdown",
    ".qmd": "markdown",
    ".rmd": "markdown",
    ".typ": "typst",
}
"""Which module reads which files."""


@dataclass(frozen=True, slots=True)
class Use:
    """The first place at which the documents cite a key."""

    path: str
    line: int
    key: str


@dataclass(frozen=True, slots=True)
class Collected:
    """The keys in the order of their first use, and the files that could not be followed."""

    uses: tuple[Use, ...]
    missing: tuple[Problem, ...]


def collect(documents: Iterable[Path]) -> Collected:
    """What all documents together use.

    Raises:
        CiteError: when a document cannot be read.
        ValueError: when the name of one does not say what it is.
    """
    uses: dict[str, Use] = {}
    missing: list[Problem] = []
    for document in documents:
        labels: set[str] = set()
        found: list[Use] = []
        for source, mark in _Walk(document, missing).marks():
            if isinstance(mark, Label):
                labels.add(mark.name)
            elif not isinstance(mark, Inclusion):
                found.append(Use(str(source.path), source.line(mark.place), mark.key))
        for use in found:
            if use.key not in labels:
                uses.setdefault(use.key, use)
    return Collected(tuple(uses.values()), tuple(missing))


def reader(document: Path) -> Callable[[str], Iterator[Mark]]:
    """What reads a document, by the end of its name.

    Raises:
        ValueError: when that says nothing.
    """
    module = SUFFIXES.get(document.suffix.lower())
    if module is None:
        known = ", ".join(SUFFIXES)
        raise ValueError(f"expected a document whose name ends in one of {known}, got '{document.name}'")
    marks: Callable[[str], Iterator[Mark]] = import_module(f"shoulders.cite.{module}").marks
    return marks


class _Walk:
    """The way through a document and all that it includes, each file once."""

    def __init__(self, document: Path, missing: list[Problem]) -> None:
        self.read = reader(document)
        self.document = document
        self.root = document.parent.resolve()
        self.seen = {document.resolve()}
        self.missing = missing

    def marks(self) -> Iterator[tuple[Source, Mark]]:
        """Every mark with the file it stands in; an included file comes where it is included."""
        source = read(self.document)
        open_files = [(source, self._marks_of(source))]
        while open_files:
            source, marks = open_files[-1]
            mark = next(marks, None)
            if mark is None:
                open_files.pop()
            elif not isinstance(mark, Inclusion):
                yield source, mark
            elif included := self._included(source, mark):
                open_files.append((included, self._marks_of(included)))

    def _marks_of(self, source: Source) -> Iterator[Mark]:
        try:
            yield from self.read(source.text)
        except CiteError as error:
            raise CiteError(f"{source.path}: {error}") from None

    def _included(self, source: Source, mark: Inclusion) -> Source | None:
        """The included file, unless it was read before; one that is not there or not to be read is told."""
        place = self._find(source, mark)
        if place in self.seen:
            return None
        try:
            if place is None:
                raise CiteError(expected("a file in the folder of the document", mark.names[-1]))
            self.seen.add(place)
            return read(self.document.parent / place.relative_to(self.root))
        except CiteError as error:
            self.missing.append(Problem(str(source.path), source.line(mark.place), "", "", str(error)))
            return None

    def _find(self, source: Source, mark: Inclusion) -> Path | None:
        folders = (self.root, source.path.resolve().parent)
        for folder in reversed(folders) if mark.beside else folders:
            for name in mark.names:
                place = (folder / name).resolve()
                with contextlib.suppress(OSError):  # a name that no file can have
                    if place.is_relative_to(self.root) and place.is_file():
                        return place
        return None
