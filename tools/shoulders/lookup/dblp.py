"""DBLP: the published version of a title, when nobody else names one."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from shoulders.fetch import Client
from shoulders.lookup import Record
from shoulders.lookup.same import is_same
from shoulders.lookup.shapes import at, bare_words, items, names, text, title
from shoulders.readers import Entry, bibtex

SOURCE = "DBLP"
_KEY = re.compile(r"[A-Za-z0-9_/.-]{3,120}")
_NAMESAKE = re.compile(r" \d{4}$")  # by which DBLP tells people of one name apart
_UNPUBLISHED = ("Informal", "Data", "Editorship")  # how the types of what is no such version begin


def search(client: Client, wanted: Entry) -> Record | None:
    """The published version of this very title and by this first author, if DBLP knows one.

    Raises:
        FetchError: when DBLP does not answer.
    """
    base = client.services["dblp"].base
    answer = client.json(f"{base}/search/publ/api?q={quote(bare_words(wanted.title))}&format=json&h=20")
    for hit in items(at(answer, "result", "hits", "hit")):
        key = text(at(hit, "info", "key"))
        if _is_published(hit) and is_same(_entry(hit), wanted) and _KEY.fullmatch(key) and ".." not in key:
            found = bibtex.read(client.text(f"{base}/rec/{key}.bib?param=1")).entries
            if found and found[0].title:
                return Record(source=SOURCE, entry=replace(found[0], line=0, key=""))
    return None


def _is_published(hit: Any) -> bool:
    venues = [venue for part in items(at(hit, "info", "venue")) if (venue := text(part))]
    return bool(venues) and venues != ["CoRR"] and not text(at(hit, "info", "type")).startswith(_UNPUBLISHED)


def _entry(hit: Any) -> Entry:
    """What the list of hits tells of one: its title ends with a full stop, one author alone is no list."""
    people = names(_NAMESAKE.sub("", text(at(part, "text"))) for part in items(at(hit, "info", "authors", "author")))
    return Entry(line=0, key="", type="misc", title=title(at(hit, "info", "title")), authors=people)
