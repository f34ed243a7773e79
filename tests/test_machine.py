"""What machines read in a page: Highwire tags, COinS, JSON-LD, Open Graph."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from urllib.parse import parse_qs, parse_qsl

import pytest
from tests.exports.builders import SUMMARY, invented, work

from shoulders import machine
from shoulders.names import Name

URL = "https://example.org/papers/byron-2019-bert/"
CATALOG = invented()
TYPE_TAGS = {*machine.TYPE_TAGS.values(), "z:itemType"}


def tags(key, catalog=CATALOG):
    return machine.highwire(catalog, catalog.by_key[key], URL)


def test_highwire_tags_of_a_conference_paper():
    found = tags("byron-2019-bert")
    assert found[0] == ("citation_title", "BERT-based GPT-2 in 3D: MLPs for Paris")
    assert [pair for pair in found if pair[0] not in ("citation_title", "citation_author")] == [
        ("citation_publication_date", "2019/06"),
        ("citation_conference_title", "Proceedings of the 7th Meeting on Toys & Trains"),
        ("citation_volume", "17"),
        ("citation_issue", "5"),
        ("citation_firstpage", "4171"),
        ("citation_lastpage", "4186"),
        ("citation_publisher", "Brook Press"),
        ("citation_doi", "10.18653/v1/n19_1423"),
        ("citation_pdf_url", "https://aclanthology.org/N19-1423.pdf"),
        ("citation_abstract_html_url", URL),
        ("citation_language", "en"),
        ("citation_keywords", "Toys; Trains, fast"),
    ]


@pytest.mark.parametrize(
    ("key", "tag", "value"),
    [
        ("byron-2019-bert", "citation_conference_title", "Proceedings of the 7th Meeting on Toys & Trains"),
        ("byron-2020-trains", "citation_journal_title", "Journal of Toys & Trains"),
        ("byron-2019-chapter", "citation_book_title", "A Book of Toys"),
        ("byron-2019-report", "citation_technical_report_institution", "Lantern & Lab"),
        ("byron-2019-thesis", "citation_dissertation_institution", "University of Ponds"),
        ("byron-2018-preprint", "z:itemType", "preprint"),
        ("shao-2021-wanju", "z:itemType", "book"),
        ("lantern-2019-kit", "z:itemType", "computerProgram"),
        ("anonymous-2019-blog", "z:itemType", "webpage"),
    ],
)
def test_exactly_one_tag_decides_the_type(key, tag, value):
    assert [pair for pair in tags(key) if pair[0] in TYPE_TAGS] == [(tag, value)]


def test_every_type_has_exactly_one_deciding_tag():
    for record in CATALOG.works:
        assert sum(name in TYPE_TAGS for name, _ in tags(record.key)) == 1, record.key


def test_a_paper_without_its_venue_still_says_its_type():
    found = tags("a-2019-x", invented(work("a-2019-x", type="article", venue="gone")))
    assert [pair for pair in found if pair[0] in TYPE_TAGS] == [("z:itemType", "journalArticle")]


@pytest.mark.parametrize(
    ("author", "expected"),
    [
        ("van den Oord, Aäron Bart", "Aäron Bart van den Oord"),  # Zotero would make two people of the comma
        ("King, Jr., Martin Luther", "Martin Luther King Jr."),
        ("邵砚", "邵砚"),
        ({"organisation": "Hill, Brook; Co"}, "Hill Brook Co"),
    ],
)
def test_a_lone_author_stands_in_reading_order(author, expected):
    catalog = invented(
        work("a-2019-x", authors=[author], language="zh" if author == "邵砚" else "en", romanised="x", kind="book")
    )
    assert [value for name, value in tags("a-2019-x", catalog) if name == "citation_author"] == [expected]


def test_several_authors_are_inverted_one_tag_each():
    authors = [value for name, value in tags("byron-2019-bert") if name == "citation_author"]
    assert authors[:4] == ["Byron, Ada", "van den Oord, Aäron", "King Jr., Martin Luther", "Plato"]
    assert authors[-2:] == ["Lantern-AI", "The Brook and Hill Group"]


def test_a_preprint_is_dated_by_the_day():
    assert dict(tags("byron-2018-preprint"))["citation_publication_date"] == "2018/10/11"


def test_inverted_keeps_the_suffix_with_the_family_name():
    assert machine.inverted(Name("King", "Martin", suffix="Jr.")) == "King Jr., Martin"
    assert machine.inverted(Name("Oord", "Aäron", particle="van den")) == "van den Oord, Aäron"


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (
            "byron-2019-bert",
            {
                "rft_val_fmt": "info:ofi/fmt:kev:mtx:book",
                "rft.genre": "proceeding",
                "rft.atitle": "BERT-based GPT-2 in 3D: MLPs for Paris",
                "rft.btitle": "Proceedings of the 7th Meeting on Toys & Trains",
                "rft.pages": "4171-4186",
                "rft.date": "2019-06",
                "rft.isbn": None,
            },
        ),
        (
            "byron-2020-trains",
            {
                "rft_val_fmt": "info:ofi/fmt:kev:mtx:journal",
                "rft.genre": "article",
                "rft.jtitle": "Journal of Toys & Trains",
                "rft.volume": "23",
                "rft.issue": "11",
            },
        ),
        (
            "shao-2021-wanju",
            {
                "rft.genre": "book",
                "rft.btitle": "玩具语言处理",
                "rft.pub": "小溪出版社",
                "rft.isbn": "978-7-111-59373-7",
            },
        ),
        ("byron-2019-chapter", {"rft.genre": "bookitem", "rft.btitle": "A Book of Toys"}),
        ("byron-2019-report", {"rft.genre": "report", "rft.btitle": "Deep Toys for Paris", "rft.pub": "Lantern & Lab"}),
        (
            "byron-2019-thesis",
            {
                "rft_val_fmt": "info:ofi/fmt:kev:mtx:dissertation",
                "rft.title": "Deep Toys for Paris",
                "rft.inst": "University of Ponds",
            },
        ),
        (
            "byron-2018-preprint",
            {
                "rft_val_fmt": "info:ofi/fmt:kev:mtx:dc",
                "rft.type": "preprint",
                "rft.title": "Deep Toys for Paris",
                "rft.identifier": "https://arxiv.org/abs/1810.04806",
            },
        ),
    ],
)
def test_coins(key, expected):
    found = dict(parse_qsl(machine.coins(CATALOG, CATALOG.by_key[key]), strict_parsing=True))
    assert found["ctx_ver"] == "Z39.88-2004"
    assert {name: found.get(name) for name in expected} == expected


def test_coins_hold_doi_address_and_every_author():
    found = parse_qs(machine.coins(CATALOG, CATALOG.by_key["byron-2019-bert"]))
    assert found["rft_id"] == ["info:doi/10.18653/v1/n19_1423", "https://aclanthology.org/N19-1423"]
    assert len(found["rft.au"]) + len(found["rft.aucorp"]) == len(CATALOG.by_key["byron-2019-bert"].authors)
    assert found["rft.aucorp"] == ["Lantern-AI", "The Brook and Hill Group"]


def test_coins_are_plain_ascii_without_quotes():
    for record in CATALOG.works:
        text = machine.coins(CATALOG, record)
        assert text.isascii()
        assert not set("\"'<> ") & set(text)


def test_json_ld_of_a_paper():
    found = machine.json_ld(CATALOG, CATALOG.by_key["byron-2019-bert"], URL, "zh")
    assert found["@type"] == "ScholarlyArticle"
    assert found["name"] == found["headline"] == "BERT-based GPT-2 in 3D: MLPs for Paris"
    assert found["description"] == SUMMARY["zh"]
    assert found["datePublished"] == "2019-06"
    assert found["inLanguage"] == "en"
    assert found["isPartOf"] == {"@type": "Book", "name": "Proceedings of the 7th Meeting on Toys & Trains"}
    assert found["sameAs"] == [
        "https://doi.org/10.18653/v1/n19_1423",
        "https://aclanthology.org/N19-1423",
        "https://arxiv.org/abs/1810.04805",
    ]
    assert found["author"][1] == {
        "@type": "Person",
        "name": "Aäron van den Oord",
        "givenName": "Aäron",
        "familyName": "van den Oord",
    }
    assert found["author"][-1] == {"@type": "Organization", "name": "The Brook and Hill Group"}
    assert found["keywords"] == ["玩具", "火车"]


def test_json_ld_of_a_chinese_book_with_an_orcid():
    found = machine.json_ld(CATALOG, CATALOG.by_key["shao-2021-wanju"], URL, "en")
    assert (found["@type"], found["isbn"], found["inLanguage"]) == ("Book", "978-7-111-59373-7", "zh-CN")
    assert found["author"][0] == {
        "@type": "Person",
        "name": "邵砚",
        "givenName": "砚",
        "familyName": "邵",
        "sameAs": "https://orcid.org/0000-0002-1825-0097",
    }


@pytest.mark.parametrize(
    ("key", "kind", "field", "value"),
    [
        (
            "lantern-2019-kit",
            "SoftwareSourceCode",
            "codeRepository",
            "https://github.com/lantern/toy_kit?a=1&b=50%25#top",
        ),
        ("anonymous-2019-blog", "Article", "isPartOf", {"@type": "WebSite", "name": "The Pond"}),
        (
            "byron-2020-trains",
            "ScholarlyArticle",
            "isPartOf",
            {"@type": "Periodical", "name": "Journal of Toys & Trains"},
        ),
    ],
)
def test_json_ld_of_other_kinds(key, kind, field, value):
    found = machine.json_ld(CATALOG, CATALOG.by_key[key], URL, "en")
    assert (found["@type"], found[field]) == (kind, value)


def test_a_course_has_a_provider():
    found = machine.json_ld(CATALOG, CATALOG.by_key["byron-2019-course"], URL, "en")
    assert found["@type"] == "Course"
    assert [person["name"] for person in found["provider"]] == ["Ada Byron"]


def test_open_graph():
    found = machine.open_graph(CATALOG, CATALOG.by_key["byron-2019-bert"], URL, "zh")
    assert found == [
        ("og:type", "article"),
        ("og:title", "BERT-based GPT-2 in 3D: MLPs for Paris"),
        ("og:description", SUMMARY["zh"]),
        ("og:url", URL),
        ("og:locale", "zh_CN"),
        ("article:published_time", "2019-06"),
        ("article:tag", "玩具"),
        ("article:tag", "火车"),
    ]


class Scripts(HTMLParser):
    """What a browser takes for the text of the scripts of a page, and for its elements."""

    def __init__(self):
        super().__init__()
        self.text, self.elements = "", []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, attrs))

    def handle_data(self, data):
        self.text += data


def test_json_in_a_script_cannot_end_it():
    value = {"name": "</script><script>alert(1)</script> <!-- & \u2028 \u2029"}
    reader = Scripts()
    reader.feed(f'<script type="application/ld+json">{machine.json_script(value)}</script>')
    assert len(reader.elements) == 1
    assert json.loads(reader.text) == value
    assert not set("<>&\u2028\u2029") & set(machine.json_script(value))
