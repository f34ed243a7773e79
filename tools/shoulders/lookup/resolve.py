"""Ask the sources about one identifier, each for what it knows best, and gather what they say.

The source that the identifier belongs to must answer. The others add to it; when one does not answer, that is told.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from shoulders.fetch import Client, FetchError, NotFoundError
from shoulders.lookup import Record, anthology, arxiv, crossref, dblp, github, openlibrary, openreview, scholar, webpage
from shoulders.lookup.identifiers import Identifier
from shoulders.readers import Entry


@dataclass
class Gathered:
    """Records, the one to cite first, what the work cites, and what could not be asked."""

    records: list[Record] = field(default_factory=list)
    references: list[Entry] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)  # sentences on sources that gave nothing though they might have

    def add(self, record: Record | None) -> None:
        """Keep a record, and what it cites."""
        if record and all(record.source != kept.source for kept in self.records):
            self.records.append(record)
            self.references += record.references

    def ask(self, source: str, question: Callable[[], Record | None]) -> None:
        """Add what a source that may stay silent says."""
        try:
            self.add(question())
        except NotFoundError:
            pass  # it knows nothing of it, which is an answer
        except FetchError as error:
            self.silent.append(f"{source} was not asked to the end: {error}")

    def value(self, name: str) -> str:
        """The first value of an identifier that a record gives."""
        return next((found for record in self.records if (found := getattr(record.entry, name))), "")


RANK = (
    anthology.SOURCE,
    crossref.SOURCE,
    "doi.org",
    dblp.SOURCE,
    openreview.SOURCE,
    openlibrary.SOURCE,
    github.SOURCE,
    arxiv.SOURCE,
)
"""Whom to believe first: those who publish or register before those who collect, preprints last."""


def resolve(client: Client, identifier: Identifier) -> Gathered:
    """Everything the sources say of the work that an identifier names.

    Raises:
        FetchError: when the source that the identifier belongs to gives nothing.
    """
    found = Gathered()
    found.add(_primary(client, identifier))
    if identifier.kind not in ("github", "isbn"):
        _follow(client, found)
    found.records.sort(key=lambda record: RANK.index(record.source) if record.source in RANK else len(RANK))
    return found


def _primary(client: Client, identifier: Identifier) -> Record:
    ask: dict[str, Callable[[Client, str], Record]] = {
        "arxiv": arxiv.record,
        "doi": crossref.record,
        "acl": anthology.record,
        "openreview": openreview.record,
        "isbn": openlibrary.record,
        "github": github.record,
        "url": webpage.record,
    }
    return ask[identifier.kind](client, identifier.value)


def _follow(client: Client, found: Gathered) -> None:
    """Follow the identifiers that one record names to the others."""
    known = _scholar(client, found)
    acl = found.value("acl") or (known.acl if known else "")
    if acl:
        found.ask(anthology.SOURCE, lambda: anthology.record(client, acl))
    doi = found.value("doi") or (known.doi if known else "")
    if doi and not any(record.source in (crossref.SOURCE, "doi.org") for record in found.records):
        found.ask(crossref.SOURCE, lambda: crossref.record(client, doi))
    first = found.records[0].entry
    family = first.authors[0].family if first.authors else ""
    if all(record.entry.is_preprint for record in found.records) and first.type != "online":
        found.ask(dblp.SOURCE, lambda: dblp.search(client, first.title, family))
    preprint = found.value("arxiv") or (known.arxiv if known else "")
    if preprint:
        found.ask(arxiv.SOURCE, lambda: arxiv.record(client, preprint))
    elif first.type in ("inproceedings", "article", "preprint", "misc"):
        found.ask(arxiv.SOURCE, lambda: arxiv.search(client, first.title, family))


def _scholar(client: Client, found: Gathered) -> scholar.Known | None:
    marks = (("ACL", "acl"), ("arXiv", "arxiv"), ("DOI", "doi"))
    kind, value = next(((kind, value) for kind, name in marks if (value := found.value(name))), ("", ""))
    if not value:
        return None
    try:
        known = scholar.known(client, kind, value)
    except NotFoundError:
        return None
    except FetchError as error:
        found.silent.append(f"{scholar.SOURCE} was not asked to the end: {error}")
        return None
    found.references += known.references
    return known
