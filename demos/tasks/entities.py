"""Sentences of a small language with names in it, tagged: B begins a name, I continues it, O is outside.

Two kinds of names, X and Y, share the grammar: an I follows only a B or I of its own kind. The words of a name tell
its kind poorly, many of them mislead, so that it is told only by all of them together.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

TAGS = ("O", "B-X", "I-X", "B-Y", "I-Y")
KINDS = ("O", "X", "Y")
WORDS_OF_A_KIND = 8
WORDS = tuple(f"{kind.lower()}{number}" for kind in KINDS for number in range(WORDS_OF_A_KIND))
INDEX = {word: number for number, word in enumerate(WORDS)}


@dataclass(frozen=True)
class Sentence:
    """Words and, for each, its tag."""

    words: tuple[str, ...]
    tags: tuple[str, ...]


def legal(before: str | None, after: str) -> bool:
    """Whether a tag may follow another, or with None, begin a sentence: I only inside a name of its own kind."""
    return after[0] != "I" or (before is not None and before[1:] == after[1:])


def make_sentence(rng: random.Random, fewest: int, most: int, misleading: float) -> Sentence:
    """A sentence of so many words; each word of a name looks like the other kind with probability `misleading`."""
    words, tags = [], []
    before = "O"
    for _ in range(rng.randint(fewest, most)):
        if before != "O" and rng.random() < 0.85:
            before = "I" + before[1:]
        else:
            before = rng.choices(TAGS, weights=(4, 1, 0, 1, 0))[0]
        tags.append(before)
        kind = before[-1]
        if kind != "O" and rng.random() < misleading:
            kind = "Y" if kind == "X" else "X"
        words.append(f"{kind.lower()}{rng.randrange(WORDS_OF_A_KIND)}")
    return Sentence(tuple(words), tuple(tags))


def make_sentences(count: int, seed: int, fewest: int = 5, most: int = 12, misleading: float = 0.4) -> list[Sentence]:
    """So many sentences, the same for the same seed."""
    rng = random.Random(seed)
    return [make_sentence(rng, fewest, most, misleading) for _ in range(count)]
