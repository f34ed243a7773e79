"""Every kind of page reads without scripts, where the browser keeps nothing, and from a plain server under a path."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from tests.site.conftest import Watched
from tests.site.kinds import pages_of_each_kind

BLOCKED = """for (const name of ["localStorage", "sessionStorage"]) {
  Object.defineProperty(window, name, { get() { throw new DOMException("blocked", "SecurityError"); } });
}"""
# What is read: text that is shown only when it is asked for (a fold, a card of a citation), and the label of a
# page's contents, for which phones have no room, are left out.
TEXTS = ":is(h1, h2, h3, h4, h5, p, li, dt, dd, td, th, pre, figcaption, math)"
ELSEWHERE = ".sh-scripted, details:not([open]) > :not(summary), .sh-cite__card, .sh-contents, [hidden]"
READ = f"""[...document.querySelectorAll("#content {TEXTS}")]
  .filter((one) => !one.closest("{ELSEWHERE}") && one.textContent.trim())"""
UNSEEN = f"{READ}.filter((one) => !one.checkVisibility() || !one.getClientRects().length).map((one) => one.outerHTML)"


def assert_it_reads(page: Page, path: str) -> str:
    """The text of a page whose every heading, paragraph, row and formula can be seen."""
    heading = page.locator("h1")
    assert heading.count() == 1, path
    assert heading.is_visible(), path
    unseen = page.evaluate(UNSEEN)
    assert [one[:120] for one in unseen] == [], path
    return page.locator("#content").inner_text()


@pytest.mark.parametrize("width", [390, 1440])
def test_without_scripts(browser: Browser, real_site: Path, serve, width):
    context = browser.new_context(java_script_enabled=False, viewport={"width": width, "height": 844})
    watched = Watched(context.new_page(), serve(real_site))
    for path in pages_of_each_kind(real_site, works=3):
        page = watched.open(path)
        text = assert_it_reads(page, path)
        assert len(text) > 60, path
        offered = page.locator(".sh-scripted:visible, [data-copy]:visible, button:visible")
        assert offered.count() == 0, f"{path} offers what needs a script"
    assert watched.foreign == []
    context.close()


def test_from_a_plain_server_under_a_path_with_storage_blocked(browser: Browser, real_site: Path, serve, tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep/er").symlink_to(real_site)
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.add_init_script(BLOCKED)
    watched = Watched(context.new_page(), f"{serve(tmp_path)}deep/er/")
    for path in pages_of_each_kind(real_site, works=3):
        if path.endswith("404.html"):
            continue  # has absolute addresses, for it is shown at any; test_missing holds it
        page = watched.open(path)
        page.wait_for_load_state("networkidle")
        assert_it_reads(page, path)
        assert page.locator("[data-search-open]").first.is_visible(), path
        assert page.locator(".md-header").evaluate("one => getComputedStyle(one).position") == "sticky", (
            "it has its style"
        )
    assert watched.errors == []
    assert watched.foreign == [], "everything comes from under the path"
    context.close()


def test_what_cannot_be_read_is_noticed(browser: Browser):
    page = browser.new_page()
    page.set_content("<div id=content><h1>One</h1><p>Two</p><p style='display: none'>Three</p></div>")
    with pytest.raises(AssertionError, match="Three"):
        assert_it_reads(page, "")
    page.close()
