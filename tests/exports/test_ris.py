"""RIS as rispy reads it."""

from __future__ import annotations

import re

import pytest
import rispy
from tests.exports.builders import invented

from shoulders.exports import FORMATS, ris
from shoulders.names import Name


@pytest.fixture(scope="module")
def text():
    catalog = invented()
    return FORMATS["ris"].render(catalog, catalog.works)


@pytest.fixture(scope="module")
def records(text):
    return {record["id"]: record for record in rispy.loads(text)}


def test_every_line_is_a_tag_and_ends_in_cr_lf(text):
    lines = text.split("\r\n")
    assert "\n" not in "".join(lines)
    assert all(re.fullmatch(r"[A-Z][A-Z0-9]  - .*|", line) for line in lines)
    starts, ends = lines.count("ER  - "), sum(line.startswith("TY  - ") for line in lines)
    assert starts == ends == len(invented().works)


def test_no_tag_is_unknown(records):
    assert all("unknown_tag" not in record for record in records.values())


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (
            "byron-2019-bert",
            {
                "type_of_reference": "CONF",
                "title": "BERT-based GPT-2 in 3D: MLPs for Paris",
                "secondary_title": "Proceedings of the 7th Meeting on Toys & Trains",
                "tertiary_title": "Lecture Notes in Toys",
                "secondary_authors": ["Eins, Editha", "Zwei, Egon"],
                "year": "2019",
                "date": "2019/06/",
                "volume": "17",
                "number": "5",
                "start_page": "4171",
                "end_page": "4186",
                "publisher": "Brook Press",
                "place_published": "Delft",
                "doi": "10.18653/v1/n19_1423",
                "urls": ["https://aclanthology.org/N19-1423"],
                "file_attachments1": "https://aclanthology.org/N19-1423.pdf",
                "accession_number": "arXiv:1810.04805",
                "keywords": ["Toys", "Trains, fast"],
                "language": "en",
            },
        ),
        ("byron-2020-trains", {"type_of_reference": "JOUR", "secondary_title": "Journal of Toys & Trains"}),
        ("byron-2019-issue", {"start_page": "e123", "end_page": None}),
        (
            "shao-2021-wanju",
            {
                "type_of_reference": "BOOK",
                "title": "玩具语言处理",
                "translated_title": "Processing the language of toys",
                "authors": ["邵, 砚", "欧阳, 林", "伊达·古德", "灯塔实验室"],
                "publisher": "小溪出版社",
                "issn": "978-7-111-59373-7",
                "language": "zh-CN",
                "date": "2021//",
            },
        ),
        (
            "good-2016-toys",
            {"tertiary_authors": ["Eins, Editha"], "subsidiary_authors": ["Shao, Yan", "Erdős, Paul"], "edition": "11"},
        ),
        ("byron-2019-chapter", {"type_of_reference": "CHAP", "secondary_title": "A Book of Toys"}),
        (
            "byron-2019-report",
            {"type_of_reference": "RPRT", "publisher": "Lantern & Lab", "issn": "41", "number": None},
        ),
        ("byron-2019-thesis", {"type_of_reference": "THES", "publisher": "University of Ponds"}),
        (
            "byron-2018-preprint",
            {
                "type_of_reference": "UNPB",
                "type_of_work": "preprint",
                "date": "2018/10/11",
                "notes": ["Retracted 2021-03: The data were invented."],
                "file_attachments1": "https://arxiv.org/pdf/1810.04806",
            },
        ),
        ("lantern-2019-kit", {"type_of_reference": "COMP", "authors": ["Lantern-AI"]}),
        ("anonymous-2019-blog", {"type_of_reference": "ELEC", "secondary_title": "The Pond", "authors": None}),
    ],
)
def test_fields_of_each_type(records, key, expected):
    assert {name: records[key].get(name) for name in expected} == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (Name("King", "Martin", suffix="Jr."), "King, Martin, Jr."),
        (Name("Oord", "Aäron", particle="van den"), "van den Oord, Aäron"),
        (Name("Plato"), "Plato"),
        (Name("Hill, Brook, Inc.", organisation=True), "Hill Brook Inc."),
    ],
)
def test_names_are_inverted(name, expected):
    assert ris.author_name(name) == expected
