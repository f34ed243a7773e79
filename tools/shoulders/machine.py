"""What machines read in a page: Highwire tags and COinS for Zotero, JSON-LD for search engines, Open Graph.

Data only, from the same name record as every export; templates escape it. Zotero takes the type of an item from
the tags, so exactly one of them decides it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from shoulders.catalog import Catalog, Credit
from shoulders.exports.fields import LANGUAGE_TAGS, Reference, clean, pdf, printed_name, resolve, topic_names
from shoulders.model import EntryType, Kind, Language, Work
from shoulders.names import Name
from shoulders.opengraph.canvas import HEIGHT, WIDTH

LOCALES = {"en": "en_US", "zh": "zh_CN"}

TYPE_TAGS: Mapping[EntryType, str] = {
    "article": "citation_journal_title",
    "inproceedings": "citation_conference_title",
    "incollection": "citation_book_title",
    "techreport": "citation_technical_report_institution",
    "thesis": "citation_dissertation_institution",
}
"""The Highwire tag that makes Zotero take a page for this type."""

ZOTERO_TYPES: Mapping[EntryType, str] = {
    "inproceedings": "conferencePaper",
    "article": "journalArticle",
    "book": "book",
    "incollection": "bookSection",
    "techreport": "report",
    "thesis": "thesis",
    "preprint": "preprint",
    "software": "computerProgram",
    "online": "webpage",
}
"""Zotero's name of each type; types without a Highwire tag say it in `z:itemType`."""

SCHEMA_TYPES: Mapping[Kind, str] = {
    "paper": "ScholarlyArticle",
    "book": "Book",
    "repo": "SoftwareSourceCode",
    "article": "Article",
    "course": "Course",
}
GENRES: Mapping[EntryType, tuple[str, str]] = {
    "inproceedings": ("book", "proceeding"),
    "article": ("journal", "article"),
    "book": ("book", "book"),
    "incollection": ("book", "bookitem"),
    "techreport": ("book", "report"),
    "thesis": ("dissertation", ""),
}
"""The OpenURL format and genre of each type; all others are Dublin Core."""


def highwire(catalog: Catalog, work: Work, url: str) -> list[tuple[str, str]]:
    """The `<meta name content>` pairs of a work's page, whose address is `url`."""
    reference = resolve(catalog, work, native=True)
    return [(name, value) for name, value in _highwire(catalog, reference, url) if value]


def _highwire(catalog: Catalog, reference: Reference, url: str) -> Iterator[tuple[str, str | None]]:
    work = reference.work
    yield "citation_title", reference.title
    yield from (("citation_author", name) for name in _highwire_names(reference.authors))
    yield "citation_publication_date", "/".join(_date_parts(reference.date))
    place = reference.institution if reference.type in ("techreport", "thesis") else reference.container
    if reference.type in TYPE_TAGS and place:
        yield TYPE_TAGS[reference.type], place
    else:
        yield "z:itemType", ZOTERO_TYPES[reference.type]
    yield "citation_volume", work.volume
    yield "citation_issue", work.number
    first, _, last = (work.pages or "").partition("-")
    yield "citation_firstpage", first
    yield "citation_lastpage", last
    yield "citation_publisher", reference.publisher
    yield "citation_isbn", work.isbn
    yield "citation_doi", work.doi
    yield "citation_pdf_url", pdf(work)
    yield "citation_abstract_html_url", url
    yield "citation_language", LANGUAGE_TAGS[work.language]
    yield "citation_keywords", "; ".join(topic.replace(";", ",") for topic in topic_names(catalog, work))


def _highwire_names(authors: tuple[Name, ...]) -> list[str]:
    """One tag for each author; a lone one in reading order.

    Zotero splits a lone `Two Words, Two Words` into two people.
    """
    if len(authors) == 1:
        name = authors[0]
        return [_one_person(name.native or name.display)]
    return [_one_person(name.family) if name.organisation else inverted(name) for name in authors]


def _one_person(name: str) -> str:
    return " ".join(name.replace(",", " ").replace(";", " ").split())


def inverted(name: Name) -> str:
    """`Family Suffix, Given`: readers of the tags split at the first comma and drop what follows a second."""
    family = " ".join(part for part in (name.family_full, name.suffix) if part)
    return ", ".join(part for part in (_one_person(family), _one_person(name.given)) if part)


def _date_parts(date: tuple[int, ...]) -> list[str]:
    return [f"{part:02d}" for part in date]


def coins(catalog: Catalog, work: Work) -> str:
    """The OpenURL ContextObject of a work, for the title of `<span class="Z3988">`."""
    reference = resolve(catalog, work, native=True)
    pairs = [("ctx_ver", "Z39.88-2004"), *_coins(reference)]
    return urlencode([(key, value) for key, value in pairs if value], quote_via=quote, safe="")


