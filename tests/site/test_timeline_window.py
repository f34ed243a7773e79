"""The window on a timeline: zoom, pan, touch, print, and what is left when something is missing."""

from __future__ import annotations

import re

import pytest
from lxml import etree
from playwright.sync_api import Page, expect
from tests.site.conftest import Watched
from tests.site.kin import read_kin
from tests.site.test_timeline import BERT, NODES, TRANSFORMER, box_of, keys, node, opened, parameters

SVG = "{http://www.w3.org/2000/svg}"


def middle(page: Page) -> str:
    """The work whose dot is nearest to the middle of the window."""
    script = """() => {
      const box = document.querySelector(".sh-stage").getBoundingClientRect();
      const far = (node) => {
        const dot = node.querySelector("circle").getBoundingClientRect();
        const [x, y] = [dot.x + dot.width / 2 - box.x, dot.y + dot.height / 2 - box.y];
        return Math.hypot(x - box.width / 2, y - box.height / 2);
      };
      return [...document.querySelectorAll(".sh-picture a.sh-node")].sort((a, b) => far(a) - far(b))[0].dataset.key;
    }"""
    key: str = page.evaluate(script)
    return key


def scroll(page: Page) -> tuple[int, int]:
    """Where the window is."""
    left, top = page.evaluate(
        "(({ scrollLeft, scrollTop }) => [scrollLeft, scrollTop])(document.querySelector('.sh-stage'))"
    )
    return left, top


def apart(page: Page, one: str = TRANSFORMER, other: str = BERT) -> float:
    """How far two works are from each other on the screen, along time."""
    boxes = [box_of(node(page, key).locator("circle").first) for key in (one, other)]
    return abs(boxes[0]["x"] - boxes[1]["x"])


def test_at_first_the_whole_is_in_the_window(real):
    for path in ("timeline/", "timeline/roots/", "timeline/reinvent-bert/"):
        page = opened(real, path)
        window = box_of(page.locator(".sh-stage"))
        dots = [box_of(dot) for dot in page.locator(f"{NODES} circle:not(.sh-ring)").all()]
        assert min(dot["x"] for dot in dots) >= window["x"]
        assert min(dot["y"] for dot in dots) >= window["y"]
        assert max(dot["x"] + dot["width"] for dot in dots) <= window["x"] + window["width"]
        assert max(dot["y"] + dot["height"] for dot in dots) <= window["y"] + window["height"]


@pytest.mark.parametrize(("more", "less", "all_"), [("+", "-", "0"), ("button", "button", "button")])
def test_zoom_by_keys_and_by_buttons(real, more, less, all_):
    page = opened(real, f"timeline/?work={BERT}")
    node(page, BERT).focus()

    def do(key: str, name: str) -> None:
        page.get_by_role("button", name=name, exact=True).click() if key == "button" else page.keyboard.press(key)

    whole = apart(page)
    do(more, "Zoom in")
    nearer = apart(page)
    assert nearer == pytest.approx(1.3 * whole, rel=0.05)
    do(less, "Zoom out")
    assert apart(page) == pytest.approx(whole, rel=0.05)
    do(more, "Zoom in")
    do(more, "Zoom in")
    do(all_, "Whole")
    assert apart(page) == pytest.approx(whole, rel=0.05)
    assert "z" not in parameters(page)


def test_the_chosen_work_stays_where_it_is_when_the_buttons_zoom(real):
    page = opened(real, f"timeline/?work={TRANSFORMER}")
    before = box_of(node(page, TRANSFORMER).locator("circle").first)
    for _ in range(2):
        page.get_by_role("button", name="Zoom in").click()
    after = box_of(node(page, TRANSFORMER).locator("circle").first)
    assert abs(before["x"] - after["x"]) < 12
    assert abs(before["y"] - after["y"]) < 12


