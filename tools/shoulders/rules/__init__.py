"""What the records say about each other: one small function per rule.

Each rule takes the loaded data and yields problems. Fields by themselves are checked by `model`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from shoulders import ids
from shoulders.catalog import Catalog
from shoulders.load import Data, Loaded, R, identity
from shoulders.model import LANGUAGES, Author, EntryType, Record, Text, Work
from shoulders.names import has_cjk
from shoulders.problems import Problem, expected
from shoulders.safeyaml import Location

LANGUAGE_NAMES = {"en": "English", "zh": "Chinese"}

REQUIRED: Mapping[EntryType, Sequence[str]] = {
    "article": ("authors", "venue"),
    "inproceedings": ("authors", "booktitle"),
    "book": ("authors|editors", "publisher"),
    "incollection": ("authors", "booktitle", "publisher", "editors"),
    "techreport": ("authors", "institution"),
    "thesis": ("authors", "school"),
    "preprint": ("authors", "arxiv|url"),
    "software": ("url",),
    "online": ("url",),
}
"""What BibTeX and biblatex require of each type; `a|b` asks for one of the two."""


@dataclass(frozen=True)
class Checked:
    """The loaded data with the look-ups that several rules need."""

    data: Data
    demo_names: frozenset[str] = field(default_factory=frozenset)

    @cached_property
    def catalog(self) -> Catalog:
        """The records as a catalog."""
        return to_catalog(self.data)

    @cached_property
    def keys(self) -> frozenset[str]:
        """Every key and former key."""
        return frozenset(self.catalog.by_key) | frozenset(self.catalog.aliases)

    @cached_property
    def records(self) -> list[Loaded[Record]]:
        """All records of all files."""
        data = self.data
        return [*data.works, *data.people, *data.venues, *data.topics, *data.lists]


def to_catalog(data: Data, demos: Mapping[str, str] | None = None) -> Catalog:
    """The records without their places."""
    return Catalog(
        works=tuple(loaded.record for loaded in data.works),
        people=tuple(loaded.record for loaded in data.people),
        venues=tuple(loaded.record for loaded in data.venues),
        topics=tuple(loaded.record for loaded in data.topics),
        lists=tuple(loaded.record for loaded in data.lists),
        demos=dict(demos or {}),
    )


def check(data: Data) -> list[Problem]:
    """Every problem of the data, those met while reading included, by file and line."""
    checked = Checked(data)
    found = [problem for rule in RULES for problem in rule(checked)]
    return sorted({*data.problems, *found})


def _repeated(loaded: Iterable[tuple[Loaded[Record], Location, str]], what: str) -> Iterator[Problem]:
    """A problem for every value that stands a second time, ignoring case."""
    first: dict[str, Loaded[Record]] = {}
    for record, location, value in loaded:
        folded = value.casefold()
        other = first.setdefault(folded, record)
        if other is not record:
            where = f"{identity(other.record)} ({other.path}:{other.block.line})"
            yield record.problem(location, f"expected {what} of its own, got '{value}', which {where} has")


def unique_ids(checked: Checked) -> Iterator[Problem]:
    """Keys and former keys are unique ignoring case; so are the ids of each other file."""
    data = checked.data
    keys: list[tuple[Loaded[Record], Location, str]] = []
    for work in data.works:
        keys.append((work, ("key",), work.record.key))
        seen = {work.record.key}
        for number, alias in enumerate(work.record.aliases):
            if alias in seen:
                yield work.problem(("aliases", number), f"expected a former key, named once, got '{alias}'")
            else:
                keys.append((work, ("aliases", number), alias))
            seen.add(alias)
    yield from _repeated(keys, "a key")
    for group in (data.people, data.venues, data.topics, data.lists):
        yield from _repeated([(loaded, ("id",), identity(loaded.record)) for loaded in group], "an id")


def unique_works(checked: Checked) -> Iterator[Problem]:
    """One work, one entry: no arXiv id, DOI, ACL id, ISBN or title stands twice."""
    for name in ("arxiv", "doi", "acl", "isbn", "openreview"):
        having = [
            (work, (name,), str(value).replace("-", "") if name == "isbn" else str(value))
            for work in checked.data.works
            if (value := getattr(work.record, name))
        ]
        yield from _repeated(having, f"a{'n' if name[0] in 'aio' else ''} {name}")
    papers = [work for work in checked.data.works if work.record.kind == "paper"]
    titles: dict[str, Loaded[Work]] = {}
    for work in papers:
        other = titles.setdefault(normal_title(work.record.title), work)
        if other is not work:
            where = f"{other.record.key} ({other.path}:{other.block.line})"
            yield work.problem(("title",), f"expected a title of its own, got that of {where}")


def normal_title(title: str) -> str:
    """A title without case, accents, spaces and punctuation, to tell whether two are the same."""
    plain = unicodedata.normalize("NFKD", title).casefold()
    return "".join(c for c in plain if c.isalnum())


def references(checked: Checked) -> Iterator[Problem]:
    """Nothing points to what is not there: keys, topics, venues, people.

    What points to a record that is itself broken is left alone: one fault, one problem.
    """
    catalog, broken = checked.catalog, checked.data.broken
    keys, topics, venues = checked.keys | broken, set(catalog.topic) | broken, set(catalog.venue) | broken
    for work in checked.data.works:
        w = work.record
        yield from _dangling(work, (("edges", i, "to", e.to) for i, e in enumerate(w.edges)), "the key of a work", keys)
        yield from _dangling(work, (("explains", i, k) for i, k in enumerate(w.explains)), "the key of a work", keys)
        if w.translation_of:
            yield from _dangling(work, [("translation_of", w.translation_of)], "the key of a work", keys)
        yield from _dangling(work, (("topics", i, t) for i, t in enumerate(w.topics)), "a topic", topics)
        if w.venue:
            yield from _dangling(work, [("venue", w.venue)], "a venue of venues.yaml", venues)
    for topic in checked.data.topics:
        points = [("entry_points", i, k) for i, k in enumerate(topic.record.entry_points)]
        yield from _dangling(topic, points, "the key of a work", keys)
        if topic.record.parent:
            yield from _dangling(topic, [("parent", topic.record.parent)], "a topic", topics)
    for listed in checked.data.lists:
        items = [
            ("sections", s, "items", i, "key", item.key)
            for s, section in enumerate(listed.record.sections)
            for i, item in enumerate(section.items)
        ]
        yield from _dangling(listed, items, "the key of a work", keys)


def _dangling(
    loaded: Loaded[R], points: Iterable[tuple[str | int, ...]], what: str, known: Collection[str]
) -> Iterator[Problem]:
    for *location, value in points:
        if value not in known:
            yield loaded.problem(tuple(location), expected(what, value, known))


def topics_two_levels(checked: Checked) -> Iterator[Problem]:
    """A topic's parent has no parent."""
    topics = checked.catalog.topic
    for loaded in checked.data.topics:
        parent = topics.get(loaded.record.parent or "")
        if parent and (parent.parent or parent.id == loaded.record.id):
            yield loaded.problem(("parent",), expected("a topic of the first level", parent.id))


