"""Entries of other bibliographies are found again in the catalog: by identifiers, else by title and first author."""

from __future__ import annotations

import pytest
from tests.builders import make_work

from shoulders.catalog import Catalog
from shoulders.matching import Finder, same_family
from shoulders.names import parse_name
from shoulders.readers import Entry

WORKS = (
    make_work(
        "van-den-berk-2019-doors",
        title="Half-Open Doors",
        authors=["van den Berk, Joris", "Ida Good"],
        arxiv="1905.00001",
        doi="10.5555/CIL.7",
        aliases=["berk-2018-doors"],
    ),
    make_work("good-2020-doors", title="Half-open doors!", authors=["Ida Good"], arxiv="2001.00002"),
    make_work(
        "shao-2018-yeli", title="夜里数词", romanised="Yeli shu ci", language="zh", authors=["Shao, Yan"],
        translated={"en": "Counting at Night"},
    ),
)  # fmt: skip
FINDER = Finder(Catalog(works=WORKS))


def found(**fields) -> list[str]:
    """The keys of the works that an entry may be."""
    return [work.key for work in FINDER.find(Entry(**{"line": 1, "key": "x", "type": "misc", **fields}))]


@pytest.mark.parametrize(
    ("fields", "keys"),
    [
        ({"doi": "10.5555/cil.7"}, ["van-den-berk-2019-doors"]),
        ({"arxiv": "2001.00002", "title": "Another"}, ["good-2020-doors"]),
        ({"key": "berk-2018-doors"}, ["van-den-berk-2019-doors"]),
        ({"doi": "10.5555/cil.7", "arxiv": "2001.00002"}, ["van-den-berk-2019-doors", "good-2020-doors"]),
        ({"title": "HALF OPEN DOORS"}, ["van-den-berk-2019-doors", "good-2020-doors"]),
        ({"title": "Half-Open Doors", "authors": (parse_name("J. Vandenberk"),)}, ["van-den-berk-2019-doors"]),
        ({"title": "Half-Open Doors", "authors": (parse_name("I. Good"),)}, ["good-2020-doors"]),
        ({"title": "Half-Open Doors", "authors": (parse_name("A. Else"),)}, []),
        ({"title": "Counting at night"}, ["shao-2018-yeli"]),
        ({"title": "yeli shu ci"}, ["shao-2018-yeli"]),
        ({"title": "Shut Doors"}, []),
        ({"title": ""}, []),
    ],
)
def test_works_are_found_by_their_marks_and_else_by_title_and_first_author(fields, keys):
    assert found(**fields) == keys


@pytest.mark.parametrize(
    ("ours", "theirs", "same"),
    [
        ("Müller, Jörg", "Muller, J.", True),
        ("van den Oord, Aäron", "Oord, Aaron van den", True),
        ("van den Oord, Aäron", "Vandenoord, A", True),
        ("Shan, Chung-chieh", "Chung-chieh, Shan", False),
        ("Good, Ida", "Goode, Ida", False),
    ],
)
def test_family_names_are_the_same_but_for_accents_and_particles(ours, theirs, same):
    assert same_family(parse_name(ours), parse_name(theirs)) is same
