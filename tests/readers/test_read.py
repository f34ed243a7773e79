"""The format of a file is told by its name, and where that tells nothing, by its text."""

from __future__ import annotations

from pathlib import Path

import pytest

from shoulders.readers import Bibliography, Lines, find, read

SAMPLES = Path(__file__).parent / "samples"
TEXTS = {
    "bib": "@misc{a, title = {T}}\n",
    "ris": "TY  - JOUR\nTI  - T\nER  - \n",
    "json": '[{"title": "T"}]\n',
    "md": "- [T](https://example.org/t)\n",
}


@pytest.mark.parametrize("name", ["x.{}", "A.B.{}", "/some/where/X.{}", "x.{}.txt", "x", "", "-", "x.txt", ".{}"])
@pytest.mark.parametrize("form", TEXTS)
def test_each_format_is_read_by_its_reader(form, name):
    (entry,) = read(TEXTS[form], name.format(form)).entries
    assert entry.title == "T"


@pytest.mark.parametrize("name", ["x.BIB", "x.bibtex"])
def test_other_spellings_of_a_suffix_are_known(name):
    assert read("", name) == Bibliography()


def test_the_suffix_counts_more_than_the_text():
    assert read(TEXTS["ris"], "x.md") == Bibliography()
    assert read(TEXTS["bib"], "x.json").faults


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Some words.\n\n@article(a,\n title={T})", 1),
        ("\ufeffTY - CONF\nTI - T\nER -", 1),
        ("Provider: Pond\n\nTY  - CONF\nTI  - T\nER  - ", 1),
        ('\n{"items": [{"title": "T"}]}', 1),
        ("[]", 0),
        ("# Doors\n\nMany.\n", 0),
        ("| Title | Year |\n|---|---|\n| T | 2019 |", 1),
        ("1. **T**. *Ida Good*. [pdf](https://example.org/t.pdf)", 1),
        ("[T](https://example.org/t) is read.\n\n* one\n", 0),
        ("- @misc{a} is an entry\n", 0),
    ],
)
def test_a_text_shows_its_format(text, count):
    assert len(read(text, "clipboard").entries) == count


@pytest.mark.parametrize(
    "text", ["", "Many words, and no more.", "%PDF-1.5", "<html><body>- x</body></html>", "TY: no"]
)
def test_a_text_of_no_format_is_refused_with_what_was_expected(text):
    with pytest.raises(
        ValueError, match=r"^expected a bibliography \(\.bib, \.ris, \.json\) or a reading list \(\.md\), got 'a\.pdf'$"
    ):
        read(text, "a.pdf")


def test_lines_are_counted_forth_and_back():
    text = "one\ntwo\n\nfour"
    lines = Lines(text)
    assert [lines.at(place) for place in (0, 3, 4, 9, 5, 8, 0, 12)] == [1, 1, 2, 4, 2, 3, 1, 4]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("see <https://example.org/a>.", "https://example.org/a"),
        ("(https://example.org/a_(b))", "https://example.org/a_(b)"),
        ("http://localhost/ or https://example.org/a?b=c#d, and so on", "https://example.org/a?b=c#d"),
        ("javascript:alert(1) ftp://example.org/ https://user@example.org/", ""),
    ],
)
def test_an_address_is_found_in_a_text(text, address):
    assert find.address(text) == address
