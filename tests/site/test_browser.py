"""What a reader does, in the system's Chromium: read, copy, switch language; and without scripts."""

from __future__ import annotations

import pytest
from pybtex.database import parse_string
from tests.site.conftest import Watched
from tests.site.kinds import pages_of_each_kind

TRANSFORMER = "papers/vaswani-etal-2017-attention/"


def test_no_page_kind_asks_another_origin_or_logs_an_error(real, real_site):
    for path in pages_of_each_kind(real_site, works=3):
        real.open(path)
        real.page.wait_for_load_state("networkidle")
    assert real.foreign == []
    assert real.errors == []


@pytest.mark.parametrize("width", [390, 1440])
def test_no_page_kind_scrolls_sideways(browser, real_site, serve, width):
    context = browser.new_context(viewport={"width": width, "height": 844})
    watched = Watched(context.new_page(), serve(real_site))
    for path in pages_of_each_kind(real_site, works=4):
        watched.open(path)
        page_width = watched.page.evaluate("document.documentElement.scrollWidth")
        assert page_width <= width, f"{path} is {page_width} px wide"
    context.close()


def test_everything_reads_without_javascript(browser, real_site, serve):
    context = browser.new_context(java_script_enabled=False)
    watched = Watched(context.new_page(), serve(real_site))
    page = watched.open(TRANSFORMER)
    assert page.get_by_role("heading", name="Attention Is All You Need", exact=True).is_visible()
    assert page.locator(".sh-summary").is_visible()
    assert page.locator("math").first.is_visible()
    assert page.get_by_text("@inproceedings{vaswani-etal-2017-attention,").first.is_visible()
    assert page.get_by_role("button", name="Copy").count() == 0, "what needs a script is not offered"
    page.get_by_role("link", name="12 June 2017").click()
    assert page.get_by_role("heading", level=1).inner_text() == "First public in 2017"
    page = watched.open("timeline/")
    assert page.locator(".sh-timeline__wide svg a").count() >= 40
    context.close()


def test_a_reader_goes_along_a_list_by_next(real):
    page = real.open("lists/reinvent-bert/")
    page.locator(".sh-path a").first.click()
    titles = [page.locator("h1").inner_text()]
    for _ in range(13):
        page.get_by_role("navigation", name="Re-invent BERT").locator('a[rel="next"]').click()
        titles.append(page.locator("h1").inner_text())
    assert titles[0] == "Memory Networks"
    assert titles[-1].startswith("RoBERTa")
    assert len(set(titles)) == 14
    assert page.get_by_role("navigation", name="Re-invent BERT").locator('a[rel="next"]').count() == 0


def test_copying_bibtex_gives_what_the_file_holds(real, real_site):
    page = real.open(TRANSFORMER)
    page.locator(".sh-code").first.get_by_role("button", name="Copy").click()
    page.get_by_role("button", name="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == (real_site / "export/vaswani-etal-2017-attention.bib").read_text("utf-8")
    assert list(parse_string(copied, "bibtex").entries) == ["vaswani-etal-2017-attention"]


def test_copying_a_formatted_citation_gives_plain_text(real):
    page = real.open(TRANSFORMER)
    page.locator(".sh-citations div").first.get_by_role("button", name="Copy").click()
    page.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()").startswith("Vaswani, A., Shazeer, N., Parmar, N.")


def test_the_language_switch_keeps_the_page_of_each_kind_and_back_again(real, real_site):
    for path in pages_of_each_kind(real_site, works=3):
        if path.startswith("zh/") or path.endswith("404.html"):
            continue  # the 404 page has its own test, for it stands at any address
        page = real.open(path)
        page.locator(".sh-language").click()
        page.wait_for_url(f"{real.base}zh/{path}")
        assert page.locator("html").get_attribute("lang") == "zh"
        page.locator(".sh-language").click()
        page.wait_for_url(real.base + path)
        assert page.locator("html").get_attribute("lang") == "en"
    assert real.errors == []
