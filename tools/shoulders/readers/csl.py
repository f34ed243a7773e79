"""CSL-JSON, as reference managers, pandoc, Crossref and DataCite give it.

Takes the shapes that are met in the wild (lists for texts, texts for numbers, dates in words, Crossref's own names of
types) and leaves out what has none of them.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from shoulders.names import Name
from shoulders.problems import expected
from shoulders.readers import Bibliography, Entry, Fault, Lines, find
from shoulders.readers.dates import Date, checked, read_date
from shoulders.readers.people import organisation, person
from shoulders.readers.prose import clean, language, plain_pages

_KINDS = {
    "article": "article-journal article-magazine article-newspaper review review-book journal-article periodical",
    "inproceedings": "paper-conference proceedings-article",
    "proceedings": "proceedings",
    "book": "book monograph edited-book reference-book",
    "collection": "collection",
    "incollection": "chapter entry entry-dictionary entry-encyclopedia book-chapter book-section book-part",
    "techreport": "report report-component standard",
    "thesis": "thesis dissertation",
    "unpublished": "article manuscript preprint posted-content",
    "software": "software computer_program",
    "dataset": "dataset",
    "online": "webpage post post-weblog website",
    "patent": "patent",
}
TYPES = {name: kind for kind, names in _KINDS.items() for name in names.split()}
_SPACE = re.compile(r"[ \t\r\n]*")


def read(text: str) -> Bibliography:
    """The items of a list, of `items`, or the only one; and what of the text is no such item."""
    entries: list[Entry] = []
    faults: list[Fault] = []
    lines = Lines(text)
    scanner = _Scanner(text)
    try:
        for place, item in scanner.items():
            line = lines.at(place)
            found = entry(item, line)
            if found:
                entries.append(found)
            else:
                faults.append(Fault(line, expected("an item of CSL-JSON with a title or identifier", item)))
    except json.JSONDecodeError as error:
        faults.append(Fault(error.lineno, f"expected JSON, got text that is none ({error.msg})"))
    except (RecursionError, ValueError):
        faults.append(Fault(lines.at(scanner.place), "expected JSON without thousands of nested brackets or digits"))
    return Bibliography(tuple(entries), tuple(faults))


class _Scanner:
    """Goes through JSON from item to item and knows the place at which it stands, which `json.loads` does not tell."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.place = 1 if text.startswith("\ufeff") else 0
        self._decode = json.JSONDecoder().raw_decode

    def items(self) -> Iterator[tuple[int, object]]:
        """Where an item begins, and the item."""
        if self._peek() == "[":
            yield from self._list()
        else:
            start = self.place
            whole = self._value()
            if isinstance(whole, dict) and isinstance(whole.get("items"), list):
                end, self.place = self.place, start
                yield from self._items_of_object()
                self.place = end
            else:
                yield start, whole
        if self._peek():
            raise json.JSONDecodeError("something behind its end", self._text, self.place)

    def _items_of_object(self) -> Iterator[tuple[int, object]]:
        """The items of an object's `items`; the object is known to be sound."""
        while self._peek() in ("{", ","):
            self.place += 1
            self._peek()
            name = self._value()
            self._peek()
            self.place += 1  # the colon
            if name == "items" and self._peek() == "[":
                yield from self._list()
            else:
                self._peek()
                self._value()

    def _list(self) -> Iterator[tuple[int, object]]:
        self.place += 1
        if self._peek() == "]":
            self.place += 1
            return
        while True:
            self._peek()
            yield self.place, self._value()
            following = self._peek()
            if following not in (",", "]"):
                raise json.JSONDecodeError("a comma or ']' is missing", self._text, self.place)
            self.place += 1
            if following == "]":
                return

    def _value(self) -> object:
        value, self.place = self._decode(self._text, self.place)
        return value

    def _peek(self) -> str:
        """The next character that is no space, on which we then stand."""
        space = _SPACE.match(self._text, self.place)
        self.place = space.end() if space else self.place
        return self._text[self.place : self.place + 1]


