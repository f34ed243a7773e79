"""The facts of a work, resolved once for all exports."""

from __future__ import annotations

import pytest
from tests.exports.builders import invented, work

from shoulders.catalog import Catalog
from shoulders.exports import fields
from shoulders.model import Person


def chinese_name(native, latin):
    person = Person(id="someone", name=latin, native=native)
    catalog = Catalog(people=(person,))
    record = work("a-2019-x", authors=[native])
    name = fields.printed_name(catalog, catalog.credit(record.authors)[0], chinese=True)
    return name.family, name.given


@pytest.mark.parametrize(
    ("native", "latin", "expected"),
    [
        ("邵砚", "Shao, Yan", ("邵", "砚")),
        ("欧阳修文", "Ouyang, Xiuwen", ("欧阳", "修文")),
        ("欧阳修", "Ou, Yangxiu", ("欧", "阳修")),  # the pinyin says that the family name is not the compound one
        ("曾国", "Zeng, Guo", ("曾", "国")),  # read Ceng by the table: the pinyin does not help
        ("尉迟恭", "Yuchi, Gong", ("尉迟", "恭")),
        ("伊达·古德", "Ida Good", ("伊达·古德", "")),
    ],
)
def test_the_family_name_of_a_chinese_name(native, latin, expected):
    assert chinese_name(native, latin) == expected


@pytest.mark.parametrize(
    ("facts", "url", "pdf"),
    [
        ({"url": "https://example.org/a"}, "https://example.org/a", None),
        ({"acl": "N19-1423"}, "https://aclanthology.org/N19-1423", "https://aclanthology.org/N19-1423.pdf"),
        (
            {"openreview": "H1eA7AEtvS"},
            "https://openreview.net/forum?id=H1eA7AEtvS",
            "https://openreview.net/pdf?id=H1eA7AEtvS",
        ),
        ({"arxiv": "1810.04805"}, "https://arxiv.org/abs/1810.04805", "https://arxiv.org/pdf/1810.04805"),
        ({"acl": "N19-1423", "url": "https://example.org/a"}, "https://example.org/a", None),
        ({"doi": "10.1000/toys", "url": "https://doi.org/10.1000/toys"}, None, None),  # the DOI says it already
        ({"doi": "10.1000/toys", "url": "https://doi.org/10.1000/trains"}, "https://doi.org/10.1000/trains", None),
    ],
)
def test_where_a_work_can_be_read(facts, url, pdf):
    record = work("a-2019-x", **facts)
    assert fields.address(record) == url
    if pdf:
        assert fields.pdf(record) == pdf


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"type": "article", "year": 2019, "month": 6}, (2019, 6)),
        ({"type": "article", "year": 2019}, (2019,)),
        ({"type": "preprint", "year": 2018}, (2018, 10, 11)),
        ({"type": "preprint", "year": 2018, "month": 10}, (2018, 10, 11)),
        ({"type": "preprint", "year": 2018, "month": 11}, (2018, 11)),  # a later version
        ({"type": "preprint", "year": 2018, "first_public": "2018"}, (2018,)),
    ],
)
def test_the_date_of_the_version_to_cite(facts, expected):
    assert fields.issued(work("a-2019-x", **facts)) == expected


def test_a_work_in_english_has_latin_names_only():
    catalog = invented()
    names = fields.resolve(catalog, catalog.by_key["good-2016-toys"], native=True).translators
    assert [(name.display, name.native) for name in names] == [("Yan Shao", ""), ("Paul Erdős", "")]
