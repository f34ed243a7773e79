"""The entries for the keys that documents use, from the catalog and from a bibliography of the author's own.

Entries of one's own are copied byte for byte. Writes nothing; what is unknown or doubtful comes back as problems.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from shoulders.catalog import Catalog
from shoulders.cite import EVERYTHING, CiteError
from shoulders.cite.collect import Use
from shoulders.cite.matches import duplicates, find_work, published
from shoulders.cite.own import Own
from shoulders.exports import FORMATS
from shoulders.matching import Finder
from shoulders.model import Work
from shoulders.problems import Choices, Problem, expected, quoted
from shoulders.readers.bibtex_syntax import DEFINITIONS, Block

PARENTS = ("crossref", "xref", "xdata", "related", "entryset")
"""Fields that name other entries, without which an entry is not whole."""

Chosen = Mapping[str, Work | Block]


@dataclass(frozen=True, slots=True)
class Selection:
    """The bibliography as bytes, how many entries of which origin it holds, and what is to be said of it."""

    data: bytes
    works: int
    own: int
    unknown: tuple[Problem, ...]
    remarks: tuple[Problem, ...]


@dataclass(frozen=True)
class Shelf:
    """Where keys are looked up: in the catalog first, then in one's own bibliography."""

    catalog: Catalog
    own: Own | None = None

    def find(self, key: str) -> Work | Block | None:
        """What a key stands for."""
        return self.catalog.find(key) or (self.own.entries.get(key) if self.own else None)

    @cached_property
    def keys(self) -> Choices:
        """Every key that stands for something."""
        return Choices({*self.catalog.by_key, *self.catalog.aliases, *(self.own.entries if self.own else ())})

    def select(self, uses: Sequence[Use], form: str) -> Selection:
        """The entries of all keys, in the order of their first use; those that others refer to come last.

        Raises:
            CiteError: when entries of both origins cannot stand in one file.
        """
        if self.own and self.own.source.encoding != "utf-8" and form == "biblatex":
            path = self.own.source.path
            raise CiteError(f"{path}: expected UTF-8, as entries for biblatex are, got another encoding")
        used = self._expanded(uses)
        parents = self._parents(used)
        order = [*(key for key in used if key not in parents), *parents]  # BibTeX wants a parent after its children
        chosen = self._chosen(order, once=form == "biblatex")
        works = sum(isinstance(found, Work) for found in chosen.values())
        unknown = (*self._unknown(used.values()), *self._lost(parents))
        remarks = (*_cited_twice(used, chosen), *self._remarks(chosen))
        return Selection(self._render(chosen, form), works, len(chosen) - works, unknown, remarks)

    def _expanded(self, uses: Iterable[Use]) -> dict[str, Use]:
        """The uses by key; where everything is asked for, all entries of one's own, or else the whole catalog."""
        used = {use.key: use for use in uses}
        if everything := used.pop(EVERYTHING, None):
            named = {work.key for key in used if (work := self.catalog.find(key))}
            rest = self.own.entries if self.own else [key for key in self.catalog.by_key if key not in named]
            for key in rest:
                used.setdefault(key, Use(everything.path, everything.line, key))
        return used

    def _parents(self, keys: Iterable[str]) -> dict[str, tuple[str, str]]:
        """The keys to which one's own entries refer, and theirs in turn: with who refers to it, in which field.

        Each comes before those to which it refers itself, as BibTeX wants it.
        """
        parents: dict[str, tuple[str, str]] = {}
        done: list[str] = []
        seen: set[str] = set()
        for key in keys:
            way = [(key, self._referred(key))] if key not in seen else []
            seen.add(key)
            while way:
                child, references = way[-1]
                field, parent = next(references, ("", ""))
                if not parent:
                    done.append(child)
                    way.pop()
                    continue
                parents.setdefault(parent, (child, field))
                if parent not in seen:
                    seen.add(parent)
                    way.append((parent, self._referred(parent)))
        return {key: parents[key] for key in reversed(done) if key in parents}

    def _referred(self, key: str) -> Iterator[tuple[str, str]]:
        """The keys to which an entry of one's own refers, each behind its field."""
        block = self.find(key)
        if isinstance(block, Block):
            for field in PARENTS:
                names = block.says(field).split(",")
                yield from ((field, name.strip()) for name in names if name.strip())

    def _chosen(self, keys: Iterable[str], *, once: bool) -> Chosen:
        """What the keys stand for; a work `once` where the format knows it by all its keys."""
        chosen: dict[str, Work | Block] = {}
        seen: set[str] = set()
        for key in keys:
            found = self.find(key)
            if isinstance(found, Work):
                if once and found.key in seen:
                    continue
                seen.add(found.key)
            if found:
                chosen[key] = found
        return chosen

    def _unknown(self, uses: Iterable[Use]) -> Iterator[Problem]:
        what = f"a work of the catalog{f' or an entry of {self.own.source.path}' if self.own else ''}"
        for use in uses:
            if not self.find(use.key):
                yield Problem(use.path, use.line, use.key, "", expected(what, use.key, self.keys))

    def _lost(self, parents: Mapping[str, tuple[str, str]]) -> Iterator[Problem]:
        for key, (child, field) in parents.items():
            if self.own and not self.find(key):
                yield self.own.problem(child, field, expected("the key of an entry", key, self.keys))

    def _remarks(self, chosen: Chosen) -> Iterator[Problem]:
        """What is doubtful about one's own file: faults, keys and works that the catalog has, versions that are out."""
        if not self.own:
            return
        for fault in self.own.bibliography.faults:
            yield Problem(str(self.own.source.path), fault.line, "", "", fault.message)
        for key, found in chosen.items():
            if key in self.own.entries and isinstance(found, Work):
                said = f"expected a key that the catalog does not have, got {quoted(key)}; the catalog's entry is taken"
                yield self.own.problem(key, "", said)
        finder = Finder(self.catalog)
        entries = [entry for entry in self.own.bibliography.entries if isinstance(chosen.get(entry.key), Block)]
        for entry in entries:
            if work := find_work(finder, entry):
                yield self.own.problem(entry.key, "", f"expected the catalog's key {quoted(work.key)} for this work")
                if entry.is_preprint and work.entry_type != "preprint":
                    yield self.own.problem(entry.key, "version", published(self.catalog, work))
        for entry, same in duplicates(finder, entries):
            yield self.own.problem(entry.key, "", f"expected one key for a work, got also {quoted(same.key)}")

    def _render(self, chosen: Chosen, form: str) -> bytes:
        render = FORMATS[form].render
        works = {key: _called(found, key) for key, found in chosen.items() if isinstance(found, Work)}
        if not self.own or len(works) == len(chosen):
            return render(self.catalog, works.values()).encode("utf-8")
        pieces = [self.own.copy(block) for block in self.own.blocks if block.kind in DEFINITIONS]
        for key, found in chosen.items():
            if isinstance(found, Block):
                pieces.append(self.own.copy(found))
            else:
                pieces.append(render(self.catalog, [works[key]]).encode("utf-8"))
        return b"\n".join(pieces)


def _called(work: Work, key: str) -> Work:
    """The work under the key that a document uses; its other keys are then the former ones."""
    others = tuple(other for other in (work.key, *work.aliases) if other != key)
    return work if key == work.key else work.model_copy(update={"key": key, "aliases": others})


def _cited_twice(used: Mapping[str, Use], chosen: Chosen) -> Iterator[Problem]:
    """The works of the catalog that stand in the bibliography under two keys."""
    first: dict[str, str] = {}
    for key, found in chosen.items():
        if isinstance(found, Work) and key in used and first.setdefault(found.key, key) != key:
            said = f"expected one key for a work, got also {quoted(first[found.key])}"
            yield Problem(used[key].path, used[key].line, key, "", said)
