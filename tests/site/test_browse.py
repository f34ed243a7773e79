"""The page of all works: order, address, keyboard, and how it reads without a script. Filters: test_filters.py."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from lxml import html
from tests.site.browsing import bare, box, remaining, says, shown
from tests.site.conftest import Watched, make_invented

from shoulders.browse import Browse
from shoulders.build import build


@pytest.fixture(scope="module")
def in_portions(root, invented_root, tmp_path_factory) -> Iterator[Path]:
    """The invented site with five rows at a time and seven works in a piece, as if the catalog were large."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Browse, "step", 5)
        patch.setattr("shoulders.browse.IN_PIECE", 7)
        yield build(make_invented(root, invented_root, tmp_path_factory.mktemp("portions")))


# Without a script ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["", "zh/"])
def test_every_work_is_a_row_of_the_page_in_order_without_a_script(browser, real_site, serve, catalog, language):
    context = browser.new_context(java_script_enabled=False)
    page = Watched(context.new_page(), serve(real_site)).open(f"{language}papers/")
    assert shown(page) == [work.key for work in catalog.chronological]
    assert page.locator(".sh-row__title").first.is_visible()
    assert page.locator(".sh-scripted:visible").count() == 0, "what needs a script is not offered"
    assert page.locator("noscript a[href*='years/2017/']").count() + page.locator(".sh-jump a").count() >= 1
    page.locator(".sh-pages a[href$='topics/attention-and-memory/']").click()
    page.wait_for_url("**/topics/attention-and-memory/")
    context.close()


def test_a_year_of_the_page_can_still_be_linked_to(real_site):
    rows = html.parse(str(real_site / "papers/index.html")).findall(".//li[@id]")
    years = {row.get("id"): row.find("span").text for row in rows if row.get("id").startswith("y")}
    assert years["y2017"] == "2017"
    assert list(years) == [f"y{year}" for year in years.values()]


@pytest.mark.parametrize("language", ["", "zh/"])
def test_a_row_made_by_the_script_is_the_row_of_the_page(browser, real_site, serve, language):
    page = Watched(browser.new_page(), serve(real_site)).open(f"{language}papers/")
    pairs = page.evaluate(
        """async () => {
          const assets = new URL("../assets/", location.href);
          const { row } = await import(new URL("rows.js", assets));
          const { all, index } = await import(new URL("works.js", assets));
          const [works, about] = [await all(), await index()];
          const text = (element) => {
            const copy = element.cloneNode(true);
            for (const extra of copy.querySelectorAll(".Z3988, .sh-tick")) extra.remove();
            for (const name of ["id", "data-former"]) copy.removeAttribute(name);
            const told = (e) => `${e.tagName} ${e.className} ${e.lang} ${e.href}`;
            const parts = [...copy.querySelectorAll("*"), copy].map(told);
            return [copy.dataset.key, copy.textContent, ...parts].join("|");
          };
          const made = new Map(works.map((work) => [work.key, text(row(work, about))]));
          const rows = [...document.querySelectorAll(".sh-rows > li")];
          return rows.map((element) => [text(element), made.get(element.dataset.key)]);
        }"""
    )
    assert len(pairs) > 100
    for static, made in pairs:
        assert static == made
    page.context.close()


# Order, address, keyboard --------------------------------------------------------------------------------------------


def test_the_orders(real, catalog):
    page = real.open("papers/?topic=transformer")
    says(page, " of ")
    date = {work.key: (work.first_public, work.key) for work in catalog.works}
    heirs = {work.key: len(catalog.led_to.get(work.key, ())) for work in catalog.works}
    keys = sorted(remaining(catalog, "topic=transformer"), key=date.__getitem__)
    assert shown(page) == keys
    order = page.get_by_label("Order")
    order.select_option("Newest first")
    assert shown(page) == keys[::-1]
    order.select_option("Most stood upon")
    assert shown(page) == sorted(keys, key=lambda key: -heirs[key])
    order.select_option("First author")
    families = [catalog.credits[key][0].name.inverted for key in shown(page)]
    assert families == sorted(families, key=bare)
    order.select_option("Title")
    titles = [re.sub("^(the|a|an) ", "", bare(catalog.by_key[key].title)) for key in shown(page)]
    assert titles == sorted(titles)


