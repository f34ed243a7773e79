"""Text that means harm, in every field of the catalog: pages show it as text, and nothing of it runs or is replaced."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from functools import cache
from pathlib import Path

import pytest
import rispy
from lxml import etree, html
from playwright.sync_api import Page
from tests.demo_builder import write_demo, write_record
from tests.exports.readers import read_bibtex
from tests.site import hostile
from tests.site.conftest import Watched, make_project
from tests.site.hostile import IMAGE, PAYLOADS, key, names, title
from tests.site.kinds import FIXED
from tests.site.test_html import _check

from shoulders.build import build

CITING = f"""---
title: Citing
description: Citations that mean harm
---

# Citing

Known: {" ".join(f"[@{key(number)}]" for number in range(len(PAYLOADS)))}

Together: [@{key(0)}; @{key(1)}]. No citations: [@" onmouseover="window.__hit=1] [@../../x] [@'x'; @y] [@ {key(0)}]

`[@nobody-2001-x]` and `<!-- shoulders: home -->` and `@@TITLE@@` and `__id__`
"""
CARD = ("Covers", "Omits", "Claim", "Check", "Shapes")
LINKS = {"javascript", "data", "vbscript"}


@pytest.fixture(scope="module")
def hostile_site(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the catalog that means harm, with a page that cites it all."""
    folder = tmp_path_factory.mktemp("hostile")
    hostile.write(folder / "data", hostile.catalog())
    project = make_project(root, folder, folder / "project")
    for language in ("en", "zh"):
        (project / "docs" / language / "about.md").write_text(CITING, "utf-8")
    _write_demo(project)
    return build(project)


def _write_demo(project: Path) -> None:
    """A demo whose card, cells, code and record mean harm."""
    fields = "".join(f"{name}: {IMAGE}\n" for name in CARD)
    harm = [evil.replace("\n", " ") for evil in PAYLOADS if "$" not in evil]
    cells = "".join(f"\n# %% [markdown]\n# ## {evil}\n# {evil}\n\n# %%\nx = {evil!r}  # {evil}\n" for evil in harm)
    text = f'"""{IMAGE}\n\nEntry: {key(0)}\n{fields}"""\n{cells}'
    write_demo(project, "harm", key(0), text=text)
    claims = [{"statement": evil, "value": 0.5, "at_least": 0.1, "source": evil} for evil in harm]
    claims += [{"statement": f"seen {evil}", "value": 0.5} for evil in harm]
    versions = {evil: evil for evil in harm}
    write_record(project, "harm", key(0), claims=claims, caption=IMAGE, device=IMAGE, versions=versions)


@pytest.fixture(scope="module")
def address(hostile_site, serve):
    return serve(hostile_site)


@pytest.fixture
def watched(browser, address):
    context = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    yield Watched(context.new_page(), address)
    context.close()


def calm(watched: Watched) -> None:
    """Nothing of the payloads ran, on the page that is open and on those before."""
    assert watched.page.evaluate("window.__hit") is None, watched.page.url
    assert (watched.dialogs, watched.foreign, watched.errors) == ([], [], []), watched.page.url


def shown(page: Page) -> str:
    """The words of the open page."""
    return " ".join(page.evaluate("document.body.textContent").split())


@cache
def _markup(file: Path) -> tuple[frozenset[tuple[str, str]], frozenset[str]]:
    """The elements with their attributes, and the scripts, of a page."""
    elements, scripts = set(), set()
    for element in html.parse(str(file)).iter(etree.Element):
        elements |= {(element.tag, str(name)) for name in ("", *element.attrib)}
        if element.tag == "script" and element.get("type") != "application/ld+json":
            scripts.add((element.text or "").strip() or Path(element.get("src", "")).name)
    return frozenset(elements), frozenset(scripts)


def test_no_page_holds_an_element_attribute_or_script_that_harmless_pages_lack(hostile_site, invented_site):
    harmless = [_markup(file) for file in invented_site.rglob("*.html")]
    elements = frozenset().union(*(elements for elements, _ in harmless))
    scripts = frozenset().union(*(scripts for _, scripts in harmless))
    known = elements | {("section", "class"), ("cite", ""), ("mtext", ""), ("span", "role")}
    known |= {("strong", "lang"), ("dl", "lang")}
    for file in hostile_site.rglob("*.html"):
        found, running = _markup(file)
        assert found <= known, f"{file}: {sorted(found - known)}"
        assert running <= scripts, file


def test_every_link_leads_to_a_page_or_an_address(hostile_site):
    for file in hostile_site.rglob("*.html"):
        for element in html.parse(str(file)).iter(etree.Element):
            for name in ("href", "src", "action", "formaction", "data", "srcdoc"):
                scheme = (element.get(name) or "").partition(":")[0].strip().casefold()
                assert scheme not in LINKS, f"{file}: {element.get(name)}"


