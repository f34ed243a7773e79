"""Webs on this machine for which the environment vouches, clients that do not wait, and a clock that tests set."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.links.web import ARCHIVE, Web, serve

from shoulders.cli import main
from shoulders.fetch import SERVICES, Client, services
from shoulders.links import commands


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    """A web on this machine."""
    with serve() as running:
        monkeypatch.setenv("SHOULDERS_CROSSREF_URL", running.base)
        yield running


@pytest.fixture(autouse=True)
def archive(monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    """The archive: no test asks the real one."""
    with serve() as running:
        monkeypatch.setenv("SHOULDERS_ARCHIVE_URL", running(ARCHIVE))
        yield running


@pytest.fixture
def other_web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    """A web on another host."""
    with serve("127.0.0.2") as running:
        monkeypatch.setenv("SHOULDERS_GITHUB_URL", running.base)
        yield running


@pytest.fixture
def client(tmp_path: Path) -> Callable[..., Client]:
    """Makes clients that never wait between questions."""

    def make(sleep: Callable[[float], None] = lambda _: None, seconds: float = 30.0) -> Client:
        del sleep
        known, trusted = services()
        cache = tmp_path / "cache"
        return Client("tests", cache, services=known, trusted=trusted, sleep=lambda _: None, seconds=seconds)

    return make


@dataclass
class Clock:
    """A time that stands still until a test moves it."""

    now: datetime = datetime(2026, 1, 2, 9, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def later(self, **by: int) -> None:
        """Move it on."""
        self.now += timedelta(**by)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of the command."""
    clock = Clock()
    monkeypatch.setattr(commands, "now", clock)
    return clock


@pytest.fixture
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Services that may be asked at any pace."""
    paceless = tuple(replace(service, pause=0.0) for service in SERVICES)
    # by name, as the package has a function that is called like the module
    monkeypatch.setattr(sys.modules["shoulders.fetch.services"], "SERVICES", paceless)


@pytest.fixture
def links(no_pauses: None, clock: Clock) -> Callable[..., Result]:
    """The command in this process."""
    del no_pauses, clock

    def run(root: Path, *arguments: str) -> Result:
        return CliRunner().invoke(main, ["links", "--root", str(root), *arguments], prog_name="shoulders")

    return run
