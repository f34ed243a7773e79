"""Bibliographies of other people: each format is read into the same entries, and what cannot be read is named.

Knows nothing of the catalog. Everything read is untrusted: it is text, and nothing in it acts.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath

from shoulders import ids
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


_ARXIV = re.compile(
    r"(?:arxiv\.org/(?:abs|pdf|html|format)/|10\.48550/arxiv\.|\barxiv:\s*|\babs/)"
    r"([0-9]{4}\.[0-9]{4,5}|[a-z-]+(?:\.[a-z]{2})?/[0-9]{7})(?![0-9])",
    re.IGNORECASE,
)
_ACL = re.compile(
    r"(?:aclanthology\.org/|aclweb\.org/anthology/(?:papers/)?(?:[A-Z]/[A-Z]\d\d/)?|10\.18653/v1/)"
    r"([A-Z]\d\d-\d{4}|20\d\d\.[a-z0-9_]+-[a-z0-9_]+\.\d+)",
    re.IGNORECASE,
)
_DOI = re.compile(
    r"(?:doi\.org/|^doi:\s*|^)(10\.[0-9]{4,9}/\S+)|/doi/(?:abs/|pdf/|full/)?(10\.[0-9]{4,9}/[^\s?#]+)", re.IGNORECASE
)
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


def sound(check: Callable[[str], str], value: str) -> str:
    """The value when it is well formed, else nothing."""
    try:
        return check(value)
    except ValueError:
        return ""


def find_arxiv(*texts: str) -> str:
    """The first arXiv id that one of the texts names, without version.

    >>> find_arxiv("arXiv preprint arXiv:1706.03762v7")
    '1706.03762'
    """
    found = (match[1] for text in texts for match in _ARXIV.finditer(text))
    return next((good for value in found if (good := sound(ids.check_arxiv, value))), "")


def find_acl(*texts: str) -> str:
    """The first id of the ACL Anthology that one of the texts names.

    >>> find_acl("https://aclanthology.org/N19-1423.pdf"), find_acl("10.18653/V1/2020.ACL-MAIN.1")
    ('N19-1423', '2020.acl-main.1')
    """
    found = (_acl_case(match[1]) for text in texts for match in _ACL.finditer(text))
    return next((good for value in found if (good := sound(ids.check_acl, value))), "")


def _acl_case(value: str) -> str:
    """An id as the Anthology writes it: old ones in capitals, those since 2020 without."""
    return value.lower() if "." in value else value.upper()


def find_doi(*texts: str) -> str:
    """The first DOI that one of the texts is or links to; arXiv's own are arXiv ids and not counted.

    >>> find_doi("", "https://doi.org/10.18653/v1/N19-1423")
    '10.18653/v1/N19-1423'
    """
    found = ((match[1] or match[2]).rstrip(".,;") for text in texts for match in _DOI.finditer(text.strip()))
    dois = (good for value in found if (good := sound(ids.check_doi, value)))
    return next((value for value in dois if not value.casefold().startswith("10.48550/")), "")


def find_isbn(text: str) -> str:
    """The first ISBN of a text whose check digit is right.

    >>> find_isbn("978-7-111-59373-7 (print), 0")
    '978-7-111-59373-7'
    """
    found = (good for value in re.findall(r"[0-9][0-9-]{8,15}[0-9X]", text) if (good := sound(ids.check_isbn, value)))
    return next(found, "")


_ADDRESS = re.compile(r"https?://[^\s<>\"\\^`{|}]+", re.IGNORECASE)
_OPENREVIEW = re.compile(r"openreview\.net/(?:forum|pdf|attachment)\?(?:[^\s#]*&)?id=([A-Za-z0-9_-]+)")


def find_openreview(*texts: str) -> str:
    """The first forum of OpenReview to which one of the texts links.

    >>> find_openreview("https://openreview.net/forum?id=H1eA7AEtvS")
    'H1eA7AEtvS'
    """
    found = (match[1] for text in texts for match in _OPENREVIEW.finditer(text))
    return next((good for value in found if (good := sound(ids.check_openreview, value))), "")


def find_address(*texts: str) -> str:
    """The first http or https address in one of the texts.

    >>> find_address("Available at <https://example.org/a_(b)>.")
    'https://example.org/a_(b)'
    """
    found = (match[0] for text in texts for match in _ADDRESS.finditer(text))
    return next((good for value in found if (good := sound(ids.check_url, _without_points(value)))), "")


def _without_points(address: str) -> str:
    """The address without the points of the sentence in which it stands, and without a bracket it does not open."""
    address = address.rstrip(".,;:!?")
    unopened = address.count(")") - address.count("(")
    last = len(address) - len(address.rstrip(")"))
    return address[: len(address) - max(0, min(unopened, last))].rstrip(".,;:!?")


def plain_pages(text: str) -> str:
    """Pages with one hyphen and without `pp.`.

    >>> plain_pages("pp. 5998--6008"), plain_pages("5998–6008")
    ('5998-6008', '5998-6008')
    """
    return re.sub(r"\s*[-‐-―−]+\s*", "-", re.sub(r"^pp?\.\s*", "", text.strip()))
