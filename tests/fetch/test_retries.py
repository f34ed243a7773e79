"""A fault that may pass is waited for, within bounds; any other is told at once."""

from __future__ import annotations

import email.utils
import time

import pytest
from tests.fetch.sentences import failing
from tests.fetch.servers import head, raw, reply, silent

from shoulders.fetch import Client, NotFoundError, Service, UnsureError
from shoulders.fetch import client as client_module

GOOD = reply(body=b'{"found": 7}')


def test_an_answer_is_what_stands_there(client, server, clock):
    assert client.json(server.on("/a", GOOD)) == {"found": 7}
    assert clock.slept == []


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_a_passing_fault_and_then_success(client, server, clock, status):
    assert client.json(server.on("/a", reply(status), reply(status), GOOD)) == {"found": 7}
    assert clock.slept == [1, 2]
    assert server.count("/a") == 3


@pytest.mark.parametrize("status", [429, 500, 503])
def test_it_is_asked_four_times_and_never_more(client, server, clock, status):
    error = failing(client.json, server.on("/a", reply(status)))
    assert error.status == status
    assert f"({status})" in str(error)
    assert server.count("/a") == 4
    assert clock.slept == [1, 2, 4]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 410, 414, 451, 501, 505, 999, 300, 304])
def test_other_refusals_are_told_at_once(client, server, status):
    error = failing(client.json, server.on("/a", reply(status)))
    assert error.status == status
    assert server.count("/a") == 1


def test_what_is_not_there_and_what_is_not_told_differ(client, server):
    for status in (404, 410):
        assert isinstance(failing(client.json, server.on("/a", reply(status))), NotFoundError)
    for status in (401, 403, 405, 406, 408, 425, 429, 451, 999):
        assert isinstance(failing(client.json, server.on("/a", reply(status))), UnsureError)
    for status in (400, 500):
        assert type(failing(client.json, server.on("/a", reply(status)))).__name__ == "FetchError"


def after(value: str) -> bytes:
    return head(429, [f"Retry-After: {value}", "Content-Length: 0"])


@pytest.mark.parametrize(("value", "slept"), [("7", 7), ("0", 1), (" 5 ", 5), ("00009", 9), ("", 1)])
def test_a_server_says_after_how_many_seconds(client, server, clock, value, slept):
    assert client.json(server.on("/a", raw(after(value)), GOOD)) == {"found": 7}
    assert clock.slept == [slept]


def test_a_server_says_after_which_date(client, server, clock):
    date = email.utils.formatdate(time.time() + 40, usegmt=True)
    assert client.json(server.on("/a", raw(after(date)), GOOD)) == {"found": 7}
    assert 1 <= clock.slept[0] <= 40
    assert len(clock.slept) == 1


@pytest.mark.parametrize(
    "value",
    [
        *("-5", "soon", "1e3", "5.5", "٣", "Thu, 01 Jan 1970 00:00:00 GMT", "Mon, 99 Foo 9999 99:99:99 GMT", "," * 99),
        "Fri, 31 Dec 0000 23:59:59 GMT",
    ],
)
def test_what_is_no_sound_time_is_as_if_it_said_nothing(client, server, clock, value):
    answer = after("@").replace(b"@", value.encode())
    assert client.json(server.on("/a", raw(answer), GOOD)) == {"found": 7}
    assert clock.slept == [1]


@pytest.mark.parametrize("value", ["31536000", "9" * 30, "Fri, 31 Dec 9999 23:59:59 GMT", "61"])
def test_who_wants_to_be_left_alone_for_longer_than_there_is_time_is(client, server, clock, value):
    assert isinstance(failing(client.json, server.on("/a", raw(after(value)))), UnsureError)
    assert clock.slept == []
    assert server.count("/a") == 1


def test_all_waiting_counts_against_the_time(client, server, clock):
    failing(client.json, server.on("/a", raw(after("25"))))
    assert clock.slept == [25, 25]
    assert server.count("/a") == 3


def test_a_longer_wait_is_told_on_one_line(make_client, server):
    told: list[str] = []
    make_client(server, say=told.append).json(server.on("/a", reply(503), raw(after("7")), GOOD))
    assert told == ["127.0.0.1 does not answer yet; trying again in 7 s"]


def test_a_server_that_does_not_listen_is_tried_again(make_client, clock, gone):
    error = failing(make_client(gone).json, f"{gone}/a")
    assert "cannot be reached" in str(error)
    assert error.status is None
    assert clock.slept == [1, 2, 4]


@pytest.fixture
def impatient(make_client, server, monkeypatch):
    """A client that waits a moment for an answer, and after that as long as ever."""
    monkeypatch.setattr(client_module, "PATIENCE", 0.1)
    return make_client(server, sleep=lambda _: monkeypatch.setattr(client_module, "PATIENCE", 15.0))


def test_one_that_accepts_and_never_answers_is_tried_again(impatient, server):
    assert impatient.json(server.on("/a", silent, GOOD)) == {"found": 7}


