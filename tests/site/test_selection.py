"""The selection: ticked anywhere, kept in the browser, shown on a page of its own. What it gives: test_taking.py."""

from __future__ import annotations

import json
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from tests.site.choosing import ATTENTION, BERT, CHOSEN, MEMORY, choose, count, kept, listed, take
from tests.site.conftest import Watched

from shoulders.export import export
from shoulders.project import open_project

BLOCKED = (
    "for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(window, name, { configurable: true,"
    " get() { throw new DOMException('no', 'SecurityError'); } });"
)


# Choosing ------------------------------------------------------------------------------------------------------------


def test_works_are_ticked_on_every_page_that_shows_them(real):
    paths = ["papers/", "lists/reinvent-bert/", "topics/transformer/", "authors/ashish-vaswani/", "venues/neurips/"]
    for number, path in enumerate([*paths, "years/2017/", f"papers/{ATTENTION}/", f"zh/papers/{ATTENTION}/"]):
        page = real.open(path)
        box = page.locator(f"[data-choose='{ATTENTION}']").first
        assert box.is_checked() == bool(number % 2), f"{path} agrees with the page before"
        box.click()
        assert count(page) == ("" if number % 2 else "1")
    assert kept(page) == []


def test_a_box_says_what_it_chooses(real):
    page = real.open("topics/transformer/")
    assert page.get_by_role("checkbox", name="Select: Attention Is All You Need").count() >= 1
    page = real.open(f"zh/papers/{ATTENTION}/")
    assert page.get_by_role("checkbox", name="选择", exact=True).count() == 1


def test_the_selection_survives_reload_other_pages_and_the_other_language_in_its_order(real):
    page = real.open("lists/reinvent-bert/")
    for key in CHOSEN:
        page.locator(f"[data-choose='{key}']").check()
    page.reload()
    assert count(page) == "3"
    page.locator(".sh-language").click()
    page.wait_for_url("**/zh/lists/reinvent-bert/")
    assert count(page) == "3"
    assert page.get_by_role("link", name="所选条目：已选 3 条").count() == 1
    page.locator("[data-chosen]").click()
    page.wait_for_url("**/zh/selection/")
    assert listed(page) == CHOSEN
    page.goto(real.base + "papers/")
    assert page.locator("[data-choose]:checked").count() == 3
    assert real.errors == []


def test_all_that_a_filter_leaves_can_be_chosen_at_once(real):
    page = real.open("papers/?list=reinvent-bert")
    page.get_by_role("button", name="Select all 14").click()
    assert count(page) == "14"
    page.get_by_role("button", name="Unselect these 14").click()
    assert kept(page) == []


def test_two_tabs_keep_in_step(real):
    page = real.open("selection/")
    choose(page, [MEMORY])
    page.reload()
    assert listed(page) == [MEMORY]
    other = page.context.new_page()
    other.goto(real.base + f"papers/{BERT}/")
    other.get_by_role("checkbox", name="Select", exact=True).check()
    page.locator(f".sh-rows [data-key='{BERT}']").wait_for()
    assert listed(page) == [MEMORY, BERT]
    page.get_by_role("button", name="Remove: Memory Networks").click()
    other.wait_for_function("document.querySelector('.sh-chosen__count').textContent === '1'")
    other.close()


# The page itself -----------------------------------------------------------------------------------------------------


def test_one_work_is_removed_and_comes_back_in_its_place(chosen):
    chosen.get_by_role("button", name="Remove: Memory Networks").click()
    assert listed(chosen) == [BERT, ATTENTION]
    assert chosen.locator(".sh-selection__made").filter(has_text="2 works").count() == 1
    assert chosen.evaluate("document.activeElement.className") == "sh-drop", "the focus is not lost"
    chosen.get_by_role("button", name="Undo").click()
    assert listed(chosen) == CHOSEN
    assert kept(chosen) == CHOSEN


def test_all_is_cleared_and_comes_back(chosen):
    chosen.get_by_role("button", name="Clear all").click()
    chosen.get_by_text("Nothing is selected yet").wait_for()
    assert kept(chosen) == []
    chosen.keyboard.press("Enter")  # the focus is on "Undo"
    assert listed(chosen) == CHOSEN


def test_the_order_is_changed_and_with_it_the_numbers(chosen):
    chosen.get_by_role("radio", name="IEEE").check()
    chosen.get_by_role("button", name="Sort by year").click()
    assert listed(chosen) == [MEMORY, ATTENTION, BERT]
    chosen.locator(".sh-selection__text > p").filter(has_text=re.compile(r"^\[1\] J. Weston")).wait_for()
    chosen.get_by_role("button", name="Sort by author").click()
    assert listed(chosen) == [BERT, ATTENTION, MEMORY]
    chosen.reload()
    assert listed(chosen) == [BERT, ATTENTION, MEMORY]


