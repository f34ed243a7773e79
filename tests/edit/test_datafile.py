"""A data file is changed where it is meant, and every other byte stays."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from shoulders.edit.datafile import DataFileError, append, change
from shoulders.safeyaml import split_blocks

FILE = """\
# yaml-language-server: $schema=../schema.json
# A comment at the head.

- key: elm-2019-counting   # the first
  kind: paper
  title: "Counting: a Study"
  authors:
  - Rosa Elm
  year: 2019          # of the preprint
  first_public: 2019-01-02
  topics: [doors, memory]   # two
  summary:
    en: >-
      It counts and
      counts.

    zh: 数一数。

  # a comment between fields
  added: 2026-11-23

# a comment between entries

- kind: paper
  key: 'oak-2020-elm-2019-counting'
  type: preprint
  title: Mentions elm-2019-counting
  year: 2020
  summary: {en: "key: elm-2019-counting", zh: 门}
  note:
    en: |
      key: elm-2019-counting
      as text
    # the last comment
"""


def parsed(data: bytes) -> list[dict[str, object]]:
    return [block.parse() for block in split_blocks(data.decode().replace("\r\n", "\n"))]


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["unix", "windows"])
def test_a_value_is_replaced_and_nothing_else(end):
    data = FILE.replace("\n", end).encode()
    changed = change(data, "elm-2019-counting", {"year": 2021})
    assert changed == data.replace(b"year: 2019          # of", b"year: 2021          # of")


def test_a_missing_field_goes_to_its_place():
    data = FILE.encode()
    changed = change(data, "elm-2019-counting", {"doi": "10.5555/x", "arxiv": "1901.00002", "type": "article"})
    lines = changed.decode().split("\n")
    assert lines[5] == "  type: article", "after kind"
    place = lines.index("  first_public: 2019-01-02")
    assert lines[place + 1 : place + 3] == ["  doi: 10.5555/x", '  arxiv: "1901.00002"']
    kept = [line for line in lines if line not in ("  type: article", "  doi: 10.5555/x", '  arxiv: "1901.00002"')]
    assert "\n".join(kept) == FILE


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["unix", "windows"])
def test_a_field_is_taken_out_with_its_line_and_nothing_else(end):
    data = FILE.replace("\n", end).encode()
    changed = change(data, "elm-2019-counting", {"year": None, "month": None})
    assert changed == data.replace(f"  year: 2019          # of the preprint{end}".encode(), b"")


@pytest.mark.parametrize("empty", ["  doi:\n", "  doi: \n", "  doi:   # none yet\n", '  doi: ""\n', "  doi: ~\n"])
def test_a_field_without_a_value_gets_one(empty):
    data = f"- key: elm-2019-counting\n{empty}  year: 2019\n"
    changed = change(data.encode(), "elm-2019-counting", {"doi": "10.5555/x"})
    assert parsed(changed) == [{"key": "elm-2019-counting", "doi": "10.5555/x", "year": "2019"}]
    assert changed.decode().count("\n") == 3
    assert changed.decode().endswith("# none yet\n  year: 2019\n") is ("#" in empty)


def test_a_field_after_a_folded_text_goes_behind_it():
    changed = change(FILE.encode(), "elm-2019-counting", {"note": {"en": "A note.", "zh": "注。"}}).decode()
    assert "    zh: 数一数。\n  note:\n    en: A note.\n    zh: 注。\n\n  # a comment between fields\n" in changed


def test_a_field_at_the_end_of_an_entry_without_a_line_end():
    data = b"- key: elm-2019-counting\n  year: 2019"
    assert change(data, "elm-2019-counting", {"added": "2026-01-01"}) == data + b"\n  added: 2026-01-01\n"


def test_the_entry_is_found_by_its_key_and_not_by_what_texts_say():
    changed = change(FILE.encode(), "oak-2020-elm-2019-counting", {"year": 2024, "pages": "1-2"})
    first, second = parsed(changed)
    assert first == parsed(FILE.encode())[0]
    assert (second["year"], second["pages"]) == ("2024", "1-2")
    assert changed.decode().endswith("      as text\n    # the last comment\n")


@pytest.mark.parametrize(
    ("key", "changes", "message"),
    [
        ("elm-2019", {"year": 1}, "expected an entry with the key elm-2019, got none"),
        ("oak-2020-elm-2019-counting", {"kind": None}, "the first field of an entry cannot be taken out"),
        ("elm-2019-counting", {"summary": None}, "summary stands over several lines; change it by hand"),
        ("elm-2019-counting", {"topics": "x"}, "topics stands over several lines; change it by hand"),
        ("elm-2019-counting", {"summary": "x"}, "summary stands over several lines; change it by hand"),
    ],
)
def test_what_cannot_be_changed_safely_is_refused(key, changes, message):
    with pytest.raises(DataFileError, match=message):
        change(FILE.encode(), key, changes)


def test_an_entry_whose_text_looks_like_the_key_of_another_is_not_that_other():
    other = "- key: oak-2018-doors\n  note: |\n    key: elm-2019-counting\n  links: [{key: elm-2019-counting}]\n"
    data = (other + "- year: 2019\n  \"key\":   'elm-2019-counting'  # late\n").encode()
    assert change(data, "elm-2019-counting", {"year": 2021}) == data.replace(b"2019\n", b"2021\n", 1)


def test_an_entry_that_cannot_be_read_is_refused():
    with pytest.raises(DataFileError, match="cannot be read"):
        change(b"- key: elm-2019-counting\n  title: 'open\n", "elm-2019-counting", {"year": 1})


def test_every_entry_of_the_catalog_can_be_changed(root: Path):
    """Ten fields in random entries of our own files: what is read afterwards differs there and nowhere else."""
    chance = random.Random(3)
    wanted = {
        "type": "article",
        "year": 2030,
        "month": 5,
        "booktitle": "Proceedings: of Doors",
        "pages": "7-11",
        "isbn": "978-7-111-59373-7",
        "doi": "10.5555/door(7)",
        "openreview": "H0kvrQ9xyz",
        "pdf": "https://example.org/a.pdf",
        "verified": False,
    }
    for path in [root / "data/papers.yaml", *sorted((root / "data/papers").glob("*.yaml"))]:
        data = path.read_bytes()
        before = {str(entry["key"]): entry for entry in parsed(data)}
        for key in chance.sample(sorted(before), min(4, len(before))):
            names = chance.sample(sorted(wanted), 5)
            after = {
                str(entry["key"]): entry for entry in parsed(change(data, key, {name: wanted[name] for name in names}))
            }
            expected = {name: "false" if wanted[name] is False else str(wanted[name]) for name in names}
            assert after == {**before, key: {**before[key], **expected}}


@pytest.mark.parametrize(
    ("data", "result"),
    [
        (b"- key: a\n", b"- key: a\n\n- key: b\n"),
        (b"- key: a", b"- key: a\n\n- key: b\n"),
        (b"- key: a\n\n", b"- key: a\n\n- key: b\n"),
        (b"- key: a\r\n  x: y\r\n", b"- key: a\r\n  x: y\r\n\r\n- key: b\r\n"),
        (b"", b"- key: b\n"),
        (b"# nothing yet\n[]\n", b"# nothing yet\n- key: b\n"),
        (b"[]", b"- key: b\n"),
        (b"---\n[ ]   # none yet, as in []\n", b"---\n- key: b\n# none yet, as in []\n"),
        (b"# one\r\n[]\r\n# two\r\n", b"# one\r\n- key: b\r\n# two\r\n"),
        (b"\xef\xbb\xbf[]\n", b"\xef\xbb\xbf- key: b\n"),
        (b"# only a comment\n", b"# only a comment\n\n- key: b\n"),
        (b"\xef\xbb\xbf- key: a\n", b"\xef\xbb\xbf- key: a\n\n- key: b\n"),
        (b"- key: a\n# the end\n", b"- key: a\n# the end\n\n- key: b\n"),
    ],
)
def test_an_entry_is_appended_and_what_was_there_stays(data, result):
    assert append(data, "- key: b\n") == result


@pytest.mark.parametrize(
    "data", [b"papers: []\n", b"a text\n", b"\xff\xfe- key: a\n", b"[]\n[]\n", b"[{key: a}]\n", b"# x\r\n" * 999 + b"x"]
)
def test_what_is_no_list_of_entries_is_not_appended_to(data):
    with pytest.raises(DataFileError, match="expected"):
        append(data, "- key: b\n")
