"""The timeline as it is read without scripts: every work, every edge whose ends are shown, no more work than needed."""

from __future__ import annotations

import re
import sys
from collections import Counter
from functools import partial
from types import FrameType
from typing import Any

import pytest
from lxml import html
from tests.builders import edge, make_work

from shoulders import addresses, lineage
from shoulders import timeline as timeline_of
from shoulders.addresses import Place
from shoulders.catalog import Catalog
from shoulders.model import EDGE_TYPES, Topic

TOPICS = tuple(
    Topic.model_validate(
        {"id": name, "name": {"en": name.title(), "zh": f"题{name}"}, "summary": {"en": "S.", "zh": "要。"}, **more}
    )
    for name, more in (("one", {}), ("two", {}), ("inner", {"parent": "two"}), ("unused", {}))
)


def link(key: str) -> str:
    """Where a node leads."""
    return f"../papers/{key}/"


def work(number: int, year: int, *, topic: str = "one", to: tuple[int, ...] = (), **changed):
    """The work of a number, which builds on the works of other numbers."""
    edges = [edge(f"w-2000-n{other}", type=EDGE_TYPES[other % 5]) for other in to]
    topics = [topic] if topic else []
    return make_work(f"w-2000-n{number}", first_public=str(year), year=year, topics=topics, edges=edges, **changed)


@pytest.fixture(scope="module")
def catalog():
    works = (
        work(0, 2000),
        work(1, 2000, topic="two", to=(0,)),
        work(2, 2001, topic="inner", to=(0, 1), nickname='<b>"Two" & more</b>'),
        work(3, 2001, topic="", to=(2,)),
        work(4, 2007, to=(0, 3), title="A <i>long</i> title " * 20 + "end"),
        work(5, 2007, to=(4,)),
    )
    return Catalog(works=works, topics=TOPICS)


def timeline(catalog, works=None, language="en"):
    """The timeline of some works."""
    works = catalog.chronological if works is None else works
    return html.fragment_fromstring(timeline_of.pictures(catalog, works, language, link), create_parent="div")


def keys(works) -> list[str]:
    return sorted(work.key for work in works)


def pictures(tree):
    """The wide and the tall picture."""
    found = tree.findall(".//svg[@class='sh-timeline__svg']")
    assert len(found) == 2
    return found


def test_each_picture_holds_every_work_once_with_its_link_and_title(catalog):
    for picture in pictures(timeline(catalog)):
        nodes = picture.findall("a")
        assert sorted(node.get("data-key") for node in nodes) == keys(catalog.works)
        for node in nodes:
            shown = catalog.by_key[node.get("data-key")]
            assert node.get("href") == link(shown.key)
            assert node.findtext("title") == f"{shown.title} ({shown.first_public[:4]})"


def test_each_picture_holds_every_edge_once(catalog):
    for picture in pictures(timeline(catalog)):
        lines = [(line.get("data-from"), line.get("data-to")) for line in picture.findall("path")]
        assert sorted(lines) == sorted((d.earlier.key, d.later.key) for d in catalog.descents)


def test_an_edge_is_shown_only_when_both_its_ends_are(catalog):
    some = [catalog.by_key[f"w-2000-n{number}"] for number in (0, 2, 3)]
    for picture in pictures(timeline(catalog, some)):
        assert sorted(node.get("data-key") for node in picture.findall("a")) == keys(some)
        lines = {(line.get("data-from"), line.get("data-to")) for line in picture.findall("path")}
        assert lines == {("w-2000-n0", "w-2000-n2"), ("w-2000-n2", "w-2000-n3")}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_lanes_and_legend_name_what_is_there_in_the_page_s_language(catalog, language):
    tree = timeline(catalog, language=language)
    entries = [item.text_content().strip() for item in tree.findall(".//ul[@class='sh-legend']/li")]
    names = ["One", "Two", "…"] if language == "en" else ["题one", "题two", "…"]
    assert entries[:3] == names, "the lanes; a subtopic stands in that of its parent, the unused one nowhere"
    assert len(entries) == 3 + len({d.edge.type for d in catalog.descents})
    assert [text.text for text in tree.findall(".//text[@class]") if "sh-lane-name" in text.get("class")] == names


def test_years_ascend_and_a_gap_is_marked(catalog):
    wide, tall = pictures(timeline(catalog))
    for picture in (wide, tall):
        assert [text.text for text in picture.findall("text[@class='sh-tick']")] == ["2000", "2001", "2007"]
    assert len(wide.findall("line[@class='sh-grid sh-grid--gap']")) == 1


def numbers(tree) -> list[float]:
    """Every number of a picture's shapes."""
    names = ("d", "x", "y", "cx", "cy", "x1", "y1", "x2", "y2", "viewbox", "width", "height")
    texts = [element.get(name) for element in tree.iter() for name in names if element.get(name)]
    assert not [text for text in texts if re.search("nan|inf", text, re.IGNORECASE)]
    return [float(number) for text in texts for number in re.findall(r"-?\d+(?:\.\d+)?(?:e[-+]?\d+)?", text)]


def test_everything_lies_inside_its_picture_and_no_two_works_on_each_other(catalog):
    for picture in pictures(timeline(catalog)):
        _, _, width, height = (float(number) for number in picture.get("viewbox").split())
        assert all(abs(number) < 10_000 for number in numbers(picture))
        places = [(float(dot.get("cx")), float(dot.get("cy"))) for dot in picture.findall("a/circle")]
        assert len(set(places)) == len(catalog.works)
        assert all(0 < x < width and 0 < y < height for x, y in places)


