"""Ask for many addresses: the hosts side by side, each by one thread that waits its turn there.

What the answers mean for the record is the work of `record`.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Collection, Generator, Iterator, Mapping
from datetime import datetime
from queue import Empty, SimpleQueue
from typing import Literal

from shoulders.fetch import Client, FetchError, NotFoundError, Service
from shoulders.fetch.guard import host_of, origin
from shoulders.links.record import Sighting
from shoulders.problems import visible

PAUSE = 1.0  # seconds between two questions to a host
PAUSES = {"arxiv.org": 3.0}  # as its API asks of programs
SECONDS = 30.0  # for one question, with all waiting
PATIENCE = 8  # questions in a row that a host may leave without an answer
LONGEST = 300  # characters of what is said of a link

Sleep = Callable[[float], None]


class _StoppedError(Exception):
    """Nobody waits for the answers any more."""


def with_pauses(services: Mapping[str, Service], addresses: Collection[str]) -> dict[str, Service]:
    """The services and the servers of the addresses, each with its pause; a service keeps its own."""
    known = {origin(service.base) for service in services.values()}
    servers = sorted({origin(address) for address in addresses} - known)
    return {**services, **{each: Service(each, each, PAUSES.get(host_of(each), PAUSE)) for each in servers}}


def ask(
    addresses: Collection[str],
    client: Callable[[Sleep], Client],
    *,
    jobs: int,
    now: Callable[[], datetime],
) -> Generator[Sighting, None, None]:
    """What came of each address, as it comes; `jobs` hosts are asked at once, those with most addresses first.

    `client` makes the client of a thread, which is to wait by the function it is given. When the iterator is closed,
    the threads ask nothing more.
    """
    hosts: dict[str, list[str]] = defaultdict(list)
    for address in sorted(addresses):
        hosts[host_of(address)].append(address)
    waiting: SimpleQueue[list[str]] = SimpleQueue()
    for host in sorted(hosts, key=lambda host: (-len(hosts[host]), host)):
        waiting.put(hosts[host])
    found: SimpleQueue[Sighting | Exception | None] = SimpleQueue()
    stop = threading.Event()
    # Daemons, as one that waits for an answer would hold up the end of the program
    threads = [
        threading.Thread(target=_work, args=(client, waiting, found, stop, now), daemon=True)
        for _ in range(min(jobs, len(hosts)))
    ]
    for thread in threads:
        thread.start()
    running = len(threads)
    try:
        while running:
            match found.get():
                case None:
                    running -= 1
                case Exception() as error:
                    raise error
                case sighting:
                    yield sighting
    finally:
        stop.set()


def _work(
    client: Callable[[Sleep], Client],
    waiting: SimpleQueue[list[str]],
    found: SimpleQueue[Sighting | Exception | None],
    stop: threading.Event,
    now: Callable[[], datetime],
) -> None:
    """Ask one host after the other until none waits."""

    def sleep(seconds: float) -> None:
        if stop.wait(seconds):
            raise _StoppedError

    try:
        asker = client(sleep)
        while not stop.is_set():
            for sighting in _of_host(asker, waiting.get_nowait(), now):
                found.put(sighting)
                sleep(0)
    except (Empty, _StoppedError):
        pass
    except Exception as error:
        found.put(error)
    finally:
        found.put(None)


def _of_host(client: Client, addresses: Collection[str], now: Callable[[], datetime]) -> Iterator[Sighting]:
    """What came of the addresses of one host. One that never answers is left alone after a while."""
    unanswered = 0
    for address in addresses:
        if unanswered == PATIENCE:
            said = f"{host_of(address)} did not answer and was not asked any more"
            yield Sighting(address=address, at=now(), finding="unsure", said=said)
            continue
        sighting = see(client, address, now)
        unanswered = unanswered + 1 if sighting.status in (None, 429) else 0
        yield sighting


def see(client: Client, address: str, now: Callable[[], datetime]) -> Sighting:
    """What comes of asking for one address; for one of plain http, whether https leads there."""
    secure = address.replace("http://", "https://", 1)
    plain = secure != address and origin(address) not in client.trusted
    finding: Literal["fine", "missing", "unsure"] = "fine"
    said, status = "", None
    try:
        status = client.exists(secure if plain else address).status
    except FetchError as error:
        finding = "missing" if isinstance(error, NotFoundError) else "unsure"
        said, status = _reason(error), error.status
    if plain:
        finding, said = "unsure", "plain http is not asked" if said else "plain http is not asked; https answers"
    return Sighting(address=address, at=now(), finding=finding, said=said, status=status)


def _reason(error: FetchError) -> str:
    """What an error says, without the advice that follows."""
    return visible(str(error)).partition("; ")[0][:LONGEST]
