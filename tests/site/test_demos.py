"""A demo shows on the gallery and on the page of its work, with what its last run proved; it is never run here."""

from __future__ import annotations

import json
import re

import pytest
from lxml import html
from tests.demo_builder import DEMO, FIGURE, write_demo, write_record
from tests.site.conftest import Watched, make_project

from shoulders.addresses import Place
from shoulders.build import ProblemsError, open_project
from shoulders.pages import fragment, work_page


@pytest.fixture
def project(root, invented_root, tmp_path):
    return make_project(root, invented_root, tmp_path / "project")


@pytest.fixture
def key(invented):
    return invented.works[0].key


def section(project, key, language="en"):
    """The demos on the page of a work."""
    view = open_project(project).view(language, {})
    body = html.fromstring(work_page(view, view.catalog.by_key[key]).body)
    return body.find(".//section[@aria-labelledby='demos']")


def words(element) -> str:
    return " ".join(element.text_content().split())


def test_the_page_of_the_work_shows_what_the_last_run_proved(project, key):
    write_demo(project, "pebbles", key)
    write_record(project, "pebbles", key)
    found = section(project, key)
    rows = [[words(cell) for cell in row] for row in found.findall(".//tbody/tr")]
    assert rows == [
        ["pebbles are counted §2, table 1", "0.9877 0.9877–1.238", "≥ 0.9"],
        ["without the sum they are not §3 control", "0.25 0.25–0.5", "≤ 0.5"],
    ]
    text = words(found)
    for said in ("runs, verified", "sand slows it down by: 1.5 (over 3 seeds: 1.5–1.75)", "3 February 2026", "321 MiB"):
        assert said in text
    assert "python 3.11.0, torch 2.13.0" in text
    assert "a heap is its pebbles" in text
    assert "7 bugs were planted" in text
    assert "shoulders demo run pebbles" in text
    light, dark = found.findall(".//figure//img")
    assert (light.get("src"), dark.get("src")) == ("../../demos/pebbles.svg", "../../demos/pebbles.dark.svg")
    assert light.get("alt") == "Heaps of pebbles."


def test_the_code_stands_by_sections_beside_its_equations_and_each_line_has_an_address(project, key):
    write_demo(project, "pebbles", key)
    found = section(project, key)
    lines = DEMO.format(key=key, imports="").split("\n")
    shown = {int(a.get("data-line")): a for a in found.iter("a") if a.get("data-line")}
    assert {a.get("id") for a in shown.values()} == {f"pebbles-L{number}" for number in shown}
    assert all(a.get("href") == f"#{a.get('id')}" for a in shown.values())
    for code in found.findall(".//pre/code"):
        first = int(code.find("a").get("data-line"))
        for number, line in enumerate(code.text_content().split("\n"), start=first):
            assert line == lines[number - 1]
            assert number in shown
    assert set(shown) == {n for n, line in enumerate(lines, 1) if line.strip() and not line.startswith("# ")} | {
        n for n in shown if not lines[n - 1].strip() or lines[n - 1].startswith("# pebbles")
    }
    prose = found.find(".//div[@class='sh-listing__prose']")
    assert words(prose.find("h5")) == "The sum (§2, eq. 1)"
    assert prose.find(".//annotation").text == r"s = \sum_{i=1}^{n} p_i"
    assert [details.get("open") is not None for details in found.iter("details")] == [False, True, False]


def test_a_demo_that_changed_since_its_run_says_so_and_bears_no_mark(project, key):
    write_demo(project, "pebbles", key)
    write_record(project, "pebbles", key)
    view = open_project(project).view("en", {})
    assert view.gallery.verified_works == {key}
    assert [demo.name for _, demo in view.gallery.best] == ["pebbles"]
    path = project / "demos/pebbles.py"
    path.write_text(path.read_text() + "# changed\n")
    view = open_project(project).view("en", {})
    assert view.gallery.verified_works == frozenset()
    assert view.gallery.best == ()
    found = section(project, key)
    assert "changed since its last run" in words(found)
    assert words(found.find(".//p[@class='sh-notice']")) == "Changed since that run: demos/pebbles.py"
    assert "runs, verified" not in fragment(view, "browse", Place("en", "papers/"))


def test_the_gallery_shows_every_demo_with_its_state_and_topics(invented_project):
    view = open_project(invented_project).view("zh", {})
    gallery = html.fromstring(fragment(view, "demos", Place("zh", "demos/")))
    tiles = {tile.find(".//h2/a").get("href").partition("#demo-")[2]: tile for tile in gallery.find_class("sh-tile")}
    assert sorted(tiles) == ["heaps", "pebbles", "sand"]
    states = {name: words(tile.find_class("sh-mark")[0]) for name, tile in tiles.items()}
    assert states == {"pebbles": "可运行，已验证", "heaps": "上次运行后有改动", "sand": "尚未运行"}
    assert tiles["pebbles"].find(".//img").get("src") == "../../demos/pebbles.svg"
    work = view.catalog.by_key[view.demos["pebbles"].card.entry]
    assert set(tiles["pebbles"].get("data-topics").split()) >= set(work.topics)


def test_works_name_the_works_whose_demos_theirs_import(invented_project):
    view = open_project(invented_project).view("en", {})
    on, to = (view.catalog.by_key[view.demos[name].card.entry] for name in ("pebbles", "heaps"))
    for work, title, other in ((to, "imports the demo of", on), (on, "is imported by the demo of", to)):
        body = html.fromstring(work_page(view, work).body)
        (heading,) = [h3 for h3 in body.iter("h3") if title in words(h3)]
        assert heading.getnext().find(".//a").get("href") == f"../../papers/{other.key}/#demos"


