"""What is wrong with a bibliography, by what the catalog knows; and what puts it right, where that is certain.

Reads and writes no files. An entry that may be another work, or another version of it, is told but never rewritten.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from shoulders.against import Difference, differences
from shoulders.catalog import Catalog
from shoulders.cite.capitals import lost, protected
from shoulders.cite.locators import faults
from shoulders.cite.matches import duplicates, published
from shoulders.cite.own import Own
from shoulders.cite.repair import Draft, replaced
from shoulders.cite.source import Edit
from shoulders.exports.fields import address, resolve
from shoulders.links.record import Link
from shoulders.matching import Finder, same_family, titles
from shoulders.model import Work
from shoulders.names import Name
from shoulders.problems import Problem, quoted
from shoulders.readers import Entry
from shoulders.readers.bibtex_syntax import Block
from shoulders.rules.checked import normal_title

FIELDS: Mapping[str, tuple[str, ...]] = {
    "title": ("title",),
    "authors": ("author",),
    "version": ("journal", "journaltitle", "booktitle", "howpublished", "eprint", "url"),
    "venue": ("journal", "journaltitle", "booktitle"),
    "year": ("date", "year"),
    "month": ("date", "month"),
    "volume": ("volume",),
    "number": ("number", "issue"),
    "pages": ("pages",),
    "publisher": ("publisher", "institution", "school", "organization"),
    "doi": ("doi",),
    "arxiv": ("eprint",),
    "acl": ("url",),
    "isbn": ("isbn",),
}
"""The fields in which what differs may stand, the one that is read first."""

ROUNDS = 5  # so often a repair may bring to light another
ALIKE = 0.8  # of two titles, from which on they are taken for two spellings of one


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem of a bibliography, and the edits that solve it; none where a person has to."""

    problem: Problem
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True)
class Linter:
    """Judges bibliographies by the catalog; `dead` are the links that are known to be dead."""

    catalog: Catalog
    dead: Mapping[str, Link]

    @cached_property
    def finder(self) -> Finder:
        """Finds the works of entries."""
        return Finder(self.catalog)

    def findings(self, own: Own) -> tuple[Finding, ...]:
        """Everything that is wrong with a bibliography, in the order of its lines."""
        path = str(own.source.path)
        found = [Finding(Problem(path, fault.line, "", "", fault.message)) for fault in own.bibliography.faults]
        places = {block.start: block for block in own.blocks}
        for entry in own.bibliography.entries:
            found += self._of_entry(_Case(own, entry, places.get(entry.start)), self.finder.find(entry))
        for entry, same in duplicates(self.finder, own.bibliography.entries):
            said = f"expected one entry for a work, got also {quoted(same.key)} on line {same.line}"
            found.append(Finding(Problem(path, entry.line, entry.key, "", said)))
        return tuple(sorted(found, key=lambda finding: (finding.problem.line, finding.problem)))

    def repaired(self, own: Own) -> Own:
        """The bibliography with every finding put right that has edits; what these bring to light included."""
        for _ in range(ROUNDS):
            edits = _apart(self.findings(own))
            if not edits:
                break
            own = Own(own.source.changed(edits))
        return own

    def _of_entry(self, case: _Case, works: tuple[Work, ...]) -> Iterator[Finding]:
        work = works[0] if len(works) == 1 else None
        if len(works) > 1:
            several = ", ".join(work.key for work in works)
            yield case.finding("", f"expected one work, got the marks of {several}")
        if work:
            draft = Draft(case.own.source.text, case.block, self.catalog, work) if case.block else None
            differing = _differing(self.catalog, work, case.entry)
            yield from self._differences(case, work, draft, differing)
            if draft and all(field != "title" for field, _, _ in differing):
                yield from _capitals(case, draft)
        if case.block:
            where = address(work) if work else None
            for fault in faults(case.block, self.dead, where):
                edits = replaced(case.own.source.text, case.block, fault.field, fault.instead)
                yield case.finding(fault.field, fault.message, edits)

    def _differences(
        self, case: _Case, work: Work, draft: Draft | None, differing: list[Difference]
    ) -> Iterator[Finding]:
        names = {field.partition("[")[0] for field, _, _ in differing}
        certain = draft is not None and ("title" not in names or _alike(work, case.entry))
        for field, ours, theirs in differing:
            message = f"expected {quoted(ours)} as in the catalog, got {quoted(theirs)}"
            if field == "version":
                message = published(self.catalog, work)
            edits = _edits(draft, case.entry, field, names) if draft and certain else ()
            yield case.finding(field, message, edits)


