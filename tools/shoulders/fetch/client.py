"""One polite client for everything: it waits its turn, tries again within bounds, and believes nothing it is told.

Each address is asked over https with certificates checked, at most so often a host, for at most so long, and no more
is read than may be needed. Redirects are followed only to public addresses. Good answers are kept for a day.
"""

from __future__ import annotations

import email.utils
import json
import string
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote, urljoin, urlsplit
from xml.etree.ElementTree import Element

from shoulders.fetch import transport
from shoulders.fetch.cache import Cache
from shoulders.fetch.errors import ConnectionFailedError, FetchError, fault, refusal
from shoulders.fetch.guard import host_of, is_public, origin
from shoulders.fetch.reading import Answer, read_json, read_page, read_text, read_xml
from shoulders.fetch.services import Service
from shoulders.fetch.turns import Turns
from shoulders.problems import quoted

T = TypeVar("T")

TRIES = 4
SECONDS = 60.0  # for an answer, with all waiting
PATIENCE = 15.0  # for a connection, and for a sign of life on it
PAUSE = 0.5  # between two questions to a server that is no service
MAX_BYTES = 8 * 1024 * 1024
MAX_REDIRECTS = 6

_GETS = ("GET",) * TRIES
_HEAD_FIRST = ("HEAD", *_GETS[1:])


@dataclass(frozen=True, slots=True)
class _Request:
    """What to ask for: where, in which form, how much of it, and until when."""

    address: str
    accept: str
    limit: int  # bytes of the body
    end: float  # of the client's clock
    method: str = "GET"
    first: str = ""  # the host that led to the address, where one did


class Client:
    """Asks services and pages. One of it is enough for a run of the program; threads have one each."""

    def __init__(
        self,
        agent: str,
        cache: Path,
        *,
        services: Mapping[str, Service],
        trusted: frozenset[str] = frozenset(),
        say: Callable[[str], None] = lambda _: None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        seconds: float = SECONDS,
    ) -> None:
        """`agent` names who asks and how to reach them; `say` is told when a wait is worth telling.

        Raises:
            ValueError: when the agent is no ASCII on one line, as HTTP wants it.
        """
        if not (agent.isascii() and agent.isprintable()):
            raise ValueError(f"expected an agent in ASCII, got {quoted(agent)}")
        self.services, self.trusted, self.say = services, trusted, say
        self._agent, self._sleep, self._clock, self._seconds = agent, sleep, clock, seconds
        self._cache, self._turns = Cache(cache), Turns(cache)
        by_pause = sorted(services.values(), key=lambda service: service.pause)
        self._pauses = {origin(service.base): service.pause for service in by_pause}

    def json(self, address: str) -> Any:
        """The JSON that stands there.

        Raises:
            FetchError: when none comes.
        """
        return self._get(address, "application/json", read_json)

    def csl(self, address: str) -> Any:
        """The CSL-JSON into which a DOI resolves. Raises `FetchError` when none comes."""
        return self._get(address, "application/vnd.citationstyles.csl+json", read_json)

    def xml(self, address: str) -> Element:
        """The XML that stands there; one that declares entities is refused. Raises `FetchError`."""
        return self._get(address, "application/atom+xml, application/xml;q=0.9, text/xml;q=0.9", read_xml)

    def text(self, address: str, accept: str = "text/plain, application/x-bibtex;q=0.9, */*;q=0.5") -> str:
        """The text that stands there and is no web page. Raises `FetchError`."""
        return self._get(address, accept, read_text)

    def page(self, address: str) -> str:
        """The HTML of a page. Raises `FetchError`."""
        return self._get(address, "text/html, application/xhtml+xml;q=0.9", read_page)

    def exists(self, address: str) -> Answer:
        """The answer that says that something stands there, asked for without reading it: by HEAD, then by GET.

        Raises:
            NotFoundError: when the server says that nothing does.
            UnsureError: when it will not tell.
            FetchError: when no answer comes.
        """
        return self._tried(self._request(address, "*/*", limit=0), lambda answer: answer, methods=_HEAD_FIRST)

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

        return self._tried(self._request(address, accept, limit=MAX_BYTES), read_and_keep)

    def _request(self, address: str, accept: str, *, limit: int) -> _Request:
        return _Request(address, accept, limit, self._clock() + self._seconds)

    def _tried(self, request: _Request, read: Callable[[Answer], T], *, methods: Sequence[str] = _GETS) -> T:
        """Try one method after the other until an answer can be read, the fault is no passing one, or time is up."""
        for tried, method in enumerate(methods):
            try:
                return read(self._follow(replace(request, method=method)))
            except FetchError as error:
                head_refused = method == "HEAD" and error.status is not None  # GET may say otherwise
                if tried + 1 == len(methods) or (error.again is None and not head_refused):
                    raise
                pause = 0.0 if error.again is None else max(2.0**tried, error.again)
                if self._clock() + pause >= request.end:
                    raise
                if pause >= 2:
                    self.say(f"{host_of(request.address)} does not answer yet; trying again in {pause:.0f} s")
                if pause:
                    self._sleep(pause)
        raise AssertionError("the last try returns or raises")

    def _follow(self, request: _Request) -> Answer:
        """The answer at the end of the redirects."""
        first = host_of(request.address)
        for _ in range(MAX_REDIRECTS + 1):
            answer, target = self._ask(request)
            if not target:
                return answer
            request = replace(request, address=self._onward(answer.url, target), first=first)
        raise FetchError(f"{first} leads from page to page without an end; open the address in a browser")

    def _onward(self, address: str, target: str) -> str:
        """Where a redirect leads. Many old ones name plain http: then the same address is asked over https instead."""
        try:
            joined = urljoin(address, target)
            parts = urlsplit(joined)
            if (
                parts.scheme == "http"
                and parts.netloc.casefold() == parts.hostname
                and origin(joined) not in self.trusted
            ):
                return parts._replace(scheme="https").geturl()
        except ValueError:
            return target
        return joined

    def _ask(self, request: _Request) -> tuple[Answer, str]:
        """Ask once: the answer, and where it sends us."""
        prepared, trusted = self._prepared(request)
        address = prepared.url or ""
        host = host_of(address)
        too_long = FetchError(f"{host} took longer than {self._seconds:g} s to answer; try again later")
        wait = self._turns.take(origin(address), self._pauses.get(origin(address), PAUSE))
        if wait > 0:
            self._sleep(min(wait, max(0.0, request.end - self._clock())))
        seconds = request.end - self._clock()
        if seconds <= 0:
            raise too_long

        def hear(response: transport.Response) -> tuple[Answer, str]:
            return _heard(response, host, request.limit)

        try:
            return transport.ask(prepared, hear, trusted=trusted, seconds=seconds, patience=PATIENCE)
        except transport.TimeUpError:
            raise too_long from None
        except ConnectionFailedError as error:
            raise fault(host, error) from None

    def _prepared(self, request: _Request) -> tuple[transport.PreparedRequest, bool]:
        """What is sent, and whether the environment vouches for where it goes; else that has to be https and public."""
        headers = {"User-Agent": self._agent, "Accept": request.accept, "Accept-Encoding": "identity"}
        with suppress(ValueError):
            prepared = transport.prepare(request.method, request.address, headers)
            # Judged is the address as it will be asked, not as it was given: over strange ones parsers differ.
            parts = urlsplit(prepared.url or "")
            if origin(parts.geturl()) in self.trusted:
                return prepared, True
            if parts.scheme == "https" and "@" not in parts.netloc and is_public(parts.hostname or ""):
                return prepared, False
        shown = quoted(request.address)
        if request.first:
            raise FetchError(f"{request.first} leads to {shown}, which is no public https address; check where it goes")
        raise FetchError(f"expected a public https address, got {shown}; check it")


