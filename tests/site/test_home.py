"""The home page: in one screen what this is, and each of its parts leads on."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

PARTS = {
    "the path": ".sh-home__path .sh-steps li:last-child",
    "what runs": ".sh-home__claims li:first-child",
    "the timeline": ".sh-overview > div:nth-child(5)",
    "the search": ".sh-hero__search",
}


@pytest.mark.parametrize("path", ["", "zh/"])
def test_one_screen_shows_the_path_what_runs_the_timeline_and_the_search(real, path):
    real.page.set_viewport_size({"width": 1440, "height": 900})
    page = real.open(path)
    for name, part in PARTS.items():
        box = page.locator(part).bounding_box()
        assert box is not None, name
        assert box["y"] + box["height"] <= 900, f"{name} is not in the first screen"
    page.set_viewport_size({"width": 390, "height": 844})
    for name in ("the path", "the search"):
        box = page.locator(PARTS[name]).bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 844, f"{name} is not in the first screen of a phone"


def test_its_field_opens_the_search_and_what_is_typed_is_looked_for(real):
    page = real.open("")
    page.get_by_role("button", name="Search papers, people, ideas").click()
    page.keyboard.type("vaswani 2017")
    expect(page.locator("dialog li").first).to_contain_text("Attention Is All You Need")
    assert real.errors == []


def test_the_path_says_how_far_a_reader_is(real):
    page = real.open("lists/reinvent-bert/")
    page.locator(".sh-state").first.select_option("read")
    page = real.open("")
    expect(page.locator(".sh-home__path .sh-progress")).to_contain_text("1 of 14 read")
    page.locator(".sh-steps a").last.click()
    page.wait_for_url("**/papers/liu-etal-2019-roberta/")


def test_timeline_and_demos_are_one_click_away_and_the_demo_shown_is_verified(real):
    page = real.open("zh/")
    demo = page.locator(".sh-home__runs a[href*='#demo-']").get_attribute("href")
    page.locator(".sh-home__time").click()
    page.wait_for_url("**/zh/timeline/")
    page.goto(f"{real.base}zh/{demo}")
    shown = page.locator(f"[id='{demo.partition('#')[2]}']")
    expect(shown.locator(".sh-mark--good").first).to_be_visible()
    page = real.open("zh/")
    page.get_by_role("link", name="跑起来的想法").click()
    page.wait_for_url("**/zh/demos/")
