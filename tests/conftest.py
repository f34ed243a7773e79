"""Fixtures that many tests share: the project and the invented catalogs."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

import pytest

from shoulders.catalog import Catalog
from shoulders.load import load_data
from shoulders.rules import to_catalog
from shoulders.safeyaml import Block


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update-golden` writes the golden fragments anew."""
    parser.addoption("--update-golden", action="store_true", help="write tests/golden anew")


if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell that runs its tests in the background ignores Ctrl-C for them, and so would every command they start.
    signal.signal(signal.SIGINT, signal.default_int_handler)

DATA = Path(__file__).parent / "data"


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return Path(__file__).parent.parent


@pytest.fixture(scope="session")
def invented_root() -> Path:
    """A project whose data hold one entry for each edge case."""
    return DATA / "catalog"


@pytest.fixture(scope="session")
def invented(invented_root: Path) -> Catalog:
    """The catalog of edge cases. Session-wide: records are frozen."""
    return to_catalog(load_data(invented_root))


@pytest.fixture(scope="session")
def missing_language() -> Catalog:
    """A catalog whose texts stand in one language only."""
    return to_catalog(load_data(DATA / "missing_language"))


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts of all entries that are parsed in this process."""
    texts: list[str] = []
    real = Block.parse

    def parse(self: Block, *rest: Any) -> Any:
        texts.append(self.text)
        return real(self, *rest)

    monkeypatch.setattr(Block, "parse", parse)
    return texts
