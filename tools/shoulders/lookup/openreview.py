"""OpenReview: a submission with its decision, by either version of its interface."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from shoulders.fetch import Client, FetchError, NotFoundError
from shoulders.ids import check_openreview
from shoulders.lookup import Record
from shoulders.lookup.shapes import at, items, names, text, title
from shoulders.readers import Entry, bibtex, find

SOURCE = "OpenReview"
SERVICES = ("openreview", "openreview_old")  # each knows only the venues of its own time
PUBLISHED = ("article", "inproceedings")  # how the BibTeX calls what was accepted
_UNDECIDED = re.compile(r"submi|reject|withdr|(?:under|in) review|blind", re.IGNORECASE)
_PRESENTATION = re.compile(r"^accepted (?:by|at|to) |\s+(?:conference\s+)?(?:poster|oral|spotlight|talk)\b.*", re.I)


def record(client: Client, forum: str) -> Record:
    """The submission of a forum, also when the id is that of a reply in it.

    Raises:
        FetchError: when OpenReview does not answer, or knows no such forum.
    """
    note = _note(client, forum)
    above = find.sound(check_openreview, text(at(note, "forum")))
    if above and above != forum:
        forum, note = above, _note(client, above)
    return _record(note, forum)


def _note(client: Client, name: str) -> Any:
    """The first note that one of the services has under an id."""
    faults: list[FetchError] = []
    for service in SERVICES:
        try:
            note = at(client.json(f"{client.services[service].base}/notes?id={quote(name)}"), "notes", 0)
        except FetchError as error:
            faults.append(error)
        else:
            if text(_content(note, "title")):
                return note
    real = [error for error in faults if not isinstance(error, NotFoundError)]
    raise next(iter(real), NotFoundError(f"OpenReview knows no public forum {name}; check the id"))


def _content(note: Any, field: str) -> Any:
    value = at(note, "content", field)
    return at(value, "value") if isinstance(value, dict) else value  # version 2 wraps every value


def _record(note: Any, forum: str) -> Record:
    venue = text(_content(note, "venue"))
    own = next(iter(bibtex.read(text(_content(note, "_bibtex"), most=5000)).entries), None)
    if own and (own.type not in PUBLISHED or not own.container or _UNDECIDED.search(own.container)):
        own = None  # as it is written for what is under review, or was not accepted
    container = own.container if own else _decided(note, venue)
    days = sorted(_days(note, "odate", "pdate")) or sorted(_days(note, "cdate"))
    entry = Entry(
        line=0,
        key="",
        type=own.type if own else "inproceedings" if container else "preprint",
        title=title(_content(note, "title")),
        authors=names(items(_content(note, "authors"))),
        year=(own.year if own else None) or _year(venue) or (int(days[0][:4]) if days else None),
        container=container,
        openreview=forum,
        url=f"https://openreview.net/forum?id={forum}",
        pdf=f"https://openreview.net/pdf?id={forum}",
    )
    return Record(
        source=SOURCE,
        entry=entry,
        first_public=next(iter(days), ""),
        abstract=text(_content(note, "abstract"), most=4000),
        warnings=() if container else (f"OpenReview does not say that it was accepted ({venue or 'no venue'})",),
    )


def _decided(note: Any, venue: str) -> str:
    """The venue of an accepted paper: `ICLR 2019 Poster` is, `Submitted to ICLR 2019` is not."""
    waiting = any(_UNDECIDED.search(said) for said in (venue, text(_content(note, "venueid"))))
    return "" if waiting else _PRESENTATION.sub("", venue)


def _year(venue: str) -> int | None:
    found = re.search(r"\b(?:19|20)[0-9]{2}\b", venue)
    return int(found[0]) if found else None


def _days(note: Any, *moments: str) -> Iterator[str]:
    """Moments in milliseconds since 1970 as dates: online and published are public, created may not have been."""
    for moment in moments:
        value = at(note, moment)
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 4e12:
            yield datetime.datetime.fromtimestamp(value / 1000, datetime.UTC).date().isoformat()
