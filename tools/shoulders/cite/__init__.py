"""Citing the catalog in a paper: the keys that a document uses, the entries for them, the care of a bibliography.

Each kind of document is read into the same marks by a module of its own; only `commands` prints.
"""

from __future__ import annotations

from dataclasses import dataclass

EVERYTHING = "*"  # the key by which LaTeX and Pandoc ask for every entry there is


class CiteError(Exception):
    """A file that cannot be used; the message names it and says what was expected."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A key that a document cites, and where in its text."""

    place: int
    key: str


@dataclass(frozen=True, slots=True)
class Inclusion:
    """Another file that goes on at this place: its possible names, first of all as seen from the document's folder.

    With `beside` the names are first of all as seen from the folder of the including file.
    """

    place: int
    names: tuple[str, ...]
    beside: bool = False


@dataclass(frozen=True, slots=True)
class Label:
    """A name that the document itself gives to one of its parts, and refers to as it cites."""

    name: str


Mark = Citation | Inclusion | Label
