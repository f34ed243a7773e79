"""Open Library: books by ISBN."""

from __future__ import annotations

from shoulders.fetch import Client, NotFoundError
from shoulders.ids import isbn_13
from shoulders.lookup import Record
from shoulders.lookup.shapes import at, items, names, text
from shoulders.names import has_cjk
from shoulders.readers import Entry
from shoulders.readers.dates import read_date

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
    year, month, _ = read_date(text(at(book, "publish_date")))
    entry = Entry(
        line=0,
        key="",
        type="book",
        title=f"{title}: {subtitle}" if subtitle else title,
        authors=names(at(author, "name") for author in items(at(book, "authors"))),
        year=year,
        month=month if year else None,
        publisher=text(at(book, "publishers", 0, "name")),
        address=text(at(book, "publish_places", 0, "name")),
        isbn=isbn,
        url=f"https://openlibrary.org/isbn/{isbn_13(isbn)}",
        language="zh" if has_cjk(title) else "",
    )
    return Record(source=SOURCE, entry=entry)
