"""The timeline in a browser: lit, filtered, moved, zoomed, linked to, by mouse and by keyboard."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import FloatRect, Locator, Page, expect
from tests.site.kin import Kin, read_kin

TRANSFORMER, BERT, GLOVE = "vaswani-etal-2017-attention", "devlin-etal-2019-bert", "pennington-etal-2014-glove"
NODES = ".sh-picture a.sh-node"


@pytest.fixture(scope="module")
def kin(real_site) -> Kin:
    return read_kin(real_site)


@pytest.fixture
def timeline(real) -> Iterator[Page]:
    """The timeline of the whole catalog; nothing may go wrong on it."""
    yield opened(real, "timeline/")
    assert real.errors == []
    assert real.foreign == []


def opened(watched, path: str) -> Page:
    """A timeline that has drawn itself."""
    page = watched.open(path)
    page.locator(NODES).first.wait_for(state="attached")
    return page


def node(page: Page, key: str):
    """A work on the timeline."""
    return page.locator(f"{NODES}[data-key='{key}']")


def box_of(found: Locator) -> FloatRect:
    """Where an element is on the screen."""
    box = found.bounding_box()
    assert box
    return box


def keys(page: Page, selector: str = NODES) -> list[str]:
    """The works that are drawn and match."""
    found: list[str] = page.locator(selector).evaluate_all("nodes => nodes.map((node) => node.dataset.key)")
    return found


def focused(page: Page) -> str:
    """The work that has the focus."""
    key: str = page.evaluate("document.activeElement.dataset.key ?? ''")
    return key


def parameters(page: Page) -> dict[str, str]:
    """What the address says once it has come to rest: a timer of the page fires after those that were set before it."""
    page.evaluate("new Promise(requestAnimationFrame)")
    page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done, 300)))")
    found: dict[str, str] = page.evaluate("Object.fromEntries(new URL(location.href).searchParams)")
    return found


def begin(page: Page) -> None:
    """Into the timeline by keyboard: the window, then the work that can be reached by Tab."""
    page.locator(".sh-stage").focus()
    page.keyboard.press("Tab")


@pytest.mark.parametrize("key", [TRANSFORMER, BERT, GLOVE, "hochreiter-schmidhuber-1997-long", "keshav-2007-read"])
def test_a_work_lights_its_ancestors_and_descendants_and_nothing_else(real, kin, key):
    page = opened(real, f"timeline/?work={key}")
    lit = set(keys(page, f"{NODES}.sh-on"))
    assert lit == {key} | kin.ancestors(key) | kin.descendants(key)
    assert set(keys(page, f"{NODES}.sh-on--near")) == set(kin.on[key]) | kin.to[key]
    dim = page.locator(f"{NODES}:not(.sh-on) circle").first
    assert float(dim.evaluate("node => getComputedStyle(node).opacity")) < 0.5
    lines = page.locator(".sh-picture .sh-line.sh-on--near").count()
    assert lines == len(kin.on[key]) + len(kin.to[key])


def test_pointing_lights_and_says_why_and_leaving_does_not_take_it_away(timeline, kin):
    box = box_of(node(timeline, GLOVE).locator("circle"))
    timeline.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    panel = timeline.locator(".sh-panel")
    expect(panel.get_by_role("heading", level=2)).to_have_text(kin.works[GLOVE]["title"])
    assert set(keys(timeline, f"{NODES}.sh-on--near")) == set(kin.on[GLOVE]) | kin.to[GLOVE]
    timeline.mouse.move(5, 5)
    for edge in kin.on[GLOVE].values():
        expect(panel.get_by_text(edge["why"]["en"])).to_be_visible()
    assert set(keys(timeline, f"{NODES}.sh-on")) > {GLOVE}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_panel_gives_every_sentence_in_the_language_of_the_page(real, kin, language):
    page = opened(real, f"{'zh/' if language == 'zh' else ''}timeline/?work={TRANSFORMER}")
    more = page.locator(".sh-panel button", has_text=re.compile("more|再显示"))
    while more.count():
        more.first.click()
    expect(page.locator(".sh-why:empty")).to_have_count(0)
    said = page.locator(".sh-relations li .sh-why").all_text_contents()
    whys = [edge["why"][language] for edge in kin.on[TRANSFORMER].values()]
    whys += [kin.on[later][TRANSFORMER]["why"][language] for later in kin.to[TRANSFORMER]]
    assert len(said) == len(whys)
    assert {why for why in whys if "$" not in why} <= set(said)
    formulas = page.locator(".sh-why math mrow").all_text_contents()
    assert len(formulas) == sum(why.count("$") // 2 for why in whys) > 0
    assert all(formulas), "drawn, not empty"


def test_a_name_says_to_a_screen_reader_when_where_and_how_many(timeline, kin):
    for key in (TRANSFORMER, BERT):
        name = node(timeline, key).get_attribute("aria-label")
        year = kin.works[key]["first_public"][:4]
        assert name.startswith(f"{kin.works[key]['nickname']}, {year}, ")
        assert name.endswith(f"Stands on: {len(kin.on[key])}. Stand on it: {len(kin.to[key])}.")


def test_arrows_move_in_time_and_lane_and_enter_opens(timeline, kin):
    begin(timeline)
    order = sorted(kin.works, key=lambda key: (kin.works[key]["first_public"], key))
    assert focused(timeline) == order[0], "the first work can be reached by Tab"
    timeline.evaluate("document.activeElement.blur()")
    node(timeline, TRANSFORMER).focus()
    lane = node(timeline, TRANSFORMER).get_attribute("class").split("sh-lane-")[1][0]
    beside = [key for key in order if key in keys(timeline, f"{NODES}.sh-lane-{lane}")]
    place = beside.index(TRANSFORMER)
    timeline.keyboard.press("ArrowRight")
    assert focused(timeline) == beside[place + 1], "the next in time of the lane"
    timeline.keyboard.press("ArrowLeft")
    timeline.keyboard.press("ArrowLeft")
    assert focused(timeline) == beside[place - 1]
    timeline.keyboard.press("Home")
    assert focused(timeline) == beside[0]
    timeline.keyboard.press("End")
    assert focused(timeline) == beside[-1]
    node(timeline, TRANSFORMER).focus()
    timeline.keyboard.press("ArrowDown")
    below = node(timeline, focused(timeline))
    assert f"sh-lane-{int(lane) + 1}" in below.get_attribute("class").split()
    assert parameters(timeline)["work"] == focused(timeline)
    here = focused(timeline)
    timeline.keyboard.press("Enter")
    timeline.wait_for_url(f"**/papers/{here}/")


def test_escape_clears_and_the_focus_stays(timeline):
    begin(timeline)
    timeline.keyboard.press("ArrowRight")
    here = focused(timeline)
    assert keys(timeline, f"{NODES}.sh-on")
    timeline.keyboard.press("Escape")
    assert keys(timeline, f"{NODES}.sh-on") == []
    assert "work" not in parameters(timeline)
    assert focused(timeline) == here
    assert timeline.locator(".sh-panel").get_by_text("How to read it").is_visible()
    timeline.keyboard.press("ArrowRight")
    here = focused(timeline)
    timeline.locator(".sh-panel h2 a").focus()
    timeline.keyboard.press("Escape")
    assert focused(timeline) == here, "from the panel back to the work"
    assert keys(timeline, f"{NODES}.sh-on") == []


@pytest.mark.parametrize("part", ["circle", "text"])
def test_a_click_on_the_dot_or_on_the_name_opens_a_work(timeline, part):
    box = box_of(node(timeline, TRANSFORMER).locator(part).first)
    timeline.mouse.click(box["x"] + box["width"] - 3, box["y"] + box["height"] / 2)
    timeline.wait_for_url(f"**/papers/{TRANSFORMER}/")


def test_filters_show_what_is_filed_there_and_their_state_survives_a_reload(timeline, kin):
    status = timeline.locator(".sh-tools > [role=status]")
    assert status.inner_text() == f"{len(kin.works)} of {len(kin.works)} works shown"
    timeline.get_by_label("Topic", exact=True).select_option("attention-and-memory")
    children = {"attention-and-memory", "attention", "memory", "transformer"}
    filed = {key for key, work in kin.works.items() if children & set(work["topics"])}
    assert filed < set(kin.works)
    assert filed == set(keys(timeline)), "a topic and what is below it"
    timeline.get_by_label("List", exact=True).select_option("reinvent-bert")
    both = set(keys(timeline))
    assert both < filed
    assert TRANSFORMER in both
    assert status.inner_text() == f"{len(both)} of {len(kin.works)} works shown"
    assert parameters(timeline) == {"topic": "attention-and-memory", "list": "reinvent-bert"}
    timeline.reload()
    timeline.locator(NODES).first.wait_for()
    assert set(keys(timeline)) == both
    assert timeline.get_by_label("List", exact=True).input_value() == "reinvent-bert"


def test_the_timeline_of_a_list_shows_its_works_and_can_show_all(real, kin):
    page = opened(real, "timeline/reinvent-bert/")
    assert len(keys(page)) == 14
    assert parameters(page) == {}
    lit = {BERT} | kin.ancestors(BERT) | kin.descendants(BERT)
    node(page, BERT).focus()
    assert set(keys(page, f"{NODES}.sh-on")) == lit & set(keys(page)), "also those that others of the list do not join"
    page.get_by_label("List", exact=True).select_option("")
    assert len(keys(page)) == len(kin.works)
    assert parameters(page) == {"list": "all", "work": BERT}


def test_only_the_lineage_of_a_work_and_all_again(timeline, kin):
    node(timeline, GLOVE).focus()
    timeline.get_by_role("button", name="Only its lineage").click()
    assert set(keys(timeline)) == {GLOVE} | kin.ancestors(GLOVE) | kin.descendants(GLOVE)
    assert parameters(timeline) == {"work": GLOVE, "only": "1"}
    timeline.get_by_role("button", name="Show all works").click()
    assert len(keys(timeline)) == len(kin.works)


def test_a_work_is_found_by_typing_even_where_a_filter_hides_it(timeline):
    timeline.get_by_label("Topic", exact=True).select_option("vision")
    assert TRANSFORMER not in keys(timeline)
    field = timeline.get_by_role("combobox", name="Find a work")
    field.fill("attention is all you")
    timeline.locator("li[role=option]", has_text="Transformer").first.wait_for()
    timeline.keyboard.press("ArrowDown")
    timeline.keyboard.press("Enter")
    assert focused(timeline) == TRANSFORMER
    assert parameters(timeline)["work"] == TRANSFORMER
    field.fill("pennington 2014")
    timeline.locator("li[role=option]", has_text="GloVe").click()
    assert focused(timeline) == GLOVE
    field.fill("no such work")
    expect(timeline.get_by_text("No work matches")).to_be_attached()


def test_a_relation_in_the_panel_leads_on_and_its_link_is_a_state(timeline):
    node(timeline, BERT).focus()
    timeline.locator(".sh-relations a", has_text="ELMo").first.click()
    assert focused(timeline) == "peters-etal-2018-deep"
    assert parameters(timeline)["work"] == "peters-etal-2018-deep"


def test_a_state_is_read_from_the_address_also_in_the_other_language(real):
    page = opened(real, f"timeline/?work={BERT}&topic=language-models")
    assert "sh-on--self" in node(page, BERT).get_attribute("class")
    parameters(page)
    page.locator(".sh-language").click()
    page.wait_for_url(lambda url: "/zh/timeline/" in url and f"work={BERT}" in url and "topic=language-models" in url)
    page.locator(NODES).first.wait_for()
    assert "sh-on--self" in node(page, BERT).get_attribute("class")


def test_what_no_address_should_ask_for_is_as_if_it_were_not_asked(real, kin):
    page = opened(real, "timeline/?work=nobody&topic=nothing&list=none&z=-3&at=nowhere&only=1&from=x")
    assert len(keys(page)) == len(kin.works)
    assert parameters(page) == {}
    assert real.errors == []
