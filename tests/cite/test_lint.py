"""What `--check` says of a bibliography and what `--fix` makes of it, entry by entry."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cite.linting import GACO, SAME, entry, fixed, own, said
from tests.exports.builders import every_type, invented

from shoulders.build import open_project
from shoulders.cite.lint import Linter
from shoulders.exports import FORMATS

ROOT = Path(__file__).parent.parent.parent

# What is changed, what is said of it, and what the repair makes of it: None where nobody but a person can say.
Changes = dict[str, str | None]
CASES: dict[str, tuple[Changes, str | tuple[str, ...] | None, Changes | None]] = {
    "nothing": ({}, None, {}),
    "initials": ({"author": "Berk, J. van den and Good, I. M. and Elan, L."}, None, {}),
    "year": ({"year": "2018"}, "5: mine: year: expected '2019' as in the catalog, got '2018'", {"year": "2019"}),
    "date": ({"year": None, "date": "2018-07"}, "6: mine: year: expected '2019' as", {"date": "2019-07"}),
    "pages": ({"pages": "101--114"}, "7: mine: pages: expected '101-113' as in", {"pages": "101--113"}),
    "publisher": ({"publisher": "Brook"}, "7: mine: publisher: expected 'Association", {"publisher": GACO.publisher}),
    "doi": ({"doi": "10.5555/cil.102"}, "6: mine: doi: expected '10.5555/cil.101' as", {"doi": "10.5555/cil.101"}),
    "arxiv": ({"eprint": "1811.00002", "archiveprefix": "arXiv"}, "7: mine: arxiv: expected", {"eprint": "1811.00001"}),
    "title": (
        {"title": "{GaCo}: Half-Open Doors"},
        "3: mine: title: expected 'GaCo: Half-Open Doors in Delft' as in the catalog, got 'GaCo: Half-Open Doors'",
        {"title": "{GaCo}: Half-Open Doors in {Delft}"},
    ),
    "capitals": (
        {"title": "Gaco: half-open doors in Delft"},
        "3: mine: title: expected braces around 'GaCo', 'Delft', as styles lower other capitals",
        {"title": "{GaCo}: half-open doors in {Delft}"},
    ),
    "order of the authors": (
        {"author": "Good, Ida Maria and Joris van den Berk and {\\'E}lan, {\\L}ukasz"},
        "2: mine: authors: expected 'van den Berk; Good; Élan' as in the catalog, got 'Good; van den Berk; Élan'",
        {"author": SAME["author"]},
    ),
    "a missing author": (
        {"author": "van den Berk, Joris and Elan, Lukasz"},
        "2: mine: authors: expected '3 with Ida Maria Good' as in the catalog, got '2 of them'",
        {"author": SAME["author"]},
    ),
    "another name": (
        {"author": "van den Berk, Joris and Good, Ivy and Elan, Lukasz"},
        "2: mine: authors[2]: expected 'Ida Maria Good' as in the catalog, got 'Ivy Good'",
        {"author": SAME["author"]},
    ),
    "and others": ({"author": "van den Berk, Joris and others"}, None, {}),
    "another place, perhaps another version": (
        {"booktitle": "Letters of Nowhere", "year": "2021"},
        ("4: mine: venue: expected 'Proceedings", "5: mine: year: expected '2019'"),
        None,
    ),
    "another work under this identifier": (
        {"title": "Windows", "author": "Pane, Ada", "year": "2001"},
        ("2: mine: authors: expected '3 of them'", "3: mine: title: expected 'GaCo", "5: mine: year: expected '2019'"),
        None,
    ),
    "what only the entry knows": (
        {"volume": "3", "series": "Doors", "month": "jul", "isbn": "0-306-40615-2"},
        None,
        {},
    ),
    "a doi with its resolver": (
        {"doi": "https://doi.org/10.5555/cil.101"},
        "6: mine: doi: expected a DOI without its resolver, got 'https://doi.org/10.5555/cil.101'",
        {"doi": "10.5555/cil.101"},
    ),
    "a doi that is none": ({"doi": "unknown"}, "6: mine: doi: expected a bare DOI", None),
    "an arXiv id with its name": (
        {"eprint": "arXiv:1811.00001v2"},
        "7: mine: eprint: expected an arXiv id without version",
        {"eprint": "1811.00001"},
    ),
    "an arXiv id with version": ({"eprint": "1811.00001v2", "archiveprefix": "arXiv"}, None, {}),
    "an arXiv id that is none": ({"eprint": "1811", "archiveprefix": "arXiv"}, "7: mine: eprint: expected", None),
    "an id of another archive": ({"eprint": "12345", "archiveprefix": "JSTOR"}, None, {}),
    "an arXiv id in another field": (
        {"eprint": "12345", "archiveprefix": "JSTOR", "note": "arXiv:1811.00002"},
        "7: mine: arxiv: expected '1811.00001' as in the catalog, got '1811.00002'",
        None,
    ),
    "an address in a command": (
        {"url": "\\url{https://cil.example.org/101}"},
        "7: mine: url: expected a bare address, got '\\url{https://cil.example.org/101}'",
        {"url": "https://cil.example.org/101"},
    ),
    "an escaped address": ({"url": "https://cil.example.org/a\\_b\\%20{\\_}c?x=1\\&y=~z"}, None, {}),
    "an address in other letters": ({"url": "https://cil.example.org/门"}, None, {}),
    "an address that is none": (
        {"url": "cil.example.org/101"},
        "7: mine: url: expected an http or https address",
        None,
    ),
    "a dead address with a live one": (
        {"url": "https://gone.example.org/a/"},
        "7: mine: url: expected an address that answers, got 'https://gone.example.org/a/', dead since 2026-02-03",
        {"url": "https://cil.example.org/101"},
    ),
}


@pytest.mark.parametrize("what", CASES)
def test_each_fault_is_told_with_its_line_and_repaired_where_that_is_certain(what):
    changed, messages, repair = CASES[what]
    text = entry(**changed)
    found = said(text)
    expected = [messages] if isinstance(messages, str) else messages or ()
    assert len(found) == len(expected), found
    for line, beginning in zip(found, expected, strict=True):
        assert line.startswith(f"mine.bib:{beginning}")
    assert fixed(text) == (entry(**{**changed, **repair}) if repair is not None else text)
    assert (said(fixed(text)) == []) == (repair is not None)


def test_a_dead_address_stays_where_ours_is_dead_too():
    text = "@misc{x, title = {Town of Toys}, author = {Ash, A.}, url = {https://gone.example.org/a}}"
    assert len(said(text)) == 1
    assert fixed(text) == text


def test_editions_of_a_book_are_no_duplicates():
    book = "@book{{{0}, title = {{玩具语言处理}}, author = {{Shao, Yan}}, edition = {{{1}}}}}\n"
    assert said(book.format("one", 1) + book.format("two", 2)) == []
    assert len(said(book.format("one", 1) + book.format("two", 1))) == 1


def test_addresses_of_works_that_the_catalog_does_not_know_are_looked_at_too():
    text = "@misc{other,\n title = {Other},\n doi = {10.5555/gone},\n url = {https://gone.example.org/a}}\n"
    text += "@misc{more, title = {More}, archiveprefix = {arXiv},\n eprint = {2003.00008v3}}\n"
    copy = "https://web.archive.org/web/20250102030405/https://doi.org/10.5555/gone"
    assert said(text) == [
        f"mine.bib:3: other: doi: expected an address that answers, got '10.5555/gone', dead since 2026-02-03; "
        f"archived copy: {copy}",
        "mine.bib:4: other: url: expected an address that answers, got 'https://gone.example.org/a', "
        "dead since 2026-02-03",
        "mine.bib:6: more: eprint: expected an address that answers, got '2003.00008v3', dead since 2026-02-05",
    ]
    assert fixed(text) == text


def test_faults_duplicates_and_doubtful_entries_are_told_in_the_order_of_their_lines():
    text = f"""{entry(year="2018")}
