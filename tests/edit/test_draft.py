"""What is known of a work becomes the fields of an entry; what is malformed is left out rather than written."""

from __future__ import annotations

import pytest

from shoulders.catalog import Catalog
from shoulders.edit.adding import new_venue
from shoulders.edit.draft import author_field, draft, entry_type, find_venue, guess_nickname
from shoulders.edit.join import Account
from shoulders.lookup import Retraction
from shoulders.model import Person, Text, Venue, Work
from shoulders.names import Name, parse_name
from shoulders.readers import Entry

CIL = Venue(id="cil", kind="conference", name="Conference on Imagined Language", short="CIL")
WIDE = Venue(id="wide", kind="conference", name="European Conference on Imagined Language", short="ECIL")
JOURNAL = Venue(id="jd", kind="journal", name="Journal of Doors", short="J. Doors", name_zh="门学报")
ARXIV = Venue(id="arxiv", kind="preprint", name="arXiv")
TAKEN = Work(
    key="elm-2019-doors", aliases=("elm-2018-hinges",), kind="paper", title="Doors",
    year=2019, first_public="2019", added="2026-01-01",
    summary=Text(en="x", zh="门"),
)  # fmt: skip
CATALOG = Catalog(works=(TAKEN,), venues=(CIL, WIDE, JOURNAL, ARXIV))


def entry(**said: object) -> Entry:
    given = {"line": 0, "key": "", "type": "article", "title": "Doors", "authors": (Name("Elm", "Rosa"),), "year": 2021}
    return Entry(**(given | said))  # type: ignore[arg-type]  # mypy sees no fields in a mapping


def fields(**said: object) -> dict[str, object]:
    return draft(CATALOG, Account(entry(**said)), added="2026-11-27")


def test_an_article():
    found = fields(container="Journal of Doors", volume="4", pages="11-19", doi="10.5555/jd.4.11", month=9)
    assert found == {
        "key": "elm-2021-doors",
        "kind": "paper",
        "type": "article",
        "title": "Doors",
        "authors": ["Rosa Elm"],
        "year": 2021,
        "month": 9,
        "first_public": "2021-09",
        "venue": "jd",
        "volume": "4",
        "pages": "11-19",
        "doi": "10.5555/jd.4.11",
        "added": "2026-11-27",
        "sources": ["https://doi.org/10.5555/jd.4.11"],
    }


def test_a_key_that_is_taken_gets_another_word():
    assert fields(year=2019, title="Doors of Perception")["key"] == "elm-2019-doors-perception"
    assert fields(year=2018, title="Hinges of Doors")["key"] == "elm-2018-hinges-doors", (
        "as somebody may cite the old one"
    )
    account = Account(entry(title="Doors of Perception"))
    assert draft(CATALOG, account, added="2026-11-27", taken=["elm-2021-doors"])["key"] == "elm-2021-doors-perception"


@pytest.mark.parametrize(
    ("authors", "key"),
    [
        ((), "imaginedpress-2021-doors"),
        ((Name("Door Lab", organisation=True),), "doorlab-2021-doors"),
        ((Name("Berk", "Joris", "van den"),), "vandenberk-2021-doors"),
        ((Name("邵砚"), Name("Elm", "Rosa")), "shao-elm-2021-doors"),
        ((Name("欧阳门"),), "ouyang-2021-doors"),
        ((Name("门门"),), "gate-2021-doors"),
        ((Name("{邵"),), "shao-2021-doors"),
    ],
)
def test_the_key_goes_by_the_family_names_in_latin_script(authors, key):
    catalog = Catalog(works=(TAKEN,), people=(Person(id="ida-gate", name="Gate, Ida", native="门门"),))
    account = Account(entry(authors=authors, publisher="Imagined Press"))
    assert draft(catalog, account, added="2026-11-27")["key"] == key


def test_without_a_year_there_is_no_key():
    assert "key" not in fields(year=None)


def test_an_article_of_a_conference_is_printed_in_its_proceedings():
    found = fields(container="CIL", volume="30")
    assert (found["type"], found["venue"], found["booktitle"]) == ("inproceedings", "cil", "CIL")


@pytest.mark.parametrize(
    ("said", "venue"),
    [
        ({"container": "Journal of Gates"}, {"id": "journal-of-gates", "kind": "journal", "name": "Journal of Gates"}),
        ({"container": "J.D."}, {"id": "j-d", "kind": "journal", "name": "J.D."}),
        ({"container": "Wide"}, {"id": "wide-2", "kind": "journal", "name": "Wide"}),
        ({"container": "Journal of Doors"}, None),
        ({"container": "窗学报"}, None),
        ({"container": ""}, None),
        ({"container": "Proceedings on Gates", "type": "inproceedings"}, None),
    ],
)
def test_a_journal_that_is_new_gets_a_record(said, venue):
    assert new_venue(CATALOG, entry(**said), fields(**said)) == venue


