"""Servers, a clock that nobody waits for, clients that ask both, and a look at what a test leaves behind."""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.fetch.servers import CERTIFICATE, Proxy, Server

from shoulders.fetch import Client, Service

MakeClient = Callable[..., Client]


class Clock:
    """Time that passes only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy and no certificates of whoever runs the tests."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NETRC"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    """When a test is over, so is every thread; what was not closed is a warning, and that an error."""
    before = set(threading.enumerate())
    yield
    gc.collect(1)  # the youngest will do, and takes no time
    deadline = time.monotonic() + 20
    while (left := set(threading.enumerate()) - before) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not left


@pytest.fixture
def server() -> Iterator[Server]:
    """A server for which the environment vouches, in `make_client`."""
    server = Server()
    yield server
    server.close()


@pytest.fixture
def tls_server() -> Iterator[Server]:
    """The same over https, with a certificate that nobody believes."""
    server = Server(tls=True)
    yield server
    server.close()


@pytest.fixture
def other() -> Iterator[Server]:
    """A second server."""
    server = Server()
    yield server
    server.close()


@pytest.fixture
def gone() -> str:
    """The origin of a server that does not listen any more."""
    server = Server()
    server.close()
    return server.origin


@pytest.fixture
def believed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The certificate of the servers is believed."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(CERTIFICATE))


@pytest.fixture
def proxy(tls_server: Server, believed: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    """A proxy that leads to the server over https, whatever name it is asked for."""
    del believed
    proxy = Proxy(tls_server)
    monkeypatch.setenv("HTTPS_PROXY", proxy.origin)
    yield proxy
    proxy.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def make_client(tmp_path: Path, clock: Clock) -> MakeClient:
    """A client that trusts servers, never makes them wait for a turn, and sleeps by the clock of the test."""

    def make(*trusted: Server | str, **options: object) -> Client:
        origins = [one if isinstance(one, str) else one.origin for one in trusted]
        given = {
            "services": {origin: Service("imagined", origin, 0.0) for origin in origins},
            "trusted": frozenset(origins),
            "sleep": clock.sleep,
            "clock": clock,
        } | options
        return Client("shoulders-tests (mailto:nobody@imagined.example)", tmp_path / "cache", **given)  # type: ignore[arg-type]  # mypy sees no options in a mapping

    return make


@pytest.fixture
def client(server: Server, make_client: MakeClient) -> Client:
    """A client that trusts the server."""
    return make_client(server)
