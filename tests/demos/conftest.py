"""Tests of the demos: against independent implementations and exact properties, never against a training score."""

from __future__ import annotations

import pytest
import torch


@pytest.fixture(autouse=True)
def _repeatable() -> None:
    torch.manual_seed(7)
    torch.set_num_threads(1)