def test_the_wheel_zooms_with_control_and_scrolls_without(real):
    page = opened(real, f"timeline/?z=1&at={TRANSFORMER}")
    box = box_of(page.locator(".sh-stage"))
    page.mouse.move(box["x"] + 500, box["y"] + 300)
    whole = apart(page)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -100)
    page.keyboard.up("Control")
    page.wait_for_timeout(100)
    assert apart(page) > 1.2 * whole
    scale, before = apart(page), scroll(page)
    page.mouse.wheel(0, 60)
    page.wait_for_function("top => document.querySelector('.sh-stage').scrollTop > top", arg=before[1])
    assert apart(page) == pytest.approx(scale)


def test_dragging_moves_the_window_and_opens_nothing(real):
    page = opened(real, f"timeline/?z=1&at={BERT}")
    before, url = scroll(page), page.url
    dot = box_of(node(page, BERT).locator("circle").first)
    page.mouse.move(dot["x"] + 4, dot["y"] + 4)
    page.mouse.down()
    page.mouse.move(dot["x"] - 80, dot["y"] - 40, steps=4)
    page.mouse.up()
    page.wait_for_timeout(100)
    after = scroll(page)
    assert after[0] - before[0] == pytest.approx(84, abs=3)
    assert after[1] - before[1] == pytest.approx(44, abs=3)
    assert page.url.split("?")[0] == url.split("?")[0]


def test_arrows_move_the_window_when_it_has_the_focus_and_with_shift_anywhere(real):
    page = opened(real, f"timeline/?z=1&at={BERT}")
    before = scroll(page)
    page.locator(".sh-stage").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("left => document.querySelector('.sh-stage').scrollLeft > left", arg=before[0])
    page.wait_for_function(  # until the browser has scrolled as far as it meant to
        "() => [window.was, window.was = document.querySelector('.sh-stage').scrollLeft].every((x, _, [y]) => x === y)",
        polling=100,
    )
    node(page, BERT).focus()
    before = scroll(page)
    page.keyboard.press("Shift+ArrowLeft")
    assert scroll(page)[0] == pytest.approx(before[0] - 120, abs=2)


def test_scale_and_place_survive_a_reload_and_a_narrower_window(real):
    page = opened(real, "timeline/")
    for _ in range(4):
        page.get_by_role("button", name="Zoom in").click()
    page.evaluate("document.querySelector('.sh-stage').scrollBy(300, 200)")
    page.wait_for_timeout(100)
    state = parameters(page)
    assert float(state["z"]) > 0.5
    assert state["at"] == middle(page)
    scale = apart(page, TRANSFORMER, BERT) if {TRANSFORMER, BERT} <= set(keys(page)) else None
    page.reload()
    page.locator(NODES).first.wait_for()
    assert middle(page) == state["at"]
    assert scale is None or apart(page) == pytest.approx(scale, rel=0.03)
    assert parameters(page) == state, "a link to a link is the same link"
    page.set_viewport_size({"width": 1000, "height": 800})
    page.wait_for_timeout(200)
    assert middle(page) == state["at"]


@pytest.mark.parametrize(
    ("path", "name"), [("timeline/reinvent-bert/", "timeline-reinvent-bert.svg"), ("zh/timeline/", "timeline.svg")]
)
def test_the_file_to_download_is_a_picture_that_needs_nothing(real, tmp_path, path, name):
    page = opened(real, path)
    with page.expect_download() as download:
        page.locator(".sh-tools button", has_text="SVG").click()
    assert download.value.suggested_filename == name
    file = tmp_path / name
    download.value.save_as(file)
    text = file.read_text("utf-8")
    assert "var(" not in text
    assert "class=" not in text
    tree = etree.fromstring(text.encode("utf-8"))
    assert tree.tag == f"{SVG}svg"
    links = [link.get("href") for link in tree.iter(f"{SVG}a")]
    assert len(links) == len(keys(page))
    language = "zh/" if path.startswith("zh") else ""
    assert all(re.fullmatch(rf"https://shoulders\.example\.org/{language}papers/[a-z0-9-]+/", link) for link in links)
    for shape in (*tree.iter(f"{SVG}circle"), *tree.iter(f"{SVG}path")):
        paint = (shape.get("fill"), shape.get("stroke"))
        assert any(re.fullmatch(r"#[0-9a-f]{3,8}|rgb\(.*\)", value or "") for value in paint), paint
    alone = page.context.new_page()
    alone.goto(file.as_uri())
    drawn = box_of(alone.locator("text").first)
    assert drawn["width"] > 20
    alone.close()


