"""DBLP: the published version of a title, when nobody else names one."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from shoulders.fetch import Client
from shoulders.lookup import Record
from shoulders.lookup.shapes import at, bare_words, items, text
from shoulders.readers import bibtex
from shoulders.rules.checked import normal_title

SOURCE = "DBLP"
_KEY = re.compile(r"[A-Za-z0-9_/.-]{3,120}")


def search(client: Client, title: str, family: str) -> Record | None:
    """The published version of this very title of which an author has this family name, if DBLP knows one.

    Raises:
        FetchError: when DBLP does not answer.
    """
    base = client.services["dblp"].base
    answer = client.json(f"{base}/search/publ/api?q={quote(bare_words(title))}&format=json&h=20")
    for hit in items(at(answer, "result", "hits", "hit")):
        key = text(at(hit, "info", "key"))
        if _published(hit, title, family) and _KEY.fullmatch(key) and ".." not in key:
            found = bibtex.read(client.text(f"{base}/rec/{key}.bib?param=1")).entries
            if found and found[0].title:
                return Record(source=SOURCE, entry=replace(found[0], line=0, key=""))
    return None


def _published(hit: Any, title: str, family: str) -> bool:
    if normal_title(text(at(hit, "info", "title"))) != normal_title(title):
        return False
    if text(at(hit, "info", "venue")) in ("CoRR", "") or text(at(hit, "info", "type")).startswith("Informal"):
        return False
    listed = at(hit, "info", "authors", "author")  # a list, or one author alone
    authors = [text(at(author, "text")) for author in (listed if isinstance(listed, list) else [listed])]
    return not family or any(family.casefold() in author.casefold() for author in authors)