def _coins(reference: Reference) -> Iterator[tuple[str, str | None]]:
    work = reference.work
    form, genre = GENRES.get(reference.type, ("dc", ""))
    yield "rft_val_fmt", f"info:ofi/fmt:kev:mtx:{form}"
    yield "rft.genre", genre
    if form == "dc":
        yield "rft.type", ZOTERO_TYPES[reference.type]
        yield "rft.title", reference.title
        yield "rft.identifier", reference.url
        yield "rft.language", LANGUAGE_TAGS[work.language]
    elif genre in ("proceeding", "bookitem", "article"):
        yield "rft.atitle", reference.title
        yield "rft.jtitle" if genre == "article" else "rft.btitle", reference.container
    else:
        yield "rft.title" if form == "dissertation" else "rft.btitle", reference.title
    for name in reference.authors:
        yield ("rft.aucorp", name.family) if name.organisation else ("rft.au", inverted(name))
    yield "rft.inst" if form == "dissertation" else "rft.pub", reference.publisher or reference.institution
    yield "rft.place", work.address
    yield "rft.date", "-".join(_date_parts(reference.date))
    yield "rft.volume", work.volume
    yield "rft.issue", work.number
    yield "rft.pages", work.pages
    yield "rft.edition", str(work.edition) if work.edition else None
    yield "rft.series", work.series
    yield "rft.isbn", work.isbn
    yield "rft_id", f"info:doi/{work.doi}" if work.doi else None
    yield "rft_id", reference.url


def json_ld(catalog: Catalog, work: Work, url: str, language: Language) -> dict[str, Any]:
    """The work as schema.org describes it; `language` is the page's, the work says its own."""
    reference = resolve(catalog, work, native=True)
    kind = SCHEMA_TYPES[work.kind]
    same = [f"https://doi.org/{work.doi}" if work.doi else None, reference.url]
    if work.arxiv:
        same.append(f"https://arxiv.org/abs/{work.arxiv}")
    record: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": kind,
        "@id": url,
        "url": url,
        "name": reference.title,
        "headline": reference.title if kind in ("ScholarlyArticle", "Article") else None,
        "alternateName": work.nickname,
        "description": clean(work.summary.get(language)),
        "author": [_person(catalog, credit, work) for credit in catalog.credits[work.key]],
        "editor": [_person(catalog, credit, work) for credit in catalog.credit(work.editors)],
        "translator": [_person(catalog, credit, work) for credit in catalog.credit(work.translators)],
        "datePublished": "-".join(_date_parts(reference.date)),
        "inLanguage": LANGUAGE_TAGS[work.language],
        "isPartOf": _part_of(reference),
        "pagination": work.pages,
        "publisher": _organisation(reference.publisher or reference.institution),
        "isbn": work.isbn,
        "bookEdition": str(work.edition) if work.edition and kind == "Book" else None,
        "codeRepository": work.url if kind == "SoftwareSourceCode" else None,
        "keywords": list(topic_names(catalog, work, language)),
        "sameAs": list(dict.fromkeys(address for address in same if address)),
    }
    if kind == "Course":  # a course is given by somebody
        record["provider"] = record.pop("author") or _organisation(reference.container)
    return {name: value for name, value in record.items() if value}


def _person(catalog: Catalog, credit: Credit, work: Work) -> dict[str, Any]:
    name = printed_name(catalog, credit, chinese=work.language == "zh")
    known = catalog.directory.get(credit.person)
    person: dict[str, Any] = {
        "@type": "Organization" if name.organisation else "Person",
        "name": name.native or name.display,
        "givenName": name.given,
        "familyName": "" if name.organisation else name.family_full,
        "honorificSuffix": name.suffix,
        "sameAs": f"https://orcid.org/{known.orcid}" if known and known.orcid else "",
    }
    return {field: value for field, value in person.items() if value}


def _part_of(reference: Reference) -> dict[str, str] | None:
    types: dict[EntryType, str] = {"article": "Periodical", "inproceedings": "Book", "incollection": "Book"}
    if reference.container is None or reference.type not in (*types, "online"):
        return None
    return {"@type": types.get(reference.type, "WebSite"), "name": reference.container}


def _organisation(name: str | None) -> dict[str, str] | None:
    return {"@type": "Organization", "name": name} if name else None


def open_graph(catalog: Catalog, work: Work, url: str, language: Language) -> list[tuple[str, str]]:
    """The `<meta property content>` pairs of a work's page."""
    reference = resolve(catalog, work, native=True)
    return [
        ("og:type", "article"),
        ("og:title", reference.title),
        ("og:description", clean(work.summary.get(language))),
        ("og:url", url),
        ("og:locale", LOCALES[language]),
        ("article:published_time", "-".join(_date_parts(reference.date))),
        *(("article:tag", topic) for topic in topic_names(catalog, work, language)),
    ]


def picture(url: str, alt: str) -> list[tuple[str, str]]:
    """The `<meta property content>` pairs of the picture that is shown with a link to a page."""
    return [
        ("og:image", url),
        ("og:image:type", "image/png"),
        ("og:image:width", str(WIDTH)),
        ("og:image:height", str(HEIGHT)),
        ("og:image:alt", alt),
    ]


def json_script(value: Mapping[str, Any]) -> str:
    """JSON that nothing in it can end the `<script>` element it stands in."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.translate({ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"})
