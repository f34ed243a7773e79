"""Crossref, and whatever registry a DOI belongs to: the published record, and whether it was retracted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from shoulders.fetch import Client, FetchError, NotFoundError
from shoulders.lookup import Record, Retraction
from shoulders.lookup.shapes import at, dashed, date, items, name, text, title
from shoulders.readers import Entry, csl, find

SOURCE = "Crossref"
PREPRINTS = "Crossref (preprint)"
REGISTRY = "doi.org"
SOURCES = (SOURCE, PREPRINTS, REGISTRY)
DATES = ("published-print", "issued", "published", "published-online", "created")
"""The date of print first, for that is what is cited."""
RETRACTIONS = ("retraction", "withdrawal", "removal")
_MARK = re.compile(r"\A(?:RETRACTED|WITHDRAWN|REMOVED)(?: (?:ARTICLE|CHAPTER|PAPER))?\s*[:–—-]\s*")
"""What publishers print before the title of a work that was retracted."""


def record(client: Client, doi: str) -> Record:
    """What is registered under a DOI.

    Raises:
        FetchError: when no registry answers, or none knows the DOI.
    """
    try:
        answer = client.json(f"{client.services['crossref'].base}/{quote(doi)}")
    except NotFoundError:
        answer = None  # another registry's
    found = _record(at(answer, "message"), doi, SOURCE)
    if found:
        return found
    try:
        found = _record(client.csl(f"{client.services['doi'].base}/{quote(doi)}"), doi, REGISTRY)
    except NotFoundError as error:
        raise NotFoundError(f"no registry knows doi:{doi}; check it", status=error.status) from None
    if not found:
        raise FetchError(f"what is registered under doi:{doi} has no title; add the entry by hand")
    return found


def _record(item: Any, doi: str, source: str) -> Record | None:
    entry = csl.entry(item)
    if not entry or not entry.title:
        return None
    year, month, day = _date(item)
    printed = _title(item) or entry.title
    preprint = at(item, "type") == "posted-content"
    found = replace(
        entry,
        key="",
        type="preprint" if preprint else entry.type,
        title=_MARK.sub("", printed),
        year=year or entry.year,
        month=month if year else entry.month,
        day=day if year else entry.day,
        doi=find.doi(doi),
        arxiv=find.arxiv(*_related(item, "has-preprint"), doi) or entry.arxiv,
        url=f"https://doi.org/{doi}",
    )
    return Record(
        source=PREPRINTS if preprint and source == SOURCE else source,
        entry=found,
        first_public=dashed(date(at(item, "published-online", "date-parts", 0))) or dashed((year, month, day)),
        abstract=text(at(item, "abstract"), most=4000),
        references=tuple(_reference(part) for part in items(at(item, "reference"))),
        published=find.doi(*_related(item, "is-preprint-of")) if preprint else "",
        retraction=_retraction(item, doi),
        warnings=tuple(_warnings(item, doi, printed)),
    )


def _title(item: Any) -> str:
    """The title with the subtitle, which Crossref may hold apart, or twice."""
    main, sub = (title(next(iter(items(at(item, part))), "")) for part in ("title", "subtitle"))
    return f"{main}: {sub}" if sub and sub.casefold() not in main.casefold() else main


def _date(item: Any) -> tuple[int | None, int | None, int | None]:
    found = (date(at(item, part, "date-parts", 0)) for part in DATES)
    return next((parts for parts in found if parts[0]), (None, None, None))


def _related(item: Any, how: str) -> list[str]:
    """What the publisher names as another version, each an identifier with its kind or an address."""
    parts = items(at(item, "relation", how))
    return [
        f"arxiv:{text(at(part, 'id'))}" if at(part, "id-type") == "arxiv" else text(at(part, "id")) for part in parts
    ]


def _updates(item: Any, doi: str) -> Iterator[tuple[str, str, str]]:
    """What happened to the work since: what it is called, the day, and the DOI of the notice.

    A publisher without a notice of its own says that the work updates itself.
    """
    own = [part for part in items(at(item, "update-to")) if text(at(part, "DOI")).casefold() == doi.casefold()]
    for part in [*items(at(item, "updated-by")), *own]:
        updated = at(part, "updated")
        day = dashed(date(at(updated, "date-parts", 0))) or dashed(date(text(at(updated, "date-time"))))
        yield text(at(part, "type")).casefold(), day, text(at(part, "DOI"))


def _retraction(item: Any, doi: str) -> Retraction | None:
    notices = [(not day, day, notice) for kind, day, notice in _updates(item, doi) if kind in RETRACTIONS]
    if not notices:
        return None
    _, day, notice = min(notices)  # the first that has a date
    return Retraction(day, f"https://doi.org/{find.doi(notice) or doi}")


def _warnings(item: Any, doi: str, printed: str) -> Iterator[str]:
    retraction = _retraction(item, doi)
    if retraction:
        when = f" on {retraction.date}" if retraction.date else ""
        yield f"it was retracted{when}; read why at {retraction.url}"
    elif _MARK.match(printed):
        yield "its title says that it was retracted; look for the notice"
    if any(kind == "expression_of_concern" for kind, _, _ in _updates(item, doi)):
        yield "its publisher has expressed concern about it; read why"
    for part in items(at(item, "update-to")):
        other = find.doi(text(at(part, "DOI")))
        if other and other.casefold() != doi.casefold():
            kind = text(at(part, "type")).replace("_", " ") or "notice"
            yield f"doi:{doi} is no work of its own but the {kind} of doi:{other}; add that one"


def _reference(part: Any) -> Entry:
    loose = text(at(part, "unstructured"))
    first = name(at(part, "author"))
    return Entry(
        line=0,
        key="",
        type="misc",
        title=title(at(part, "article-title")) or title(at(part, "volume-title")),
        authors=(first,) if first else (),
        complete=False,
        doi=find.doi(text(at(part, "DOI")), loose),
        arxiv=find.arxiv(loose, text(at(part, "journal-title"))),
    )
