"""The lineage as data: columns in time order that agree with the catalog, in pieces, the same every time."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from tests.builders import edge, make_work

from shoulders import lineage_data, mathml
from shoulders.catalog import Catalog
from shoulders.model import EDGE_TYPES, ReadingList


def read(catalog, verified=()):
    """The pieces by name, read."""
    files = dict(lineage_data.files(catalog, verified))
    assert all(path.startswith("lineage/") and path.endswith(".json") for path in files)
    return {path.removeprefix("lineage/").removesuffix(".json"): json.loads(text) for path, text in files.items()}


@pytest.fixture(scope="module")
def data(invented):
    return read(invented, {invented.chronological[1].key})


def test_works_stand_in_time_order_with_their_edges(data, invented):
    works = data["works-0"]
    assert works["key"] == [work.key for work in invented.chronological]
    assert works["date"] == [work.first_public for work in invented.chronological]
    assert works["runs"] == [1]
    assert works["retracted"] == [i for i, work in enumerate(invented.chronological) if work.retracted]
    edges = {
        (works["key"][later], works["key"][flat[i]], EDGE_TYPES[flat[i + 1]])
        for later, flat in enumerate(works["on"])
        for i in range(0, len(flat), 2)
    }
    assert edges == {(d.later.key, d.earlier.key, d.edge.type) for d in invented.descents}
    assert edges


def test_topics_lists_and_former_keys_point_to_numbers(data, invented):
    index, works = data["index"], data["works-0"]
    assert index["works"] == len(invented.works)
    for number, work in enumerate(invented.chronological):
        assert [index["topics"][place]["id"] for place in works["topics"][number]] == list(work.topics)
    for shown, kept in zip(index["lists"], invented.lists, strict=True):
        keys = [invented.find(item.key).key for item in kept.items]
        assert [works["key"][number] for number in shown["works"]] == keys
    assert {alias: works["key"][number] for alias, number in index["aliases"].items()} == invented.aliases
    assert invented.aliases


@pytest.mark.parametrize("language", ["en", "zh"])
def test_sentences_stand_at_the_later_work_in_the_order_of_its_edges(data, invented, language):
    sentences = data[f"why-{language}-0"]
    for work, told in zip(invented.chronological, sentences, strict=True):
        descents = invented.builds_on.get(work.key, ())
        assert len(told) == len(descents)
        for descent, sentence in zip(descents, told, strict=True):
            why = descent.edge.why
            if isinstance(sentence, str):
                assert sentence == why.get(language)
            else:
                assert sentence.get("lang", language) == why.language(language)


def test_titles_say_their_language_where_it_is_not_english(data, invented):
    for work, title in zip(invented.chronological, data["titles-0"], strict=True):
        assert title == (work.title if work.language == "en" else {"text": work.title, "lang": work.language})


def test_a_sentence_with_a_formula_comes_in_parts_and_one_that_is_missing_in_the_other_language():
    why = {"en": "Scales by $d$, <b>always</b>."}
    works = (make_work("one-2000-a"), make_work("two-2001-b", edges=[edge("one-2000-a", why=why)]))
    made = read(Catalog(works=works))
    formula = mathml.parts("$d$")[0]
    assert isinstance(formula, list)
    assert formula[0] == "math"
    parts = ["Scales by ", formula, ", <b>always</b>."]
    assert made["why-en-0"][1] == [{"text": parts}]
    assert made["why-zh-0"][1] == [{"text": parts, "lang": "en"}]


def test_a_name_too_long_for_any_picture_is_cut():
    made = read(Catalog(works=(make_work("one-2000-a", title="wonder " * 50),)))
    assert made["works-0"]["short"][0].endswith("…")
    assert len(made["works-0"]["short"][0]) < 60


def test_many_works_come_in_pieces():
    works = tuple(make_work(f"n-2000-n{n:04}", first_public="2000") for n in range(1001))
    made = read(Catalog(works=works))
    assert {name for name in made if not name.startswith("why-zh")} == {
        *("index", "works-0", "works-1", "titles-0", "titles-1"),
        *(f"why-en-{number}" for number in range(5)),
    }
    assert made["works-1"]["key"] == ["n-2000-n1000"]


def test_the_version_changes_with_what_is_told_and_with_nothing_else(invented):
    def version(catalog):
        return read(catalog)["index"]["version"]

    assert version(invented) == version(invented)
    assert version(invented) != version(replace(invented, works=invented.works[1:]))


def test_a_list_keeps_its_order_and_follows_former_keys():
    works = (
        make_work("one-2000-a", first_public="2000"),
        make_work("two-2001-b", first_public="2001", aliases=["old-1999-b"]),
    )
    both = {"en": "L", "zh": "单"}
    items = [{"key": "old-1999-b"}, {"key": "one-2000-a"}]
    listed = ReadingList.model_validate({"id": "l", "title": both, "summary": both, "sections": [{"items": items}]})
    made = read(Catalog(works=works, lists=(listed,)))
    assert made["index"]["lists"] == [{"id": "l", "name": both, "works": [1, 0]}]
