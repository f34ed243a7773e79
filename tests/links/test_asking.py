"""What servers answer and what that means; hosts side by side, each at its pace; threads that end."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Collection
from contextlib import closing
from datetime import datetime
from typing import Any

import pytest
from tests.links.web import HANG

from shoulders.fetch import SERVICES, Client, FetchError, Service
from shoulders.links.asking import PATIENCE, Sleep, ask, see, with_pauses
from shoulders.links.record import Link, Sighting

# What a path answers: what it is taken for, its status, and how often it was asked with HEAD and with GET.
ANSWERS = {
    200: ("fine", 200, "HEAD"),
    204: ("fine", 204, "HEAD"),
    404: ("missing", 404, "HEAD GET"),
    410: ("missing", 410, "HEAD GET"),
    401: ("unsure", 401, "HEAD GET"),
    403: ("unsure", 403, "HEAD GET"),
    418: ("unsure", 418, "HEAD GET"),
    429: ("unsure", 429, "HEAD GET GET GET"),
    500: ("unsure", 500, "HEAD GET GET GET"),
    503: ("unsure", 503, "HEAD GET GET GET"),
}


def asked_all(client: Any, addresses: Collection[str], now: Callable[[], datetime], jobs: int = 2) -> list[Sighting]:
    """What comes of addresses when every thread asks with the same client."""
    return list(ask(addresses, lambda _: client, jobs=jobs, now=now))


@pytest.fixture
def one(client, clock):
    """What comes of one address."""
    return lambda address, **options: see(client(**options), address, clock)


@pytest.mark.parametrize("status", ANSWERS)
def test_what_an_answer_means(web, one, clock, status):
    sighting = one(web("/page", status))
    finding, code, asked = ANSWERS[status]
    assert (sighting.finding, sighting.status, sighting.at) == (finding, code, clock.now)
    assert web.asked == [f"{method} /page" for method in asked.split()]
    assert (sighting.said == "") == (finding == "fine")
    assert str(status) in sighting.said or finding == "fine"


@pytest.mark.parametrize("refused", [403, 404, 405, 500])
def test_a_server_that_knows_no_head_is_asked_again_with_get(web, one, refused):
    assert one(web("/page", {"HEAD": refused, "GET": 200})).finding == "fine"
    assert web.asked == ["HEAD /page", "GET /page"]


def test_what_a_redirect_leads_to_counts(web, one):
    assert one(web("/old", web("/new"))).finding == "fine"
    assert one(web("/older", web.base + "/gone")).finding == "missing"
    assert one(web("/round", web.base + "/round")).finding == "unsure"


def test_a_redirect_to_a_private_network_is_not_followed(web, other_web, one, monkeypatch):
    address = web("/old", other_web("/secret"))
    monkeypatch.delenv("SHOULDERS_GITHUB_URL")
    assert one(address).finding == "unsure"
    assert other_web.asked == []


def test_one_that_never_answers_is_left_in_time(web, one):
    sighting = one(web("/page", HANG), seconds=0.4)
    assert (sighting.finding, sighting.status) == ("unsure", None)
    assert "took longer than 0.4 s" in sighting.said


def test_what_is_said_is_one_short_line_without_advice(web, one):
    said = one(web("/page", 404)).said
    assert said == "127.0.0.1 has nothing at that address (404)"


class Stub:
    """A client for whom only one address stands, and that knows what it was asked."""

    trusted = frozenset({"http://127.0.0.1:81"})

    def __init__(self, stands: str = "") -> None:
        self.stands, self.asked = stands, list[str]()

    def exists(self, address):
        self.asked.append(address)
        if address != self.stands:
            raise FetchError("example.org does not answer; try again later")
        return type("Answer", (), {"status": 200})


@pytest.mark.parametrize(
    "error", [";a is gone; check it", "\x1b[31m is gone; check it", f"{'a' * 999} is gone; check it", "x"]
)
def test_whatever_is_said_fits_into_the_record(clock, error):
    class Failing(Stub):
        def exists(self, _):
            raise FetchError(error)

    stub: Any = Failing()
    said = see(stub, "https://example.org/", clock).said
    assert Link(state="unsure", since="2026-01-02", said=said).said.isprintable()
    assert "check it" not in said


def test_plain_http_is_not_asked_and_https_is_proposed_where_it_answers(clock):
    stub: Any = Stub("https://example.org/a")
    fine, silent = see(stub, "http://example.org/a", clock), see(stub, "http://example.org/b", clock)
    assert stub.asked == ["https://example.org/a", "https://example.org/b"]
    assert (fine.finding, fine.said) == ("unsure", "plain http is not asked; https answers")
    assert (silent.finding, silent.said) == ("unsure", "plain http is not asked")


def test_plain_http_is_asked_where_the_environment_vouches_for_it(clock):
    stub: Any = Stub("http://127.0.0.1:81/a")
    assert see(stub, stub.stands, clock).finding == "fine"


def test_every_server_has_a_pause_and_a_service_its_own():
    addresses = ["https://arxiv.org/abs/1", "https://example.org/a", "https://example.org/b", "https://dblp.org/x"]
    known = {service.name: service for service in SERVICES}
    paused = with_pauses(known, addresses)
    assert paused.items() >= known.items()
    assert [paused[name] for name in sorted(paused.keys() - known.keys())] == [
        Service("https://arxiv.org:443", "https://arxiv.org:443", 3.0),
        Service("https://example.org:443", "https://example.org:443", 1.0),
    ]


def test_all_are_asked_once_and_a_host_by_one_thread_alone(web, other_web, client, clock):
    addresses = [web(f"/{number}", 200 + 204 * (number % 2)) for number in range(7)]
    addresses += [other_web(f"/{number}") for number in range(5)]
    threads: Counter[threading.Thread] = Counter()
    made: list[Client] = []

    def make(sleep: Sleep) -> Client:
        made.append(client(sleep))
        threads[threading.current_thread()] += 1
        return made[-1]

    seen = list(ask(addresses, make, jobs=9, now=clock))
    assert sorted(sighting.address for sighting in seen) == sorted(addresses)
    assert Counter(sighting.finding for sighting in seen) == {"fine": 9, "missing": 3}
    assert [*threads.values()] == [1, 1], "no more threads than hosts, each with a client of its own"
    heads = [line for line in web.asked if line.startswith("HEAD")]
    assert heads == sorted(heads), "one after the other"


def test_hosts_are_asked_side_by_side(web, other_web, clock):
    """Each of two answers waits for the other to be asked for."""
    meeting = threading.Barrier(2)

    class Meeting:
        trusted = frozenset({web.base, other_web.base})

        def exists(self, _):
            meeting.wait(20)
            return type("Answer", (), {"status": 200})

    seen = asked_all(Meeting(), [web("/a"), other_web("/b")], clock)
    assert [sighting.finding for sighting in seen] == ["fine", "fine"]


@pytest.mark.parametrize("status", [None, 429])
def test_a_host_that_never_answers_is_left_alone_after_a_while(clock, status):
    class Silent(Stub):
        def exists(self, address):
            self.asked.append(address)
            raise FetchError("nobody there", status=status)

    silent = Silent()
    addresses = [f"https://example.org/{number:02}" for number in range(PATIENCE + 3)]
    seen = asked_all(silent, addresses, clock)
    assert silent.asked == addresses[:PATIENCE]
    assert [sighting.address for sighting in seen] == addresses
    assert {sighting.finding for sighting in seen} == {"unsure"}
    assert seen[-1].said == "example.org did not answer and was not asked any more"


def test_a_host_that_answers_now_and_then_is_asked_to_the_end(clock):
    class Now(Stub):
        def exists(self, address):
            self.asked.append(address)
            if len(self.asked) % PATIENCE == 0:
                return type("Answer", (), {"status": 200})
            raise FetchError("nobody there")

    stub = Now()
    addresses = [f"https://example.org/{number:02}" for number in range(3 * PATIENCE)]
    asked_all(stub, addresses, clock)
    assert stub.asked == addresses


def test_a_fault_of_the_program_is_not_swallowed(clock):
    class Broken(Stub):
        def exists(self, address):
            raise ZeroDivisionError(address)

    with pytest.raises(ZeroDivisionError):
        asked_all(Broken(), ["https://example.org/a", "https://example.com/b"], clock)


def test_who_stops_listening_ends_the_threads_even_while_they_wait(clock):
    before = set(threading.enumerate())
    asked: list[str] = []

    def make(sleep: Sleep) -> Any:
        class Waiting(Stub):
            def exists(self, address):
                asked.append(address)
                if len(asked) > 1:
                    sleep(1000.0)
                return type("Answer", (), {"status": 200})

        return Waiting()

    with closing(ask([f"https://example.org/{n}" for n in range(4)], make, jobs=1, now=clock)) as sightings:
        next(sightings)
        (thread,) = set(threading.enumerate()) - before
    thread.join(20)
    assert not thread.is_alive()
    assert len(asked) <= 2


def test_nothing_to_ask_is_nothing(clock):
    assert asked_all(Stub(), [], clock) == []
