"""Sentences around a word of two senses, which another word two or three places to its left or right tells apart.

In running text both neighbours are there, and agree. In labelled sentences one of them is replaced by a filler, so
that the sense can be told from one side only. Words are numbers; special tokens may use the numbers from `WORDS` on.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

CUES = 5  # of each sense
FILLERS = 20
AMBIGUOUS = 0
CUE = range(1, 1 + 2 * CUES)  # the first half tells of sense 0
FILLER = range(CUE.stop, CUE.stop + FILLERS)
WORDS = FILLER.stop
SIDES = ("left", "right")
LENGTH = 10


@dataclass(frozen=True)
class Example:
    """A sentence, where its ambiguous word stands, the sense, and on which side the cue is ("both" in running text)."""

    words: tuple[int, ...]
    position: int
    sense: int
    side: str


def make_example(rng: random.Random, side: str) -> Example:
    """A sentence with the cue on the left, the right, or with one on "both" sides."""
    words = [rng.choice(FILLER) for _ in range(LENGTH)]
    position, sense = rng.randint(3, LENGTH - 4), rng.randrange(2)
    words[position] = AMBIGUOUS
    for at, name in ((position - rng.randint(2, 3), "left"), (position + rng.randint(2, 3), "right")):
        if side in (name, "both"):
            words[at] = CUE[sense * CUES + rng.randrange(CUES)]
    return Example(tuple(words), position, sense, side)


def make_examples(count: int, seed: int, side: str) -> list[Example]:
    """So many sentences, the same for the same seed."""
    rng = random.Random(f"{seed} {side}")
    return [make_example(rng, side) for _ in range(count)]
