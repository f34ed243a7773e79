"""YAML from strangers: plain data with exact lines, or a clear problem."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shoulders.safeyaml import MAX_BLOCKS, MAX_NODES, Block, YamlError, parse, split_blocks
from shoulders.textfile import MAX_BYTES, TextError, hidden_characters, read_text


def test_scalars_stay_strings() -> None:
    text = "a: 2005.10\nb: no\nc: 0o17\nd: 1e3\ne: 2017-06-12\nf: 'null'\ng: \"\"\nh: =\ni: <<\n"
    assert parse(text) == {
        "a": "2005.10",
        "b": "no",
        "c": "0o17",
        "d": "1e3",
        "e": "2017-06-12",
        "f": "null",
        "g": "",
        "h": "=",
        "i": "<<",
    }


def test_what_is_left_out_is_none() -> None:
    assert parse("a:\nb: ~\nc: null\nd: [~, '']\n") == {"a": None, "b": None, "c": None, "d": [None, ""]}


def test_nested() -> None:
    assert parse("- a: [b, {c: d}]\n  e:\n    - f\n    - g: h\n") == [{"a": ["b", {"c": "d"}], "e": ["f", {"g": "h"}]}]


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("- a: 1\n- b: !!int 1\n", 2, "expected no tags, got '!!int'"),
        ("- !local x\n", 1, "expected no tags, got '!local'"),
        ("- a: &x 1\n", 1, "expected no anchors, got '&x'"),
        ("- a: 1\n  b: *x\n", 2, "expected no aliases, got '*x'"),
        ("- a: 1\n  *x : 2\n", 2, "expected no aliases, got '*x'"),
        ("- a: 1\n\n  a: 2\n", 3, "expected every field once, got 'a' again"),
        ("- a: 1\n  [b]: 2\n", 2, "expected a text as field name, got a list or mapping"),
        ("- a: 1\n  ? {b: c}\n  : 2\n", 2, "expected a text as field name, got a list or mapping"),
        ("a\n---\nb\n", 2, "expected one document, got '---'"),
        ("- a\n-" + "\n  " * 3 + "[" * 13 + "]" * 13, 5, "expected at most 12 levels of nesting, got more"),
        ("- " * 100_000 + "a", 1, "expected at most 12 levels of nesting, got more"),
        ("[" * 1_000_000, 1, "expected"),
        ("{a: " * 1_000_000, 1, "expected"),
        ("- a: 'b\n  c: d\n", 1, "expected well-formed YAML: found unexpected end of stream (a quote or bracket"),
        ("- a: [b,\n   c\n- d\n", 1, "expected well-formed YAML: "),
        ("- a: b\n\tc: d\n", 2, "indent with spaces"),
        ("- a: @b\n", 1, "quote the value"),
        ("- a: b: c\n", 1, "put a value that holds ': ' between quotes"),
        ("- a: 1\n- b: \x07\n", 2, "expected well-formed YAML: unacceptable character #x0007"),
        ("- é: 林林林\n- b: \x07\n", 2, "expected well-formed YAML: "),
        ('- "\\ud800"\n', 1, "expected well-formed YAML: "),
        ("%YAML 9.9\n---\na\n", 1, "expected well-formed YAML: "),
        ("- " + "k" * 2000 + ": x\n  b: c\n", 1, "expected well-formed YAML: "),
    ],
)
def test_refused_with_the_line(text: str, line: int, says: str) -> None:
    start = time.perf_counter()
    with pytest.raises(YamlError) as raised:
        parse(text)
    assert raised.value.line == line
    assert says in raised.value.message
    assert len(raised.value.message) < 250
    assert time.perf_counter() - start < 5


def test_small_faults_leave_the_rest_readable() -> None:
    faults: list[YamlError] = []
    data = Block("- a: !!str x\n  b: &y 1\n  c: [*y]\n  a: 2\n  d: 3\n", 7).parse(faults)
    assert data == {"a": "x", "b": "1", "c": [None], "d": "3"}
    assert [(fault.line, fault.location) for fault in faults] == [(7, ("a",)), (8, ("b",)), (9, ("c", 0)), (10, ("a",))]


def test_too_many_values() -> None:
    with pytest.raises(YamlError, match=f"at most {MAX_NODES} values in an entry"):
        parse("- [" + "a," * (MAX_NODES + 1) + "]")


BLOCK = Block(
    """- key: one
  title:
    en: >-
      folded

      text
    zh: x
  list: [a,
    b, {c: d}]
  items:
    -
      to: x
    - to: y
      why:
        en: "two
          lines"
        zh: z
