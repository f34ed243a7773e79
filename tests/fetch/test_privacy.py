"""Who is asked learns who asks, and nothing else; who answers proves who it is."""

from __future__ import annotations

import pytest
from tests.fetch.sentences import failing
from tests.fetch.servers import Talk, dripping, head, leads_to, raw, reply, silent

from shoulders.fetch import Client

SEVEN = reply(body=b"[7]")


def test_a_request_says_who_asks_what_for_and_that_it_is_to_come_unpacked(client, server):
    client.json(server.on("/a", SEVEN))
    client.text(server.on("/a", SEVEN), "text/x-bibtex")
    client.exists(server.on("/b", SEVEN))
    one, other, third = server.asked
    assert one.headers == {
        "host": f"127.0.0.1:{server.port}",
        "user-agent": "shoulders-tests (mailto:nobody@imagined.example)",
        "accept": "application/json",
        "accept-encoding": "identity",
    }
    assert other.headers["accept"] == "text/x-bibtex"
    assert third.headers["accept"] == "*/*"


def test_each_kind_of_answer_is_asked_for_by_its_type(client, server):
    server.on("/a", reply(kind="text/html"))
    for asking, kind in ((client.csl, "application/vnd.citationstyles.csl+json"), (client.xml, "application/atom+xml")):
        failing(asking, f"{server.origin}/a")
        assert server.asked[-1].headers["accept"].startswith(kind)
    client.page(f"{server.origin}/a")
    assert server.asked[-1].headers["accept"].startswith("text/html")


@pytest.mark.parametrize("agent", ["巨人", "a\nb: c", "a\x00b"])
def test_who_asks_is_told_in_ascii_on_one_line(tmp_path, agent):
    with pytest.raises(ValueError, match="expected an agent in ASCII"):
        Client(agent, tmp_path, services={})


def test_no_cookie_is_kept(client, server):
    other = reply(302, "Set-Cookie: a=b", "Location: /b")
    server.on("/b", reply(200, "Set-Cookie: c=d; Path=/", body=b"[7]"))
    client.json(server.on("/a", other))
    client.json(server.on("/c", SEVEN))
    assert len(server.asked) == 3
    assert all("cookie" not in asked.headers for asked in server.asked)


def test_no_password_of_netrc_is_sent(make_client, server, monkeypatch, tmp_path):
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login somebody password secret\ndefault login a password b\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    server.on("/b", SEVEN)
    make_client(server).json(server.on("/a", leads_to("/b")))
    assert len(server.asked) == 2
    assert all("authorization" not in asked.headers for asked in server.asked)


def test_a_password_that_the_environment_gives_goes_to_that_server_alone(make_client, server, other):
    other.on("/b", SEVEN)
    server.on("/a", leads_to(f"{other.origin}/b"))
    make_client(server, other).json(server.origin.replace("//", "//somebody:secret@") + "/a")
    assert server.asked[0].headers["authorization"].startswith("Basic ")
    assert "authorization" not in other.asked[0].headers


class TestCertificates:
    """Over https the server has to prove who it is, whoever vouches for it."""

    def test_one_that_nobody_believes_is_refused(self, make_client, tls_server, clock):
        asking = make_client(tls_server)
        assert "certificate" in str(failing(asking.json, tls_server.on("/a", SEVEN)))
        assert "certificate" in str(failing(asking.exists, tls_server.on("/a", SEVEN)))
        assert tls_server.asked == []
        assert tls_server.connections == 2
        assert clock.slept == []

    @pytest.mark.usefixtures("believed")
    def test_one_that_is_believed_is_asked(self, make_client, tls_server):
        assert make_client(tls_server).json(tls_server.on("/a", SEVEN)) == [7]

    @pytest.mark.usefixtures("believed")
    def test_one_for_another_name_is_refused(self, make_client, tls_server):
        trusted = f"https://localhost:{tls_server.port}"
        assert "certificate" in str(failing(make_client(trusted).json, f"{trusted}/a", host="localhost"))
        assert tls_server.asked == []

    def test_a_list_of_certificates_that_is_not_there_is_told(self, make_client, tls_server, monkeypatch, tmp_path):
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "none.pem"))
        assert "REQUESTS_CA_BUNDLE" in str(failing(make_client(tls_server).json, f"{tls_server.origin}/a"))

    def test_a_list_of_certificates_that_is_none_is_told(self, make_client, tls_server, monkeypatch, tmp_path):
        (tmp_path / "none.pem").write_text("no certificate")
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "none.pem"))
        failing(make_client(tls_server).json, f"{tls_server.origin}/a")
        assert tls_server.asked == []

    def test_one_that_does_not_speak_https_is_told(self, make_client, server):
        server.handle = lambda sock: sock.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        trusted = server.origin.replace("http:", "https:")
        assert "does not speak https" in str(failing(make_client(trusted).json, f"{trusted}/a"))