def test_paper_gets_the_picture_and_the_whole_list(real, real_site):
    count = len(read_kin(real_site).works)
    page = opened(real, f"timeline/?work={TRANSFORMER}")
    page.emulate_media(media="print")
    assert not page.locator(".sh-tools").is_visible()
    picture = box_of(page.locator(".sh-picture"))
    assert picture["width"] <= page.evaluate("document.documentElement.clientWidth")
    assert picture["height"] > 200
    assert node(page, TRANSFORMER).is_visible()
    why = page.locator(".sh-panel .sh-why").first
    assert box_of(why)["height"] > 0
    page.set_viewport_size({"width": 680, "height": 960})
    assert page.locator(".sh-picture .sh-lane-name").count() > 5, "paper is as narrow as a phone, but the picture stays"
    entries = page.locator("[aria-labelledby=as-list] details > ol > li")
    assert entries.count() == count
    assert all(box_of(entries.nth(place))["height"] > 10 for place in (0, 150, count - 1)), (
        "though folded on the screen"
    )


def test_with_storage_blocked_all_is_there(browser, real_site, serve):
    context = browser.new_context()
    page = context.new_page()
    page.add_init_script(
        "for (const name of ['localStorage', 'sessionStorage'])"
        " Object.defineProperty(window, name, { get() { throw new DOMException('blocked', 'SecurityError'); } });"
    )
    watched = Watched(page, serve(real_site))
    opened(watched, f"timeline/?work={BERT}&from={BERT}&to={TRANSFORMER}")
    assert page.locator(f"{NODES}.sh-on").count() > 50
    assert page.locator(".sh-chain li").count() == 2
    context.close()


def test_without_scripts_there_are_a_picture_and_the_list(browser, real_site, serve):
    for width, shown, hidden in ((1280, "wide", "tall"), (390, "tall", "wide")):
        context = browser.new_context(java_script_enabled=False, viewport={"width": width, "height": 844})
        page = Watched(context.new_page(), serve(real_site)).open("timeline/")
        assert page.locator(f".sh-timeline__{shown} svg a").first.is_visible()
        assert not page.locator(f".sh-timeline__{hidden}").is_visible()
        assert not page.locator(".sh-explorer").is_visible()
        assert not page.locator(".sh-pathfinder form").is_visible()
        assert page.locator(".sh-pathfinder .sh-none").is_visible()
        page.locator("summary", has_text="2017").click()
        entry = page.locator(f"details li:has(> a[href$='papers/{TRANSFORMER}/'])")
        assert entry.get_by_text("replaces").first.is_visible()
        assert page.evaluate("document.documentElement.scrollHeight") < (6000 if width > 600 else 18000)
        context.close()


def test_when_the_data_does_not_come_the_still_picture_does(real):
    real.page.route("**/lineage/works-*", lambda route: route.abort())
    page = real.open("timeline/")
    expect(page.get_by_text("The data of the timeline could not be loaded")).to_be_visible()
    assert page.locator(".sh-timeline__wide svg a").count() > 100


def test_the_site_s_timeline_works_under_a_sub_path(browser, real_site, serve, tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep/er").symlink_to(real_site)
    context = browser.new_context()
    watched = Watched(context.new_page(), serve(tmp_path))
    page = opened(watched, f"deep/er/zh/timeline/?work={BERT}")
    expect(page.locator(".sh-panel h2")).to_have_text(re.compile("BERT"))
    assert node(page, BERT).get_attribute("href").endswith(f"/deep/er/zh/papers/{BERT}/")
    assert watched.errors == []
    assert watched.foreign == []
    context.close()