@pytest.mark.parametrize(
    ("said", "url"),
    [
        ({"type": "preprint", "doi": "10.5555/pre"}, "https://doi.org/10.5555/pre"),
        ({"type": "preprint", "openreview": "H0kvrQ9xyz", "url": "https://example.org/"}, "https://example.org/"),
        ({"type": "preprint", "arxiv": "1902.00003", "url": "https://example.org/"}, None),
        ({"type": "dataset", "doi": "10.5555/data"}, "https://doi.org/10.5555/data"),
        ({"type": "book", "doi": "10.5555/book", "url": "https://example.org/"}, None),
        ({"type": "book", "url": "https://example.org/"}, "https://example.org/"),
    ],
)
def test_an_address_stands_where_no_identifier_leads(said, url):
    assert fields(**said).get("url") == url


def test_a_retraction_is_proposed_for_a_person_to_say_why():
    account = Account(entry(), retraction=Retraction("2026-03-07", "https://doi.org/10.5555/n"))
    found = draft(CATALOG, account, added="2026-11-27")["retracted"]
    assert (found["date"], found["url"]) == ("2026-03-07", "https://doi.org/10.5555/n")
    assert {*found["note"]} == {"en", "zh"}
    undated = Account(entry(), retraction=Retraction("", "https://doi.org/10.5555/n"))
    assert "retracted" not in draft(CATALOG, undated, added="2026-11-27")


def test_malformed_facts_are_left_out():
    found = fields(pages="eleven", doi="not a doi", arxiv="99", pdf="javascript:alert(1)", isbn="1", url="file:///x")
    assert not {"pages", "doi", "arxiv", "pdf", "isbn", "url"} & set(found)


@pytest.mark.parametrize(
    ("said", "told", "first_public"),
    [
        ({"arxiv": "1902.00003", "container": "CIL", "month": 9}, "", "2019-02"),
        ({"arxiv": "1902.00003", "container": "CIL"}, "2019-02-28", "2019-02-28"),
        ({"arxiv": "1902.00003", "container": "CIL"}, "2018-12-31", "2018-12-31"),
        ({"arxiv": "1902.00003", "container": "CIL"}, "2021-08-30", "2019-02"),
        ({"arxiv": "1902.00003", "year": 2019, "container": "arXiv", "type": "misc", "month": 5}, "", "2019-02"),
        ({"year": 2021, "month": 3}, "", "2021-03"),
        ({"year": 2021}, "2022-01-05", "2021"),
    ],
)
def test_the_date_agrees_with_the_arxiv_id_and_the_year(said, told, first_public):
    account = Account(entry(**said), first_public=told)
    assert draft(CATALOG, account, added="2026-11-27")["first_public"] == first_public


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"type": "conference"}, "inproceedings"),
        ({"type": "phdthesis"}, "thesis"),
        ({"type": "misc", "arxiv": "1902.00003"}, "preprint"),
        ({"type": "article", "container": "arXiv preprint arXiv:1902.00003"}, "preprint"),
        ({"type": "misc", "url": "https://github.com/a/b"}, "software"),
        ({"type": "misc", "url": "https://example.org/"}, "online"),
        ({"type": "misc", "container": "CIL 2020"}, "inproceedings"),
        ({"type": "inbook"}, "incollection"),
        ({"type": "manual"}, "techreport"),
        ({"type": "mvproceedings"}, "book"),
        ({"type": "dataset"}, "software"),
        ({"type": "preprint"}, "preprint"),
        ({"type": "book", "arxiv": "1902.00003"}, "book"),
        ({"type": "phdthesis", "arxiv": "1902.00003"}, "thesis"),
    ],
)
def test_how_an_entry_is_classed(said, expected):
    assert entry_type(entry(**said)) == expected


@pytest.mark.parametrize(
    ("container", "type_", "venue"),
    [
        ("Proceedings of the 7th Conference on Imagined Language", "inproceedings", "cil"),
        ("Proceedings of the European Conference on Imagined Language", "inproceedings", "wide"),
        ("Findings (CIL 2021)", "inproceedings", "cil"),
        ("Councils of Doors", "inproceedings", None),
        ("journal of doors", "article", "jd"),
        ("门学报", "article", "jd"),
        ("J. Doors", "article", "jd"),
        ("The Journal of Doors and Windows", "article", None),
    ],
)
def test_the_venue_is_known_by_its_names(container, type_, venue):
    found = find_venue(CATALOG, entry(container=container), type_)
    assert (found.id if found else None) == venue


@pytest.mark.parametrize(
    "name",
    [
        Name("Berk", "Joris", "van den"),
        Name("Ruiz Díaz", "Ana"),
        Name("King", "Martin Luther", "", "Jr."),
        Name("Plato"),
        Name("Chen", "Xin"),
    ],
)
def test_a_person_is_written_so_that_it_is_read_back_the_same(name):
    written = author_field(name)
    assert isinstance(written, str)
    assert parse_name(written) == name


def test_an_organisation_is_no_person():
    assert author_field(Name("Door and Hinge Lab", organisation=True)) == {"organisation": "Door and Hinge Lab"}


@pytest.mark.parametrize(
    ("title", "name"),
    [("GaCo: Gated Counting", "GaCo"), ("Doors: a Study", ""), ("Big Doors: X", ""), ("BERT", ""), ("T5: x", "T5")],
)
def test_a_name_before_the_colon_is_a_nickname(title, name):
    assert guess_nickname(title) == name
