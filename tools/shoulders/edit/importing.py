"""Somebody's bibliography beside the catalog: which of its works are there, which are new, which a person must see.

Asks nobody and writes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from shoulders.catalog import Catalog
from shoulders.edit.adding import Plan, plan
from shoulders.edit.draft import UNKNOWN, entry_type
from shoulders.edit.join import Account
from shoulders.edit.propose import Proposer
from shoulders.lookup.identifiers import Kind
from shoulders.matching import Finder
from shoulders.names import has_cjk
from shoulders.problems import quoted, shortened
from shoulders.readers import Bibliography, Entry
from shoulders.rules.checked import normal_title

State = Literal["new", "there", "person"]
LookUp = Callable[[Entry], Account]
IDENTIFIERS: Sequence[Kind] = ("acl", "arxiv", "doi", "openreview")
"""By which an entry can be looked up, the one that tells most first."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of one entry: the work that it is, the entry to add, or why a person must look."""

    line: int
    state: State
    key: str = ""
    title: str = ""
    plan: Plan | None = None
    reason: str = ""
    section: str = ""
    keywords: str = ""

    def __str__(self) -> str:
        what = {"new": "new", "there": "already there", "person": "left for a person"}[self.state]
        return ": ".join(part for part in (what, self.key, shortened(self.title), self.reason) if part)


class LeftError(Exception):
    """A person must look; the message says why."""


class _Reader:
    """Goes through the entries of a file and remembers which works were met."""

    def __init__(self, catalog: Catalog, *, added: str, look_up: LookUp | None) -> None:
        self._catalog, self._added, self._look_up = catalog, added, look_up
        self._finder, self._proposer = Finder(catalog), Proposer(catalog)
        self._met: dict[tuple[str, str], Verdict] = {}
        self._taken: set[str] = set()

    def read(self, entry: Entry) -> Verdict:
        """The verdict on the next entry."""
        try:
            verdict = self._known(entry) or self._new(entry)
        except LeftError as error:
            verdict = Verdict(entry.line, "person", title=entry.title or entry.key, reason=str(error))
        if verdict.state != "person":
            for said in (entry, *([verdict.plan.entry] if verdict.plan else [])):
                for mark in _marks(said):
                    self._met.setdefault(mark, verdict)
            self._taken.add(verdict.key)
        return replace(verdict, section=entry.section, keywords=entry.keywords)

    def _known(self, entry: Entry) -> Verdict | None:
        """The work of the file or of the catalog that the entry is.

        Its key alone makes it none of the catalog's where it has a title: others make keys by our grammar, too.
        """
        first = next((self._met[mark] for mark in _marks(entry) if mark in self._met), None)
        if first:
            return replace(first, line=entry.line, state="there", plan=None, reason=f"the same as on line {first.line}")
        works = self._finder.find(replace(entry, key=""))
        if not works and (namesake := self._catalog.find(entry.key)):
            if entry.title:
                raise LeftError(f"its key is that of another work, {quoted(namesake.title)}")
            works = (namesake,)
        if len(works) > 1:
            raise LeftError(f"it has the marks of {', '.join(work.key for work in works)}")
        return Verdict(entry.line, "there", works[0].key, works[0].title) if works else None

    def _new(self, entry: Entry) -> Verdict:
        account = Account(entry)
        if self._look_up and not (entry.title and entry.authors and entry.complete and entry.year):
            account = self._look_up(entry)
            if known := self._known(replace(account.entry, line=entry.line)):
                return known
        _refuse(self._catalog, account.entry, asked=entry)
        made = plan(self._proposer, account, added=self._added, taken=self._taken)
        made.set("topics", made.topics)
        return Verdict(entry.line, "new", made.key, account.entry.title, made)


def verdicts(catalog: Catalog, found: Bibliography, *, added: str, look_up: LookUp | None = None) -> Iterator[Verdict]:
    """One verdict for each entry and each fault of a file, by line.

    Args:
        catalog: what is there.
        found: what was read.
        added: today.
        look_up: asks public sources for what an entry lacks; raises `LeftError` when they fail.
    """
    reader = _Reader(catalog, added=added, look_up=look_up)
    made = [Verdict(fault.line, "person", reason=fault.message) for fault in found.faults]
    told = {fault.line for fault in found.faults}
    for entry in found.entries:
        verdict = reader.read(entry)
        if verdict.state != "person" or entry.line not in told:
            made.append(verdict)
    yield from sorted(made, key=lambda verdict: verdict.line)


def _refuse(catalog: Catalog, entry: Entry, *, asked: Entry) -> None:
    """Leave an entry of which no sound one can be made.

    Raises:
        LeftError: with what it lacks, or what a person has to say first.
    """
    if entry.type in UNKNOWN:
        raise LeftError(f"the catalog has no type for a work of the type {entry.type}")
    if entry.type == "inbook" and not entry.container:
        raise LeftError("it cites a part of a book without its title; add the book")
    lacking = [what for what, there in _needed(entry) if not there]
    if lacking:
        ways = (f"{kind}:{value}" for kind in IDENTIFIERS if (value := getattr(asked, kind)))
        advice = next((f"; --look-up or `shoulders add {way}` finds that" for way in ways), "")
        raise LeftError(f"it has no {' and no '.join(lacking)}{advice}")
    people = [name.display for name in (*entry.authors, *entry.editors) if has_cjk(name.display)]
    unknown = [name for name in people if not catalog.directory.knows(name)]
    if unknown:
        raise LeftError(f"people.yaml has to give {', '.join(unknown)} in Latin script first")
    if entry_type(entry) == "article" and has_cjk(entry.container) and entry.container not in catalog.venue_named:
        raise LeftError(f"venues.yaml has to give {entry.container} in Latin script first")


def _needed(entry: Entry) -> Iterable[tuple[str, bool]]:
    yield "title", bool(entry.title)
    yield "authors", bool(entry.authors) or entry_type(entry) in ("online", "software", "book")
    yield "complete list of authors", entry.complete
    yield "year", bool(entry.year)


def _marks(entry: Entry) -> Iterator[tuple[str, str]]:
    """What tells that two entries of a file are the same work."""
    for name in IDENTIFIERS:
        if value := getattr(entry, name):
            yield name, value.casefold()
    if title := normal_title(entry.title):
        yield "title", f"{title} {normal_title(entry.authors[0].family) if entry.authors else ''}"


def reading_list(name: str, title: str, found: Sequence[Verdict]) -> dict[str, Any]:
    """The record of a reading list with the works of a file in its order, by its sections; each work once."""
    sections: dict[str, list[dict[str, Any]]] = {}
    listed: set[str] = set()
    for verdict in found:
        if verdict.state != "person" and verdict.key not in listed:
            listed.add(verdict.key)
            keywords = {"keywords": {"en": verdict.keywords, "zh": verdict.keywords}} if verdict.keywords else {}
            sections.setdefault(verdict.section, []).append({"key": verdict.key, **keywords})
    return {
        "id": name,
        "title": {"en": title},
        "summary": {"en": f"Imported from a list of {len(listed)} works."},
        "sections": [
            {**({"title": {"en": heading}} if heading else {}), "items": items} for heading, items in sections.items()
        ],
    }
