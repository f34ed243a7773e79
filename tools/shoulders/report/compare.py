"""Two states of the catalog beside each other: which records are new, changed field by field, or gone.

The order of the records in their files, comments and spaces are no change. What could not be read is no change either:
it is a problem.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from itertools import takewhile, zip_longest
from typing import Any

from shoulders.catalog import Catalog
from shoulders.data import Data
from shoulders.exports import bibtex
from shoulders.matching import Finder
from shoulders.model import Person, ReadingList, Topic, Venue, Work
from shoulders.problems import Problem, shortened
from shoulders.readers import Entry
from shoulders.report.record import KINDS, MOST, STATES, Change, Difference, Fault, Kind, Report, State, shown
from shoulders.rules import to_catalog

AnyRecord = Work | Person | Venue | Topic | ReadingList
MODELS: dict[Kind, type[AnyRecord]] = {
    "works": Work,
    "people": Person,
    "venues": Venue,
    "topics": Topic,
    "lists": ReadingList,
}
NOT_CITED = frozenset("summary note topics equations edges explains links added sources verified unverified".split())
"""Fields of a work that its BibTeX does not come from."""

MOST_OF_VALUE = 1000  # characters; whoever wants to read a longer text reads it in the file
AROUND = 40  # characters shown before and behind what differs in long texts


def compare(before: Catalog, after: Data, problems: Sequence[Problem] = ()) -> Report:
    """What became of `before`; `problems` is what `check` says of `after`."""
    changes = sorted(
        _Comparison(before, after).changes(),
        key=lambda change: (KINDS.index(change.kind), STATES.index(change.state), change.id),
    )
    return Report(
        changes=tuple(changes[:MOST]),
        change_count=len(changes),
        problems=tuple(map(_fault, problems[:MOST])),
        problem_count=len(problems),
    )


def _fault(problem: Problem) -> Fault:
    path, name, field, message = map(shown, (problem.path, problem.id, problem.field, problem.message))
    return Fault(path=path, line=problem.line, id=name, field=field, message=message)


@dataclass(frozen=True)
class _Comparison:
    before: Catalog
    data: Data

    @cached_property
    def after(self) -> Catalog:
        return to_catalog(self.data)

    @cached_property
    def unread(self) -> dict[str, set[str]]:
        """By its name as problems tell it, the fields of a record that could not be read; stand-ins are not told."""
        found: dict[str, set[str]] = {}
        for _, name, field in self.data.wrong:
            found.setdefault(name, set()).add(field)
        return found

    @cached_property
    def finder(self) -> Finder:
        """Finds works that were there before and still are."""
        stay = tuple(work for work in self.before.works if self.after.find(work.key))
        return Finder(Catalog(works=stay, people=self.before.people))

    def changes(self) -> Iterator[Change]:
        for kind in KINDS:
            for state, old, record in self.pairs(kind):
                # Of a new work its BibTeX tells, of what is gone nothing needs to be told.
                told = () if state == "removed" or (kind, state) == ("works", "new") else self.differences(old, record)
                found = tuple(told)[:MOST]
                if found or state != "changed":
                    about = self.about(state, old, work=record) if isinstance(record, Work) else {}
                    yield Change(kind=kind, id=_name(record), state=state, differences=found, **about)

    def pairs(self, kind: Kind) -> Iterator[tuple[State, AnyRecord | None, AnyRecord]]:
        """Each record that is not as it was, with what it was; a work under a new key is the same work."""
        old = {_name(record): record for record in getattr(self.before, kind)}
        new = {_name(record): record for record in getattr(self.after, kind)}
        if kind == "works":
            for alias, key in self.after.aliases.items():
                if alias in old and alias not in new and key not in old:
                    old[key] = old.pop(alias)
        for name in sorted({*old, *new}):
            if name not in new:
                if name not in self.data.broken and MODELS[kind] not in self.data.unread:
                    yield "removed", old[name], old[name]
            elif name not in old:
                yield "new", None, new[name]
            elif old[name] != new[name]:
                yield "changed", old[name], new[name]

    def about(self, state: State, old: AnyRecord | None, *, work: Work) -> dict[str, Any]:
        """What is told of works only."""
        catalog = self.before if state == "removed" else self.after
        unread = self.unread.get(shortened(work.key), set())
        alike = self.finder.find(_entry(catalog, work)) if state == "new" else ()
        cited = "" if state == "removed" or unread - NOT_CITED else bibtex.one(catalog, work)
        if isinstance(old, Work) and cited == bibtex.one(self.before, old):
            cited = ""
        return {
            "title": "" if "title" in unread else shown(work.title),
            "bibtex": tuple(map(shown, cited.rstrip("\n").split("\n")))[:MOST] if cited else (),
            "builds_on": tuple(descent.earlier.key for descent in catalog.builds_on.get(work.key, ()))[:MOST],
            "led_to": tuple(descent.later.key for descent in catalog.led_to.get(work.key, ()))[:MOST],
            "alike": tuple(found.key for found in alike)[:MOST],
        }

    def differences(self, old: AnyRecord | None, new: AnyRecord) -> Iterator[Difference]:
        """The values that fields lost and got, in the order of the fields."""
        unread = self.unread.get(shortened(_name(new)), set())
        was, now = (list(_values(_fields(record, unread), "")) if record else [] for record in (old, new))
        for tag, start, end, new_start, new_end in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
            if tag != "equal":
                lost, got = was[start:end], now[new_start:new_end]
                for field in dict.fromkeys(field for field, _ in (*lost, *got)):
                    values = [[value for name, value in side if name == field] for side in (lost, got)]
                    for before, after in zip_longest(*values, fillvalue=""):
                        before, after = apart(before, after)
                        yield Difference(field=shown(field), before=before, after=after)


def _name(record: AnyRecord) -> str:
    return record.key if isinstance(record, Work) else record.id


def apart(before: str, after: str) -> tuple[str, str]:
    """Two texts, each on one line; of long ones the parts that differ, with some words around.

    >>> apart("Counting " * 30 + "stones", "Counting " * 30 + "shells")
    ('…nting Counting Counting Counting stones', '…nting Counting Counting Counting shells')
    """
    start = _shared(before, after)
    end = min(_shared(before[::-1], after[::-1]), len(before) - start, len(after) - start)
    start, end = max(0, start - AROUND), max(0, end - AROUND)
    if not before or not after or start + end < AROUND:
        start = end = 0
    cut = (text[start : len(text) - end] for text in (before, after))
    marks = "…" * (start > 0), "…" * (end > 0)
    one, other = (shown(f"{marks[0]}{text}{marks[1]}" if text else "", MOST_OF_VALUE) for text in cut)
    return one, other


def _shared(one: str, other: str) -> int:
    """How many characters two texts have in common at their beginning."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _entry(catalog: Catalog, work: Work) -> Entry:
    """What tells a work apart, as a bibliography would say it."""
    return Entry(
        line=0,
        key="",
        type=work.entry_type,
        title=work.title,
        authors=tuple(credit.name for credit in catalog.credits[work.key]),
        doi=work.doi or "",
        arxiv=work.arxiv or "",
        acl=work.acl or "",
        isbn=work.isbn or "",
    )


def _fields(record: AnyRecord, unread: set[str]) -> dict[str, Any]:
    return record.model_dump(mode="json", exclude_defaults=True, exclude=unread)


def _values(value: Any, field: str) -> Iterator[tuple[str, str]]:
    """Every single value with its field: `summary.en`; the items of a list follow each other under one name."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _values(part, f"{field}.{name}" if field else name)
    elif isinstance(value, list):
        for part in value:
            yield from _values(part, field)
    elif isinstance(value, bool):
        yield field, str(value).lower()
    elif value is not None:
        yield field, str(value)
