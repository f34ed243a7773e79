"""BibTeX in ASCII, for the classic styles and every tool that reads `.bib`.

Follows what plain.bst checks: the required fields of each type, no volume beside a number in a book, no editor
beside an author, and something to sort by. pybtex is not its writer: that one escapes `_ & %` inside addresses
and cannot write a month as a macro.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from shoulders.catalog import Catalog
from shoulders.exports import latex
from shoulders.exports.fields import Reference, resolve
from shoulders.exports.latex import to_ascii
from shoulders.model import EntryType, Work
from shoulders.names import Name

TYPES: Mapping[EntryType, str] = {
    "inproceedings": "inproceedings",
    "article": "article",
    "book": "book",
    "incollection": "incollection",
    "techreport": "techreport",
    "thesis": "phdthesis",
    "preprint": "misc",
    "software": "misc",
    "online": "misc",
}
REQUIRED: Mapping[str, tuple[str, ...]] = {
    "article": ("author", "title", "journal", "year"),
    "inproceedings": ("author", "title", "booktitle", "year"),
    "book": ("author|editor", "title", "publisher", "year"),
    "incollection": ("author", "title", "booktitle", "publisher", "year"),
    "phdthesis": ("author", "title", "school", "year"),
    "techreport": ("author", "title", "institution", "year"),
    "misc": (),
}
"""The fields each type must have; `a|b` asks for one of the two."""

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
ORDINALS = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth", "Tenth")


def one(catalog: Catalog, work: Work) -> str:
    """The entry of a work."""
    return _entry(resolve(catalog, work, native=False))


def together(entries: Iterable[str]) -> str:
    """The entries with a blank line between them."""
    return "\n".join(entries)


def _entry(reference: Reference) -> str:
    kind = TYPES[reference.type]
    fields = _fields(reference, kind)
    # An entry that lacks what its type requires can still be cited as @misc.
    if not all(any(fields[part] for part in name.split("|")) for name in REQUIRED[kind]):
        kind = "misc"
        fields = _fields(reference, kind)
    return latex.entry(kind, reference.key, fields)


def _fields(reference: Reference, kind: str) -> dict[str, str | None]:
    work = reference.work
    author = latex.names(reference.authors, to_ascii)
    editor = latex.names(reference.editors, to_ascii)
    clash = kind == "book" and bool(author and editor)  # plain.bst takes one of the two
    month = reference.date[1] if len(reference.date) > 1 else None
    return {
        "author": author or None,
        "editor": None if clash else editor or None,
        "title": latex.title(reference.title, work.protect, to_ascii),
        "booktitle": _text(reference.container) if kind in ("inproceedings", "incollection") else None,
        "journal": _text(reference.container) if kind == "article" else None,
        "series": _text(work.series),
        "volume": _text(work.volume),
        "number": _text(_number(work, kind)),
        "pages": work.pages.replace("-", "--") if work.pages else None,
        "edition": ordinal(work.edition) if work.edition else None,
        "publisher": _text(reference.publisher),
        "school": _text(reference.institution) if kind == "phdthesis" else None,
        "institution": _text(reference.institution) if kind == "techreport" else None,
        "address": _text(work.address),
        "howpublished": _text(_how_published(reference)) if kind == "misc" else None,
        "month": MONTHS[month - 1] if month else None,
        "year": str(reference.date[0]),
        "isbn": work.isbn,
        "doi": latex.raw(work.doi) if work.doi else None,
        "url": latex.raw(reference.url) if reference.url else None,
        "archivePrefix": "arXiv" if work.arxiv else None,
        "eprint": latex.raw(work.arxiv) if work.arxiv else None,
        "primaryClass": latex.raw(work.arxiv_class) if work.arxiv and work.arxiv_class else None,
        "note": _note(reference, clash=clash),
        "key": None if author or editor else _text(reference.title),
    }


def _text(value: str | None) -> str | None:
    return latex.prose(value, to_ascii) if value else None


def _number(work: Work, kind: str) -> str | None:
    """The number where a style can print it: with a volume in an article, with a series in a book, not both."""
    if kind == "article":
        return work.number if work.volume else None
    if kind in ("book", "inproceedings", "incollection"):
        return work.number if work.series and not work.volume else None
    return work.number


def _how_published(reference: Reference) -> str | None:
    r"""Where to find what has no publisher, in words: styles that know `url` print the address beside it.

    No `\url`: it needs a package, and the address would stand twice.
    """
    parts = urlsplit(reference.url or "")
    host = (parts.hostname or "").removeprefix("www.")
    if reference.type == "preprint" and reference.work.arxiv:
        return f"arXiv:{reference.work.arxiv}"
    if reference.type == "software" and host == "github.com":
        return f"GitHub repository {parts.path.strip('/')}"
    return reference.container or host or None


def _note(reference: Reference, *, clash: bool) -> str | None:
    """What BibTeX has no field for: a retraction, translators, the editors of a book that has authors."""
    notes = [_text(reference.retraction)]
    if clash:
        notes.append("Edited by " + _in_a_row(reference.editors))
    if reference.translators:
        notes.append("Translated by " + _in_a_row(reference.translators))
    if reference.original_title:
        notes.append("Translation of " + latex.prose(reference.original_title, to_ascii))
    return ". ".join(note.rstrip(".") for note in notes if note) or None


def _in_a_row(people: Iterable[Name]) -> str:
    *others, last = [latex.prose(name.display, to_ascii) for name in people]
    return f"{', '.join(others)} and {last}" if others else last


def ordinal(edition: int) -> str:
    """The edition as BibTeX wants it, a word with a capital: `Second`; beyond ten `11th`."""
    if edition <= len(ORDINALS):
        return ORDINALS[edition - 1]
    ending = {1: "st", 2: "nd", 3: "rd"}.get(edition % 10, "th") if edition % 100 not in (11, 12, 13) else "th"
    return f"{edition}{ending}"
