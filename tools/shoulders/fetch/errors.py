"""What can go wrong on the network, each in one sentence that says what to do.

A sentence names the host or the address, ends with advice after a semicolon, and has no full stop. Whether another
try may help is told here, too; trying is the work of `client`.
"""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Iterator

RETRIED = frozenset([408, 425, 429, 500, 502, 503, 504])
UNSURE = frozenset([401, 403, 405, 406, 408, 425, 429, 451, 999])


class FetchError(Exception):
    """Nothing came that can be used. The message is one sentence for a person."""

    def __init__(self, message: str, *, status: int | None = None, again: float | None = None) -> None:
        super().__init__(message)
        self.status = status  # of HTTP, where an answer came
        self.again = again  # the least seconds after which another try may help; None where none will


class NotFoundError(FetchError):
    """The server says that there is no such thing (404, 410)."""


class UnsureError(FetchError):
    """The server refuses to tell (401, 403, 429 and the like): nothing follows from that."""


class ConnectionFailedError(Exception):
    """No answer came; what led to this error says why."""


class PrivateAddressError(ConnectionFailedError):
    """A name leads to this machine or to its network."""


class ProxyError(ConnectionFailedError):
    """The environment names a proxy that cannot be used."""


class CertificatesError(ConnectionFailedError):
    """The environment names a list of certificates that is not there."""


def refusal(host: str, status: int, *, after: float = 0.0) -> FetchError:
    """What a status that brings nothing means; `after`: the seconds that the server wants to be left alone."""
    again = after if status in RETRIED else None
    if status in (404, 410):
        return NotFoundError(f"{host} has nothing at that address ({status}); check it", status=status)
    if status == 429:
        said = f"{host} has been asked too often ({status}); try again in some minutes"
        return UnsureError(said, status=status, again=again)
    if status in UNSURE:
        said = f"{host} does not answer programs ({status}); open the address in a browser, or use another source"
        return UnsureError(said, status=status, again=again)
    if status >= 500:
        return FetchError(f"{host} has a fault of its own ({status}); try again later", status=status, again=again)
    return FetchError(f"{host} does not take the question ({status}); check the address", status=status)


# The first that fits is told: what is more particular stands above.
_FAULTS: tuple[tuple[tuple[type[BaseException], ...], str, float | None], ...] = (
    ((PrivateAddressError,), "leads to an address of a private network, which is not asked; check the address", None),
    ((ProxyError,), "cannot be reached through your proxy; check what HTTPS_PROXY names", None),
    ((CertificatesError,), "cannot prove who it is; check what REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE names", None),
    (
        (ssl.SSLCertVerificationError,),
        "does not prove who it is (its certificate); check the address and your clock",
        None,
    ),
    (
        (http.client.IncompleteRead, ssl.SSLEOFError, ConnectionResetError, BrokenPipeError),
        "broke off before its answer was whole; try again later",
        0.0,
    ),
    ((ssl.SSLError,), "does not speak https as it should; check the address", None),
    # Who looks names up for us has tried again already.
    ((socket.gaierror, UnicodeError), "cannot be found; check the address and your connection", None),
    ((TimeoutError,), "does not answer; check your connection, or try again later", 0.0),
)


def fault(host: str, error: ConnectionFailedError) -> FetchError:
    """What a connection that failed means. Libraries wrap one error in another, so all that led to it are looked at."""
    causes = list(_causes(error))
    for kinds, said, again in _FAULTS:
        if any(isinstance(cause, kinds) for cause in causes):
            return FetchError(f"{host} {said}", again=again)
    if any(isinstance(cause, OSError) and cause.errno for cause in causes):  # libraries' own have no number
        return FetchError(f"{host} cannot be reached; check the address and your connection", again=0.0)
    return FetchError(f"{host} answered what is no HTTP; check the address")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error:
        yield error
        held = next((one for one in error.args if isinstance(one, BaseException)), None)
        error = error.__cause__ or error.__context__ or held
