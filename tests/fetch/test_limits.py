"""Whatever a server does, an answer comes in time and in size, or none does."""

from __future__ import annotations

import gzip
import signal
import socket
import subprocess
import sys
import threading
import time
from typing import Any

import pytest
from tests.fetch.sentences import failing
from tests.fetch.servers import Server, Talk, dripping, flood, head, leads_to, raw, reply, silent
from urllib3.util.connection import create_connection

from shoulders.fetch import client as client_module

MB = 1 << 20
CHUNKED = head(200, ["Content-Type: application/json", "Transfer-Encoding: chunked"])
DRIPS = {
    "head": (b"HTTP/1.1 200 OK\r\nA: ", b"x"),
    "head lines": (b"HTTP/1.1 200 OK\r\n", b"A: b\r\n"),
    "continue": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "body": (head(200, ["Content-Length: 1000000"]), b" "),
    "body without a length": (head(200), b" "),
    "chunks": (CHUNKED, b"1\r\n \r\n"),
    "a chunk's length": (CHUNKED, b"0"),
    "a chunk": (CHUNKED + b"fffff\r\n", b" "),
    "trailers": (CHUNKED + b"2\r\n{}\r\n0\r\n", b"A: b\r\n"),
}


@pytest.mark.parametrize("drip", DRIPS.values(), ids=DRIPS)
def test_one_that_drips_for_ever_is_left_when_time_is_up(make_client, server, drip):
    error = failing(make_client(server, seconds=0.3).json, server.on("/a", dripping(*drip)))
    assert "took longer than 0.3 s" in str(error)
    assert server.hung_up.wait(20)


@pytest.mark.usefixtures("believed")
@pytest.mark.parametrize("drip", ["head", "body", "chunks"])
def test_over_tls_too(make_client, tls_server, drip):
    assert make_client(tls_server).json(tls_server.on("/good", reply(body=b"[7]"))) == [7]
    assert "took longer" in str(
        failing(make_client(tls_server, seconds=1.0).json, tls_server.on("/a", dripping(*DRIPS[drip])))
    )
    assert tls_server.hung_up.wait(20)


def test_a_greeting_of_tls_that_never_ends_is_left_too(make_client, server):
    trusted = server.origin.replace("http:", "https:")
    error = failing(make_client(trusted, seconds=0.3).json, f"{trusted}/a")
    assert "took longer" in str(error)


def test_a_redirect_that_drips_is_followed_without_its_body(make_client, server):
    start = head(302, ["Location: /b", "Content-Length: 1000000"])
    server.on("/b", reply(body=b"[7]"))
    assert make_client(server, seconds=20).json(server.on("/a", dripping(start))) == [7]


def test_one_that_is_silent_is_left_when_time_is_up(make_client, server):
    assert "took longer" in str(failing(make_client(server, seconds=0.2).json, server.on("/a", silent)))
    assert server.hung_up.wait(20)


def test_a_name_server_that_is_silent_is_left_when_time_is_up(make_client, monkeypatch):
    answer = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: answer.wait(60) and None)
    error = failing(make_client(seconds=0.2).json, "https://papers.example/a", host="papers.example")
    assert "took longer than 0.2 s" in str(error)
    answer.set()


def test_a_connection_that_comes_too_late_is_not_used(make_client, server, monkeypatch):
    late = threading.Event()

    def connect(*arguments: Any, **options: Any) -> socket.socket:
        late.wait(60)
        return create_connection(*arguments, **options)

    monkeypatch.setattr("shoulders.fetch.transport.create_connection", connect)
    assert "took longer" in str(failing(make_client(server, seconds=0.2).json, server.on("/a", reply(body=b"[7]"))))
    late.set()
    for thread in threading.enumerate():
        if thread.name == "shoulders-fetch":
            thread.join(20)
    assert server.asked == []


def test_all_redirects_share_the_time(make_client, server, clock):
    def slow(talk: Talk) -> None:
        clock.now += 11
        leads_to("/a")(talk)

    assert "took longer than 30 s" in str(failing(make_client(server, seconds=30).json, server.on("/a", slow)))
    assert server.count("/a") == 3


SIZE = 200 * MB
FLOODS = {
    "with a length": (head(200, [f"Content-Length: {SIZE}"]), b" " * 65536),
    "with a length of 5,000 digits": (head(200, ["Content-Length: " + "9" * 5000]), b" " * 65536),
    "without": (head(200), b" " * 65536),
    "in chunks": (CHUNKED, b"10000\r\n" + b" " * 65536 + b"\r\n"),
    "in small chunks": (CHUNKED, b"11\r\n                 \r\n" * 3000),
    "in one chunk": (CHUNKED + b"ffffffffffff\r\n", b" " * 65536),
    "in a chunk that is less than nothing": (CHUNKED + b"-1\r\n", b" " * 65536),
    "in the length of a chunk": (CHUNKED, b"0" * 65536),
    "in the head": (b"HTTP/1.1 200 OK\r\nA: ", b"x" * 65536),
    "in the lines of the head": (b"HTTP/1.1 200 OK\r\n", b"A: b\r\n" * 9000),
    "of a refusal": (head(404, [f"Content-Length: {SIZE}"]), b" " * 65536),
}


