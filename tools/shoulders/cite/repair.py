"""What would put an entry right: edits of its text that say what our exports say of the same work.

Decides nothing: `lint` says which of them are called for. What is replaced keeps its delimiters, what is added is laid
out as the first field of the entry is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from shoulders.catalog import Catalog
from shoulders.cite.source import Edit
from shoulders.exports import FORMATS
from shoulders.model import Work
from shoulders.names import has_cjk
from shoulders.readers.bibtex_syntax import Block, Field, parse

BIBLATEX = ("date", "journaltitle", "location")
"""Fields by which one knows that an entry is written for biblatex."""

PUBLICATION = (
    *("journal", "journaltitle", "booktitle", "series", "volume", "number", "pages", "edition"),
    *("publisher", "school", "institution", "organization", "address", "location", "howpublished"),
    *("date", "month", "year", "doi", "isbn"),
)
"""Where and when a version was published: what differs between the preprint and the published version."""
_COMMENT = re.compile(r"[ \t]*%[^\n]*[^\s]")
EPRINT = ("archiveprefix", "eprinttype", "eprint", "primaryclass", "eprintclass")


@dataclass(frozen=True)
class Draft:
    """An entry of a bibliography, beside the same work as our exports write it."""

    text: str
    block: Block
    catalog: Catalog
    work: Work

    @cached_property
    def _biblatex(self) -> bool:
        return self.block.field(*BIBLATEX) is not None

    @cached_property
    def _exports(self) -> dict[str, tuple[str, dict[str, tuple[str, str]]]]:
        """By format the type of the work, and its fields by name: as it is spelled there, and the value."""
        return {form: self._export(form) for form in ("bibtex", "biblatex")}

    def _export(self, form: str) -> tuple[str, dict[str, tuple[str, str]]]:
        text = FORMATS[form].render(self.catalog, [self.work])
        (block,) = parse(text).blocks
        fields = {
            found.name: (text[found.start : found.start + len(found.name)], text[found.value : found.end])
            for found in block.fields
        }
        return block.kind, fields

    @property
    def titles(self) -> tuple[str, ...]:
        """The title as our exports write it, in ASCII and in UTF-8."""
        return tuple(fields["title"][1][1:-1] for _, fields in self._exports.values())

    def replace(self, *names: str) -> tuple[Edit, ...]:
        """The first of these fields that the entry has, as our exports write it; nothing where they have none.

        In Chinese script only where the entry knows any, as old BibTeX does not.
        """
        found = self.block.field(*names)
        native = self._biblatex or has_cjk(self.text[self.block.start : self.block.end])
        for form in ("biblatex", "bibtex") if native else ("bibtex", "biblatex"):
            if found and found.name in self._exports[form][1]:
                return (_replaced(self.text, found, self._exports[form][1][found.name][1]),)
        return ()

    def publish(self) -> tuple[Edit, ...]:
        """The entry as one of the published version, with the preprint's identifier."""
        kind, fields = self._exports["biblatex" if self._biblatex else "bibtex"]
        have = {name: found for name in (*PUBLICATION, *EPRINT) if (found := self.block.field(name))}
        dropped = [have[name] for name in have if name in PUBLICATION and name not in fields and self._drops(name)]
        kept = [have[name] for name in have if name in PUBLICATION and name in fields]
        absent = [name for name in PUBLICATION if name not in have]
        absent += EPRINT if "eprint" not in have else ()
        edits = [
            self._kind(kind),
            *self._without(dropped),
            *(_replaced(self.text, found, fields[found.name][1]) for found in kept),
            *self._added([fields[name] for name in absent if name in fields], dropped),
        ]
        return tuple(edit for edit in edits if self.text[edit.start : edit.end] != edit.text)

    def _drops(self, name: str) -> bool:
        """Whether a field is the preprint's; an identifier that the catalog lacks may well be the published one's."""
        return name not in ("doi", "isbn") or "10.48550/" in self.block.says(name)

    def _kind(self, kind: str) -> Edit:
        start, end = self.block.kind_start, self.block.kind_end
        old = self.text[start:end]
        if old.casefold() == kind:
            return Edit(start, end, old)
        return Edit(start, end, kind.upper() if old.isupper() else kind.title() if old[0].isupper() else kind)

    def _without(self, dropped: Iterable[Field]) -> Iterator[Edit]:
        """Without these fields: without their lines where they have lines of their own; comments stay."""
        for found in dropped:
            line = self.text.rfind("\n", 0, found.start) + 1
            end = self.text.find("\n", found.after)
            if self.text[line : found.start].strip():
                number = self.block.fields.index(found)
                yield Edit(self.block.fields[number - 1].after if number else self.block.body, found.after, "")
            elif self.text[found.after : end].strip() or end < 0:
                yield Edit(found.start, found.after, "")
            else:
                yield Edit(line, end + 1, "")

    def _added(self, fields: Sequence[tuple[str, str]], dropped: Sequence[Field]) -> Iterator[Edit]:
        """The fields behind the last one that stays."""
        if not fields:
            return
        first, staying = self.block.fields[0], [found for found in self.block.fields if found not in dropped]
        before = self.text[self.block.body : first.start]
        lead = before[before.rfind("\n") :] if "\n" in before else " "
        space, _, after = self.text[first.start + len(first.name) : first.value].partition("=")
        width = len(first.name) + len(space) if len(space) > 1 else 0  # the signs of equality stand in a column
        lines = [f"{lead}{name + space[:1]:<{width}}={' ' if after else ''}{said}" for name, said in fields]
        place = staying[-1].after if staying else self.block.body
        if staying and staying[-1].after == staying[-1].end:
            yield Edit(place, place, "," + ",".join(lines))
            return
        comment = _COMMENT.match(self.text, place)
        place = comment.end() if comment else place
        yield Edit(place, place, ",".join(lines) + ",")


def replaced(text: str, block: Block, name: str, new: str | None) -> tuple[Edit, ...]:
    """A field with another value; nothing where it, or the value, is not there."""
    found = block.field(name)
    return (_replaced(text, found, f"{{{new}}}"),) if found and new else ()


def _replaced(text: str, found: Field, new: str) -> Edit:
    """A value as our exports write it, between the delimiters of the old one where they fit it."""
    old, inner = text[found.value : found.end], new.removeprefix("{").removesuffix("}")
    if new.startswith("{") and old.startswith('"') and found.inner and '"' not in inner:
        new = f'"{inner}"'
    elif old.isdigit() and inner.isdigit():
        new = inner
    return Edit(found.value, found.end, new)
