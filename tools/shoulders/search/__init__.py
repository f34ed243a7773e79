"""The search of the site: an index in small files that a browser asks for piece by piece.

Pure: a catalog and the hand-written pages in, files out; `stamp` writes them, `search-*.js` of the site reads them. No
search engine is bundled: at 10,000 works Pagefind took 300 kB for the first query and up to as much for a later one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence

from shoulders.catalog import Catalog
from shoulders.model import Language
from shoulders.search import documents, postings, shards, vocabulary
from shoulders.search.documents import Document
from shoulders.search.written import Written, plain_text, read_written


def files(catalog: Catalog, language: Language, written: Sequence[Written]) -> Iterator[tuple[str, str]]:
    """The index of one language: path from the root of the site, and text.

    `search/<language>.json` says how to read the others. Their folder is named after what they hold, so that no browser
    mixes the pieces of two builds.
    """
    found = list(documents.documents(catalog, language, written))
    lists = postings.postings(found)
    plan, pieces = shards.cut(lists)
    starts, records = shards.records(found)
    words, spelling = vocabulary.pieces(found)
    texts = {f"{name}.json": text for name, text in (pieces | records | spelling).items()}
    plan |= words | {"records": starts, "spans": _spans(found), "pages": _pages(found), "count": len(found)}
    digest = hashlib.sha256(json.dumps([plan, sorted(texts.items())]).encode()).hexdigest()[:10]
    folder = f"search/{language}-{digest}/"
    yield f"search/{language}.json", shards.dump({"folder": folder, **plan})
    for name, text in sorted(texts.items()):
        yield folder + name, text


def _spans(found: Sequence[Document]) -> list[list[str | int]]:
    """Kind, year and first number of each run of documents: they are numbered by kind and year, which gives facets."""
    spans: list[list[str | int]] = []
    for number, document in enumerate(found):
        if not spans or spans[-1][:2] != [document.kind, document.year]:
            spans.append([document.kind, document.year, number])
    return spans


def _pages(found: Sequence[Document]) -> list[int]:
    """The numbers with which a hand-written page begins: a page is shown once, by its best section."""
    return [number for number, document in enumerate(found) if document.kind == "page" and "#" not in document.path]


__all__ = ["Written", "files", "plain_text", "read_written"]
