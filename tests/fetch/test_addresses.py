"""Nobody is asked but public servers over https, and those for which the environment vouches."""

from __future__ import annotations

import socket
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.fetch.sentences import failing
from tests.fetch.servers import leads_to, raw, reply

from shoulders.fetch import Client
from shoulders.problems import quoted

SEVEN = reply(body=b"[7]")
ELSEWHERE = [
    *("ftp://papers.example/a", "file:///etc/passwd", "javascript:alert(1)", "data:application/json,[7]"),
    *("mailto:nobody@papers.example", "gopher://papers.example/a", "httpx://papers.example/a"),
    *("http+unix://papers.example/a", "https://", "https:///a", "http://papers.example:80/a", "http://127.0.0.1/a"),
    # this machine and private networks, in all spellings
    *("https://localhost/a", "https://localhost./a", "https://127.0.0.1/a", "https://127.0.0.1.:443/a"),
    *("https://10.0.0.1/a", "https://192.168.1.1/a", "https://169.254.169.254/latest/meta-data/", "https://[::1]/a"),
    *("https://[::ffff:127.0.0.1]/a", "https://[::ffff:7f00:1]/a", "https://[fe80::1%25eth0]/a", "https://0/a"),
    *("https://2130706433/a", "https://0x7f.1/a", "https://0177.0.0.1/a", "https://127.1/a", "https://0.0.0.0/a"),
    *("https://[64:ff9b::7f00:1]/a", "https://[2002:7f00:1::]/a", "https://100.64.0.1/a", "https://printer/a"),
    *("https://127%2e0%2e0%2e1/a", "https://127.0.0.1\\@papers.example:x/"),
    # names and passwords of users
    *("https://papers.example@127.0.0.1/a", "https://papers.example:x@localhost/a"),
    "https://somebody:secret@papers.example/a",
    # no addresses at all
    *("https://[/a", "https://[::1/a", "https://[v1.x]/a", "https://papers.example:99999/a"),
    *("https://papers.example:a/", "https://.papers.example/a", "https://*/a", "https://papers .example/a"),
]
ODD = [
    *("https://１２７.０.０.１/a", "https://127。0。0。1/a", "https://①②⑦.⓪.⓪.①/a", "https://ⓛocalhost/a"),
    *(
        "https://papers.example\x00.localhost/a",
        "https://\u202epapers.example\n/a",
        "",
        "//",
        "https:a",
        "papers.example",
    ),
    *("http://papers.example/a", "https://\udcff.example/a"),
]


@pytest.fixture
def nobody_is_looked_up(monkeypatch):
    """Fails the test when a name or an address is looked up."""

    def look_up(host: str, *_: object) -> None:
        pytest.fail(f"{host} was looked up")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


@pytest.mark.usefixtures("nobody_is_looked_up")
@pytest.mark.parametrize("address", [*ELSEWHERE, *ODD])
@pytest.mark.parametrize("method", ["json", "exists"])
def test_other_addresses_are_not_asked(make_client, method, address):
    error = failing(getattr(make_client(), method), address, host=quoted(address))
    assert "expected a public https address, got" in str(error)


@pytest.mark.parametrize("address", ELSEWHERE)
def test_and_no_redirect_leads_there(client, server, address):
    error = failing(client.json, server.on("/a", leads_to(address)))
    assert "127.0.0.1 leads to '" in str(error)
    assert server.connections == 1


def test_a_redirect_to_another_port_of_a_trusted_server_is_not_followed(client, server, other):
    for address in (
        other.on("/b", SEVEN),
        other.origin.replace("127.0.0.1", "localhost"),
        f"//127.0.0.1:{other.port}/b",
    ):
        assert "which is no public https address" in str(failing(client.json, server.on("/a", leads_to(address))))
    assert other.connections == 0


@pytest.mark.parametrize(
    "trick",
    [
        "http://127.0.0.1:{other}\\@127.0.0.1:{trusted}/b",
        "http://127.0.0.1:{trusted}\\@127.0.0.1:{other}/b",
        "http://127.0.0.1:{trusted}@127.0.0.1:{other}/b",
        "http://127.0.0.1:{trusted}#@127.0.0.1:{other}/b",
        "http://127.0.0.1:{trusted}?@127.0.0.1:{other}/b",
        "http://127.0.0.1:{other}#@127.0.0.1:{trusted}/b",
        "http:\\\\127.0.0.1:{other}/b",
        "http:/\\127.0.0.1:{other}/b",
        "\\\\127.0.0.1:{other}/b",
        "/\\127.0.0.1:{other}/b",
        "http://127.0.0.1:{trusted}:{other}/b",
        "http:////127.0.0.1:{other}/b",
        "\t//127.0.0.1:{other}/b",
        "ht\ttp://127.0.0.1:{other}/b",
    ],
)
def test_no_trick_of_spelling_leads_from_a_trusted_server_to_another(client, server, other, trick):
    other.on("/b", SEVEN)
    failing(client.json, server.on("/a", leads_to(trick.format(other=other.port, trusted=server.port))))
    failing(client.json, trick.format(other=other.port, trusted=server.port), host="")
    assert other.connections == 0