def test_a_link_shows_works_to_others_without_touching_their_own(chosen, real):
    chosen.get_by_role("button", name="Copy a link").click()
    chosen.get_by_role("button", name="Link copied").wait_for()
    link = chosen.evaluate("navigator.clipboard.readText()")
    assert link == f"{real.base}selection/?works={','.join(CHOSEN)}"
    choose(chosen, ["lecun-etal-1989-optimal"])
    chosen.goto(link.replace("selection/", "zh/selection/"))
    assert listed(chosen) == CHOSEN
    assert kept(chosen) == ["lecun-etal-1989-optimal"]
    chosen.get_by_role("button", name="加入我的所选条目").click()
    assert listed(chosen) == ["lecun-etal-1989-optimal", *CHOSEN]


def test_a_failed_fetch_is_told_and_a_later_try_works(chosen, root):
    chosen.route("**/export/*.ris", lambda route: route.fulfill(status=500))
    chosen.get_by_role("radio", name="RIS").check()
    chosen.locator(".sh-selection__made").filter(has_text="could not be loaded").wait_for()
    assert chosen.get_by_role("button", name="Download").is_disabled()
    chosen.unroute("**/export/*.ris")
    chosen.get_by_role("button", name="Try again").click()
    _, taken = take(chosen, "RIS")
    assert taken == export(open_project(root), "ris", keys=CHOSEN).encode()


def test_works_that_left_the_catalog_are_told(real, root):
    page = real.open("selection/")
    choose(page, [BERT, "nobody-1999-gone"])
    page.reload()
    assert listed(page) == [BERT, "nobody-1999-gone"]
    assert "no longer in the catalog" in page.locator(".sh-rows > li").nth(1).inner_text()
    _, taken = take(page, "BibTeX")
    assert taken == export(open_project(root), "bibtex", keys=[BERT]).encode()


def test_former_keys_become_the_present_one(browser, invented_site, serve, invented):
    context = browser.new_context()
    watched = Watched(context.new_page(), serve(invented_site))
    former, key = sorted(invented.aliases.items())[0]
    for path in ("selection/", "papers/", f"papers/{key}/"):
        page = watched.open("")
        choose(page, [former])
        page.goto(watched.base + path)
        if path == "selection/":
            assert listed(page) == [key]
            _, taken = take(page, "CSL-JSON")
            assert [item["id"] for item in json.loads(taken)] == [key]
        else:
            assert page.locator(f"[data-choose='{key}']").is_checked()
        assert kept(page) == [key]
    assert watched.errors == []
    context.close()


@pytest.mark.parametrize("junk", ["{", "7", '{"a": 1}', '[1, null, "<b>", "../../x"]'])
def test_what_is_no_selection_is_read_as_none(real, junk):
    page = real.open("selection/")
    page.evaluate("junk => localStorage.setItem('shoulders.selection', junk)", junk)
    page.reload()
    page.get_by_text("Nothing is selected yet").wait_for()
    assert real.errors == []


# Where the browser keeps nothing, or runs nothing --------------------------------------------------------------------


def test_with_storage_blocked_it_works_within_the_page_and_says_so(real, root):
    real.page.add_init_script(BLOCKED)
    page = real.open("lists/reinvent-bert/")
    for key in CHOSEN:
        page.locator(f"[data-choose='{key}']").check()
    assert count(page) == "3"
    assert "keeps nothing" in page.locator(".sh-toast").inner_text()
    page.locator("[data-chosen]").click()
    assert listed(page) == CHOSEN, "the address carries them"
    _, taken = take(page, "BibTeX")
    assert taken == export(open_project(root), "bibtex", keys=CHOSEN).encode()
    assert real.errors == []


def test_without_a_script_nothing_is_offered_that_needs_one(browser, real_site, serve):
    context = browser.new_context(java_script_enabled=False)
    watched = Watched(context.new_page(), serve(real_site))
    page = watched.open("selection/")
    assert page.locator("noscript .sh-notice").is_visible()
    assert page.locator(".sh-scripted:visible").count() == 0
    page = watched.open(f"papers/{BERT}/")
    assert page.locator("[data-choose]:visible, [data-chosen]:visible").count() == 0
    context.close()


def test_under_a_sub_path_it_takes_its_files_from_there(browser, real_site, serve, tmp_path, root):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep/er").symlink_to(real_site)
    context = browser.new_context()
    watched = Watched(context.new_page(), serve(tmp_path))
    page = watched.open(f"deep/er/zh/selection/?works={','.join(CHOSEN)}")
    assert listed(page) == CHOSEN
    _, taken = take(page, "biblatex")
    assert taken == export(open_project(root), "biblatex", keys=CHOSEN).encode()
    take(page, "GB/T 7714")
    assert watched.errors == []
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["selection/?format=apa", "zh/selection/"])
def test_axe_finds_no_violation_in_a_selection(browser, real_site, serve, scheme, path):
    context = browser.new_context(color_scheme=scheme, viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    watched = Watched(context.new_page(), serve(real_site))
    page = watched.open(path)
    choose(page, CHOSEN)
    page.reload()
    assert listed(page) == CHOSEN
    page.locator(".sh-selection__text > *").first.wait_for()
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"][:200] for node in one["nodes"][:3]]) for one in found] == []
    context.close()
