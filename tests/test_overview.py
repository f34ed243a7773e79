"""The timeline at a glance: every work that has a topic is in one dot, whose area tells how many are."""

from __future__ import annotations

from itertools import pairwise

import pytest
from tests.builders import make_work
from tests.test_lineage import TOPICS

from shoulders.catalog import Catalog
from shoulders.overview import NAMED, Overview, overview


def catalog(*places: tuple[str, int]) -> Catalog:
    """A work for each topic and year."""
    works = [
        make_work(f"w-2000-n{number}", first_public=str(year), year=year, topics=[topic] if topic else [])
        for number, (topic, year) in enumerate(places)
    ]
    return Catalog(works=tuple(works), topics=TOPICS)


def test_a_dot_stands_in_its_year_and_its_area_tells_how_many_works_there_are():
    found = overview(catalog(("one", 1997), *[("two", 2003)] * 2, *[("inner", 2003)] * 7, ("", 2011)))
    assert found.years == (1997, 2003, 2011)
    assert [lane.topic.id for lane in found.lanes] == ["one", "two"], "a topic without works takes no room"
    ((first,), (second,)) = (lane.dots for lane in found.lanes)
    assert (first.column, second.column) == (1, 2)
    assert first.size**2 * 9 == pytest.approx(second.size**2)
    assert second.size == 1


def test_an_empty_catalog_has_nothing_to_show():
    assert overview(Catalog()) == Overview((), ())
    assert overview(Catalog()).named == []


@pytest.mark.parametrize("count", [1, 5, 6, 7, 22, 61])
def test_few_years_are_named_equally_far_apart_and_the_last_is_one_of_them(count):
    years = tuple(range(1900, 1900 + 3 * count, 3))
    named = Overview(years, ()).named
    assert len(named) <= NAMED
    assert named[-1] == (count, years[-1])
    assert all(years[column - 1] == year for column, year in named)
    assert len({after[0] - before[0] for before, after in pairwise(named)}) <= 1