def test_one_that_never_answers_is_told(client, server, clock, monkeypatch):
    monkeypatch.setattr(client_module, "PATIENCE", 0.1)
    assert "does not answer" in str(failing(client.json, server.on("/a", silent)))
    assert clock.slept == [1, 2, 4]


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        head(200, ["Content-Length: 20"]) + b'{"found": 7}',
        head(200, ["Transfer-Encoding: chunked"]) + b'c\r\n{"found": 7}\r\n',
        head(200, ["Transfer-Encoding: chunked"]) + b'1c\r\n{"found": 7}',
        head(200, ["Transfer-Encoding: chunked"]) + b"many\r\n{}\r\n0\r\n\r\n",
    ],
    ids=["nothing", "short body", "no last chunk", "short chunk", "no length"],
)
def test_one_that_breaks_off_is_tried_again(client, server, clock, answer):
    assert client.json(server.on("/a", raw(answer), GOOD)) == {"found": 7}
    assert clock.slept == [1]
    assert "broke off" in str(failing(client.json, server.on("/b", raw(answer))))


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-Imagined\r\n\r\n",
        b"\x00" * 500,
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 99999 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nA: " + b"x" * 100_000 + b"\r\n\r\n",
        head(200, [f"A{number}: b" for number in range(300)]),
        head(200, ["Content-Length: 2", "Content-Length: 3"]) + b"{}",
    ],
    ids=["ssh", "zeros", "no status", "large status", "long line", "many lines", "two lengths"],
)
def test_what_is_no_http_is_told_at_once(client, server, answer):
    assert "no HTTP" in str(failing(client.json, server.on("/a", raw(answer))))
    assert server.count("/a") == 1


class TestTurns:
    """Each server is asked only so often."""

    @pytest.fixture
    def paced(self, make_client, server):
        """Makes clients that share a folder and have to leave the server alone for 50 seconds."""

        def make(**options: object) -> Client:
            return make_client(server, services={"imagined": Service("imagined", server.origin, 50.0)}, **options)

        return make

    def test_the_second_question_waits_for_its_turn(self, paced, server, clock):
        asking = paced(seconds=500)
        for path in ("/a", "/b"):
            asking.json(server.on(path, GOOD))
        assert len(clock.slept) == 1
        assert 0 < clock.slept[0] <= 50

    def test_clients_that_share_a_folder_wait_for_each_other(self, paced, server, clock):
        for path in ("/a", "/b"):
            paced(seconds=500).json(server.on(path, GOOD))
        assert len(clock.slept) == 1

    def test_what_is_kept_waits_for_nothing(self, paced, server, clock):
        for _ in range(3):
            paced(seconds=500).json(server.on("/a", GOOD))
        assert clock.slept == []
        assert server.count("/a") == 1

    def test_where_there_is_no_time_to_wait_nobody_is_asked(self, paced, server):
        paced(seconds=500).json(server.on("/a", GOOD))
        assert "took longer than 9 s" in str(failing(paced(seconds=9).json, server.on("/b", GOOD)))
        assert server.count("/b") == 0

    def test_of_services_at_one_server_the_slowest_counts(self, make_client, server, clock):
        three = {str(pause): Service("imagined", f"{server.origin}/{pause}", pause) for pause in (3.0, 40.0, 7.0)}
        asking = make_client(server, services=three, seconds=500)
        for path in ("/a", "/b"):
            asking.json(server.on(path, GOOD))
        assert 7 < clock.slept[0] <= 40

    def test_a_server_that_is_no_service_waits_too(self, make_client, server, clock):
        asking = make_client(server, services={})
        for path in ("/a", "/b", "/c"):
            asking.json(server.on(path, GOOD))
        assert len(clock.slept) == 2


class TestExists:
    """Whether something stands at an address, asked for with as little as possible."""

    def test_by_head_alone(self, client, server):
        answer = client.exists(server.on("/a", reply(kind="Text/HTML; charset=x")))
        assert (answer.url, answer.status, answer.type, answer.body) == (f"{server.origin}/a", 200, "text/html", b"")
        assert [asked.method for asked in server.asked] == ["HEAD"]

    @pytest.mark.parametrize("status", [400, 403, 404, 405, 500, 501])
    def test_where_head_is_refused_get_decides(self, client, server, status):
        address = server.on("/a", reply(status), reply(200, body=b"x" * 70_001))
        assert client.exists(address).status == 200
        assert [asked.method for asked in server.asked] == ["HEAD", "GET"]

    @pytest.mark.parametrize(("status", "kind"), [(404, NotFoundError), (410, NotFoundError), (403, UnsureError)])
    def test_what_get_says_is_told(self, client, server, status, kind):
        assert isinstance(failing(client.exists, server.on("/a", reply(status))), kind)
        assert [asked.method for asked in server.asked] == ["HEAD", "GET"]

    def test_four_questions_are_enough_here_too_and_are_waited_for(self, client, server, clock):
        failing(client.exists, server.on("/a", raw(after("5"))))
        assert [asked.method for asked in server.asked] == ["HEAD", "GET", "GET", "GET"]
        assert clock.slept == [5, 5, 5]

    def test_one_that_is_silent_when_asked_by_head_is_asked_by_get(self, impatient, server):
        assert impatient.exists(server.on("/a", silent, reply())).status == 200

    def test_nothing_is_kept_of_it(self, client, server):
        address = server.on("/a", reply())
        for _ in range(2):
            client.exists(address)
        assert server.count("/a") == 2
