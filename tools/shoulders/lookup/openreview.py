"""OpenReview: a submission with its decision, by either version of its interface."""

from __future__ import annotations

import datetime
import re
from typing import Any
from urllib.parse import quote

from shoulders.fetch import Client, FetchError, NotFoundError
from shoulders.lookup import Record
from shoulders.lookup.shapes import at, items, name, names, text
from shoulders.readers import Entry, bibtex

SOURCE = "OpenReview"


def record(client: Client, forum: str) -> Record:
    """The submission of a forum.

    Raises:
        FetchError: when OpenReview does not answer, or knows no such forum.
    """
    missing: FetchError | None = None
    for service in ("openreview", "openreview_old"):  # each knows only the venues of its own time
        try:
            answer = client.json(f"{client.services[service].base}/notes?id={quote(forum)}")
        except NotFoundError as error:
            missing = error
            continue
        found = _record(at(answer, "notes", 0), forum)
        if found:
            return found
    raise missing or NotFoundError(f"OpenReview knows no forum {forum}; check the id")


def _record(note: Any, forum: str) -> Record | None:
    def content(field: str) -> Any:
        value = at(note, "content", field)
        return at(value, "value") if isinstance(value, dict) else value  # version 2 wraps every value

    title = text(content("title"))
    if not title:
        return None
    own = bibtex.read(text(content("_bibtex"), most=5000)).entries  # written once the decision is made
    day = _day(at(note, "pdate")) or _day(at(note, "odate")) or _day(at(note, "cdate"))
    venue = text(content("venue"))
    container = own[0].container if own and own[0].container else _decided(venue)
    entry = Entry(
        line=0,
        key="",
        type="inproceedings" if container else "preprint",
        title=title,
        authors=names(name(author) for author in items(content("authors"))),
        year=(own[0].year if own else None) or _year(venue) or (int(day[:4]) if day else None),
        container=container,
        openreview=forum,
        url=f"https://openreview.net/forum?id={forum}",
        pdf=f"https://openreview.net/pdf?id={forum}",
    )
    return Record(
        source=SOURCE,
        entry=entry,
        first_public=_day(at(note, "cdate")),
        abstract=text(content("abstract"), most=4000),
    )


def _decided(venue: str) -> str:
    """The venue of an accepted paper: `ICLR 2019 Poster` is, `Submitted to ICLR 2019` is not."""
    waiting = re.search(r"submit|reject|withdraw|under review|blind", venue, re.IGNORECASE)
    return "" if waiting else re.sub(r"\s+(?:conference\s+)?(?:poster|oral|spotlight|talk)\b.*", "", venue, flags=re.I)


def _year(venue: str) -> int | None:
    found = re.search(r"\b(?:19|20)[0-9]{2}\b", venue)
    return int(found[0]) if found else None


def _day(milliseconds: Any) -> str:
    """A moment in milliseconds since 1970 as a date."""
    if isinstance(milliseconds, bool) or not isinstance(milliseconds, int | float) or not 0 < milliseconds < 4e12:
        return ""
    return datetime.datetime.fromtimestamp(milliseconds / 1000, datetime.UTC).date().isoformat()
