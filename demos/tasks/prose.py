"""English prose without a download: the reference chapters that Python keeps for its `help`, as characters or words.

The chapters quote each other, so every paragraph is kept once: a split of the raw text would test on what was trained.
They differ a little between versions of Python, so nothing here has a fixed length.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pydoc_data.topics import topics

import torch
from torch import Tensor

UNKNOWN = "<unknown>"


@cache
def paragraphs() -> tuple[str, ...]:
    """Every paragraph once, its white space made single spaces; without what is drawn: tables and underlines."""
    texts = (" ".join(text.split()) for name in sorted(topics) for text in re.split(r"\n\s*\n", topics[name]))
    return tuple(dict.fromkeys(text + "\n" for text in texts if text and not re.search(r"[-=+*]{4}", text)))


def split() -> tuple[str, str]:
    """The text to train on, and every tenth paragraph to test on."""
    every = paragraphs()
    return "".join(text for i, text in enumerate(every) if i % 10), "".join(every[::10])


def words(text: str) -> list[str]:
    """Runs of letters in small letters, and every other sign by itself."""
    return re.findall(r"[^\W\d_]+|\S|\n", text.lower())


def encode(train: Sequence[str], test: Sequence[str], fewest: int = 1) -> tuple[list[str], Tensor, Tensor]:
    """Numbers for symbols, the most frequent first; what occurs less than `fewest` times in training is unknown."""
    counts = Counter(train)
    known = [symbol for symbol in sorted(counts, key=lambda s: (-counts[s], s)) if counts[symbol] >= fewest]
    index = {symbol: number for number, symbol in enumerate([*known, UNKNOWN])}
    numbers = [torch.tensor([index.get(s, len(known)) for s in text]) for text in (train, test)]
    return [*known, UNKNOWN], numbers[0], numbers[1]
