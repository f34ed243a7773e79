"""Rules on who is who: people.yaml and the names that works print.

The grammar of one name is checked by `model`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from shoulders.data import Loaded
from shoulders.model import Author, Person, Work
from shoulders.names import has_cjk
from shoulders.problems import Choices, Problem, expected
from shoulders.rules.checked import Checked, dangling, place
from shoulders.safeyaml import Location

ROLES = ("authors", "editors", "translators")


def _credits(checked: Checked) -> Iterator[tuple[Loaded[Work], Location, Author]]:
    for work in checked.data.works:
        for role in ROLES:
            for number, author in enumerate(getattr(work.record, role)):
                yield work, (role, number), author


def persons_are_known(checked: Checked) -> Iterator[Problem]:
    """`person` at an author is an id of people.yaml."""
    if Person in checked.data.unread:
        return
    known = Choices({*(person.record.id for person in checked.data.people), *checked.data.broken})
    for work, location, author in _credits(checked):
        if author.person:
            yield from dangling(work, [(*location, "person", author.person)], "an id of people.yaml", known)


def native_names_are_known(checked: Checked) -> Iterator[Problem]:
    """A name printed in Chinese script is one that people.yaml knows in Latin script too."""
    directory = checked.catalog.directory
    for work, location, author in _credits(checked):
        printed = author.name or ""
        if not has_cjk(printed) or author.person:
            continue
        if not directory.knows(printed) and not checked.may_be_known(printed):
            yield work.problem(location, expected("a name that people.yaml gives in Latin script too", printed))


def namesakes_are_told_apart(checked: Checked) -> Iterator[Problem]:
    """Where people.yaml has several people of a printed name, the work says which: `person`."""
    directory = checked.catalog.directory
    for work, location, author in _credits(checked):
        people = directory.namesakes(author)
        if len(people) > 1 and not author.person:
            one_of = " or ".join(person.id for person in people)
            printed = author.name or author.organisation
            yield work.problem(location, expected(f"'person: {one_of}' with the name", printed))


def variants_are_apart(checked: Checked) -> Iterator[Problem]:
    """A variant joins works to one person: nobody else prints it, and it differs from the name."""
    directory = checked.catalog.directory
    names: dict[str, list[Loaded[Person]]] = defaultdict(list)
    for person in checked.data.people:
        for printed in {directory.normal(text) for text in (person.record.name, *person.record.variants)}:
            names[printed].append(person)
    for person in checked.data.people:
        for number, variant in enumerate(person.record.variants):
            normal = directory.normal(variant)
            if normal == directory.normal(person.record.name):
                yield person.problem(("variants", number), expected("a spelling that differs from the name", variant))
            others = [other for other in names[normal] if other is not person]
            if others and (_is_name_of(checked, normal, others) or names[normal][0] is not person):
                message = f"expected a spelling that nobody else has, got '{variant}', which {place(others[0])} has"
                yield person.problem(("variants", number), message)


def _is_name_of(checked: Checked, normal: str, people: list[Loaded[Person]]) -> bool:
    return any(checked.catalog.directory.normal(person.record.name) == normal for person in people)


def authors_once(checked: Checked) -> Iterator[Problem]:
    """Nobody is author (or editor, or translator) of one work twice."""
    seen: set[tuple[int, int | str, str]] = set()
    for work, location, author in _credits(checked):
        person = checked.catalog.directory.credit(author).person
        mark = (id(work), location[0], person)
        if mark in seen and (author.person or len(checked.catalog.directory.namesakes(author)) < 2):
            printed = author.name or author.organisation
            yield work.problem(location, f"expected everybody once, got '{printed}' ({person}) again")
        seen.add(mark)


def people_are_used(checked: Checked) -> Iterator[Problem]:
    """A person of people.yaml is credited by some work; rot is seen."""
    for person in checked.data.people:
        p = person.record
        names = [p.id, p.name, *p.variants, *([p.native] if p.native else [])]
        if p.id not in checked.catalog.works_of_person and not checked.may_be_used(*names):
            yield person.problem(("id",), f"expected a person of some work, got '{p.id}', used by no work")
