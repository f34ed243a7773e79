"""biblatex in UTF-8, for biber: names and titles of Chinese works in Chinese script.

Follows biber's data model: `journaltitle`, one `date`, a type for reports and theses, `eprinttype` and
`eprintclass`. Former keys are kept as `ids`, so that documents which cite them go on working.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from shoulders.catalog import Catalog
from shoulders.exports import latex
from shoulders.exports.fields import Reference, resolve
from shoulders.exports.latex import to_utf8
from shoulders.model import EntryType, Work

TYPES: Mapping[EntryType, str] = {
    "inproceedings": "inproceedings",
    "article": "article",
    "book": "book",
    "incollection": "incollection",
    "techreport": "report",
    "thesis": "thesis",
    "preprint": "online",
    "software": "software",
    "online": "online",
}
REQUIRED: Mapping[str, tuple[str, ...]] = {
    "article": ("author", "title", "journaltitle", "date"),
    "inproceedings": ("author", "title", "booktitle", "date"),
    "book": ("author", "title", "date"),
    "collection": ("editor", "title", "date"),
    "incollection": ("author", "editor", "title", "booktitle", "date"),
    "report": ("author", "title", "type", "institution", "date"),
    "thesis": ("author", "title", "type", "institution", "date"),
    "online": ("title", "date", "url|doi|eprint"),
    "software": ("title", "date"),
    "misc": (),
}
"""The fields biber's data model asks of each type; `a|b` asks for one of the two."""

SUBTYPES = {"report": "techreport", "thesis": "phdthesis"}
BOOKS = ("book", "collection", "inproceedings", "incollection")


def one(catalog: Catalog, work: Work) -> str:
    """The entry of a work."""
    return _entry(resolve(catalog, work, native=True))


def together(entries: Iterable[str]) -> str:
    """The entries with a blank line between them."""
    return "\n".join(entries)


def _entry(reference: Reference) -> str:
    kind = TYPES[reference.type]
    if kind == "book" and not reference.authors:
        kind = "collection"
    fields = _fields(reference, kind)
    if not all(any(fields[part] for part in name.split("|")) for name in REQUIRED[kind]):
        kind = "misc"
        fields = _fields(reference, kind)
    return latex.entry(kind, reference.key, fields)


def _fields(reference: Reference, kind: str) -> dict[str, str | None]:
    work, book = reference.work, kind in BOOKS
    return {
        "ids": ",".join(work.aliases) or None,
        "author": latex.names(reference.authors, to_utf8) or None,
        "editor": latex.names(reference.editors, to_utf8) or None,
        "translator": latex.names(reference.translators, to_utf8) or None,
        "title": latex.title(reference.title, work.protect, to_utf8),
        "origtitle": _text(reference.original_title),
        "booktitle": _text(reference.container) if kind in ("inproceedings", "incollection") else None,
        "journaltitle": _text(reference.container) if kind == "article" else None,
        "organization": _text(reference.container) if kind == "online" and not work.arxiv else None,
        "series": _text(work.series) if book or kind == "article" else None,
        "volume": work.volume if _volume_fits(work) and (book or kind == "article") else None,
        "number": _text(work.number) if book or kind in ("article", "report") else None,
        "pages": work.pages.replace("-", "--") if work.pages and (book or kind != "software") else None,
        "edition": str(work.edition) if work.edition and kind in ("book", "collection") else None,
        "type": SUBTYPES.get(kind),
        "institution": _text(reference.institution) if kind in SUBTYPES else None,
        "publisher": _text(reference.publisher) if book else None,
        "location": _text(work.address) if book or kind in SUBTYPES else None,
        "date": _date(reference.date[:2]),
        "isbn": work.isbn,
        "doi": latex.raw(work.doi) if work.doi else None,
        "url": latex.raw(reference.url) if reference.url else None,
        "eprinttype": "arxiv" if work.arxiv else None,
        "eprint": latex.raw(work.arxiv) if work.arxiv else None,
        "eprintclass": latex.raw(work.arxiv_class) if work.arxiv and work.arxiv_class else None,
        "langid": "chinese" if work.language == "zh" else "english",
        "note": _note(reference),
    }


def _volume_fits(work: Work) -> bool:
    """Whether the volume is a number: biber drops any other."""
    return bool(work.volume and work.volume.isascii() and work.volume.isdigit())


def _note(reference: Reference) -> str | None:
    work = reference.work
    volume = f"Volume {work.volume}" if work.volume and not _volume_fits(work) else None
    return ". ".join(note for note in (_text(reference.retraction), _text(volume)) if note) or None


def _text(value: str | None) -> str | None:
    return latex.prose(value, to_utf8) if value else None


def _date(date: tuple[int, ...]) -> str:
    return "-".join(f"{part:02d}" for part in date)
