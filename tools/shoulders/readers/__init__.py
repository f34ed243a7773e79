"""Bibliographies of other people: each format is read into the same entries, and what cannot be read is named.

Knows nothing of the catalog. Everything read is untrusted: it is text, and nothing in it acts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePath

from shoulders.names import Name
from shoulders.problems import expected


@dataclass(frozen=True, slots=True)
class Fault:
    """What could not be read, and the line on which it stands."""

    line: int
    message: str


WHOLE = frozenset("book mvbook collection incollection thesis phdthesis mastersthesis techreport report".split())
"""Types of what is published by itself or in a book, wherever else it can be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a bibliography says of one work, in plain text; what it does not say is empty or None."""

    line: int
    key: str  # empty where the format has none
    type: str  # as BibTeX or biblatex calls it, whatever the format
    title: str = ""
    authors: tuple[Name, ...] = ()
    complete: bool = True  # whether these are all authors
    editors: tuple[Name, ...] = ()
    year: int | None = None
    month: int | None = None
    day: int | None = None
    container: str = ""  # the journal, the proceedings or the book it stands in
    series: str = ""
    volume: str = ""
    number: str = ""
    pages: str = ""
    edition: str = ""
    publisher: str = ""  # or the institution of a report, the school of a thesis
    address: str = ""
    url: str = ""
    pdf: str = ""
    code: str = ""
    doi: str = ""
    arxiv: str = ""
    arxiv_class: str = ""
    acl: str = ""
    openreview: str = ""
    isbn: str = ""
    language: str = ""  # `zh` or `en`, where it is said
    nickname: str = ""
    keywords: str = ""
    section: str = ""  # the heading of a reading list under which it stands
    start: int = 0  # where a .bib file holds it, from its `@`
    end: int = 0  # to behind its last brace

    @property
    def is_preprint(self) -> bool:
        """Whether it cites a version that is not published; a book or thesis with an arXiv id is one all the same.

        >>> said = {"line": 0, "key": "", "arxiv": "1902.00003"}
        >>> Entry(**said, type="misc").is_preprint, Entry(**said, type="book").is_preprint
        (True, False)
        """
        if self.type in WHOLE:
            return False
        if self.type == "preprint" or re.search(r"\barxiv\b|\bcorr\b", self.container.casefold()):
            return True
        return bool(self.arxiv) and (not self.container or self.type == "unpublished")


@dataclass(frozen=True, slots=True)
class Bibliography:
    """The entries of a file in their order, and what is wrong with it."""

    entries: tuple[Entry, ...] = ()
    faults: tuple[Fault, ...] = ()


class Lines:
    """The lines of a text, counted from 1; quick where one asks for them roughly in order."""

    def __init__(self, text: str) -> None:
        self._text, self._place, self._line = text, 0, 1

    def at(self, place: int) -> int:
        """The line on which a character stands."""
        first, last = sorted((self._place, place))
        count = self._text.count("\n", first, last)
        self._line += count if place >= self._place else -count
        self._place = place
        return self._line


_SUFFIXES = {
    ".bib": "bibtex",
    ".bibtex": "bibtex",
    ".ris": "ris",
    ".json": "csl",
    ".md": "markdown",
    ".markdown": "markdown",
}
_SIGNS = {
    "ris": re.compile(r"^\ufeff?TY {0,4}- ?[A-Z]", re.MULTILINE),
    "bibtex": re.compile(r"^[ \t]*@[A-Za-z]+[ \t]*[{(]", re.MULTILINE),
    "csl": re.compile(r"\s*[\[{]\s*[\[{\]}\"]"),
    "markdown": re.compile(r"^ {0,3}(?:#{1,6} |[-*+] |[0-9]{1,9}[.)] |\|)", re.MULTILINE),
}
"""By what a text shows its format, the plainest sign first."""


def read(text: str, name: str) -> Bibliography:
    """The entries of a file, in the format that its name tells, or else its text.

    Raises:
        ValueError: when neither tells one.
    """
    from shoulders.readers import bibtex, csl, markdown, ris

    formats = {"bibtex": bibtex.read, "ris": ris.read, "csl": csl.read, "markdown": markdown.read}
    found = _SUFFIXES.get(PurePath(name).suffix.lower())
    found = found or next((form for form, sign in _SIGNS.items() if sign.search(text)), None)
    if found is None:
        raise ValueError(expected("a bibliography (.bib, .ris, .json) or a reading list (.md)", name))
    return formats[found](text)