def test_the_state_lives_in_the_address_through_reload_and_back(real, catalog):
    page = real.open("papers/")
    box(page, "topic", "vision").check()
    says(page, " of ")
    box(page, "venue", "cvpr").check()
    box(page, "venue", "iccv").check()
    page.get_by_label("Order").select_option("Newest first")
    assert page.url.endswith("/papers/?venue=cvpr,iccv&topic=vision&sort=newest")
    after = shown(page)
    assert set(after) == remaining(catalog, "venue=cvpr,iccv&topic=vision")
    page.reload()
    says(page, f"^{len(after)} of ")
    assert shown(page) == after
    assert box(page, "venue", "cvpr").is_checked()
    page.go_back()
    page.go_back()
    page.go_back()
    says(page, f"^{len(remaining(catalog, 'topic=vision'))} of ")
    assert box(page, "topic", "vision").is_checked()
    assert not box(page, "venue", "cvpr").is_checked()
    page.go_back()
    says(page, r"^\d+ works$")
    page.go_forward()
    assert page.url.endswith("?topic=vision")
    says(page, f"^{len(remaining(catalog, 'topic=vision'))} of ")


def test_typing_is_one_step_of_the_history(real):
    page = real.open("papers/")
    before = page.evaluate("history.length")
    page.get_by_role("searchbox").press_sequentially("bert")
    says(page, " of ")
    assert page.url.endswith("?q=bert")
    assert page.evaluate("history.length") == before + 1
    page.go_back()
    says(page, r"^\d+ works$")
    assert page.get_by_role("searchbox").input_value() == ""


def test_what_was_typed_before_the_script_had_come_counts(real, catalog):
    held = []
    real.page.route("**/assets/browse.js", lambda route: held.append(route))
    page = real.open("papers/")
    page.get_by_role("searchbox").fill("bert")
    while not held:
        page.wait_for_timeout(20)
    held[0].continue_()
    says(page, f"^{len(remaining(catalog, 'q=bert'))} of ")
    assert page.url.endswith("?q=bert")


def test_the_state_goes_to_the_other_language(real, catalog):
    page = real.open("papers/?topic=vision&to=2015")
    says(page, " of ")
    page.locator(".sh-language").click()
    page.wait_for_url("**/zh/papers/?topic=vision&to=2015")
    says(page, f"条中的 {len(remaining(catalog, 'topic=vision&to=2015'))} 条")


def test_an_address_that_asks_for_what_is_not_there_is_read_without_it(real, catalog):
    page = real.open("papers/?topic=nonsense,attention&kind=%3Cb%3E&from=12&sort=__proto__&venue=constructor")
    says(page, f"^{len(remaining(catalog, 'topic=attention'))} of ")
    assert real.errors == []


def test_everything_by_keyboard(real, catalog):
    page = real.open("papers/")
    page.get_by_role("searchbox").focus()
    page.keyboard.type("attention")
    says(page, " of ")
    topic = page.get_by_role("checkbox", name=re.compile(r"^Vision \d"))
    for _ in range(60):
        page.keyboard.press("Tab")
        if topic.evaluate("box => box === document.activeElement"):
            break
    page.keyboard.press("Space")
    says(page, f"^{len(remaining(catalog, 'q=attention&topic=vision'))} of ")
    assert topic.evaluate("box => box === document.activeElement"), "the focus stays"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # folds the subtopics, which the choice had unfolded
    assert page.locator("#under-vision").is_hidden()
    page.locator(".sh-row__title").first.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert page.locator(".sh-chosen__count").inner_text() == "1"
    page.get_by_role("button", name="Remove filter: Vision").focus()
    page.keyboard.press("Enter")
    says(page, f"^{len(remaining(catalog, 'q=attention'))} of ")
    assert page.evaluate("document.activeElement.closest('.sh-browse__active') !== null"), "the focus is not lost"