""",
    101,
)


@pytest.mark.parametrize(
    ("location", "line"),
    [
        ((), 101),
        (("key",), 101),
        (("missing",), 101),
        (("title",), 102),
        (("title", "en"), 103),
        (("title", "zh"), 107),
        (("title", "fr"), 102),
        (("list", 0), 108),
        (("list", 1), 109),
        (("list", 2, "c"), 109),
        (("list", 7), 108),
        (("items", 0, "to"), 112),
        (("items", 1), 113),
        (("items", 1, "why"), 114),
        (("items", 1, "why", "en"), 115),
        (("items", 1, "why", "zh"), 117),
        (("items", 1, "why", "fr"), 114),
        (("items", 1, "type"), 113),
    ],
)
def test_line_of(location: tuple[str | int, ...], line: int) -> None:
    assert BLOCK.line_of(location) == line


def test_line_of_what_does_not_parse() -> None:
    assert Block("- a: [", 5).line_of(("a", 1)) == 5
    assert Block("", 5).line_of(()) == 5


def test_split_blocks() -> None:
    text = "# head\n---\n- a: 1\n  b: |\n    - text\n# comment\n- c\n-\n  d: 1\n-\te\n"
    assert [(block.line, block.text) for block in split_blocks(text)] == [
        (3, "- a: 1\n  b: |\n    - text\n# comment\n"),
        (7, "- c\n"),
        (8, "-\n  d: 1\n"),
        (10, "-\te\n"),
    ]


@pytest.mark.parametrize("text", ["[]", "# none yet\n---\n[] # none\n", "[]\n\n"])
def test_a_list_of_no_items(text: str) -> None:
    assert split_blocks(text) == []


@pytest.mark.parametrize("text", ["", "\n\n", "# only comments\n", "---\n", "  \n\t\n"])
def test_nothing_is_a_problem(text: str) -> None:
    with pytest.raises(YamlError, match="expected a list of entries"):
        split_blocks(text)


@pytest.mark.parametrize(
    ("text", "got"),
    [
        ("a: 1\n", "'a: 1'"),
        ("just text", "'just text'"),
        ("  - a\n  - b\n", "'  - a'"),
        ("[a, b]\n", "'[a, b]'"),
        ("papers:\n- a\n", "'papers:'"),
        ("{}", "'{}'"),
        ("%YAML 1.1\n---\n- a\n", "'%YAML 1.1'"),
    ],
)
def test_a_block_that_is_no_entry(text: str, got: str) -> None:
    block = split_blocks(text)[0]
    assert block.line == 1
    with pytest.raises(YamlError) as raised:
        block.parse()
    assert raised.value.message == f"expected entries that begin with '- ' at the start of a line, got {got}"


def test_too_many_entries() -> None:
    with pytest.raises(YamlError, match=f"at most {MAX_BLOCKS} entries") as raised:
        split_blocks("- a\n" * (MAX_BLOCKS + 2))
    assert raised.value.line == MAX_BLOCKS + 1


@pytest.mark.parametrize("piece", ["\n", " ", "#", "- ", "-\n", "---\n", "\t", "# \n", "[", "- -"])
def test_split_is_fast_on_repetitions(piece: str) -> None:
    start = time.perf_counter()
    try:
        for block in split_blocks(piece * (8_000_000 // len(piece)))[:3]:
            block.parse()
    except YamlError as error:
        assert error.line  # noqa: PT017 - either outcome is right
    assert time.perf_counter() - start < 5


class TestReadText:
    def test_line_ends_and_byte_order_mark(self, tmp_path: Path) -> None:
        path = tmp_path / "a"
        path.write_bytes(b"\xef\xbb\xbfa\r\nb\rc\nd")
        assert read_text(path) == "a\nb\nc\nd"

    @pytest.mark.parametrize(
        ("data", "line", "says"),
        [
            (b"a\nb\xff\n", 2, "expected text in UTF-8, got the byte 0xff"),
            (b"a\nb\n\x00", 3, "expected text in UTF-8, got a NUL byte"),
            (b"a\n\xed\xa0\x80", 2, "expected text in UTF-8, got the byte 0xed"),
            ("é".encode("latin-1"), 1, "got the byte 0xe9"),
            ("- a".encode("utf-16"), 1, "expected text in UTF-8"),
            (b"\xc3", 1, "got the byte 0xc3"),
        ],
    )
    def test_what_is_no_text(self, tmp_path: Path, data: bytes, line: int, says: str) -> None:
        path = tmp_path / "a"
        path.write_bytes(data)
        with pytest.raises(TextError) as raised:
            read_text(path)
        assert raised.value.line == line
        assert says in raised.value.message

    def test_too_big_is_refused_unread(self, tmp_path: Path) -> None:
        path = tmp_path / "a"
        with path.open("wb") as stream:
            stream.truncate(MAX_BYTES + 1)  # a hole: no disk is used
        with pytest.raises(TextError, match="at most 32 MiB"):
            read_text(path)

    def test_folder_pipe_and_device(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe")
        (tmp_path / "endless").symlink_to("/dev/zero")
        for path, kind in [(tmp_path, "a folder"), (tmp_path / "pipe", "pipe"), (tmp_path / "endless", "device")]:
            with pytest.raises(TextError, match=kind):
                read_text(path)

    def test_symlink_loop(self, tmp_path: Path) -> None:
        (tmp_path / "a").symlink_to(tmp_path / "a")
        with pytest.raises(OSError, match="symbolic links"):
            read_text(tmp_path / "a")


def test_hidden_characters_once_a_line() -> None:
    text = "a\nb\u202ec\u202e\n\n\u200b\x07 \xad\nd\u2028e\n\ufeff 林 é 😀 \t"
    assert list(hidden_characters(text)) == [(2, "\u202e"), (4, "\u200b"), (5, "\u2028"), (6, "\ufeff")]


@given(st.text(alphabet=st.sampled_from("ab-:[]{},#&*!|>'\"%@`~?\n \t.0\\é\u2028"), max_size=80))
def test_anything_yaml_like_is_data_or_a_yaml_error(text: str) -> None:
    try:
        for block in split_blocks(text):
            faults: list[YamlError] = []
            block.parse(faults)
            assert all(block.line <= fault.line <= block.line + block.text.count("\n") for fault in faults)
    except YamlError as error:
        assert 1 <= error.line <= text.count("\n") + 1  # noqa: PT017 - either outcome is right
