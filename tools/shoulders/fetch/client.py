"""One polite client for everything: it waits its turn, tries again within bounds, and believes nothing it is told.

Each address is asked over https with certificates checked, at most so often a host, for at most so long, and no more
is read than may be needed. Redirects are followed only to public addresses. Good answers are kept for a day.
"""

from __future__ import annotations

import email.utils
import json
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element, ParseError

import defusedxml.ElementTree
import requests
import urllib3
from defusedxml.common import DefusedXmlException

from shoulders.fetch.cache import Cache
from shoulders.fetch.errors import FetchError, NotFoundError, UnsureError
from shoulders.fetch.guard import PrivateAddressError, guarded_session, is_public
from shoulders.fetch.services import Service, origin
from shoulders.problems import shortened

T = TypeVar("T")

TRIES = 4
SECONDS = 60.0  # for an answer, with all waiting
PATIENCE = 15.0  # for a connection, and for a sign of life on it
MAX_BYTES = 8 * 1024 * 1024
MAX_REDIRECTS = 6
RETRIED = frozenset([408, 425, 429, 500, 502, 503, 504])
UNSURE = frozenset([401, 403, 405, 406, 408, 425, 429, 451, 999])


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said: where it came from in the end, its status and type, and what was read of it."""

    url: str
    status: int
    type: str
    body: bytes


class _Passing(Exception):
    """A fault that may pass: worth another try, after so many seconds where the server said so."""

    def __init__(self, error: FetchError, after: float | None = None) -> None:
        super().__init__(str(error))
        self.error, self.after = error, after


class Client:
    """Asks services and pages. One of it is enough for a run of the program; not for threads to share."""

    def __init__(
        self,
        agent: str,
        cache: Path,
        *,
        services: Mapping[str, Service],
        trusted: frozenset[str] = frozenset(),
        say: Callable[[str], None] = lambda _: None,
        sleep: Callable[[float], None] = time.sleep,
        seconds: float = SECONDS,
    ) -> None:
        """`agent` names who asks and how to reach them; `say` is told when a wait is worth telling."""
        self.services, self.trusted, self.say = services, trusted, say
        self._agent, self._cache, self._sleep, self._seconds = agent, Cache(cache), sleep, seconds
        self._pauses = {urlsplit(service.base).hostname or "": service.pause for service in services.values()}
        self._session, self._adapter = guarded_session()

    def json(self, address: str) -> Any:
        """The JSON that stands there.

        Raises:
            FetchError: when none comes.
        """
        return self._get(address, "application/json", _json)

    def csl(self, address: str) -> Any:
        """The CSL-JSON into which a DOI resolves. Raises `FetchError` when none comes."""
        return self._get(address, "application/vnd.citationstyles.csl+json", _json)

    def xml(self, address: str) -> Element:
        """The XML that stands there; one that declares entities is refused. Raises `FetchError`."""
        return self._get(address, "application/atom+xml, application/xml;q=0.9, text/xml;q=0.9", _xml)

    def text(self, address: str, accept: str = "text/plain, application/x-bibtex;q=0.9, */*;q=0.5") -> str:
        """The text that stands there and is no web page. Raises `FetchError`."""
        return self._get(address, accept, _text)

    def page(self, address: str) -> str:
        """The HTML of a page. Raises `FetchError`."""
        return self._get(address, "text/html, application/xhtml+xml;q=0.9", _page)

    def exists(self, address: str) -> Answer:
        """The answer that says that something stands there, asked for without reading it: by HEAD, then by GET.

        Raises:
            NotFoundError: when the server says that nothing does.
            UnsureError: when it will not tell.
            FetchError: when no answer comes.
        """
        try:
            return self._tried(address, "*/*", lambda answer: answer, method="HEAD", limit=0)
        except FetchError as error:
            if error.status is None:
                raise
        return self._tried(address, "*/*", lambda answer: answer, method="GET", limit=0)

    def _get(self, address: str, accept: str, read: Callable[[Answer], T]) -> T:
        """What `read` makes of the answer, from the cache where it is fresh. Only what could be read is kept."""
        name = f"{accept} {address}"
        kept = self._cache.get(name)
        if kept is not None:
            with suppress(FetchError, ValueError):
                head, _, body = kept.partition(b"\n")
                return read(Answer(address, 200, json.loads(head), body))

        def read_and_keep(answer: Answer) -> T:
            value = read(answer)
            self._cache.put(name, json.dumps(answer.type).encode() + b"\n" + answer.body)
            return value

        return self._tried(address, accept, read_and_keep)

    def _tried(
        self, address: str, accept: str, read: Callable[[Answer], T], *, method: str = "GET", limit: int = MAX_BYTES
    ) -> T:
        """Try until an answer can be read, the fault is no passing one, or time is up."""
        end = time.monotonic() + self._seconds
        wait = 1.0
        for tried in range(1, TRIES + 1):
            try:
                return read(self._follow(address, accept, method, limit, end))
            except _Passing as fault:
                pause = wait if fault.after is None else fault.after
                if tried == TRIES or time.monotonic() + pause >= end:
                    raise fault.error from None
                if pause >= 2:
                    self.say(f"{_host(address)} is busy; trying again in {pause:.0f} s")
                self._sleep(pause)
                wait *= 2
        raise AssertionError("the last try returns or raises")

    def _follow(self, address: str, accept: str, method: str, limit: int, end: float) -> Answer:
        """The answer at the end of the redirects."""
        start = address
        for _ in range(MAX_REDIRECTS):
            answer, target = self._ask(address, accept, method, limit, end)
            if not target:
                return answer
            address = urljoin(address, target)
        raise FetchError(
            f"{shortened(start)} leads from page to page without an end; open it in a browser to see where it should go"
        )

    def _ask(self, address: str, accept: str, method: str, limit: int, end: float) -> tuple[Answer, str]:
        """One question: the answer, and where it sends us."""
        trusted = self._allowed(address)
        host = _host(address)
        self._wait_for_turn(host, end)
        headers = {"User-Agent": self._agent, "Accept": accept, "Accept-Encoding": "identity"}
        remaining = end - time.monotonic()
        with self._adapter.limited(remaining, trusted=trusted) as is_over:
            try:
                with self._session.request(
                    method,
                    address,
                    headers=headers,
                    stream=True,
                    allow_redirects=False,
                    timeout=max(0.1, min(PATIENCE, remaining)),
                ) as response:
                    return self._read(response, host, limit)
            except PrivateAddressError:
                raise FetchError(
                    f"{host} leads to an address of a private network, which is not asked; check the address"
                ) from None
            except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
                if is_over():
                    raise FetchError(
                        f"{host} took longer than {self._seconds:.0f} s to answer; try again later"
                    ) from None
                raise _fault(host, error) from None

    def _allowed(self, address: str) -> bool:
        """Whether the environment vouches for the address; else it has to be https and public."""
        try:
            if origin(address) in self.trusted:
                return True
        except ValueError:
            raise FetchError(f"expected an https address, got '{shortened(address)}'; check it") from None
        if not is_public(_host(address)):
            raise FetchError(
                f"{_host(address)} belongs to this machine or a private network, which is not asked; check the address"
            )
        if not address.startswith("https://"):
            raise FetchError(f"expected an https address, got '{shortened(address)}'; look for one that begins so")
        return False

    def _wait_for_turn(self, host: str, end: float) -> None:
        pause = self._pauses.get(host, 0.5) - self._cache.seconds_since(host)
        if pause > 0:
            self._sleep(min(pause, max(0.0, end - time.monotonic())))
        self._cache.asked(host)

    def _read(self, response: requests.Response, host: str, limit: int) -> tuple[Answer, str]:
        status = response.status_code
        target = response.headers.get("Location", "")
        if 300 <= status < 400 and target:
            return Answer(response.url, status, "", b""), target
        if status in RETRIED:
            raise _Passing(_refusal(host, status), _retry_after(response))
        if status in (404, 410):
            raise NotFoundError(f"{host} has nothing at that address ({status}); check it", status=status)
        if not 200 <= status < 300:
            raise _refusal(host, status)
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip().casefold()
        return Answer(response.url, status, kind, _body(response, host, limit) if limit else b""), ""


def _body(response: requests.Response, host: str, limit: int) -> bytes:
    too_big = FetchError(f"{host} sent more than {limit >> 20} MB, which is not what was asked for; check the address")
    length = response.headers.get("Content-Length", "")
    if length.isascii() and length.isdigit() and len(length) < 20 and int(length) > limit:
        raise too_big
    parts, size = [], 0
    for part in response.iter_content(65536):
        size += len(part)
        if size > limit:
            raise too_big
        parts.append(part)
    return b"".join(parts)


def _refusal(host: str, status: int) -> FetchError:
    if status == 429:
        return UnsureError(f"{host} has been asked too often (429); try again in some minutes", status=status)
    if status in UNSURE:
        said = f"{host} does not answer programs ({status}); open the address in a browser, or use another source"
        return UnsureError(said, status=status)
    if status >= 500:
        return FetchError(f"{host} has a fault of its own ({status}); try again later", status=status)
    return FetchError(f"{host} does not take the question ({status}); check the address", status=status)


def _fault(host: str, error: Exception) -> Exception:
    """What a failed connection means: worth another try, or not."""
    if isinstance(error, requests.exceptions.SSLError):
        return FetchError(f"{host} does not prove who it is (its certificate); check the address and your clock")
    if isinstance(error, requests.exceptions.ProxyError):
        return FetchError(f"the proxy that leads to {host} does not answer; check HTTPS_PROXY")
    if isinstance(error, requests.exceptions.Timeout):
        return _Passing(FetchError(f"{host} does not answer; check your connection, or try again later"))
    if isinstance(error, requests.exceptions.ChunkedEncodingError | urllib3.exceptions.ProtocolError):
        return _Passing(FetchError(f"{host} ended its answer halfway; try again later"))
    if isinstance(error, requests.ConnectionError):
        return _Passing(FetchError(f"{host} cannot be reached; check your connection and the address"))
    return FetchError(f"{host} answered what is no HTTP; check the address")


def _retry_after(response: requests.Response) -> float | None:
    """The seconds that the server asks us to wait, from a number or a date."""
    value = response.headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit() and len(value) < 9:
        return float(value)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - time.time())
    except (TypeError, ValueError, OverflowError):
        return None


def _json(answer: Answer) -> Any:
    _no_web_page(answer)
    try:
        return json.loads(answer.body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise _unreadable(answer, "JSON") from None


def _xml(answer: Answer) -> Element:
    _no_web_page(answer)
    try:
        root: Element = defusedxml.ElementTree.fromstring(answer.body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, RecursionError, LookupError):
        raise _unreadable(answer, "XML") from None
    return root


def _text(answer: Answer) -> str:
    _no_web_page(answer)
    try:
        return answer.body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _unreadable(answer, "text in UTF-8") from None


def _page(answer: Answer) -> str:
    if answer.type not in ("text/html", "application/xhtml+xml"):
        raise FetchError(
            f"{_host(answer.url)} sent no web page but {shortened(answer.type) or 'something without a type'}; "
            "give the address of the page that describes the work"
        )
    return answer.body.decode("utf-8", "replace")


def _no_web_page(answer: Answer) -> None:
    """A page where data was asked for is a check for robots, or a network that wants a login first."""
    if answer.type in ("text/html", "application/xhtml+xml") or answer.body[:100].lstrip()[:9].lower() in (
        b"<!doctype",
        b"<html",
    ):
        raise FetchError(
            f"{_host(answer.url)} sent a web page instead of data (a check for robots, or a login of your network); "
            "try again later"
        )


def _unreadable(answer: Answer, what: str) -> FetchError:
    return FetchError(f"{_host(answer.url)} sent what is no {what}; try again later")


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or shortened(address)
    except ValueError:
        return shortened(address)
