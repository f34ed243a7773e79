"""What was read once is not asked for again within a day; what could not be read is."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.fetch.sentences import failing
from tests.fetch.servers import leads_to, reply

from shoulders.fetch.cache import Cache

GOOD = reply(body=b'{"found": 7}')

ASKER = """
import sys
from pathlib import Path
from shoulders.fetch import Client, Service
origin, folder = sys.argv[1:]
client = Client("a", Path(folder), services={"a": Service("a", origin, 0.0)}, trusted=frozenset([origin]))
for number in range(40):
    assert client.json(f"{origin}/{number % 5}") == {"found": 7}
"""


@pytest.fixture
def kept(tmp_path):
    """The files in which answers are kept."""
    return lambda: sorted((tmp_path / "cache").glob("*.answer"))


def test_a_second_question_asks_nobody(client, make_client, server):
    address = server.on("/a", GOOD)
    assert client.json(address) == client.json(address) == make_client(server).json(address) == {"found": 7}
    assert server.connections == 1


def test_the_same_address_in_another_form_is_another_answer(client, server):
    address = server.on("/a", GOOD)
    client.json(address)
    client.csl(address)
    assert client.text(address) == '{"found": 7}'
    assert client.text(address, "text/x-bibtex") == '{"found": 7}'
    assert server.count("/a") == 4


def test_what_was_changed_by_who_got_it_is_as_it_was(client, server):
    address = server.on("/a", GOOD)
    client.json(address)["found"] = 8
    assert client.json(address) == {"found": 7}


def test_each_kind_of_answer_is_kept(client, server):
    xml, page = (
        server.on("/x", reply(body=b"<a>7</a>")),
        server.on("/p", reply(body=b"<p>7", kind="text/html; charset=x")),
    )
    for _ in range(2):
        assert client.xml(xml).text == "7"
        assert client.page(page) == "<p>7"
    assert server.count("/x") == server.count("/p") == 1


def test_after_a_day_it_is_asked_for_again(client, server, kept):
    address = server.on("/a", GOOD, reply(body=b"[8]"))
    client.json(address)
    os.utime(kept()[0], (time.time() - 25 * 3600,) * 2)
    assert client.json(address) == [8]
    assert client.json(address) == [8]
    assert server.count("/a") == 2


@pytest.mark.parametrize("harm", ["cut off", "changed", "deleted", "a folder"])
def test_a_file_that_came_to_harm_is_asked_for_again(client, server, kept, harm):
    address = server.on("/a", GOOD, reply(body=b"[8]"))
    client.json(address)
    (file,) = kept()
    data = file.read_bytes()
    file.unlink()
    if harm in ("cut off", "changed"):
        file.write_bytes(data[:-3] if harm == "cut off" else data.replace(b"7", b"9"))
    elif harm == "a folder":
        file.mkdir()
    assert client.json(address) == [8]


@pytest.mark.parametrize(
    "bad", [reply(body=b"nothing"), reply(kind="text/html"), reply(404), reply(body=b""), leads_to("x:")]
)
def test_what_could_not_be_read_is_not_kept(client, server, kept, bad):
    address = server.on("/a", bad, GOOD)
    failing(client.json, address)
    assert kept() == []
    assert client.json(address) == {"found": 7}


@pytest.mark.parametrize("kept", [b"", b"nothing", b'""\nnothing', b'"text/html"\n{"found": 8}'])
def test_what_another_version_kept_and_this_one_cannot_read_is_asked_for_again(client, server, monkeypatch, kept):
    monkeypatch.setattr(Cache, "get", lambda *_: kept)
    assert client.json(server.on("/a", GOOD)) == {"found": 7}


def test_where_nothing_can_be_kept_everything_is_asked(make_client, server, tmp_path):
    (tmp_path / "cache").write_text("here first")
    asking = make_client(server)
    for _ in range(2):
        assert asking.json(server.on("/a", GOOD)) == {"found": 7}
    assert server.count("/a") == 2
    assert (tmp_path / "cache").read_text() == "here first"


def test_the_answer_at_the_end_of_a_redirect_is_kept_for_its_beginning(client, server):
    server.on("/b", GOOD)
    for _ in range(2):
        assert client.json(server.on("/a", leads_to("/b"))) == {"found": 7}
    assert len(server.asked) == 2


def test_programs_at_the_same_time_share_what_is_kept(server, tmp_path):
    for number in range(5):
        server.on(f"/{number}", GOOD)
    programs = [subprocess.Popen([sys.executable, "-c", ASKER, server.origin, str(tmp_path)]) for _ in range(2)]
    assert [program.wait(timeout=120) for program in programs] == [0, 0]
    assert 5 <= len(server.asked) <= 10
    assert len(list(Path(tmp_path).glob("*.answer"))) == 5
