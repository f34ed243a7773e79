"""The words of titles, nicknames and names, from which a misspelt word is set right.

They stand twice: ordered by their beginnings and by their endings, for a slip leaves one of the two whole. The distance
between words is reckoned by `search-spell.js`.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable

from shoulders.search.documents import Document
from shoulders.search.shards import dump
from shoulders.search.terms import STOP, normal

PIECE_BYTES = 6000
SHORTEST = 3
_LATIN = re.compile(r"[a-z][a-z0-9]+")


def pieces(found: Iterable[Document]) -> tuple[dict[str, list[str]], dict[str, str]]:
    """With which word each piece begins, and the pieces: words with a digit that says how often they come."""
    counts: Counter[str] = Counter()
    for document in found:
        counts.update({word for word in _LATIN.findall(normal(document.words)) if len(word) >= SHORTEST} - STOP)
    words = {word: f"{word}:{min(9, int(math.log2(count)))}" for word, count in counts.items()}
    backwards = {word[::-1]: entry for word, entry in words.items()}
    beginnings, begin = _cut("b", words)
    endings, end = _cut("e", backwards)
    return {"beginnings": beginnings, "endings": endings}, begin | end


def _cut(letter: str, entries: dict[str, str]) -> tuple[list[str], dict[str, str]]:
    firsts: list[str] = []
    groups: list[list[str]] = []
    size = PIECE_BYTES
    for word in sorted(entries):
        if size + len(word) > PIECE_BYTES:
            firsts.append(word if firsts else "")
            groups.append([])
            size = 0
        groups[-1].append(entries[word])
        size += len(word) + 3
    return firsts, {f"{letter}{i}": dump(" ".join(group)) for i, group in enumerate(groups)}
