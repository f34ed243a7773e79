"""What a page weighs before anything is searched, fonts and lazy pictures included; nothing moves while it comes."""

from __future__ import annotations

import gzip

import pytest
from playwright.sync_api import Browser, Page, Response

BERT = "papers/devlin-etal-2019-bert/"  # the heaviest work: two demos, a hundred works that stand on it
LIST = "lists/reinvent-bert/"
SHIFTS = """window.moved = []; new PerformanceObserver((list) => {
  for (const { value, sources } of list.getEntries()) {
    window.moved.push([value, ...sources.map(({ node }) => node?.outerHTML?.slice(0, 90) ?? "text")]);
  }
}).observe({ type: "layout-shift", buffered: true });"""


def weight(page: Page, address: str) -> int:
    """The bytes of all that a page loads, each file gzipped as hosts send it."""
    came: list[Response] = []
    page.on("response", lambda response: came.append(response))
    page.goto(address, wait_until="networkidle")
    shown = "[...document.images].filter((one) => one.checkVisibility())"
    for number in range(page.evaluate(f"{shown}.length")):
        page.evaluate(f"{shown}[{number}].scrollIntoView()")
        page.wait_for_function(f"{shown}[{number}].complete")
    page.wait_for_load_state("networkidle")
    return sum(len(gzip.compress(one.body(), 6)) for one in came if one.status == 200)


@pytest.mark.parametrize("language", ["", "zh/"])
@pytest.mark.parametrize("path", ["", BERT])
def test_a_page_weighs_less_than_200_kb(browser: Browser, real_site, serve, language, path):
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    found = weight(context.new_page(), serve(real_site) + language + path)
    assert 20_000 < found < 200_000
    context.close()


def slow(page: Page) -> None:
    """Loads what comes as over a slow line: things arrive one after the other."""
    conditions = {"offline": False, "latency": 60, "downloadThroughput": 1_000_000, "uploadThroughput": -1}
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", conditions)


CHINESE = ("zh/", f"zh/{BERT}", "zh/timeline/")
LOADED = ("", BERT, "papers/", "papers/?topic=vision", LIST, "lists/", "timeline/", "timeline/roots/", *CHINESE)


@pytest.mark.parametrize("width", [390, 1440])
def test_nothing_moves_while_a_page_loads(browser: Browser, real_site, serve, width):
    base = serve(real_site)
    for path in LOADED:
        context = browser.new_context(viewport={"width": width, "height": 844})
        page = context.new_page()
        page.add_init_script(SHIFTS)
        slow(page)
        page.goto(base + path, wait_until="networkidle")
        page.wait_for_timeout(300)
        moved = page.evaluate("window.moved")
        assert sum(one[0] for one in moved) <= 0.05, (path, moved)
        context.close()


def test_what_moves_is_noticed(browser: Browser):
    page = browser.new_page()
    page.add_init_script(SHIFTS)
    page.goto("data:text/html,<div id=a></div><h1>Below</h1>" + "<p>and below</p>" * 20)
    page.wait_for_timeout(200)
    page.evaluate("document.getElementById('a').style.height = '300px'")
    page.wait_for_timeout(200)
    assert sum(one[0] for one in page.evaluate("window.moved")) > 0.05
    page.close()
