"""Which documents hold a term, and how much each says of it.

A posting is a level from -1 to -LEVELS, below nothing so that the best come first, and a document's number. How rare a
term is, and how near it is to what was asked, is the query's business.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from shoulders.search.documents import Document, Field
from shoulders.search.terms import terms

Posting = tuple[int, int]
LEVELS = 30
STEPS = 6  # levels for a doubling
LEAST = 0.08  # below the worth of the lowest level
_HALF = 6.0  # the weight that is worth half of what the greatest would be


def postings(documents: Iterable[Document]) -> dict[str, list[Posting]]:
    """The postings of every term, best first, in the order of terms that `utf16` gives."""
    found: dict[str, list[Posting]] = defaultdict(list)
    for number, document in enumerate(documents):
        for term, weight in _weights(document.fields).items():
            found[term].append((_level(weight / (weight + _HALF) * document.boost), number))
    for listed in found.values():
        listed.sort()
    return {term: found[term] for term in sorted(found, key=utf16)}


def utf16(term: str) -> bytes:
    """What terms are ordered by: a browser compares strings so."""
    return term.encode("utf-16-be", "surrogatepass")


def _level(worth: float) -> int:
    return -max(1, min(LEVELS, round(STEPS * math.log2(worth / LEAST))))


def _weights(fields: Sequence[Field]) -> Mapping[str, float]:
    weights: dict[str, float] = defaultdict(float)
    for field in fields:
        counts: Counter[str] = Counter()
        shares: dict[str, float] = {}
        for term, share in terms(field.text):
            counts[term] += 1
            shares[term] = max(share, shares.get(term, 0))
        length = 1 / (0.6 + 0.4 * counts.total() / field.usual) if field.usual else 1
        for term, count in counts.items():
            weights[term] += field.weight * length * shares[term] * (1 + 0.3 * math.log2(count))
    return weights