def test_pages_are_valid(hostile_site):
    works, others = hostile_site.rglob("papers/*/*.html"), sorted(hostile_site.rglob("*.html"))[::4]
    assert _check([*works, *others]) == []


def test_titles_and_descriptions_hold_the_text_itself(hostile_site):
    for number, evil in enumerate(PAYLOADS):
        page = html.parse(str(hostile_site / f"papers/{key(number)}/index.html"))
        assert page.findtext(".//title").strip() == f"{title(number)} · Shoulders"
        metas = {meta.get("name") or meta.get("property"): meta.get("content") for meta in page.iter("meta")}
        assert metas["og:title"] == metas["citation_title"] == title(number)
        assert metas["description"].startswith(evil.replace("$", "")[:150])
        data = json.loads(page.findtext(".//script[@type='application/ld+json']"))
        assert data["name"] == title(number)


def test_placeholders_in_the_data_are_shown_and_never_filled(hostile_site):
    page = html.parse(str(hostile_site / f"papers/{key(16)}/index.html"))
    tokens = "@@TITLE@@ @@DESCRIPTION@@ __id__ <!--@@CONTENT@@-->"
    assert page.findtext(".//h1") == f"{tokens} 16"
    assert page.findtext(".//p[@class='sh-summary']").split("\n")[0] == tokens
    comments = html.parse(str(hostile_site / f"papers/{key(17)}/index.html"))
    assert comments.findtext(".//h1") == f"{PAYLOADS[17]} 17"
    browse = html.parse(str(hostile_site / "papers/index.html")).getroot().text_content()
    assert f"{tokens} 16" in browse
    assert f"{PAYLOADS[17]} 17" in browse
    assert "Read the paper, run the idea." not in browse, "no other fragment came in"


def test_what_is_written_for_machines_parses_and_holds_the_text(hostile_site):
    titles = [title(number) for number in range(len(PAYLOADS))]
    for name in ("feed.xml", "zh/feed.xml", "sitemap.xml"):
        ET.parse(hostile_site / name)  # noqa: S314 - our own text
    atom = {"a": "http://www.w3.org/2005/Atom"}
    feed = ET.parse(hostile_site / "feed.xml")  # noqa: S314 - our own text
    assert {entry.findtext("a:title", namespaces=atom) for entry in feed.findall("a:entry", atom)} <= set(titles)
    for name in ("papers.bib", "papers.biblatex.bib", *(f"export/{key(n)}.bib" for n in range(len(titles)))):
        entries = read_bibtex((hostile_site / name).read_text("utf-8")).entries
        assert [found for found in entries if not found.startswith("hostile-")] == [], name
        assert len(entries) == (1 if name.startswith("export/") else len(titles))
    assert [item["title"] for item in json.loads((hostile_site / "papers.csl.json").read_text("utf-8"))] == titles
    assert [work["title"] for work in json.loads((hostile_site / "papers.json").read_text("utf-8"))["works"]] == titles
    records = rispy.loads((hostile_site / "papers.ris").read_text("utf-8"))
    assert [record["title"] for record in records] == titles


def test_no_page_of_a_work_runs_it_and_each_shows_it(watched):
    for number, evil in enumerate(PAYLOADS):
        page = watched.open(f"{'zh/' if number % 2 else ''}papers/{key(number)}/")
        page.mouse.move(400, 300)
        calm(watched)
        assert page.locator("h1").text_content() == title(number)
        text = shown(page)
        for name in (name for people in names(number).values() for person in people for name in person.values()):
            assert name in text or (number % 2 and f"{evil} 中{number}" in text), name
        assert evil in page.locator("[aria-labelledby=details] .sh-facts").text_content()
        assert page.locator("[aria-labelledby=cite] pre").first.text_content().startswith("@")
        if "$" not in evil:
            assert text.count(evil) > 12


@pytest.mark.parametrize("language", ["", "zh/"])
def test_no_other_page_runs_it_and_each_shows_it(watched, hostile_site, language):
    for number, kind in enumerate(("authors", "venues", "topics", "lists", "timeline")):
        entries = sorted(path.name for path in (hostile_site / kind).iterdir() if path.is_dir())
        step = len(entries) // 5
        for name in entries[(number + len(language)) % step :: step]:
            watched.open(f"{language}{kind}/{name}/")
            calm(watched)
    for path in FIXED:
        page = watched.open(language + path)
        calm(watched)
        if path in ("", "papers/", "lists/", "timeline/", "topics/", "demos/", "authors/", "books/", "repos/"):
            assert re.search(r"<img src=x|window\.__hit=1|onerror", shown(page)), path