def entry(item: object, line: int = 0) -> Entry | None:
    """One item as an entry; None when it is no object, or says neither a title nor an identifier."""
    if not isinstance(item, dict):
        return None
    said = _Item(item)
    kind = TYPES.get(said.text("type").casefold(), "misc")
    authors, complete = said.names("author")
    year, month, day = said.date("issued", "published", "published-print", "published-online")
    links = [said.text("URL"), said.text("DOI"), said.pdf()]
    found = Entry(
        line=line,
        key=said.text("citation-key", "id"),
        type=kind,
        title=said.text("title"),
        authors=authors,
        complete=complete,
        editors=said.names("editor")[0],
        year=year,
        month=month,
        day=day,
        container=said.text("container-title", *(("event-title", "event") if kind == "inproceedings" else ())),
        series=said.text("collection-title"),
        volume=said.text("volume"),
        number=said.text("issue") or ("" if find.arxiv(said.text("number")) else said.text("number")),
        pages=plain_pages(said.text("page", "article-number", "page-first")),
        edition=said.text("edition"),
        publisher=said.text("publisher"),
        address=said.text("publisher-place", "event-place"),
        url=find.address(said.text("URL")),
        pdf=said.pdf(),
        doi=find.doi(said.text("DOI"), said.text("URL")),
        arxiv=_arxiv(said, links),
        acl=find.acl(*links),
        openreview=find.openreview(*links),
        isbn=find.isbn(said.text("ISBN")),
        language=language(said.text("language")),
        keywords=said.text("keyword", "keywords"),
    )
    return found if found.title or found.doi or found.arxiv else None


def _arxiv(said: _Item, links: Sequence[str]) -> str:
    """The arXiv id, wherever a program put it; a note that only speaks of one may mean another work."""
    in_archive = said.text("archive_location", "archive-location") if said.text("archive").casefold() == "arxiv" else ""
    note = said.text("note")
    return find.arxiv(
        f"arxiv:{in_archive}",
        *links,
        said.text("number"),
        said.text("container-title"),
        note if note.casefold().startswith("arxiv") else "",
    )


class _Item:
    """The fields of an item, whatever their shapes."""

    def __init__(self, fields: Mapping[object, object]) -> None:
        self._fields = fields

    def text(self, *names: str) -> str:
        """The first of the fields that says something, as plain text."""
        return next((text for name in names if (text := _text(self._fields.get(name)))), "")

    def names(self, field: str) -> tuple[tuple[Name, ...], bool]:
        """The persons of a field, and whether these are all."""
        found = [_name(value) for value in _list(self._fields.get(field))]
        known = [name for name in found if name and name.family.casefold().strip(". ") not in ("et al", "others")]
        return tuple(known), len(known) == len(found)

    def date(self, *fields: str) -> Date:
        """The date of the first of the fields that tells a year."""
        dates = (_date(self._fields.get(field)) for field in fields)
        return next((date for date in dates if date[0]), (None, None, None))

    def pdf(self) -> str:
        """Where Crossref says that its PDF is."""
        links = [link for link in _list(self._fields.get("link")) if isinstance(link, dict)]
        return find.address(*(_text(link.get("URL")) for link in links if "pdf" in _text(link.get("content-type"))))


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _text(value: object) -> str:
    """A text or number as plain text; of a list its first."""
    if isinstance(value, list):
        return next((text for part in value if not isinstance(part, list) and (text := _text(part))), "")
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    if isinstance(value, float):
        return f"{value:g}" if math.isfinite(value) else ""
    return clean(str(value))


def _name(value: object) -> Name | None:
    """A name from its parts, or from how it is printed."""
    if not isinstance(value, dict):
        return person(_text(value))
    part = _Item(value).text
    family, given = part("family"), part("given")
    if not family:
        printed = part("literal", "name")
        return organisation(printed) if printed else person(given)
    particle = " ".join(filter(None, [part("dropping-particle"), part("non-dropping-particle")]))
    found = person(", ".join(filter(None, [f"{particle} {family}".strip().replace(",", " "), given.replace(",", " ")])))
    suffix = part("suffix")
    return replace(found, suffix=suffix) if found and given and suffix else found


def _date(value: object) -> Date:
    """A date in parts, or in words."""
    if not isinstance(value, dict):
        return read_date(_text(value))
    parts = _list(value.get("date-parts"))
    first = parts[0] if parts and isinstance(parts[0], list) else parts
    year, month, day, *_ = [*map(_number, first), None, None, None]
    found = checked(year, month, day)
    words = (read_date(_text(value.get(name))) for name in ("raw", "literal", "date-time"))
    return found if found[0] else next((date for date in words if date[0]), found)


def _number(value: object) -> int | None:
    text = _text(value)
    return int(text) if re.fullmatch("[0-9]{1,4}", text) else None
