"""The Atom feed."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest
from tests.exports.builders import SUMMARY, invented, work

from shoulders.catalog import Catalog
from shoulders.exports import feed

ATOM = "{http://www.w3.org/2005/Atom}"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
SITE = "https://example.org/shoulders/"


def read(catalog, language="en", **options):
    text = feed.render(catalog, language, SITE, "New toys", **options)
    return ET.fromstring(text)  # noqa: S314 - our own text


def ids(root):
    return [entry.findtext(f"{ATOM}id") for entry in root.iter(f"{ATOM}entry")]


def test_newest_come_first_and_equal_dates_go_by_key():
    catalog = invented(
        work("b-2019-x", added="2026-01-02"), work("c-2019-x", added="2026-03-01"), work("a-2019-x", added="2026-01-02")
    )
    assert ids(read(catalog)) == [f"{SITE}papers/{key}/" for key in ("c-2019-x", "a-2019-x", "b-2019-x")]


def test_dates_come_from_the_data():
    gone = work("a-2019-x", added="2026-01-02", retracted={"date": "2026-03", "note": SUMMARY})
    root = read(invented(gone, work("b-2019-x", added="2025-04-05")))
    assert root.findtext(f"{ATOM}updated") == "2026-03-01T00:00:00Z"
    assert [e.findtext(f"{ATOM}updated") for e in root.iter(f"{ATOM}entry")] == [
        "2026-03-01T00:00:00Z",
        "2025-04-05T00:00:00Z",
    ]


def test_a_retraction_is_news():
    old = work("a-2019-x", added="2026-01-02", retracted={"date": "2026-05-06", "note": SUMMARY})
    assert ids(read(invented(work("b-2019-x", added="2026-03-04"), old)))[0].endswith("/a-2019-x/")


def test_it_ends_after_fifty_entries():
    assert len(ids(read(invented(*(work(f"a-2019-x{number}") for number in range(53)))))) == 50


@pytest.mark.parametrize(("language", "home", "tag"), [("en", SITE, "en"), ("zh", f"{SITE}zh/", "zh-CN")])
def test_each_language_has_its_own(language, home, tag):
    root = read(invented(work("a-2019-x", topics=["trains"])), language, subtitle="Toys")
    links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
    assert root.get(XML_LANG) == tag
    assert links == {"alternate": home, "self": f"{home}feed.xml"}
    assert ids(root) == [f"{home}papers/a-2019-x/"]
    entry = next(root.iter(f"{ATOM}entry"))
    assert entry.findtext(f"{ATOM}summary") == SUMMARY[language]
    category = entry.find(f"{ATOM}category")
    assert category is not None
    assert category.attrib == {"term": "trains", "label": {"en": "Trains; fast", "zh": "火车"}[language]}
    assert root.findtext(f"{ATOM}subtitle") == "Toys"


def test_a_summary_in_the_other_language_says_so():
    root = read(invented(work("a-2019-x", summary={"en": "Only English."})), "zh")
    summary = next(root.iter(f"{ATOM}summary"))
    assert (summary.text, summary.get(XML_LANG)) == ("Only English.", "en")


def test_authors_are_named_in_the_script_of_the_work():
    root = read(invented())
    entry = next(e for e in root.iter(f"{ATOM}entry") if "shao-2021" in (e.findtext(f"{ATOM}id") or ""))
    names = [author.findtext(f"{ATOM}name") for author in entry.findall(f"{ATOM}author")]
    assert names == ["邵砚", "欧阳林", "伊达·古德", "灯塔实验室"]


def test_it_is_complete_by_the_standard_even_when_empty():
    root = read(Catalog())
    assert root.tag == f"{ATOM}feed"
    for name in ("id", "title", "updated"):
        assert root.findtext(f"{ATOM}{name}")
    assert root.findtext(f"{ATOM}author/{ATOM}name") == "New toys"
    full = read(invented())
    for entry in full.iter(f"{ATOM}entry"):
        assert all(entry.findtext(f"{ATOM}{name}") for name in ("id", "title", "updated", "summary"))
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT00:00:00Z", entry.findtext(f"{ATOM}updated") or "")


def test_equal_data_give_an_equal_feed():
    assert feed.render(invented(), "en", SITE, "T") == feed.render(invented(), "en", SITE, "T")
