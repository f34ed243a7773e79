"""The timeline under fingers: what a phone shows, and what taps, pinches and strokes do."""

from __future__ import annotations

from itertools import pairwise

import pytest
from playwright.sync_api import FloatRect, Page, expect
from tests.site.conftest import Watched
from tests.site.test_timeline import BERT, NODES, box_of, keys, node, opened, parameters
from tests.site.test_timeline_window import scroll


@pytest.fixture
def phone(browser, real_site, serve):
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    watched = Watched(context.new_page(), serve(real_site))
    yield watched
    assert watched.errors == []
    context.close()


def test_a_phone_shows_names_that_can_be_read(phone):
    page = opened(phone, "timeline/")
    seen = page.locator(f"{NODES} text").evaluate_all(
        """texts => texts.filter((text) => {
          const box = text.getBoundingClientRect();
          const inside = box.top > 0 && box.bottom < innerHeight && box.left >= 0 && box.right <= innerWidth;
          return inside && text.textContent;
        }).map((text) => parseFloat(getComputedStyle(text).fontSize))"""
    )
    assert len(seen) >= 8
    assert min(seen) >= 14
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_a_link_to_a_work_shows_it_above_the_panel_also_on_a_short_timeline(phone):
    for path in ("timeline/", "timeline/reinvent-bert/", "zh/timeline/reinvent-bert/"):
        page = opened(phone, f"{path}?work={BERT}")
        page.wait_for_timeout(300)
        panel, own = box_of(page.locator(".sh-panel")), box_of(node(page, BERT).locator("text"))
        window = box_of(page.locator(".sh-stage"))
        assert window["y"] < own["y"], path
        assert own["y"] + own["height"] < panel["y"], path


def tap(page: Page, box: FloatRect) -> None:
    """A finger on the middle of it."""
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def test_a_tap_chooses_and_the_next_opens(phone):
    page = opened(phone, f"timeline/?at={BERT}")
    seen = {key: box_of(node(page, key).locator("text")) for key in keys(page)}
    lowest = max((key for key in seen if seen[key]["y"] < 800), key=lambda key: seen[key]["y"])
    tap(page, seen[lowest])
    expect(page.locator(".sh-panel h2")).to_be_visible()
    assert parameters(page)["work"] == lowest
    panel, own = box_of(page.locator(".sh-panel")), box_of(node(page, lowest).locator("text"))
    assert panel["y"] + panel["height"] <= 844, "the panel is on the screen"
    assert 0 < own["y"] + own["height"] <= panel["y"], "and the work above it"
    tap(page, own)
    page.wait_for_url(f"**/papers/{lowest}/")


def test_fingers_pinch_and_pan(phone):
    page = opened(phone, f"timeline/?at={BERT}")
    page.locator(".sh-explorer").evaluate("box => box.scrollIntoView()")
    session = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        at = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})

    def rows() -> float:
        heights = sorted(box_of(text)["y"] for text in page.locator(f"{NODES} text").all()[:40])
        return min(b - a for a, b in pairwise(heights) if b - a > 1)

    before = rows()
    touch("touchStart", (200, 400), (200, 440))
    for spread in (10, 20, 30):
        touch("touchMove", (200, 400 - spread), (200, 440 + spread))
    touch("touchEnd")
    page.wait_for_timeout(100)
    assert rows() > 1.15 * before
    top = scroll(page)[1]
    touch("touchStart", (200, 500))
    for y in (470, 430, 380, 330):
        touch("touchMove", (200, y))
    touch("touchEnd")
    page.wait_for_function("top => document.querySelector('.sh-stage').scrollTop > top + 40", arg=top)


def test_on_a_phone_time_runs_down(phone):
    page = opened(phone, "timeline/")
    order = sorted(keys(page), key=lambda key: box_of(node(page, key))["y"])
    node(page, order[3]).focus()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.dataset.key") == order[4]
