"""The lineage as data that scripts of the site read: works in time order and the edges between them, in pieces.

Draws nothing and knows no page. Numbers stand for works: their place in the order of first publication. What names a
work in every language comes apart from what only one language says, and what is needed at once apart from the rest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from shoulders import addresses, lineage, mathml
from shoulders.catalog import Catalog, Descent
from shoulders.model import EDGE_TYPES, LANGUAGES, Language, Text, Work

WORKS_IN_PIECE, SENTENCES_IN_PIECE = 1000, 250
"""How many works a piece tells of, and how many works a piece of sentences."""

_LONGEST = 24.0
"""The width in em at which a short name is cut: no picture has more room."""


def files(catalog: Catalog, verified: Collection[str] = ()) -> Iterator[tuple[str, str]]:
    """Every piece by its address from the root of the site; works whose keys are in `verified` have run."""
    works = catalog.chronological
    numbers = {work.key: number for number, work in enumerate(works)}
    pieces = dict(_all_pieces(catalog, works, numbers, verified))
    version = hashlib.sha256("".join(pieces.values()).encode("utf-8")).hexdigest()[:12]
    yield addresses.lineage("index"), _json({"version": version, **_index(catalog, numbers)})
    yield from pieces.items()


def _all_pieces(
    catalog: Catalog, works: Sequence[Work], numbers: dict[str, int], verified: Collection[str]
) -> Iterator[tuple[str, str]]:
    topics = {topic.id: number for number, topic in enumerate(catalog.topics)}
    for name, piece in _pieces("works", works, WORKS_IN_PIECE):
        yield name, _json(_works(catalog, piece, numbers, topics, verified))
    for name, piece in _pieces("titles", works, WORKS_IN_PIECE):
        yield name, _json([_in_language(work.title, work.language, "en") for work in piece])
    for language in LANGUAGES:
        for name, piece in _pieces(f"why-{language}", works, SENTENCES_IN_PIECE):
            yield name, _json([[_why(d, language) for d in _on(catalog, work)] for work in piece])


def _pieces(name: str, works: Sequence[Work], size: int) -> Iterator[tuple[str, Sequence[Work]]]:
    for number, start in enumerate(range(0, len(works), size)):
        yield addresses.lineage(f"{name}-{number}"), works[start : start + size]


def _index(catalog: Catalog, numbers: dict[str, int]) -> dict[str, Any]:
    """What is small: the sizes of the pieces, former keys, topics with their lanes, lists with their works."""
    return {
        "works": len(numbers),
        "piece": WORKS_IN_PIECE,
        "sentences": SENTENCES_IN_PIECE,
        "types": EDGE_TYPES,
        "aliases": {alias: numbers[key] for alias, key in sorted(catalog.aliases.items())},
        "signs": [lineage.SIGNS[kind] for kind in EDGE_TYPES],
        "topics": [
            {"id": topic.id, "lane": catalog.lane_of_topic[topic.id], "parent": topic.parent or "",
             "name": _both(topic.name)}
            for topic in catalog.topics
        ],
        "lists": [
            {"id": found.id, "name": _both(found.title),
             "works": [numbers[work.key] for item in found.items if (work := catalog.find(item.key))]}
            for found in catalog.lists
        ],
    }  # fmt: skip


def _works(
    catalog: Catalog,
    piece: Sequence[Work],
    numbers: dict[str, int],
    topics: dict[str, int],
    verified: Collection[str],
) -> dict[str, Any]:
    """Columns: one entry for each work of the piece, in order."""
    types = {kind: number for number, kind in enumerate(EDGE_TYPES)}
    return {
        "key": [work.key for work in piece],
        "short": [lineage.shorten(work.short, _LONGEST) for work in piece],
        "date": [work.first_public for work in piece],
        "lane": [lineage.lane_number(catalog, work) for work in piece],
        "topics": [[topics[name] for name in work.topics if name in topics] for work in piece],
        "runs": [number for number, work in enumerate(piece) if work.key in verified],
        "retracted": [number for number, work in enumerate(piece) if work.retracted],
        # whom each stands on: number, type, number, type, ...
        "on": [
            [number for d in _on(catalog, work) for number in (numbers[d.earlier.key], types[d.edge.type])]
            for work in piece
        ],
    }


def _on(catalog: Catalog, work: Work) -> tuple[Descent, ...]:
    return catalog.builds_on.get(work.key, ())


def _why(descent: Descent, language: Language) -> str | dict[str, Any]:
    why = descent.edge.why
    text = why.get(language)
    return _in_language(mathml.parts(text) if "$" in text else text, why.language(language), language)


def _in_language(text: str | mathml.Tree, language: Language, wanted: Language) -> str | dict[str, Any]:
    """The text, in an object when it holds formulas or is not in the language that is expected."""
    if isinstance(text, str) and language == wanted:
        return text
    return {"text": text} if language == wanted else {"text": text, "lang": language}


def _both(text: Text) -> dict[str, str]:
    return {language: text.get(language) for language in LANGUAGES}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"