def test_a_timeline_of_one_work_and_of_none(catalog):
    for works in ([catalog.works[0]], []):
        for picture in pictures(timeline(catalog, works)):
            assert len(picture.findall("a")) == len(works)
            numbers(picture)


def test_text_is_text(catalog):
    tree = timeline(catalog)
    assert not tree.findall(".//b")
    markup = timeline_of.pictures(catalog, catalog.works, "en", link)
    assert markup.count("A &lt;i&gt;long&lt;/i&gt;") > markup.count("<i>") == 0
    nodes = tree.findall(".//a[@data-key='w-2000-n2']")
    assert all(node.findtext("text").startswith('<b>"Tw') for node in nodes)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_links_lead_to_the_pages_of_the_same_language(root, invented, language):
    from shoulders import pages
    from shoulders.settings import load_settings
    from shoulders.view import View

    view = View(invented, load_settings(root), language)
    at = Place(language, addresses.timeline("first-steps"))
    tree = html.fromstring(pages.timeline_page(view, "first-steps").body)
    hrefs = {node.get("href") for node in tree.iterfind(".//svg/a")}
    listed = next(found for found in invented.lists if found.id == "first-steps")
    assert hrefs == {at.link(addresses.work(invented.find(item.key).key)) for item in listed.items}


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("short", 100, "short"),
        ("", 1, ""),
        ("iiii", 1.36, "iiii"),
        ("iiiii", 1.36, "i…"),
        ("注意力机制", 5.0, "注意力机制"),
        ("注意力机制", 4.9, "注意力机…"),
        ("one, two", 2.6, "one…"),
    ],
)
def test_a_label_is_cut_where_it_is_too_wide(text, width, shown):
    assert lineage.shorten(text, width) == shown


def big(count: int) -> Catalog:
    """A catalog of many works over 30 years, each standing on a few."""
    topics = ("one", "two", "inner")
    ends = [tuple({n // 2, n // 3, max(0, n - 7)} - {n}) for n in range(count)]
    works = (work(n, 1990 + n * 30 // count, topic=topics[n % 3], to=ends[n]) for n in range(count))
    return Catalog(works=tuple(works), topics=TOPICS)


def steps(catalog: Catalog) -> int:
    """How many steps of Python drawing a catalog's timeline takes, whatever the machine."""
    count = 0

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal count
        frame.f_trace_lines, frame.f_trace_opcodes = False, True
        count += event == "opcode"
        return trace

    draw = partial(timeline_of.pictures, catalog, catalog.chronological, "en", link)
    draw()  # fills what is remembered
    before = sys.gettrace()
    sys.settrace(trace)
    try:
        draw()
    finally:
        sys.settrace(before)
    return count


def test_eight_times_the_works_take_eight_times_the_steps():
    small, large = big(50), big(400)
    assert len(large.descents) > 8 * len(small.descents) > 800
    assert steps(large) < 10 * steps(small)


def test_a_timeline_of_as_many_works_as_are_drawn_holds_them_all():
    catalog = big(timeline_of.LIMIT)
    markup = timeline_of.pictures(catalog, catalog.chronological, "en", link)
    assert len(markup) < 1000 * (len(catalog.works) + len(catalog.descents))
    for picture in pictures(html.fragment_fromstring(markup, create_parent="div")):
        assert len(picture.findall("a")) == timeline_of.LIMIT
        assert len(picture.findall("path")) == len(catalog.descents)
        numbers(picture)


def test_of_more_works_a_timeline_shows_how_many_each_year_of_each_lane_holds():
    catalog = big(2 * timeline_of.LIMIT)
    [picture] = timeline(catalog).findall(".//svg[@class='sh-timeline__svg']")
    numbers(picture)
    assert not picture.findall("a")
    lanes = [text.text for text in picture.findall("text") if "sh-lane-name" in text.get("class")]
    years = [text.text for text in picture.findall("text[@class='sh-tick']")]
    cells = Counter((work.topics[0].replace("inner", "two").title(), work.year_public) for work in catalog.works)
    assert lanes == sorted({lane for lane, _ in cells})
    assert years == [str(year) for year in sorted({year for _, year in cells})]
    shown = [int(cell.findtext("text")) for cell in picture.findall("g")]
    assert shown == [cells[lane, int(year)] for lane in lanes for year in years if cells[lane, int(year)]]


def test_a_wide_timeline_is_not_much_wider_than_high_and_years_take_more_columns_for_it():
    crowd = tuple(work(number, 2019) for number in range(60))
    catalog = Catalog(works=(*crowd, *(work(60 + number, 2000 + number) for number in range(6))), topics=TOPICS)
    wide, _ = pictures(timeline(catalog))
    width, height = float(wide.get("width")), float(wide.get("height"))
    assert 1 < width / height < 3
    in_2019 = [node for node in wide.findall("a") if catalog.by_key[node.get("data-key")].year == 2019]
    columns = {node.find("circle").get("cx") for node in in_2019}
    assert len(columns) > 1
    by_date = sorted(
        in_2019, key=lambda node: (float(node.find("circle").get("cx")), float(node.find("circle").get("cy")))
    )
    assert [node.get("data-key") for node in by_date] == keys(crowd), "down the first column, then down the next"
