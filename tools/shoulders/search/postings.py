"""Which documents hold a term, and how much each says of it.

How rare a term is, and how near it is to what was asked, is the query's business.
"""

from __future__ import annotations

import math
from array import array
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from shoulders.search.documents import Document, Field
from shoulders.search.terms import PART, terms

LEVELS = 30
STEPS = 6  # levels for a doubling
LEAST = 0.08  # below the worth of the lowest level
_HALF = 6.0  # the weight that is worth half of what the greatest would be
_BOUNDS = [LEAST * 2 ** ((level + 0.5) / STEPS) for level in range(1, LEVELS)]  # between the levels
_DOCUMENTS = 1 << 32  # more than there are

Postings = Sequence[int]
"""The documents that hold a term, best first: each a level from -1 to -LEVELS and a number, in one integer.

A million pairs would take nine times as much memory.
"""


def pack(level: int, number: int) -> int:
    """A posting. Levels are below nothing so that the best come first."""
    return level * _DOCUMENTS + number


def unpack(found: Iterable[int]) -> Iterator[tuple[int, int]]:
    """The levels and numbers of postings."""
    return (divmod(posting, _DOCUMENTS) for posting in found)


def postings(documents: Iterable[Document]) -> dict[str, Postings]:
    """The postings of every term, in the order of terms that `utf16` gives."""
    found: dict[str, array[int]] = defaultdict(_nobody)
    for number, document in enumerate(documents):
        for term, weight in _weights(document.fields).items():
            worth = weight / (weight + _HALF) * document.boost
            found[term].append(pack(-1 - bisect_right(_BOUNDS, worth), number))
    return {term: array("q", sorted(found[term])) for term in sorted(found, key=utf16)}


def _nobody() -> array[int]:
    return array("q")


def utf16(term: str) -> bytes:
    """What terms are ordered by: a browser compares strings so."""
    return term.encode("utf-16-be", "surrogatepass")


def _weights(fields: Sequence[Field]) -> Mapping[str, float]:
    weights: dict[str, float] = defaultdict(float)
    for field in fields:
        words, within = terms(field.text)
        counts = Counter(words)
        length = 1 / (0.6 + 0.4 * (len(words) + len(within)) / field.usual) if field.usual else 1
        weight = field.weight * length
        shares = {term: PART for term in within if term not in counts}
        counts.update(within)
        for term, count in counts.items():
            once = weight * shares.get(term, 1) if shares else weight
            weights[term] += once if count == 1 else once * (1 + 0.3 * math.log2(count))
    return weights
