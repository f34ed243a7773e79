"""Any web page: what its head says for reference managers, or else its title."""

from __future__ import annotations

import re
from collections import defaultdict
from html.parser import HTMLParser

from shoulders.fetch import Client, FetchError
from shoulders.lookup import Record
from shoulders.lookup.shapes import dashed, names, text, title
from shoulders.readers import Entry, find
from shoulders.readers.dates import read_date
from shoulders.readers.prose import plain_pages

CONTAINERS = {
    "citation_journal_title": "article",
    "citation_conference_title": "inproceedings",
    "citation_book_title": "incollection",
    "citation_technical_report_institution": "techreport",
    "citation_dissertation_institution": "thesis",
}
LOOKED_AT = 1_000_000  # characters of a page, whose head comes first
DATES = ("citation_publication_date", "citation_date", "citation_online_date", "article:published_time", "dc.date")


class _Head(HTMLParser):
    """The meta tags by name, and the title of the document."""

    def __init__(self) -> None:
        super().__init__()
        self.said: dict[str, list[str]] = defaultdict(list)
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_title = tag == "title"
        found = dict(attrs)
        if tag == "meta" and (called := found.get("name") or found.get("property")):
            self.said[called.casefold()].append(found.get("content") or "")
        elif tag == "html" and found.get("lang"):
            self.said["lang"].append(found["lang"] or "")

    def handle_endtag(self, tag: str) -> None:
        self._in_title = self._in_title and tag != "title"

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.said["title"].append(data)


def record(client: Client, address: str) -> Record:
    """What the page at an address says of itself.

    Raises:
        FetchError: when it does not answer, is no web page, or has no title.
    """
    head = _Head()
    head.feed(client.page(address)[:LOOKED_AT])
    entry = _entry(head.said, address)
    if not entry.title:
        raise FetchError(f"the page {address} has no title; add the entry by hand")
    abstracts = ("citation_abstract", "description", "og:description", "dc.description")
    abstract = next((said for part in abstracts for v in head.said.get(part, ()) if (said := text(v, most=4000))), "")
    site = re.sub(r"^www\.", "", address.split("/")[2])
    return Record(
        source=site,
        entry=entry,
        first_public=dashed((entry.year, entry.month, entry.day)),
        abstract=abstract,
    )


def _entry(said: dict[str, list[str]], address: str) -> Entry:
    def first(*keys: str) -> str:
        return next((found for key in keys for value in said.get(key, ()) if (found := text(value))), "")

    container = next((key for key in CONTAINERS if first(key)), "")
    year, month, day = read_date(first(*DATES))
    pages = "-".join(part for part in (first("citation_firstpage"), first("citation_lastpage")) if part)
    listed = said.get("citation_author") or said.get("citation_authors") or said.get("dc.creator") or said.get("author")
    people = [part for value in listed or () for part in value.split(";")]
    links = (first("citation_pdf_url"), first("og:url"), address)
    return Entry(
        line=0,
        key="",
        type=CONTAINERS.get(container, "misc" if first("citation_title") else "online"),
        title=title(first("citation_title", "dc.title", "og:title", "title")),
        authors=names(people),
        year=year,
        month=month,
        day=day,
        container=first(container) if container else "",
        volume=first("citation_volume"),
        number=first("citation_issue"),
        pages=plain_pages(pages),
        publisher=first("citation_publisher"),
        doi=find.doi(first("citation_doi", "dc.identifier"), address),
        arxiv=find.arxiv(f"arxiv:{first('citation_arxiv_id')}", *links),
        acl=find.acl(*links),
        openreview=find.openreview(*links),
        isbn=find.isbn(first("citation_isbn")),
        url=address,
        pdf=first("citation_pdf_url"),
        language="zh" if first("citation_language", "lang").casefold().startswith("zh") else "",
    )
