"""The 404 page as hosts show it: for any address under a sub-path, in the language of that address, and of help."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from lxml import html
from playwright.sync_api import Browser
from tests.site.conftest import Watched, make_invented

from shoulders.build import build

UNDER = "/under/a/path/"


@pytest.fixture(scope="module")
def site(root, invented_root, tmp_path_factory) -> Iterator[Path]:
    """The invented site, built to stand under a path."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHOULDERS_SITE_URL", f"https://shoulders.example.org{UNDER}")
        yield build(make_invented(root, invented_root, tmp_path_factory.mktemp("missing")))


class _Host(http.server.SimpleHTTPRequestHandler):
    """Shows the 404 page of the root for whatever is not there, as GitHub Pages does."""

    site: Path

    def log_message(self, *args: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        file = self.site / (path.removeprefix(UNDER) + "index.html" * path.endswith("/"))
        there = path.startswith(UNDER) and file.is_file()
        body = (file if there else self.site / "404.html").read_bytes()
        self.send_response(200 if there else 404)
        self.send_header("Content-Type", self.guess_type(str(file)) if there else "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture(scope="module")
def address(site) -> Iterator[str]:
    """Where the site stands on this machine."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), type("Host", (_Host,), {"site": site}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}{UNDER}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def watched(browser: Browser, address) -> Iterator[Watched]:
    """A page under the sub-path; that the host has nothing there is no error."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    yield Watched(context.new_page(), address)
    context.close()


def errors(watched: Watched) -> list[str]:
    return [error for error in watched.errors if "status of 404" not in error] + watched.foreign


@pytest.mark.parametrize("file", ["404.html", "zh/404.html"])
def test_whatever_it_links_is_there_and_in_its_language(site, file):
    page = html.parse(str(site / file))
    here = f"http://x{UNDER}anything/at/all/"
    for element in page.iter("a", "link", "script", "img"):
        link = element.get("href") or element.get("src") or ""
        if not link or link.startswith(("#", "https://")):
            continue
        assert urlsplit(link).path.startswith("/"), f"{link} leads elsewhere from a deeper address"
        target = urlsplit(urljoin(here, link)).path
        assert target.startswith(UNDER), link
        path = target.removeprefix(UNDER)
        assert (site / (path + "index.html" if path.endswith("/") or not path else path)).is_file(), link
        said = [one.get("hreflang") or one.get("lang") for one in (element, *element.iterancestors())]
        language = next(filter(None, said))  # of what is linked
        assert path.startswith("zh/") == (language == "zh"), link


def test_it_is_no_page_to_be_found(site):
    for file in ("404.html", "zh/404.html"):
        head = html.parse(str(site / file)).find("head")
        assert [meta.get("content") for meta in head.iterfind("meta") if meta.get("name") == "robots"] == ["noindex"]
        assert not [link for link in head.iterfind("link") if link.get("rel") == "canonical"]
    assert "404" not in (site / "sitemap.xml").read_text("utf-8")


def test_an_english_address_gets_the_english_page(watched):
    page = watched.open("papers/nothing/here.html")
    assert page.locator("h1").inner_text() == "This page does not exist"
    assert page.title() == "Page not found · Shoulders"
    assert page.locator("[data-chosen]").evaluate("link => link.pathname") == f"{UNDER}selection/"
    page.locator(".sh-index a").first.click()
    page.wait_for_url(f"**{UNDER}papers/")
    assert errors(watched) == []


def test_a_chinese_address_gets_the_chinese_page_and_stays(watched):
    address = "zh/papers/没有/?year=2017#cite"
    page = watched.open(address)
    page.wait_for_function("document.documentElement.lang.startsWith('zh')")
    assert page.evaluate("decodeURIComponent(location.href)") == watched.base + address
    assert page.locator("h1").inner_text() == "此页面不存在"
    assert page.locator("input[type=search]").input_value() == "没有"
    assert page.locator(".sh-language").evaluate("link => link.pathname") == UNDER
    page.locator(".sh-index a").first.click()
    page.wait_for_url(f"**{UNDER}zh/papers/")
    page.go_back()
    assert page.locator("h1").inner_text() == "此页面不存在"
    assert errors(watched) == []


@pytest.mark.parametrize("hash", ["", "%", "%2F%2Fexample.com%2F", "https%3A%2F%2Fexample.com%2F", "%2Felsewhere%2F"])
def test_it_takes_no_other_address_for_its_own(watched, hash):
    page = watched.open(f"zh/404.html#{hash}")
    assert page.url == f"{watched.base}zh/404.html#{hash}"
    assert errors(watched) == []


@pytest.mark.parametrize(("language", "key"), [("", "quillfeather-2016-onn"), ("zh/", "quilfeather_2016")])
def test_the_search_looks_for_what_the_address_seems_to_ask_for(watched, language, key):
    page = watched.open(f"{language}papers/{key}/")
    page.wait_for_selector("[data-missing]:visible")
    page.wait_for_function("document.querySelector('input[type=search]').value")
    page.locator("[data-missing] input").press("Enter")
    found = page.locator("dialog li > a").first
    found.wait_for()
    assert found.evaluate("link => link.pathname") == f"{UNDER}{language}papers/quillfeather-lowe-2016-on/"
    assert errors(watched) == []


@pytest.mark.parametrize(
    ("path", "asked"),
    [("papers/some-2017-key/", "some 2017 key"), ("papers/x.html", "x"), ("404.html", ""), ("a/%ff/", "")],
)
def test_the_field_holds_the_last_words_of_the_address(watched, path, asked):
    page = watched.open(path)
    page.wait_for_load_state("networkidle")
    assert page.locator("[data-missing] input").input_value() == asked


@pytest.mark.parametrize("language", ["", "zh/"])
def test_without_scripts_it_says_so_in_both_languages_and_leads_on(browser, address, language):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{address}{language}nothing/")
    text = page.locator("#content").inner_text()
    assert "This page does not exist" in text
    assert "此页面不存在" in text
    assert not page.locator("[data-missing]").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator("#content a", has_text="全部论文").click()
    assert page.url == f"{address}zh/papers/"
    context.close()
