"""Connections that go to public addresses only, and end in time.

Where a name leads is known only once the connection stands, so that is where it is looked at: an answer of the
name server can change between a look and a connection. Through a proxy the proxy looks, and here only the name is
checked.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool


class PrivateAddressError(Exception):
    """The address belongs to this machine or to its network."""


def is_public(host: str) -> bool:
    """Whether a host may be asked, as far as its name tells: no address of a private network, no local name.

    >>> is_public("arxiv.org"), is_public("127.0.0.1"), is_public("[::1]"), is_public("printer.local")
    (True, False, False, False)
    """
    bare = host.strip("[]").rstrip(".").casefold()
    try:
        # `socket` understands 0x7f.1 and 2130706433, too
        return _is_public_ip(socket.inet_ntoa(socket.inet_aton(bare)))
    except OSError:
        pass
    try:
        return _is_public_ip(bare)
    except ValueError:
        return "." in bare and not bare.endswith((".localhost", ".local", ".internal", ".home.arpa", ".lan"))


def _is_public_ip(text: str) -> bool:
    address = ipaddress.ip_address(text.partition("%")[0])
    inner = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    return address.is_global and not address.is_multicast and (inner is None or inner.is_global)


class _Watch:
    """The connections of one client: which hosts it trusts, and when what is open has to end."""

    def __init__(self) -> None:
        self.trusted = False
        self.open: set[Any] = set()

    def check(self, connection: Any, sock: socket.socket) -> None:
        peer = sock.getpeername()
        if not (self.trusted or connection.proxy) and isinstance(peer, tuple) and not _is_public_ip(peer[0]):
            sock.close()
            raise PrivateAddressError(peer[0])

    def cut(self) -> None:
        """End every open connection: who reads from one gets an error instead of waiting on."""
        for connection in list(self.open):
            with suppress(OSError, AttributeError):
                connection.sock.shutdown(socket.SHUT_RDWR)


class GuardedAdapter(HTTPAdapter):
    """The transport of `requests`, watched; it tries nothing twice."""

    def __init__(self) -> None:
        self.watch = _Watch()
        super().__init__(max_retries=0)

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        """Pools whose connections are watched."""
        super().init_poolmanager(*arguments, **options)
        watch = self.watch

        class Plain(HTTPConnection):
            def _new_conn(self) -> socket.socket:
                return _watched(self, super()._new_conn(), watch)

        class Secure(HTTPSConnection):
            def _new_conn(self) -> socket.socket:
                return _watched(self, super()._new_conn(), watch)

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = Plain

        class SecurePool(HTTPSConnectionPool):
            ConnectionCls = Secure

        self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}

    @contextmanager
    def limited(self, seconds: float, *, trusted: bool) -> Iterator[Callable[[], bool]]:
        """Within it, what is open is cut after so many seconds; the function it gives tells whether it was."""
        end = time.monotonic() + seconds
        self.watch.trusted = trusted
        timer = threading.Timer(max(seconds, 0.01), self.watch.cut)
        timer.daemon = True
        timer.start()
        try:
            yield lambda: time.monotonic() >= end
        finally:
            timer.cancel()
            self.watch.open.clear()


def _watched(connection: Any, sock: socket.socket, watch: _Watch) -> socket.socket:
    watch.check(connection, sock)
    watch.open.add(connection)
    return sock


def guarded_session() -> tuple[requests.Session, GuardedAdapter]:
    """A session whose connections are watched, and the watch."""
    session, adapter = requests.Session(), GuardedAdapter()
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session, adapter
