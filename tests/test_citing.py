"""Citations of hand-written pages, filled with link, card and references."""

from __future__ import annotations

import re

import pytest
from lxml import html
from tests.builders import make_work

from shoulders import citing
from shoulders.addresses import Place
from shoulders.catalog import Catalog
from shoulders.settings import Settings
from shoulders.view import View

SETTINGS = Settings("https://example.org/", "", "", {"en": "S", "zh": "肩"}, {"en": "S", "zh": "肩"})
WORKS = (
    make_work("ashdown-2010-dark", title="In the <Dark>"),
    make_work("berk-2009-two", authors=["Imogen Ashdown", "van den Berk, Joris"], first_public="2009-01-02", year=2009),
    make_work(
        "lowe-2011-many", authors=["Tobias Lowe", "Imogen Ashdown", "Ada Byron", "Wei Ming"], aliases=["lowe-2011-old"]
    ),
    make_work("lab-2012-none", kind="article", type="online", authors=[{"organisation": "Deep Lab"}]),
    make_work("anon-2013-book", kind="book", type="book", authors=None, publisher="Press", nickname="The Book"),
)


def view(language="en"):
    """A catalog of five works in one language."""
    return View(Catalog(works=WORKS), SETTINGS, language)


def page(*groups: str) -> str:
    """A rendered page with these citations."""
    cites = " ".join(f'<cite data-keys="{keys}">[@{keys}]</cite>' for keys in groups)
    return f'<article><div id="content"><p>{cites}</p></div></article>'


def fill(*groups: str, language="en", path="how-it-works/"):
    """The page with its citations filled."""
    filled = citing.fill(page(*groups), view(language), Place(language, path))
    return html.fragment_fromstring(filled)


def test_a_citation_is_a_link_with_authors_and_year_and_a_card():
    (cite,) = fill("ashdown-2010-dark").findall('.//span[@class="sh-cite"]')
    assert cite.find("a").get("href") == "../papers/ashdown-2010-dark/"
    assert cite.findtext("a") == "Ashdown 2010"
    assert cite.findtext("span[@role='tooltip']/strong") == "In the <Dark>"
    assert cite.findtext("span[@role='tooltip']/span") == "Imogen Ashdown · 2010"


@pytest.mark.parametrize(
    ("key", "english", "chinese"),
    [
        ("berk-2009-two", "Ashdown and van den Berk 2009", "Ashdown 与 van den Berk，2009"),
        ("lowe-2011-many", "Lowe et al. 2010", "Lowe 等，2010"),
        ("lab-2012-none", "Deep Lab 2010", "Deep Lab，2010"),
        ("anon-2013-book", "The Book 2010", "The Book，2010"),
    ],
)
def test_authors_are_named_as_texts_name_them(key, english, chinese):
    assert fill(key).findtext('.//span[@class="sh-cite"]/a') == english
    assert fill(key, language="zh").findtext('.//span[@class="sh-cite"]/a') == chinese


def test_several_keys_share_one_pair_of_brackets():
    text = fill("ashdown-2010-dark berk-2009-two").find(".//p").text_content()
    assert re.fullmatch(r"\(Ashdown 2010.*; Ashdown and van den Berk 2009.*\)", text)
    chinese = fill("ashdown-2010-dark berk-2009-two", language="zh").find(".//p").text_content()
    assert re.fullmatch(r"（.*；.*）", chinese)


def test_references_stand_once_each_oldest_first_at_the_end():
    filled = fill("lowe-2011-many", "berk-2009-two", "lowe-2011-old lowe-2011-many")
    assert [code.text for code in filled.findall('.//section[@class="sh-references"]/ol/li/code')] == [
        "berk-2009-two",
        "lowe-2011-many",
    ]
    assert filled.find(".//section").getprevious().tag == "p"
    assert filled.findtext(".//h2[@id='references']") == "References"


def test_a_former_key_leads_to_the_work():
    assert fill("lowe-2011-old").find('.//span[@class="sh-cite"]/a').get("href") == "../papers/lowe-2011-many/"


def test_a_page_without_citations_is_left_as_it_is():
    text = "<article><div id='content'><cite>A book</cite></div></article>"
    assert citing.fill(text, view(), Place("en", "")) == text


@pytest.mark.parametrize("keys", ["nobody-2001-x", "ashdown-2010-dark nobody-2001-x"])
def test_an_unknown_key_is_never_dropped_in_silence(keys):
    filled = citing.fill(page(keys), view(), Place("en", ""))
    assert citing.PLACEHOLDER.search(filled)
    assert "sh-references" not in filled
