"""BibTeX as BibTeX itself and pybtex read it."""

from __future__ import annotations

import re
import time

import pytest
from tests.exports.builders import ORGANISATIONS, PRINTED_NAMES, invented, work
from tests.exports.readers import decoded, read_bibtex, run_bibtex

from shoulders.exports import FORMATS
from shoulders.exports.bibtex import ordinal

QUIET = ["warning$ -- 0"]


@pytest.fixture(scope="module")
def text():
    catalog = invented()
    return FORMATS["bibtex"].render(catalog, catalog.works)


@pytest.fixture(scope="module")
def entries(text):
    return read_bibtex(text).entries


def one(catalog, record):
    return read_bibtex(FORMATS["bibtex"].render(catalog, [record])).entries[record.key]


@pytest.mark.parametrize("style", ["plain", "abbrv", "unsrt", "alpha"])
def test_classic_styles_do_not_warn(text, style, tmp_path):
    warnings, bibliography = run_bibtex(text, style, tmp_path)
    assert warnings == QUIET
    assert bibliography.count(r"\bibitem") == len(invented().works)


def test_plain_keeps_capitals_particles_and_organisations(text, tmp_path):
    _, bibliography = run_bibtex(text, "plain", tmp_path)
    bibliography = " ".join(bibliography.replace("~", " ").split())
    assert "{BERT}-based {GPT-2} in {3D}: {MLPs} for {Paris}" in bibliography
    assert "Deep toys for paris" in bibliography  # the style is free to change the rest
    for name in (r"A{\"{a}}ron van den Oord", "Martin Luther King, Jr.", "Chung-chieh Shan", "Plato", "{Lantern-AI}"):
        assert name in bibliography


def test_abbrv_takes_the_right_initials(text, tmp_path):
    _, bibliography = run_bibtex(text, "abbrv", tmp_path)
    bibliography = " ".join(bibliography.replace("~", " ").split())
    for name in (
        "A. van den Oord",
        "C.-c. Shan",
        r"{\L}. Kaiser",
        r"J. {Ortega y Gasset}",
        r"{\'{E}}. Zola",
        "Y. Shao",
    ):
        assert name in bibliography


def test_it_is_ascii_with_one_field_a_line_and_a_blank_line_between_entries(text):
    assert text.isascii()
    blocks = text.split("\n\n")
    assert len(blocks) == len(invented().works)
    for block in blocks:
        first, *fields, last = block.strip().split("\n")
        assert re.fullmatch(r"@[a-z]+\{[A-Za-z0-9-]+,", first)
        assert last == "}"
        assert all(re.fullmatch(r"  [A-Za-z]+ = (\{.*\}|[a-z]{3}),", field) for field in fields)


def test_names_read_back(entries):
    people = entries["byron-2019-bert"].persons["author"]
    read = [
        decoded(" ".join([*p.first_names, *p.middle_names, *p.prelast_names, *p.last_names, *p.lineage_names]))
        for p in people
    ]
    # The comma below is written as the cedilla, which every reader of BibTeX knows.
    cedilla = str.maketrans("ȘȚ", "ŞŢ")
    assert read == [name.translate(cedilla) for name in (*PRINTED_NAMES.values(), *ORGANISATIONS)]


def test_name_parts_read_back(entries):
    people = {decoded(str(p)): p for p in entries["byron-2019-bert"].persons["author"]}
    oord, king = people["van den Oord, Aäron"], people["King, Jr., Martin Luther"]
    assert (oord.prelast_names, oord.last_names) == (["van", "den"], ["Oord"])
    assert (king.last_names, king.lineage_names) == (["King"], ["Jr."])
    assert people["Shan, Chung-chieh"].last_names == ["Shan"]