@pytest.mark.parametrize(
    "found", [["127.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["169.254.169.254"], ["::1"], ["fe80::1%lo"]]
)
def test_a_public_name_that_leads_to_a_private_address_is_not_connected_to(make_client, server, monkeypatch, found):
    def look_up(host: str, port: int, *_: object) -> list[tuple[object, ...]]:
        assert host == "papers.example"
        family = socket.AF_INET6 if ":" in found[-1] else socket.AF_INET
        return [(family, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    error = failing(make_client().json, f"https://papers.example:{server.port}/a", host="papers.example")
    assert "leads to an address of a private network" in str(error)
    assert server.connections == 0


@pytest.mark.usefixtures("believed")
def test_a_name_that_leads_elsewhere_the_second_time_is_looked_up_once(make_client, tls_server, monkeypatch):
    looked_up: list[str] = []
    real = socket.getaddrinfo

    def look_up(host: str, *arguments: object) -> object:
        looked_up.append(host)
        return real("127.0.0.1" if host == "papers.example" else host, *arguments)  # type: ignore[arg-type]  # handed on untouched

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    trusted = f"https://papers.example:{tls_server.port}"
    tls_server.on("/a", SEVEN)
    assert make_client(trusted).json(f"{trusted}/a") == [7]
    assert looked_up == ["papers.example", "127.0.0.1"]


def test_of_several_addresses_the_first_that_answers_is_taken(make_client, server, monkeypatch):
    real = socket.getaddrinfo
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, port, *more: [
            answer
            for address in (["127.0.0.9", "127.0.0.1", "127.0.0.8"] if host == "mirror.example" else [host])
            for answer in real(address, port, *more)
        ],
    )
    trusted = f"http://mirror.example:{server.port}"
    server.on("/a", SEVEN)
    assert make_client(trusted).json(f"{trusted}/a") == [7]


def test_a_name_that_nobody_knows_is_told_at_once(make_client, monkeypatch, clock):
    def look_up(*_: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    assert "cannot be found" in str(failing(make_client().json, "https://papers.example/a", host="papers.example"))
    assert clock.slept == []


ANY = st.text(st.characters())  # halves of surrogate pairs, too: they stand for what was no UTF-8 on a command line


@settings(deadline=None)
@example("https://papers.example/\udcff")
@given(ANY | ANY.map("https://{}".format) | ANY.map("https://papers.example{}".format))
def test_no_text_whatever_is_more_than_refused_or_not_found(address):
    def look_up(*_: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    with pytest.MonkeyPatch.context() as patch, TemporaryDirectory() as folder:
        patch.setattr(socket, "getaddrinfo", look_up)
        failing(Client("a", Path(folder), services={}, sleep=lambda _: None).json, address, host="")


class TestRedirects:
    """From one address to the next."""

    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    def test_they_are_followed(self, client, server, status):
        server.on("/b/c?d=e", leads_to("../f"))
        server.on("/f", SEVEN)
        assert client.json(server.on("/a", leads_to("/b/c?d=e", status))) == [7]
        assert client.exists(f"{server.origin}/a").url == f"{server.origin}/f"

    def test_six_are_followed_and_seven_are_not(self, client, server):
        for number in range(7):
            server.on(f"/{number}", leads_to(f"/{number + 1}"))
        server.on("/7", SEVEN)
        assert client.json(f"{server.origin}/1") == [7]
        assert "without an end" in str(failing(client.json, f"{server.origin}/0"))

    def test_a_circle_is_left(self, client, server):
        server.on("/b", leads_to("/a"))
        assert "without an end" in str(failing(client.json, server.on("/a", leads_to("/b"))))
        assert len(server.asked) == 7

    def test_letters_beyond_ascii_are_understood(self, client, server):
        server.on("/%E5%B7%A8%E4%BA%BA?q=%E9", SEVEN)
        location = b"HTTP/1.1 302 Found\r\nLocation: /" + "巨人".encode() + b"?q=\xe9\r\nContent-Length: 0\r\n\r\n"
        assert client.json(server.on("/a", raw(location))) == [7]

    def test_a_refusal_at_their_end_is_told_of_that_server(self, client, server):
        server.on("/b", reply(410))
        assert failing(client.json, server.on("/a", leads_to("/b"))).status == 410

    def test_one_to_plain_http_is_asked_over_https(self, make_client, server, tls_server, proxy):
        tls_server.on("/b?c", SEVEN)
        assert make_client(server).json(server.on("/a", leads_to("http://papers.example/b?c"))) == [7]
        assert make_client(server).json(server.on("/d", leads_to("HTTP://Papers.Example/b?c#d"))) == [7]
        assert proxy.names == ["papers.example:443"] * 2
        error = failing(make_client(server).text, server.on("/a", leads_to("http://papers.example:80/b?c")))
        assert "leads to 'http://papers.example:80/b?c', which is no public https address" in str(error)

    @pytest.mark.parametrize("status", [200, 201, 404, 503])
    def test_other_answers_that_name_an_address_are_none(self, client, server, status):
        address = server.on("/a", reply(status, "Location: /b", body=b"[7]"))
        if status < 300:
            assert client.json(address) == [7]
        else:
            assert failing(client.json, address).status == status
        assert server.count("/b") == 0

    def test_blanks_around_and_within_are_understood(self, client, server):
        server.on("/b%20c", SEVEN)
        assert client.json(server.on("/a", leads_to("  /b c  "))) == [7]
