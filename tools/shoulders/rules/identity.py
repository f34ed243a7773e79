"""Rules on what there may be only one of: keys, ids, works, values of a list.

Says nothing about people, whose names may be shared (see `people`).
"""

from __future__ import annotations

from collections.abc import Iterator

from shoulders import ids
from shoulders.data import Loaded
from shoulders.data import identity as name_of
from shoulders.model import Record, Work
from shoulders.problems import Problem
from shoulders.rules.checked import Checked, normal_title, place, repeated
from shoulders.safeyaml import Location

IDENTIFIERS = {"arxiv": "an arXiv id", "doi": "a DOI", "acl": "an ACL id", "openreview": "an OpenReview id"}
NAMES = {**IDENTIFIERS, "isbn": "an ISBN", "title": "a title"}


def unique_ids(checked: Checked) -> Iterator[Problem]:
    """Keys and former keys are unique ignoring case; so are the ids of each other file."""
    data = checked.data
    keys: list[tuple[Loaded[Work], Location, str]] = []
    for work in data.works:
        keys.append((work, ("key",), work.record.key))
        for number, alias in enumerate(work.record.aliases):
            if alias in (work.record.key, *work.record.aliases[:number]):
                yield work.problem(("aliases", number), f"expected a former key, named once, got '{alias}'")
            else:
                keys.append((work, ("aliases", number), alias))
    keys.sort(key=lambda found: found[1] != ("key",))  # the key stays, the alias is what clashes
    yield from repeated(keys, "a key")
    groups: tuple[list[Loaded[Record]], ...] = ([*data.people], [*data.venues], [*data.topics], [*data.lists])
    for group in groups:
        yield from repeated([(loaded, ("id",), name_of(loaded.record)) for loaded in group], "an id")


def unique_works(checked: Checked) -> Iterator[Problem]:
    """One work, one entry: no arXiv id, DOI, ACL id, ISBN of a book or title of a paper stands twice."""
    first: dict[tuple[str, str], Loaded[Work]] = {}
    for work in checked.data.works:
        told = {work.record.key.casefold()}  # of two entries that share more than this, once is enough
        for name, value in _marks(work.record):
            other = first.setdefault((name, value.casefold()), work)
            if other is not work and other.record.key.casefold() not in told:
                told.add(other.record.key.casefold())
                got = "" if name == "title" else f" '{getattr(work.record, name)}', which is"
                message = f"expected {NAMES[name]} of its own, got{got} that of {place(other)}"
                yield work.problem((name,), message)


def _marks(work: Work) -> Iterator[tuple[str, str]]:
    """What tells a work from every other. Chapters share the ISBN of their book, editions its title."""
    for name in IDENTIFIERS:
        if value := getattr(work, name):
            yield name, value
    if work.isbn and work.entry_type == "book":
        yield "isbn", ids.isbn_13(work.isbn)
    if work.kind == "paper" and (title := normal_title(work.title)):
        yield "title", title


def values_once(checked: Checked) -> Iterator[Problem]:
    """Topics, companions, sources and other plain lists name nothing twice."""
    plain = ("topics", "explains", "protect", "unverified", "sources", "entry_points", "variants")
    for loaded in checked.records:
        for name in plain:
            values: tuple[str, ...] = getattr(loaded.record, name, ())
            yield from _twice(loaded, [((name, number), value) for number, value in enumerate(values)])
        links = getattr(loaded.record, "links", ())
        yield from _twice(loaded, [(("links", number, "url"), link.url) for number, link in enumerate(links)])


def _twice(loaded: Loaded[Record], values: list[tuple[Location, str]]) -> Iterator[Problem]:
    seen: set[str] = set()
    for location, value in values:
        if value in seen:
            yield loaded.problem(location, f"expected everything once, got '{value}' again")
        seen.add(value)


def list_items_once(checked: Checked) -> Iterator[Problem]:
    """A reading list names a work once, by whatever key."""
    current = checked.catalog.aliases
    for listed in checked.data.lists:
        items = [
            (("sections", s, "items", i, "key"), current.get(item.key, item.key))
            for s, section in enumerate(listed.record.sections)
            for i, item in enumerate(section.items)
        ]
        yield from _twice(listed, [*items])
