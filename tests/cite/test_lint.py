"""What `--check` says of a bibliography and what `--fix` makes of it, entry by entry."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pybtex.bibtex.utils import split_name_list
from tests.builders import make_work
from tests.exports.builders import every_type, invented
from tests.exports.readers import read_bibtex

from shoulders.build import open_project
from shoulders.catalog import Catalog
from shoulders.cite.lint import Linter
from shoulders.cite.own import Own
from shoulders.cite.source import Source
from shoulders.exports import biblatex, bibtex
from shoulders.links.record import Link
from shoulders.model import Venue

ROOT = Path(__file__).parent.parent.parent
GACO = make_work(
    "berk-good-2019-doors",
    type="inproceedings",
    title="GaCo: Half-Open Doors in Delft",
    protect=["Delft"],
    authors=["van den Berk, Joris", "Ida Maria Good", "Łukasz Élan"],
    year=2019,
    month=7,
    first_public="2018-11-02",
    venue="cil",
    booktitle="Proceedings of the Seventh Conference on Imagined Language",
    pages="101-113",
    publisher="Association for Imagined Linguistics",
    doi="10.5555/cil.101",
    arxiv="1811.00001",
    arxiv_class="cs.CL",
    url="https://cil.example.org/101",
)
NIGHT = make_work("good-2020-night", title="Night Doors", authors=["Ida Good"], year=2020, arxiv="2003.00007", url=None)
CHINESE = make_work(
    "shao-2021-wanju",
    kind="book",
    type="book",
    title="玩具语言处理",
    language="zh",
    romanised="Wanju yuyan chuli",
    translated={"en": "Processing toys"},
    authors=["Shao, Yan"],
    year=2021,
    publisher="Brook Press",
    isbn="978-7-111-59373-7",
)
TOWN = make_work("ash-2011-town", title="Town of Toys", authors=["Ada Ash"], year=2011, url="https://town.example.org/")
LANE = make_work(
    "ash-2012-lane",
    type="article",
    title="Lane",
    authors=["Ada Ash"],
    year=2012,
    venue="jol",
    arxiv="1201.0003",
    url=None,
)
CATALOG = Catalog(
    works=(GACO, NIGHT, CHINESE, TOWN, LANE),
    venues=(
        Venue(id="cil", kind="conference", name="Conference on Imagined Language", short="CIL"),
        Venue(id="jol", kind="journal", name="Journal of Lanes"),
    ),
)
DEAD = {
    "https://gone.example.org/a": Link(state="dead", since="2026-02-03", said="nothing there"),
    "https://doi.org/10.5555/gone": Link(
        state="dead",
        since="2026-02-03",
        said="nothing there",
        archived="https://web.archive.org/web/20250102030405/https://doi.org/10.5555/gone",
    ),
    "https://town.example.org/": Link(state="dead", since="2026-02-04", said="nothing there"),
    "https://arxiv.org/abs/2003.00008": Link(state="dead", since="2026-02-05", said="nothing there"),
}
LINTER = Linter(CATALOG, DEAD)
SAME = {
    "author": "van den Berk, Joris and Good, Ida Maria and {\\'{E}}lan, {\\L}ukasz",
    "title": "{GaCo}: Half-Open Doors in {Delft}",
    "booktitle": "Proc. of the 7th CIL",
    "year": "2019",
    "doi": "10.5555/cil.101",
}


def own(text, encoding="utf-8"):
    return Own(Source(Path("mine.bib"), text.encode(encoding)))


def said(text):
    """What is said of a bibliography."""
    return [str(finding.problem) for finding in LINTER.findings(own(text))]


def fixed(text):
    """The bibliography after the repair, which a second one leaves alone."""
    repaired = LINTER.repaired(own(text))
    again = LINTER.repaired(repaired)
    assert again.source.data == repaired.source.data
    assert not any(finding.edits for finding in LINTER.findings(repaired))
    return repaired.source.original


def entry(kind="inproceedings", **changed):
    """An entry equal to ours but for what is changed."""
    fields = {name: value for name, value in {**SAME, **changed}.items() if value is not None}
    return f"@{kind}{{mine,\n" + "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items()) + "}\n"


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


PREPRINTS = {
    "as Google Scholar writes it": (
        """@article{mine,
  title={GaCo: half-open doors in Delft},
  author={van den Berk, Joris and Good, Ida Maria and Elan, Lukasz},
  journal={arXiv preprint arXiv:1811.00001},
  year={2018}
}
""",
        """@inproceedings{mine,
  title={{GaCo}: half-open doors in {Delft}},
  author={van den Berk, Joris and Good, Ida Maria and Elan, Lukasz},
  year={2019},
  booktitle={Proceedings of the Seventh Conference on Imagined Language},
  pages={101--113},
  publisher={Association for Imagined Linguistics},
  month=jul,
  doi={10.5555/cil.101},
  archivePrefix={arXiv},
  eprint={1811.00001},
  primaryClass={cs.CL}
}
""",
    ),
    "as DBLP writes it": (
        """@article{mine,
  author       = "Joris van den Berk and Ida Maria Good and Lukasz Elan",
  title        = "{GaCo}: Half-Open Doors in {Delft}",
  journal      = "CoRR",
  volume       = "abs/1811.00001", % to be published

  year         = 2018,
  eprinttype   = {arXiv},
  eprint       = {1811.00001}, % ours
  note         = "kept  as\tit is", % too
}
""",
        """@inproceedings{mine,
  author       = "Joris van den Berk and Ida Maria Good and Lukasz Elan",
  title        = "{GaCo}: Half-Open Doors in {Delft}",
   % to be published

  year         = 2019,
  eprinttype   = {arXiv},
  eprint       = {1811.00001}, % ours
  note         = "kept  as\tit is", % too
  booktitle    = {Proceedings of the Seventh Conference on Imagined Language},
  pages        = {101--113},
  publisher    = {Association for Imagined Linguistics},
  month        = jul,
  doi          = {10.5555/cil.101},
}
""",
    ),
    "for biblatex": (
        """@online{mine,
    author = {van den Berk, Joris and others},
    title = {{GaCo}: Half-Open Doors in {Delft}},
    date = {2018-11-02},
    eprint = {1811.00001},
    eprinttype = {arxiv},
    % pubstate = {prepublished},
    url = {https://arxiv.org/abs/1811.00001} % and where it ends
}
""",
        """@inproceedings{mine,
    author = {van den Berk, Joris and others},
    title = {{GaCo}: Half-Open Doors in {Delft}},
    date = {2019-07},
    eprint = {1811.00001},
    eprinttype = {arxiv},
    % pubstate = {prepublished},
    url = {https://arxiv.org/abs/1811.00001},
    booktitle = {Proceedings of the Seventh Conference on Imagined Language},
    pages = {101--113},
    publisher = {Association for Imagined Linguistics},
    doi = {10.5555/cil.101} % and where it ends
}
""",
    ),
    "on one line": (
        "@MISC(mine, author={{Joris van den Berk} and others}, title={GaCo: Half-Open Doors in {Delft}}, "
        "howpublished={arXiv:1811.00001}, doi = {10.48550/arXiv.1811.00001})",
        "@INPROCEEDINGS(mine, author={{Joris van den Berk} and others}, title={{GaCo}: Half-Open Doors in {Delft}}, "
        "doi = {10.5555/cil.101}, "
        "booktitle={Proceedings of the Seventh Conference on Imagined Language}, pages={101--113}, "
        "publisher={Association for Imagined Linguistics}, month=jul, year={2019}, "
        "archivePrefix={arXiv}, eprint={1811.00001}, primaryClass={cs.CL})",
    ),
    "with the DOI of the preprint": (
        "@misc{mine,\n  title = {{GaCo: Half-Open Doors in Delft}},\n  journal = {arXiv},\n"
        "  doi = {https://doi.org/10.48550/arXiv.1811.00001},\n}\n",
        "@inproceedings{mine,\n  title = {{GaCo: Half-Open Doors in Delft}},\n  doi = {10.5555/cil.101},\n"
        "  booktitle = {Proceedings of the Seventh Conference on Imagined Language},\n  pages = {101--113},\n"
        "  publisher = {Association for Imagined Linguistics},\n  month = jul,\n  year = {2019},\n"
        "  archivePrefix = {arXiv},\n  eprint = {1811.00001},\n  primaryClass = {cs.CL},\n}\n",
    ),
    "with hardly anything": (
        "@Article{berk-good-2019-doors,\n\tjournal = {arXiv:1811.00001},\n}\n",
        "@Inproceedings{berk-good-2019-doors,\n"
        "\tbooktitle = {Proceedings of the Seventh Conference on Imagined Language},\n\tpages = {101--113},\n"
        "\tpublisher = {Association for Imagined Linguistics},\n\tmonth = jul,\n\tyear = {2019},\n"
        "\tdoi = {10.5555/cil.101},\n\tarchivePrefix = {arXiv},\n\teprint = {1811.00001},\n"
        "\tprimaryClass = {cs.CL},\n}\n",
    ),
}


@pytest.mark.parametrize("what", PREPRINTS)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_preprint_becomes_the_published_version_in_the_style_of_its_file(what, newline):
    before, after = (f"% Mine.\n{text}\n% End.".replace("\n", newline) for text in PREPRINTS[what])
    place = "(Proceedings of the Seventh Conference on Imagined Language, 2019)"
    assert any(f"version: expected the published version {place}, got the preprint" in line for line in said(before))
    assert fixed(before) == after
    assert said(after) == []
    assert list(read_bibtex(re.sub("%.*", "", after.replace("\r", "\n"))).entries), "it is BibTeX still"


def test_a_doi_that_the_catalog_lacks_stays_unless_it_is_the_preprint_s():
    text = "@misc{x, title = {Lane}, author = {Ash, A.}, journal = {arXiv:1201.0003}, doi = {10.5555/theirs}}"
    journal = "@article{x, title = {Lane}, author = {Ash, A.}, journal = {Journal of Lanes}"
    more = "year = {2012}, archivePrefix = {arXiv}, eprint = {1201.0003}}"
    assert fixed(text) == f"{journal}, doi = {{10.5555/theirs}}, {more}"
    assert fixed(text.replace("10.5555/theirs", "10.48550/arXiv.1201.0003")) == f"{journal}, {more[:-1]},}}"


def test_what_is_a_preprint_to_us_may_be_published_since():
    assert (
        said("@article{x, title={Night Doors}, author={Good, Ida}, journal={Letters}, year={2021}, volume={4}}") == []
    )


def test_chinese_stays_chinese_where_it_stands():
    text = "@book{x, isbn = {7-111-59373-1}, title = {玩具语言}, author = {Shao, Yan}, year = 2020}\n"
    assert fixed(text) == text.replace("玩具语言", "玩具语言处理").replace("2020", "2021")
    latin = (
        "@book{x, isbn = {7-111-59373-1}, title = {Wanju yuyan [Processing toys]}, author = {Shao, Yan}, year = 2021}\n"
    )
    assert fixed(latin) == latin.replace("yuyan", "yuyan chuli")


def test_old_encodings_stay_and_take_ascii():
    text = entry(author="van den Berk, Joris and Élan, Lukasz", note="déjà", title=None)
    repaired = LINTER.repaired(own(text, "latin-1"))
    assert repaired.source.data == entry(author=SAME["author"], note="déjà", title=None).encode("latin-1")
    isbn = CHINESE.isbn
    native = own(f"@book{{x, title = {{Wanju yuyan}}, date = {{2021}}, isbn = {{{isbn}}}, note = {{déjà}}}}", "latin-1")
    (finding,) = LINTER.findings(native)
    assert str(finding.problem).startswith("mine.bib:1: x: title: expected '玩具语言处理' as in the catalog")
    assert finding.edits == (), "Latin-1 holds no Chinese"


def test_months_stay_macros():
    assert fixed(entry(month="aug")) == entry(month="aug").replace("{aug}", "jul")
    assert fixed("@misc{x, doi={10.5555/cil.101}, month = aug}") == "@misc{x, doi={10.5555/cil.101}, month = jul}"


def test_a_byte_order_mark_stays():
    text = "\ufeff" + entry(year="2018")
    assert fixed(text) == "\ufeff" + entry()
    assert said(text)[0].startswith("mine.bib:5: mine: year: ")


def test_values_put_together_from_parts_are_replaced_whole_and_inherited_ones_are_not():
    text = '@string{y = "2018"}\n' + entry(year=None).replace("{mine,\n", "{mine,\n  year = y # {},\n")
    assert fixed(text) == '@string{y = "2018"}\n' + entry(year=None).replace("{mine,\n", "{mine,\n  year = {2019},\n")
    child = entry(year=None, crossref="volume") + "@proceedings{volume, title = {Proc. of the CIL}, year = 2018}\n"
    assert len(said(child)) == 1
    assert fixed(child) == child


@pytest.mark.parametrize("export", [bibtex.render, biblatex.render])
@pytest.mark.parametrize("catalog", [invented(*every_type()), open_project(ROOT).catalog], ids=["invented", "real"])
def test_of_our_own_exports_nothing_is_to_be_said(export, catalog):
    text = export(catalog, catalog.works)
    assert [str(finding.problem) for finding in Linter(catalog, {}).findings(own(text))] == []


SPOILT = {
    **dict.fromkeys(("volume", "number"), "9001"),
    "author": "{0}",
    "year": "1901",
    "date": "1901-01",
    "pages": "9001--9002",
    "doi": "10.5555/9001",
    "eprint": "1901.09001",
}


def turned(authors):
    """The authors in reverse order."""
    return " and ".join(reversed(split_name_list(authors)))


@pytest.mark.parametrize("export", [bibtex.render, biblatex.render])
@pytest.mark.parametrize("field", SPOILT)
def test_what_is_spoilt_in_an_export_is_repaired_as_pybtex_reads_it(export, field):
    """Of every work of every type."""
    catalog = invented(*every_type())
    text = export(catalog, catalog.works)
    names = re.compile(rf"^  {field} = {{(.*)}},$", re.MULTILINE)
    spoilt = names.sub(lambda match: f"  {field} = {{{SPOILT[field].format(turned(match[1]))}}},", text)
    linter = Linter(catalog, {})
    repaired = linter.repaired(own(spoilt)).source.original
    entries, judged = read_bibtex(text).entries, read_bibtex(repaired).entries
    assert (spoilt == text) == (field in ({"bibtex": ["date"], "biblatex": ["year"]}[export.__module__.split(".")[-1]]))
    assert list(entries) == list(judged)
    for key, entry in entries.items():
        assert dict(judged[key].fields) == dict(entry.fields)
        assert judged[key].persons == entry.persons


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_stands_in_a_file_repairing_it_twice_changes_nothing_more(data):
    pieces = [*'{}"=,#%@\n ', *SAME, *SAME.values(), "journal = {arXiv:1811.00001},", "@article{mine,", "year = 2018,"]
    pieces += [entry(), entry(year="2018"), *(text for text, _ in PREPRINTS.values()), "eprint = {1811.00001},\n"]
    text = "".join(data.draw(st.lists(st.sampled_from(pieces), max_size=12)))
    repaired = fixed(text)
    if not LINTER.findings(own(text)):
        assert repaired == text
