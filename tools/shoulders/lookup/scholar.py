"""Semantic Scholar: under which other identifiers a work is known, and what it cites."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from shoulders import ids
from shoulders.fetch import Client
from shoulders.lookup.shapes import at, items, name, text
from shoulders.readers import Entry, find_arxiv, find_doi

SOURCE = "Semantic Scholar"
_FIELDS = "externalIds,references.title,references.externalIds,references.year,references.authors"


@dataclass(frozen=True, slots=True)
class Known:
    """The other identifiers of a work, empty where it has none, and what it cites."""

    arxiv: str
    doi: str
    acl: str
    references: tuple[Entry, ...]


def known(client: Client, kind: str, value: str) -> Known:
    """What is known of the work with this identifier (`arXiv`, `DOI` or `ACL`).

    Raises:
        FetchError: when no answer comes; without a key that is normal at busy times.
    """
    base = client.services["semanticscholar"].base
    paper = client.json(f"{base}/paper/{kind}:{quote(value)}?fields={_FIELDS}")
    arxiv, doi, acl = _identifiers(paper)
    return Known(arxiv, doi, acl, tuple(_reference(part) for part in items(at(paper, "references"))[:2000]))


def _identifiers(paper: Any) -> tuple[str, str, str]:
    external = at(paper, "externalIds")
    try:
        acl = ids.check_acl(text(at(external, "ACL")))
    except ValueError:
        acl = ""
    return find_arxiv(f"arXiv:{text(at(external, 'ArXiv'))}"), find_doi(text(at(external, "DOI"))), acl


def _reference(part: Any) -> Entry:
    arxiv, doi, acl = _identifiers(part)
    first = name(at(part, "authors", 0, "name"))
    return Entry(
        line=0,
        key="",
        type="misc",
        title=text(at(part, "title")),
        authors=(first,) if first else (),
        complete=False,
        arxiv=arxiv,
        doi=doi,
        acl=acl,
    )
