"""Semantic Scholar: under which other identifiers a work is known, and what it cites."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from shoulders import ids
from shoulders.fetch import Client
from shoulders.lookup.shapes import at, items, name, text, title
from shoulders.readers import Entry, find

SOURCE = "Semantic Scholar"
KINDS = {"acl": "ACL", "arxiv": "ARXIV", "doi": "DOI"}
"""What it calls the identifiers by which it can be asked."""
_FIELDS = "externalIds,references.title,references.externalIds,references.year,references.authors"


@dataclass(frozen=True, slots=True)
class Known:
    """The other identifiers of a work, empty where it has none, and what it cites."""

    arxiv: str
    doi: str
    acl: str
    references: tuple[Entry, ...]


def known(client: Client, kind: str, value: str) -> Known:
    """What is known of the work with this identifier, whose kind is one of `KINDS`.

    Raises:
        FetchError: when no answer comes; without a key that is normal at busy times.
    """
    base = client.services["semanticscholar"].base
    paper = client.json(f"{base}/paper/{KINDS[kind]}:{quote(value)}?fields={_FIELDS}")
    arxiv, doi, acl = _identifiers(paper)
    return Known(arxiv, doi, acl, tuple(_reference(part) for part in items(at(paper, "references"))[:2000]))


def _identifiers(paper: Any) -> tuple[str, str, str]:
    arxiv, doi, acl = (text(at(paper, "externalIds", kind)) for kind in ("ArXiv", "DOI", "ACL"))
    return find.arxiv(f"arXiv:{arxiv}"), find.doi(doi), find.sound(ids.check_acl, acl)


def _reference(part: Any) -> Entry:
    arxiv, doi, acl = _identifiers(part)
    first = name(at(part, "authors", 0, "name"))
    return Entry(
        line=0,
        key="",
        type="misc",
        title=title(at(part, "title")),
        authors=(first,) if first else (),
        complete=False,
        arxiv=arxiv,
        doi=doi,
        acl=acl,
    )
