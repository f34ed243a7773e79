"""Rules on what points where: keys, topics, venues, edges, demos.

People have a module of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, pairwise

from shoulders import ids
from shoulders.data import Loaded, R
from shoulders.model import ReadingList, Topic, Venue, Work
from shoulders.problems import Choices, Problem, expected
from shoulders.rules.checked import Checked, dangling
from shoulders.safeyaml import Location

A_KEY = "the key of a work"
MAX_CYCLES = 1000  # to tell; each is as long as a chain of works may be


def references(checked: Checked) -> Iterator[Problem]:
    """Nothing points to what is not there.

    What points to an entry that is itself broken, or stands in a file that could not be read, is left alone:
    one fault, one problem.
    """
    catalog, data = checked.catalog, checked.data
    topics = Choices({*catalog.topic, *data.broken})
    venues = Choices({*catalog.venue, *data.broken})
    if Work not in data.unread:
        yield from _keys(checked)
    for work in data.works:
        if Topic not in data.unread:
            points = [("topics", i, topic) for i, topic in enumerate(work.record.topics)]
            yield from dangling(work, points, "a topic", topics)
        if work.record.venue and Venue not in data.unread:
            yield from dangling(work, [("venue", work.record.venue)], "a venue of venues.yaml", venues)
    for topic in data.topics:
        if topic.record.parent and Topic not in data.unread:
            yield from dangling(topic, [("parent", topic.record.parent)], "a topic", topics)


def _keys(checked: Checked) -> Iterator[Problem]:
    for work in checked.data.works:
        w = work.record
        yield from dangling(work, [("edges", i, "to", e.to) for i, e in enumerate(w.edges)], A_KEY, checked.keys)
        yield from dangling(work, [("explains", i, key) for i, key in enumerate(w.explains)], A_KEY, checked.keys)
        if w.translation_of:
            yield from dangling(work, [("translation_of", w.translation_of)], A_KEY, checked.keys)
    for topic in checked.data.topics:
        points = [("entry_points", i, key) for i, key in enumerate(topic.record.entry_points)]
        yield from dangling(topic, points, A_KEY, checked.keys)
    for listed in checked.data.lists:
        yield from dangling(listed, _steps(listed), A_KEY, checked.keys)


def _steps(listed: Loaded[ReadingList]) -> list[tuple[str | int, ...]]:
    return [
        ("sections", s, "items", i, "key", item.key)
        for s, section in enumerate(listed.record.sections)
        for i, item in enumerate(section.items)
    ]


def not_to_itself(checked: Checked) -> Iterator[Problem]:
    """No work builds on itself, explains itself or is its own translation."""
    for work in checked.data.works:
        w = work.record
        own = {w.key, *w.aliases}
        points = [
            *((("edges", i, "to"), edge.to) for i, edge in enumerate(w.edges)),
            *((("explains", i), key) for i, key in enumerate(w.explains)),
            (("translation_of",), w.translation_of),
        ]
        for location, key in points:
            if key in own:
                yield work.problem(location, f"expected another work, got '{key}' itself")


def topics_two_levels(checked: Checked) -> Iterator[Problem]:
    """A topic's parent has no parent."""
    topics = checked.catalog.topic
    for loaded in checked.data.topics:
        parent = topics.get(loaded.record.parent or "")
        if parent and (parent.parent or parent.id == loaded.record.id):
            yield loaded.problem(("parent",), expected("a topic of the first level", parent.id))


def edges_once(checked: Checked) -> Iterator[Problem]:
    """A work has one edge to another, by whatever key."""
    for work in checked.data.works:
        seen: set[str] = set()
        for number, edge in enumerate(work.record.edges):
            key = checked.catalog.aliases.get(edge.to, edge.to)
            if key in seen:
                yield work.problem(("edges", number, "to"), f"expected one edge to each work, got '{edge.to}' again")
            seen.add(key)


