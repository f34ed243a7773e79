"""Several sources on one work become one account of it: the published record wins, and disagreement is told.

Everything is pure; which source is asked is the business of `lookup.resolve`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, replace

from anyascii import anyascii

from shoulders.ids import is_later
from shoulders.lookup import Record, Retraction
from shoulders.problems import expected
from shoulders.readers import Entry
from shoulders.rules.checked import normal_title

VERSION = (
    "type",
    "editors",
    "year",
    "month",
    "day",
    "container",
    "series",
    "volume",
    "number",
    "pages",
    "edition",
    "publisher",
    "address",
)
"""What differs between the versions of a work; the others hold for all of them."""
SHOWN = 12  # authors that a message names


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A field on which sources differ: what each says, the one that was believed first."""

    field: str
    said: tuple[tuple[str, str], ...]  # value, source

    def __str__(self) -> str:
        (value, source), *others = self.said
        rest = "; ".join(f"{other} says {theirs}" for theirs, other in others)
        return f"{self.field}: {value} ({source}); {rest}"


@dataclass(frozen=True, slots=True)
class Account:
    """One account of a work, who gave it, where they differ, and what a person should read."""

    entry: Entry
    first_public: str = ""
    licence: str = ""
    abstract: str = ""
    retraction: Retraction | None = None
    sources: tuple[str, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
    warnings: tuple[str, ...] = ()


def join(records: Sequence[Record], *, prefer: str = "") -> Account:
    """One account of the work, from records in the order of their weight.

    Args:
        records: what each source says; at least one.
        prefer: the name of the source to believe before all others, whatever it is.

    Raises:
        ValueError: when no source has that name.
    """
    ordered = _preferred(records, prefer)
    preprint = bool(prefer) and ordered[0].is_preprint
    cited = [record for record in ordered if record.is_preprint == preprint] or ordered
    entry = _merged(cited[0].entry, [record.entry for record in cited[1:]], VERSION)
    rest = tuple(part.name for part in fields(Entry) if part.name not in (*VERSION, "line", "key", "complete"))
    entry = _merged(entry, [record.entry for record in ordered], rest)
    return Account(
        entry=entry,
        first_public=_earliest(record.first_public for record in ordered),
        licence=next((record.licence for record in ordered if record.licence), ""),
        abstract=next((record.abstract for record in ordered if record.abstract), ""),
        retraction=next((record.retraction for record in ordered if record.retraction), None),
        sources=tuple(record.source for record in ordered),
        disagreements=tuple(_disagreements(ordered, cited)),
        warnings=tuple(dict.fromkeys(warning for record in ordered for warning in record.warnings)),
    )


def _preferred(records: Sequence[Record], prefer: str) -> list[Record]:
    if not prefer:
        return list(records)
    names = [record.source for record in records]
    wanted = [name for name in names if normal_title(name) == normal_title(prefer)]
    if not wanted:
        raise ValueError(expected(f"a source that answered ({', '.join(names)})", prefer, names))
    return sorted(records, key=lambda record: record.source != wanted[0])


def _merged(first: Entry, others: Iterable[Entry], names: Sequence[str]) -> Entry:
    """The entry, with what it does not say taken from the others in their order."""
    for other in others:
        missing = {name: value for name in names if not getattr(first, name) and (value := getattr(other, name))}
        first = replace(first, **missing)
    return first


def _earliest(dates: Iterable[str]) -> str:
    """The first of several dates; of two that agree the one that says more."""
    found = ""
    for date in dates:
        same = found[: min(len(found), len(date))] == date[: min(len(found), len(date))]
        if date and (not found or is_later(found, date) or (same and len(date) > len(found))):
            found = date
    return found


def people_of(entry: Entry) -> str:
    """The authors, of many the first."""
    shown = ", ".join(author.display for author in entry.authors[:SHOWN])
    more = len(entry.authors) - SHOWN
    return f"{shown} and {more} more" if more > 0 else shown


def _alike(text: str) -> str:
    return normal_title(anyascii(text))


def _family_names(entry: Entry) -> str:
    return " ".join(_alike(author.family_full) for author in entry.authors)


SHARED: Sequence[tuple[str, Callable[[Entry], str], Callable[[Entry], str]]] = (
    ("title", lambda entry: entry.title, lambda entry: _alike(entry.title)),
    ("authors", people_of, _family_names),
    ("doi", lambda entry: entry.doi, lambda entry: entry.doi.casefold()),
)
OF_VERSION: Sequence[tuple[str, Callable[[Entry], str], Callable[[Entry], str]]] = (
    ("year", lambda entry: str(entry.year or ""), lambda entry: str(entry.year or "")),
    ("month", lambda entry: str(entry.month or ""), lambda entry: str(entry.month or "")),
    ("volume", lambda entry: entry.volume, lambda entry: entry.volume),
    ("pages", lambda entry: entry.pages, lambda entry: entry.pages),
)
"""A field, how it is shown, and what tells whether two sources agree on it."""


def _disagreements(ordered: Sequence[Record], cited: Sequence[Record]) -> Iterable[Disagreement]:
    for compared, records in ((SHARED, ordered), (OF_VERSION, cited)):
        for name, shown, mark in compared:
            said: dict[str, tuple[str, str]] = {}
            for record in records:
                if shown(record.entry):
                    said.setdefault(mark(record.entry), (shown(record.entry), record.source))
            if len(said) > 1:
                yield Disagreement(name, tuple(said.values()))
