"""One request over one connection, which goes to public addresses only and ends in time.

Knows neither what is asked nor what an answer means. Nothing goes over to the next request: no connection, no cookie,
no password from `.netrc`.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import requests
import urllib3.exceptions
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util.connection import allowed_gai_family, create_connection

from shoulders.fetch.errors import CertificatesError, ConnectionFailedError, PrivateAddressError, ProxyError
from shoulders.fetch.guard import is_public, is_public_ip

T = TypeVar("T")

# What is wrong with an address at this point is wrong with the proxy's: the request's own has been read before.
_PROXY_FAULTS = (
    requests.exceptions.ProxyError,
    requests.exceptions.InvalidURL,
    urllib3.exceptions.ProxyError,
    urllib3.exceptions.ProxySchemeUnknown,
)

PreparedRequest = requests.PreparedRequest
Response = requests.Response


class TimeUpError(Exception):
    """No answer came in time."""


def prepare(method: str, address: str, headers: dict[str, str]) -> PreparedRequest:
    """The request, with the address in the form in which it will be asked.

    Raises:
        ValueError: when that is no address.
    """
    try:
        return requests.Request(method, address, headers=headers).prepare()
    except requests.RequestException as error:
        raise ValueError(str(error)) from None


def ask(
    request: PreparedRequest, hear: Callable[[Response], T], *, trusted: bool, seconds: float, patience: float
) -> T:
    """What `hear` makes of the answer.

    Args:
        request: to whom it goes is checked here only where a name has led to an address.
        hear: reads the answer; it runs in another thread.
        trusted: whether the request may go to a private network.
        seconds: for everything, looking up the name included.
        patience: seconds for a connection, and for a sign of life on it.

    Raises:
        TimeUpError: when it takes longer; what is under way is cut off.
        ConnectionFailedError: when there is no connection, or it breaks.
    """
    line = _Line(trusted=trusted)

    def talk() -> T:
        try:
            settings = _environment(request.url or "", trusted=trusted)
            # Not over a session: that reads all of a redirect's body, looks into .netrc, and keeps cookies.
            with (
                closing(_Adapter(line)) as adapter,
                adapter.send(request, timeout=patience, **settings) as response,
            ):
                return hear(response)
        except _PROXY_FAULTS as error:
            raise ProxyError from error
        except (OSError, UnicodeError, urllib3.exceptions.HTTPError) as error:
            raise ConnectionFailedError from error

    try:
        return _in_time(talk, seconds)
    finally:
        line.end()


def _in_time(work: Callable[[], T], seconds: float) -> T:
    """What `work` returns. It has a thread of its own, since nothing else ends a look for a name."""
    done: list[T] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            done.append(work())
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run, daemon=True, name="shoulders-fetch")
    thread.start()
    thread.join(seconds)
    if failed:
        raise failed.pop()
    if done:
        return done.pop()
    raise TimeUpError


def _environment(address: str, *, trusted: bool) -> dict[str, Any]:
    """The proxies and the list of certificates that the environment names."""
    settings = dict(requests.Session().merge_environment_settings(address, {}, stream=True, verify=None, cert=None))
    if trusted and not is_public(urlsplit(address).hostname or ""):
        settings["proxies"] = {}  # a proxy that leads out of this network does not lead into it
    if isinstance(settings["verify"], str) and not Path(settings["verify"]).exists():
        raise CertificatesError
    return settings


class _Line:
    """The way that a request takes: where it may lead, and how another thread ends it."""

    def __init__(self, *, trusted: bool) -> None:
        self._trusted = trusted
        self._lock = threading.Lock()
        self._over = False
        self._open: list[socket.socket] = []

    def connect(self, connection: HTTPConnection) -> socket.socket:
        """A connection to one of the addresses of the host; they are looked at first, and none is looked up again.

        Through a proxy the proxy looks, since only it knows where the name leads.
        """
        found = socket.getaddrinfo(connection.host, connection.port, allowed_gai_family(), socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        if not (self._trusted or connection.proxy or all(map(is_public_ip, addresses))):
            raise PrivateAddressError
        for address in addresses[:-1]:
            with suppress(OSError):
                return self._connected(connection, address)
        return self._connected(connection, addresses[-1])

    def _connected(self, connection: HTTPConnection, address: str) -> socket.socket:
        options = connection.socket_options
        sock = create_connection((address, connection.port), connection.timeout, socket_options=options)
        with self._lock:
            if self._over:
                sock.close()
                raise TimeUpError
            # TLS takes the socket over; a second handle to the connection stays ours.
            self._open.append(sock.dup())
        return sock

    def end(self) -> None:
        """Cut what is connected: who reads from it gets an error instead of waiting on."""
        with self._lock:
            self._over = True
            for sock in self._open:
                with suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)
                sock.close()


class _Adapter(HTTPAdapter):
    """The transport of `requests`, over one line; it tries nothing twice."""

    def __init__(self, line: _Line) -> None:
        super().__init__(max_retries=0)
        self._pools = _pools(line)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        """The same over a proxy."""
        if not proxy.casefold().startswith(("http://", "https://")):
            raise ProxyError(proxy)  # SOCKS would bring connections that nobody ends
        manager = super().proxy_manager_for(proxy, **options)
        manager.pool_classes_by_scheme = self._pools
        return manager


def _pools(line: _Line) -> dict[str, type[HTTPConnectionPool]]:
    """The kinds of connections, each made by the line."""

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return line.connect(self)

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return line.connect(self)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}
