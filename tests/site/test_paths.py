"""Path between two works, and the picture of one work's lineage, in a browser; checked against another search."""

from __future__ import annotations

import json
import random
import re
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.many import as_yaml, many_topics, many_venues, many_works
from tests.site.conftest import Watched, make_project
from tests.site.kin import Kin, read_kin
from tests.site.test_timeline import BERT, GLOVE, NODES, TRANSFORMER, box_of, focused, keys, node, opened, parameters

from shoulders import lineage_data
from shoulders.build import open_project

MEMN2N, RESNET, ROBERTA = "sukhbaatar-etal-2015-end", "he-etal-2016-deep", "liu-etal-2019-roberta"


@pytest.fixture(scope="module")
def kin(real_site) -> Kin:
    return read_kin(real_site)


def chains(page: Page) -> list[list[str]]:
    """The works of each chain that is told."""
    found: list[list[str]] = page.locator(".sh-chain").evaluate_all(
        "lists => lists.map((list) => [...list.querySelectorAll('li')].map((item) => item.dataset.key))"
    )
    return found


def expected(kin: Kin, one: str, other: str) -> tuple[str, int]:
    """The kind of path between two works and how many steps it has in all."""
    for start, end in ((one, other), (other, one)):
        if (steps := kin.beyond(start, ("to",)).get(end)) is not None:
            return "chain", steps
    for kind, way in (("ancestor", "on"), ("heir", "to")):
        here, there = kin.beyond(one, (way,)), kin.beyond(other, (way,))
        if both := here.keys() & there.keys():
            return kind, min(here[key] + there[key] for key in both)
    steps = kin.beyond(one, ("on", "to")).get(other)
    return ("none", 0) if steps is None else ("detour", steps)


SAID = {
    "chain": "stands on .*, in",
    "ancestor": "Both stand on",
    "heir": "stands on both",
    "detour": "turns back in time",
    "none": "No path between them",
}


def pairs(kin: Kin) -> list[tuple[str, str]]:
    """Pairs of every kind: drawn ones, and one of each kind that drawing might miss."""
    dice = random.Random(3)
    works = sorted(kin.works)
    drawn = [(dice.choice(works), dice.choice(works)) for _ in range(400)]
    found: dict[str, list[tuple[str, str]]] = {}
    for one, other in drawn:
        if one != other:
            found.setdefault(expected(kin, one, other)[0], []).append((one, other))
    some = [pair for kind in sorted(found) for pair in found[kind][:3]]
    return [(MEMN2N, ROBERTA), (ROBERTA, MEMN2N), (MEMN2N, RESNET), *some]


def test_paths_are_the_shortest_that_another_search_finds(real, kin):
    kinds = set()
    for one, other in pairs(kin):
        page = opened(real, f"timeline/?from={one}&to={other}")
        kind, steps = expected(kin, one, other)
        kinds.add(kind)
        expect(page.locator(".sh-pathfinder__verdict")).to_have_text(re.compile(SAID[kind]))
        told = chains(page)
        assert sum(len(chain) - 1 for chain in told) == steps, (one, other)
        for chain in told:
            for earlier, later in pairwise(chain):
                assert earlier in kin.on[later] or (kind == "detour" and later in kin.on[earlier])
        ends = {key for chain in told for key in (chain[0], chain[-1])}
        assert {one, other} <= ends or kind == "none"
    assert kinds >= {"chain", "ancestor", "heir", "none"}, "all kinds were tried"


def test_a_path_tells_why_at_each_step_and_is_lit_on_the_timeline(real, kin):
    page = opened(real, f"timeline/?from={MEMN2N}&to={ROBERTA}")
    [chain] = chains(page)
    assert chain == [MEMN2N, TRANSFORMER, ROBERTA]
    whys = [kin.on[later][earlier]["why"]["en"] for earlier, later in pairwise(chain)]
    expect(page.locator(".sh-chain .sh-why")).to_have_text(whys)
    assert set(keys(page, f"{NODES}.sh-on")) == set(chain)
    assert page.locator(".sh-picture .sh-line.sh-on").count() == 2


