"""Which hosts may be asked as far as their names tell, in all the ways in which an address can be written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shoulders.fetch.guard import host_of, is_public, origin

PUBLIC = [
    *("arxiv.org", "ARXIV.ORG", "arxiv.org.", "xn--fiqs8s.example", "8.8.8.8", "[2a00:1450:4001:82a::200e]"),
    *("2a00:1450:4001:82a::200e", "localhost.example", "internal.example", "10.0.0.1.example", "64:ff9b::8.8.8.8"),
    *("::ffff:8.8.8.8", "2002:808:808::1"),
]
PRIVATE = [
    # names of this machine and this network
    *("", ".", "localhost", "LOCALHOST", "localhost.", "a.localhost", "printer", "printer.local", "metadata.internal"),
    *("nas.lan", "box.home.arpa", "wiki.intranet"),
    # no names
    *("127%2e0%2e0%2e1", "papers..example", ".papers.example", "papers example.org", "巨人.example", "a.example:80"),
    # this machine, this network
    *("127.0.0.1", "127.0.0.1.", "127.9.9.9", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "192.168.1.1"),  # noqa: S104 - nothing is bound
    *("100.64.0.1", "169.254.169.254", "198.18.0.1", "192.0.2.1", "203.0.113.7", "224.0.0.1", "240.0.0.1"),
    "255.255.255.255",
    # the same in other words
    *("2130706433", "0x7f000001", "0x7f.1", "127.1", "0177.0.0.1", "017700000001", "0", "127.0.1", "0xa9fea9fe"),
    # IPv6
    *("::1", "[::1]", "::", "fe80::1", "fe80::1%eth0", "fe80::1%25eth0", "fc00::1", "fd12:3456::1", "fec0::1"),
    *("ff02::1", "2001:db8::1", "4000::1", "5f00::1", "100::1"),
    # IPv4 inside IPv6
    *("::ffff:127.0.0.1", "::ffff:a9fe:a9fe", "::127.0.0.1", "::ffff:0:127.0.0.1", "64:ff9b::127.0.0.1"),
    *("64:ff9b::a9fe:a9fe", "64:ff9b:1::808:808", "2002:7f00:1::", "2002:a9fe:a9fe::1", "2001:0:7f00:1::1"),
]


@pytest.mark.parametrize("host", PUBLIC)
def test_what_is_public_may_be_asked(host):
    assert is_public(host)


@pytest.mark.parametrize("host", PRIVATE)
def test_what_is_private_may_not(host):
    assert not is_public(host)


@pytest.mark.parametrize("host", ["127.0.0.1 ", "\x00", "127.0.0.1\x00.example", "a" * 70000, "::1%", "[", "%31"])
def test_what_is_no_host_is_never_an_error(host):
    assert is_public(host) in (True, False)


@given(st.ip_addresses().filter(lambda address: not address.is_global))
def test_what_python_calls_not_global_is_private_however_it_is_wrapped(address):
    assert not is_public(str(address))
    if address.version == 4:
        for wrapping in ("::ffff:{}", "64:ff9b::{}", "::{}"):
            assert not is_public(wrapping.format(address))
        assert not is_public(f"2002:{int(address) >> 16:x}:{int(address) & 0xFFFF:x}::1")
        assert not is_public(str(int(address)))
        assert not is_public(hex(int(address)))


@given(st.text())
def test_no_text_whatever_is_an_error(host):
    assert is_public(host) in (True, False)
    assert host_of(host).isprintable()


def test_an_origin_is_scheme_host_and_port():
    assert origin("HTTPS://Papers.Example/a?b#c") == "https://papers.example:443"
    assert origin("http://papers.example") == "http://papers.example:80"
    assert origin("http://somebody:secret@[::1]:8000/") == "http://[::1]:8000"


@pytest.mark.parametrize(
    "address", ["", "papers.example", "ftp://papers.example", "https://", "https://a:b/", "https://["]
)
def test_without_scheme_or_host_there_is_no_origin(address):
    with pytest.raises(ValueError, match=r"address|[Pp]ort|IPv6"):
        origin(address)


def test_a_host_is_named_as_it_may_be_shown():
    assert host_of("https://Papers.Example:8000/a") == "papers.example"
    assert host_of("https://a\u202eb.example/") == "a\\u202eb.example"
    assert host_of("https://[") == "https://["
    assert len(host_of(f"https://{'a' * 500}.example/")) == 60
