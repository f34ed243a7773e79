"""What an answer holds is believed only as far as it can be read."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fetch.sentences import failing

from shoulders.fetch import Answer, FetchError
from shoulders.fetch.reading import read_json, read_page, read_text, read_xml

ROBOTS = [
    (b'{"a": 1}', "text/html"),
    (b"<a/>", "application/xhtml+xml"),
    (b"<!DOCTYPE html><html><body>Are you a robot?</body></html>", "application/json"),
    (b"  \r\n<!doctype HTML>", ""),
    (b"<HTML lang=en>", "text/plain"),
]


def answer(body: bytes, kind: str = "") -> Answer:
    return Answer("https://papers.example/a", 200, kind, body)


def refused(read: Callable[..., object], body: bytes, kind: str = "") -> str:
    return str(failing(read, answer(body, kind), host="papers.example"))


@pytest.mark.parametrize("read", [read_json, read_xml, read_text])
@pytest.mark.parametrize(("body", "kind"), ROBOTS)
def test_a_web_page_is_no_data(read, body, kind):
    assert "sent a web page instead of data" in refused(read, body, kind)


@pytest.mark.parametrize("read", [read_json, read_xml, read_text, read_page])
@given(body=st.binary(), kind=st.sampled_from(["", "text/html", "application/json"]))
def test_no_bytes_whatever_are_more_than_refused(read, body, kind):
    with suppress(FetchError):
        read(answer(body, kind))


class TestJson:
    """JSON, and nothing that only looks like it."""

    @pytest.mark.parametrize(
        "kind", ["application/json", "text/plain", "", "image/png", "application/vnd.citationstyles"]
    )
    def test_its_type_is_no_matter(self, kind):
        assert read_json(answer(b' {"a": [1, 2.5, null, true, "\\u5de8"]} ', kind)) == {"a": [1, 2.5, None, True, "巨"]}

    def test_a_byte_order_mark_is_skipped(self):
        assert read_json(answer(b"\xef\xbb\xbf[7]")) == [7]

    def test_of_two_equal_keys_the_last_counts(self):
        assert read_json(answer(b'{"a": 1, "b": 2, "a": 3}')) == {"a": 3, "b": 2}

    @pytest.mark.parametrize(
        "body",
        [
            *(
                b"",
                b" ",
                b"nothing",
                b"{",
                b'{"a": 1',
                b"[7] [7]",
                b"{'a': 1}",
                b'"\x00"',
                b"[1,]",
                b"\xff\xfe",
                b'"\xe9"',
            ),
            *(b"NaN", b"[Infinity]", b'{"a": -Infinity}', b"1e999", b"-1e999"),
            *("[7]".encode("utf-16"), "[7]".encode("utf-32"), "[7]".encode("utf-16-le")),
            *(b"[" * 100_000 + b"]" * 100_000, b'{"a":' * 100_000 + b"1" + b"}" * 100_000, b"[" * 8_000_000),
            b"9" * 100_000,
        ],
        ids=lambda body: repr(body[:12]),
    )
    def test_what_is_none_is_told(self, body):
        assert refused(read_json, body, "application/json").startswith("papers.example sent what is no JSON")

    def test_half_a_surrogate_pair_can_be_written_afterwards(self):
        found = read_json(answer(rb'{"a\ud800": "\udc00b \ud83d\ude00"}'))
        assert found == {"a?": "?b \U0001f600"}
        json.dumps(found, ensure_ascii=False).encode()

    @given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=20))
    def test_whatever_can_be_written_is_read(self, value):
        assert read_json(answer(json.dumps({"a": value}).encode())) == {"a": value}


BILLION = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;">]>
<a>&d;</a>"""


