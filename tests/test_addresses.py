"""Relative addresses lead to the right page and file from every page of both languages."""

from __future__ import annotations

from urllib.parse import urljoin

import pytest

from shoulders import addresses
from shoulders.addresses import Place

SITE = "https://example.org/under/a/path/"
PATHS = ("", "papers/", "papers/ashdown-2010-dark/", "lists/first-steps/")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("path", PATHS)
def test_links_and_files_resolve_from_every_depth(language, path):
    at = Place(language, path)
    here = SITE + addresses.of_language(language) + path
    for target in PATHS:
        assert urljoin(here, at.link(target)) == SITE + addresses.of_language(language) + target
    assert urljoin(here, at.file("papers.bib")) == f"{SITE}papers.bib"
    assert urljoin(here, at.base) == SITE + addresses.of_language(language)
    assert not at.link("papers/").startswith("/"), "the site works under any sub-path"


def test_every_kind_of_page_has_its_address():
    assert addresses.work("a-2001-b") == "papers/a-2001-b/"
    assert addresses.person("ada-byron") == "authors/ada-byron/"
    assert addresses.venue("cil") == "venues/cil/"
    assert addresses.year(2001) == addresses.year("2001") == "years/2001/"
    assert addresses.topic("gates") == "topics/gates/"
    assert addresses.reading_list("one") == "lists/one/"
    assert addresses.timeline("one") == "timeline/one/"
    assert addresses.picture("a-2001-b") == "og/a-2001-b.png" != addresses.SITE_PICTURE


def test_exports_stand_once_at_the_root_and_feeds_in_each_language():
    assert addresses.export("a-2001-b", ".csl.json") == "export/a-2001-b.csl.json"
    assert addresses.list_export("one", ".bib") == "export/lists/one.bib"
    assert (addresses.feed("en"), addresses.feed("zh")) == ("feed.xml", "zh/feed.xml")
