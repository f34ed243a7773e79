"""Endless batches to train on, of strings to be written backwards and of numbers; and the measure of crossings.

A batch is a source [B, T_x], the target behind START and the target before END, both [B, T_y]. Holds no model.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from tasks import number_words, reversal

Batch = tuple[Tensor, Tensor, Tensor]
SHOWN = 54321  # the number in figures; never trained on


def framed_strings(count: int, rng: random.Random, length: int, device: str) -> Batch:
    """Strings of one length between START and END, to be written backwards: where one ends can be looked up."""
    texts = reversal.make_strings(count, rng, length, length)
    reverse = [text[::-1] for text in texts]
    source = reversal.to_ids(texts, start=True, end=True)
    before, y = reversal.to_ids(reverse, start=True), reversal.to_ids(reverse, end=True)
    return source.to(device), before.to(device), y.to(device)


def strings(count: int, seed: int, lengths: Sequence[int], device: str) -> Callable[[], Batch]:
    """Fresh strings at each call, all of one random length, so that nothing is padded."""
    rng = random.Random(seed)
    return lambda: framed_strings(count, rng, rng.choice(lengths), device)


def numbers(
    count: int, seed: int, device: str, *, known: int = 4000, unseen: int = 500
) -> tuple[Callable[[], Batch], list[int]]:
    """Draws from the `known` numbers that are learned from; and the `unseen` ones, to test with."""
    rest, test = number_words.split_numbers(99_999, unseen, seed)
    learned = [number for number in rest if number != SHOWN][:known]
    source, before, y = (x.to(device) for x in number_words.make_batch(learned))

    def batch() -> Batch:
        rows = torch.randint(known, (count,)).to(device)
        return source[rows], before[rows], y[rows]

    return batch, test


def crossing_mass(weights: Sequence[Sequence[Sequence[float]]], numbers: Sequence[int]) -> tuple[float, float]:
    """How weights [B, T_y, T_x] align the tens and ones of numbers.

    The mean weight on the word that says the same, and the share of pairs that cross: ones look to the right of tens.
    """
    mass, crossed = [], []
    for rows, number in zip(weights, numbers, strict=True):
        for (i, j), (i_tens, j_tens) in number_words.crossings(number):
            mass += [rows[i][j], rows[i_tens][j_tens]]
            crossed.append(rows[i].index(max(rows[i])) > rows[i_tens].index(max(rows[i_tens])))
    return sum(mass) / len(mass), sum(crossed) / len(crossed)
