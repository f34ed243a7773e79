"""A class that is rare: of a hundred points about one belongs to it, four look like it, and the rest are easy.

A point has four features. The third tells at a glance that most points are of no interest. Those that remain are of
the rare class when their first two features have the same sign, and lie at the corners of a square, blurred.
"""

from __future__ import annotations

import torch
from torch import Tensor

FEATURES = 4
EASY, HARD, RARE = range(3)
"""Kinds of points: easy and hard ones of the frequent class, and those of the rare class."""
SHARES = (0.95, 0.04, 0.01)


def make_points(count: int, seed: int) -> tuple[Tensor, Tensor]:
    """So many points [count, 4] and their kinds [count], the same for the same seed."""
    rng = torch.Generator().manual_seed(seed)
    kinds = torch.multinomial(torch.tensor(SHARES), count, replacement=True, generator=rng)
    x = torch.randn(count, FEATURES, generator=rng)
    first = torch.randint(0, 2, (count,), generator=rng) * 2.0 - 1.0
    second = torch.where(kinds == RARE, first, -first)
    corners = torch.stack([first, second], dim=1) + 0.35 * x[:, :2]
    near = kinds != EASY
    x[:, :2] = torch.where(near.unsqueeze(1), corners, x[:, :2])
    x[:, 2] = torch.where(near, 2.0 + 0.5 * x[:, 2], x[:, 2] - 1.0)
    return x, kinds
