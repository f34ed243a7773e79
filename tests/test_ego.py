"""The picture of one work's lineage: who stands where, how edges are told apart, and what is left out of many."""

from __future__ import annotations

import pytest
from lxml import html
from tests.test_lineage import TOPICS, link, numbers, work

from shoulders import ego, lineage
from shoulders.catalog import Catalog


@pytest.fixture(scope="module")
def catalog():
    works = (
        work(0, 2000),
        work(1, 2000, topic="two", to=(0,)),
        work(2, 2001, topic="inner", to=(0, 1), nickname='<b>"Two" & more</b>'),
        work(3, 2001, topic="", to=(2,)),
    )
    return Catalog(works=works, topics=TOPICS)


def pictures(catalog, key):
    """The wide and the narrow picture of a work, and the key to its lines."""
    tree = html.fragment_fromstring(ego.ego_picture(catalog, catalog.by_key[key], "en", link))
    wide, narrow, legend = tree
    assert [wide.get("class"), narrow.get("class")] == ["sh-ego__wide", "sh-ego__narrow"]
    return wide, narrow, legend


def left(node) -> float:
    """Where a box begins."""
    return float(node.find("rect").get("x"))


def test_what_a_work_stands_on_is_left_and_what_stands_on_it_right(catalog):
    for picture in pictures(catalog, "w-2000-n2")[:2]:
        nodes = {node.get("data-key"): node for node in picture.findall("a")}
        assert list(nodes) == ["w-2000-n0", "w-2000-n1", "w-2000-n3"]
        assert [node.get("href") for node in nodes.values()] == [link(key) for key in nodes]
        [own] = picture.findall("g[@class='sh-node sh-node--self sh-lane-1']")
        assert left(nodes["w-2000-n0"]) == left(nodes["w-2000-n1"]) < left(own) < left(nodes["w-2000-n3"])
        numbers(picture)


def test_each_edge_has_the_sign_of_its_type_and_the_key_names_those_that_are_there(catalog):
    types = [d.edge.type for d in (*catalog.builds_on["w-2000-n2"], *catalog.led_to["w-2000-n2"])]
    assert len(set(types)) == 3
    wide, narrow, legend = pictures(catalog, "w-2000-n2")
    for picture in (wide, narrow):
        assert [path.get("class") for path in picture.findall("path")] == [f"sh-line sh-line--{kind}" for kind in types]
        signs = [path.get("d") for path in picture.findall("g[@class='sh-sign']/path")]
        assert signs == [lineage.SIGNS[kind] for kind in types]
    assert len(set(lineage.SIGNS.values())) == len(lineage.SIGNS), "no two types look alike"
    assert {path.get("d") for path in legend.findall(".//g/path")} == set(signs)


def test_text_is_text(catalog):
    wide, _, _ = pictures(catalog, "w-2000-n2")
    assert wide.get("aria-label") == 'Lineage of <b>"Two" & more</b>'
    assert not wide.findall(".//b")


def test_of_many_heirs_those_are_drawn_that_matter_most_to_others_and_the_rest_is_counted():
    heirs = tuple(work(number, 2001, to=(0,)) for number in range(1, 100))
    famous = (7, 50, 98)
    grandchildren = tuple(work(100 + number, 2002, to=(famous[number % 3],)) for number in range(9))
    catalog = Catalog(works=(work(0, 2000), *heirs, *grandchildren), topics=TOPICS)
    for picture in pictures(catalog, "w-2000-n0")[:2]:
        nodes = [node.get("data-key") for node in picture.findall("a[@data-key]")]
        assert len(nodes) == ego.LIMIT - 1
        assert {f"w-2000-n{number}" for number in famous} < set(nodes)
        dates = {work.key: number for number, work in enumerate(catalog.chronological)}
        assert nodes == sorted(nodes, key=dates.__getitem__), "in time order"
        [more] = picture.findall("a[@class='sh-ego__more']")
        assert more.get("href") == "#led-to"
        assert more.text_content() == f"and {99 - len(nodes)} more, below"
        assert float(picture.get("height")) < 700


def test_a_work_without_lineage_has_a_picture_of_itself_alone():
    catalog = Catalog(works=(work(0, 2000),), topics=TOPICS)
    wide, narrow, legend = pictures(catalog, "w-2000-n0")
    assert not wide.findall("a")
    assert not narrow.findall("a")
    assert len(legend) == 0