@pytest.mark.parametrize("flooding", FLOODS.values(), ids=FLOODS)
def test_no_more_is_read_than_may_be_needed(client, server, flooding: tuple[bytes, bytes]):
    failing(client.json, server.on("/a", flood(*flooding, SIZE)))
    assert server.hung_up.wait(20)
    # what the system holds for a connection comes on top of what was read
    assert server.talks[0].sent < 60 * MB


def test_what_says_that_it_is_too_big_is_not_waited_for(client, server):
    start = head(200, [f"Content-Length: {SIZE}"])
    assert "more than 8 MB" in str(failing(client.json, server.on("/a", dripping(start))))


@pytest.mark.parametrize("method", ["exists", "json"])
def test_of_a_redirect_nothing_is_read(client, server, method):
    start = head(302, ["Location: /b", f"Content-Length: {SIZE}"])
    server.on("/b", reply(body=b"[7]"))
    assert getattr(client, method)(server.on("/a", flood(start, b" " * 65536, SIZE)))
    assert server.talks[0].sent < 30 * MB


def test_to_know_that_it_exists_nothing_is_read(client, server):
    start = head(200, [f"Content-Length: {SIZE}"])
    assert client.exists(server.on("/a", reply(405), flood(start, b" " * 65536, SIZE))).body == b""
    assert server.talks[1].sent < 30 * MB


def test_the_limit_is_told(client, server, monkeypatch):
    monkeypatch.setattr(client_module, "MAX_BYTES", 2 * MB)
    exact = b'"' + b"x" * (2 * MB - 2) + b'"'
    assert len(client.json(server.on("/a", reply(body=exact)))) == 2 * MB - 2
    assert "more than 2 MB" in str(failing(client.json, server.on("/b", reply(body=exact + b" "))))
    assert "more than 2 MB" in str(failing(client.json, server.on("/c", raw(head(200) + exact + b" "))))
    assert server.count("/b") == server.count("/c") == 1


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "gzip, identity", "x" * 500])
def test_what_was_sent_packed_is_not_unpacked(client, server, encoding):
    bomb = gzip.compress(b"[" + b" " * 20 * MB + b"7]")
    answer = reply(200, f"Content-Encoding: {encoding}", body=bomb)
    assert "packed" in str(failing(client.json, server.on("/a", answer)))


def test_what_says_that_it_is_not_packed_is_read(client, server):
    assert client.json(server.on("/a", reply(200, "Content-Encoding: Identity ", body=b"[7]"))) == [7]


def test_what_is_packed_but_does_not_say_so_is_no_json(client, server):
    assert "no JSON" in str(failing(client.json, server.on("/a", reply(body=gzip.compress(b"[7]")))))


def test_a_body_is_as_long_as_it_says(client, server):
    assert client.json(server.on("/a", raw(head(200, ["Content-Length: 3"]) + b"[7] and more"))) == [7]
    assert "no JSON" in str(failing(client.json, server.on("/b", raw(head(200, ["Content-Length: 2"]) + b"[7]"))))


ASKER = """
import sys
from pathlib import Path
from shoulders.fetch import Client
Client("a", Path(sys.argv[2]), services={}, trusted=frozenset([sys.argv[1]])).json(sys.argv[1] + "/a")
"""


def test_ctrl_c_ends_it_at_once(server, tmp_path):
    server.on("/a", silent)
    asking = subprocess.Popen([sys.executable, "-c", ASKER, server.origin, tmp_path], stderr=subprocess.PIPE, text=True)
    while not server.asked and asking.poll() is None:
        time.sleep(0.01)
    asking.send_signal(signal.SIGINT)
    assert asking.communicate(timeout=client_module.PATIENCE - 5)[1].endswith("KeyboardInterrupt\n")


def test_threads_have_a_client_each_and_do_not_disturb_one_another(make_client):
    servers = [Server() for _ in range(4)]
    found: list[int] = []

    def ask(server: Server, number: int) -> None:
        patient, hasty = make_client(server), make_client(server, seconds=0.2)
        for path in range(6):
            failing(hasty.json, server.on(f"/{path}", silent, reply(body=b"%d" % (100 * number + path))))
            found.append(patient.json(f"{server.origin}/{path}"))

    threads = [threading.Thread(target=ask, args=(server, number)) for number, server in enumerate(servers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for server in servers:
        server.close()
    assert sorted(found) == [100 * number + path for number in range(4) for path in range(6)]
