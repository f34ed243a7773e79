"""CSL-JSON, and what pandoc's citation processor makes of it."""

from __future__ import annotations

import json

import pytest
from tests.exports.builders import invented
from tests.exports.readers import pandoc_cited

from shoulders.exports import FORMATS, csl
from shoulders.names import Name


@pytest.fixture(scope="module")
def items():
    catalog = invented()
    return {item["id"]: item for item in json.loads(FORMATS["csl"].render(catalog, catalog.works))}


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (
            "byron-2019-bert",
            {
                "type": "paper-conference",
                "title": "BERT-based GPT-2 in 3D: MLPs for Paris",
                "container-title": "Proceedings of the 7th Meeting on Toys & Trains",
                "collection-title": "Lecture Notes in Toys",
                "issued": {"date-parts": [[2019, 6]]},
                "page": "4171-4186",
                "volume": "17",
                "publisher-place": "Delft",
                "DOI": "10.18653/v1/n19_1423",
                "language": "en",
            },
        ),
        (
            "byron-2020-trains",
            {"type": "article-journal", "issue": "11", "container-title": "Journal of Toys & Trains"},
        ),
        (
            "shao-2021-wanju",
            {
                "type": "book",
                "title": "玩具语言处理",
                "language": "zh-CN",
                "author": [
                    {"family": "邵", "given": "砚"},
                    {"family": "欧阳", "given": "林"},
                    {"literal": "伊达·古德"},
                    {"literal": "灯塔实验室"},
                ],
                "publisher": "小溪出版社",
                "ISBN": "978-7-111-59373-7",
            },
        ),
        (
            "good-2016-toys",
            {
                "original-title": "BERT-based GPT-2 in 3D: MLPs for Paris",
                "translator": [{"family": "Shao", "given": "Yan"}, {"family": "Erdős", "given": "Paul"}],
                "editor": [{"family": "Eins", "given": "Editha"}],
            },
        ),
        ("byron-2019-chapter", {"type": "chapter", "container-title": "A Book of Toys"}),
        ("byron-2019-report", {"type": "report", "publisher": "Lantern & Lab", "number": "41", "issue": None}),
        ("byron-2019-thesis", {"type": "thesis", "publisher": "University of Ponds", "genre": "PhD thesis"}),
        (
            "byron-2018-preprint",
            {
                "type": "article",
                "number": "arXiv:1810.04806",
                "publisher": "arXiv",
                "container-title": None,
                "issued": {"date-parts": [[2018, 10, 11]]},
                "note": "Retracted 2021-03: The data were invented.",
            },
        ),
        ("lantern-2019-kit", {"type": "software", "author": [{"literal": "Lantern-AI"}]}),
        ("anonymous-2019-blog", {"type": "webpage", "author": None, "container-title": "The Pond"}),
    ],
)
def test_fields_of_each_type(items, key, expected):
    assert {name: items[key].get(name) for name in expected} == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            Name("Oord", "Aäron", particle="van den"),
            {"family": "Oord", "given": "Aäron", "non-dropping-particle": "van den"},
        ),
        (Name("King", "Martin", suffix="Jr."), {"family": "King", "given": "Martin", "suffix": "Jr."}),
        (Name("Plato"), {"family": "Plato"}),
        (Name("Lantern Lab", organisation=True), {"literal": "Lantern Lab"}),
    ],
)
def test_name_parts(name, expected):
    assert csl.name_parts(name) == expected


def test_pandoc_cites_every_work(tmp_path):
    catalog = invented()
    cited = pandoc_cited(FORMATS["csl"].render(catalog, catalog.works), tmp_path)
    paragraphs = cited.strip().split("\n\n")
    assert len(paragraphs) == len(catalog.works)
    assert any(line.startswith("邵砚, 欧阳林, 伊达·古德, and 灯塔实验室. 2021. 玩具语言处理.") for line in paragraphs)
    assert any("Byron, Ada, Aäron van den Oord, Martin Luther King Jr." in line for line in paragraphs)
