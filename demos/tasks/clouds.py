"""Five classes as clouds of points that overlap, so that nobody can be sure of every label."""

from __future__ import annotations

import torch
from torch import Tensor

CLASSES = 5
FEATURES = 8
DISTANCE = 2.2
"""How far each cloud's centre lies from the origin, on an axis of its own; the clouds are 1 wide."""


def make_clouds(count: int, seed: int) -> tuple[Tensor, Tensor]:
    """So many points [count, 8] and their classes [count], the same for the same seed."""
    rng = torch.Generator().manual_seed(seed)
    classes = torch.randint(CLASSES, (count,), generator=rng)
    centres = DISTANCE * torch.eye(CLASSES, FEATURES)
    return centres[classes] + torch.randn(count, FEATURES, generator=rng), classes