def authors(checked: Checked) -> Iterator[Problem]:
    """An author is a name or an organisation; `person` names a namesake; Chinese script is known."""
    directory = checked.catalog.directory
    for work in checked.data.works:
        for role in ("authors", "editors", "translators"):
            for number, author in enumerate(getattr(work.record, role)):
                location = (role, number)
                yield from _author(work, location, author)
                printed = author.name or author.organisation or ""
                if author.name and has_cjk(printed) and not author.person and not directory.knows(printed):
                    message = f"expected a name that people.yaml knows in Latin script too, got '{printed}'"
                    yield work.problem(location, message)


def _author(work: Loaded[Work], location: Location, author: Author) -> Iterator[Problem]:
    if bool(author.name) == bool(author.organisation):
        yield work.problem(
            location, "expected a name or an organisation, got " + ("both" if author.name else "nothing")
        )


def people_are_apart(checked: Checked) -> Iterator[Problem]:
    """A printed name belongs to one record of `people.yaml`."""
    printed: list[tuple[Loaded[Record], Location, str]] = []
    for person in checked.data.people:
        printed += [(person, ("variants", i), variant) for i, variant in enumerate(person.record.variants)]
        if person.record.native:
            printed.append((person, ("native",), person.record.native))
    yield from _repeated(printed, "a printed name")


def edges_point_back(checked: Checked) -> Iterator[Problem]:
    """An edge points to earlier work, by the dates of first publication, and stands once."""
    for work in checked.data.works:
        seen: set[str] = set()
        for number, edge in enumerate(work.record.edges):
            earlier = checked.catalog.find(edge.to)
            if edge.to in seen:
                yield work.problem(("edges", number, "to"), f"expected one edge to each work, got again '{edge.to}'")
            seen.add(edge.to)
            if earlier and ids.is_later(earlier.first_public, work.record.first_public):
                message = (
                    f"expected a work before {work.record.first_public}, got '{edge.to}' of {earlier.first_public}"
                )
                yield work.problem(("edges", number, "to"), message)


def no_cycles(checked: Checked) -> Iterator[Problem]:
    """Following edges never leads back; each cycle is told once."""
    catalog = checked.catalog
    loaded = {work.record.key: work for work in checked.data.works}
    state: dict[str, int] = {}
    for root in loaded:
        if state.get(root):
            continue
        stack = [(root, iter(catalog.by_key[root].edges))]
        state[root] = 1
        while stack:
            key, edges = stack[-1]
            edge = next(edges, None)
            if edge is None:
                state[key] = 2
                stack.pop()
                continue
            target = catalog.find(edge.to)
            if target is None or target.key not in loaded:
                continue
            if state.get(target.key) == 1:
                path = [k for k, _ in stack]
                cycle = " -> ".join([*path[path.index(target.key) :], target.key])
                number = catalog.by_key[key].edges.index(edge)
                yield loaded[key].problem(("edges", number, "to"), f"expected no cycle of edges, got {cycle}")
            elif not state.get(target.key):
                state[target.key] = 1
                stack.append((target.key, iter(target.edges)))


