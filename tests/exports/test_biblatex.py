"""biblatex as biber and pandoc read it."""

from __future__ import annotations

import pytest
from tests.exports.builders import invented, work
from tests.exports.readers import pandoc_items, read_bibtex, run_biber

from shoulders.exports import FORMATS


@pytest.fixture(scope="module")
def text():
    catalog = invented()
    return FORMATS["biblatex"].render(catalog, catalog.works)


@pytest.fixture(scope="module")
def entries(text):
    return read_bibtex(text).entries


def test_biber_finds_nothing_wrong(text, tmp_path):
    assert run_biber(text, tmp_path) == []


def test_biber_would_tell(text, tmp_path):
    found = run_biber(text.replace("  date =", "  day =").replace("institution =", "room ="), tmp_path)
    assert any("mandatory" in line for line in found)
    assert any("room" in line for line in found)


@pytest.mark.parametrize(
    ("key", "kind", "expected"),
    [
        (
            "byron-2019-bert",
            "inproceedings",
            {
                "ids": "byron-2018-bert",
                "date": "2019-06",
                "year": None,
                "month": None,
                "eprinttype": "arxiv",
                "eprint": "1810.04805",
                "eprintclass": "cs.CL",
                "langid": "english",
                "volume": "17",
                "number": "5",
                "location": "Delft",
                "doi": "10.18653/v1/n19_1423",
            },
        ),
        ("byron-2020-trains", "article", {"journaltitle": r"Journal of Toys \& Trains", "date": "2020-11"}),
        (
            "shao-2021-wanju",
            "book",
            {
                "title": "玩具语言处理",
                "publisher": "小溪出版社",
                "location": "北京",
                "langid": "chinese",
                "edition": "2",
                "isbn": "978-7-111-59373-7",
            },
        ),
        ("good-2016-toys", "book", {"origtitle": "BERT-based GPT-2 in 3D: MLPs for Paris", "publisher": "Brook Press"}),
        ("eins-2019-edited", "collection", {"date": "2019"}),
        ("byron-2019-report", "report", {"type": "techreport", "institution": r"Lantern \& Lab", "number": "41"}),
        ("byron-2019-thesis", "thesis", {"type": "phdthesis", "institution": "University of Ponds"}),
        ("byron-2018-preprint", "online", {"date": "2018-10", "note": "Retracted 2021-03: The data were invented."}),
        ("lantern-2019-kit", "software", {"url": "https://github.com/lantern/toy_kit?a=1&b=50%25#top"}),
        ("anonymous-2019-blog", "online", {"organization": "The Pond", "url": "https://pond.example.org/a_b"}),
    ],
)
def test_fields_of_each_type(entries, key, kind, expected):
    entry = entries[key]
    assert entry.type == kind
    assert {name: entry.fields.get(name) for name in expected} == expected


def test_chinese_names_stand_in_chinese_and_whole(text):
    assert "author = {邵砚 and 欧阳林 and {伊达·古德} and {灯塔实验室}}" in text


def test_a_translator_of_a_work_in_english_is_in_latin_script(entries):
    assert entries["good-2016-toys"].fields["translator"] == "Shao, Yan and Erdős, Paul"


def test_pandoc_reads_the_same_works(text):
    items = pandoc_items(text, "biblatex")
    assert items["shao-2021-wanju"]["title"] == "玩具语言处理"
    assert items["byron-2019-bert"]["DOI"] == "10.18653/v1/n19_1423"
    assert items["lantern-2019-kit"]["URL"] == "https://github.com/lantern/toy_kit?a=1&b=50%25#top"
    assert len(items) == len(invented().works)


def test_a_volume_that_is_no_number_moves_to_the_note(tmp_path):
    record = work("byron-2019-odd", type="article", venue="jot", volume="W19")
    text = FORMATS["biblatex"].render(invented(record), [record])
    assert "note = {Volume W19}" in text
    assert run_biber(text, tmp_path) == []


def test_what_lacks_a_required_field_becomes_misc(tmp_path):
    record = work("byron-2019-lost", type="article", venue="gone")
    text = FORMATS["biblatex"].render(invented(record), [record])
    assert text.startswith("@misc{")
    assert run_biber(text, tmp_path) == []
