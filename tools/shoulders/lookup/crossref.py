"""Crossref, and whatever registry a DOI belongs to: the published record."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from shoulders.fetch import Client, FetchError, NotFoundError
from shoulders.lookup import Record
from shoulders.lookup.shapes import at, dashed, date, items, name, names, split_name, text
from shoulders.names import Name
from shoulders.readers import Entry, csl, find_acl, find_arxiv, find_doi, find_isbn, plain_pages

SOURCE = "Crossref"
TYPES = {
    "journal-article": "article",
    "proceedings-article": "inproceedings",
    "book": "book",
    "monograph": "book",
    "edited-book": "book",
    "reference-book": "book",
    "book-chapter": "incollection",
    "report": "techreport",
    "dissertation": "thesis",
    "posted-content": "preprint",
}


def record(client: Client, doi: str) -> Record:
    """What is registered under a DOI.

    Raises:
        FetchError: when no registry answers, or none knows the DOI.
    """
    try:
        found = _record(at(client.json(f"{client.services['crossref'].base}/{quote(doi)}"), "message"), doi)
        if found:
            return found
    except NotFoundError:
        pass  # another registry's
    item = client.csl(f"{client.services['doi'].base}/{quote(doi)}")
    entry = csl.entry(item)
    if not entry or not entry.title:
        raise FetchError(f"what is registered under doi:{doi} has no title; add the entry by hand")
    return Record(source="doi.org", entry=entry)


def _record(item: Any, doi: str) -> Record | None:
    title = text(at(item, "title", 0))
    subtitle = text(at(item, "subtitle", 0))
    if not title:
        return None
    year, month, day = _published(item)
    container = text(at(item, "container-title", 0))
    kind = TYPES.get(text(at(item, "type")), "misc")
    entry = Entry(
        line=0,
        key="",
        type=kind,
        title=f"{title}: {subtitle}" if subtitle and subtitle.casefold() not in title.casefold() else title,
        authors=_people(at(item, "author")),
        editors=_people(at(item, "editor")),
        year=year,
        month=month,
        day=day,
        container=container or ("arXiv" if kind == "preprint" and find_arxiv(doi) else ""),
        volume=text(at(item, "volume")),
        number=text(at(item, "issue")),
        pages=plain_pages(text(at(item, "page")) or text(at(item, "article-number"))),
        publisher=text(at(item, "publisher")),
        doi=doi,
        acl=find_acl(doi),
        arxiv=_preprint(item) or find_arxiv(doi),
        isbn=find_isbn(" ".join(text(isbn) for isbn in items(at(item, "ISBN")))) if kind == "book" else "",
        language="zh" if text(at(item, "language")).startswith("zh") else "",
    )
    references = tuple(_reference(part) for part in items(at(item, "reference")))
    return Record(
        source=SOURCE,
        entry=entry,
        first_public=dashed(date(at(item, "published-online", "date-parts", 0))) or dashed((year, month, day)),
        abstract=text(at(item, "abstract"), most=4000),
        references=references,
    )


def _published(item: Any) -> tuple[int | None, int | None, int | None]:
    """The date of print where there is one, for that is what is cited."""
    names_of_dates = ("published-print", "issued", "published", "published-online", "created")
    found = (date(at(item, part, "date-parts", 0)) for part in names_of_dates)
    return next((parts for parts in found if parts[0]), (None, None, None))


def _people(value: Any) -> tuple[Name, ...]:
    return names(_person(part) for part in items(value))


def _person(part: Any) -> Name | None:
    if at(part, "family"):
        return split_name(at(part, "family"), at(part, "given"), at(part, "suffix"))
    printed = text(at(part, "name"), most=200)
    return Name(family=printed, organisation=True) if printed else name(at(part, "given"))


def _preprint(item: Any) -> str:
    related = items(at(item, "relation", "has-preprint"))
    return find_arxiv(*(text(at(part, "id")) for part in related))


def _reference(part: Any) -> Entry:
    loose = text(at(part, "unstructured"))
    first = name(at(part, "author"))
    return Entry(
        line=0,
        key="",
        type="misc",
        title=text(at(part, "article-title")) or text(at(part, "volume-title")),
        authors=(first,) if first else (),
        complete=False,
        doi=find_doi(text(at(part, "DOI"))),
        arxiv=find_arxiv(loose, text(at(part, "journal-title"))),
    )
