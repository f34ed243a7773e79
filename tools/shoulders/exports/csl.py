"""CSL-JSON, for pandoc, Zotero and every CSL processor (CSL 1.0.2).

Names and titles of Chinese works stand in Chinese script with the family name apart; processors write such names
without a space by themselves.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from shoulders.catalog import Catalog
from shoulders.exports.fields import LANGUAGE_TAGS, Reference, resolve
from shoulders.model import EntryType, Work
from shoulders.names import Name

TYPES: Mapping[EntryType, str] = {
    "inproceedings": "paper-conference",
    "article": "article-journal",
    "book": "book",
    "incollection": "chapter",
    "techreport": "report",
    "thesis": "thesis",
    "preprint": "article",
    "software": "software",
    "online": "webpage",
}
NO_CONTAINER = frozenset(["preprint", "book", "techreport", "thesis"])
"""Types that stand by themselves; their venue, where they have one, is who published them."""
GENRES: Mapping[EntryType, str] = {"preprint": "Preprint", "thesis": "PhD thesis"}


def one(catalog: Catalog, work: Work) -> str:
    """The item of a work, on one line."""
    return json.dumps(_item(resolve(catalog, work, native=True)), ensure_ascii=False)


def together(lines: Iterable[str]) -> str:
    """The items as a JSON list, a line each: Python indents five times as slowly as it writes."""
    joined = ",\n".join(lines)
    return f"[\n{joined}\n]\n" if joined else "[]\n"


def _item(reference: Reference) -> dict[str, Any]:
    work, preprint = reference.work, reference.type == "preprint"
    arxiv = f"arXiv:{work.arxiv}" if work.arxiv and preprint else None
    item: dict[str, Any] = {
        "id": reference.key,
        "type": TYPES[reference.type],
        "title": reference.title,
        "author": [name_parts(name) for name in reference.authors],
        "editor": [name_parts(name) for name in reference.editors],
        "translator": [name_parts(name) for name in reference.translators],
        "issued": {"date-parts": [list(reference.date)]},
        "container-title": reference.container if reference.type not in NO_CONTAINER else None,
        "collection-title": work.series,
        "volume": work.volume,
        "number" if reference.type == "techreport" else "issue": work.number,
        "page": work.pages,
        "edition": work.edition,
        "publisher": reference.publisher or reference.institution,
        "publisher-place": work.address,
        "genre": GENRES.get(reference.type),
        "original-title": reference.original_title,
        "ISBN": work.isbn,
        "DOI": work.doi,
        "URL": reference.url,
        "language": LANGUAGE_TAGS[work.language],
        "note": reference.retraction,
    }
    if arxiv:
        item |= {"number": arxiv, "publisher": "arXiv"}  # no `archive` as well: styles would print it a second time
    elif preprint:
        item["publisher"] = item["publisher"] or reference.container
    return {field: value for field, value in item.items() if value}


def name_parts(name: Name) -> dict[str, str]:
    """A name in CSL's parts; one that has no parts, like an organisation's, is `literal`."""
    if name.organisation or (name.native and not name.given):
        return {"literal": name.native or name.family}
    parts = {
        "family": name.family,
        "given": name.given,
        "non-dropping-particle": name.particle,
        "suffix": name.suffix,
    }
    return {part: value for part, value in parts.items() if value}