@pytest.mark.parametrize(
    ("key", "kind", "expected"),
    [
        (
            "byron-2019-bert",
            "inproceedings",
            {
                "pages": "4171--4186",
                "month": "June",
                "doi": "10.18653/v1/n19_1423",
                "url": "https://aclanthology.org/N19-1423",
                "archivePrefix": "arXiv",
                "eprint": "1810.04805",
                "primaryClass": "cs.CL",
                "volume": "17",
                "series": "Lecture Notes in Toys",
                "number": None,
            },
        ),
        ("byron-2020-trains", "article", {"journal": r"Journal of Toys \& Trains", "volume": "23", "number": "11"}),
        ("byron-2019-issue", "article", {"number": None, "volume": None, "pages": "e123"}),
        (
            "shao-2021-wanju",
            "book",
            {
                "title": "Wanju yuyan chuli [Processing the language of toys]",
                "edition": "Second",
                "publisher": "Brook Press",
                "address": "Beijing",
                "isbn": "978-7-111-59373-7",
            },
        ),
        (
            "good-2016-toys",
            "book",
            {
                "edition": "11th",
                "volume": "2",
                "number": None,
                "note": r"Edited by Editha Eins. Translated by Yan Shao and Paul Erd{\H{o}}s. "
                "Translation of BERT-based GPT-2 in 3D: MLPs for Paris",
            },
        ),
        ("byron-2019-chapter", "incollection", {"booktitle": "A Book of Toys", "publisher": "Brook Press"}),
        ("byron-2019-report", "techreport", {"institution": r"Lantern \& Lab", "number": "41", "month": "May"}),
        ("byron-2019-thesis", "phdthesis", {"school": "University of Ponds"}),
        (
            "byron-2018-preprint",
            "misc",
            {
                "howpublished": "arXiv:1810.04806",
                "eprint": "1810.04806",
                "month": "October",
                "url": "https://arxiv.org/abs/1810.04806",
                "note": "Retracted 2021-03: The data were invented",
            },
        ),
        (
            "lantern-2019-kit",
            "misc",
            {
                "howpublished": r"GitHub repository lantern/toy\_kit",
                "url": "https://github.com/lantern/toy_kit?a=1&b=50%25#top",
            },
        ),
        ("anonymous-2019-blog", "misc", {"howpublished": "The Pond", "key": "Deep Toys for Paris", "author": None}),
        ("byron-2019-course", "misc", {"howpublished": "example.org", "key": None}),
    ],
)
def test_fields_of_each_type(entries, key, kind, expected):
    entry = entries[key]
    assert entry.type == kind
    assert {name: entry.fields.get(name) for name in expected} == expected


def test_author_and_editor_of_a_book_do_not_clash(entries):
    assert "editor" not in entries["good-2016-toys"].persons
    assert "author" not in entries["eins-2019-edited"].persons
    assert [str(p) for p in entries["eins-2019-edited"].persons["editor"]] == ["Eins, Editha"]


def test_chinese_names_are_romanised(entries):
    people = [str(p) for p in entries["shao-2021-wanju"].persons["author"]]
    assert people == ["Shao, Yan", "Ouyang, Lin", "Good, Ida", "{Lantern Lab}"]


def test_months_are_macros(text):
    assert "  month = jun,\n" in text
    assert "  month = nov,\n" in text


def test_what_lacks_a_required_field_becomes_misc():
    record = work("byron-2019-lost", type="article", venue="jot")  # a venue that the catalog does not know
    catalog = invented(record)
    assert one(catalog, record).type == "article"
    unknown = record.model_copy(update={"venue": "gone"})
    assert one(invented(unknown), unknown).type == "misc"


def test_a_chinese_publisher_is_written_as_its_venue_is():
    record = work("byron-2019-press", kind="book", publisher="小溪出版社")
    assert one(invented(record), record).fields["publisher"] == "Brook Press"


@pytest.mark.parametrize(
    ("edition", "expected"),
    [(1, "First"), (3, "Third"), (10, "Tenth"), (11, "11th"), (13, "13th"), (22, "22nd"), (111, "111th")],
)
def test_editions_in_words(edition, expected):
    assert ordinal(edition) == expected


def test_a_thousand_works_take_seconds_at_most():
    """Ten thousand take about two seconds of one core; text is encoded once, not once for each entry."""
    base = invented().by_key["byron-2019-bert"]
    works = tuple(
        base.model_copy(update={"key": f"byron-2019-w{n}", "title": f"Łódź and BERT-{n}"}) for n in range(1009)
    )
    catalog = invented(*works)
    start = time.process_time()
    FORMATS["bibtex"].render(catalog, works)
    assert time.process_time() - start < 5
