"""RIS, for EndNote, Mendeley and whatever reads no BibTeX.

One tag a line, lines end in CR LF as the format asks (Zotero and rispy take both line ends, EndNote is only known
to take this one): write it as bytes or with `newline=""`. Tags are those that Zotero and EndNote map alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from shoulders.catalog import Catalog
from shoulders.exports.fields import LANGUAGE_TAGS, Reference, clean, pdf, resolve, topic_names
from shoulders.model import EntryType, Work
from shoulders.names import Name

TYPES: Mapping[EntryType, str] = {
    "inproceedings": "CONF",
    "article": "JOUR",
    "book": "BOOK",
    "incollection": "CHAP",
    "techreport": "RPRT",
    "thesis": "THES",
    "preprint": "UNPB",
    "software": "COMP",
    "online": "ELEC",
}
"""UNPB is what most tools write for a preprint; RIS has no type for it."""

WORK_TYPES: Mapping[EntryType, str] = {"preprint": "preprint", "thesis": "PhD thesis"}


def one(catalog: Catalog, work: Work) -> str:
    """The record of a work."""
    return _record(catalog, resolve(catalog, work, native=True))


def together(records: Iterable[str]) -> str:
    """The records with a blank line between them."""
    return "\r\n".join(records)


def _record(catalog: Catalog, reference: Reference) -> str:
    tags = [("TY", TYPES[reference.type]), *_tags(catalog, reference)]
    lines = [f"{tag}  - {clean(value)}" for tag, value in tags if value and clean(value)]
    return "\r\n".join([*lines, "ER  - "]) + "\r\n"


def _tags(catalog: Catalog, reference: Reference) -> Iterator[tuple[str, str | None]]:
    work, kind = reference.work, reference.type
    yield "ID", reference.key
    yield from (("AU", author_name(name)) for name in reference.authors)
    yield from (("A3" if kind == "book" else "A2", author_name(name)) for name in reference.editors)
    yield from (("A4", author_name(name)) for name in reference.translators)
    yield "TI", reference.title
    yield "TT", work.translated.get("en") if work.translated else None
    yield "T2", work.series if kind in ("book", "techreport") else reference.container
    yield "T3", work.series if kind in ("inproceedings", "incollection") else None
    yield "PY", str(reference.date[0])
    yield "DA", date(reference.date)
    yield "VL", work.volume
    yield "IS", work.number if kind != "techreport" else None
    first, _, last = (work.pages or "").partition("-")
    yield "SP", first
    yield "EP", last
    yield "ET", str(work.edition) if work.edition else None
    yield "PB", reference.publisher or reference.institution
    yield "CY", work.address
    yield "SN", work.isbn or (work.number if kind == "techreport" else None)
    yield "DO", work.doi
    yield "UR", reference.url
    yield "L1", pdf(work)
    yield "DB", "arXiv" if work.arxiv else None
    yield "AN", f"arXiv:{work.arxiv}" if work.arxiv else None
    yield "M3", WORK_TYPES.get(kind)
    yield "OP", reference.original_title
    yield "LA", LANGUAGE_TAGS[work.language]
    yield from (("KW", topic.replace(";", ",")) for topic in topic_names(catalog, work))
    yield "N1", reference.retraction


def author_name(name: Name) -> str:
    """`Family, Given, Suffix`; an organisation without commas, which would part it into names."""
    if name.organisation:
        return clean(name.native or name.family).replace(",", "")
    return ", ".join(part for part in (name.family_full, name.given, name.suffix) if part)


def date(parts: tuple[int, ...]) -> str:
    """`YYYY/MM/DD`; the slashes stand even where month or day are not known."""
    known = [f"{part:02d}" for part in parts]
    return "/".join([*known, *[""] * (3 - len(known))])