def edges_point_back(checked: Checked) -> Iterator[Problem]:
    """An edge points to earlier work, by the dates of first publication. A cycle is told as a cycle."""
    undated = {work.record.key for work in checked.data.works if checked.is_wrong(work, "first_public")}
    in_cycle = {(cycle[-2], cycle[-1]) for cycle in islice(_cycles(checked), MAX_CYCLES)}
    for work in checked.data.works:
        w = work.record
        for number, edge in enumerate(w.edges):
            earlier = checked.catalog.find(edge.to)
            if not earlier or {w.key, earlier.key} & undated or (w.key, earlier.key) in in_cycle:
                continue
            if _is_later(earlier, w):
                message = f"expected a work before {w.first_public}, got '{edge.to}' of {earlier.first_public}"
                yield work.problem(("edges", number, "to"), message)


def _is_later(work: Work, than: Work) -> bool:
    return ids.is_later(work.first_public, than.first_public)


def cycles(checked: Checked) -> Iterator[Problem]:
    """Following edges never leads back; each cycle is told once, at an edge to later work if it has one."""
    loaded = {work.record.key: work for work in checked.data.works}
    for cycle in islice(_cycles(checked), MAX_CYCLES):
        work = loaded[cycle[-2]]
        targets = [checked.catalog.find(edge.to) for edge in work.record.edges]
        number = targets.index(checked.catalog.by_key[cycle[-1]])
        shown = cycle if len(cycle) <= 8 else [*cycle[:4], f"... {len(cycle) - 7} more ...", *cycle[-3:]]
        message = f"expected no cycle of edges, got {' -> '.join(shown)}"
        yield work.problem(("edges", number, "to"), message)


def _cycles(checked: Checked) -> Iterator[list[str]]:
    """Each cycle as keys, the first and the last the same; its last step is the one that is wrong."""
    catalog = checked.catalog
    steps = {
        key: [found.key for edge in work.edges if (found := catalog.find(edge.to)) and found.key != key]
        for key, work in catalog.by_key.items()
    }
    done: set[str] = set()
    for root in steps:
        path, on_path, stack = [root], {root}, [iter(() if root in done else steps[root])]
        while stack:
            key = next(stack[-1], None)
            if key is None:
                stack.pop()
                done.add(path[-1])
                on_path.discard(path.pop())
            elif key in on_path:
                yield _turned(checked, [*path[path.index(key) :], key])
            elif key not in done:
                path.append(key)
                on_path.add(key)
                stack.append(iter(steps[key]))


def _turned(checked: Checked, cycle: list[str]) -> list[str]:
    """The same cycle, turned so that its last step leads to later work, where it has such a step."""
    work = checked.catalog.by_key
    wrong = [number for number, (a, b) in enumerate(pairwise(cycle), 1) if _is_later(work[b], work[a])]
    turn = wrong[0] if wrong else len(cycle) - 1
    ring = cycle[:-1]
    ring = ring[turn % len(ring) :] + ring[: turn % len(ring)]
    return [*ring, ring[0]]


def venues_are_used(checked: Checked) -> Iterator[Problem]:
    """A venue of venues.yaml is that of some work; rot is seen."""
    for venue in checked.data.venues:
        name = venue.record.id
        if name not in checked.catalog.works_of_venue and not checked.may_be_used(name):
            yield venue.problem(("id",), f"expected a venue of some work, got '{name}', used by no work")


def demos_name_works(checked: Checked) -> Iterator[Problem]:
    """The card of a demo names the key of a work."""
    for name, key in sorted(checked.demos.items()):
        if key not in checked.keys and Work not in checked.data.unread:
            message = expected(A_KEY, key, checked.keys)
            yield Problem(f"demos/{name}.py", 1, name, "Entry", message)


def concept_pages_exist(checked: Checked) -> Iterator[Problem]:
    """The concept pages that a topic or a section of a reading list names are there."""
    for topic in checked.data.topics:
        yield from _unknown_pages(checked, topic, ("pages",), topic.record.pages)
    for listed in checked.data.lists:
        for number, section in enumerate(listed.record.sections):
            yield from _unknown_pages(checked, listed, ("sections", number, "pages"), section.pages)


def _unknown_pages(checked: Checked, loaded: Loaded[R], location: Location, pages: Sequence[str]) -> Iterator[Problem]:
    for place, page in enumerate(pages):
        if page not in checked.concepts:
            message = expected("the name of a concept page", page, checked.concepts)
            yield loaded.problem((*location, place), message)
