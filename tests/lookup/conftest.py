"""Services on this machine, and a client that asks them without waiting."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.services import Services, running

from shoulders.fetch import Client, services


@pytest.fixture
def served() -> Iterator[Services]:
    """Every public service, with invented works."""
    with running() as found:
        yield found


@pytest.fixture
def client(served: Services, tmp_path: Path) -> Client:
    """A client that asks them."""
    known, trusted = services(served.environment)
    return Client("shoulders-test", tmp_path / "answers", services=known, trusted=trusted, sleep=lambda _: None)