def test_two_works_are_picked_by_typing_and_kept_in_the_address(real):
    page = opened(real, "timeline/")
    page.get_by_role("combobox", name="From").fill("glove")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == "to", "on to the other field"
    page.keyboard.type("roberta")
    page.locator("li[role=option]", has_text="RoBERTa").first.click()
    verdict = page.locator(".sh-pathfinder__verdict")
    expect(verdict).to_have_text(re.compile("RoBERTa stands on GloVe, in"))
    assert parameters(page) == {"from": GLOVE, "to": ROBERTA}
    page.reload()
    expect(verdict).to_have_text(re.compile("RoBERTa stands on GloVe, in"))
    page.get_by_role("button", name="Swap").click()
    assert parameters(page) == {"from": ROBERTA, "to": GLOVE}
    expect(verdict).to_have_text(re.compile("RoBERTa stands on GloVe, in"))
    page.get_by_role("button", name="Clear", exact=True).click()
    assert parameters(page) == {}
    assert chains(page) == []
    assert keys(page, f"{NODES}.sh-on") == []


def test_a_path_begins_at_a_work_s_page_and_on_the_timeline(real):
    page = real.open(f"papers/{BERT}/")
    page.get_by_role("link", name="Path to another work").click()
    page.wait_for_url(f"**/timeline/?from={BERT}#path")
    expect(page.get_by_role("combobox", name="From")).to_have_value("BERT")
    page = opened(real, f"zh/timeline/?work={TRANSFORMER}")
    page.get_by_role("button", name="到另一项的路径").click()
    assert page.evaluate("document.activeElement.name") == "to"
    page.keyboard.type("lstm")
    page.keyboard.press("Enter")
    expect(page.locator(".sh-pathfinder__verdict")).to_have_text("Transformer 在 1 步之内站在 LSTM 的肩膀上。")


def test_one_and_the_same_work_is_said_to_be_so(real):
    page = opened(real, f"timeline/?from={BERT}&to={BERT}")
    expect(page.locator(".sh-pathfinder__verdict")).to_have_text("This is one and the same work.")


def test_former_keys_and_works_of_an_invented_catalog(browser, invented_site, serve):
    kin = read_kin(invented_site)
    alias, key = next((alias, key) for key, work in kin.works.items() for alias in work["aliases"])
    context = browser.new_context()
    watched = Watched(context.new_page(), serve(invented_site))
    page = opened(watched, f"timeline/?work={alias}")
    assert set(keys(page, f"{NODES}.sh-on")) == {key} | kin.ancestors(key) | kin.descendants(key)
    assert parameters(page)["work"] == key
    assert watched.errors == []
    context.close()


@pytest.mark.parametrize("width", [1280, 390])
def test_the_picture_of_a_work_says_why_when_a_work_of_it_has_the_focus(browser, real_site, serve, kin, width):
    context = browser.new_context(viewport={"width": width, "height": 844})
    page = Watched(context.new_page(), serve(real_site)).open(f"papers/{BERT}/")
    page.wait_for_load_state("networkidle")
    picture = ".sh-ego__wide" if width > 600 else ".sh-ego__narrow"
    card = page.locator(".sh-ego__why")
    for other, why in (
        (TRANSFORMER, kin.on[BERT][TRANSFORMER]["why"]["en"]),
        (ROBERTA, kin.on[ROBERTA][BERT]["why"]["en"]),
    ):
        page.locator(f"{picture} a[data-key='{other}']").focus()
        expect(card).to_contain_text(why)
        box, own = box_of(card), box_of(page.locator(f"{picture} a[data-key='{other}'] rect"))
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        apart = box["x"] >= own["x"] + own["width"] or box["x"] + box["width"] <= own["x"]
        assert apart or box["y"] >= own["y"] + own["height"], "beside the work or below it, not over it"
    page.keyboard.press("Escape")
    assert not card.is_visible()
    context.close()