# What helps ----------------------------------------------------------------------------------------------------------


def test_where_nothing_fits_it_says_which_filter_to_leave_out(real, catalog):
    page = real.open("papers/?topic=attention,vision&to=2014&q=a")
    page.get_by_text("No work fits all of these.").wait_for()
    for name, left in (("Attention", "topic=vision&to=2014&q=a"), ("to 2014", "topic=attention,vision&q=a")):
        count = len(remaining(catalog, left))
        item = page.locator(".sh-nothing li", has=page.get_by_role("button", name=f"Without “{name}”"))
        assert re.search(rf"\b{count} works?$", item.inner_text())
    page.get_by_role("button", name="Without “Attention”").click()
    says(page, f"^{len(remaining(catalog, 'topic=vision&to=2014&q=a'))} of ")
    assert "attention" not in page.url
    page.get_by_role("button", name="Clear all").click()
    says(page, r"^\d+ works$")
    assert page.url.endswith("/papers/")


def test_no_data_is_asked_for_before_the_reader_reaches_for_the_filters(real):
    asked: list[str] = []
    real.page.on("request", lambda request: asked.append(request.url))
    page = real.open("papers/")
    page.wait_for_load_state("networkidle")
    assert [url for url in asked if "/data/" in url] == []
    with page.expect_response(re.compile(r"/data/works-0\.json\?v=")):
        page.get_by_role("searchbox").focus()


def test_in_a_large_catalog_rows_come_in_portions(browser, in_portions, serve, invented):
    watched = Watched(browser.new_page(), serve(in_portions))
    page = watched.open("papers/")
    keys = [work.key for work in invented.chronological]
    assert shown(page) == keys[:5]
    assert f"The 5 oldest of {len(keys)} works" in page.locator("[data-static]").inner_text()
    page.get_by_role("button", name="Show 5 more").click()
    page.wait_for_function("document.querySelectorAll('.sh-rows > li').length === 10")
    assert shown(page) == keys[:10]
    assert page.locator(f"[data-key='{keys[5]}'] a").evaluate("link => link === document.activeElement")
    page.get_by_label("Order").select_option("Newest first")
    assert shown(page) == keys[::-1][:5]
    page.get_by_role("searchbox").fill(keys[-1])
    says(page, "^1 of ")
    assert shown(page) == [keys[-1]]
    assert watched.errors == []
    page.context.close()


def test_a_failed_fetch_is_told_and_a_later_try_works(real):
    real.page.route("**/data/works-0.json*", lambda route: route.fulfill(status=503))
    page = real.open("papers/?topic=vision")
    page.get_by_text("could not be loaded").wait_for()
    assert len(shown(page)) > 100, "the rows of the page stay"
    real.page.unroute("**/data/works-0.json*")
    page.get_by_role("button", name="Try again").click()
    says(page, " of ")


def test_on_a_phone_the_filters_unfold_and_lead_back_to_the_works(browser, real_site, serve):
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = Watched(context.new_page(), serve(real_site)).open("papers/")
    page.wait_for_load_state("networkidle")
    filters = page.get_by_role("button", name="Filters")
    assert not page.locator(".sh-facets").is_visible()
    filters.tap()
    assert filters.get_attribute("aria-expanded") == "true"
    box(page, "topic", "vision").tap()
    done = page.get_by_role("button", name=re.compile(r"Show \d+ works"))
    count = "".join(re.findall(r"\d", done.inner_text()))
    done.tap()
    assert not page.locator(".sh-facets").is_visible()
    says(page, f"^{count} of ")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["papers/?topic=attention,memory&demo=1", "zh/papers/?q=zzz&topic=vision"])
def test_axe_finds_no_violation_in_a_filtered_page(browser, real_site, serve, scheme, path):
    context = browser.new_context(color_scheme=scheme, viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    page = Watched(context.new_page(), serve(real_site)).open(path)
    says(page, r" of |中的")
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"][:200] for node in one["nodes"][:3]]) for one in found] == []
    context.close()