class TestXml:
    """XML without a DTD."""

    def test_it_is_read(self):
        root = read_xml(answer('<?xml version="1.0" encoding="UTF-8"?><feed><entry>巨人 &amp;</entry></feed>'.encode()))
        assert (root.tag, root[0].text) == ("feed", "巨人 &")

    @pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "iso-8859-1"])
    def test_it_says_its_encoding_itself(self, encoding):
        declared = "utf-8" if encoding == "utf-8-sig" else encoding
        assert read_xml(answer(f'<?xml version="1.0" encoding="{declared}"?><a>é</a>'.encode(encoding))).text == "é"

    @pytest.mark.parametrize(
        "body",
        [
            *(b"", b"nothing", b"<a>", b"<a></b>", b"<a/><b/>", b"<a b=c/>", b"<a b='1' b='2'/>", b"<a>&none;</a>"),
            *(
                b"<a>\x00</a>",
                b"<a>\xff</a>",
                b"<a>&#0;</a>",
                b'{"a": 1}',
                b"<?xml version='1.0' encoding='none'?><a/>",
            ),
            *(BILLION, b"<!DOCTYPE a><a/>", b'<!DOCTYPE a SYSTEM "https://papers.example/a.dtd"><a/>'),
            b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
            b'<!DOCTYPE a [<!ENTITY % b SYSTEM "http://127.0.0.1/b"> %b;]><a/>',
            b'<!DOCTYPE a [<!ATTLIST a b CDATA "c">]><a/>',
        ],
        ids=lambda body: repr(body[:24]),
    )
    def test_what_is_none_or_declares_anything_is_told(self, body):
        assert refused(read_xml, body).startswith("papers.example sent what is no XML")

    def test_many_attributes_and_deep_elements_are_only_much(self):
        many = b"<a " + b" ".join(b'a%d="x"' % number for number in range(100_003)) + b"/>"
        assert len(many) > 1 << 20
        assert len(read_xml(answer(many)).attrib) == 100_003
        deep = read_xml(answer(b"<a>" * 100_000 + b"</a>" * 100_000))
        assert deep.tag == "a"
        del deep


class TestText:
    """Text in UTF-8."""

    def test_it_is_read_as_it_stands(self):
        assert (
            read_text(answer("\ufeff@article{a,\r\n  title = {巨人}}\x00".encode()))
            == "@article{a,\r\n  title = {巨人}}\x00"
        )

    @pytest.mark.parametrize("body", [b"\xe9t\xe9", b"%PDF-1.7\n\xe2\xe3", "é".encode("utf-16")])
    def test_what_is_none_is_told(self, body):
        assert "sent what is no text in UTF-8" in refused(read_text, body)


def page(encoding: str, text: str = "巨人的肩膀", meta: str = '<meta charset="{}">') -> bytes:
    return f"<html><head>{meta.format(encoding)}<title>{text}</title>".encode(encoding)


class TestPage:
    """HTML, in whatever encoding it is."""

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb2312", "gbk", "gb18030"])
    @pytest.mark.parametrize(
        "meta", ['<meta charset="{}">', "<META charset={} />", '<meta http-equiv=a content="text/html; charset={}">']
    )
    def test_it_is_read_in_the_encoding_that_it_declares(self, encoding, meta):
        found = read_page(answer(page(encoding, meta=meta), "text/html"))
        assert "<title>巨人的肩膀" in found
        assert not found.startswith("\ufeff")

    def test_others_of_today(self):
        assert "<title>巨人" in read_page(answer(page("big5", "巨人"), "text/html"))
        assert "<title>巨人" in read_page(answer(page("shift_jis", "巨人"), "text/html"))
        assert "<title>“é”" in read_page(answer(page("windows-1252", "“é”"), "application/xhtml+xml"))

    def test_what_is_utf_8_is_read_so_whatever_it_declares(self):
        assert "巨人" in read_page(answer(b"<meta charset=gbk>" + "巨人".encode(), "text/html"))

    @pytest.mark.parametrize("declared", ["punycode", "idna", "unicode_escape", "utf-7", "none", "hex", "utf-16", ""])
    def test_strange_encodings_are_not_tried(self, declared):
        found = read_page(answer(f'<meta charset="{declared}">'.encode() + b"a-b\xe9" * 100_000, "text/html"))
        assert found.endswith("a-b\ufffd")

    @pytest.mark.parametrize("kind", ["application/pdf", "application/json", "", "text/plain", "a\u202eb" + "x" * 500])
    def test_what_is_none_is_told(self, kind):
        assert "sent no web page" in refused(read_page, b"<html>", kind)