class TestProxies:
    """The environment names a way out, and it is taken."""

    ADDRESS = "https://papers.example/a"

    @pytest.fixture(autouse=True)
    def seven(self, tls_server):
        """What stands behind the proxy."""
        tls_server.on("/a", SEVEN)

    def test_it_leads_to_the_server(self, make_client, proxy):
        assert make_client().json(self.ADDRESS) == [7]
        assert proxy.names == ["papers.example:443"]

    def test_it_is_told_no_more_than_the_server_s_name(self, make_client, proxy, monkeypatch, tls_server):
        monkeypatch.setenv("HTTPS_PROXY", proxy.origin.replace("//", "//somebody:secret@"))
        make_client().json(self.ADDRESS)
        assert set(proxy.asked[0].headers) <= {"host", "proxy-authorization"}
        assert "proxy-authorization" not in tls_server.asked[0].headers

    @pytest.mark.usefixtures("proxy")
    def test_a_certificate_is_wanted_through_it_too(self, make_client, monkeypatch, tls_server):
        monkeypatch.delenv("REQUESTS_CA_BUNDLE")
        assert "certificate" in str(failing(make_client().json, self.ADDRESS, host="papers.example"))
        assert tls_server.asked == []

    def test_no_private_address_is_asked_through_it(self, make_client, proxy):
        failing(make_client().json, "https://10.0.0.1/a", host="10.0.0.1")
        assert proxy.names == []

    def test_what_is_trusted_in_this_network_is_asked_without_it(self, make_client, proxy, server, monkeypatch):
        monkeypatch.setenv("HTTP_PROXY", proxy.origin)
        assert make_client(server).json(server.on("/a", SEVEN)) == [7]
        assert proxy.connections == 0

    def test_one_that_is_silent_is_left_when_time_is_up(self, make_client, proxy):
        proxy.handle = lambda sock: silent(Talk(sock, proxy.ended))
        assert "took longer" in str(failing(make_client(seconds=0.3).json, self.ADDRESS, host="papers.example"))

    @pytest.mark.usefixtures("proxy")
    def test_a_server_behind_it_that_drips_is_left_too(self, make_client, tls_server):
        tls_server.on("/a", dripping(head(200)))
        assert "took longer" in str(failing(make_client(seconds=1.0).json, self.ADDRESS, host="papers.example"))
        assert tls_server.hung_up.wait(20)

    def test_one_that_does_not_listen_is_told(self, make_client, monkeypatch, gone):
        monkeypatch.setenv("HTTPS_PROXY", gone)
        assert "HTTPS_PROXY" in str(failing(make_client().json, self.ADDRESS, host="papers.example"))

    def test_one_that_refuses_is_told(self, make_client, server, monkeypatch):
        monkeypatch.setenv("HTTPS_PROXY", server.origin)
        for status in (403, 407, 502):
            server.on("papers.example:443", reply(status))
            assert "HTTPS_PROXY" in str(failing(make_client().json, self.ADDRESS, host="papers.example"))

    @pytest.mark.parametrize(
        "proxy",
        ["socks5://127.0.0.1:9", "socks5h://127.0.0.1:9", "http://", "http://[", "ftp://127.0.0.1:9", "nonsense:x"],
    )
    def test_one_that_is_none_is_told(self, make_client, monkeypatch, proxy):
        monkeypatch.setenv("HTTPS_PROXY", proxy)
        assert "HTTPS_PROXY" in str(failing(make_client().json, self.ADDRESS, host="papers.example"))

    def test_who_is_named_in_no_proxy_is_asked_without_it(self, make_client, proxy, monkeypatch):
        monkeypatch.setenv("NO_PROXY", "papers.example")
        monkeypatch.setattr("socket.getaddrinfo", lambda *_: [(2, 1, 6, "", ("127.0.0.1", 443))])
        assert "private network" in str(failing(make_client().json, self.ADDRESS, host="papers.example"))
        assert proxy.connections == 0


def test_what_is_odd_in_an_answer_s_head_is_no_matter(client, server):
    odd = b"HTTP/1.1 200 \xff\xfe\r\nContent-Type\r\n: x\r\nX: \xe9\x00\r\n folded\r\nContent-Length: 3\r\n\r\n[7]"
    assert client.json(server.on("/a", raw(odd))) == [7]