@dataclass(frozen=True, slots=True)
class _Case:
    """An entry of a bibliography, and where it stands; nowhere when it is not well formed."""

    own: Own
    entry: Entry
    block: Block | None

    def finding(self, field: str, message: str, edits: tuple[Edit, ...] = ()) -> Finding:
        source, name = self.own.source, field.partition("[")[0]
        place = self.block.field(*FIELDS.get(name, (name,))) if self.block else None
        line = source.line(place.start) if place else self.entry.line
        writable = all(source.can_hold(edit.text) for edit in edits)
        return Finding(Problem(str(source.path), line, self.entry.key, field, message), edits if writable else ())


def _differing(catalog: Catalog, work: Work, entry: Entry) -> list[Difference]:
    """The differences that are the bibliography's: what the catalog does not know, somebody else may."""
    found = [each for each in differences(catalog, work, entry) if each[1] is not None]
    found = [each for each in found if each[0] != "version" or work.entry_type != "preprint"]
    authors = [each for each in found if each[0].startswith("authors")]
    said = _said_of_authors(resolve(catalog, work, native=False).authors, entry) if authors else None
    return [*(each for each in found if each not in authors), said] if said else found


def _said_of_authors(ours: Sequence[Name], entry: Entry) -> Difference | None:
    """What is wrong with the authors as a whole: somebody is missing, or their order is another."""
    theirs = entry.authors
    missing = [name for name in ours if not any(same_family(name, other) for other in theirs)]
    if entry.complete and missing and len(theirs) + len(missing) == len(ours):
        return "authors", f"{len(ours)} with {'; '.join(name.display for name in missing)}", f"{len(theirs)} of them"
    if not missing and len(ours) == len(theirs):
        if all(same_family(name, other) for name, other in zip(ours, theirs, strict=True)):
            return None
        return "authors", "; ".join(name.family_full for name in ours), "; ".join(name.family_full for name in theirs)
    return None


def _alike(work: Work, entry: Entry) -> bool:
    """Whether the title is another spelling or a part of ours; else an identifier may be that of another work."""
    theirs = normal_title(entry.title)
    for ours in map(normal_title, titles(work)):
        short, long = sorted((ours, theirs), key=len)
        if long.startswith(short) or difflib.SequenceMatcher(None, ours, theirs).ratio() >= ALIKE:
            return True
    return False


def _edits(draft: Draft, entry: Entry, field: str, names: set[str]) -> tuple[Edit, ...]:
    """What puts a differing field right; nothing where another place says that it is another version."""
    name = field.partition("[")[0]
    if name == "version":
        return draft.publish()
    if "venue" in names and name not in ("title", "authors", "arxiv"):
        return ()
    wrong = {"arxiv": entry.arxiv, "acl": entry.acl}.get(name)
    if wrong and wrong not in draft.block.says(*FIELDS[name]):  # it stands in some other field
        return ()
    return draft.replace(*FIELDS[name])


def _capitals(case: _Case, draft: Draft) -> Iterator[Finding]:
    found = draft.block.field("title")
    if not found or not found.inner:
        return
    start, end = found.inner
    ascii_words, words = (list(protected(title)) for title in draft.titles)
    losses = lost(draft.text[start:end], [*ascii_words, *(word for word in words if word not in ascii_words)])
    if losses:
        said = ", ".join(quoted(word) for word, _ in losses)
        edits = tuple(Edit(start + edit.start, start + edit.end, edit.text) for _, edit in losses)
        yield case.finding("title", f"expected braces around {said}, as styles lower other capitals", edits)


def _apart(findings: Iterable[Finding]) -> list[Edit]:
    """The edits of as many findings as do not touch each other."""
    chosen: list[Edit] = []
    for finding in findings:
        edits = [edit for edit in finding.edits if edit not in chosen]
        if not any(edit.start < other.end and other.start < edit.end for edit in edits for other in chosen):
            chosen += edits
    return chosen
