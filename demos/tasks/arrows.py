"""Walks along arrows: each place has one arrow out of it, and a walk crosses one arrow, then two, one, two.

The arrows are told in random order, as pairs of places. Where two arrows are crossed the place between is not told, so
it must be looked up to be known which arrow comes next.
"""

from __future__ import annotations

import torch
from torch import Tensor

PLACES = "abcdef"
PAD = len(PLACES)
ARROWS = (1, 2, 1, 2)  # how many each step of a walk crosses


def make_walks(count: int, generator: torch.Generator, fewest: int = len(PLACES)) -> tuple[Tensor, Tensor]:
    """Arrows between `fewest` to 6 of the places, from place to place, padded; and a walk. -> [B, 12], [B, 5]."""
    most = len(PLACES)
    n = torch.randint(fewest, most + 1, (count, 1), generator=generator)
    absent = torch.arange(most) >= n
    start = torch.rand(count, most, generator=generator).argsort(dim=1)  # the first n are the places of this world
    order = (torch.rand(count, most, generator=generator) + absent).argsort(dim=1)  # moves the first n among themselves
    end = start.gather(1, order)
    arrows = torch.stack([start, end], dim=2).masked_fill(absent.unsqueeze(2), PAD).flatten(1)
    follow = torch.empty_like(start).scatter(1, start, end)
    walk = [start.gather(1, (torch.rand(count, 1, generator=generator) * n).long())]
    for crossed in ARROWS:
        place = walk[-1]
        for _ in range(crossed):
            place = follow.gather(1, place)
        walk.append(place)
    return arrows, torch.cat(walk, dim=1)
