"""Strings of random letters to be written backwards: what stands where must be remembered, and nothing else."""

from __future__ import annotations

import random
import string
from collections.abc import Sequence

import torch
from torch import Tensor

LETTERS = string.ascii_lowercase
PAD, START, END = range(3)
WORDS = ("<pad>", "<start>", "<end>", *LETTERS)


def make_strings(count: int, rng: random.Random, fewest: int, most: int) -> list[str]:
    """So many strings of `fewest` to `most` letters."""
    return ["".join(rng.choices(LETTERS, k=rng.randint(fewest, most))) for _ in range(count)]


def to_ids(strings: Sequence[str], *, start: bool = False, end: bool = False) -> Tensor:
    """Numbers of the letters, between START and END if asked for, padded to the longest. -> [B, n]."""
    rows = [[START] * start + [3 + LETTERS.index(letter) for letter in text] + [END] * end for text in strings]
    longest = max(map(len, rows), default=0)
    return torch.tensor([row + [PAD] * (longest - len(row)) for row in rows])


def make_batch(count: int, rng: random.Random, fewest: int = 4, most: int = 16) -> tuple[Tensor, Tensor, Tensor]:
    """Strings, their reversals behind START, and the same before END: [B, m], [B, m + 1], [B, m + 1]."""
    strings = make_strings(count, rng, fewest, most)
    reverse = [text[::-1] for text in strings]
    return to_ids(strings), to_ids(reverse, start=True), to_ids(reverse, end=True)