def years(checked: Checked) -> Iterator[Problem]:
    """The years of first publication, of the version to cite and of the arXiv id agree."""
    for work in checked.data.works:
        w = work.record
        public = w.first_public
        if w.year < int(public[:4]):
            yield work.problem(("year",), expected(f"a year not before first_public ({public})", w.year))
        if w.arxiv:
            month = ids.arxiv_month(w.arxiv)
            if ids.is_later(public, month):
                message = expected(f"a date not after the month of arXiv:{w.arxiv} ({month})", public)
                yield work.problem(("first_public",), message)
            if w.entry_type == "preprint" and w.year != int(month[:4]):
                yield work.problem(("year",), expected(f"the year of arXiv:{w.arxiv} ({month[:4]})", w.year))
        elif w.arxiv_class:
            yield work.problem(("arxiv_class",), f"expected an arxiv id with it, got only '{w.arxiv_class}'")


def required_fields(checked: Checked) -> Iterator[Problem]:
    """What BibTeX and biblatex require of each type; a repository has a licence."""
    for work in checked.data.works:
        w = work.record
        if w.kind == "paper" and not w.type:
            yield work.problem(("type",), "expected a type (inproceedings, article, preprint, ...), got nothing")
            continue
        for name in REQUIRED[w.entry_type]:
            if not any(getattr(w, part) for part in name.split("|")):
                message = f"expected {name.replace('|', ' or ')} for type {w.entry_type}, got nothing"
                yield work.problem((name.split("|")[0],), message)
        if w.kind == "repo" and not w.licence:
            yield work.problem(
                ("licence",), "expected the licence of the repository, or that there is none, got nothing"
            )
        if w.kind != "paper" and w.type and w.type in ("inproceedings", "preprint"):
            yield work.problem(("type",), expected(f"a type that fits the kind {w.kind}", w.type))


def chinese_is_romanised(checked: Checked) -> Iterator[Problem]:
    """A title in Chinese script has a romanised form (for keys and ASCII BibTeX) and an English translation."""
    for work in checked.data.works:
        w = work.record
        if has_cjk(w.title):
            if not w.romanised:
                yield work.problem(("romanised",), "expected the title in pinyin, got nothing")
            elif not w.romanised.isascii():
                yield work.problem(("romanised",), expected("pinyin in ASCII, without tones", w.romanised))
            if not (w.translated and w.translated.en):
                yield work.problem(("translated", "en"), "expected the title in English, got nothing")


def both_languages(checked: Checked) -> Iterator[Problem]:
    """Every text stands in English and in Chinese, and Chinese text is Chinese."""
    for loaded in checked.records:
        for location, text in _texts(loaded.record, ()):
            if location[-1] == "translated":
                continue
            for language in LANGUAGES:
                if not getattr(text, language):
                    message = f"expected a text in {LANGUAGE_NAMES[language]}, got nothing"
                    yield loaded.problem((*location, language), message)


def _texts(value: object, location: Location) -> Iterator[tuple[Location, Text]]:
    if isinstance(value, Text):
        yield location, value
    elif isinstance(value, Record):
        for name in type(value).model_fields:
            yield from _texts(getattr(value, name), (*location, name))
    elif isinstance(value, tuple):
        for number, part in enumerate(value):
            yield from _texts(part, (*location, number))


def unverified_fields_exist(checked: Checked) -> Iterator[Problem]:
    """`unverified` names fields of the entry; an unverified entry says which."""
    names = frozenset(Work.model_fields)
    for work in checked.data.works:
        yield from _dangling(
            work, (("unverified", i, name) for i, name in enumerate(work.record.unverified)), "a field", names
        )


def protected_words_stand_in_title(checked: Checked) -> Iterator[Problem]:
    """A word whose capitals are protected stands in the title."""
    for work in checked.data.works:
        for number, word in enumerate(work.record.protect):
            if not re.search(rf"(?<!\w){re.escape(word)}(?!\w)", work.record.title):
                yield work.problem(("protect", number), expected("a word of the title", word))


def list_items_once(checked: Checked) -> Iterator[Problem]:
    """A reading list names a work once."""
    for listed in checked.data.lists:
        seen: set[str] = set()
        for s, section in enumerate(listed.record.sections):
            for i, item in enumerate(section.items):
                if item.key in seen:
                    location = ("sections", s, "items", i, "key")
                    yield listed.problem(location, f"expected each work once, got again '{item.key}'")
                seen.add(item.key)


Rule = Callable[[Checked], Iterable[Problem]]
RULES: tuple[Rule, ...] = (
    unique_ids,
    unique_works,
    references,
    topics_two_levels,
    authors,
    people_are_apart,
    edges_point_back,
    no_cycles,
    years,
    required_fields,
    chinese_is_romanised,
    both_languages,
    unverified_fields_exist,
    protected_words_stand_in_title,
    list_items_once,
)
