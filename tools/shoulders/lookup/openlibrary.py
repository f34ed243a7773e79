"""Open Library: books by ISBN."""

from __future__ import annotations

import re

from shoulders.fetch import Client, NotFoundError
from shoulders.ids import isbn_13
from shoulders.lookup import Record
from shoulders.lookup.shapes import at, items, name, names, text
from shoulders.names import has_cjk
from shoulders.readers import Entry
from shoulders.readers.bibtex import MONTHS

SOURCE = "Open Library"


def record(client: Client, isbn: str) -> Record:
    """The book of an ISBN.

    Raises:
        FetchError: when Open Library does not answer, or does not know the book.
    """
    mark = f"ISBN:{isbn_13(isbn)}"
    answer = client.json(f"{client.services['openlibrary'].base}/api/books?bibkeys={mark}&format=json&jscmd=data")
    book = at(answer, mark)
    title, subtitle = text(at(book, "title")), text(at(book, "subtitle"))
    if not title:
        raise NotFoundError(f"Open Library does not know ISBN {isbn}; add the entry by hand, or import it as BibTeX")
    date = text(at(book, "publish_date"))
    year = re.search(r"\b(?:1[89]|20)[0-9]{2}\b", date)
    month = next((i for i, word in enumerate(MONTHS, 1) if re.search(rf"\b{word}", date, re.IGNORECASE)), None)
    entry = Entry(
        line=0,
        key="",
        type="book",
        title=f"{title}: {subtitle}" if subtitle else title,
        authors=names(name(at(author, "name")) for author in items(at(book, "authors"))),
        year=int(year[0]) if year else None,
        month=month if year else None,
        publisher=text(at(book, "publishers", 0, "name")),
        address=text(at(book, "publish_places", 0, "name")),
        isbn=isbn,
        url=f"https://openlibrary.org/isbn/{isbn_13(isbn)}",
        language="zh" if has_cjk(title) else "",
    )
    return Record(source=SOURCE, entry=entry)
