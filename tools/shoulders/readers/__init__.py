"""Bibliographies of other people: each format is read into the same entries, and what cannot be read is named.

Knows nothing of the catalog. Everything read is untrusted: it is text, and nothing in it acts.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from shoulders import ids
from shoulders.names import Name


@dataclass(frozen=True, slots=True)
class Fault:
    """What could not be read, and the line on which it stands."""

    line: int
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a bibliography says of one work, in plain text; what it does not say is empty or None."""

    line: int
    key: str
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

    @property
    def is_preprint(self) -> bool:
        """Whether it cites the preprint: it stands on arXiv and in nothing else."""
        return bool(re.search(r"\barxiv\b|\bcorr\b", self.container.casefold()) or (self.arxiv and not self.container))


@dataclass(frozen=True, slots=True)
class Bibliography:
    """The entries of a file in their order, and what is wrong with it."""

    entries: tuple[Entry, ...] = ()
    faults: tuple[Fault, ...] = ()


_ARXIV = re.compile(
    r"(?:arxiv\.org/(?:abs|pdf)/|10\.48550/arxiv\.|\barxiv:\s*|\babs/)"
    r"([0-9]{4}\.[0-9]{4,5}|[a-z-]+(?:\.[a-z]{2})?/[0-9]{7})",
    re.IGNORECASE,
)
_ACL = re.compile(
    r"(?:aclanthology\.org/|aclweb\.org/anthology/|10\.18653/v1/)"
    r"([A-Z]\d\d-\d{4}|20\d\d\.[a-z0-9_]+-[a-z0-9_]+\.\d+)"
)
_DOI = re.compile(r"(?:doi\.org/|^doi:\s*|^)(10\.[0-9]{4,9}/\S+)", re.IGNORECASE)


def _sound(check: Callable[[str], str], value: str) -> str:
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
    return next((sound for value in found if (sound := _sound(ids.check_arxiv, value))), "")


def find_acl(*texts: str) -> str:
    """The first id of the ACL Anthology that one of the texts names.

    >>> find_acl("https://aclanthology.org/N19-1423.pdf")
    'N19-1423'
    """
    found = (match[1] for text in texts for match in _ACL.finditer(text))
    return next((sound for value in found if (sound := _sound(ids.check_acl, value))), "")


def find_doi(*texts: str) -> str:
    """The first DOI that one of the texts is or links to; arXiv's own are arXiv ids and not counted.

    >>> find_doi("", "https://doi.org/10.18653/v1/N19-1423")
    '10.18653/v1/N19-1423'
    """
    found = (match[1].rstrip(".,;") for text in texts for match in _DOI.finditer(text.strip()))
    good = (sound for value in found if (sound := _sound(ids.check_doi, value)))
    return next((value for value in good if not value.casefold().startswith("10.48550/")), "")


def find_isbn(text: str) -> str:
    """The first ISBN of a text whose check digit is right.

    >>> find_isbn("978-7-111-59373-7 (print), 0")
    '978-7-111-59373-7'
    """
    found = (
        sound for value in re.findall(r"[0-9][0-9-]{8,15}[0-9X]", text) if (sound := _sound(ids.check_isbn, value))
    )
    return next(found, "")


_OPENREVIEW = re.compile(r"openreview\.net/(?:forum|pdf|attachment)\?(?:[^\s#]*&)?id=([A-Za-z0-9_-]+)")


def find_openreview(*texts: str) -> str:
    """The first forum of OpenReview to which one of the texts links.

    >>> find_openreview("https://openreview.net/forum?id=H1eA7AEtvS")
    'H1eA7AEtvS'
    """
    found = (match[1] for text in texts for match in _OPENREVIEW.finditer(text))
    return next((sound for value in found if (sound := _sound(ids.check_openreview, value))), "")


def plain_pages(text: str) -> str:
    """Pages with one hyphen and without `pp.`.

    >>> plain_pages("pp. 5998--6008"), plain_pages("5998–6008")
    ('5998-6008', '5998-6008')
    """
    return re.sub(r"\s*[-‐-―−]+\s*", "-", re.sub(r"^pp?\.\s*", "", text.strip()))
