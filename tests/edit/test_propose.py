"""Topics by the words of a work, and the works of the catalog that it may stand on."""

from __future__ import annotations

import pytest
from tests.builders import make_work

from shoulders.catalog import Catalog
from shoulders.edit.propose import ANCESTORS, Proposer
from shoulders.model import Edge, Text, Topic
from shoulders.readers import Entry

TOPICS = [
    Topic(id=name, name=Text(en=name.title(), zh="题"), summary=Text(en=summary, zh="题"))
    for name, summary in (
        ("doors", "Doors, hinges and gates."),
        ("counting", "Counting tokens and words."),
        ("windows", "Windows, panes and light."),
        ("locks", "Locks and keys."),
    )
]
WHY = Text(en="Opens it.", zh="打开。")
WORKS = [
    make_work("elm-2010-doors", title="Doors", authors=["Rosa Elm"], first_public="2010-03", topics=["doors"]),
    make_work("oak-2012-panes", title="Panes", authors=["Peter Oak"], first_public="2012-05-07", topics=["windows"]),
    make_work(
        "shao-2013-numbers", title="Numbers", authors=["Yan Shao"], first_public="2013", topics=["counting", "windows"],
        edges=[Edge(to="oak-2012-panes", type="extends", why=WHY)],
    ),
]  # fmt: skip
PROPOSER = Proposer(Catalog(works=tuple(WORKS), topics=tuple(TOPICS)))


def cited(*titles: str) -> list[Entry]:
    return [Entry(line=0, key="", type="misc", title=title) for title in titles]


@pytest.mark.parametrize(
    ("titles", "before", "keys"),
    [
        (("Doors", "Panes", "Numbers"), "2020", ["oak-2012-panes", "elm-2010-doors", "shao-2013-numbers"]),
        (("Doors", "doors.", "Nothing We Have", ""), "2020", ["elm-2010-doors"]),
        (("Doors", "Panes", "Numbers"), "2012-05-06", ["elm-2010-doors"]),
        (("Doors", "Panes"), "2012-05", ["oak-2012-panes", "elm-2010-doors"]),
    ],
    ids=["most stood upon first, then the oldest", "each once", "nothing of later", "as far as dates tell"],
)
def test_it_may_stand_on_what_it_cites(titles, before, keys):
    assert [work.key for work in PROPOSER.ancestors(cited(*titles), before=before)] == keys


def test_no_more_works_than_one_reads_through():
    works = [make_work(f"elm-20{n:02d}-w{n}", title=f"Work {n}", year=2000 + n) for n in range(10, 40)]
    found = Proposer(Catalog(works=tuple(works))).ancestors(cited(*(work.title for work in works)), before="2099")
    assert len(found) == ANCESTORS


@pytest.mark.parametrize(
    ("title", "abstract", "stood_upon", "topics"),
    [
        ("Counting Tokens", "", [], ["counting"]),
        ("Counting Tokens Behind Doors and Gates", "", [], ["doors", "counting"]),
        ("On Hinges", "We count the words on doors.", [], ["doors"]),
        ("A Study", "Of nothing here.", [], []),
        ("A Study", "Of nothing here.", [WORKS[1]], ["windows"]),
        ("A Study", "Of nothing here.", [WORKS[2]], ["counting"]),
    ],
)
def test_topics_come_from_its_words_and_from_what_it_cites(title, abstract, stood_upon, topics):
    assert PROPOSER.topics(title, abstract, stood_upon) == topics


def test_without_topics_there_are_none():
    assert Proposer(Catalog()).topics("Counting", "Doors", []) == []