@misc{{b, title = }}
@misc{{good-2020-night, doi = {{10.5555/cil.101}}}}
@misc{{x, title = {{The Same}}, author = {{Ash, Ada}}, year = 2001}}
@article{{y, title = {{The same}}, author = {{A. Ash}}}}
@misc{{z, title = {{The Same}}, author = {{Else, Ada}}}}
@inproceedings{{night, title = {{Night Doors}}, author = {{Good, Ida}}}}
@misc{{night2, title = {{Anything}}, eprint = {{2003.00007}}, archiveprefix = {{arXiv}}}}
@book{{one, title = {{Toys}}, author = {{Ash, Ada}}, edition = {{1}}}}
@book{{two, title = {{Toys}}, author = {{Ash, Ada}}, edition = {{2}}}}
"""
    lines = said(text)
    assert [line.split(": ")[0] for line in lines] == [f"mine.bib:{n}" for n in (5, 9, 10, 12, 15, 15)]
    assert "expected one work, got the marks of good-2020-night, berk-good-2019-doors" in lines[2]
    assert lines[3] == "mine.bib:12: y: expected one entry for a work, got also 'x' on line 11"
    assert lines[4] == "mine.bib:15: night2: expected one entry for a work, got also 'night' on line 14"
    assert lines[5] == "mine.bib:15: night2: title: expected 'Night Doors' as in the catalog, got 'Anything'"
    assert fixed(text) == text.replace("2018", "2019")


@pytest.mark.parametrize("form", ["bibtex", "biblatex"])
@pytest.mark.parametrize("catalog", [invented(*every_type()), open_project(ROOT).catalog], ids=["invented", "real"])
def test_of_our_own_exports_nothing_is_to_be_said(form, catalog):
    text = FORMATS[form].render(catalog, catalog.works)
    assert [str(finding.problem) for finding in Linter(catalog, {}).findings(own(text))] == []
