"""The catalog itself: what every work, topic and list has, so that nobody finds an empty place."""

from __future__ import annotations

from pathlib import Path

import pytest

from shoulders.build import open_project
from shoulders.model import LANGUAGES, Work

ROOT = Path(__file__).parent.parent
PROJECT = open_project(ROOT)
CATALOG = PROJECT.catalog
LISTS = {found.id: found for found in CATALOG.lists}
ENTRY_POINTS = 5
UNVERIFIED = 0.10  # the share of works without a second source, at most
WITH_EDGES = 150

# Works of the two lists that stand on nothing of the catalog that is older, and why.
WITHOUT_ANCESTORS = {
    "thunlp-2019-openclap": "a collection of models",
}


def keys_of(name: str) -> list[str]:
    """The works of a list, in order."""
    return [item.key for item in LISTS[name].items]


def ancestors(key: str) -> set[str]:
    """Everything that a work stands on, directly or not."""
    found: set[str] = set()
    waiting = [key]
    while waiting:
        for descent in CATALOG.builds_on.get(waiting.pop(), ()):
            if descent.earlier.key not in found:
                found.add(descent.earlier.key)
                waiting.append(descent.earlier.key)
    return found


@pytest.fixture(params=CATALOG.works, ids=lambda work: work.key)
def work(request) -> Work:
    return request.param


def test_every_work_is_summarised_in_both_languages_on_a_topic_and_in_a_list(work):
    for language in LANGUAGES:
        assert len(getattr(work.summary, language) or "") > 30
    assert work.topics
    assert all(CATALOG.topic[topic].parent for topic in work.topics), "a topic of the second level"
    assert CATALOG.lists_of_work.get(work.key), "add it to a list of lists.yaml"
    assert work.sources


@pytest.mark.parametrize("topic", CATALOG.topics, ids=lambda topic: topic.id)
def test_every_topic_has_a_paragraph_and_five_works_to_begin_with(topic):
    assert len(topic.entry_points) == ENTRY_POINTS
    assert len(topic.summary.en) > 100
    assert len(topic.summary.zh) > 40


def test_two_lists_hold_what_they_are_named_after():
    assert len(keys_of("plm-papers")) == 128
    assert len(keys_of("vision-modules")) == 72  # 75 modules with a paper, three of them named twice
    assert [section.title.en for section in LISTS["plm-papers"].sections if section.title] == [
        "Open models", "Survey", "Models", "Compression and acceleration", "Analysis", "Fine-tuning and adaptation",
        "Tutorial and resource",
    ]  # fmt: skip


def test_few_works_are_not_verified():
    assert len(CATALOG.unverified) <= UNVERIFIED * len(CATALOG.works)


def test_many_works_have_edges():
    assert sum(1 for work in CATALOG.works if work.edges) >= WITH_EDGES


@pytest.mark.parametrize("key", [*keys_of("plm-papers"), *keys_of("vision-modules")])
def test_every_paper_of_the_lists_reaches_back_to_the_fourteen_or_to_their_roots(key):
    old = {*keys_of("reinvent-bert"), *keys_of("roots")}
    reached = bool(old & {key, *ancestors(key)})
    assert reached or key in WITHOUT_ANCESTORS
    assert not (reached and key in WITHOUT_ANCESTORS)
