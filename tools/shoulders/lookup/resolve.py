"""Ask the sources about one identifier, each for what it knows best, and gather what they say.

The source that the identifier belongs to must answer. The others add to it; when one does not answer, that is told.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from shoulders.fetch import Client, FetchError, NotFoundError
from shoulders.ids import check_acl
from shoulders.lookup import Record, anthology, arxiv, crossref, dblp, github, openlibrary, openreview, scholar, webpage
from shoulders.lookup.identifiers import Identifier
from shoulders.lookup.same import may_be_same
from shoulders.problems import quoted
from shoulders.readers import Entry, find

Question = Callable[[], Record | None]

RANK = (
    anthology.SOURCE,
    crossref.SOURCE,
    crossref.REGISTRY,
    dblp.SOURCE,
    openreview.SOURCE,
    openlibrary.SOURCE,
    github.SOURCE,
    arxiv.SOURCE,
    crossref.PREPRINTS,
)
"""Whom to believe first: those who publish or register before those who collect, preprints last."""


@dataclass
class Gathered:
    """Records, the one to cite first, what the work cites, and what could not be asked."""

    records: list[Record] = field(default_factory=list)
    references: list[Entry] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)  # sentences on sources that gave nothing though they might have
    hints: dict[str, Any] = field(default_factory=dict)  # identifiers that no record gives, but a mere collector
    _asked: set[tuple[str, str]] = field(default_factory=set)

    def add(self, record: Record) -> None:
        """Keep a record, and what it cites."""
        self.records.append(record)
        self.references += record.references
        self.hints = {name: value for name, value in self.hints.items() if not getattr(record.entry, name)}

    def value(self, name: str) -> str:
        """The first value of an identifier that a record gives, or else a hint."""
        found = (value for record in self.records if (value := getattr(record.entry, name)))
        return next(found, str(self.hints.get(name, "")))

    def ask(self, source: str, question: Callable[[str], Record | None], about: str, *, hint: str = "") -> None:
        """Add what a source that may stay silent says, unless it was asked already.

        Where only a hint led there and another work stands there, the hint is forgotten.
        """
        if (source, about) in self._asked or any(record.source == source for record in self.records):
            return
        self._asked.add((source, about))
        try:
            record = question(about)
        except NotFoundError:
            return  # it knows nothing of it, which is an answer
        except FetchError as error:
            self.silent.append(f"{source} was not asked to the end: {error}")
            return
        if record and hint in self.hints and not any(may_be_same(kept.entry, record.entry) for kept in self.records):
            del self.hints[hint]
            self.silent.append(f"{source} has another work under {about}, {quoted(record.entry.title)}: left out")
        elif record:
            self.add(record)


def resolve(client: Client, identifier: Identifier) -> Gathered:
    """Everything the sources say of the work that an identifier names.

    Raises:
        FetchError: when the source that the identifier belongs to gives nothing.
    """
    found = Gathered()
    found.add(PRIMARY[identifier.kind](client, identifier.value))
    if identifier.kind not in ("github", "isbn"):
        _follow(client, found)
    first = found.records[0]
    found.records[0] = replace(first, entry=replace(first.entry, **found.hints))
    found.records.sort(key=_weight)
    return found


def _weight(record: Record) -> tuple[bool, int]:
    return record.is_preprint, RANK.index(record.source) if record.source in RANK else len(RANK)


PRIMARY: Mapping[str, Callable[[Client, str], Record]] = {
    "arxiv": arxiv.record,
    "doi": crossref.record,
    "acl": anthology.record,
    "openreview": openreview.record,
    "isbn": openlibrary.record,
    "github": github.record,
    "url": webpage.record,
}


def _follow(client: Client, found: Gathered) -> None:
    """Follow the identifiers that one record names to the others."""
    first = found.records[0]
    _ask_scholar(client, found)
    _ask_publishers(client, found)
    if all(record.is_preprint for record in found.records) and first.entry.type != "online":
        found.ask(dblp.SOURCE, lambda _: dblp.search(client, first.entry), first.entry.title)
        _ask_publishers(client, found)
    preprint = found.value("arxiv")
    if preprint:
        found.ask(arxiv.SOURCE, lambda value: arxiv.record(client, value), preprint, hint="arxiv")
    elif first.entry.type in ("inproceedings", "article", "preprint", "misc"):
        found.ask(arxiv.SOURCE, lambda _: arxiv.search(client, first.entry), first.entry.title)


def _ask_scholar(client: Client, found: Gathered) -> None:
    kind = next((kind for kind in scholar.KINDS if found.value(kind)), "")
    if not kind:
        return
    try:
        known = scholar.known(client, kind, found.value(kind))
    except NotFoundError:
        return
    except FetchError as error:
        found.silent.append(f"{scholar.SOURCE} was not asked to the end: {error}")
        return
    found.references += known.references
    named = {"arxiv": known.arxiv, "doi": known.doi, "acl": known.acl}
    found.hints = {name: value for name, value in named.items() if value and not found.value(name)}


def _ask_publishers(client: Client, found: Gathered) -> None:
    doi = found.records[0].published or found.value("doi")
    registered = [record.entry.doi.casefold() for record in found.records if record.source in crossref.SOURCES]
    if doi and doi.casefold() not in registered:
        found.ask(crossref.SOURCE, lambda value: crossref.record(client, value), doi, hint="doi")
    if acl := found.value("acl"):
        found.ask(anthology.SOURCE, lambda value: anthology.record(client, value), acl, hint="acl")
    elif acl := _acl_of(found.value("doi")):
        found.ask(anthology.SOURCE, lambda value: anthology.record(client, value), acl, hint="doi")


def _acl_of(doi: str) -> str:
    """The Anthology's id in a DOI of its own, which registries write in small letters."""
    match = re.fullmatch(r"10\.18653/v1/(.+)", doi, re.IGNORECASE)
    return (find.sound(check_acl, match[1].lower()) or find.sound(check_acl, match[1].upper())) if match else ""