def test_a_person_s_a_venue_s_and_a_topic_s_page_are_headed_by_their_names(watched):
    for number in (0, 5, 16, 17):
        evil = PAYLOADS[number]
        assert watched.open(f"venues/v{number}/").locator("h1").text_content() == f"{evil} {number} ({evil})"
        assert watched.open(f"topics/t{number}/").locator("h1").text_content() == evil
        assert watched.open(f"lists/l{number}/").locator("h1").text_content() == evil
        assert f"{evil} Main{number}" in watched.open(f"authors/p{number}/").locator("h1").text_content()
        calm(watched)


def test_a_demo_that_means_harm_is_text(watched):
    calm_text = watched.open("demos/").locator(".sh-tile").first.text_content()
    assert IMAGE in calm_text
    calm(watched)
    page = watched.open(f"papers/{key(0)}/")
    assert page.locator("#demo-harm .sh-facts").first.text_content() == "".join(f"{name}{IMAGE}" for name in CARD)
    text = page.locator("#demo-harm").text_content()
    for evil in (evil for evil in PAYLOADS if "$" not in evil):
        assert text.count(evil) >= 3, evil
    assert page.locator("#demo-harm img").first.get_attribute("alt") == IMAGE
    page.mouse.move(400, 300)
    calm(watched)


def test_the_timeline_and_the_lineage_show_it_when_pointed_at(watched):
    page = watched.open("timeline/")
    page.locator(".sh-picture a.sh-node").first.wait_for(state="attached")
    for node in page.locator(".sh-picture a.sh-node").all()[:10]:
        node.focus()
        page.locator(".sh-why:empty").first.wait_for(state="detached")
    node = page.locator(f".sh-picture a[data-key='{key(0)}']")
    node.focus()
    assert page.locator(".sh-panel h2").text_content() == title(0)
    page.goto(f"{page.url.split('?')[0]}?from={key(0)}&to={key(3)}")
    page.locator(".sh-pathfinder__verdict").wait_for()
    page.get_by_role("combobox", name="From").fill("img")
    calm(watched)


@pytest.mark.parametrize("language", ["", "zh/"])
def test_filters_and_the_selection_show_it_as_text(watched, language):
    keys = [key(number) for number in range(len(PAYLOADS))]
    page = watched.open(f"{language}papers/?q=hostile&sort=newest")
    page.locator(".sh-browse__active .sh-chip--off").wait_for()
    for box in page.locator(".sh-facets input[name=topic]").all()[:8]:
        box.evaluate("box => box.click()")
    calm(watched)
    page = watched.open(f"{language}selection/?works={','.join(keys)}&format=apa")
    page.locator(".sh-selection__text > p").first.wait_for()
    assert page.locator(".sh-row__title").all_text_contents() == [title(number) for number in range(len(PAYLOADS))]
    assert page.locator(".sh-selection__text > p").count() == len(PAYLOADS)
    assert page.locator(".sh-selection__text *:not(p, em)").count() == 0
    calm(watched)


def search(page: Page, query: str) -> list[str]:
    """What the search dialog shows for a query."""
    page.locator(".sh-search input").fill(query)
    page.locator(".sh-search__status:not(:has-text('Loading')):not(:has-text('正在'))").wait_for()
    page.wait_for_timeout(250)
    return [text.strip() for text in page.locator(".sh-search li").all_text_contents()]


@pytest.mark.parametrize("language", ["", "zh/"])
def test_search_shows_it_as_text(watched, language):
    page = watched.open(language)
    page.keyboard.press("/")
    for query, number in {"onerror": 0, "script": 1, "onmouseover": 5, "shoulders home": 17, "raw": 15}.items():
        assert any(PAYLOADS[number] in text for text in search(page, query)), query
        assert page.locator(".sh-search li mark").count()
        calm(watched)


def test_the_query_itself_is_text(watched):
    page = watched.open("papers/")
    page.keyboard.press("/")
    for query in (IMAGE, "</dialog><script>window.__hit=1</script>", '"', "(", "[a-", "\\", "a|b$^", "图 onerror"):
        search(page, query)
        calm(watched)
        assert "could not be loaded" not in page.locator(".sh-search__status").inner_text()


@pytest.mark.parametrize("language", ["", "zh/"])
def test_citations_in_a_page_show_it_in_text_card_and_references(watched, language):
    page = watched.open(f"{language}about/")
    cites = page.locator(".sh-cite")
    assert cites.count() == len(PAYLOADS) + 2
    for number in range(len(PAYLOADS)):
        cites.nth(number).hover()
        card = cites.nth(number).locator(".sh-cite__card")
        assert card.locator("strong").text_content() == title(number)
        assert card.is_visible()
    text = shown(page)
    assert "[@\" onmouseover=\"window.__hit=1] [@../../x] [@'x'; @y]" in text.replace("“", '"').replace("”", '"')
    assert "[@nobody-2001-x] and <!-- shoulders: home --> and @@TITLE@@ and __id__" in text
    assert page.locator(".sh-references li").count() == len(PAYLOADS)
    calm(watched)