def test_the_picture_of_a_work_says_why_when_pointed_at_and_its_links_lead_on(real, kin):
    page = real.open(f"papers/{BERT}/")
    page.wait_for_load_state("networkidle")
    page.locator(f".sh-ego__wide a[data-key='{TRANSFORMER}']").hover()
    expect(page.locator(".sh-ego__why")).to_contain_text(kin.on[BERT][TRANSFORMER]["why"]["en"])
    shown = page.locator(".sh-ego__wide a[data-key]").count()
    more = page.locator(".sh-ego__wide .sh-ego__more")
    heirs = shown - len(kin.on[BERT])
    assert more.text_content() == f"and {len(kin.to[BERT]) - heirs} more, below"
    more.click()
    page.wait_for_url("**#led-to")
    assert page.locator("#led-to + ul li").count() == len(kin.to[BERT])
    page.get_by_role("link", name="On the timeline").click()
    node(page, BERT).wait_for()
    assert "sh-on--self" in node(page, BERT).get_attribute("class")


# many works ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def crowded(root, real_site, tmp_path_factory) -> Path:
    """The real site's timeline with the lineage of 3,000 invented works."""
    folder = tmp_path_factory.mktemp("crowded")
    data = folder / "data/data"
    data.mkdir(parents=True)
    for name, rows in (("papers", many_works(3000)), ("topics", many_topics()), ("venues", many_venues())):
        (data / f"{name}.yaml").write_text(as_yaml(rows), "utf-8")
    for name in ("people", "lists"):
        (data / f"{name}.yaml").write_text("[]\n", "utf-8")
    project = make_project(root, folder / "data", folder / "project")
    site = folder / "site"
    site.mkdir()
    for name in ("timeline", "assets"):
        (site / name).symlink_to(real_site / name)
    for address, text in lineage_data.files(open_project(project).catalog):
        (site / address).parent.mkdir(exist_ok=True)
        (site / address).write_text(text, "utf-8")
    return site


@pytest.mark.parametrize("width", [1280, 390])
def test_many_works_are_counted_until_one_is_near(browser, crowded, serve, width):
    context = browser.new_context(viewport={"width": width, "height": 844})
    watched = Watched(context.new_page(), serve(crowded))
    page = watched.open("timeline/")
    page.locator(".sh-cell").first.wait_for()
    cells = page.locator(".sh-cell").evaluate_all("cells => cells.map((cell) => cell.getAttribute('aria-label'))")
    assert sum(int(label.rsplit(" ", 1)[1]) for label in cells) == 3000
    assert keys(page) == []
    page.locator(".sh-stage").focus()
    page.keyboard.press("Tab")
    first = page.evaluate("document.activeElement.dataset.cell")
    page.keyboard.press("ArrowDown")
    second = page.evaluate("document.activeElement.dataset.cell")
    assert second != first
    lane, year = second.split(" ")
    page.keyboard.press("Enter")
    page.locator(NODES).first.wait_for()
    index = json.loads((crowded / "lineage/index.json").read_text("utf-8"))
    assert index["piece"] < 3000, "several pieces were put together"
    assert focused(page).split("-")[1] == year
    assert f"sh-lane-{lane}" in node(page, focused(page)).get_attribute("class").split()
    assert 5 < len(keys(page)) < 1500, "only what is near is drawn"
    here = focused(page)
    page.keyboard.press("ArrowRight" if width > 600 else "ArrowDown")
    assert focused(page) != here
    assert watched.errors == []
    context.close()


def test_the_window_draws_what_comes_into_it_and_drops_what_leaves(browser, crowded, serve):
    context = browser.new_context(viewport={"width": 1280, "height": 844})
    page = opened(Watched(context.new_page(), serve(crowded)), "timeline/?z=1")
    before = set(keys(page))
    page.evaluate("document.querySelector('.sh-stage').scrollBy(2400, 300)")
    page.wait_for_timeout(200)
    after = set(keys(page))
    assert after
    assert len(before & after) <= 1, "but for the work that can be reached by Tab"
    context.close()
