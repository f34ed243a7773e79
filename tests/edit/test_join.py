"""Several sources become one account: the published record wins, and what differs is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shoulders.edit.join import join
from shoulders.lookup import Record, Retraction
from shoulders.names import Name
from shoulders.readers import Entry

ELM, OAK = Name("Elm", "Rosa"), Name("Oak", "Peter")
PREPRINT = Record(
    source="arXiv",
    entry=Entry(
        line=0,
        key="",
        type="preprint",
        title="Doors",
        authors=(ELM, OAK),
        year=2019,
        month=2,
        day=3,
        container="arXiv",
        arxiv="1902.00003",
        arxiv_class="cs.CL",
        pdf="https://arxiv.org/pdf/1902.00003",
    ),
    first_public="2019-02-03",
    abstract="On doors.",
)
PUBLISHED = Record(
    source="Crossref",
    entry=Entry(
        line=0, key="", type="article", title="Doors", authors=(ELM, OAK), year=2021, month=9,
        container="Journal of Doors", volume="4", pages="11-19", doi="10.5555/jd.4.11",
    ),
    first_public="2021-08-30",
)  # fmt: skip


def changed(record: Record, source: str, **fields: object) -> Record:
    return replace(record, source=source, entry=replace(record.entry, **fields))  # type: ignore[arg-type]  # mypy sees no fields in a mapping


def test_the_published_version_is_cited_with_the_preprints_identifiers_and_date():
    account = join([PUBLISHED, PREPRINT])
    entry = account.entry
    assert (entry.type, entry.year, entry.month, entry.container) == ("article", 2021, 9, "Journal of Doors")
    assert (entry.arxiv, entry.arxiv_class, entry.pdf) == ("1902.00003", "cs.CL", "https://arxiv.org/pdf/1902.00003")
    assert account.first_public == "2019-02-03"
    assert account.abstract == "On doors."
    assert account.sources == ("Crossref", "arXiv")
    assert account.disagreements == (), "that a preprint has another year is none"


def test_a_preprint_alone_is_a_preprint():
    entry = join([PREPRINT]).entry
    assert (entry.type, entry.container, entry.year) == ("preprint", "arXiv", 2019)


def test_what_the_first_does_not_say_comes_from_the_next_of_the_same_version():
    other = changed(PUBLISHED, "DBLP", number="2", pages="")
    entry = join([changed(PUBLISHED, "Crossref", volume="", pages=""), other, PREPRINT]).entry
    assert (entry.volume, entry.number, entry.pages) == ("4", "2", "")


def test_disagreements_are_told_with_who_says_what():
    other = changed(PUBLISHED, "DBLP", pages="11-21", year=2022, title="Doors, Open", authors=(ELM,))
    told = {found.field: str(found) for found in join([PUBLISHED, other, PREPRINT]).disagreements}
    assert told == {
        "title": "title: Doors (Crossref); DBLP says Doors, Open",
        "authors": "authors: Rosa Elm, Peter Oak (Crossref); DBLP says Rosa Elm",
        "year": "year: 2021 (Crossref); DBLP says 2022",
        "pages": "pages: 11-19 (Crossref); DBLP says 11-21",
    }


def test_of_many_authors_a_disagreement_names_the_first():
    many = tuple(
        Name(f"Elm{'abcdefghij'[i % 10]}{'abcdefghij'[i // 10 % 10]}{'abc'[i // 100]}", "R.") for i in range(300)
    )
    (told,) = join([changed(PUBLISHED, "Crossref", authors=many), changed(PUBLISHED, "DBLP")]).disagreements
    assert str(told).startswith("authors: R. Elmaaa, R. Elmbaa,")
    assert " and 288 more (Crossref); DBLP says Rosa Elm, Peter Oak" in str(told)


def test_a_retraction_and_warnings_are_kept_whoever_tells_them():
    retraction = Retraction("2026-03-07", "https://doi.org/10.5555/n")
    told = replace(PUBLISHED, retraction=retraction, warnings=("it was retracted",))
    account = join([changed(PUBLISHED, "ACL Anthology"), told, replace(PREPRINT, warnings=("it was withdrawn",))])
    assert account.retraction == retraction
    assert account.warnings == ("it was retracted", "it was withdrawn")


def test_a_preprint_elsewhere_than_on_arxiv_is_one_too():
    other = changed(PREPRINT, "Crossref (preprint)", container="", arxiv="", doi="10.5555/pre", year=2020)
    entry = join([PUBLISHED, other]).entry
    assert (entry.type, entry.year, entry.doi) == ("article", 2021, "10.5555/jd.4.11")


def test_a_book_that_is_on_arxiv_too_is_a_book():
    book = changed(PUBLISHED, "Crossref", type="book", container="", publisher="Imagined Press", arxiv="1902.00003")
    entry = join([book, PREPRINT]).entry
    assert (entry.type, entry.container, entry.year, entry.arxiv_class) == ("book", "", 2021, "cs.CL")


def test_case_accents_and_given_names_in_initials_are_no_disagreement():
    other = changed(PUBLISHED, "DBLP", title="DOORS.", authors=(Name("Elm", "R."), Name("Óak", "P.")))
    assert join([PUBLISHED, other]).disagreements == ()


def test_the_source_one_prefers_is_believed_first():
    other = changed(PUBLISHED, "DBLP", pages="11-21")
    assert join([PUBLISHED, other, PREPRINT], prefer="dblp").entry.pages == "11-21"
    entry = join([PUBLISHED, other, PREPRINT], prefer="arXiv").entry
    assert (entry.type, entry.year, entry.volume) == ("preprint", 2019, ""), "the preprint is cited"
    assert entry.doi == "10.5555/jd.4.11", "what holds for all versions stays"
    with pytest.raises(ValueError, match=r"\(Crossref, arXiv\), got 'crosref' \(did you mean 'Crossref'\?\)"):
        join([PUBLISHED, PREPRINT], prefer="crosref")


@pytest.mark.parametrize(
    ("dates", "earliest"),
    [
        (("2021", "2019-02-03"), "2019-02-03"),
        (("2019-02", "2019-02-03"), "2019-02-03"),
        (("2019", "2019-02"), "2019-02"),
        (("", "2020-01"), "2020-01"),
        (("2020-03-01", "2020-02"), "2020-02"),
        (("", ""), ""),
    ],
)
def test_the_first_date_is_kept_and_of_two_that_agree_the_exact_one(dates, earliest):
    records = [replace(changed(PUBLISHED, f"source {i}"), first_public=date) for i, date in enumerate(dates)]
    assert join(records).first_public == earliest
    assert join(records[::-1]).first_public == earliest
