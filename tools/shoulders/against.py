"""The catalog beside a bibliography of independent origin: every field on which the two disagree.

Case, accents, LaTeX, dashes, initials for given names and the many spellings of a conference are no disagreement.
What the other bibliography leaves out is none either; what the catalog leaves out is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from anyascii import anyascii

from shoulders.catalog import Catalog
from shoulders.exports.fields import Reference, resolve
from shoulders.ids import isbn_13
from shoulders.matching import Finder, same_family, titles
from shoulders.model import Work
from shoulders.names import Name
from shoulders.problems import Problem, quoted
from shoulders.readers import Bibliography, Entry
from shoulders.rules.checked import normal_title

Difference = tuple[str, object, object]  # the field, ours, theirs


@dataclass(frozen=True)
class Comparison:
    """What came of it: the problems, how many entries are works of the catalog, and which are not."""

    problems: tuple[Problem, ...]
    matched: int
    unknown: tuple[Entry, ...]


def compare(catalog: Catalog, other: Bibliography, path: str) -> Comparison:
    """Every difference as a problem of the file at `path`, in the order of its lines."""
    finder = Finder(catalog)
    problems = [Problem(path, fault.line, "", "", fault.message) for fault in other.faults]
    matched = 0
    unknown: list[Entry] = []
    for entry in other.entries:
        works = finder.find(entry)
        matched += bool(works)
        if not works:
            unknown.append(entry)
        elif len(works) > 1:
            several = ", ".join(work.key for work in works)
            problems.append(Problem(path, entry.line, entry.key, "", f"expected one work, got the marks of {several}"))
        else:
            problems += _problems(catalog, works[0], entry, path)
    return Comparison(tuple(sorted(problems, key=lambda problem: problem.line)), matched, tuple(unknown))


def _problems(catalog: Catalog, work: Work, entry: Entry, path: str) -> Iterator[Problem]:
    for field, ours, theirs in differences(catalog, work, entry):
        message = f"expected {quoted(ours)} as in the catalog, got {quoted(theirs)}"
        yield Problem(path, entry.line, work.key, field, message)


def differences(catalog: Catalog, work: Work, entry: Entry) -> Iterator[Difference]:
    """The fields on which an entry and its work disagree, with the values of both."""
    ours = [resolve(catalog, work, native=native) for native in (True, False)]  # as printed, and in Latin script
    if entry.title and normal_title(entry.title) not in map(normal_title, titles(work)):
        yield "title", work.title, entry.title
    yield from _authors(ours, entry)
    preprint = work.entry_type == "preprint"
    if entry.is_preprint != preprint and (entry.is_preprint or entry.container):
        place = "arXiv" if preprint else ours[0].container or "published"
        yield "version", f"{place}, {work.year}", f"{entry.container or 'arXiv'}, {entry.year}"
    else:
        yield from _publication(catalog, ours, entry)
    for field in ("doi", "arxiv", "acl"):
        yield from _unless_same(field, getattr(work, field), getattr(entry, field))
    if entry.isbn and (not work.isbn or isbn_13(work.isbn) != isbn_13(entry.isbn)):
        yield "isbn", work.isbn, entry.isbn


def _publication(catalog: Catalog, ours: Sequence[Reference], entry: Entry) -> Iterator[Difference]:
    """Where and when it was published, of the same version."""
    work = ours[0].work
    yield from _unless_same("year", work.year, entry.year)
    yield from _unless_same("month", (*ours[0].date, None)[1], entry.month)
    for field in ("volume", "number", "pages"):
        yield from _unless_same(field, getattr(work, field), getattr(entry, field))
    venue = catalog.venue.get(work.venue or "")
    names = [*(said.container for said in ours), *((venue.name, venue.name_zh) if venue else ()), ours[0].url]
    short = venue.short if venue and venue.short else work.venue or ""
    abbreviated = bool(short) and re.search(rf"(?<!\w){re.escape(short)}(?!\w)", entry.container, re.IGNORECASE)
    if not entry.is_preprint and not abbreviated and work.kind != "repo":
        yield from _unless_alike("venue", names, entry.container)
    publishers = [name for said in ours for name in (said.publisher, said.institution)]
    yield from _unless_alike("publisher", publishers, entry.publisher)


def _unless_same(field: str, ours: object, theirs: object) -> Iterator[Difference]:
    if theirs and str(ours).casefold() != str(theirs).casefold():
        yield field, ours, theirs


def _unless_alike(field: str, ours: Sequence[str | None], theirs: str) -> Iterator[Difference]:
    """Unless one of our names is theirs, or one is a part of the other."""
    other = normal_title(theirs)
    mine = [normal_title(name) for name in ours if name]
    if other and not any(name in other or other in name for name in mine if name):
        yield field, next((name for name in ours if name), None), theirs


def _authors(ours: Sequence[Reference], entry: Entry) -> Iterator[Difference]:
    theirs, spelled = entry.authors, list(zip(*(said.authors for said in ours), strict=True))
    if not theirs:
        return
    if len(theirs) > len(spelled) or (entry.complete and len(theirs) < len(spelled)):
        yield "authors", f"{len(spelled)} of them", f"{len(theirs)}: {', '.join(name.display for name in theirs)}"
        return
    for number, (spellings, other) in enumerate(zip(spelled, theirs, strict=False), 1):
        if not any(_same_name(mine, other) for mine in spellings):
            yield f"authors[{number}]", spellings[0].display, other.display


def _same_name(ours: Name, theirs: Name) -> bool:
    """Whether two names are the same as a whole, wherever they are divided, or part by part."""
    if normal_title(ours.display) == normal_title(theirs.display):
        return True
    return same_family(ours, theirs) and _same_given(ours.given, theirs.given)


def _same_given(ours: str, theirs: str) -> bool:
    """Whether given names agree word by word, initials standing for names; one that is not told agrees."""
    mine, other = (re.findall(r"\w+", anyascii(text).casefold()) for text in (ours, theirs))
    if not mine or not other or "".join(mine) == "".join(other):  # Jian-Yun, Jianyun
        return True
    return len(mine) == len(other) and all(
        a == b or (min(len(a), len(b)) == 1 and a[0] == b[0]) for a, b in zip(mine, other, strict=True)
    )