def _heard(response: transport.Response, host: str, limit: int) -> tuple[Answer, str]:
    """The answer, with no more of its body than is wanted, and where it sends us."""
    status = response.status_code
    target = response.headers.get("Location", "")
    if 300 <= status < 400 and target:
        # HTTP knows bytes; http.client makes them Latin-1.
        return Answer(response.url, status, "", b""), quote(target.strip().encode("latin-1"), safe=string.punctuation)
    if not 200 <= status < 300:
        raise refusal(host, status, after=_retry_after(response))
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().casefold()
    return Answer(response.url, status, kind, _body(response, host, limit) if limit else b""), ""


def _body(response: transport.Response, host: str, limit: int) -> bytes:
    """The body as it comes: what is packed could be a bomb, and nobody asked for that."""
    if response.headers.get("Content-Encoding", "identity").strip().casefold() not in ("", "identity"):
        raise FetchError(f"{host} sent its answer packed, which was not asked for; try again later")
    too_big = FetchError(f"{host} sent more than {limit >> 20} MB, which is not what was asked for; check the address")
    length = response.headers.get("Content-Length", "")
    if length.isascii() and length.isdigit() and int(length[:20]) > limit:
        raise too_big
    parts, size = [], 0
    # Not `iter_content`: a chunk that says it is -1 long would be read to its end, wherever that is.
    while part := response.raw.read1(65536, decode_content=False):
        size += len(part)
        if size > limit:
            raise too_big
        parts.append(part)
    return b"".join(parts)


def _retry_after(response: transport.Response) -> float:
    """The seconds that the server wants to be left alone, from a number or a date; none where it says nothing sound."""
    value = response.headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:12])
    with suppress(TypeError, ValueError, OverflowError, IndexError):
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - time.time())
    return 0.0