def test_the_site_offers_source_notebook_and_both_figures(invented_site):
    source = (invented_site / "demos/pebbles.py").read_text("utf-8")
    assert source.startswith('"""Counting pebbles')
    book = json.loads((invented_site / "demos/pebbles.ipynb").read_text("utf-8"))
    assert book["nbformat"] == 4
    assert (invented_site / "demos/pebbles.svg").read_text("utf-8") == FIGURE
    assert (invented_site / "demos/pebbles.dark.svg").read_text("utf-8") == FIGURE.replace("#24292f", "#e1e4e8")
    assert not (invented_site / "demos/heaps.svg").exists()


@pytest.mark.parametrize(("scheme", "ending"), [("light", "pebbles.svg"), ("dark", "pebbles.dark.svg")])
def test_a_figure_is_shown_once_in_the_colours_of_the_page(
    browser, serve, invented_site, invented_project, scheme, ending
):
    entry = open_project(invented_project).demos["pebbles"].card.entry
    context = browser.new_context(color_scheme=scheme)
    watched = Watched(context.new_page(), serve(invented_site))
    for path in (f"papers/{entry}/", "demos/", ""):
        shown = watched.open(path).locator(".sh-figure img").all()
        visible = [one.get_attribute("src") or "" for one in shown if one.evaluate("one => one.checkVisibility()")]
        assert [address.rpartition("/")[2] for address in visible] == [ending], path
    context.close()


def test_the_reader_filters_the_gallery_and_finds_a_line(browser, serve, invented_site, invented_project):
    watched = Watched(browser.new_context(viewport={"width": 1280, "height": 800}).new_page(), serve(invented_site))
    page = watched.open("demos/")
    tiles = page.locator(".sh-tile")
    assert tiles.count() == 3
    view = open_project(invented_project).view("en", {})
    topic = view.gallery.topics[0].id
    filed = [work for work, _ in view.gallery.all if topic in view.gallery.filed_under(work)]
    assert 0 < len(filed) < 3
    page.get_by_label("Show demos on").select_option(topic)
    assert page.locator(".sh-tile:visible").count() == len(filed)
    page.reload()
    assert page.locator(".sh-tile:visible").count() == len(filed), "the choice stands in the address"
    page = watched.open(f"papers/{view.demos['pebbles'].card.entry}/#pebbles-L1")
    page.locator("#pebbles-L1").wait_for()  # until it is seen: its section was folded
    assert page.evaluate("getComputedStyle(document.querySelector('.sh-lineno'), '::before').content") == '"1"'
    page.locator("#demo-pebbles .sh-only-light").scroll_into_view_if_needed()
    assert page.evaluate("document.querySelector('#demo-pebbles .sh-only-light').complete")
    assert (watched.errors, watched.foreign) == ([], [])
    page.context.close()


def test_colab_opens_the_notebook_of_a_repository_at_github_only(project, key, monkeypatch):
    write_demo(project, "pebbles", key)
    assert "Colab" not in words(section(project, key))
    monkeypatch.setenv("SHOULDERS_REPO_URL", "https://github.com/ashdown/list")
    (link,) = [a for a in section(project, key, "zh").iter("a") if "Colab" in (a.text or "")]
    assert link.get("href") == "https://colab.research.google.com/github/ashdown/list/blob/notebooks/pebbles.ipynb"


def test_a_demo_without_a_known_work_is_a_problem(project, key):
    for name, text in (("lost", DEMO.format(key=key + "x", imports="")), ("silent", "x = 1\n"), ("torn", "def (\n")):
        write_demo(project, name, key, text=text)
    write_demo(project, "Big-Name", key)
    write_demo(project, "sums", key, text=DEMO.format(key=key, imports="").replace(r"\sum_", r"\sommes_"))
    with pytest.raises(ProblemsError) as caught:
        open_project(project)
    big, lost, silent, sums, torn = (str(problem) for problem in caught.value.problems)
    assert big.startswith("demos/Big-Name.py:1: Big-Name: card: expected a name of small letters")
    assert lost.startswith("demos/lost.py:1: ")
    assert f"did you mean '{key}'" in lost
    assert "demos/silent.py:1: silent: card: expected a docstring" in silent
    assert "demos/torn.py:1: torn: card: expected Python, got SyntaxError" in torn
    assert sums.startswith("demos/sums.py:20: sums: cell: expected LaTeX that becomes MathML")


def test_what_stands_in_the_folder_of_records_is_checked(project, key):
    write_demo(project, "pebbles", key)
    write_record(project, "pebbles", key)
    (project / "data/runs/pebble.json").write_text("{}")
    (project / "data/runs/pebbles.svg").write_text(FIGURE + "<!-- another -->")
    with pytest.raises(ProblemsError) as caught:
        open_project(project)
    orphan, figure = (str(problem) for problem in caught.value.problems)
    assert orphan.startswith("data/runs/pebble.json:1: expected the record or figure of a demo, got 'pebble.json'")
    assert re.match(r"data/runs/pebbles\.json:\d+: pebbles: figure: expected the figure of this run", figure)


def test_the_pages_say_nothing_else_when_there_is_no_demo(project):
    view = open_project(project).view("en", {})
    assert "No demo stands in the catalog yet" in fragment(view, "demos", Place("en", "demos/"))
